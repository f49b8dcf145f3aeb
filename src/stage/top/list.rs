//! The records of one key: the best, and for a while some more.
//!
//! Records are added behind the others. When they are twice as many as wanted, the best are found, and the worst of
//! these is what later ones have to come before. So a record costs the same however many are wanted.

use std::cmp::Ordering;

use crate::record::{Decimal, Place, Rank};
use crate::value::number::short::Short;

/// A record that may be among the best.
pub(super) struct Entry {
    /// Bytes that are the smaller the better the record is.
    pub(super) key: Box<[u8]>,
    /// Its place in input order, which decides between equals.
    pub(super) place: Rank,
    /// What it is compared by, if that is a short number.
    pub(super) short: Option<Short>,
    /// The record, once it is held.
    pub(super) held: Option<Place>,
}

/// Entries that a list has room for at first.
const FEW: usize = 4;

/// The best of one key.
#[derive(Default)]
pub(super) struct List {
    entries: Vec<Entry>,
    /// The entries in front of this one have records.
    waiting: usize,
    /// The best stand in front, the worst of them last; behind them what came later.
    bounded: bool,
}

impl Entry {
    fn compare(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key).then(self.place.cmp(&other.place))
    }
}

impl List {
    /// The worst of the best, if there are as many as wanted.
    fn worst(&self, most: usize) -> Option<&Entry> {
        if self.bounded { self.entries.get(most.checked_sub(1)?) } else { None }
    }

    /// Whether it can be seen at once that a record is not among the best. It comes later in the input than those
    /// that were added before; its number is one with this many `decimals`.
    #[inline]
    pub(super) fn passes_over(&self, number: Decimal, decimals: u8, most: usize) -> bool {
        let Some(worst) = self.worst(most).and_then(|worst| worst.short) else { return false };
        match number {
            Decimal::Number(mantissa) => is_at_most(Short { mantissa, decimals }, worst),
            Decimal::Null => true,
            Decimal::Other => false,
        }
    }

    /// How many entries there is room for.
    pub(super) fn room(&self) -> usize {
        self.entries.capacity()
    }

    /// Whether a record may be among the best.
    pub(super) fn takes(&self, key: &[u8], place: Rank, most: usize) -> bool {
        self.worst(most).is_none_or(|worst| (key, place) < (&*worst.key, worst.place))
    }

    /// Adds a record; says how many went for it.
    pub(super) fn push(&mut self, entry: Entry, most: usize) -> usize {
        if self.entries.is_empty() {
            // Many keys have a short list each.
            self.entries.reserve_exact(most.saturating_mul(2).min(FEW));
        }
        self.entries.push(entry);
        let full = if self.bounded { most.saturating_mul(2) } else { most };
        if self.entries.len() >= full { self.shrink(most) } else { 0 }
    }

    /// Drops all but the best; says how many.
    fn shrink(&mut self, most: usize) -> usize {
        let Some(last) = most.checked_sub(1).filter(|last| *last < self.entries.len()) else { return 0 };
        self.entries.select_nth_unstable_by(last, Entry::compare);
        let dropped = self.entries.len() - most;
        self.entries.truncate(most);
        self.bounded = true;
        self.waiting = 0;
        dropped
    }

    /// The places in input order of the entries that have no record yet.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Rank> {
        let entries = self.entries.iter().skip(self.waiting);
        entries.filter(|entry| entry.held.is_none()).map(|entry| entry.place)
    }

    /// Gives them their records, in the same order.
    pub(super) fn hold(&mut self, records: &mut impl Iterator<Item = Place>) {
        let waiting = std::mem::replace(&mut self.waiting, self.entries.len());
        for entry in self.entries.iter_mut().skip(waiting).filter(|entry| entry.held.is_none()) {
            entry.held = records.next();
        }
    }

    /// The records, in no order; each may be replaced by a copy.
    pub(super) fn records(&mut self) -> impl Iterator<Item = &mut Place> {
        self.entries.iter_mut().filter_map(|entry| entry.held.as_mut())
    }

    /// The best, in order.
    pub(super) fn into_best(mut self, most: usize) -> Vec<Entry> {
        self.entries.sort_unstable_by(Entry::compare);
        self.entries.truncate(most);
        self.entries
    }
}

/// Whether one number is at most another.
#[inline]
fn is_at_most(left: Short, right: Short) -> bool {
    if left.decimals == right.decimals {
        return left.mantissa <= right.mantissa;
    }
    let scaled = |number: Short, other: Short| {
        10i128
            .checked_pow(u32::from(other.decimals))
            .and_then(|power| power.checked_mul(number.mantissa.into()))
    };
    match (scaled(left, right), scaled(right, left)) {
        (Some(left), Some(right)) => left <= right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_sort(
            keys in prop::collection::vec((0..9u8, any::<bool>()), 0..60),
            most in 1..8usize,
        ) {
            let mut list = List::default();
            for (place, (key, plain)) in keys.iter().enumerate() {
                let short = Short { mantissa: -i64::from(*key), decimals: 0 };
                if *plain && list.passes_over(Decimal::Number(short.mantissa * 10), 1, most) {
                    continue;
                }
                let place = Rank::default().behind(place);
                if list.takes(&[*key], place, most) {
                    let key = Box::new([*key]);
                    list.push(Entry { key, place, short: Some(short), held: None }, most);
                }
            }
            let ranks = (0..).map(|place| Rank::default().after(place));
            let mut sorted: Vec<(u8, Rank)> = keys.iter().zip(ranks).map(|((key, _), rank)| (*key, rank)).collect();
            sorted.sort_unstable();
            sorted.truncate(most);
            let best: Vec<(u8, Rank)> =
                list.into_best(most).iter().map(|entry| (entry.key[0], entry.place)).collect();
            prop_assert_eq!(best, sorted);
        }

        #[test]
        fn numbers_compare_across_powers(
            left in -2000..2000i64, left_decimals in 0..4u8,
            right in -2000..2000i64, right_decimals in 0..4u8,
        ) {
            let at = |mantissa: i64, decimals: u8| mantissa * 10i64.pow(3 - u32::from(decimals));
            let short = |mantissa, decimals| Short { mantissa, decimals };
            prop_assert_eq!(
                is_at_most(short(left, left_decimals), short(right, right_decimals)),
                at(left, left_decimals) <= at(right, right_decimals)
            );
        }
    }
}
