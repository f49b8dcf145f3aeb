//! A located field: a place in a block and the form in which a value is spelled there.

use super::{Code, Marks, Name};
use crate::scan::json::{Item, Kind};

/// How a located value is spelled. The span of a cell is always what the form says, without quotes.
///
/// Nulls come first, and after them the forms of values that are as they are spelled: columns are asked whether they
/// hold nothing else, and one comparison a cell tells ([`Form::is_plainest`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// The record does not have the field.
    #[default]
    Missing,
    /// Null, spelled as its format has it (`null`, nothing, `-`).
    Null,
    /// Untyped text that means null since `--null` says so, as it stands, with the quotes that it has.
    NullText,
    /// `true`.
    True,
    /// `false`.
    False,
    /// The inside of a JSON string without escapes, checked to be UTF-8.
    Text,
    /// Text of a format without types, as it stands.
    Untyped,
    /// The inside of a JSON string with escapes, checked to be UTF-8 and to unescape.
    Escaped,
    /// A JSON number, its grammar checked.
    Number,
    /// A JSON array, brackets included.
    Array,
    /// A JSON object, braces included.
    Object,
    /// Text of a format without types, standing between quotes that are not part of the span.
    Quoted,
    /// The same with a quote inside spelled as two (CSV).
    Doubled,
    /// Untyped text with the backslash escapes of TSV (`\t \n \r \\`).
    Backslashed,
    /// Untyped text in which a backslash stands before `"`, `\\` and `]` alone: parameters of syslog.
    Bracketed,
    /// Untyped text with the escapes of logs (`\" \\ \n \u0001 \x1b` …): access logs, and logfmt between its quotes.
    Logged,
    /// Untyped text in which some bytes are spelled by others.
    Coded(Code),
    /// Untyped text of a dialect of CSV, in which these bytes stand for others.
    Marked(Marks),
    /// A number that stands for this name, as untyped text.
    Name(Name),
}

/// The code of a [`Form::Marked`], whose marks come after it.
const MARKED: u8 = NAMES - 1;

/// The first code of a [`Form::Coded`].
const CODED: u8 = 32;

/// The first code of a [`Form::Name`].
const NAMES: u8 = 64;

impl Form {
    /// Forms without more to them, by their code.
    const PLAIN: [Self; 16] = [
        Self::Missing,
        Self::Null,
        Self::True,
        Self::False,
        Self::Number,
        Self::Text,
        Self::Escaped,
        Self::Array,
        Self::Object,
        Self::Untyped,
        Self::Quoted,
        Self::Doubled,
        Self::Backslashed,
        Self::Bracketed,
        Self::Logged,
        Self::NullText,
    ];

    /// Whether this is text of a format without types.
    pub fn is_untyped(self) -> bool {
        match self {
            Self::Untyped | Self::Quoted | Self::Doubled | Self::Backslashed => true,
            Self::Bracketed | Self::Logged | Self::Coded(_) | Self::Marked(_) | Self::Name(_) => true,
            Self::Missing | Self::Null | Self::True | Self::False | Self::Number => false,
            Self::NullText => false,
            Self::Text | Self::Escaped | Self::Array | Self::Object => false,
        }
    }

    /// Whether the field is absent or null.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Missing | Self::Null | Self::NullText)
    }

    /// Whether the value is null or as it is spelled.
    #[inline]
    pub fn is_plainest(self) -> bool {
        self.is_null() || matches!(self, Self::True | Self::False | Self::Text | Self::Untyped)
    }

    /// Appends the form in its saved form: one byte, for most forms.
    #[inline]
    pub fn save(self, out: &mut Vec<u8>) {
        out.push(self.code());
        if let Self::Marked(marks) = self {
            out.extend_from_slice(&marks.to_bytes());
        }
    }

    /// Reads a form in its saved form, and steps over it.
    #[inline]
    pub fn restore(from: &mut &[u8]) -> Option<Self> {
        let (&code, rest) = from.split_first()?;
        *from = rest;
        if code != MARKED {
            return Some(Self::of_code(code));
        }
        let (&marks, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(Self::Marked(Marks::of_bytes(marks)))
    }

    /// The form as one byte; 0 is a missing field.
    fn code(self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Null => 1,
            Self::True => 2,
            Self::False => 3,
            Self::Number => 4,
            Self::Text => 5,
            Self::Escaped => 6,
            Self::Array => 7,
            Self::Object => 8,
            Self::Untyped => 9,
            Self::Quoted => 10,
            Self::Doubled => 11,
            Self::Backslashed => 12,
            Self::Bracketed => 13,
            Self::Logged => 14,
            Self::NullText => 15,
            Self::Coded(code) => CODED + code.number(),
            Self::Marked(_) => MARKED,
            Self::Name(name) => NAMES + name.number(),
        }
    }

    /// The form of a code that is all of it.
    fn of_code(code: u8) -> Self {
        match code.checked_sub(NAMES) {
            Some(number) => Self::Name(Name::of_number(number)),
            None => {
                let coded = code.checked_sub(CODED).and_then(Code::of_number).map(Self::Coded);
                coded.or(Self::PLAIN.get(usize::from(code)).copied()).unwrap_or_default()
            }
        }
    }
}

/// A field of one record: a place in the bytes of its batch, and its form. 12 bytes, typed on use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// First byte.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
    /// How the value is spelled.
    pub form: Form,
}

const _: () = assert!(size_of::<Cell>() == 12);

impl Cell {
    /// A field that the record does not have.
    pub const MISSING: Self = Self { start: 0, len: 0, form: Form::Missing };

    /// A cell over `bytes[start..end]`.
    pub fn new(start: usize, end: usize, form: Form) -> Self {
        Self { start: start as u32, len: end.saturating_sub(start) as u32, form }
    }

    /// The cell of a value within JSON text.
    pub fn of_item(text: &[u8], item: Item) -> Self {
        let form = match item.kind {
            Kind::Plain => Form::Text,
            Kind::Escaped => Form::Escaped,
            Kind::Array => Form::Array,
            Kind::Object => Form::Object,
            Kind::Scalar => match text.get(item.start) {
                Some(b'n') => Form::Null,
                Some(b't') => Form::True,
                Some(b'f') => Form::False,
                _ => Form::Number,
            },
        };
        let quote = usize::from(matches!(form, Form::Text | Form::Escaped));
        Self::new(item.start + quote, item.end.saturating_sub(quote), form)
    }

    /// The spelling, without quotes.
    #[inline]
    pub fn spelling(self, bytes: &[u8]) -> &[u8] {
        let start = self.start as usize;
        bytes.get(start..start + self.len as usize).unwrap_or(&[])
    }

    /// Whether the field is absent or null.
    pub fn is_null(self) -> bool {
        self.form.is_null()
    }

    /// The same cell after its bytes moved from `old` to `new`.
    #[must_use]
    pub fn moved(self, old: usize, new: usize) -> Self {
        Self { start: (self.start as usize + new).saturating_sub(old) as u32, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_form_comes_back() {
        let names = Name::of_priority(165).unwrap().map(Form::Name);
        let marked = [(Some(b'\''), None), (None, Some(b'\\'))];
        let marked = marked.map(|(quote, escape)| Form::Marked(Marks::new(quote, escape)));
        let coded = [Code::Hex, Code::Plus, Code::Tab].map(Form::Coded);
        for form in Form::PLAIN.into_iter().chain(names).chain(marked).chain(coded) {
            let mut saved = Vec::new();
            form.save(&mut saved);
            let mut from = saved.as_slice();
            assert_eq!((Form::restore(&mut from), from), (Some(form), &b""[..]));
        }
    }
}
