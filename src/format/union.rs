//! `--union`: the columns of an output are all fields of its records. Where header lines name them all before a record
//! is read, nothing waits; else the output is gathered (`format::gather`).

use std::sync::Arc;

use super::OutputOptions;
use super::columns::{Columns, under_shape};
use crate::record::Shape;
use crate::spill::Disk;

/// What an output needs to know whose columns are all fields of its records.
#[derive(Clone, Debug)]
pub struct Union {
    /// Whether each input has a header line: then their names come first, in the order of the inputs.
    pub by_headers: bool,
    /// Whether records may have more fields than these (`--ragged`).
    pub ragged: bool,
    /// Where what waits goes beyond `--memory`.
    pub disk: Arc<Disk>,
}

impl Union {
    /// Whether header lines and the chain name all fields of records of this shape.
    pub fn is_named(&self, shape: &Shape) -> bool {
        self.by_headers && !self.ragged && !shape.is_open()
    }
}

/// Whether the columns are known only when the last record has come.
pub(super) fn waits(options: &OutputOptions) -> bool {
    let OutputOptions { shape, sources, union, .. } = options;
    union.as_ref().is_some_and(|union| {
        shape.rest.is_some() && !(union.is_named(shape) && sources.all_headers().is_some())
    })
}

/// The columns that come before all others, whether a record has them or not: those that header lines and the chain
/// name. To be asked at the end, when the inputs were opened.
pub(super) fn leading(options: &OutputOptions) -> Columns {
    let OutputOptions { shape, sources, union, .. } = options;
    let by_headers = union.as_ref().is_some_and(|union| union.by_headers);
    if !by_headers || shape.as_unfolded().is_some() {
        return Columns::default();
    }
    let headers = match sources.all_headers() {
        Some(headers) => headers.iter().map(Vec::as_slice).collect(),
        None => sources.headers(),
    };
    if headers.is_empty() { Columns::default() } else { under_shape(&headers, shape) }
}
