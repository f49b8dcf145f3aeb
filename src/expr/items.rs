//! The lists that stages take as SPEC: items of `project`, keys, sort keys, single fields.

use std::ops::Range;

use super::constant::{field_meant, refuse_constant_key};
use super::cursor::Parser;
use super::lex::{MEMBERS, TokenKind};
use super::unnamed::own_name;
use super::{Ast, AstKind, Comparison};
use crate::error::{Error, Result};
use crate::record::Path;
use crate::spell;

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
        /// Fields left out, each with its place.
        except: Vec<(String, Range<usize>)>,
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
        /// Its name; without one it is the expression's text.
        name: Option<String>,
        /// How it is computed.
        expr: Ast,
        /// The item.
        place: Range<usize>,
    },
}

/// A key: what records are grouped, joined or told apart by.
#[derive(Clone, Debug)]
pub struct KeyItem {
    /// The name given in front, else a field's last name, else the expression's text.
    pub name: String,
    /// Whether the name was given.
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
            Err(error.help(format!("a field of this name is {}", spell::field(spec.trim()))))
        }
    }
}

impl Parser<'_> {
    pub(super) fn items<T>(&mut self, item: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
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
        Ok(match expr.kind {
            AstKind::Field(path) => ProjectItem::Field { path, name, place },
            _ => ProjectItem::Computed { name, expr, place },
        })
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
    fn except(&mut self) -> Result<Vec<(String, Range<usize>)>> {
        let open = self.place();
        if !self.accept("(") {
            return Err(self.unexpected("\"(\" after \"except\"").help("write * except (password, token)"));
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

    fn whole_field(&mut self) -> Result<(String, Range<usize>)> {
        let path = match self.peek() {
            TokenKind::Field { path, .. } => path,
            TokenKind::Literal(literal) => {
                let name = literal.as_text().or_else(|| self.spec.get(self.place())).unwrap_or("");
                let help = format!("a field of this name is written {}", spell::quoted_field(name));
                return Err(self.unexpected("a field's name").help(help));
            }
            _ => return Err(self.unexpected("a field's name")),
        };
        if !path.is_single() {
            let (whole, spelled) = (spell::field(path.first()), spell::quoted_field(&path.to_string()));
            let help = format!(
                "write {whole} to leave it out with all inside it, {spelled} for a field that is spelled so"
            );
            return Err(self.error("only whole fields can be left out", self.place()).help(help));
        }
        let (name, place) = (path.first().to_owned(), self.place());
        self.skip();
        if matches!(self.peek(), TokenKind::Sign("-")) {
            let start = place.start;
            let rest = self.spec.get(start..).unwrap_or("");
            let written = rest.split([',', ')']).next().unwrap_or("").trim_end();
            let help = format!("a field of this name is written {}", spell::quoted_field(written));
            let error = self.error("only whole fields can be left out", start..start + written.len());
            return Err(error.help(help));
        }
        Ok((name, place))
    }

    fn key_item(&mut self) -> Result<KeyItem> {
        let start = self.place().start;
        let name = self.item_name()?;
        let expr = self.expression()?;
        let place = start..self.behind();
        let named = name.is_some();
        let name = name.unwrap_or_else(|| own_name(expr.as_field(), expr.spelled(self.spec)));
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
                refuse_constant_key(&expr, self.spec, false)?;
                let written = expr.spelled(self.spec).to_owned();
                let error = self.error("a key needs the field of the table that it equals", expr.place);
                return Err(error.help(format!("write {written} = id")));
            }
        };
        match right.as_field() {
            Some(path) => Ok(OnItem { right: path.clone(), right_place: right.place, left, place }),
            None => {
                let error = self.error("after \"=\" comes a field of the table", right.place.clone());
                let field = field_meant(&right, self.spec).filter(|_| right.is_constant());
                Err(error.help(match field {
                    Some(field) => format!("a field of this name is written {field}"),
                    None => "compute on the left side: lower(user) = name".to_owned(),
                }))
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
    pub(super) fn item_name(&mut self) -> Result<Option<String>> {
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
