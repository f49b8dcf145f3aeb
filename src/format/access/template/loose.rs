//! Lines that fit a log format in more than one way: two variables that may hold blanks, with but a blank between them.

use regex::bytes::Regex;

use super::{Found, MOST, Slot, Template, capture};

/// What says of a line whether it fits in more than one way.
#[derive(Debug)]
pub(super) struct Loose {
    stretches: Vec<Stretch>,
    /// Those variables take the most bytes here that take the fewest elsewhere.
    most: Regex,
}

/// A variable that may hold the text after it, as may another after that.
#[derive(Debug)]
struct Stretch {
    first: usize,
    /// The last variable before a text that none of these may hold.
    last: usize,
    /// The bytes of the texts between them.
    marks: Box<[bool; 256]>,
}

impl Loose {
    /// What is loose in a format, if anything is.
    pub(super) fn of(template: &Template) -> Result<Option<Self>, regex::Error> {
        let slots = &template.slots;
        let stretches: Vec<Stretch> =
            (0..slots.len()).filter_map(|first| Stretch::of(slots, first)).collect();
        if stretches.is_empty() {
            return Ok(None);
        }
        let takes_most = |place: usize| stretches.iter().any(|stretch| stretch.first == place);
        let most = template.as_regex(takes_most)?;
        Ok(Some(Self { stretches, most }))
    }

    /// The first variable that could take more bytes of a line than were found.
    pub(super) fn other_way(&self, slots: &[Slot], line: &[u8], found: &Found) -> Option<usize> {
        if !self.stretches.iter().any(|stretch| stretch.has_marks(line, found)) {
            return None;
        }
        self.compare(slots, line, found)
    }

    #[cold]
    fn compare(&self, slots: &[Slot], line: &[u8], found: &Found) -> Option<usize> {
        let mut other = [(0, 0); MOST];
        let other = other.get_mut(..slots.len())?;
        if !capture(&self.most, line, other) {
            return None;
        }
        // What comes after the first may only begin elsewhere.
        other.iter().zip(found).position(|(other, found)| other.1 != found.1)
    }
}

impl Stretch {
    fn of(slots: &[Slot], first: usize) -> Option<Self> {
        let slot = slots.get(first)?;
        if slot.quoted || !slot.escaped || !slot.shape.may_hold(&slot.then) {
            return None;
        }
        let is_end = |slot: &Slot| {
            slot.then.contains(&b'"')
                || slots.get(first).is_some_and(|first| first.is_word) && slot.then.contains(&b' ')
        };
        let last = (first..slots.len()).find(|&place| slots.get(place).is_none_or(is_end));
        let last = last.unwrap_or(slots.len() - 1);
        let others = slots.get(first + 1..=last)?;
        if !others.iter().any(|other| !other.quoted && other.shape.may_hold(&slot.then)) {
            return None;
        }
        let mut marks = Box::new([false; 256]);
        for byte in slots.get(first..=last)?.iter().flat_map(|slot| &slot.then) {
            marks[usize::from(*byte)] = true;
        }
        Some(Self { first, last, marks })
    }

    /// Whether a value holds a byte of the texts between: if none does, the line fits in one way.
    fn has_marks(&self, line: &[u8], found: &Found) -> bool {
        let is_mark = |byte: &u8| self.marks.get(usize::from(*byte)).is_some_and(|is_mark| *is_mark);
        let values = found.get(self.first..=self.last).unwrap_or(&[]);
        values.iter().any(|&(from, to)| line.get(from..to).unwrap_or(&[]).iter().any(is_mark))
    }
}
