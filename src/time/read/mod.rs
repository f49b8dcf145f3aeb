//! Reading event times. Which spelling it is, a glance at the first bytes decides; nothing is tried twice.

mod apache;
mod epoch;
mod extent;
mod iso;
mod minute;
mod reason;
mod stamp;
mod syslog;
mod zone_name;

pub use extent::stamp_len;
pub use minute::Minute;
pub use reason::NotATime;

pub(super) use epoch::Unit;
pub(super) use stamp::{Offset, Stamp, offset_of};
pub(super) use syslog::Yearless;

use self::syslog::Lettered;
use super::{TimeFormat, Timestamp, Zone};

/// Reads times as the manual's section 6 understands them: ISO 8601, `10/Oct/2000:13:55:36 -0700`, syslog
/// stamps and Unix epochs; with a format, only what that describes.
///
/// An offset in the stamp, or the name of a zone, wins, else the reader's zone holds. Digits below the nanosecond
/// are dropped. A leap second, 23:59:60 UTC at the end of a month, is read as the second before it, so that it stays
/// within its minute and day; no other minute has a second 60. `24:00:00` is the midnight that ends the day. Blanks
/// around a stamp are not skipped.
#[derive(Clone, Debug)]
pub struct TimeReader {
    zone: Zone,
    format: Option<TimeFormat>,
    year: Option<Year>,
}

/// Which year the first stamp without one is of (`--year`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Year {
    /// This one.
    Of(i32),
    /// The one that brings the stamp nearest to a time, mostly the start of the run.
    Nearest(Timestamp),
}

impl TimeReader {
    /// A reader of all known spellings; stamps without an offset are in `zone`.
    pub fn new(zone: Zone) -> Self {
        Self { zone, format: None, year: None }
    }

    /// Reads by this format alone (`--time-format`).
    #[must_use]
    pub fn with_format(mut self, format: TimeFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// The year of stamps that have none, where none came before (`--year`).
    #[must_use]
    pub fn with_year(mut self, year: Year) -> Self {
        self.year = Some(year);
        self
    }

    /// The zone of stamps without an offset.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Whether only what a format describes is read.
    pub fn has_format(&self) -> bool {
        self.format.is_some()
    }

    /// Whether stamps without a year are read, so that what they mean depends on the stamps before them.
    pub fn has_year(&self) -> bool {
        self.year.is_some()
    }

    /// Whether these bytes are a stamp without a year, by their shape or by the format, so that [`Self::read_near`]
    /// reads them by the stamps before. The reader need not have a year.
    pub fn is_yearless(&self, bytes: &[u8]) -> bool {
        match &self.format {
            Some(format) => format.read(bytes, &self.zone) == Err(NotATime::NoYear),
            None => matches!(syslog::read(bytes), Ok(Lettered::Yearless(_))),
        }
    }

    /// Whether the format's times have no year, and the reader has none to give them.
    pub fn lacks_year(&self) -> bool {
        self.year.is_none() && self.format.as_ref().is_some_and(TimeFormat::is_yearless)
    }

    /// The year of the first stamp without one.
    pub fn year(&self) -> Option<Year> {
        self.year
    }

    /// Reads text or an untyped spelling. A stamp without a year is of the reader's year.
    #[inline]
    pub fn read(&self, bytes: &[u8]) -> Result<Timestamp, NotATime> {
        self.read_near(bytes, None)
    }

    /// As [`Self::read`], but a stamp without a year takes the one that brings it nearest to `near` (the
    /// running maximum of its input), if that is known and the reader has a year at all.
    #[inline]
    pub fn read_near(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        if let Some(format) = &self.format {
            return format.read_near(bytes, &self.zone, near, self.year);
        }
        self.read_form(bytes, near)
    }

    /// Reads what is not event time itself, such as a literal or another field: by the known spellings, then by the
    /// format. `near` is as in [`Self::read_near`].
    pub fn read_any(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        let read = self.read_form(bytes, near);
        match &self.format {
            Some(format) if read.is_err() => format.read_near(bytes, &self.zone, near, self.year).or(read),
            _ => read,
        }
    }

    /// [`Self::read_any`] of a number by its spelling.
    pub fn read_any_epoch(&self, digits: &[u8]) -> Result<Timestamp, NotATime> {
        let read = epoch::read(digits);
        match &self.format {
            Some(format) if read.is_err() => format.read_near(digits, &self.zone, None, self.year).or(read),
            _ => read,
        }
    }

    #[inline]
    fn read_form(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        match iso::read_fixed(bytes) {
            Some(stamp) => stamp.at(&self.zone),
            None => self.read_by_shape(bytes, near),
        }
    }

    /// As [`Self::read`] in the usual case, of many stamps one after the other: `minute` is what the one before
    /// left behind. `None` is no verdict.
    #[inline]
    pub fn read_usual(&self, bytes: &[u8], minute: &mut Minute) -> Option<Timestamp> {
        if self.format.is_some() {
            return None;
        }
        minute.read(bytes)?.at(&self.zone).ok()
    }

    /// Reads a number by its spelling: `1431857103`, `1431857103.25`, `1.431857103e9`. With a format, what
    /// that makes of these characters.
    #[inline]
    pub fn read_epoch(&self, digits: &[u8]) -> Result<Timestamp, NotATime> {
        match &self.format {
            Some(format) => format.read_near(digits, &self.zone, None, self.year),
            None => epoch::read(digits),
        }
    }

    /// Whether these are ten digits, which are read as seconds. With a format nothing is in doubt.
    pub fn is_ten_digits(&self, digits: &[u8]) -> bool {
        self.format.is_none() && digits.len() == 10 && digits.iter().all(u8::is_ascii_digit)
    }

    /// Whether ten digits, which are read as seconds, spell a date and an hour (1990 to 2099) as well: an input whose
    /// first stamp does so is not one of seconds. With a format nothing is in doubt.
    pub fn is_date_with_hour(&self, digits: &[u8]) -> bool {
        self.format.is_none() && epoch::is_date_with_hour(digits)
    }

    /// Reads only what is unmistakably a time: a stamp with its date, or what fits a format of directives,
    /// but no epoch. For text that may as well be something else, such as a duration.
    pub fn read_stamp(&self, bytes: &[u8]) -> Option<Timestamp> {
        let by_format = self.format.as_ref().filter(|format| !format.is_epoch());
        if let Some(t) = by_format.and_then(|format| format.read(bytes, &self.zone).ok()) {
            return Some(t);
        }
        let lettered = || match syslog::read(bytes) {
            Ok(Lettered::Whole(stamp)) => Some(stamp),
            _ => None,
        };
        let stamp = iso::read_fixed(bytes)
            .or_else(|| iso::read(bytes).ok())
            .or_else(|| apache::read(bytes).ok())
            .or_else(lettered);
        stamp?.at(&self.zone).ok()
    }

    #[inline(never)]
    fn read_by_shape(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        match bytes {
            [_, _, b'/', ..] => apache::read(bytes)?.at(&self.zone),
            [_, _, _, _, b'-' | b'/', ..] => iso::read(bytes)?.at(&self.zone),
            [b'A'..=b'Z' | b'a'..=b'z', ..] => self.read_lettered(bytes, near),
            _ => match epoch::read(bytes) {
                // A year of five digits gets its own reason.
                Err(NotATime::Malformed) => iso::read(bytes)?.at(&self.zone),
                read => read,
            },
        }
    }

    fn read_lettered(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        match syslog::read(bytes)? {
            Lettered::Whole(stamp) => stamp.at(&self.zone),
            Lettered::Yearless(stamp) => stamp.at(near, self.year, &self.zone),
        }
    }
}

#[cfg(test)]
mod tests;
