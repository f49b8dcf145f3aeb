//! Keys of `--by` and `dedup`: bound once, evaluated per batch.

use super::groups::KeyColumn;
use super::{Scope, Work};
use crate::error::{Error, Result};
use crate::expr::{Check, Expr, check_named_by_text, parse_keys, refuse_constant_key, rename};
use crate::record::{Batch, ColumnRef, Reading};

/// Bound keys.
#[derive(Default, Debug)]
pub(super) struct Keys {
    keys: Vec<Key>,
    /// Names of the key fields, in order.
    pub(super) names: Vec<String>,
}

/// Where the values of a key come from.
#[derive(Debug)]
enum Key {
    Expr(Expr),
    /// A column that another stage has filled, and how it is read.
    Column(ColumnRef, Reading),
}

/// What a key may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyNames {
    /// It becomes a field.
    Needed,
    /// It is only compared.
    Unused,
}

impl Key {
    fn reading(&self) -> Reading {
        match self {
            Self::Expr(expr) => expr.reading(),
            Self::Column(_, reading) => *reading,
        }
    }
}

impl Keys {
    /// Binds the keys of `text`; no text is no key.
    pub(super) fn bind(text: Option<&str>, names: KeyNames, scope: &mut Scope<'_>) -> Result<Self> {
        let Some(text) = text else { return Ok(Self::default()) };
        let mut bound = Self::default();
        for item in parse_keys(text)? {
            match names {
                _ if item.named => {}
                KeyNames::Needed => check_named_by_text(&item.expr, text)?,
                KeyNames::Unused => refuse_constant_key(&item.expr, text, false)?,
            }
            if names == KeyNames::Needed && bound.names.contains(&item.name) {
                return Err(Error::new(format!("two keys named \"{}\"", item.name))
                    .at(text, item.place.clone())
                    .help(rename(&item.name, item.expr.spelled(text))));
            }
            let expr = scope.expression_in(text, &item.expr)?;
            bound.keys.push(Key::Expr(scope.laid_out_if_inside(expr, Check::Whole)));
            bound.names.push(item.name);
        }
        Ok(bound)
    }

    /// The same keys, whose values a stage has put into computed columns.
    pub(super) fn in_columns(&self, columns: &[usize]) -> Self {
        let column = |(key, column): (&Key, &usize)| Key::Column(ColumnRef::Made(*column), key.reading());
        let keys = self.keys.iter().zip(columns).map(column).collect();
        Self { keys, names: self.names.clone() }
    }

    /// Those of such keys that have none of these names.
    pub(super) fn without(&self, names: &[String]) -> Self {
        let mut left = Self::default();
        for (key, name) in self.keys.iter().zip(&self.names).filter(|(_, name)| !names.contains(name)) {
            if let Key::Column(column, reading) = key {
                left.keys.push(Key::Column(*column, *reading));
                left.names.push(name.clone());
            }
        }
        left
    }

    /// These keys in front of others.
    pub(super) fn before(mut self, others: Self) -> Self {
        self.keys.extend(others.keys);
        self.names.extend(others.names);
        self
    }

    /// Whether these are the same columns as others, in the same order.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let same = |(own, other): (&Key, &Key)| match (own, other) {
            (Key::Column(own, _), Key::Column(other, _)) => own == other,
            _ => false,
        };
        self.keys.len() == other.keys.len() && self.keys.iter().zip(&other.keys).all(same)
    }

    /// How the field of each key is read, in order.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading> {
        self.keys.iter().map(Key::reading)
    }

    /// Whether there is no key: everything is one group.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys of the records `rows`.
    pub(super) fn eval<'b>(&self, batch: &'b Batch, rows: &[u32], work: &mut Work<'_>) -> Vec<KeyColumn<'b>> {
        let mut columns = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            let (values, spelled) = match key {
                Key::Expr(expr) => (expr.eval(batch, rows, work.env, &mut work.log), expr.as_column()),
                Key::Column(column, reading) => {
                    (batch.load(*column, rows, *reading, work.env, 0, &mut work.log), Some(*column))
                }
            };
            work.count_faults(batch);
            let keeps_times = key.reading() != Reading::Plain && work.env.times.has_year();
            columns.push(KeyColumn { values, spelled, keeps_times });
        }
        columns
    }
}
