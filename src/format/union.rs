//! `--union`: the columns of an output are all fields of its records. Where header lines name them all before a record
//! is read, nothing waits; else the output is gathered (`format::gather`).

use std::sync::Arc;

use super::OutputOptions;
use super::columns::{self, Columns, under_shape};
use crate::record::{Heading, Shape};
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
pub(super) fn leading_columns(options: &OutputOptions) -> Columns {
    let OutputOptions { shape, union, .. } = options;
    let by_headers = union.as_ref().is_some_and(|union| union.by_headers);
    if !by_headers || shape.as_unfolded().is_some() {
        return Columns::default();
    }
    let headers: Vec<&[String]> = headings(options).iter().map(|heading| heading.names).collect();
    if headers.is_empty() { Columns::default() } else { under_shape(&headers, shape) }
}

/// The columns that come after all others: those of header lines where some inputs have one and others do not, so that
/// no name is lost with a file of which no record leaves. To be asked at the end, too.
pub(super) fn trailing_columns(options: &OutputOptions) -> Columns {
    let OutputOptions { shape, sources, union, .. } = options;
    if shape.as_unfolded().is_some() || union.as_ref().is_none_or(|union| union.by_headers) {
        return Columns::default();
    }
    let with_line = sources.read().filter(|source| source.header_line);
    let headers: Vec<&[String]> = with_line.filter_map(|source| source.header.as_deref()).collect();
    if headers.is_empty() { Columns::default() } else { under_shape(&headers, shape) }
}

/// The header lines of an output's columns, as far as they are known.
pub(super) fn headings(options: &OutputOptions) -> Vec<Heading<'_>> {
    let OutputOptions { sources, union, .. } = options;
    match (union, sources.all_headers()) {
        (None, _) => columns::leading(sources).map(Heading::from).into_iter().collect(),
        (Some(_), Some(lines)) => lines.iter().map(Heading::from).collect(),
        (Some(_), None) => {
            sources.read().filter(|source| source.header.is_some()).map(Heading::from).collect()
        }
    }
}
