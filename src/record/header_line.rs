//! Header lines, whether their inputs were opened to be read or just to look at these.

use super::{Dialect, Source};
use crate::hash::Map;

/// A header line that was looked at before the first record was read.
#[derive(Debug)]
pub struct HeaderLine {
    /// The names of the fields, in order.
    pub names: Vec<String>,
    /// How it spells names that it does not spell as they are, by name.
    pub spelled: Map<String, Vec<u8>>,
    /// The name of the format of its input.
    pub format: &'static str,
    /// How fields are told apart and spelled there.
    pub dialect: Option<Dialect>,
}

/// The same of any input.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The names of the fields, in order.
    pub names: &'a [String],
    /// How the line spells names that it does not spell as they are, by name.
    pub spelled: &'a Map<String, Vec<u8>>,
    /// The name of the format.
    pub format: &'static str,
    /// How fields are told apart and spelled.
    pub dialect: Option<Dialect>,
    /// What comes after the line.
    pub after: After<'a>,
}

/// What comes after a header line, as far as it is at hand.
#[derive(Clone, Copy, Default, Debug)]
pub struct After<'a> {
    /// The bytes, which may end within a line.
    pub bytes: &'a [u8],
    /// The number of the first line, from 1.
    pub line: u64,
}

impl Heading<'_> {
    /// A copy that lasts.
    pub fn to_line(self) -> HeaderLine {
        let Self { names, spelled, format, dialect, .. } = self;
        HeaderLine { names: names.to_vec(), spelled: spelled.clone(), format, dialect }
    }
}

impl<'a> From<&'a HeaderLine> for Heading<'a> {
    fn from(line: &'a HeaderLine) -> Self {
        let HeaderLine { names, spelled, format, dialect } = line;
        Self { names, spelled, format, dialect: *dialect, after: After::default() }
    }
}

impl<'a> From<&'a Source> for Heading<'a> {
    fn from(source: &'a Source) -> Self {
        let names = source.header.as_deref().unwrap_or(&[]);
        let dialect = source.walk.dialect();
        Self { names, spelled: &source.spelled, format: source.format, dialect, after: After::default() }
    }
}
