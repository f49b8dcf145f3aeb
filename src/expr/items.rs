//! The lists that stages take as SPEC: items of `project` and `aggregate`, keys, sort keys, single fields.

use std::ops::Range;

use super::cursor::Parser;
use super::lex::{MEMBERS, TokenKind};
use super::{Ast, AstKind, Comparison};
use crate::aggregate;
use crate::error::{Error, Result};
use crate::record::Path;

/// An item of `project`.
#[derive(Clone, Debug)]
pub enum ProjectItem {
    /// A field, renamed if it has a name.
    Field {
        /// The field.
        path: Path,
        /// The name given in front; without one it is the path's last name.
        name: Option<String>,
        /// The item.
        place: Range<usize>,
    },
    /// `*`, `* except (a, b)`.
    All {
        /// Fields left out.
        except: Vec<String>,
        /// The item.
        place: Range<usize>,
    },
    /// `payload.*`, `json(log).*`: the members of an object.
    Members {
        /// The object.
        object: Ast,
        /// The item.
        place: Range<usize>,
    },
    /// A computed field.
    Computed {
        /// Its name.
        name: String,
        /// How it is computed.
        expr: Ast,
        /// The item.
        place: Range<usize>,
    },
}

/// An item of `aggregate`.
#[derive(Clone, Debug)]
pub struct AggregateItem {
    /// The name given in front.
    pub name: Option<String>,
    /// The aggregate's name as written; whether there is such a one is not checked.
    pub function: String,
    /// Where that name stands.
    pub function_place: Range<usize>,
    /// The arguments.
    pub args: Vec<Ast>,
    /// What stands behind `where`.
    pub condition: Option<Ast>,
    /// The item.
    pub place: Range<usize>,
}

/// A key: what records are grouped, joined or told apart by.
#[derive(Clone, Debug)]
pub struct KeyItem {
    /// The name given in front, else a field's last name, else the expression as written.
    pub name: String,
    /// Whether the name was given or is a field's; [`KeyItem::check_named`] is for keys that need one.
    pub named: bool,
    /// How it is computed.
    pub expr: Ast,
    /// The item.
    pub place: Range<usize>,
}

/// One field of the key of a join.
#[derive(Clone, Debug)]
pub struct OnItem {
    /// How it is computed from a record.
    pub left: Ast,
    /// The field of the table.
    pub right: Path,
    /// Where the right side is written.
    pub right_place: Range<usize>,
    /// The item.
    pub place: Range<usize>,
}

/// A sort key.
#[derive(Clone, Debug)]
pub struct SortItem {
    /// How it is computed.
    pub expr: Ast,
    /// Whether the largest comes first.
    pub descending: bool,
    /// The item.
    pub place: Range<usize>,
}

/// Reads the items of `project`. Whether names clash is not checked.
pub fn parse_project(spec: &str) -> Result<Vec<ProjectItem>> {
    let mut parser = Parser::new(spec, "fields are expected, for example 'time, path, ms = latency * 1000'")?;
    parser.items(Parser::project_item)
}

/// Reads the items of `aggregate`.
pub fn parse_aggregate(spec: &str) -> Result<Vec<AggregateItem>> {
    let mut parser = Parser::new(spec, "aggregates are expected, for example 'count(), p99(latency_ms)'")?;
    parser.items(Parser::aggregate_item)
}

/// Reads keys: `--by`, `--on`, `dedup`.
pub fn parse_keys(spec: &str) -> Result<Vec<KeyItem>> {
    let mut parser = Parser::new(spec, "keys are expected, for example 'path, hour = floor(ts, 1h)'")?;
    parser.items(Parser::key_item)
}

/// Reads the key of a join: `id`, `user.id = id`.
pub fn parse_on(spec: &str) -> Result<Vec<OnItem>> {
    let mut parser = Parser::new(spec, "keys are expected, for example 'user_id', or 'user_id = id'")?;
    parser.items(Parser::on_item)
}

/// Reads sort keys: `count desc, path`.
pub fn parse_sort(spec: &str) -> Result<Vec<SortItem>> {
    let mut parser = Parser::new(spec, "keys are expected, for example 'count desc, path'")?;
    parser.items(Parser::sort_item)
}

/// Reads the name of one field: `line`, `user.id`, `` `user-agent` ``.
pub fn parse_path(spec: &str) -> Result<Path> {
    let mut parser = Parser::new(spec, "a field is expected")?;
    let ast = parser.expression()?;
    parser.end("one field")?;
    match ast.kind {
        AstKind::Field(path) => Ok(path),
        _ => {
            let error = Error::new("expected one field").at(spec, ast.place);
            Err(error.help(format!("a field of this name is `{}`", spec.trim())))
        }
    }
}

impl KeyItem {
    /// An error if the key has no name. `spec` is what it was read from.
    pub fn check_named(&self, spec: &str) -> Result<()> {
        if self.named { Ok(()) } else { Err(nameless(&self.expr, spec)) }
    }
}

impl Parser<'_> {
    fn items<T>(&mut self, item: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.accept(",") {
            items.push(item(self)?);
        }
        self.end("an operator or \",\"")?;
        Ok(items)
    }

    fn project_item(&mut self) -> Result<ProjectItem> {
        let start = self.place().start;
        if self.accept("*") {
            let except = if self.accept_word("except") { self.except()? } else { Vec::new() };
            return Ok(ProjectItem::All { except, place: start..self.behind() });
        }
        let name = self.item_name()?;
        let expr = self.expression()?;
        if matches!(self.peek(), TokenKind::Sign(MEMBERS)) {
            return self.members(name, expr, start);
        }
        let place = start..self.behind();
        match (expr.kind, name) {
            (AstKind::Field(path), name) => Ok(ProjectItem::Field { path, name, place }),
            (kind, Some(name)) => Ok(ProjectItem::Computed {
                name,
                expr: Ast { kind, place: expr.place, depth: expr.depth },
                place,
            }),
            (kind, None) => Err(nameless(&Ast { kind, place: expr.place, depth: expr.depth }, self.spec)),
        }
    }

    /// `.*` after an object.
    fn members(&mut self, name: Option<String>, object: Ast, start: usize) -> Result<ProjectItem> {
        let sign = self.place();
        if self.last_value != object.place {
            let last = self.last_value.start..sign.end;
            let written = self.spec.get(object.place.clone()).unwrap_or("…");
            let error = self.error("what the members are of must be in parentheses", last);
            return Err(error.help(format!("write ({written}).*")));
        }
        self.skip();
        let place = start..self.behind();
        if let Some(name) = name {
            let written = object.spelled(self.spec);
            let error = self.error("members have names of their own", place);
            return Err(error.help(format!("the object as one field is {name} = {written}")));
        }
        let except = self.place().start;
        if self.accept_word("except") {
            self.except()?;
            let error = self.error("members are left out in a later stage", start..self.behind());
            let typed = self.spec.get(except..self.behind()).unwrap_or("except (…)");
            return Err(error.help(format!("leave {typed} out here: then project '* {typed}'")));
        }
        Ok(ProjectItem::Members { object, place })
    }

    /// `(a, b)` behind `* except`.
    fn except(&mut self) -> Result<Vec<String>> {
        let open = self.place();
        if !self.accept("(") {
            return Err(self.unexpected("\"(\" behind \"except\"").help("write * except (password, token)"));
        }
        let mut names = Vec::new();
        loop {
            names.push(self.whole_field()?);
            if matches!(self.peek(), TokenKind::Sign(MEMBERS)) {
                let help = "leave out the object, or its members in a later stage";
                return Err(self.error("only whole fields can be left out", self.place()).help(help));
            }
            if !self.accept(",") {
                self.close(")", open)?;
                return Ok(names);
            }
        }
    }

    fn whole_field(&mut self) -> Result<String> {
        let TokenKind::Field { path, .. } = self.peek() else {
            return Err(self.unexpected("a field's name"));
        };
        if !path.is_single() {
            let help = format!("a field that is spelled so is `{}`", path.joined());
            return Err(self.error("only whole fields can be left out", self.place()).help(help));
        }
        let name = path.first().to_owned();
        self.skip();
        Ok(name)
    }

    fn aggregate_item(&mut self) -> Result<AggregateItem> {
        let start = self.place().start;
        let name = self.item_name()?;
        let function_place = self.place();
        let function = self.aggregate_name()?;
        let open = self.place();
        self.skip();
        let args = self.aggregate_args(&function, open)?;
        let condition = if self.accept_word("where") { Some(self.expression()?) } else { None };
        if !matches!(self.peek(), TokenKind::Sign(",") | TokenKind::End) {
            let error = self.unexpected("\",\" or \"where\" behind an aggregate");
            return Err(match self.peek() {
                TokenKind::Sign("+" | "-" | "*" | "/" | "//" | "%" | "++" | "??") => {
                    error.help("compute with results in a later stage: then project '*, name = …'")
                }
                _ => error,
            });
        }
        Ok(AggregateItem { name, function, function_place, args, condition, place: start..self.behind() })
    }

    fn aggregate_name(&mut self) -> Result<String> {
        let called = matches!(self.ahead(1), TokenKind::Sign("("));
        match self.peek() {
            TokenKind::Field { path, word: true } if called => {
                let function = path.first().to_owned();
                self.skip();
                Ok(function)
            }
            TokenKind::Field { path, word: true } => {
                let name = path.first().to_owned();
                let error = self.unexpected("an aggregate");
                Err(error.help(format!("write {name}(), first({name}) or, to group by it, --by {name}")))
            }
            _ => Err(self.unexpected("an aggregate").help("write for example count() or sum(bytes)")),
        }
    }

    fn aggregate_args(&mut self, function: &str, open: Range<usize>) -> Result<Vec<Ast>> {
        if matches!(self.peek(), TokenKind::Sign("*")) {
            let help = match aggregate::find(function) {
                Some(found) if found.row.arity.0 > 0 => {
                    format!("name a field, as in {function}(bytes), or count records with count()")
                }
                _ => format!("write {function}()"),
            };
            return Err(self.unexpected("an expression").help(help));
        }
        let args = self.until(")", open)?;
        match args.iter().find_map(|arg| Some((arg, called_aggregate(arg)?))) {
            Some((arg, inner)) => Err(self.nested(function, inner, arg)),
            None => Ok(args),
        }
    }

    fn nested(&self, outer: &str, inner: &str, arg: &Ast) -> Error {
        let spelled = arg.spelled(self.spec);
        let help = format!("chain them: aggregate 'x = {spelled}' --by … then aggregate '{outer}(x)'");
        self.error(format!("aggregates do not nest: {outer} over {inner}"), arg.place.clone()).help(help)
    }

    fn key_item(&mut self) -> Result<KeyItem> {
        let start = self.place().start;
        let name = self.item_name()?;
        let expr = self.expression()?;
        let place = start..self.behind();
        let given = name.or_else(|| Some(expr.as_field()?.last_name().to_owned()));
        let named = given.is_some();
        let name = given.unwrap_or_else(|| expr.spelled(self.spec).to_owned());
        Ok(KeyItem { name, named, expr, place })
    }

    /// `left = right` reads as a comparison.
    fn on_item(&mut self) -> Result<OnItem> {
        let start = self.place().start;
        let expr = self.expression()?;
        let place = start..self.behind();
        let (left, right) = match expr.kind {
            AstKind::Compare(Comparison::Equal, sides) => {
                let [left, right] = *sides;
                (left, right)
            }
            AstKind::Field(path) => {
                let left = Ast::field(path.clone(), expr.place.clone());
                return Ok(OnItem { left, right: path, right_place: expr.place, place });
            }
            _ => {
                let written = expr.spelled(self.spec).to_owned();
                let error = self.error("a key needs the field of the table that it equals", expr.place);
                return Err(error.help(format!("write {written} = id")));
            }
        };
        match right.as_field() {
            Some(path) => Ok(OnItem { right: path.clone(), right_place: right.place, left, place }),
            None => {
                let error = self.error("behind \"=\" stands a field of the table", right.place);
                Err(error.help("compute on the left side: lower(user) = name"))
            }
        }
    }

    fn sort_item(&mut self) -> Result<SortItem> {
        let start = self.place().start;
        let expr = self.expression()?;
        let descending = self.accept_word("desc");
        if !descending {
            self.accept_word("asc");
        }
        Ok(SortItem { expr, descending, place: start..self.behind() })
    }

    /// `name =` at the head of an item.
    fn item_name(&mut self) -> Result<Option<String>> {
        if !matches!(self.ahead(1), TokenKind::Sign("=")) {
            return Ok(None);
        }
        let name = match self.peek() {
            TokenKind::Field { path, .. } if path.is_single() => path.first().to_owned(),
            TokenKind::Field { path, .. } => {
                let help = format!("to make a field that is spelled so, write `{}` = …", path.joined());
                return Err(self.error("a path cannot be a new field's name", self.place()).help(help));
            }
            TokenKind::Bad => return Err(self.unexpected("a name")),
            _ => {
                let written = self.spec.get(self.place()).unwrap_or("");
                let help = format!("write `{}` = …", written.trim_matches(['"', '\'']));
                return Err(self.error("this cannot be a name as it stands", self.place()).help(help));
            }
        };
        self.skip();
        self.skip();
        Ok(Some(name))
    }
}

/// The aggregate that an expression is a call of.
fn called_aggregate(expr: &Ast) -> Option<&str> {
    match &expr.kind {
        AstKind::Call { name, .. } if aggregate::find(name).is_some() => Some(name),
        _ => None,
    }
}

fn nameless(expr: &Ast, spec: &str) -> Error {
    let written = expr.spelled(spec);
    let help = if expr.is_hyphenated(spec) {
        format!("write name = {written}; if it is one field, `{written}`")
    } else if written.len() <= 40 {
        format!("write name = {written}")
    } else {
        "write name = …".to_owned()
    };
    Error::new("an expression needs a name").at(spec, expr.place.clone()).help(help)
}
