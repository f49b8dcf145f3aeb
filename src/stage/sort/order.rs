//! Bound sort keys, and what they are for the records of a batch.

use crate::expr::Expr;
use crate::record::Batch;
use crate::stage::Work;
use crate::value::Ordered;
use crate::value::key::{Direction, is_number, write_order};

/// What records are ordered by.
pub(super) struct Order {
    keys: Vec<(Expr, Direction)>,
}

/// The sort keys of the live records of a batch: bytes whose order is the order wanted, none of which begins
/// with another.
#[derive(Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Order {
    /// An order by the first expression, ties by the next.
    pub(super) fn by(keys: Vec<(Expr, Direction)>) -> Self {
        Self { keys }
    }

    /// The keys of the live records of a batch.
    pub(super) fn keys(&self, batch: &Batch, work: &mut Work<'_>) -> Keys {
        let mut columns = Vec::with_capacity(self.keys.len());
        for (expr, direction) in &self.keys {
            let values = expr.eval(batch, &batch.live, work.env, &mut work.log);
            columns.push((values, *direction, Ordered::default()));
            work.count_faults(batch);
        }
        let mut keys = Keys::default();
        keys.bytes.reserve(16 * batch.live.len());
        keys.ends.reserve(batch.live.len());
        for &row in &batch.live {
            for (values, direction, ordered) in &mut columns {
                let (value, start) = (values.get(row), keys.bytes.len());
                write_order(value, *direction, &mut keys.bytes);
                let key = keys.bytes.get(start..).unwrap_or(&[]);
                ordered.note(value, is_number(key, *direction));
            }
            keys.ends.push(keys.bytes.len());
        }
        for ((expr, _), (.., ordered)) in self.keys.iter().zip(columns) {
            work.log.ordered(expr.site(), ordered);
        }
        work.count_faults(batch);
        keys
    }
}

impl Keys {
    /// The key of the live record of this number.
    #[inline]
    pub(super) fn of(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or(&[])
    }
}
