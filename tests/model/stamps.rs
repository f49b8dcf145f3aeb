//! How event times are spelled and read: by what the stamps before them said, where they do not say all.

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::times::read_time;
use super::value::{Value, quoted};

/// What spellings an input has beside the usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spellings {
    Usual,
    /// Without a year; that of the first is given.
    Yearless(i16),
    /// Seconds 60, and dates in digits.
    Odd,
}

impl Spellings {
    /// A time, in milliseconds since 1970, in the way of a draw below 12.
    pub(crate) fn spell(self, millis: i64, draw: u8, zone: &str, is_csv: bool) -> String {
        let time = Timestamp::from_millisecond(millis).expect("a time of the tests");
        let rest = millis.rem_euclid(1000);
        let text = match (self, draw) {
            (Self::Yearless(_), 4..) => shown(time, zone).strftime("%b %e %H:%M:%S").to_string(),
            (Self::Odd, 4 | 5) => time.strftime("%Y-%m-%dT%H:%M:60Z").to_string(),
            (Self::Odd, 6) => {
                return time.strftime("%y%m%d%H%M%S").to_string().trim_start_matches('0').to_owned();
            }
            (Self::Odd, 7) => return time.strftime("%Y%m%d%H").to_string(),
            _ => return spell_time(millis, draw % 6, is_csv),
        };
        let text = if rest % 3 == 0 && self != Self::Odd { format!("{text}.{rest:03}") } else { text };
        if is_csv { text } else { quoted(&text) }
    }
}

/// What the stamps of an input said so far.
#[derive(Default)]
pub(crate) struct Known {
    highest: Option<i128>,
    /// Whether the first one was a date and an hour in ten digits.
    hours: Option<bool>,
}

impl Known {
    /// The spellings that [`Spellings::spell`] makes; all else is no time.
    pub(crate) fn read(&mut self, value: &Value, spellings: Spellings, zone: &str) -> Option<i128> {
        let text = match value {
            Value::Number(_) | Value::Spelled(_) => value.plain().json(),
            Value::Text(text) | Value::Untyped(text) => text.clone(),
            _ => return None,
        };
        let time = match (text.len(), text.parse::<i128>()) {
            (10, Ok(count)) => {
                let is_hours = *self.hours.get_or_insert_with(|| is_date_with_hour(&text));
                if is_hours { None } else { Some(count * 1_000_000_000) }
            }
            (_, Ok(count)) if (300_000_000_000..=10_000_000_000_000).contains(&count) => {
                Some(count * 1_000_000)
            }
            (_, Ok(_)) => None,
            _ => match (read_time(&text, zone), spellings) {
                (None, Spellings::Yearless(year)) => self.nearest(&text, year, zone),
                (time, _) => time,
            },
        };
        if time.is_some() {
            self.hours = self.hours.or(Some(false));
            self.highest = self.highest.max(time);
        }
        time
    }

    /// A stamp without a year: in the given one if it is the first, else in that which brings it nearest to the
    /// highest before it; a leap day is none that is more than half a year away.
    fn nearest(&self, text: &str, first: i16, zone: &str) -> Option<i128> {
        let in_year = |year: i16| {
            let mut parts = BrokenDownTime::parse("%b %e %H:%M:%S%.f", text).ok()?;
            parts.set_year(Some(year)).ok()?;
            let shown = parts.to_datetime().ok()?.to_zoned(TimeZone::get(zone).ok()?).ok()?;
            Some(shown.timestamp().as_nanosecond())
        };
        let Some(near) = self.highest else { return in_year(first) };
        let year = shown(Timestamp::from_nanosecond(near).ok()?, zone).year();
        let nearest = (year - 1..=year + 1).filter_map(in_year).min_by_key(|time| (time - near).abs())?;
        let half_a_year = 183 * 86_400 * 1_000_000_000;
        (!text.starts_with("Feb 29") || (nearest - near).abs() <= half_a_year).then_some(nearest)
    }
}

fn shown(time: Timestamp, zone: &str) -> Zoned {
    time.to_zoned(TimeZone::get(zone).expect("a zone"))
}

fn is_date_with_hour(digits: &str) -> bool {
    let number = |from: usize, to: usize| digits[from..to].parse::<i16>().expect("digits");
    let date = Date::new(number(0, 4), number(4, 6) as i8, number(6, 8) as i8);
    date.is_ok() && number(8, 10) < 24 && (1990..=2099).contains(&number(0, 4))
}

/// A time, in milliseconds since 1970, in one of six ways.
pub(crate) fn spell_time(millis: i64, way: u8, is_csv: bool) -> String {
    let time = Timestamp::from_millisecond(millis).expect("a time of the tests");
    let (second, rest) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    // What is smaller is no epoch.
    let has_epoch = second >= 1_000_000_000;
    match way {
        2 if has_epoch => return second.to_string(),
        3 if has_epoch => return format!("{second}{rest:03}"),
        _ => {}
    }
    let text = match way {
        0 => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        4 => {
            let ahead = time + 90.minutes();
            let offset = if second % 4 == 0 { "+01:30[+01:30]" } else { "+01:30" };
            format!("{}{offset}", ahead.strftime("%Y-%m-%dT%H:%M:%S"))
        }
        5 => match second % 3 {
            0 => time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            1 => time.strftime("%a %d %b %Y %H:%M:%S +0000").to_string(),
            _ => time.strftime("%Y%m%dT%H%M%SZ").to_string(),
        },
        _ => format!("{}.{rest:03}Z", time.strftime("%Y-%m-%d %H:%M:%S")),
    };
    if is_csv { text } else { quoted(&text) }
}

/// A second time, often the same, in one of many ways; some are none.
pub(crate) fn spell_date(millis: i64, way: u8, zone: &str, is_csv: bool) -> Option<String> {
    let shown = shown(Timestamp::from_millisecond(millis).expect("a time of the tests"), zone);
    let text = match way {
        0..6 => return Some(spell_time(millis, way, is_csv)),
        6..10 => return Some(spell_time(millis - millis.rem_euclid(1000), way - 5, is_csv)),
        10 => shown.strftime("%Y-%m-%d").to_string(),
        11 => shown.strftime("%Y/%m/%d").to_string(),
        12 => shown.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        13 => "N/A".to_owned(),
        14 => "2024-05".to_owned(),
        15 => return Some("12".to_owned()),
        16 => return Some("true".to_owned()),
        _ => return None,
    };
    Some(if is_csv { text } else { quoted(&text) })
}
