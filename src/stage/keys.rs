//! Keys of `--by` and `dedup`: bound once, evaluated per batch.

use super::groups::KeyColumn;
use super::{Scope, Work};
use crate::error::{Error, Result};
use crate::expr::{Expr, parse_keys};
use crate::record::Batch;

/// Bound keys.
#[derive(Default)]
pub(super) struct Keys {
    keys: Vec<Expr>,
    /// Names of the key fields, in order.
    pub(super) names: Vec<String>,
}

/// What a key may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyNames {
    /// It becomes a field, so that an expression needs a name.
    Needed,
    /// It is only compared.
    Unused,
}

impl Keys {
    /// Binds the keys of `text`; no text is no key.
    pub(super) fn bind(text: Option<&str>, names: KeyNames, scope: &mut Scope<'_>) -> Result<Self> {
        let Some(text) = text else { return Ok(Self::default()) };
        let mut bound = Self::default();
        for item in parse_keys(text)? {
            if names == KeyNames::Needed {
                item.check_named(text)?;
                if bound.names.contains(&item.name) {
                    return Err(Error::new(format!("two keys named \"{}\"", item.name))
                        .at(text, item.place.clone())
                        .help(format!("name one of them: {}_2 = …", item.name)));
                }
            }
            bound.keys.push(scope.expression_in(text, &item.expr)?);
            bound.names.push(item.name);
        }
        Ok(bound)
    }

    /// Whether there is no key: everything is one group.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys of the records `rows`.
    pub(super) fn eval<'b>(&self, batch: &'b Batch, rows: &[u32], work: &mut Work<'_>) -> Vec<KeyColumn<'b>> {
        let mut columns = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            let values = key.eval(batch, rows, work.env, &mut work.log);
            work.count_faults(batch);
            columns.push(KeyColumn { values, spelled: key.as_column() });
        }
        columns
    }
}
