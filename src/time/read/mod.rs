//! Reading event times. Which spelling it is, a glance at the first bytes decides; nothing is tried twice.

mod apache;
mod basic;
mod brackets;
mod epoch;
mod extent;
mod go;
mod iso;
mod klog;
mod minute;
mod reason;
mod stamp;
mod stated;
mod syslog;
mod weekday;
mod year_first;
mod zone_name;

pub use extent::stamp_len;
pub use minute::Minute;
pub use reason::NotATime;
pub use stated::Stated;

pub(super) use epoch::Unit;
pub(super) use stamp::{Offset, Stamp, is_like_offset, is_offset, offset_of};
pub(super) use syslog::Yearless;
pub(super) use zone_name::{ZoneName, is_zone_name};

use self::syslog::Lettered;
use super::calendar::month_of_name;
use super::{Timestamp, Zone};

/// Reads times: ISO 8601, also its basic form and what Go adds to it, `10/Oct/2000:13:55:36 -0700`, syslog stamps,
/// asctime, dates of RFC 2822 and HTTP, and Unix epochs; with stated formats, only what these describe.
///
/// An offset in the stamp, or the name of a zone, wins, else the reader's zone holds. Digits below the nanosecond
/// are dropped. A leap second, 23:59:60 UTC at the end of a month, is read as the second before it, so that it stays
/// within its minute and day; no other minute has a second 60. `24:00:00` is the midnight that ends the day. Blanks
/// around a stamp are not skipped.
#[derive(Clone, Debug)]
pub struct TimeReader {
    zone: Zone,
    /// Tried in order; empty: the known forms.
    stated: Vec<Stated>,
    year: Option<Year>,
}

/// The length of `Oct  1 22:14:15`: no shorter stamp that begins with a letter has a zone.
const LONGEST_UNZONED: usize = 15;

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
        Self { zone, stated: Vec::new(), year: None }
    }

    /// Reads what is stated (`--time-format`), after what was stated before it, and nothing else.
    #[must_use]
    pub fn with_format(mut self, stated: impl Into<Stated>) -> Self {
        self.stated.push(stated.into());
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

    /// Whether only what is stated is read.
    pub fn has_format(&self) -> bool {
        !self.stated.is_empty()
    }

    /// Whether stamps without a year are read, so that what they mean depends on the stamps before them.
    pub fn has_year(&self) -> bool {
        self.year.is_some()
    }

    /// Whether these bytes are a stamp without a year, by their shape or by a format, so that [`Self::read_near`]
    /// reads them by the stamps before. The reader need not have a year.
    pub fn is_yearless(&self, bytes: &[u8]) -> bool {
        let of_known = || matches!(read_worded(bytes), Some(Ok(Lettered::Yearless(_))));
        if self.stated.is_empty() {
            return of_known();
        }
        let read = self.stated.iter().find_map(|stated| match stated {
            Stated::Known if of_known() => Some(true),
            Stated::Known => self.read_form(bytes, None).is_ok().then_some(false),
            Stated::Format(format) => match format.read(bytes, &self.zone) {
                Ok(_) => Some(false),
                Err(NotATime::NoYear) => Some(true),
                Err(_) => None,
            },
        });
        read == Some(true)
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
        if self.stated.is_empty() {
            return self.read_form(bytes, near);
        }
        self.read_stated(bytes, near, || self.read_form(bytes, near))
    }

    /// Reads what is not event time itself, such as a literal or another field: by the known spellings, then by the
    /// formats. `near` is as in [`Self::read_near`].
    pub fn read_any(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        self.read_form(bytes, near).or_else(|reason| self.read_also(bytes, near, reason))
    }

    /// [`Self::read_any`] of a number by its spelling.
    pub fn read_any_epoch(&self, digits: &[u8]) -> Result<Timestamp, NotATime> {
        epoch::read(digits).or_else(|reason| self.read_also(digits, None, reason))
    }

    /// Reads by the formats what is not a known spelling, for this reason.
    fn read_also(
        &self,
        bytes: &[u8],
        near: Option<Timestamp>,
        reason: NotATime,
    ) -> Result<Timestamp, NotATime> {
        let formats = self.stated.iter().filter_map(|stated| match stated {
            Stated::Known => None,
            Stated::Format(format) => Some(format),
        });
        let mut read = formats.map(|format| format.read_near(bytes, &self.zone, near, self.year));
        read.find_map(Result::ok).ok_or(reason)
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
        if !matches!(self.stated.first(), None | Some(Stated::Known)) {
            return None;
        }
        let stamp = minute.read(bytes)?;
        if stamp.offset == Offset::Named(ZoneName::CST) {
            return None;
        }
        stamp.at(&self.zone).ok()
    }

    /// Reads a number by its spelling: `1431857103`, `1431857103.25`, `1.431857103e9`. With formats, what
    /// these make of its characters.
    #[inline]
    pub fn read_epoch(&self, digits: &[u8]) -> Result<Timestamp, NotATime> {
        if self.stated.is_empty() {
            return epoch::read(digits);
        }
        self.read_stated(digits, None, || epoch::read(digits))
    }

    /// Whether a stamp that was read as `time` names the zone `CST`, and was read as central time of North America, since
    /// the reader's zone does not use the name.
    pub fn takes_central(&self, bytes: &[u8], time: Timestamp) -> bool {
        let reads_names = match self.stated.first() {
            None | Some(Stated::Known) => true,
            Some(Stated::Format(format)) => format.reads_names(),
        };
        reads_names && self.names_central(bytes, time)
    }

    /// The same of a stamp that was read in a way which reads names of zones.
    pub fn names_central(&self, bytes: &[u8], time: Timestamp) -> bool {
        let names = match bytes {
            // Stamps of syslog, which are shorter, mostly end with the time of day.
            [b'A'..=b'Z' | b'a'..=b'z', ..] => {
                bytes.len() > LONGEST_UNZONED
                    && bytes.last() != Some(&b')')
                    && memchr::memchr_iter(b'C', bytes).any(|at| {
                        let front = bytes.get(..at).unwrap_or(&[]);
                        front.ends_with(b" ")
                            && matches!(bytes.get(at..), Some(b"CST" | [b'C', b'S', b'T', b' ', ..]))
                    })
            }
            // After an offset it is but the name of that.
            _ => bytes.strip_suffix(b" CST").is_some_and(|stamp| go::last_offset(stamp).is_none()),
        };
        names && self.zone.offset_of("CST", time.seconds()).is_none()
    }

    /// Whether these are ten digits, which are read as seconds. By a format nothing is in doubt.
    pub fn is_ten_digits(&self, digits: &[u8]) -> bool {
        digits.len() == 10 && digits.iter().all(u8::is_ascii_digit) && self.is_known_first(digits)
    }

    /// Whether ten digits, which are read as seconds, spell a date and an hour (1990 to 2099) as well: an input whose
    /// first stamp does so is not one of seconds. By a format nothing is in doubt.
    pub fn is_date_with_hour(&self, digits: &[u8]) -> bool {
        epoch::is_date_with_hour(digits) && self.is_known_first(digits)
    }

    /// Whether a number is read by the known spellings, and not by a format that is stated before them.
    fn is_known_first(&self, digits: &[u8]) -> bool {
        let mut stated = self.stated.iter();
        let first = stated.find(|stated| match stated {
            Stated::Known => true,
            Stated::Format(format) => format.read_near(digits, &self.zone, None, self.year).is_ok(),
        });
        self.stated.is_empty() || matches!(first, Some(Stated::Known))
    }

    /// Reads by what is stated, in order; `known` reads the known spellings.
    #[inline(never)]
    fn read_stated(
        &self,
        bytes: &[u8],
        near: Option<Timestamp>,
        known: impl Fn() -> Result<Timestamp, NotATime>,
    ) -> Result<Timestamp, NotATime> {
        let mut graver = NotATime::Unformatted;
        for stated in &self.stated {
            let read = match stated {
                Stated::Known => known(),
                Stated::Format(format) => format.read_near(bytes, &self.zone, near, self.year),
            };
            match read {
                Ok(time) => return Ok(time),
                Err(reason) => graver = graver.or(reason),
            }
        }
        Err(if graver == NotATime::Unformatted { self.reason_of(bytes) } else { graver })
    }

    /// Why bytes are of no format that is stated.
    #[cold]
    fn reason_of(&self, bytes: &[u8]) -> NotATime {
        let formats = self.stated.iter().filter_map(|stated| match stated {
            Stated::Known => None,
            Stated::Format(format) => Some(format.reason_of(bytes)),
        });
        formats.fold(NotATime::Unformatted, NotATime::or)
    }

    #[inline(never)]
    fn read_by_shape(&self, bytes: &[u8], near: Option<Timestamp>) -> Result<Timestamp, NotATime> {
        match bytes {
            [_, _, b'/', ..] => return apache::read(bytes)?.at(&self.zone),
            [_, _, _, _, b'-' | b'/', ..] => return iso::read(bytes)?.at(&self.zone),
            _ => {}
        }
        match read_worded(bytes).transpose()? {
            Some(Lettered::Whole(stamp)) => stamp.at(&self.zone),
            Some(Lettered::Yearless(stamp)) => stamp.at(near, self.year, &self.zone),
            None if basic::is_begun(bytes) => basic::read(bytes)?.at(&self.zone),
            None if is_tai64(bytes) => Err(NotATime::Tai64),
            None => match epoch::read(bytes) {
                // A year of five digits gets its own reason.
                Err(NotATime::Malformed) => iso::read(bytes)?.at(&self.zone),
                read => read,
            },
        }
    }
}

/// A stamp with the name of its month, or klog's, if bytes begin so.
fn read_worded(bytes: &[u8]) -> Option<Result<Lettered, NotATime>> {
    match bytes {
        [b'A'..=b'Z' | b'a'..=b'z', ..] => Some(read_lettered(bytes)),
        [b'0'..=b'9', _, _, _, b' ', b'A'..=b'Z', ..] => Some(year_first::read(bytes)),
        [b'0'..=b'9', b' ', ..] | [b'0'..=b'9', b'0'..=b'9', b' ', ..] => {
            Some(weekday::read_day_first(bytes))
        }
        _ => None,
    }
}

/// Whether bytes are a label of TAI64, TAI64N or TAI64NA as multilog, svlogd and s6-log write it: `@40000000...`.
fn is_tai64(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"@").is_some_and(|digits| {
        matches!(digits.len(), 16 | 24 | 32) && digits.iter().all(u8::is_ascii_hexdigit)
    })
}

/// A stamp that begins with a letter. The names of months and of days of the week do not begin alike.
fn read_lettered(bytes: &[u8]) -> Result<Lettered, NotATime> {
    match bytes.first_chunk().and_then(|name| month_of_name(*name)) {
        Some(_) => syslog::read(bytes, None),
        None if klog::is_begun(bytes) => klog::read(bytes),
        None => weekday::read(bytes),
    }
}

#[cfg(test)]
mod tests;
