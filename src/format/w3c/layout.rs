//! How the records after a `#Fields:` line are read.

use memchr::memchr;

use crate::format::located::Misfit;
use crate::format::sections::{Found, Layout, Refusal};
use crate::record::{Cell, Code, Form, write_plain};

/// A day as `#Date:` gives it.
pub(super) type Day = [u8; 10];

/// The columns of a section and how they are spelled.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct W3c {
    /// The columns, and `datetime`.
    pub(super) names: Vec<String>,
    pub(super) columns: usize,
    /// A tab is between two fields, not blanks.
    pub(super) tabs: bool,
    /// Fields may be in quotes.
    pub(super) quotes: bool,
    /// By column whether `+` is a blank.
    pub(super) pluses: Vec<bool>,
    /// The columns of date and time that `datetime` is made of; without a column the date is the day.
    pub(super) stamp: Option<(Option<usize>, usize)>,
    pub(super) day: Option<Day>,
    pub(super) refusal: Option<Refusal>,
}

const FEWER: &str = "fewer fields than \"#Fields:\" names";
const MORE: &str = "more fields than \"#Fields:\" names";

impl Layout for W3c {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    fn is_blank(line: &[u8]) -> bool {
        line.trim_ascii().is_empty()
    }

    #[inline]
    fn read(&self, text: &[u8], start: usize, mut put: impl FnMut(usize, Found)) -> Result<(), Misfit> {
        let mut at = self.next_field(text, start);
        let (mut date, mut time) = (None, None);
        for column in 0..self.columns {
            if !self.begins_field(text, at, column) {
                return Err(Misfit { at: text.len(), reason: FEWER });
            }
            let (mut found, end) = self.field(text, at);
            if found.cell.form == Form::Untyped && self.pluses.get(column) == Some(&true) {
                let has_plus = memchr(b'+', found.cell.spelling(text)).is_some();
                found.cell.form = if has_plus { Form::Coded(Code::Plus) } else { Form::Untyped };
            }
            if let Some((of_date, of_time)) = self.stamp {
                date = date.or((of_date == Some(column)).then_some(found.cell));
                time = time.or((of_time == column).then_some(found.cell));
            }
            put(column, found);
            at = self.next_field(text, end + usize::from(self.tabs));
        }
        if at < text.len() || self.tabs && at == text.len() {
            return Err(Misfit { at: at.min(text.len()), reason: MORE });
        }
        if let Some(time) = time {
            put(self.columns, self.stamp(text, date, time));
        }
        Ok(())
    }

    fn second_of_day(&self, text: &[u8], cells: &[Cell]) -> Option<u32> {
        let (Some(_), Some((None, time))) = (self.day, self.stamp) else { return None };
        let [h1, h2, b':', m1, m2, b':', s1, s2, ..] = *cells.get(time)?.spelling(text) else { return None };
        let [hour, minute, second] = [[h1, h2], [m1, m2], [s1, s2]].map(|pair| {
            pair.iter()
                .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
        });
        Some(hour? * 3600 + minute? * 60 + second?)
    }

    fn made_form(&self) -> Form {
        Form::Untyped
    }

    fn make(&self, _place: usize, text: &[u8], cells: &[Cell], out: &mut Vec<u8>) {
        let Some((date, time)) = self.stamp else { return };
        match (date, self.day) {
            (Some(date), _) => write_cell(text, cells.get(date), out),
            (None, day) => out.extend(day.into_iter().flatten()),
        }
        out.push(b' ');
        write_cell(text, cells.get(time), out);
    }
}

fn write_cell(text: &[u8], cell: Option<&Cell>, out: &mut Vec<u8>) {
    match cell {
        Some(cell) if cell.form == Form::Doubled => write_plain(cell.form, cell.spelling(text), out),
        Some(cell) => out.extend_from_slice(cell.spelling(text)),
        None => {}
    }
}

impl W3c {
    /// Where the next field may begin: after blanks, where they are between fields.
    #[inline]
    fn next_field(&self, text: &[u8], at: usize) -> usize {
        if self.tabs {
            return at;
        }
        let rest = text.get(at..).unwrap_or(&[]);
        at + rest.iter().take_while(|byte| **byte == b' ').count()
    }

    /// Whether a field is at a place: between tabs an empty one is one, and after the last tab too.
    #[inline]
    fn begins_field(&self, text: &[u8], at: usize, column: usize) -> bool {
        at < text.len() || self.tabs && at == text.len() && column > 0
    }

    /// The field at a place, and where it ends, its quotes included.
    #[inline]
    fn field(&self, text: &[u8], at: usize) -> (Found, usize) {
        let rest = text.get(at..).unwrap_or(&[]);
        if self.quotes
            && rest.first() == Some(&b'"')
            && let Some((len, form)) = self.quoted(rest)
        {
            let (start, end) = (at + 1, at + len - 1);
            let form = if text.get(start..end) == Some(b"-") { Form::Null } else { form };
            let found = Found { cell: Cell::new(start, end, form), spelled: (at, at + len), made: false };
            return (found, at + len);
        }
        let len = memchr(self.separator(), rest).unwrap_or(rest.len());
        let form = match rest.get(..len) {
            Some(b"-" | b"") => Form::Null,
            _ => Form::Untyped,
        };
        (Found::new(at, at + len, form), at + len)
    }

    fn separator(&self) -> u8 {
        if self.tabs { b'\t' } else { b' ' }
    }

    /// The length of a field that begins with a quote and ends with one before the next field, quotes included.
    fn quoted(&self, text: &[u8]) -> Option<(usize, Form)> {
        let (mut at, mut form) = (1, Form::Quoted);
        loop {
            at += memchr(b'"', text.get(at..)?)? + 1;
            match text.get(at) {
                None => return Some((at, form)),
                Some(byte) if *byte == self.separator() => return Some((at, form)),
                Some(b'"') => (at, form) = (at + 1, Form::Doubled),
                Some(_) => return None,
            }
        }
    }

    /// Date and time as one field: where they are next to each other it is over both.
    fn stamp(&self, text: &[u8], date: Option<Cell>, time: Cell) -> Found {
        let (start, end) = (time.start as usize, time.start as usize + time.len as usize);
        let Some(date) = date else {
            return match time.is_null() {
                true => Found::new(start, start, Form::Null),
                false => Found { made: true, ..Found::new(start, end, Form::Untyped) },
            };
        };
        let first = date.start as usize;
        if date.is_null() || time.is_null() {
            return Found::new(first, first, Form::Null);
        }
        let is_next = first + date.len as usize + 1 == start;
        let are_plain = date.form == Form::Untyped && time.form == Form::Untyped;
        match text.get(start.saturating_sub(1)) {
            Some(b' ') if is_next && are_plain => Found::new(first, end, Form::Untyped),
            Some(b'\t') if is_next && are_plain => Found::new(first, end, Form::Coded(Code::Tab)),
            _ => Found {
                made: true,
                ..Found::new(first.min(start), end.max(first + date.len as usize), Form::Untyped)
            },
        }
    }
}
