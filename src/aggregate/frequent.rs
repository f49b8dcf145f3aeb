//! `frequent(x, k)`: the values that occur most often.

use std::cmp::Ordering;

use super::each::{Each, State};
use super::kept::write_element;
use super::{AggregateDef, Family, Taking, positive, saved};
use crate::doc::{Doc, Example};
use crate::hash::Map;
use crate::record::{Fault, Rank, Slot};
use crate::time::Zone;
use crate::value::key::write_identity;
use crate::value::{Number, Value};

/// The registry row.
pub(super) static FREQUENT: AggregateDef = AggregateDef {
    name: "frequent",
    usage: "frequent(x, k)",
    family: Family::Value,
    arity: (2, 2),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |given| {
        let most = positive(
            given.literals.first().copied().unwrap_or(Value::Null),
            "frequent: k",
            "frequent(path, 10)",
        )?;
        Ok(Each::<Counts, 1>::boxed(With { most, zone: given.zone.clone(), identity: Vec::new() }))
    },
    doc: Doc {
        summary: "the k most frequent values with their counts",
        text: "An array of objects `{\"value\": …, \"count\": …}`, most frequent first, equally frequent ones in the order of \
               values. Counts are exact: every different value is kept. Values are told apart as keys are and written as \
               `collect` writes them. Nulls are skipped; without values the result is null.",
        examples: &[Example {
            command: "--from ndjson aggregate 'common = frequent(x, 2)'",
            input: "{\"x\":\"b\"}\n{\"x\":\"c\"}\n{\"x\":\"a\"}\n{\"x\":\"c\"}\n",
            output: "{\"common\":[{\"value\":\"c\",\"count\":2},{\"value\":\"a\",\"count\":1}]}\n",
        }],
    },
};

#[derive(Clone)]
struct With {
    most: u64,
    zone: Zone,
    /// Reused between records.
    identity: Vec<u8>,
}

/// Counts by the identity of values, whose order is that of the values.
#[derive(Default)]
struct Counts {
    counts: Map<Box<[u8]>, Entry>,
    /// Bytes of all identities and elements.
    bytes: usize,
}

struct Entry {
    count: u64,
    /// Where in input order the value was first seen.
    place: Rank,
    /// JSON text of the value as first seen.
    element: Box<[u8]>,
}

impl Counts {
    /// Counts a value `count` times, the first of them at `place`; `element` is asked for if none was before.
    #[inline]
    fn add(
        &mut self,
        identity: &[u8],
        count: u64,
        place: Rank,
        element: impl FnOnce() -> Box<[u8]>,
    ) -> Option<()> {
        let Some(entry) = self.counts.get_mut(identity) else {
            let element = element();
            self.bytes += identity.len() + element.len();
            self.counts.insert(identity.into(), Entry { count, place, element });
            return Some(());
        };
        entry.count = entry.count.checked_add(count)?;
        if place < entry.place {
            let element = element();
            self.bytes = self.bytes + element.len() - entry.element.len();
            (entry.place, entry.element) = (place, element);
        }
        Some(())
    }
}

impl State<1> for Counts {
    type With = With;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], place: Rank, with: &mut With) -> Result<(), Fault> {
        with.identity.clear();
        write_identity(value, &mut with.identity);
        let element = || {
            let mut element = Vec::new();
            write_element(value, &with.zone, &mut element);
            element.into_boxed_slice()
        };
        self.add(&with.identity, 1, place, element).ok_or(Fault("too many records"))
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_count(self.counts.len() as u64, out);
        for (identity, entry) in &self.counts {
            saved::write_bytes(identity, out);
            saved::write_bytes(&entry.element, out);
            saved::write_count(entry.count, out);
            entry.place.save(out);
        }
    }

    fn absorb(&mut self, from: &mut &[u8], _: &mut With) -> Option<()> {
        for _ in 0..saved::read_count(from)? {
            let identity = saved::read_bytes(from)?;
            let element = saved::read_text(from)?;
            let count = saved::read_count(from)?;
            let place = Rank::load(from)?;
            self.add(identity, count, place, || element.into())?;
        }
        Some(())
    }

    fn result(&self, with: &With, out: Slot<'_>) -> Result<(), Fault> {
        if self.counts.is_empty() {
            out.null();
            return Ok(());
        }
        let most = usize::try_from(with.most).unwrap_or(usize::MAX);
        let mut order: Vec<_> = self.counts.iter().collect();
        if most < order.len() {
            order.select_nth_unstable_by(most, compare);
            order.truncate(most);
        }
        order.sort_unstable_by(compare);
        out.array_with(|out| {
            let mut before = b'[';
            for (_, entry) in order {
                out.push(before);
                write_counted(entry, out);
                before = b',';
            }
            out.push(b']');
        });
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.counts.allocation_size() + self.bytes
    }
}

type Counted<'a> = (&'a Box<[u8]>, &'a Entry);

/// Most frequent first, then in the order of values.
fn compare(left: &Counted<'_>, right: &Counted<'_>) -> Ordering {
    right.1.count.cmp(&left.1.count).then_with(|| left.0.cmp(right.0))
}

fn write_counted(entry: &Entry, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"value\":");
    out.extend_from_slice(&entry.element);
    out.extend_from_slice(b",\"count\":");
    Number::from_u64(entry.count).write(out);
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn ties_come_in_the_order_of_values() {
        for (k, values, array) in [
            ("n1", &["tb", "ta", "tb"][..], r#"[{"value":"b","count":2}]"#),
            ("n2", &["tb", "ta", "n10", "n9"], r#"[{"value":9,"count":1},{"value":10,"count":1}]"#),
            ("n5", &["u1", "n1", "u1.0", "-"], r#"[{"value":1,"count":2},{"value":1.0,"count":1}]"#),
            ("n5", &["-"], "null"),
        ] {
            assert_eq!(results("frequent", &[k], values), array, "{values:?}");
        }
    }
}
