//! Which members of an object are wanted, by the bytes of their keys.
//!
//! Records of one input mostly have the same members in the same order, so what was found for the member of the same
//! number in the record before is tried first: then a key costs the same however many names are wanted.

use super::wanted::Wanted;

/// Members beyond this number are looked up each time.
const GUESSES: usize = 64;

/// What is compared of a key first: its length and its last bytes, quotes included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Mark {
    len: usize,
    /// The last eight bytes, or the whole key with zeros in front.
    tail: u64,
}

/// The wanted names as keys spell them.
#[derive(Debug)]
pub(super) struct Keys {
    /// By name: in quotes.
    spelled: Vec<Vec<u8>>,
    marks: Vec<Mark>,
}

/// What was found last for the members of a record, by number.
#[derive(Debug)]
pub(super) struct Guesses {
    list: [(Mark, Option<usize>); GUESSES],
}

impl Keys {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let quoted = |name: &[u8]| [b"\"", name, b"\""].concat();
        let spelled: Vec<_> = wanted.all().map(quoted).collect();
        let marks = spelled.iter().map(|key| Mark::of(key, 0, key.len())).collect();
        Self { spelled, marks }
    }

    /// The name that the key `text[start..end]` spells, if it is wanted and has no escapes. The key is that of the
    /// member `number` of its record.
    #[inline]
    pub(super) fn find(
        &self,
        text: &[u8],
        start: usize,
        end: usize,
        number: usize,
        guesses: &mut Guesses,
    ) -> Option<usize> {
        let mark = Mark::of(text, start, end);
        match guesses.list.get(number) {
            Some((known, None)) if *known == mark => None,
            Some((known, Some(name))) if *known == mark && self.is(*name, text, start, end) => Some(*name),
            _ => self.search(mark, text, start, end, number, guesses),
        }
    }

    #[inline]
    fn is(&self, name: usize, text: &[u8], start: usize, end: usize) -> bool {
        end - start <= 8 || self.spelled.get(name).is_some_and(|key| text.get(start..end) == Some(key))
    }

    fn search(
        &self,
        mark: Mark,
        text: &[u8],
        start: usize,
        end: usize,
        number: usize,
        guesses: &mut Guesses,
    ) -> Option<usize> {
        let mut like = self.marks.iter().enumerate().filter(|(_, known)| **known == mark).map(|(name, _)| name);
        let first = like.next();
        let found = first.into_iter().chain(like).find(|name| self.is(*name, text, start, end));
        // That a key is none is remembered where its mark alone tells it.
        if let Some(guess) = guesses.list.get_mut(number) {
            *guess = (mark, found.or(first));
        }
        found
    }
}

impl Guesses {
    pub(super) fn new() -> Self {
        Self { list: [(Mark::default(), None); GUESSES] }
    }
}

impl Mark {
    #[inline]
    fn of(text: &[u8], start: usize, end: usize) -> Self {
        let len = end.saturating_sub(start);
        let tail = match end.checked_sub(8).and_then(|from| text.get(from..)?.first_chunk::<8>()) {
            Some(tail) => u64::from_le_bytes(*tail),
            None => near_the_start(text, end),
        };
        Self { len, tail: tail >> (64 - 8 * len.clamp(1, 8)) }
    }
}

/// The eight bytes that end at `end`, of which some would stand before the text.
#[cold]
fn near_the_start(text: &[u8], end: usize) -> u64 {
    text.get(..end).unwrap_or(&[]).iter().fold(0, |tail, byte| tail >> 8 | u64::from(*byte) << 56)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{Fields, Path};

    proptest! {
        /// Keys that share their ends and lengths, asked for in any order.
        #[test]
        fn a_key_is_found_if_it_is_a_name(
            names in prop::collection::vec("[ab]{0,2}(xxxxxx|xxxxxxx|)[ab]{0,2}", 0..12),
            keys in prop::collection::vec(("[ab]{0,2}(xxxxxx|xxxxxxx|)[ab]{0,2}", 0_usize..3), 1..20),
            front in 0_usize..9,
        ) {
            let mut fields = Fields::default();
            for name in &names {
                fields.slot(&Path::name(name.as_str()));
            }
            let wanted = Wanted::new(&fields);
            let (all, mut guesses) = (Keys::new(&wanted), Guesses::new());
            for (key, number) in keys {
                let text = format!("{}\"{key}\":1", "y".repeat(front));
                let end = front + key.len() + 2;
                let found = all.find(text.as_bytes(), front, end, number, &mut guesses);
                prop_assert_eq!(found, wanted.all().position(|name| name == key.as_bytes()));
            }
        }
    }
}
