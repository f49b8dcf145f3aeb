//! Framing of formats whose fields have the same names in every input, though no header line says so.

use super::lines::MARK;
use super::{Framer, GiveUp, Head};
use crate::error::Result;

/// A framer that gives names as a header of no bytes, so that outputs know them before any record.
pub(super) struct NamedFramer {
    inner: Box<dyn Framer>,
    names: Vec<String>,
    optional: Option<Optional>,
    /// Bytes of the lines at the front of the input that are no records.
    seen: usize,
}

/// A field that only some lines have: it is among the names if the first line that is a record has it.
pub(super) struct Optional {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether a line has it, if it is a record.
    pub(super) has: HasField,
}

/// Says whether a line has a field, if it is a record.
pub(super) type HasField = Box<dyn Fn(&[u8]) -> Option<bool> + Send>;

/// Lines that begin after so many bytes are not looked at for the first record.
const FRONT: usize = 1 << 20;

impl NamedFramer {
    pub(super) fn new(inner: Box<dyn Framer>, names: Vec<String>) -> Self {
        Self { inner, names, optional: None, seen: 0 }
    }

    /// The same with a field that only some lines have.
    pub(super) fn with_optional(self, optional: Optional) -> Self {
        Self { optional: Some(optional), ..self }
    }

    /// Whether the first record has the optional field; `None` if more bytes are needed.
    fn first_has(&mut self, bytes: &[u8], at_end: bool) -> Option<bool> {
        let Some(Optional { has, .. }) = &self.optional else { return Some(false) };
        while self.seen < FRONT {
            let rest = bytes.get(self.seen..).unwrap_or(&[]);
            let (line, taken) = match memchr::memchr(b'\n', rest) {
                Some(at) => (rest.get(..at).unwrap_or(rest), at + 1),
                None if at_end && !rest.is_empty() => (rest, rest.len()),
                None => return at_end.then_some(false),
            };
            let line = if taken > line.len() { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
            let line = if self.seen == 0 { line.strip_prefix(MARK).unwrap_or(line) } else { line };
            if let Some(found) = has(line) {
                return Some(found);
            }
            self.seen += taken;
        }
        Some(false)
    }

    fn names(&self, has_optional: bool) -> Head {
        let optional = self.optional.as_ref().filter(|_| has_optional);
        let names = self.names.iter().cloned().chain(optional.map(|optional| optional.name.to_owned()));
        Head::Names(Some(names.collect()), 0)
    }
}

impl Framer for NamedFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        Ok(self.first_has(bytes, at_end).map_or(Head::More, |has| self.names(has)))
    }

    fn head_too_long(&mut self, _bytes: &[u8]) -> Result<Head> {
        Ok(self.names(false))
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        self.inner.cut(bytes, at_end)
    }

    fn cut_at_stop(&mut self, bytes: &[u8]) -> usize {
        self.inner.cut_at_stop(bytes)
    }

    fn give_up(&mut self, bytes: &[u8], at_end: bool) -> GiveUp {
        self.inner.give_up(bytes, at_end)
    }
}
