//! Where texts on lines may be cut without reading them: no whole text holds a closing brace, a line end and an opening
//! brace, as no string goes over a line end.

use memchr::{memchr, memrchr_iter};

use crate::scan::chunk::{self, Chunk, Kernel};

/// So many line ends are looked at: where texts are longer than that they are read.
const LINES: usize = 512;

/// The last place from `from` on where a line begins with a brace and the bytes before it end in one. If no array is open
/// there, a text begins.
pub fn last_line_of_text(text: &[u8], from: usize) -> Option<usize> {
    let begins = |end: &usize| {
        let after_brace = || text.get(..*end).is_some_and(|before| before.trim_ascii_end().ends_with(b"}"));
        *end + 1 >= from && text.get(end + 1) == Some(&b'{') && after_brace()
    };
    let first = from.saturating_sub(1);
    let ends = memrchr_iter(b'\n', text.get(first..)?).map(|at| first + at);
    ends.take(LINES).find(begins).map(|end| end + 1)
}

/// Whether an array may begin at the top in `from..to`; between two texts, at a place where no array is open, begins
/// `text`. False is certain.
pub fn may_open_array(text: &[u8], from: usize, to: usize) -> bool {
    chunk::run(Brackets { text: text.get(..to).unwrap_or(text), from })
}

/// A search for brackets that no value lets begin where they are.
struct Brackets<'a> {
    text: &'a [u8],
    from: usize,
}

impl Kernel for Brackets<'_> {
    type Out = bool;

    #[inline(always)]
    fn run<C: Chunk>(self) -> bool {
        let Self { text, from } = self;
        let mut at = from;
        // Most texts hold few brackets, and the way from one to the next costs least so.
        while let Some(len) = memchr(b'[', text.get(at..).unwrap_or(&[])) {
            at += len;
            let mut left = chunk::load::<C>(text, at).eq(b'[');
            while left != 0 {
                let place = at + left.trailing_zeros() as usize;
                // Mostly after a colon, or within words.
                let before = text.get(place.wrapping_sub(1)).copied().unwrap_or(b'\n');
                if matches!(before, b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') && may_be_outer(text, place) {
                    return true;
                }
                left &= left - 1;
            }
            at += chunk::LEN;
        }
        false
    }
}

/// Whether a bracket may begin an array at the top: it is the first of its line, or after another value and in no string.
#[cold]
fn may_be_outer(text: &[u8], place: usize) -> bool {
    let line = memchr::memrchr(b'\n', text.get(..place).unwrap_or(&[])).map_or(0, |at| at + 1);
    let before = text.get(line..place).unwrap_or(&[]);
    match before.trim_ascii_end().last() {
        None => true,
        Some(b'}' | b']') => !ends_in_string(before),
        Some(_) => false,
    }
}

/// Whether a string is open after the front of a line.
fn ends_in_string(line: &[u8]) -> bool {
    let (mut within, mut escaped) = (false, false);
    for byte in line {
        match byte {
            b'\\' if within => escaped = !escaped,
            b'"' if !escaped => within = !within,
            _ => escaped = false,
        }
        escaped &= *byte == b'\\';
    }
    within
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Place, Texts};
    use super::*;

    #[test]
    fn lines_that_begin_a_text() {
        for (text, from, expected) in [
            (&b"{}\n{}\n"[..], 0, Some(3)),
            (b"{}\n{}\n{", 0, Some(6)),
            (b"{}\n{}\n{", 6, Some(6)),
            (b"{}\n{}\n{", 7, None),
            (b"{} \r\n \n{", 0, Some(7)),
            (b"{\n{}", 0, None),
            (b"{\"a\":[\n{},\n{}\n]}\n {}", 0, None),
            (b"{}\n\xff", 0, None),
            (b"", 0, None),
        ] {
            assert_eq!(last_line_of_text(text, from), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn brackets_that_may_open_an_array_at_the_top() {
        for (text, expected) in [
            ("[", true),
            (" [", true),
            ("{}[", true),
            ("{}\t[", true),
            ("{}\n [", true),
            ("[][", true),
            ("{\"a\":[1,[2]]}", false),
            ("{\"a\": [1, [2]]}", false),
            ("{\"[main] [info]\":\"\\\"] [\"}", false),
            ("{\"a\":\"x\\\\\"] [", true),
            ("x [", false),
        ] {
            assert_eq!(may_open_array(text.as_bytes(), 0, text.len()), expected, "{text}");
        }
    }

    proptest! {
        /// Where it is certain that no array is opened the search by bytes opens none, and each line that is said to begin
        /// a text begins one.
        #[test]
        fn what_is_not_read_holds_no_surprise(text in "[\\[\\]{}\":,x \\\\\n]{0,24}(\\{\"a\":\\[1\\]\\}\n){0,3}[\\[\\]{}\":,x \\\\\n]{0,24}") {
            let text = text.as_bytes();
            if let Some(cut) = last_line_of_text(text, 0)
                && !may_open_array(text, 0, cut)
            {
                let mut texts = Texts::default();
                while texts.next(&text[..=cut]).is_some() {}
                prop_assert_eq!((texts.whole(), texts.place()), (cut, Place::default()));
            }
        }
    }
}
