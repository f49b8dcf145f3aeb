//! The fields that the items become: their names, and those that are computed from several aggregates or none.

use std::ops::Range;

use super::item::check_argument;
use crate::error::{Error, Result, nearest};
use crate::expr::{
    AggregateCall, AggregateItem, AggregateItems, Ast, AstKind, Binder, Expr, KeyItem, Names, Resolved,
    called_elsewhere, find_form, parse_aggregate, refuse_constant,
};
use crate::record::{Batch, ColumnRef, Path, Segment};
use crate::stage::{Scope, Step, Work};

/// What the expressions of items may name.
pub(super) struct Group<'a> {
    /// The SPEC of the stage.
    pub(super) spec: &'a str,
    /// The names of the keys.
    pub(super) keys: &'a [String],
    /// The keys as written in `--by`.
    pub(super) written: &'a [KeyItem],
    /// The bounds of the window, if there is one.
    pub(super) bounds: &'a [&'a str],
}

impl Group<'_> {
    /// Checks the items, and gives the name of each. Fields that are keys get the names of these.
    pub(super) fn name_items(&self, list: &mut AggregateItems) -> Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        list.items.iter().try_for_each(|item| self.check_counted(item, list))?;
        for at in 0..list.items.len() {
            let name = self.name_item(list, at, &names)?;
            if [self.keys, &names].concat().contains(&name) || self.bounds.contains(&name.as_str()) {
                let place = list.items.get(at).map_or(0..0, |item| item.place.clone());
                return Err(Error::new(format!("two fields named \"{name}\""))
                    .at(self.spec, place)
                    .help(format!("name one of them: {name}_2 = …")));
            }
            names.push(name);
        }
        Ok(names)
    }

    fn name_item(&self, list: &mut AggregateItems, at: usize, names: &[String]) -> Result<String> {
        let all = list.clone();
        let Some(item) = list.items.get_mut(at) else { return Ok(String::new()) };
        if let Some(call) = item.as_call().and_then(|call| all.calls.get(call)) {
            return self.name_call(item, call, names);
        }
        if item.name.is_none() {
            refuse_constant(&item.expr, self.spec, |field| format!("first({field})"))?;
        }
        self.settle(&mut item.expr, &all, at)?;
        match &item.name {
            Some(name) => Ok(name.clone()),
            None => Err(self.nameless("an expression over aggregates needs a name", item, names)),
        }
    }

    /// The name of an item that is one aggregate: its own, or one made of the aggregate and its field.
    fn name_call(&self, item: &AggregateItem, call: &AggregateCall, names: &[String]) -> Result<String> {
        if let Some(name) = &item.name {
            return Ok(name.clone());
        }
        check_argument(call, self.spec)?;
        match call.args.first().map(Ast::as_field) {
            None => Ok(call.function.clone()),
            Some(Some(path)) => Ok(format!("{}_{}", call.function, path.last_name())),
            Some(None) => Err(self.nameless("an item over an expression needs a name", item, names)),
        }
    }

    /// Refuses conditions as what is counted unless it is null: `count(status >= 500)` would count what is false, too.
    fn check_counted(&self, item: &AggregateItem, list: &AggregateItems) -> Result<()> {
        let is_in_item =
            |place: &Range<usize>| item.place.start <= place.start && place.end <= item.place.end;
        let mut parts = Vec::new();
        for call in list.calls.iter().filter(|call| is_in_item(&call.place)) {
            let counts = crate::aggregate::find(&call.function).is_some_and(|found| found.row.arity.0 == 0);
            if let [arg] = call.args.as_slice()
                && counts
                && arg.is_condition()
            {
                parts.push((
                    format!("count_if({})", arg.spelled(self.spec)),
                    self.around(arg, &call.function),
                ));
            }
        }
        let Some((_, place)) = parts.first() else { return Ok(()) };
        let name = if item.name.is_none() { "name = " } else { "" };
        let error = Error::new("a condition is counted here whether it is true or false");
        Err(error.at(self.spec, place.clone()).help(format!("write {name}{}", self.replaced(item, &parts))))
    }

    /// The place of a function's call, its name included, around its only argument.
    fn around(&self, arg: &Ast, function: &str) -> Range<usize> {
        let start = self.text(0..arg.place.start).rfind(function).unwrap_or(arg.place.start);
        let end = self.text(arg.place.end..self.spec.len()).find(')').map_or(0, |at| at + 1);
        start..arg.place.end + end
    }

    fn nameless(&self, message: &str, item: &AggregateItem, names: &[String]) -> Error {
        let is_free = |name: &&str| {
            !self.keys.iter().chain(names).any(|taken| taken == name) && !self.bounds.contains(name)
        };
        let name = ["name", "result", "value"].into_iter().find(is_free).unwrap_or("name_2");
        let written = self.text(item.place.clone());
        Error::new(message).at(self.spec, item.place.clone()).help(format!("{name} = {written}"))
    }

    /// Makes sure that an expression names nothing of single records: only keys, by their names or as they are
    /// written in `--by`, and the bounds of the window.
    fn settle(&self, ast: &mut Ast, list: &AggregateItems, at: usize) -> Result<()> {
        if let Some(path) = ast.as_field()
            && [path.joined(), path.first()].iter().any(|name| self.knows(name))
        {
            return self.refuse_key_alone(ast, list, at);
        }
        if let Some(key) = self.written.iter().find(|key| key.expr.means_same(ast)) {
            *ast = Ast::field(Path::name(&key.name), ast.place.clone());
            return self.refuse_key_alone(ast, list, at);
        }
        if let Some(path) = ast.as_field() {
            return Err(self.outside(path, ast.place.clone(), list, at));
        }
        if let AstKind::Call { name, name_place, args } = &ast.kind
            && !is_function(name)
        {
            return Err(unknown(name, args, self.spec).at(self.spec, name_place.clone()));
        }
        ast.kind.operands_mut().into_iter().try_for_each(|operand| self.settle(operand, list, at))
    }

    fn knows(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key == name) || self.bounds.contains(&name)
    }

    /// The error for an item without a name that is a key, as in SQL.
    fn refuse_key_alone(&self, ast: &Ast, list: &AggregateItems, at: usize) -> Result<()> {
        let alone = list.items.get(at).filter(|item| item.name.is_none() && item.expr.place == ast.place);
        let Some(item) = alone else { return Ok(()) };
        let others: Vec<&str> = list
            .items
            .iter()
            .filter(|other| other.place != item.place)
            .map(|other| self.text(other.place.clone()))
            .collect();
        let written = ast.spelled(self.spec);
        let error =
            Error::new(format!("{written} is in the result already")).at(self.spec, item.place.clone());
        Err(match others.is_empty() {
            true => error.help("leave it out, and name what is computed: count()"),
            false => error.help(format!("leave it out: aggregate '{}'", others.join(", "))),
        })
    }

    /// The error for a field of single records.
    fn outside(&self, path: &Path, place: Range<usize>, list: &AggregateItems, at: usize) -> Error {
        let written = self.text(place.clone());
        let Some(item) = list.items.get(at) else { return self.absent(path, place) };
        let is_alone = item.expr.place == place;
        if let Some(text) = self.written_out(item, path, list).filter(|_| !is_alone) {
            return Error::new(format!("{written} is an item, and items do not name each other"))
                .at(self.spec, place)
                .help(format!("write it out, equal aggregates are kept once: {text}"));
        }
        let by = format!("--by {}", crate::spell::word(written));
        let help = match crate::aggregate::find(path.joined()).filter(|_| is_alone) {
            Some(found) if found.row.arity.0 == 0 => format!("write {written}()"),
            Some(found) => format!("write {}", found.usage(path.joined())),
            None if is_alone && item.name.is_none() => {
                format!(
                    "write first({written}) for its first value; to group by it: aggregate 'count()' {by}"
                )
            }
            None => {
                let name = if item.name.is_none() { "name = " } else { "" };
                let whole = self.text(item.place.clone());
                let chosen = self.chosen(item);
                let keyed = if name.is_empty() { by } else { format!("{name}{whole} with {by}") };
                format!("write {name}{chosen} for its first value, or group by it: {keyed}")
            }
        };
        self.absent(path, place).help(help)
    }

    fn absent(&self, path: &Path, place: Range<usize>) -> Error {
        let written = self.text(place.clone());
        let written = if written.is_empty() { path.joined() } else { written };
        Error::new(format!("{written} is a field of single records, outside of an aggregate"))
            .at(self.spec, place)
    }

    /// An item with the first value of each field of single records in it.
    fn chosen(&self, item: &AggregateItem) -> String {
        let mut fields = Vec::new();
        fields_in(&item.expr, &mut fields);
        fields.retain(|(path, _)| ![path.joined(), path.first()].iter().any(|name| self.knows(name)));
        let first = |place: &Range<usize>| format!("first({})", self.text(place.clone()));
        let parts = fields.into_iter().map(|(_, place)| (first(&place), place)).collect::<Vec<_>>();
        self.replaced(item, &parts)
    }

    /// The text of an item with other text at some places.
    fn replaced(&self, item: &AggregateItem, parts: &[(String, Range<usize>)]) -> String {
        let mut text = String::new();
        let mut start = item.place.start;
        for (part, place) in parts {
            text.push_str(self.text(start..place.start));
            text.push_str(part);
            start = place.end;
        }
        text + self.text(start..item.place.end)
    }

    /// An item that names others, with what they are in their stead; `None` if the field `path` is none of them.
    fn written_out(&self, item: &AggregateItem, path: &Path, list: &AggregateItems) -> Option<String> {
        let mut fields = Vec::new();
        fields_in(&item.expr, &mut fields);
        let mut parts = Vec::new();
        let mut is_meant = false;
        for (field, place) in fields {
            let is_named = |other: &&AggregateItem| {
                other.place != item.place && self.plain_name(other, list).as_deref() == Some(field.joined())
            };
            if let Some(other) = list.items.iter().find(is_named) {
                let meant = self.text(other.expr.place.start..other.place.end);
                let is_call = other.as_call().is_some() && other.expr.place.end == other.place.end;
                parts.push((if is_call { meant.to_owned() } else { format!("({meant})") }, place));
                is_meant |= field == path;
            }
        }
        let text = self.replaced(item, &parts);
        let name = if item.name.is_none() { "name = " } else { "" };
        (is_meant && parse_aggregate(&text).is_ok()).then(|| format!("{name}{text}"))
    }

    /// The name that an item has, or gets of its aggregate and field.
    fn plain_name(&self, item: &AggregateItem, list: &AggregateItems) -> Option<String> {
        let call = || list.calls.get(item.as_call()?);
        item.name.clone().or_else(|| self.name_call(item, call()?, &[]).ok())
    }

    fn text(&self, place: Range<usize>) -> &str {
        self.spec.get(place).unwrap_or("")
    }
}

/// Whether there is a function of this name.
fn is_function(name: &str) -> bool {
    crate::function::find(name).is_some() || find_form(name).is_some()
}

fn unknown(function: &str, args: &[Ast], spec: &str) -> Error {
    let error = Error::new(format!("unknown aggregate \"{function}\""));
    if let Some(help) = called_elsewhere(function, args, spec) {
        return error.help(help);
    }
    let functions = crate::function::FUNCTIONS.iter().map(|row| row.name);
    match nearest(function, crate::aggregate::names().chain(functions)) {
        Some(name) => error.help(format!("did you mean {name}?")),
        None => error.help("tamis help aggregates lists them"),
    }
}

fn fields_in<'a>(ast: &'a Ast, found: &mut Vec<(&'a Path, Range<usize>)>) {
    if let AstKind::Field(path) = &ast.kind {
        found.push((path, ast.place.clone()));
    }
    ast.kind.operands().into_iter().for_each(|operand| fields_in(operand, found));
}

/// Binds an expression over the results of a group, which are in the columns `results`. The scope is that of the
/// records that leave.
pub(super) fn bind_output(
    ast: &Ast,
    spec: &str,
    results: &[Resolved],
    scope: &mut Scope<'_>,
) -> Result<Expr> {
    let (stage, env, sites) =
        (scope.stage, std::sync::Arc::clone(scope.env), std::sync::Arc::clone(scope.sites));
    let names = &mut Results { results, scope };
    Binder { stage, spec, names, sites: &sites, env: &env, ordered: false }.passing(ast)
}

/// The items that are computed from results: a step after the groups have left, so that nothing is computed for those
/// that a limit leaves out.
pub(super) struct Computed {
    /// Each with its column.
    pub(super) items: Vec<(usize, Expr)>,
}

impl Step for Computed {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        work.log.defer(std::mem::take(&mut batch.failed));
        for (column, expr) in &self.items {
            let values = expr.eval(&batch, &batch.live, work.env, &mut work.log);
            let values = values.into_made(&batch, &batch.live, work.env);
            batch.set_made(*column, values);
        }
        work.log.forget_deferred();
        work.count_faults(&batch);
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

/// The fields of the records that leave, and the results of aggregates.
struct Results<'x, 'a> {
    results: &'x [Resolved],
    scope: &'x mut Scope<'a>,
}

impl Names for Results<'_, '_> {
    fn resolve(&mut self, path: &Path) -> Result<Resolved> {
        self.scope.resolve(path)
    }

    fn result(&mut self, aggregate: usize) -> Result<Resolved> {
        let found = self.results.get(aggregate).cloned();
        found.ok_or_else(|| Error::new("a result of an aggregate that is not there"))
    }

    fn read_whole(&mut self, column: ColumnRef, behind: &[Segment]) {
        self.scope.read_whole(column, behind);
    }
}
