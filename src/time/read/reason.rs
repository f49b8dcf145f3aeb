//! Why something is not a time.

use std::fmt;

/// Why bytes were not read as a time. Its text is [`Self::reason`], then [`Self::remedy`] in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotATime {
    /// None of the known spellings.
    Malformed,
    /// A day that its month does not have, or a month beyond the twelfth.
    NoSuchDate,
    /// An hour, minute or second that no clock shows.
    NoSuchTime,
    /// An offset from UTC that no clock has: of a day or more.
    NoSuchOffset,
    /// A date that is not the day of the week that is said with it.
    OtherWeekday,
    /// A 29th of February without a year, where the year that it is taken to be of has none.
    NoLeapDay,
    /// Before the year 1 or after the year 9999.
    OutOfRange,
    /// A number that is an epoch in no unit.
    UnknownUnit,
    /// A number of eight digits that spell a date.
    DateDigits,
    /// A number of fourteen digits that spell a date and a time.
    StampDigits,
    /// A number of twelve digits that spell a date, hour and minute.
    MinuteDigits,
    /// A number of twelve digits that spell a date of a year of two digits and a time.
    ShortDigits,
    /// A number of ten digits that spell a date and an hour, where the first stamp of its input does so.
    HourDigits,
    /// A stamp without a year, and no year is given.
    NoYear,
    /// A zone's name that neither the reader's zone uses nor everybody understands.
    UnknownZone,
    /// The zone in brackets never had that offset at that time.
    OtherOffset,
    /// A zone in brackets that nobody knows, and no offset.
    NoSuchZone,
    /// A label of TAI64: programs do not agree by how many seconds it is ahead of UTC.
    Tai64,
    /// The name of a month in another language.
    ForeignMonth,
    /// Not of the stated format.
    Unformatted,
}

impl NotATime {
    /// Of two reasons why several readings failed the one that tells more: a missing year first of all, then what is
    /// said of a time that was understood.
    pub(in super::super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (_, Self::NoYear) | (Self::Unformatted, _) | (Self::Malformed, _)
                if other != Self::Unformatted =>
            {
                other
            }
            _ => self,
        }
    }

    /// What is wrong, in lower case: `no such date`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed | Self::ForeignMonth => "not a time",
            Self::NoSuchDate => "no such date",
            Self::NoSuchTime => "no such time of day",
            Self::NoSuchOffset => "no such offset from UTC",
            Self::NoLeapDay => "a 29th of February of a year that has none",
            Self::OtherWeekday => "a date of another day of the week",
            Self::OutOfRange => "beyond the years 1 to 9999",
            Self::UnknownUnit => "an epoch of unknown unit",
            Self::DateDigits => "an epoch of unknown unit, or a date",
            Self::HourDigits => "an epoch, or a date and hour",
            Self::StampDigits | Self::MinuteDigits | Self::ShortDigits => {
                "an epoch of unknown unit, or a date and time"
            }
            Self::NoYear => "a stamp without a year",
            Self::UnknownZone => "a zone name of unknown meaning",
            Self::OtherOffset => "an offset that the zone in brackets did not have then",
            Self::NoSuchZone => "a zone in brackets that is not known",
            Self::Tai64 => "a label of TAI64",
            Self::Unformatted => "not a time of the stated format",
        }
    }

    /// What to do about it, if an option can help: `see --time-format`.
    pub const fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Malformed => Some("see --time-format"),
            Self::UnknownUnit => Some("see --time-format: s, ms, us or ns"),
            Self::DateDigits => Some("see --time-format: %Y%m%d"),
            Self::StampDigits => Some("see --time-format: %Y%m%d%H%M%S"),
            Self::HourDigits => Some("see --time-format: %Y%m%d%H, or s"),
            Self::MinuteDigits => Some("see --time-format: %Y%m%d%H%M"),
            Self::ShortDigits => Some("see --time-format: %y%m%d%H%M%S"),
            Self::NoYear | Self::NoLeapDay => Some("see --year"),
            Self::Tai64 => Some("tai64nlocal, or s6-tai64nlocal of s6, writes it as a time in --tz local"),
            Self::ForeignMonth => Some("months are read by their English names"),
            Self::UnknownZone => {
                Some("see --tz: the zone that uses it, or write an offset such as -03:00 in its place")
            }
            Self::NoSuchDate
            | Self::NoSuchTime
            | Self::NoSuchOffset
            | Self::OtherWeekday
            | Self::OutOfRange
            | Self::OtherOffset
            | Self::NoSuchZone
            | Self::Unformatted => None,
        }
    }
}

impl fmt::Display for NotATime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.reason())?;
        match self.remedy() {
            Some(remedy) => write!(out, " ({remedy})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NotATime {}
