//! From the state of one group to an [`Aggregator`] of all groups.

use super::{Aggregator, Argument};
use crate::error::{Error, Result};
use crate::record::{Decimal, Decimals, Fault, FaultLog, Loaded, Rank, Slot};
use crate::value::{Number, Ordered, Value};

/// The state of one group, made from `N` computed arguments a record.
///
/// The default state is that of a group without records. `absorb(save(other))` must leave what updating with
/// the other records, in input order, would have left, as far as the result can tell.
pub(super) trait State<const N: usize>: Default + Send + Sync + 'static {
    /// What all groups share: literal arguments, and buffers that live across records.
    type With: Clone + Send + Sync + 'static;

    /// Adds the record that stands at `place` in input order. The last value is not null: [`Each`] skips those
    /// records.
    fn update(
        &mut self,
        values: [Value<'_>; N],
        place: Rank,
        with: &mut Self::With,
    ) -> std::result::Result<(), Fault>;

    /// Whether [`Self::update_scaled`] is there: the state takes short numbers without their spelling.
    const TAKES_DECIMALS: bool = false;

    /// Whether a number at a place would change nothing, as far as can be seen at once.
    #[inline]
    fn passes_over(&self, scaled: Scaled, place: impl FnOnce() -> Rank, with: &Self::With) -> bool {
        let _ = (scaled, with);
        drop(place);
        false
    }

    /// [`Self::update`] by a value that is a short number; `value` gives it as a value.
    #[inline]
    fn update_scaled<'v>(
        &mut self,
        scaled: Scaled,
        value: impl FnOnce() -> Value<'v>,
        place: Rank,
        with: &mut Self::With,
    ) -> std::result::Result<(), Fault> {
        let _ = scaled;
        let value = value();
        self.update([value; N], place, with)
    }

    /// Takes out what was ordered since it was last asked, where the order of values decides.
    fn take_ordered(with: &mut Self::With) -> Option<Ordered> {
        let _ = with;
        None
    }

    /// Appends the saved form.
    fn save(&self, out: &mut Vec<u8>);

    /// Adds a saved state and steps over it; `None` if the bytes are damaged.
    fn absorb(&mut self, from: &mut &[u8], with: &mut Self::With) -> Option<()>;

    /// Writes the result.
    fn result(&self, with: &Self::With, out: Slot<'_>) -> std::result::Result<(), Fault>;

    /// Bytes held on the heap beside the state's own size; asked for after every record, so it must be cheap.
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// The states of all groups, by group number.
pub(super) struct Each<S: State<N>, const N: usize> {
    states: Vec<S>,
    with: S::With,
    /// What the states hold beside their own sizes.
    held: usize,
}

/// A number as [`Decimals`] gives it: `mantissa / 10^decimals`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaled {
    pub(super) mantissa: i64,
    pub(super) decimals: u8,
}

impl Scaled {
    /// The number itself.
    pub(super) fn number(self) -> Number {
        let magnitude = u128::from(self.mantissa.unsigned_abs());
        Number::from_parts(self.mantissa < 0, magnitude, -i32::from(self.decimals)).unwrap_or(Number::ZERO)
    }
}

impl<S: State<N>, const N: usize> Each<S, N> {
    /// An aggregator without groups.
    pub(super) fn boxed(with: S::With) -> Box<dyn Aggregator> {
        Box::new(Self { states: Vec::new(), with, held: 0 })
    }

    /// Adds the records whose values are not null.
    fn add_values(
        &mut self,
        rows: &[u32],
        groups: &[u32],
        columns: [&Loaded<'_>; N],
        first: Rank,
        site: u32,
        faults: &mut FaultLog,
    ) {
        for &row in rows {
            let values = columns.map(|column| column.get(row));
            if values.last().is_some_and(|value| value.is_null()) {
                continue;
            }
            let group = groups.get(row as usize).and_then(|&group| self.states.get_mut(group as usize));
            let Some(state) = group else { continue };
            let before = state.heap_bytes();
            if let Err(fault) = state.update(values, first.after(row), &mut self.with) {
                faults.add(row, site, fault, values.last().copied());
            }
            self.held = self.held + state.heap_bytes() - before;
        }
    }

    /// Adds the records whose value is a short number; gives back those with other values.
    #[expect(clippy::too_many_arguments, reason = "those of update, and what it found out")]
    fn add_decimals(
        &mut self,
        rows: &[u32],
        groups: &[u32],
        values: &Loaded<'_>,
        column: &Decimals,
        first: Rank,
        site: u32,
        faults: &mut FaultLog,
    ) -> Vec<u32> {
        let decimals = column.decimals();
        let mut others = Vec::new();
        column.each(rows, groups, |row, group, decimal| {
            let scaled = match decimal {
                Decimal::Number(mantissa) => Scaled { mantissa, decimals },
                Decimal::Null => return,
                Decimal::Other => return others.push(row),
            };
            let Some(state) = self.states.get_mut(group as usize) else { return };
            if state.passes_over(scaled, || first.after(row), &self.with) {
                return;
            }
            let place = first.after(row);
            let before = state.heap_bytes();
            if let Err(fault) = state.update_scaled(scaled, || values.get(row), place, &mut self.with) {
                faults.add(row, site, fault, Some(values.get(row)));
            }
            self.held = self.held + state.heap_bytes() - before;
        });
        others
    }
}

impl<S: State<N>, const N: usize> Aggregator for Each<S, N> {
    fn fresh(&self) -> Box<dyn Aggregator> {
        Self::boxed(self.with.clone())
    }

    fn grow(&mut self, groups: usize) {
        if groups > self.states.len() {
            self.states.resize_with(groups, S::default);
        }
    }

    fn takes_decimals(&self) -> bool {
        S::TAKES_DECIMALS
    }

    fn update(
        &mut self,
        rows: &[u32],
        groups: &[u32],
        args: &[Argument<'_>],
        first: Rank,
        site: u32,
        faults: &mut FaultLog,
    ) {
        let Some(args) = args.first_chunk::<N>() else { return };
        let columns = args.map(|arg| arg.values);
        match args.first().and_then(|arg| Some((arg.values, arg.decimals?))) {
            Some((values, decimals)) if S::TAKES_DECIMALS => {
                let others = self.add_decimals(rows, groups, values, decimals, first, site, faults);
                self.add_values(&others, groups, columns, first, site, faults);
            }
            _ => self.add_values(rows, groups, columns, first, site, faults),
        }
        if let (Some(ordered), Some(by)) = (S::take_ordered(&mut self.with), args.last()) {
            faults.ordered(by.site, ordered);
        }
    }

    fn save(&self, group: u32, out: &mut Vec<u8>) {
        match self.states.get(group as usize) {
            Some(state) => state.save(out),
            None => S::default().save(out),
        }
    }

    fn absorb(&mut self, group: u32, from: &mut &[u8]) -> Result<()> {
        self.grow(group as usize + 1);
        let Some(state) = self.states.get_mut(group as usize) else { return Ok(()) };
        let before = state.heap_bytes();
        let absorbed = state.absorb(from, &mut self.with);
        self.held = self.held + state.heap_bytes() - before;
        absorbed.ok_or_else(|| Error::new("a saved state of an aggregate is damaged"))
    }

    fn result(&self, group: u32, out: Slot<'_>) -> std::result::Result<(), Fault> {
        match self.states.get(group as usize) {
            Some(state) => state.result(&self.with, out),
            None => S::default().result(&self.with, out),
        }
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.states.capacity() * size_of::<S>() + self.held
    }
}
