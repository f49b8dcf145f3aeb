//! `collect(x[, n])`: the values themselves, as an array.

use super::each::{Each, State};
use super::kept::write_element;
use super::{AggregateDef, Family, Taking, positive, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::time::Zone;
use crate::value::Value;

/// The registry row.
pub(super) static COLLECT: AggregateDef = AggregateDef {
    name: "collect",
    usage: "collect(x[, n])",
    family: Family::Value,
    arity: (1, 2),
    computed: 1,
    taking: Taking::Gathers,
    orders: false,
    start: |given| {
        let most = match given.literals.first() {
            None => u64::MAX,
            Some(&literal) => positive(literal, "collect: n", "collect(path, 10)")?,
        };
        Ok(Each::<Collected, 1>::boxed(With { most, zone: given.zone.clone(), element: Vec::new() }))
    },
    doc: Doc {
        summary: "an array of the values in input order, or of the first n",
        text: "Nulls are skipped; without values the result is null. JSON numbers stay as they are spelled; untyped text \
               that is spelled as one is a number, unless it is digits, e and digits (598e033); other text is a string; times are written as RFC 3339 in `--tz`, durations as literals.",
        examples: &[Example {
            command: "--from ndjson aggregate 'xs = collect(x), two = collect(x, 2)' --by k",
            input: "{\"k\":1,\"x\":3}\n{\"k\":1,\"x\":null}\n{\"k\":1,\"x\":\"b\"}\n{\"k\":1,\"x\":3}\n",
            output: "{\"k\":1,\"xs\":[3,\"b\",3],\"two\":[3,\"b\"]}\n",
        }],
    },
};

#[derive(Clone)]
struct With {
    most: u64,
    zone: Zone,
    /// Reused between records.
    element: Vec<u8>,
}

#[derive(Default)]
struct Collected {
    count: u64,
    /// In input order: each element's place, then its JSON text behind the text's length.
    elements: Vec<u8>,
    /// The place of the last element.
    last: Rank,
}

impl Collected {
    fn push(&mut self, place: Rank, element: &[u8], most: u64) {
        if self.count < most {
            place.save(&mut self.elements);
            saved::write_bytes(element, &mut self.elements);
            self.count += 1;
            self.last = place;
        }
    }

    /// Puts the elements of both in input order.
    fn merge(&mut self, other: &Self, most: u64) {
        let mut merged = Self::default();
        let (mut left, mut right) = (&self.elements[..], &other.elements[..]);
        let (mut mine, mut theirs) = (next(&mut left), next(&mut right));
        while let Some((place, element)) = match (mine, theirs) {
            (Some((here, _)), Some((there, _))) if there < here => theirs,
            (None, _) => theirs,
            _ => mine,
        } {
            merged.push(place, element, most);
            let is_mine = mine.is_some_and(|(here, _)| here == place);
            if is_mine { mine = next(&mut left) } else { theirs = next(&mut right) }
        }
        *self = merged;
    }
}

/// The next element and its place.
fn next<'a>(from: &mut &'a [u8]) -> Option<(Rank, &'a [u8])> {
    Some((Rank::load(from)?, saved::read_text(from)?))
}

impl State<1> for Collected {
    type With = With;

    fn update(&mut self, [value]: [Value<'_>; 1], place: Rank, with: &mut With) -> Result<(), Fault> {
        if self.count < with.most {
            with.element.clear();
            write_element(value, &with.zone, &mut with.element);
            self.push(place, &with.element, with.most);
        }
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_bytes(&self.elements, out);
    }

    fn absorb(&mut self, from: &mut &[u8], with: &mut With) -> Option<()> {
        let mut rest = saved::read_bytes(from)?;
        let mut other = Self::default();
        while !rest.is_empty() {
            let (place, element) = next(&mut rest)?;
            // Most parts come in input order; the first that does not sends the rest to be merged.
            let is_behind = other.count == 0 && (self.count == 0 || self.last <= place);
            if is_behind { &mut *self } else { &mut other }.push(place, element, with.most);
        }
        if other.count > 0 {
            self.merge(&other, with.most);
        }
        Some(())
    }

    fn result(&self, _: &With, out: Slot<'_>) -> Result<(), Fault> {
        if self.count == 0 {
            out.null();
            return Ok(());
        }
        out.array_with(|out| {
            let mut rest = &self.elements[..];
            let mut before = b'[';
            while let Some((_, element)) = next(&mut rest) {
                out.push(before);
                out.extend_from_slice(element);
                before = b',';
            }
            out.push(b']');
        });
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.elements.capacity()
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn elements_are_json() {
        for (literals, values, array) in [
            (
                &[][..],
                &["n1.50", "u1.50", "u007", "t\"", "-", "d90s", "b"][..],
                r#"[1.50,1.50,"007","\"","1m30s",true]"#,
            ),
            (&["n2"], &["n1", "n2", "n3"], "[1,2]"),
            (&[], &["-"], "null"),
        ] {
            assert_eq!(results("collect", literals, values), array, "{values:?}");
        }
    }
}
