//! The exact total and number of a group's values: the state behind `sum` and `avg`.

use super::SPELLED_BOOL;
use super::amount::{Kinds, NOT_A_NUMBER, amount};
use super::each::{Scaled, State};
use super::saved;
use crate::record::{Fault, Rank, Slot};
use crate::value::sum::Sum;
use crate::value::{Exact, Number, Value};

/// Sum, number and kinds of the values seen; durations count in nanoseconds.
#[derive(Default)]
pub(super) struct Total {
    pub(super) sum: Sum,
    pub(super) count: u64,
    pub(super) kinds: Kinds,
}

impl Total {
    /// Adds a value; a bool is 1 or 0.
    #[inline]
    fn add(&mut self, value: Value<'_>) -> Result<(), Fault> {
        let (kind, amount) = match value {
            Value::Bool(truth) => (Kinds::NUMBERS, Exact::Short(Number::from_u64(truth.into()))),
            _ => amount(value).map_err(|fault| why(value, fault))?,
        };
        self.kinds.join(kind);
        self.count += 1;
        self.sum.add_exact(amount);
        Ok(())
    }

    /// Adds a number.
    #[inline]
    fn add_scaled(&mut self, Scaled { mantissa, decimals }: Scaled) {
        self.kinds.join(Kinds::NUMBERS);
        self.count += 1;
        self.sum.add_short(mantissa, decimals);
    }

    /// Appends the saved form.
    fn save(&self, out: &mut Vec<u8>) {
        out.push(self.kinds.to_byte());
        saved::write_count(self.count, out);
        self.sum.save(out);
    }

    /// Adds a saved total; `None` if the bytes are damaged.
    fn absorb(&mut self, from: &mut &[u8]) -> Option<()> {
        self.kinds.join(Kinds::from_byte(saved::read_byte(from)?)?);
        self.count = self.count.checked_add(saved::read_count(from)?)?;
        self.sum.absorb(&Sum::load(from)?);
        Some(())
    }
}

/// Why a value cannot be added, if `fault` is all that is known.
#[cold]
fn why(value: Value<'_>, fault: Fault) -> Fault {
    let spells = |text: &[u8]| [&b"true"[..], b"false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    match value {
        Value::Text(text) | Value::Untyped(text) if fault == NOT_A_NUMBER && spells(text) => SPELLED_BOOL,
        _ => fault,
    }
}

/// Writes the result of a total that is not empty.
pub(super) type Finish = fn(&Total, Slot<'_>) -> Result<(), Fault>;

impl State<1> for Total {
    type With = Finish;
    const TAKES_DECIMALS: bool = true;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], _: Rank, _: &mut Finish) -> Result<(), Fault> {
        self.add(value)
    }

    #[inline]
    fn update_scaled<'v>(
        &mut self,
        scaled: Scaled,
        _: impl FnOnce() -> Value<'v>,
        _: Rank,
        _: &mut Finish,
    ) -> Result<(), Fault> {
        self.add_scaled(scaled);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        Total::save(self, out);
    }

    fn absorb(&mut self, from: &mut &[u8], _: &mut Finish) -> Option<()> {
        Total::absorb(self, from)
    }

    fn result(&self, finish: &Finish, out: Slot<'_>) -> Result<(), Fault> {
        if self.count == 0 {
            out.null();
            return Ok(());
        }
        finish(self, out)
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.sum.heap_bytes()
    }
}
