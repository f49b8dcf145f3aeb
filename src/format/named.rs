//! Framing of formats whose fields have the same names in every input, though no header line says so.

use super::{Framer, GiveUp, Head};
use crate::error::Result;

/// A framer that gives names as a header of no bytes, so that outputs know them before any record.
pub(super) struct NamedFramer {
    inner: Box<dyn Framer>,
    names: Vec<String>,
}

impl NamedFramer {
    pub(super) fn new(inner: Box<dyn Framer>, names: Vec<String>) -> Self {
        Self { inner, names }
    }
}

impl Framer for NamedFramer {
    fn head(&mut self, _bytes: &[u8], _at_end: bool) -> Result<Head> {
        Ok(Head::Names(Some(self.names.clone()), 0))
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
