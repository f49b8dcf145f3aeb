//! What the user states about how times are spelled.

use super::super::TimeFormat;

/// A value of `--time-format`.
#[derive(Clone, Debug)]
pub enum Stated {
    /// `auto`: the known spellings.
    Known,
    /// Directives, or the unit of an epoch.
    Format(TimeFormat),
}

impl Stated {
    /// What a text states, if times can be read by it; the error names the directive.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Known),
            text => TimeFormat::parse(text).and_then(TimeFormat::readable).map(Self::Format),
        }
    }

    /// Whether times of this format have no year, so that `--year` must give it.
    pub fn is_yearless(&self) -> bool {
        match self {
            Self::Known => false,
            Self::Format(format) => format.is_yearless(),
        }
    }
}

impl From<TimeFormat> for Stated {
    fn from(format: TimeFormat) -> Self {
        Self::Format(format)
    }
}
