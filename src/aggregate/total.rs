//! The exact total and number of a group's values: the state behind `sum` and `avg`.

use super::amount::{Kinds, amount};
use super::each::Scaled;
use super::saved;
use crate::record::Fault;
use crate::value::Value;
use crate::value::sum::Sum;

/// Sum, number and kinds of the values seen; durations count in nanoseconds.
#[derive(Default)]
pub(super) struct Total {
    pub(super) sum: Sum,
    pub(super) count: u64,
    pub(super) kinds: Kinds,
}

impl Total {
    /// Adds a value.
    #[inline]
    pub(super) fn add(&mut self, value: Value<'_>) -> Result<(), Fault> {
        let (kind, amount) = amount(value)?;
        self.kinds.join(kind);
        self.count += 1;
        self.sum.add(amount);
        Ok(())
    }

    /// Adds a number.
    #[inline]
    pub(super) fn add_scaled(&mut self, Scaled { mantissa, decimals }: Scaled) {
        self.kinds.join(Kinds::NUMBERS);
        self.count += 1;
        self.sum.add_short(mantissa, decimals);
    }

    /// Appends the saved form.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        out.push(self.kinds.to_byte());
        saved::write_count(self.count, out);
        self.sum.save(out);
    }

    /// Adds a saved total; `None` if the bytes are damaged.
    pub(super) fn absorb(&mut self, from: &mut &[u8]) -> Option<()> {
        self.kinds.join(Kinds::from_byte(saved::read_byte(from)?)?);
        self.count = self.count.checked_add(saved::read_count(from)?)?;
        self.sum.absorb(&Sum::load(from)?);
        Some(())
    }
}
