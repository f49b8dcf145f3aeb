//! Which fields of the input a chain reads with all inside them (manual, section 4): what JSON does not allow there
//! rejects the record. A value that only leaves is not looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{Call, Expr, Item, Kind, Part, Stage};
use super::input::NAMES;

/// Names of the input's fields.
type Sources = BTreeSet<String>;

/// The fields that records have at one place of the chain, and of which input fields their values are.
struct Reads {
    fields: BTreeMap<String, Sources>,
    read: Sources,
}

/// The fields of the input that are compared, keyed, counted or taken apart somewhere.
pub(crate) fn read_by(chain: &[Stage]) -> Sources {
    let own = |name: &str| (name.to_owned(), Sources::from([name.to_owned()]));
    let mut reads = Reads { fields: NAMES.into_iter().map(own).collect(), read: Sources::new() };
    chain.iter().for_each(|stage| reads.pass(stage));
    reads.read
}

impl Reads {
    fn pass(&mut self, stage: &Stage) {
        match stage {
            Stage::Filter(condition) => self.value(condition),
            Stage::Project { items, star, except } => self.project(items, star.is_some(), except),
            Stage::Members(parts) => self.members(parts),
            Stage::Window(_) | Stage::Count(_) | Stage::WindowAll => {}
            Stage::Session { by, .. } | Stage::Limit { by, .. } => self.keys(by),
            Stage::Aggregate { items, by, computed } => {
                computed.iter().for_each(|(_, expr)| self.value(expr));
                let fields: Vec<String> =
                    by.iter().filter(|key| computed.iter().all(|(name, _)| name != *key)).cloned().collect();
                self.aggregate(items, &fields);
            }
            Stage::Sort(keys) => keys.iter().for_each(|(key, _)| self.value(key)),
            Stage::Top { by_value, by, .. } => {
                self.value(by_value);
                self.keys(by);
            }
            Stage::Dedup { keys, .. } => self.keys(keys),
            Stage::Join(join) => join.on.iter().for_each(|(left, _)| self.field(left)),
            Stage::Parse { field, name } => {
                self.field(field);
                self.fields.insert(name.clone(), Sources::new());
            }
            Stage::Explode(field) => {
                self.field(field);
                self.fields.remove(field);
            }
        }
    }

    fn project(&mut self, items: &[(String, Expr)], keeps_others: bool, except: &[String]) {
        let made: Vec<(String, Sources)> =
            items.iter().map(|(name, expr)| (name.clone(), self.passed(expr))).collect();
        self.fields.retain(|name, _| keeps_others && !except.contains(name));
        self.fields.extend(made);
    }

    /// What is taken apart is read; its members were looked at with it.
    fn members(&mut self, parts: &[Part]) {
        let mut items = Vec::new();
        for part in parts {
            match part {
                Part::Item(name, expr) => items.push((name.clone(), expr.clone())),
                Part::Of(name) => self.field(name),
                Part::Star(_) => {}
            }
        }
        let except = parts.iter().find_map(|part| match part {
            Part::Star(except) => Some(except.as_slice()),
            _ => None,
        });
        self.project(&items, except.is_some(), except.unwrap_or_default());
    }

    fn aggregate(&mut self, items: &[Item], by: &[String]) {
        self.keys(by);
        let mut made = BTreeMap::new();
        for Item { name, calls, expr, only } in items {
            only.iter().for_each(|only| self.value(only));
            let results = calls.iter().enumerate().map(|(at, call)| (format!("#{at}"), self.call(call)));
            let results: BTreeMap<String, Sources> = results.collect();
            let sources = match expr {
                None => results.get("#0").cloned().unwrap_or_default(),
                Some(expr) => {
                    let fields = std::mem::replace(&mut self.fields, results);
                    let passed = self.passed(expr);
                    self.fields = fields;
                    passed
                }
            };
            made.insert(name.clone(), sources);
        }
        self.fields = made;
    }

    /// The fields whose values an aggregate may give as they stand.
    fn call(&mut self, Call { kind, args, only }: &Call) -> Sources {
        only.iter().for_each(|only| self.value(only));
        let chooses = matches!(
            kind,
            Kind::First | Kind::Last | Kind::ArgMin | Kind::ArgMax | Kind::Collect | Kind::CollectSome(_)
        );
        let (chosen, read) = args.split_at(usize::from(chooses));
        read.iter().for_each(|arg| self.value(arg));
        chosen.first().map(|arg| self.passed(arg)).unwrap_or_default()
    }

    fn keys(&mut self, names: &[String]) {
        names.iter().for_each(|name| self.field(name));
    }

    fn field(&mut self, name: &str) {
        self.read.extend(self.fields.get(name).cloned().unwrap_or_default());
    }

    /// An expression whose value is read.
    fn value(&mut self, expr: &Expr) {
        match expr {
            Expr::Field(name) => self.field(name),
            Expr::Literal(_) | Expr::Length(_) => {}
            Expr::OfTime(_, inner) | Expr::Json(inner) => self.value(inner),
            Expr::IsNull(inner) if matches!(**inner, Expr::Field(_)) => {}
            Expr::Not(inner) | Expr::IsNull(inner) => self.value(inner),
            Expr::Compare(_, left, right)
            | Expr::Arithmetic(_, left, right)
            | Expr::Extreme(_, left, right)
            | Expr::And(left, right)
            | Expr::Or(left, right)
            | Expr::Default(left, right) => [left, right].into_iter().for_each(|side| self.value(side)),
            Expr::Between(inner, least, most) | Expr::If(inner, least, most) => {
                [inner, least, most].into_iter().for_each(|part| self.value(part));
            }
            Expr::In(inner, among) => {
                self.value(inner);
                among.iter().for_each(|part| self.value(part));
            }
        }
    }

    /// The fields of which an expression gives values as they stand; all else about it is read.
    fn passed(&mut self, expr: &Expr) -> Sources {
        match expr {
            Expr::Field(name) => self.fields.get(name).cloned().unwrap_or_default(),
            Expr::Default(left, right) => &self.passed(left) | &self.passed(right),
            Expr::If(condition, left, right) => {
                self.value(condition);
                &self.passed(left) | &self.passed(right)
            }
            other => {
                self.value(other);
                Sources::new()
            }
        }
    }
}
