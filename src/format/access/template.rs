//! A log format, compiled: text and variables in turn. Each variable takes the fewest bytes with which the whole line
//! fits. Lines are read from left to right, each variable up to the first place where the text after it is; where
//! that does not lead to the end of the line, a regex decides, in linear time.

use std::borrow::Cow;

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use self::loose::Loose;
use self::values::{bare_quote, cell, closing_quote, with_nulls, without_blanks};
use super::scan::{self, SHORTEST_STAMP, stamp_in, words_of};
use super::shape::Shape;
use super::spelled::{Refusal, Spelled};
use super::variables::{Part, Variable, adjacent, parts};
use crate::error::shown_bytes;
use crate::format::located::Unfit;
use crate::record::{Cell, Form, Hint, Span};

mod loose;
mod values;

/// Fields of a line, at most.
pub(super) const MOST: usize = 64;

/// A compiled log format.
#[derive(Debug)]
pub struct Template {
    /// The names of the fields, in order.
    pub(super) names: Vec<String>,
    /// The text before the first variable.
    lead: Vec<u8>,
    slots: Vec<Slot>,
    /// One of the fields is a time, so that the stamp of another line in a value means two lines run together.
    has_time: bool,
    /// The same as a regex with a group for each variable.
    regex: Regex,
    /// Where lines may fit in more than one way.
    loose: Option<Loose>,
}

/// A variable and the text after it.
#[derive(Debug)]
struct Slot {
    /// As it is spelled.
    spelled: String,
    then: Vec<u8>,
    finder: Finder<'static>,
    /// It is between quotes.
    quoted: bool,
    /// What it holds if it is not.
    shape: Shape,
    /// It is not, and the server escapes quotes in it, so that it holds none.
    escaped: bool,
    /// It is not, and holds no blank.
    is_word: bool,
    /// Nothing but the quote comes after it, which the line may lack.
    may_be_cut: bool,
    /// The first of its fields.
    field: usize,
    kind: Kind,
}

/// Which fields a variable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    One,
    /// Method, path and protocol.
    Request,
    /// The ip, and the ident: a dash in the text after it.
    WithIdent,
}

/// Where variables are in a line.
pub(super) type Found = [(usize, usize); MOST];

/// How far a line fits.
struct Stop {
    at: usize,
    /// The variable that came last, if one did.
    slot: Option<usize>,
    why: Why,
}

/// Why a line does not fit.
#[derive(Clone, Copy)]
enum Why {
    /// The text after the variable, or before all, is not there.
    Text,
    /// The quote of the variable does not close.
    Open,
    /// The line goes on.
    More,
    /// A quote is in a variable in which the server escapes quotes.
    Quote,
    /// The stamp of another line is in a variable.
    Stamp,
    /// A variable holds what is not of its shape.
    Shape,
    /// The line fits in more than one way.
    Loose,
}

impl Template {
    /// Compiles a format as it was given: as it is in the configuration of a server, or one of the names.
    pub fn parse(given: &str) -> Result<Self, Refusal> {
        let spelled = Spelled::read(given)?;
        let found = parts(&spelled)?;
        match adjacent(&spelled, &found) {
            None => Self::compile(&found, given),
            Some(refusal) if !spelled.may_be_raw => Err(refusal),
            Some(refusal) => {
                let raw = Spelled::raw(given);
                let found = parts(&raw)?;
                if adjacent(&raw, &found).is_some() { Err(refusal) } else { Self::compile(&found, given) }
            }
        }
    }

    fn compile(parts: &[Part], given: &str) -> Result<Self, Refusal> {
        let too_long = || Refusal {
            reason: format!("a format of more than {MOST} fields"),
            help: "read the lines by --from regex --pattern".to_owned(),
            range: 0..given.len(),
        };
        let mut template = Self {
            names: Vec::new(),
            lead: Vec::new(),
            slots: Vec::new(),
            has_time: false,
            regex: none(),
            loose: None,
        };
        let mut before: &[u8] = b"";
        for (place, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) if place == 0 => {
                    template.lead = text.clone().into_bytes();
                    before = text.as_bytes();
                }
                Part::Text(text) => before = text.as_bytes(),
                Part::Variable(variable) => {
                    let rest = parts.get(place + 1..).unwrap_or(&[]);
                    let slot = template.slot(variable, before, rest);
                    template.slots.push(slot);
                }
            }
        }
        if template.names.len() > MOST {
            return Err(too_long());
        }
        template.has_time = template.names.iter().any(|name| name == "time");
        template.regex = template.as_regex(|_| false).map_err(|_| too_long())?;
        template.loose = Loose::of(&template).map_err(|_| too_long())?;
        Ok(template)
    }

    /// A variable with the text before it and the parts after it.
    fn slot(&mut self, variable: &Variable, before: &[u8], rest: &[Part]) -> Slot {
        let (then, next) = match rest {
            [Part::Text(text), Part::Variable(next), ..] => (text.as_str(), Some(next)),
            [Part::Text(text), ..] => (text.trim_end_matches(' '), None),
            _ => ("", None),
        };
        let is_last = rest.len() < 2;
        let quoted = before.ends_with(b"\"") && then.starts_with('"');
        let field = self.names.len();
        let is_ip = variable.field == "ip" && next.is_some_and(|next| next.field == "user");
        let kind = match variable.field.as_str() {
            "request" => Kind::Request,
            _ if is_ip && then == " - " => Kind::WithIdent,
            _ => Kind::One,
        };
        match kind {
            Kind::One => self.add_name(&variable.field),
            Kind::Request => ["method", "path", "protocol"].iter().for_each(|name| self.add_name(name)),
            Kind::WithIdent => ["ip", "ident"].iter().for_each(|name| self.add_name(name)),
        }
        let shape = variable.written.as_deref().map_or(variable.shape, |written| Shape::time(written, then));
        let shape = shape.between(before, then.as_bytes());
        Slot {
            shape,
            spelled: variable.spelled.clone(),
            then: then.as_bytes().to_vec(),
            finder: Finder::new(then.as_bytes()).into_owned(),
            quoted,
            escaped: shape.is_escaped() && !quoted,
            is_word: shape.is_word() && !quoted,
            may_be_cut: is_last && quoted && then == "\"",
            field,
            kind,
        }
    }

    /// Adds a name; a second of one name is `name_2`.
    fn add_name(&mut self, name: &str) {
        let is_free = |name: &String| !self.names.contains(name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.to_owned()).chain(numbered).find(is_free);
        self.names.extend(free);
    }

    /// The format as a regex. Those slots take the most bytes that `takes_most`.
    fn as_regex(&self, takes_most: impl Fn(usize) -> bool) -> Result<Regex, regex::Error> {
        let text = |bytes: &[u8]| regex::escape(&String::from_utf8_lossy(bytes));
        let mut pattern = format!("^{}", text(&self.lead));
        for (place, slot) in self.slots.iter().enumerate() {
            let (group, then) = match slot {
                Slot { may_be_cut: true, .. } => (r#"((?:[^"\\]|\\.)*\\?)"#.to_owned(), "\"?".to_owned()),
                Slot { quoted: true, .. } => (r#"((?:[^"\\]|\\.)*)"#.to_owned(), text(&slot.then)),
                _ => (slot.shape.pattern(&text(&slot.then), takes_most(place)), text(&slot.then)),
            };
            pattern.push_str(&group);
            pattern.push_str(&then);
        }
        pattern.push_str("[ \\t]*$");
        RegexBuilder::new(&pattern).unicode(false).dot_matches_new_line(true).build()
    }

    /// A bit for each variable that is one of these fields, by their places.
    pub(super) fn variables_of(&self, fields: impl Iterator<Item = usize> + Clone) -> u64 {
        let is_wanted = |slot: &Slot| {
            fields.clone().any(|field| (slot.field..slot.field + slot.kind.count()).contains(&field))
        };
        let bits = self.slots.iter().enumerate().filter(|(_, slot)| is_wanted(slot));
        bits.fold(0, |bits, (place, _)| bits | 1 << place)
    }

    /// Finds the fields of a line: `bytes` end with it. `found` is room to work in. Only the cells of the variables whose
    /// bits are in `wanted` are written.
    #[inline]
    pub(super) fn read(
        &self,
        bytes: &[u8],
        line: Span,
        (nulls, wanted): (&[Vec<u8>], u64),
        found: &mut Found,
        cells: &mut [Cell],
    ) -> Result<(), Unfit> {
        let start = line.start as usize;
        let text = bytes.get(start..line.end as usize).unwrap_or(&[]);
        if let Err(stop) = self.left_to_right(text, found)
            && !self.by_regex(text, found)
        {
            return Err(self.unfit(&stop, text, start));
        }
        if let Some(loose) = &self.loose
            && let Some(place) = loose.other_way(&self.slots, text, found)
        {
            let end = found.get(place).map_or(0, |found| found.1);
            let stop = Stop { at: end, slot: Some(place), why: Why::Loose };
            return Err(self.unfit(&stop, text, start));
        }
        for (place, (slot, &(from, to))) in self.slots.iter().zip(found.iter()).enumerate() {
            if self.has_time && !slot.quoted && slot.shape != Shape::Bracketed && to - from >= SHORTEST_STAMP
            {
                let value = text.get(from..to).unwrap_or(&[]);
                if let Some(at) = stamp_in(value) {
                    let stop = Stop { at: from + at, slot: Some(place), why: Why::Stamp };
                    return Err(self.unfit(&stop, text, start));
                }
            }
            if wanted >> place & 1 == 0 {
                continue;
            }
            let is_cut = slot.may_be_cut && to == text.len();
            let cell = cell(bytes, (start + from, start + to), slot.quoted, is_cut);
            let of_slot = match slot.kind {
                Kind::One => [cell, Cell::MISSING, Cell::MISSING],
                Kind::WithIdent => {
                    [cell, Cell::new(start + to + 1, start + to + 2, Form::Untyped), Cell::MISSING]
                }
                Kind::Request => words_of(cell, bytes),
            };
            let into = cells.get_mut(slot.field..slot.field + slot.kind.count()).unwrap_or(&mut []);
            for (place, cell) in into.iter_mut().zip(of_slot) {
                *place = with_nulls(bytes, cell, nulls);
            }
        }
        Ok(())
    }

    /// Takes each variable up to the first place where the text after it is. If that leads to the end of the line, no
    /// variable could take fewer bytes.
    #[inline]
    fn left_to_right(&self, line: &[u8], found: &mut Found) -> Result<(), Stop> {
        if !line.starts_with(&self.lead) {
            return Err(Stop { at: 0, slot: None, why: Why::Text });
        }
        let mut at = self.lead.len();
        let last = self.slots.len().saturating_sub(1);
        for (place, (slot, found)) in self.slots.iter().zip(found.iter_mut()).enumerate() {
            let rest = line.get(at..).unwrap_or(&[]);
            let stop = |at, why| Err(Stop { at, slot: Some(place), why });
            let len = if slot.quoted {
                match closing_quote(rest) {
                    Some(len) if rest.get(len..).is_some_and(|rest| rest.starts_with(&slot.then)) => len,
                    Some(len) => return stop(at + len, Why::Text),
                    None if slot.may_be_cut => {
                        *found = (at, line.len());
                        return Ok(());
                    }
                    None => return stop(at, Why::Open),
                }
            } else if slot.shape.has_len() {
                match slot.shape.len(rest, &slot.then) {
                    Some(len) if rest.get(len..).is_some_and(|rest| rest.starts_with(&slot.then)) => len,
                    len => return stop(at + len.unwrap_or(0), Why::Text),
                }
            } else if place == last && slot.then.is_empty() {
                let len = without_blanks(rest);
                if let Some((place, why)) = slot.misfit(rest.get(..len).unwrap_or(&[]), Why::More) {
                    return stop(at + place, why);
                }
                *found = (at, at + len);
                return Ok(());
            } else if let Some(len) = slot.find_near(rest) {
                if slot.shape.is_checked()
                    && let Some(place) = slot.shape.misfit(rest.get(..len).unwrap_or(&[]))
                {
                    return stop(at + place, Why::Shape);
                }
                len
            } else {
                let Some(len) = slot.find(rest) else { return stop(at, Why::Text) };
                if let Some((place, why)) = slot.misfit(rest.get(..len).unwrap_or(&[]), Why::Text) {
                    return stop(at + place, why);
                }
                len
            };
            *found = (at, at + len);
            at += len + slot.then.len();
        }
        let rest = line.get(at..).unwrap_or(&[]);
        if without_blanks(rest) > 0 {
            return Err(Stop { at, slot: Some(last), why: Why::More });
        }
        Ok(())
    }

    /// The same for any line, by the regex; false if the line does not fit.
    #[cold]
    pub(super) fn by_regex(&self, line: &[u8], found: &mut Found) -> bool {
        let is_whole = |(slot, found): (&Slot, &(usize, usize))| {
            slot.quoted || slot.shape.is_whole(line.get(found.1..).unwrap_or(&[]))
        };
        capture(&self.regex, line, found.get_mut(..self.slots.len()).unwrap_or(&mut []))
            && self.slots.iter().zip(found.iter()).all(is_whole)
    }

    #[cold]
    fn unfit(&self, stop: &Stop, line: &[u8], start: usize) -> Unfit {
        let slot = stop.slot.and_then(|place| self.slots.get(place));
        let after = slot.map_or("at the beginning", |slot| slot.spelled.as_str());
        let text = slot.map_or(&self.lead, |slot| &slot.then);
        let reason = match (stop.why, slot) {
            (Why::Open, _) => format!("the quote of {after} does not close"),
            (Why::Quote, _) => format!("a quote in {after}"),
            (Why::Shape, Some(Slot { shape: Shape::Digits, .. })) => format!("expected digits in {after}"),
            (Why::Shape, _) => format!("{after} holds what it never does"),
            (Why::Loose, _) => {
                format!("{after} may end here or later, since it may hold '{}'", shown_bytes(text))
            }
            (Why::Stamp, _) => "another line begins before this one ended".to_owned(),
            (Why::More, _) => format!("text after {after}, where --log-format ends"),
            (Why::Text, None) => format!("expected '{}' {after}", shown_bytes(text)),
            (Why::Text, Some(_)) => format!("expected '{}' after {after}", shown_bytes(text)),
        };
        let at = (start + stop.at).min(start + line.len());
        let hint = if matches!(stop.why, Why::Loose) { Some(Hint::Ambiguous) } else { hint(line) };
        Unfit { at, reason: Cow::Owned(reason), hint }
    }
}

/// The format without options that reads a line.
fn hint(line: &[u8]) -> Option<Hint> {
    let formats = [
        (scan::Layout { with_host: false, with_agent: true }, "combined"),
        (scan::Layout { with_host: true, with_agent: true }, "vhost"),
        (scan::Layout { with_host: false, with_agent: false }, "common"),
    ];
    let found = formats.into_iter().find(|(layout, _)| scan::reads_well(line, *layout));
    found.map(|(_, name)| Hint::Format(name))
}

impl Kind {
    /// How many fields.
    #[inline]
    fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::WithIdent => 2,
            Self::Request => 3,
        }
    }
}

impl Slot {
    /// Where a value holds what the variable never does, and why it does not fit: `at_blank` says that of a second word.
    #[inline]
    fn misfit(&self, value: &[u8], at_blank: Why) -> Option<(usize, Why)> {
        let blank = if self.is_word { memchr::memchr(b' ', value) } else { None };
        let quote = || if self.escaped { bare_quote(value) } else { None };
        let why = if self.shape == Shape::Item { at_blank } else { Why::Shape };
        let shape = || self.shape.misfit(value);
        blank
            .map(|at| (at, at_blank))
            .or_else(|| Some((quote()?, Why::Quote)))
            .or_else(|| Some((shape()?, why)))
    }

    /// Where the text after the variable is first, if that is near and no quote comes before it: most values are short,
    /// and to look at each of their bytes takes less time than to begin a search.
    #[inline]
    fn find_near(&self, rest: &[u8]) -> Option<usize> {
        const NEAR: usize = 40;
        let (first, others) = self.then.split_first()?;
        let near = rest.get(..NEAR).unwrap_or(rest);
        let at =
            near.iter().position(|byte| byte == first || *byte == b'"' || self.is_word && *byte == b' ')?;
        let fits = near.get(at) == Some(first) && rest.get(at + 1..)?.starts_with(others);
        if fits { Some(at) } else { None }
    }

    /// Where the text after the variable is first.
    #[inline]
    fn find(&self, rest: &[u8]) -> Option<usize> {
        match self.then.as_slice() {
            [byte] => memchr::memchr(*byte, rest),
            [first, others @ ..] if self.then.len() < 4 => {
                // The first one is most often the one.
                let at = memchr::memchr(*first, rest)?;
                let fits = rest.get(at + 1..).is_some_and(|rest| rest.starts_with(others));
                if fits { Some(at) } else { self.finder.find(rest) }
            }
            _ => self.finder.find(rest),
        }
    }
}

/// Writes where the groups of a regex are; false if it does not match.
fn capture(regex: &Regex, line: &[u8], found: &mut [(usize, usize)]) -> bool {
    let mut groups = regex.capture_locations();
    if regex.captures_read(&mut groups, line).is_none() {
        return false;
    }
    for (place, found) in found.iter_mut().enumerate() {
        *found = groups.get(place + 1).unwrap_or((0, 0));
    }
    true
}

/// A regex of nothing, until there is one.
fn none() -> Regex {
    // An empty pattern is one.
    Regex::new("").unwrap_or_else(|error| unreachable!("{error}"))
}

#[cfg(test)]
mod tests;
