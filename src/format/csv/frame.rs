//! Frames CSV and TSV: the header first, then whole records.

use super::cut::Cutter;
use super::header::{Header, HeaderReader, Rest};
use super::hints::hint_of_stray;
use super::split::line_end;
use super::split::{Splitter, Stray};
use crate::error::Result;
use crate::format::{Framer, GiveUp, Head, InputOptions};
use crate::hash::Map;
use crate::record::Dialect;

/// Frames one input.
#[derive(Debug)]
pub(in crate::format) struct DelimitedFramer {
    dialect: Dialect,
    header: HeaderReader,
    cutter: Cutter,
}

impl DelimitedFramer {
    pub(in crate::format) fn new(dialect: Dialect, options: &InputOptions) -> Self {
        let header = HeaderReader::new(Header::of(options), dialect, options);
        Self { dialect, header, cutter: Cutter::new(dialect) }
    }
}

impl Framer for DelimitedFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        self.header.read(bytes, if at_end { Rest::None } else { Rest::MayCome })
    }

    fn head_too_long(&mut self, bytes: &[u8]) -> Result<Head> {
        self.header.read(bytes, Rest::TooLong)
    }

    fn take_spelled_names(&mut self) -> Map<String, Vec<u8>> {
        self.header.take_spelled()
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        self.cutter.read_on(bytes, at_end);
        let taken = if at_end && !self.cutter.is_open() { bytes.len() } else { self.cutter.whole() };
        self.cutter.drop_front(taken);
        taken
    }

    fn find_open(&self, bytes: &[u8], prefix: &[u8]) -> Option<usize> {
        let mut splitter = Splitter::new(bytes, self.dialect);
        let mut ends = Vec::new();
        let mut open = None;
        while let Some(record) = splitter.next(&mut ends) {
            if record.stray == Some(Stray::Unclosed) {
                open = open.or(Some(record.start));
            }
            if open.is_some() && bytes.get(splitter.at()..)?.starts_with(prefix) {
                return open;
            }
        }
        None
    }

    fn give_up(&mut self, bytes: &[u8], at_end: bool) -> GiveUp {
        let quoted = self.cutter.is_open();
        self.cutter = Cutter::new(self.dialect);
        let reason = "a quote that does not close";
        let reject = |len: usize| {
            let hint = hint_of_stray(bytes.get(..len).unwrap_or(&[]), self.dialect, Stray::Unclosed);
            GiveUp::Reject { len, reason, hint }
        };
        match line_end(bytes, self.dialect) {
            Ok(line_end) if quoted => reject(line_end + 1),
            Err(_) if at_end => reject(bytes.len()),
            _ => GiveUp::Skip,
        }
    }
}
