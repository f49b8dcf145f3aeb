//! A located field: a place in a block and the form in which a value is spelled there.

use super::Name;
use crate::scan::json::{Item, Kind};

/// How a located value is spelled. The span of a cell is always what the form says, without quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// The record does not have the field.
    #[default]
    Missing,
    /// Null, spelled as its format has it (`null`, nothing, `-`).
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A JSON number, its grammar checked.
    Number,
    /// The inside of a JSON string without escapes, checked to be UTF-8.
    Text,
    /// The inside of a JSON string with escapes, checked to be UTF-8 and to unescape.
    Escaped,
    /// A JSON array, brackets included.
    Array,
    /// A JSON object, braces included.
    Object,
    /// Text of a format without types, as it stands.
    Untyped,
    /// The same, standing between quotes that are not part of the span.
    Quoted,
    /// The same with a quote inside spelled as two (CSV).
    Doubled,
    /// Untyped text with the backslash escapes of TSV (`\t \n \r \\`).
    Backslashed,
    /// Untyped text in which a backslash stands before `"`, `\\` and `]` alone: parameters of syslog.
    Bracketed,
    /// Untyped text with the escapes of logs (`\" \\ \n \u0001 \x1b` …): access logs, and logfmt between its quotes.
    Logged,
    /// Untyped text that means null since `--null` says so; to formats whose text has no types it leaves as it is spelled.
    NullText,
    /// A number that stands for this name, as untyped text.
    Name(Name),
}

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
            Self::Bracketed | Self::Logged | Self::Name(_) => true,
            Self::Missing | Self::Null | Self::True | Self::False | Self::Number => false,
            Self::NullText => false,
            Self::Text | Self::Escaped | Self::Array | Self::Object => false,
        }
    }

    /// Whether the field is absent or null.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Missing | Self::Null | Self::NullText)
    }

    /// The form as one byte, for [`Self::of_code`]; 0 is a missing field.
    pub fn code(self) -> u8 {
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
            Self::Name(name) => NAMES + name.number(),
        }
    }

    /// The form of a code.
    pub fn of_code(code: u8) -> Self {
        match code.checked_sub(NAMES) {
            Some(number) => Self::Name(Name::of_number(number)),
            None => Self::PLAIN.get(usize::from(code)).copied().unwrap_or_default(),
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
    fn a_code_stands_for_its_form() {
        let names = Name::of_priority(165).unwrap().map(Form::Name);
        for form in Form::PLAIN.into_iter().chain(names) {
            assert_eq!(Form::of_code(form.code()), form);
        }
    }
}
