//! How the records after a header are read.

use memchr::memchr;
use memchr::memmem;

use super::directives::{Parts, find};
use crate::format::located::Misfit;
use crate::format::sections::{Found, Layout, Refusal};
use crate::record::{Cell, Code, Form};
use crate::value::{Number, json};

/// What `#types` says of a field, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    /// Untyped text.
    Text,
    Bool,
    /// A set, a vector or the like, of elements.
    Array(Element),
}

/// What the elements of an array are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Element {
    Text,
    Bool,
    Number,
}

/// The fields of a section and how they are spelled.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Zeek {
    pub(super) separator: Vec<u8>,
    pub(super) set_separator: Vec<u8>,
    pub(super) empty: Vec<u8>,
    pub(super) unset: Vec<u8>,
    pub(super) names: Vec<String>,
    /// As many as names.
    pub(super) kinds: Vec<Kind>,
    pub(super) refusal: Option<Refusal>,
}

impl Kind {
    /// What the name of a type means.
    pub(super) fn of(name: &[u8]) -> Self {
        let name = name.trim_ascii();
        let element = memchr(b'[', name).and_then(|at| name.get(at + 1..)?.strip_suffix(b"]"));
        match (name, element) {
            (b"bool", _) => Self::Bool,
            (_, None) => Self::Text,
            (_, Some(b"bool")) => Self::Array(Element::Bool),
            (_, Some(b"count" | b"int" | b"double" | b"port" | b"interval" | b"time")) => {
                Self::Array(Element::Number)
            }
            (_, Some(_)) => Self::Array(Element::Text),
        }
    }
}

impl Layout for Zeek {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    #[inline]
    fn read(&self, text: &[u8], start: usize, mut put: impl FnMut(usize, Found)) -> Result<(), Misfit> {
        let mut at = start;
        for (place, kind) in self.kinds.iter().enumerate() {
            let Some(rest) = text.get(at..) else {
                return Err(Misfit { at: text.len(), reason: "fewer fields than \"#fields\" names" });
            };
            let len = find(rest, &self.separator).unwrap_or(rest.len());
            put(place, self.field(text, at, at + len, *kind));
            at += len + self.separator.len();
        }
        match at <= text.len() {
            true => Err(Misfit { at, reason: "more fields than \"#fields\" names" }),
            false => Ok(()),
        }
    }

    fn made_form(&self) -> Form {
        Form::Array
    }

    fn make(&self, place: usize, text: &[u8], cells: &[Cell], out: &mut Vec<u8>) {
        let spelling = cells.get(place).map_or(&[][..], |cell| cell.spelling(text));
        let Some(Kind::Array(element)) = self.kinds.get(place) else { return };
        out.push(b'[');
        if !spelling.is_empty() && spelling != self.empty {
            let mut plain = Vec::new();
            let parts = Parts { rest: Some(spelling), separator: &self.set_separator };
            for (number, part) in parts.enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                self.write_element(part, *element, &mut plain, out);
            }
        }
        out.push(b']');
    }
}

impl Zeek {
    #[inline]
    fn field(&self, text: &[u8], start: usize, end: usize, kind: Kind) -> Found {
        let spelling = text.get(start..end).unwrap_or(&[]);
        if spelling == self.unset {
            return Found::new(start, end, Form::Null);
        }
        let form = match (kind, spelling) {
            (Kind::Array(_), _) => return Found { made: true, ..Found::new(start, end, Form::Untyped) },
            (Kind::Bool, b"T") => Form::True,
            (Kind::Bool, b"F") => Form::False,
            // Not null, as an empty text without quotes is.
            _ if spelling.is_empty() || spelling == self.empty => {
                return Found {
                    cell: Cell::new(start, start, Form::Quoted),
                    ..Found::new(start, end, Form::Quoted)
                };
            }
            _ if has_escape(spelling) => Form::Coded(Code::Hex),
            _ => Form::Untyped,
        };
        Found::new(start, end, form)
    }

    fn write_element(&self, part: &[u8], element: Element, plain: &mut Vec<u8>, out: &mut Vec<u8>) {
        match (element, part) {
            _ if part == self.unset => out.extend_from_slice(b"null"),
            _ if part == self.empty => out.extend_from_slice(b"\"\""),
            (Element::Bool, b"T") => out.extend_from_slice(b"true"),
            (Element::Bool, b"F") => out.extend_from_slice(b"false"),
            (Element::Number, _) if Number::is_json(part) => out.extend_from_slice(part),
            _ if !has_escape(part) => json::write_string(part, out),
            _ => {
                plain.clear();
                Code::Hex.write_plain(part, plain);
                json::write_string(plain, out);
            }
        }
    }
}

#[inline]
fn has_escape(spelling: &[u8]) -> bool {
    memchr(b'\\', spelling)
        .is_some_and(|at| memmem::find(spelling.get(at..).unwrap_or(&[]), b"\\x").is_some())
}
