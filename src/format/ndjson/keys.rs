//! Which members of an object are wanted, by the bytes of their keys.
//!
//! Records of one input mostly have the same members in the same order, so what was found for the member of the same
//! number in the record before is tried first: then a key costs the same however many names are wanted.

use super::wanted::Wanted;

/// Members beyond this number are looked up each time.
const GUESSES: usize = 64;

/// The wanted names as keys spell them: in quotes.
#[derive(Debug)]
pub(super) struct Keys {
    spelled: Vec<Vec<u8>>,
}

/// What was found last for the members of a record, by number.
#[derive(Debug)]
pub(super) struct Guesses {
    list: [Guess; GUESSES],
}

/// A key that was looked up: what tells it from others without a look at all of it.
#[derive(Clone, Copy, Debug, Default)]
struct Guess {
    /// Its last eight bytes, as far as it has them: a short one is told by them alone.
    tail: u64,
    /// The bits that these have of eight bytes.
    mask: u64,
    /// The bytes from the separator before it to the colon behind.
    room: u32,
    /// Blanks in front of it; none stand behind.
    blanks: u32,
    /// The only name that it can be.
    name: Option<u32>,
}

/// Where a key stands in a text: blanks, the key in its quotes, blanks, a colon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Behind the separator.
    pub(super) from: usize,
    /// The colon.
    pub(super) colon: usize,
}

impl Keys {
    pub(super) fn new(wanted: &Wanted) -> Self {
        Self { spelled: wanted.all().map(|name| [b"\"", name, b"\""].concat()).collect() }
    }

    /// Whether some name may be what stands in `room` bytes, of which up to `blanks` are blanks.
    pub(super) fn may_fit(&self, room: usize, blanks: usize) -> bool {
        self.spelled.iter().any(|spelled| (room.saturating_sub(blanks)..=room).contains(&spelled.len()))
    }

    /// The name that the key of the member `number` spells, where that is known from the records before: perhaps none
    /// of them. The key has no escapes.
    #[inline]
    pub(super) fn recall(
        &self,
        text: &[u8],
        room: Room,
        number: usize,
        guesses: &Guesses,
    ) -> Option<Option<usize>> {
        let guess = guesses.list.get(number)?;
        let last = u64::from_le_bytes(*text.get(..room.colon)?.last_chunk::<8>()?);
        let from = room.from + guess.blanks as usize;
        let is_like = room.colon - room.from == guess.room as usize
            && last & guess.mask == guess.tail
            && text.get(from) == Some(&b'"');
        match guess.name {
            _ if !is_like => None,
            None => Some(None),
            Some(name) if guess.mask != u64::MAX || self.is(name, text, from, room.colon) => {
                Some(Some(name as usize))
            }
            Some(_) => None,
        }
    }

    /// The name that the key `text[start..end]` spells, if it is wanted. It has no escapes, and is the key of the
    /// member `number` of its record.
    pub(super) fn find(
        &self,
        text: &[u8],
        (start, end): (usize, usize),
        room: Room,
        number: usize,
        guesses: &mut Guesses,
    ) -> Option<usize> {
        let key = text.get(start..end).unwrap_or(&[]);
        let found = self.spelled.iter().position(|spelled| spelled == key);
        if let Some(guess) = guesses.list.get_mut(number)
            && let Some(last) = text.get(..end).and_then(<[u8]>::last_chunk::<8>)
            && end == room.colon
        {
            let mask = u64::MAX << (64 - 8 * key.len().clamp(1, 8));
            let ends_so =
                |spelled: &Vec<u8>| spelled.len() == key.len() && spelled.last_chunk::<8>() == Some(last);
            // That a long key is none is told by its end only where no name ends so.
            let like = found.or_else(|| self.spelled.iter().position(ends_so));
            *guess = Guess {
                tail: u64::from_le_bytes(*last) & mask,
                mask,
                room: (end - room.from) as u32,
                blanks: (start - room.from) as u32,
                name: like.map(|name| name as u32),
            };
        }
        found
    }

    #[inline]
    fn is(&self, name: u32, text: &[u8], from: usize, to: usize) -> bool {
        self.spelled.get(name as usize).is_some_and(|spelled| text.get(from..to) == Some(spelled))
    }
}

impl Guesses {
    pub(super) fn new() -> Self {
        Self { list: [Guess::default(); GUESSES] }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{Fields, Path};

    proptest! {
        /// Keys that share their ends and lengths, asked for in any order, with blanks around them.
        #[test]
        fn a_key_is_found_if_it_is_a_name(
            names in prop::collection::vec("[ab]{0,2}(xxxxxx|xxxxxxx|)[ab]{0,2}", 0..12),
            keys in prop::collection::vec((" {0,2}", "[ab]{0,2}(xxxxxx|xxxxxxx|)[ab]{0,2}", " {0,2}", 0_usize..3), 1..40),
            front in 0_usize..9,
        ) {
            let mut fields = Fields::default();
            for name in &names {
                fields.slot(&Path::name(name.as_str()));
            }
            let wanted = Wanted::new(&fields);
            let (all, mut guesses) = (Keys::new(&wanted), Guesses::new());
            for (before, key, behind, number) in keys {
                let text = format!("{}{before}\"{key}\"{behind}:1", "y".repeat(front));
                let room = Room { from: front, colon: text.len() - 2 };
                let start = front + before.len();
                let expected = wanted.all().position(|name| name == key.as_bytes());
                if let Some(known) = all.recall(text.as_bytes(), room, number, &guesses) {
                    prop_assert_eq!(known, expected);
                }
                let span = (start, start + key.len() + 2);
                prop_assert_eq!(all.find(text.as_bytes(), span, room, number, &mut guesses), expected);
                if behind.is_empty() && room.colon >= 8 && expected.is_some() {
                    prop_assert_eq!(all.recall(text.as_bytes(), room, number, &guesses), Some(expected));
                }
            }
        }
    }
}
