//! `window session:GAP`: what belongs to a session is known at the aggregate, which keeps those that are open.
//! Here only the keys are taken, so that a stage between cannot lose them.

use std::sync::Arc;

use super::already_open;
use crate::error::{Error, Result};
use crate::record::{Batch, Cell, ColumnRef, Form, Loaded, Made};
use crate::stage::groups::KeyColumn;
use crate::stage::keys::{KeyNames, Keys};
use crate::stage::outline::Outline;
use crate::stage::scope::Windowed;
use crate::stage::take_time::{before, has_time};
use crate::stage::{Bound, Scope, Step, Words, Work};
use crate::time::Duration;

/// Windows of events that follow each other.
#[derive(Debug)]
pub struct Session {
    /// The longest pause within a session, which is also how far it reaches beyond its last event.
    pub(in crate::stage) gap: Duration,
    /// The keys that `--by` names, in columns; without it, those of the aggregate.
    pub(in crate::stage) keys: Option<Keys>,
    /// The records that reach the window.
    pub(in crate::stage) outline: Outline,
}

struct TakeKeys {
    keys: Keys,
    columns: Vec<usize>,
    outline: Outline,
}

/// Binds `session:GAP`.
pub(super) fn bind(spec: &str, gap: &str, words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let place = spec.len() - gap.len()..spec.len();
    let gap = Duration::parse(gap.as_bytes()).filter(|gap| *gap > Duration::ZERO).ok_or_else(|| {
        let is_number = gap.bytes().all(|byte| byte.is_ascii_digit()) && gap.bytes().any(|byte| byte != b'0');
        let example = if is_number { gap.to_owned() + "m" } else { "30m".to_owned() };
        Error::new(format!("not a pause between sessions: \"{gap}\""))
            .at(spec, place)
            .help(format!("a duration above zero, such as session:{example}"))
    })?;
    already_open(spec, scope)?;
    let mut bound = before(scope)?;
    let outline = Outline::of(scope);
    scope.needs.lateness();
    let keys = Keys::bind(words.option("by"), KeyNames::Needed, scope)?;
    let columns: Vec<usize> = keys.names.iter().map(|_| scope.new_column()).collect();
    let own = words.has("by").then(|| keys.in_columns(&columns));
    let session = Session { gap, keys: own, outline: outline.clone() };
    scope.windowed = Windowed::Session(Arc::new(session));
    scope.shape.set("window_start", ColumnRef::WindowStart);
    scope.shape.set("window_end", ColumnRef::WindowEnd);
    bound.push(Bound::Step(Box::new(TakeKeys { keys, columns, outline })));
    Ok(bound)
}

impl Step for TakeKeys {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let live = std::mem::take(&mut batch.live);
        batch.live = live.into_iter().filter(|&row| has_time(&batch, row, &self.outline, work)).collect();
        let keys = self.keys.eval(&batch, &batch.live, work);
        let made: Vec<Made> = keys.iter().map(|key| spelled(&batch, key)).collect();
        drop(keys);
        for (column, made) in self.columns.iter().zip(made) {
            batch.set_made(*column, made);
        }
        Ok(batch)
    }
}

/// A key's column with its spellings.
fn spelled(batch: &Batch, key: &KeyColumn<'_>) -> Made {
    if let (Some(ColumnRef::Input(slot)), Loaded::Cells(_)) = (key.spelled, &key.values)
        && let Some(cells) = batch.inputs.get(slot)
    {
        return Made::located(&batch.bytes, cells.iter().map(|cell| null_if_missing(*cell)).collect());
    }
    let mut made = batch.new_column();
    for &row in &batch.live {
        key.copy_to(batch, row, &mut made, row);
    }
    made
}

/// A record that does not have a key has the key null.
fn null_if_missing(cell: Cell) -> Cell {
    if cell.form == Form::Missing { Cell { form: Form::Null, ..Cell::MISSING } } else { cell }
}
