//! `project 'ITEM, …'`: builds records of the named fields.

use super::members::{Opened, no_object};
use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::expr::{Ast, Check, Expr, ProjectItem, check_unnamed, own_name, parse_project, rename};
use crate::record::{Batch, ColumnRef, Named, Object, ObjectPlace, Path, Reading, Rest, Shape, Unfolded};
use std::ops::Range;
use std::sync::Arc;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "project",
    spec: "'ITEM, …'",
    options: &[],
    bind,
    doc: Doc {
        summary: "build records of named and computed fields",
        text: "An item is a field (`name`, `user.id`, which is then named `id`), a computed field \
               (`ms = latency * 1000`), `*` for all fields, or \
               `* except (password, token)`. At the head of an item `name =` names it; elsewhere `=` compares.\n\n\
               An expression without a name is named by its text, each run of blanks as one (in quotes as they are): \
               `upper(city)`, `ms / 1000`, `tags[0]`. Later stages write such a name in backticks. A constant needs a \
               name (`source = \"nginx\"`), and so does the difference of two fields without blanks (`user-agent` may be \
               one field: `took = end-start`, or `end - start`). \
               `-field` is not how a field is left out.\n\n\
               Items behind `*` replace a field of their name in place. A field named in front of `*` stands \
               there and is not repeated by it. Otherwise two items of one name are an error. A field that a \
               record does not have is null. `* except` takes out whole fields by their names: one that no record has is \
               reported, and one that no record can have there, as it was taken out before or the fields are fixed, is an error.\n\n\
               `payload.*` gives the members of an object as fields, in their order and as they are spelled; \
               `json(log).*` those of JSON in text; `a.b.*`, `tags[0].*` and `(a ?? b).*` work too. Later stages \
               name them like any field. Named items and the fields of `*` keep their names; a member whose name \
               one of them has, wherever it is, or a member of an object before, comes as `name_2`, or the next \
               number that is free. Null and an absent field have no members; another value that is no object is \
               reported as one that could not be computed, and its record goes on without. A key that an object \
               has twice is two fields of that name, of which later stages read the last. Some members are left \
               out in a stage after: `then project '* except (token)'`. Without `--time`, event time is that field \
               of its names which the first record has among its members and what the chain made, else in its input.",
        examples: &[
            Example {
                command: "--from ndjson project 'id = user.id, ms = latency * 1000'",
                input: "{\"user\":{\"id\":\"u1\"},\"latency\":0.25}\n",
                output: "{\"id\":\"u1\",\"ms\":250}\n",
            },
            Example {
                command: "--from ndjson project 'upper(city), ms / 1000' then filter '`ms / 1000` > 1'",
                input: "{\"city\":\"Bonn\",\"ms\":1500}\n{\"city\":\"Rome\",\"ms\":30}\n",
                output: "{\"upper(city)\":\"BONN\",\"ms / 1000\":1.5}\n",
            },
            Example {
                command: "--from ndjson project '* except (token), path = lower(path)'",
                input: "{\"path\":\"/API\",\"token\":\"x\",\"n\":1.0}\n",
                output: "{\"path\":\"/api\",\"n\":1.0}\n",
            },
            Example {
                command: "--from ndjson project '* except (log), json(log).*' then filter 'level = \"warn\"'",
                input: "{\"log\":\"{\\\"level\\\":\\\"warn\\\",\\\"host\\\":1.0}\",\"host\":\"a\"}\n",
                output: "{\"host\":\"a\",\"level\":\"warn\",\"host_2\":1.0}\n",
            },
        ],
    },
};

struct Project {
    computed: Vec<(usize, Expr)>,
    /// The objects whose members become fields.
    opened: Vec<Opened>,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let items = parse_project(&words.spec)?;
    check_unnamed(&items, &words.spec)?;
    let named = |name: &Option<String>, path, place: &Range<usize>| {
        name.clone().unwrap_or_else(|| own_name(path, words.spec.get(place.clone()).unwrap_or("")))
    };
    let mut built = Built { shape: None, fields: Vec::new(), places: Vec::new(), objects: Vec::new() };
    let mut computed = Vec::new();
    let mut opened = Vec::new();
    for item in &items {
        match item {
            ProjectItem::All { except, place } => {
                except.iter().try_for_each(|(name, place)| scope.removes(name, place))?;
                built.all(&scope.shape, except, place, &words.spec)?;
            }
            ProjectItem::Field { path, name, place } => {
                let (column, reading) = field(scope, path, place, &mut computed)?;
                let name = named(name, Some(path), place);
                built.add(name, Some(path), (column, reading), place, &words.spec)?;
            }
            ProjectItem::Members { object, place } => {
                let column = object_column(scope, object, &mut computed)?;
                opened.push(Opened::new(object, column, place, scope));
                built.add_members(column);
            }
            ProjectItem::Computed { name, expr, place } => {
                let expr = scope.passing(expr)?;
                let read = column_of(scope, expr, &mut computed);
                built.add(named(name, None, place), None, read, place, &words.spec)?;
            }
        }
    }
    scope.shape = built.finish(scope);
    let does_nothing = computed.is_empty() && opened.is_empty();
    Ok(if does_nothing { Vec::new() } else { vec![Bound::Step(Box::new(Project { computed, opened }))] })
}

/// The column of an object whose members become fields: all inside it is read.
fn object_column(
    scope: &mut Scope<'_>,
    object: &Ast,
    computed: &mut Vec<(usize, Expr)>,
) -> Result<ColumnRef> {
    let expr = scope.expression(object)?;
    if expr.as_literal().is_some() {
        return Err(no_object(object, &scope.spec));
    }
    if expr.reading().pin().is_none() {
        return Ok(column_of(scope, expr, computed).0);
    }
    // What is pinned is what the pin makes of it.
    let column = scope.new_column();
    computed.push((column, expr));
    Ok(ColumnRef::Made(column))
}

/// The column of a plain field.
fn field(
    scope: &mut Scope<'_>,
    path: &Path,
    place: &Range<usize>,
    computed: &mut Vec<(usize, Expr)>,
) -> Result<(ColumnRef, Reading)> {
    let expr = scope.passing(&Ast::field(path.clone(), place.clone()))?;
    Ok(column_of(scope, expr, computed))
}

fn column_of(scope: &mut Scope<'_>, expr: Expr, computed: &mut Vec<(usize, Expr)>) -> (ColumnRef, Reading) {
    let expr = scope.laid_out_if_inside(expr, Check::Itself);
    let reading = expr.reading();
    if let Some(column) = expr.as_column() {
        return (column, reading);
    }
    let column = scope.new_column();
    let carried = scope.carried(&expr);
    scope.uses.carry(column, carried);
    computed.push((column, expr));
    (ColumnRef::Made(column), reading)
}

/// The fields as they come together, item by item.
struct Built {
    /// Once `*` was met.
    shape: Option<Shape>,
    /// Before that.
    fields: Vec<Named>,
    places: Vec<(String, Option<Path>)>,
    /// The objects whose members are among the fields.
    objects: Vec<Object>,
}

impl Built {
    /// Adds the members of the objects in a column.
    fn add_members(&mut self, column: ColumnRef) {
        let place = match &self.shape {
            Some(shape) => ObjectPlace::After(shape.after.len()),
            None => ObjectPlace::Before(self.fields.len()),
        };
        self.objects.push(Object { column, place });
    }

    fn all(
        &mut self,
        from: &Shape,
        except: &[(String, Range<usize>)],
        place: &Range<usize>,
        spec: &str,
    ) -> Result<()> {
        if self.shape.is_some() {
            return Err(Error::new("\"*\" is there twice")
                .at(spec, place.clone())
                .help("once names all fields"));
        }
        let mut shape = from.clone();
        for (name, _) in except {
            shape.remove(name);
        }
        for field in &self.fields {
            shape.remove(&field.name);
        }
        shape.before.splice(0..0, self.fields.drain(..));
        shape.rest.get_or_insert_with(Rest::default);
        if from.rest.is_none() {
            shape.rest = None;
        }
        self.places.clear();
        self.shape = Some(shape);
        Ok(())
    }

    fn add(
        &mut self,
        name: String,
        path: Option<&Path>,
        (column, reading): (ColumnRef, Reading),
        place: &Range<usize>,
        spec: &str,
    ) -> Result<()> {
        if let Some((_, first)) = self.places.iter().find(|(known, _)| *known == name) {
            let is_dotted = |path: &&Path| !path.is_single() && path.behind_joined().is_empty();
            let remedy = match [path, first.as_ref()].into_iter().flatten().find(is_dotted) {
                Some(path) => format!("name one of them: {} = {path}", path.to_string().replace('.', "_")),
                None => rename(&name, spec.get(place.clone()).unwrap_or("")),
            };
            return Err(Error::new(format!("two fields named \"{name}\""))
                .at(spec, place.clone())
                .help(remedy));
        }
        self.places.push((name.clone(), path.cloned()));
        match &mut self.shape {
            Some(shape) => shape.set_read(&name, column, reading),
            None => self.fields.push(Named::new(name, column).read_as(reading)),
        }
        Ok(())
    }

    fn finish(self, scope: &mut Scope<'_>) -> Shape {
        let Self { shape, fields, mut objects, .. } = self;
        let shape = shape.unwrap_or_else(|| {
            // Then all fields come after a rest that there is not.
            for object in &mut objects {
                if let ObjectPlace::Before(place) = object.place {
                    object.place = ObjectPlace::After(place);
                }
            }
            Shape::of(fields)
        });
        if objects.is_empty() {
            return shape;
        }
        Shape::of_unfolded(Arc::new(Unfolded { shape, objects, id: scope.members.next() }))
    }
}

impl Step for Project {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        for (place, expr) in &self.computed {
            let column = expr.eval(&batch, &batch.live, work.env, &mut work.log);
            let column = column.into_made(&batch, &batch.live, work.env);
            work.count_faults(&batch);
            batch.set_made(*place, column);
        }
        for opened in &self.opened {
            opened.check(&batch, work);
            work.count_faults(&batch);
        }
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}
