//! CSV as RFC 4180 has it, with the ways in which real files depart from it. TSV shares all but the dialect.

mod decode;
mod frame;
mod header;
mod split;

pub(super) use decode::DelimitedDecoder;
pub(super) use frame::DelimitedFramer;
pub(super) use header::Header;
pub(super) use split::Dialect;

use std::sync::Arc;

use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::record::Fields;

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "csv",
    suffixes: &["csv"],
    input: Some(input),
    output: None,
    doc: Doc { summary: "comma-separated values with a header line", text: "", examples: &[] },
};

/// CSV or TSV under the options of one input.
#[derive(Debug)]
pub(super) struct Delimited {
    pub(super) dialect: Dialect,
    pub(super) options: InputOptions,
}

impl InputFormat for Delimited {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(DelimitedFramer::new(self.dialect, Header::of(&self.options)))
    }

    fn decoder(&self, header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(DelimitedDecoder::new(self.dialect, &self.options, header, wanted))
    }
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    let dialect = dialect(options.delimiter)?;
    Ok(Box::new(Delimited { dialect, options: options.clone() }))
}

fn dialect(delimiter: Option<u8>) -> Result<Dialect> {
    let delimiter = delimiter.unwrap_or(b',');
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\n' | b'\r') {
        return Err(Error::new("--delimiter takes one ASCII character that is no quote and no line end"));
    }
    Ok(Dialect { delimiter, quotes: true })
}
