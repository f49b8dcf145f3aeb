//! Whole objects, one a line, and where their members stand: found 512 bytes at a time.
//!
//! What [`members`](super::members) reads byte by byte is decided here by bit masks (see [`super::rules`]). Whatever
//! breaks a rule is left to the reading by bytes, which says what is wrong and where.

use super::marks::Marks;
use super::nests::Nests;
use super::places::{Borders, Places};
use super::rules::{Rules, Verdict};
use super::tokens::{Raw, Tokens, Within};
use crate::scan::chunk::masks::{self, GROUP_LEN, Masks};
use crate::scan::chunk::{self, Chunk, Kernel};

/// A search ends once it has found so many places: what was found is then read while it is in the nearest cache.
const ENOUGH: usize = 1024;
/// So many groups are looked at before any is judged, so that judging one need not wait for its masks.
const BATCH: usize = 4;
/// Whole objects that stand one behind the other, each on a line of its own.
#[derive(Debug, Default)]
pub struct Objects {
    lines: Vec<Line>,
    /// The borders of all members: a colon and an end each, in order.
    places: Places,
    /// The line feeds behind the objects.
    ends: Places,
    /// Where the search began.
    from: usize,
    backslashes: Marks,
    high: Marks,
    blanks: u32,
}

/// A line that holds an object and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its first byte; blanks may stand before the object.
    pub start: u32,
    /// The opening brace.
    pub brace: u32,
    /// The line feed behind it.
    pub end: u32,
}

/// Where a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    /// The line to go on with, or the end of the text.
    pub at: usize,
    /// That line is to be read by bytes: it is not known to be a whole object.
    pub odd: bool,
}

impl Objects {
    /// Finds the objects of `text` from the line that starts at `at` on, up to the first line that is odd; blank lines
    /// are passed over. Ends earlier where enough are found. Where masks are slow every line is odd. The text is below
    /// 4 GiB.
    pub fn find(&mut self, text: &[u8], at: usize) -> Stop {
        if !self.begin(text, at) {
            return Stop { at: text.len(), odd: false };
        }
        let is_enough = chunk::is_fast() && chunk::run(Search { text, objects: self });
        self.stop(text, is_enough)
    }

    /// False: nothing but blanks follows.
    fn begin(&mut self, text: &[u8], at: usize) -> bool {
        let (line, brace) = first_brace(text, at);
        self.from = line;
        self.lines.clear();
        self.places.clear();
        self.ends.clear();
        self.backslashes.clear();
        self.high.clear();
        self.blanks = 0;
        brace < text.len()
    }

    fn stop(&mut self, text: &[u8], is_enough: bool) -> Stop {
        for &end in self.ends.all() {
            let Some(line) = line_to(text, self.next(), end as usize) else { break };
            self.lines.push(line);
        }
        let at = self.next();
        let all_are_whole = self.lines.len() == self.ends.len();
        Stop { at, odd: !(is_enough && all_are_whole) && at < text.len() }
    }

    /// What the last search found: each line with the borders of its object's members, duplicates included, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Line, Borders<'_>)> {
        let mut rest = self.places.all();
        let mut like: usize = 0;
        self.lines.iter().map(move |line| {
            // Mostly as many as in the line before.
            let is_within = |place: Option<&u32>| place.is_some_and(|&place| place < line.end);
            if like > 0 && !is_within(rest.get(like - 1)) || is_within(rest.get(like)) {
                like = rest.iter().position(|&place| place > line.end).unwrap_or(rest.len());
            }
            let (own, behind) = rest.split_at_checked(like).unwrap_or((rest, &[]));
            rest = behind;
            (*line, Borders::of(own))
        })
    }

    /// Whether a backslash stands in `from..to`, a place within the lines found.
    #[inline]
    pub fn has_backslash(&self, from: usize, to: usize) -> bool {
        self.backslashes.any_in(from.saturating_sub(self.from), to.saturating_sub(self.from))
    }

    /// Whether all bytes in `from..to` are ASCII, a place within the lines found.
    #[inline]
    pub fn is_ascii(&self, from: usize, to: usize) -> bool {
        !self.high.any_in(from.saturating_sub(self.from), to.saturating_sub(self.from))
    }

    /// At most so many blanks stand round a key in the lines found.
    #[inline]
    pub fn blanks(&self) -> u32 {
        self.blanks
    }

    /// Takes what was found in a group. False: the search is over.
    #[inline(always)]
    fn add<C: Chunk>(&mut self, tokens: &Tokens<C::Masks>, verdict: &Verdict<C::Masks>, at: usize) -> bool {
        self.backslashes.add(tokens.backslashes);
        self.high.add(tokens.high);
        self.blanks = self.blanks.max(verdict.blanks);
        let mut ends = verdict.ends;
        let broken = masks::first(verdict.broken);
        if let Some(place) = broken {
            ends = ends.and(C::Masks::of(&masks::before(place)));
        }
        self.places.add::<C>(verdict.borders, at) && self.ends.add_few::<C>(ends, at) && broken.is_none()
    }

    /// The place behind the lines found.
    #[inline]
    fn next(&self) -> usize {
        self.lines.last().map_or(self.from, |line| line.end as usize + 1)
    }
}

/// The loop over the groups, from where the objects begin.
struct Search<'a> {
    text: &'a [u8],
    objects: &'a mut Objects,
}

impl Kernel for Search<'_> {
    /// Whether it ended because enough were found.
    type Out = bool;

    #[inline(always)]
    fn run<C: Chunk>(self) -> bool {
        let Self { text, objects } = self;
        let (mut within, mut rules, mut nests) = (Within::default(), Rules::new(), Nests::new());
        let mut at = objects.from;
        while at < text.len() && (objects.places.len() < ENOUGH || objects.ends.len() == 0) {
            let mut batch = [Raw::read::<C>(text, at); BATCH];
            for (number, raw) in batch.iter_mut().enumerate().skip(1) {
                *raw = Raw::read::<C>(text, at + number * GROUP_LEN);
            }
            for raw in &batch {
                let tokens = Tokens::of(raw, &mut within);
                let verdict = rules.judge(text, at, &tokens, &mut nests);
                if !objects.add::<C>(&tokens, &verdict, at) {
                    return false;
                }
                at += GROUP_LEN;
            }
        }
        at < text.len()
    }
}

/// The line from `start` to `end`, if it is an object in braces; blank lines before it are passed over.
#[inline]
fn line_to(text: &[u8], start: usize, end: usize) -> Option<Line> {
    let (mut start, mut brace) = (start, start);
    if text.get(brace) != Some(&b'{') {
        (start, brace) = first_brace(text, start);
    }
    let is_closed = match text.get(end.wrapping_sub(1)) {
        Some(b'}') => true,
        _ => text.get(brace..end).is_some_and(|line| line.trim_ascii_end().ends_with(b"}")),
    };
    let is_object = is_closed && text.get(brace) == Some(&b'{');
    is_object.then_some(Line { start: start as u32, brace: brace as u32, end: end as u32 })
}

/// The first line from `line` on that is not blank, and its first byte that is no blank.
fn first_brace(text: &[u8], mut line: usize) -> (usize, usize) {
    let mut at = line;
    while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = text.get(at) {
        at += 1;
        if *byte == b'\n' {
            line = at;
        }
    }
    (line, at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::places::MOST;
    use super::super::{blanks, members, samples};
    use super::*;

    /// A line and the borders of its members.
    type Seen = (Line, Vec<(usize, usize)>);

    /// All lines of a text: those found, and the places of those that are odd.
    struct All<'a>(&'a [u8]);

    impl Kernel for All<'_> {
        type Out = (Vec<Seen>, Vec<usize>);

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let text = self.0;
            let (mut seen, mut odd) = (Vec::new(), Vec::new());
            let mut objects = Objects::default();
            let mut at = 0;
            while objects.begin(text, at) {
                let is_enough = Search { text, objects: &mut objects }.run::<C>();
                let stop = objects.stop(text, is_enough);
                for (line, borders) in objects.iter() {
                    let borders = borders.all().iter();
                    seen.push((line, borders.map(|[colon, end]| (*colon as usize, *end as usize)).collect()));
                }
                assert!(stop.at > at || stop.odd || stop.at == text.len());
                at = stop.at;
                if stop.odd {
                    odd.push(at);
                    at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len + 1);
                }
            }
            (seen, odd)
        }
    }

    /// What the reading by bytes says of a line; `None` if it is no whole object, or one that a search leaves out.
    fn plain(text: &[u8], start: usize, end: usize) -> Option<Seen> {
        let line = &text[..end];
        let brace = blanks(line, start);
        let mut borders = Vec::new();
        let behind = (line.get(brace) == Some(&b'{')).then(|| {
            members(line, brace, |member| {
                borders.push((blanks(line, member.key.end), blanks(line, member.value.end)));
            })
        })?;
        let is_whole = blanks(line, behind.ok()?) == end && end < text.len() && !is_left_out(&line[brace..]);
        let line = Line { start: start as u32, brace: brace as u32, end: end as u32 };
        is_whole.then_some((line, borders))
    }

    /// An object nested too deep for one word, or a backslash outside strings: that is no escape.
    fn is_left_out(object: &[u8]) -> bool {
        let (mut depth, mut quoted, mut escaped) = (0, false, false);
        object.iter().any(|&byte| {
            let backslash = byte == b'\\' && !escaped;
            quoted ^= byte == b'"' && !escaped;
            escaped = backslash;
            match byte {
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth -= 1,
                _ => {}
            }
            depth > 64 || backslash && !quoted
        })
    }

    fn check(text: &[u8]) {
        let (mut seen, mut odd) = (Vec::new(), Vec::new());
        let mut start = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |len| start + len);
            match plain(text, start, end) {
                Some(found) => seen.push(found),
                None if blanks(&text[..end], start) == end => {}
                None => odd.push(start),
            }
            start = end + 1;
        }
        for (found, passed) in chunk::run_all(|| All(text)) {
            assert_eq!(found, seen, "{}", text.escape_ascii());
            // A blank line may be left out where it is not clear that it is one.
            let passed: Vec<_> = passed
                .into_iter()
                .filter(|&start| {
                    let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |len| start + len);
                    blanks(&text[..end], start) < end
                })
                .collect();
            assert_eq!(passed, odd, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn objects_at_every_place_of_a_chunk() {
        for object in [
            "{}",
            "{\"a\":1}",
            "{ \"a\" : [ ] , \"b\":{} }",
            r#"{"k\\":"x\"y\\","long":"0123456789012345678901234567890123456789012345678901234567890123456789"}"#,
            "{\"a\":{\"b\":[1,{\"c\":\"]\"},[]]},\"d\":null}\r",
        ] {
            for len in 0..140 {
                check(format!("{{\"{}\":1}}\n{object}\n{object}\n", "x".repeat(len)).as_bytes());
                check(format!("{}{object}\n{{\"a\"}}\n{object}\n", " ".repeat(len)).as_bytes());
            }
        }
    }

    /// Each among flat objects, so that its group holds nothing else that is odd, at many places of a chunk.
    #[test]
    fn each_break_of_a_rule_is_seen_in_its_line() {
        let flat = "{\"key\":\"value\",\"n\":-1.5,\"flag\":true}\n".repeat(20);
        let spaced = flat.replace(':', ": ").replace(',', ", ");
        for broken in [
            "{1:2}",
            "{1}",
            "{,}",
            "{:}",
            "{x\"a\":1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\"1}",
            "{\"a\"x:1}",
            "{\"a\":1,}",
            "{\"a\":1,2}",
            "{\"a\":1,2:3}",
            "{\"a\",\"b\":1}",
            "{\"a\":\"b\":\"c\"}",
            "{\"a\":1:2}",
            "{\"a\":1 2}",
            "{\"a\":1\"b\"}",
            "{\"a\":\"b\"c}",
            "{\"a\":\"b\"c\"d\"}",
            "{\"a\":\"b\"\"c\"}",
            "{\"a\":1,,\"b\":2}",
            "{\"a\":1{\"b\":2}",
            "{\"a\":1",
            "{\"a\":\"b",
            "{\"a\":\"b\\\"}",
            "{\"a\":\\}",
            "{\"a\":1\\}",
            "\"a\":1}",
            "{\"a\":1}}",
            "{\"a\":1},",
            "{\"a\":1},2",
            "{\"a\":1},\"b\":\"}",
            "{\"a\":1}{\"b\":2}",
            "{\"a\":1} {\"b\":2}",
            "{\"a\":1}x",
            "x{\"a\":1}",
            ",{\"a\":1}",
            "[\"a\":1}",
            "{\"a\":1]",
            "[\"a\",1]",
            "{\"a\":[1}",
            "{\"a\":[1}]",
            "{\"a\":{\"b\":1]}",
            "{\"a\":[1,\"b\":2]}",
            "{\"a\":[\"b\":1]}",
            "{\"a\":[1 2]}",
            "{\"a\":[,1]}",
            "{\"a\":[1,]}",
            "{\"a\":{,}}",
            "{\"a\":{1}}",
            "{\"a\":{\"b\"}}",
            "{\"a\":{}1}",
            "{\"a\":[]1}",
            "{\"a\":[]\"b\"}",
            "{\"a\":{\"b\":1,2}}",
            "{{}}",
            "1",
            "\"a\"",
            ":",
            "]",
            "}",
        ] {
            for blank in ["", " "] {
                for len in (0..64).step_by(3) {
                    let front = format!("{{\"{}\":1}}\n", "x".repeat(len));
                    let around = if blank.is_empty() { &flat } else { &spaced };
                    let broken = broken.replace(',', &format!(",{blank}"));
                    let text = format!("{around}{front}{broken}\n{front}{around}");
                    let (_, odd) = All(text.as_bytes()).run::<chunk::Portable>();
                    assert_eq!(odd, [around.len() + front.len()], "{broken}");
                    check(text.as_bytes());
                }
            }
        }
    }

    #[test]
    fn long_texts_are_found_in_several_searches() {
        let record = "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":\"\\u00e9\"}}\n";
        check(record.repeat(2000).as_bytes());
        let wide = format!("{{{}}}\n", vec!["\"a\":1"; 2000].join(","));
        check(format!("{record}{wide}{record}{wide}{wide}{record}").as_bytes());
        check(format!("{record}{}{record}", "\n \n".repeat(5000)).as_bytes());
    }

    #[test]
    fn objects_of_very_many_members_are_odd() {
        let wide = format!("{{{}}}\n", vec!["\"a\":1"; MOST].join(","));
        let text = format!("{{}}\n{wide}{{}}\n");
        for (found, odd) in chunk::run_all(|| All(text.as_bytes())) {
            assert_eq!((found.len(), odd), (2, vec![3]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Lines are found, or left to be read by bytes, as that reading says.
        #[test]
        fn agrees_with_the_reading_by_bytes(text in samples::lines()) {
            check(&text);
        }
    }
}
