//! The fields that the items become: their names, and those that are computed from several aggregates or none.

use std::ops::Range;

use super::item::check_argument;
use crate::error::{Error, Result};
use crate::expr::{
    AggregateCall, AggregateItem, AggregateItems, Ast, AstKind, Binder, Expr, KeyItem, Names, Resolved,
    parse_aggregate, refuse_constant,
};
use crate::record::{ColumnRef, Path, Segment};
use crate::stage::Scope;

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
        let error = Error::new(format!("{written} is a field of single records, outside of an aggregate"))
            .at(self.spec, place.clone());
        let item = list.items.get(at);
        let is_alone = item.is_some_and(|item| item.expr.place == place);
        if let Some(item) = item.filter(|_| !is_alone)
            && let Some(help) = self.written_out(item, list)
        {
            return error.help(help);
        }
        let by = if written.chars().all(|c| c.is_alphanumeric() || "_.@-".contains(c)) {
            written.to_owned()
        } else {
            format!("'{}'", written.replace('\'', "\""))
        };
        match crate::aggregate::find(path.joined()).filter(|_| is_alone).map(|found| found.row) {
            Some(row) if row.arity.0 == 0 => error.help(format!("write {written}()")),
            Some(row) => error.help(format!("write {}", row.usage)),
            None => {
                error.help(format!("write first({written}) for its first value, or group by it: --by {by}"))
            }
        }
    }

    /// An item that names another one, with what that one is in its stead.
    fn written_out(&self, item: &AggregateItem, list: &AggregateItems) -> Option<String> {
        let mut fields = Vec::new();
        fields_in(&item.expr, &mut fields);
        let mut text = String::new();
        let mut start = item.place.start;
        let mut known = false;
        for (path, place) in fields {
            let named =
                |other: &&AggregateItem| self.plain_name(other, list).as_deref() == Some(path.joined());
            let Some(other) = list.items.iter().filter(|other| other.place != item.place).find(named) else {
                continue;
            };
            let meant = self.text(other.expr.place.start..other.place.end);
            text.push_str(self.text(start..place.start));
            let is_call = other.as_call().is_some() && other.expr.place.end == other.place.end;
            text.push_str(&if is_call { meant.to_owned() } else { format!("({meant})") });
            (start, known) = (place.end, true);
        }
        text.push_str(self.text(start..item.place.end));
        (known && parse_aggregate(&text).is_ok())
            .then(|| format!("items do not name each other, and equal aggregates are kept once: {text}"))
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

fn fields_in<'a>(ast: &'a Ast, found: &mut Vec<(&'a Path, Range<usize>)>) {
    if let AstKind::Field(path) = &ast.kind {
        found.push((path, ast.place.clone()));
    }
    ast.kind.operands().into_iter().for_each(|operand| fields_in(operand, found));
}

/// Binds an expression over the results of a group, which stand in the columns `results`. The scope is that of the
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
