//! What the header of a log says.

use super::layout::{Kind, Zeek};
use crate::error::{Error, Result};
use crate::format::csv::unique;
use crate::format::sections::{Directives, Refusal};
use crate::record::{Code, Remedy};

/// What it has said so far.
#[derive(Debug)]
pub(super) struct Said {
    /// What is between fields, what elements are parted by, and how what is empty or not set is spelled.
    marks: [Vec<u8>; 4],
    fields: Option<Vec<String>>,
    types: Option<Vec<Kind>>,
    /// What is after `#fields` in place of the separator.
    other: Option<u8>,
    /// The types were said by the directives around the last one: they are those of fields that come after them.
    said_types: bool,
}

const SEPARATOR: usize = 0;
const SET_SEPARATOR: usize = 1;
const EMPTY: usize = 2;
const UNSET: usize = 3;

const HEADLESS: Refusal = Refusal {
    reason: "no \"#fields\" line is before this record",
    remedy: Some(Remedy {
        input: "where zeek-cut left the header out: zeek-cut -C keeps it; else --from tsv --header …",
        table: "where zeek-cut left the header out: zeek-cut -C keeps it; else --table-from tsv --table-no-header",
    }),
};

/// What helps where something else is between the names of `#fields` than between fields.
fn apart(byte: u8) -> Refusal {
    Refusal {
        reason: "the \"#fields\" line before this record is not separated as \"#separator\" says (a tab without it)",
        remedy: Some(Remedy { input: separated_by(byte), table: SEPARATED }),
    }
}

const SEPARATED: &str =
    r"a line '#separator \xHH' before it, with the number of the byte that is between the names";

/// The line before the file that says what separates fields.
fn separated_by(byte: u8) -> &'static str {
    match byte {
        b' ' => r"(printf '%s\n' '#separator \x20'; cat FILE) | tamis --from zeek …",
        b',' => r"(printf '%s\n' '#separator \x2c'; cat FILE) | tamis --from zeek …",
        b'\t' => r"(printf '%s\n' '#separator \x09'; cat FILE) | tamis --from zeek …",
        b'|' => r"(printf '%s\n' '#separator \x7c'; cat FILE) | tamis --from zeek …",
        b';' => r"(printf '%s\n' '#separator \x3b'; cat FILE) | tamis --from zeek …",
        _ => SEPARATED,
    }
}

const UNEVEN: Refusal = Refusal {
    reason: "the \"#fields\" and \"#types\" lines before this record are not of one length",
    remedy: None,
};

impl Default for Said {
    fn default() -> Self {
        let marks = ["\t", ",", "(empty)", "-"].map(|mark| mark.as_bytes().to_vec());
        Self { marks, fields: None, types: None, other: None, said_types: false }
    }
}

impl Directives for Said {
    type Layout = Zeek;

    fn take(&mut self, line: &[u8], joined: bool) {
        self.said_types &= joined;
        if let Some(value) = line.strip_prefix(b"#separator").filter(|rest| begins_blank(rest)) {
            *self = Self::default();
            let separator = decoded(value.get(1..).unwrap_or(&[]));
            if !separator.is_empty() {
                self.marks[SEPARATOR] = separator;
            }
            return;
        }
        if let Some(rest) = line.strip_prefix(b"#fields") {
            let is_separated = rest.starts_with(&self.marks[SEPARATOR]);
            self.other = rest.first().filter(|byte| !is_separated && !byte.is_ascii_alphanumeric()).copied();
        }
        let mut parts = Parts { rest: line.get(1..), separator: &self.marks[SEPARATOR] };
        let name = parts.next().unwrap_or(&[]).to_vec();
        let values: Vec<&[u8]> = parts.collect();
        let mark = match name.as_slice() {
            b"set_separator" => SET_SEPARATOR,
            b"empty_field" => EMPTY,
            b"unset_field" => UNSET,
            b"fields" => {
                let names = values.iter().map(|name| String::from_utf8_lossy(&decoded(name)).into_owned());
                self.fields = Some(unique(names.collect()));
                self.types = self.types.take().filter(|_| self.said_types);
                return;
            }
            b"types" => {
                self.types = Some(values.iter().map(|name| Kind::of(name)).collect());
                self.said_types = true;
                return;
            }
            _ => return,
        };
        if let Some(value) = values.first().map(|value| decoded(value)).filter(|_| values.len() == 1) {
            self.marks[mark] = value;
        }
    }

    fn lose(&mut self, line: &[u8]) {
        if line.starts_with(b"#fields") {
            self.fields = None;
        }
    }

    fn layout(&mut self, _record: &[u8]) -> (Zeek, bool) {
        let [separator, set_separator, empty, unset] = self.marks.clone();
        let mut layout = Zeek { separator, set_separator, empty, unset, ..Zeek::default() };
        match (&self.fields, &self.types) {
            _ if self.other.is_some() => layout.refusal = self.other.map(apart),
            (None, _) => layout.refusal = Some(HEADLESS),
            (Some(fields), Some(types)) if fields.len() != types.len() => {
                layout.refusal = Some(UNEVEN);
            }
            (Some(fields), types) => {
                layout.names.clone_from(fields);
                layout.kinds = types.clone().unwrap_or_else(|| vec![Kind::Text; fields.len()]);
            }
        }
        (layout, true)
    }

    fn refuse(&self, first: &[u8]) -> Result<()> {
        if self.fields.is_some() || !first.starts_with(b"{") {
            return Ok(());
        }
        Err(Error::new("the first line is JSON, not a header of Zeek").help("--from ndjson reads it"))
    }
}

fn begins_blank(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b' ' | b'\t'))
}

/// What a spelling with `\xHH` means.
fn decoded(spelling: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Code::Hex.write_plain(spelling, &mut out);
    out
}

/// Pieces between separators.
pub(super) struct Parts<'a> {
    pub(super) rest: Option<&'a [u8]>,
    pub(super) separator: &'a [u8],
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.take()?;
        let Some(at) = find(rest, self.separator) else { return Some(rest) };
        self.rest = rest.get(at + self.separator.len()..);
        rest.get(..at)
    }
}

/// The first place of a separator, which is mostly one byte.
#[inline]
pub(super) fn find(text: &[u8], separator: &[u8]) -> Option<usize> {
    match separator {
        [byte] => memchr::memchr(*byte, text),
        [] => None,
        bytes => memchr::memmem::find(text, bytes),
    }
}
