//! What is within the brackets of one object or array, over any number of lines: 64 bytes at a time.

use crate::scan::chunk::{self, Chunk, Kernel};

/// Brackets that are open deeper than this are damage.
const DEEPEST: usize = 1 << 20;

/// The brackets and the string that are open.
#[derive(Debug, Default)]
pub(super) struct Nest {
    depth: usize,
    /// By level, the innermost in the lowest bit: it is an array. The 64 levels that are the innermost but for those of
    /// `outer`.
    arrays: u64,
    /// The levels outside of these, 64 each.
    outer: Vec<u64>,
    /// Within a string.
    pub(super) string: bool,
    /// The next byte is escaped.
    escape: bool,
}

/// Where a walk stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// All bytes were read.
    More,
    /// After the bracket that closes the outermost.
    End(usize),
    /// At a bracket that opens as the first byte of a line where no value can begin.
    Again(usize),
    /// At a bracket that does not close what is open, or opens too much.
    Wrong(usize),
    /// At a line feed within a string.
    String(usize),
}

/// A walk from a place within brackets, or from the first of them.
pub(super) struct Inside<'a, 'n> {
    pub(super) text: &'a [u8],
    pub(super) from: usize,
    /// Whether a line that begins a text anew ends the walk.
    pub(super) again: bool,
    pub(super) nest: &'n mut Nest,
}

impl Nest {
    /// Takes a byte within a string that is not a line feed.
    pub(super) fn pass_in_string(&mut self, byte: u8) {
        let escaped = std::mem::replace(&mut self.escape, false);
        match byte {
            _ if escaped => {}
            b'\\' => self.escape = true,
            b'"' => self.string = false,
            _ => {}
        }
    }

    /// False: too deep.
    #[inline(always)]
    fn open(&mut self, is_array: bool) -> bool {
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.outer.push(self.arrays);
        }
        self.arrays = self.arrays << 1 | u64::from(is_array);
        self.depth += 1;
        self.depth <= DEEPEST
    }

    /// False: another kind is open.
    #[inline(always)]
    fn close(&mut self, is_array: bool) -> bool {
        if self.depth == 0 || self.arrays & 1 != u64::from(is_array) {
            return false;
        }
        self.depth -= 1;
        self.arrays >>= 1;
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.arrays = self.outer.pop().unwrap_or(0);
        }
        true
    }

    /// The bytes of a chunk that a backslash escapes, of which `len` are there (see `tokens`).
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64, len: usize) -> u64 {
        const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
        let carried = u64::from(self.escape);
        let escaping = backslashes & !carried;
        let ends = (escaping << 1 | ODD).wrapping_sub(escaping) ^ ODD;
        self.escape = (ends & backslashes) >> (len - 1) & 1 == 1;
        ends ^ (backslashes | carried)
    }
}

impl Kernel for Inside<'_, '_> {
    /// Where it stopped, and whether a line end was passed before that.
    type Out = (Step, bool);

    #[inline(always)]
    fn run<C: Chunk>(self) -> Self::Out {
        let Self { text, from, again, nest } = self;
        let (mut at, mut passed_line) = (from, false);
        while at < text.len() {
            let chunk: C = chunk::load(text, at);
            let len = (text.len() - at).min(chunk::LEN);
            let backslashes = chunk.eq(b'\\');
            let mut quotes = chunk.eq(b'"');
            if nest.escape || backslashes != 0 {
                quotes &= !nest.escaped(backslashes, len);
            }
            let strings = C::parity(quotes) ^ u64::from(nest.string).wrapping_neg();
            let lines = chunk.eq(b'\n');
            let opens = (chunk.eq(b'{') | chunk.eq(b'[')) & !strings;
            let closes = (chunk.eq(b'}') | chunk.eq(b']')) & !strings;
            let broken = lines & strings;
            // What comes before the first line end in a string.
            let sound = (broken & broken.wrapping_neg()).wrapping_sub(1);
            let mut left = (opens | closes) & sound;
            while left != 0 {
                let bit = left & left.wrapping_neg();
                left ^= bit;
                let place = at + bit.trailing_zeros() as usize;
                let is_array = matches!(text.get(place), Some(b'[' | b']'));
                let step = if opens & bit != 0 {
                    if again && nest.depth > 0 && begins_anew(text, place) {
                        Some(Step::Again(place))
                    } else if nest.open(is_array) {
                        None
                    } else {
                        Some(Step::Wrong(place))
                    }
                } else if !nest.close(is_array) {
                    Some(Step::Wrong(place))
                } else if nest.depth == 0 {
                    Some(Step::End(place + 1))
                } else {
                    None
                };
                if let Some(step) = step {
                    return (step, passed_line | (lines & (bit - 1) != 0));
                }
            }
            if broken != 0 {
                return (Step::String(at + broken.trailing_zeros() as usize), true);
            }
            passed_line |= lines != 0;
            nest.string = strings >> (len - 1) & 1 == 1;
            at += len;
        }
        (Step::More, passed_line)
    }
}

/// Whether a bracket within another is the first byte of a line and no value can begin there: what was open was cut.
#[inline(always)]
fn begins_anew(text: &[u8], place: usize) -> bool {
    place > 0 && text.get(place - 1) == Some(&b'\n') && !may_begin(text, place)
}

/// Whether what is before a place lets a value begin there.
#[cold]
fn may_begin(text: &[u8], place: usize) -> bool {
    let before = text.get(..place).unwrap_or(&[]).trim_ascii_end();
    matches!(before.last(), None | Some(b':' | b',' | b'['))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a walk byte by byte with a list of open brackets says.
    fn plain(text: &[u8], again: bool) -> (Step, bool) {
        let (mut open, mut string, mut escaped, mut passed_line) = (Vec::new(), false, false, false);
        let mut last = b'{';
        for (at, &byte) in text.iter().enumerate() {
            let is_first = at > 0 && text[at - 1] == b'\n';
            let was_escaped = escaped;
            escaped = byte == b'\\' && !was_escaped;
            match byte {
                b'\n' if string => return (Step::String(at), true),
                b'\n' => passed_line = true,
                b'"' => string ^= !was_escaped,
                _ if string => {}
                b'{' | b'[' => {
                    if again && is_first && !open.is_empty() && !b":,[".contains(&last) {
                        return (Step::Again(at), passed_line);
                    }
                    open.push(byte + 2);
                }
                b'}' | b']' => {
                    if open.pop() != Some(byte) {
                        return (Step::Wrong(at), passed_line);
                    }
                    if open.is_empty() {
                        return (Step::End(at + 1), passed_line);
                    }
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
        }
        (Step::More, passed_line)
    }

    /// A walk over more and more of a text.
    struct Walk<'a>(&'a [u8], bool, &'a [usize]);

    impl Kernel for Walk<'_> {
        type Out = (Step, bool);

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let Self(text, again, ends) = self;
            let (mut nest, mut from, mut passed) = (Nest::default(), 0, false);
            for end in ends.iter().map(|end| (*end).min(text.len())).chain([text.len()]) {
                if end < from {
                    continue;
                }
                let inside = Inside { text: &text[..end], from, again, nest: &mut nest };
                let (step, passed_line) = inside.run::<C>();
                passed |= passed_line;
                if step != Step::More {
                    return (step, passed);
                }
                from = end;
            }
            (Step::More, passed)
        }
    }

    #[test]
    fn nests_of_any_depth_close_as_they_opened() {
        for depth in [1, 63, 64, 65, 128, 129, 1000] {
            let opens: String = (0..depth).map(|level| if level % 3 == 0 { '[' } else { '{' }).collect();
            let closes: String =
                (0..depth).rev().map(|level| if level % 3 == 0 { ']' } else { '}' }).collect();
            let text = format!("{opens}{closes}");
            let step = Walk(text.as_bytes(), true, &[]).run::<chunk::Portable>().0;
            assert_eq!(step, Step::End(2 * depth), "{depth}");
        }
        let deep = "[".repeat(DEEPEST + 1);
        let step = Walk(deep.as_bytes(), true, &[]).run::<chunk::Portable>().0;
        assert_eq!(step, Step::Wrong(DEEPEST));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn masks_say_what_a_walk_by_bytes_says(
            body in prop::collection::vec(prop_oneof![
                8 => prop::sample::select(vec!["\"a{b\"", "[", "]", "{", "}", ",", ":", "\n", " ", "1", "\"", "\\", "\"\\\""]).prop_map(str::to_owned),
                1 => "[a ]{0,70}",
                1 => r#"\\{1,3}"#,
            ], 0..60),
            again: bool,
            mut ends in prop::collection::vec(0usize..200, 0..6),
        ) {
            let text = format!("{{{}", body.concat());
            ends.sort_unstable();
            // A backslash outside strings escapes nothing there.
            let wanted = plain(text.as_bytes(), again);
            for found in chunk::run_all(|| Walk(text.as_bytes(), again, &ends)) {
                prop_assert_eq!(found, wanted, "{}", text);
            }
        }
    }
}
