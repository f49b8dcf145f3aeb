//! Times in expressions: what text and numbers are read as where they meet one (manual, sections 4 and 6).

use std::cmp::Ordering;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::decimal::Decimal;
use super::value::Value::{self, Duration, Number, Spelled, Stamp, Text, Time, Untyped};
use super::windows::{Grid, Span};

/// A zone by its name; UTC without one.
pub(crate) fn zone_of(name: &str) -> TimeZone {
    if name.is_empty() { TimeZone::UTC } else { TimeZone::get(name).expect("a zone") }
}

/// A time as a value.
pub(crate) fn time_of(nanos: i128, zone: &str) -> Value {
    Time(Timestamp::from_nanosecond(nanos).expect("a time of the tests").to_zoned(zone_of(zone)))
}

/// The time that text spells, of the spellings that the tests have; a number is an epoch.
pub(crate) fn read_time(text: &str, zone: &str) -> Option<i128> {
    if let Some(number) = Decimal::read(text) {
        return epoch(&number);
    }
    if text.contains(":60") {
        return leap_second(text);
    }
    let is_year_first = is_year_first(text);
    let in_zone = |civil: DateTime| civil.to_zoned(zone_of(zone)).ok();
    let zoned: Zoned = match text.parse::<Timestamp>() {
        Ok(time) if is_year_first => return Some(time.as_nanosecond()),
        _ if is_year_first && text.len() == 10 => {
            in_zone(text.replace('/', "-").parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()))?
        }
        _ if is_year_first && text.len() > 15 => in_zone(text.parse::<DateTime>().ok()?)?,
        _ => ["%d/%b/%Y:%H:%M:%S %z", "%a %d %b %Y %H:%M:%S %z", "%Y%m%dT%H%M%S%z"]
            .iter()
            .find_map(|format| Zoned::strptime(format, text.replace('Z', "+0000")).ok())?,
    };
    Some(zoned.timestamp().as_nanosecond())
}

/// The second before a second 60, if that ends a month.
fn leap_second(text: &str) -> Option<i128> {
    let before: Timestamp = text.replace(":60", ":59").parse().ok()?;
    let next = (before + 1.second()).to_zoned(TimeZone::UTC);
    (next.day() == 1 && next.strftime("%T").to_string() == "00:00:00").then(|| before.as_nanosecond())
}

/// Whether text begins as a date does.
pub(crate) fn is_year_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && matches!(bytes[4], b'-' | b'/')
}

/// The time that a number counts to, in the unit that its size tells.
pub(crate) fn epoch(number: &Decimal) -> Option<i128> {
    let zero = Decimal::count(0);
    let size = if *number < zero { zero.sub(number) } else { number.clone() };
    let power = |exponent: u32| Decimal::read(&format!("1e{exponent}")).expect("a number");
    let between = |least: (usize, u32), most: u32| {
        let whole = size.floor_div(&Decimal::count(1));
        Decimal::count(least.0).mul(&power(least.1)) <= whole && whole <= power(most)
    };
    let unit = match () {
        () if between((1, 8), 10) => 9,
        () if between((3, 11), 13) => 6,
        () if between((3, 14), 16) => 3,
        () if between((7, 17), 19) => 0,
        () => return None,
    };
    let nanos: i128 = size.mul(&power(unit)).floor_div(&Decimal::count(1)).whole().expect("a whole number");
    Some(if *number < zero { -nanos } else { nanos })
}

/// The time that an argument of a function of times is.
pub(crate) fn as_time(value: &Value, zone: &str) -> Option<i128> {
    match value {
        Time(_) | Stamp(..) => value.time(),
        Text(text) | Untyped(text) => read_time(text, zone),
        Number(_) | Spelled(_) => epoch(&value.number()?),
        _ => None,
    }
}

/// What a function of one time gives.
pub(crate) fn function(name: &str, time: i128, zone: &str) -> Value {
    let shown = Timestamp::from_nanosecond(time).expect("a time of the tests").to_zoned(zone_of(zone));
    let floor = |size| {
        let windows = Grid::tumbling(Span(size)).around(time, &zone_of(zone));
        time_of(windows[0].0, zone)
    };
    let number = |number: i64| Number(Decimal::read(&number.to_string()).expect("a number"));
    match name {
        "year" => number(shown.year().into()),
        "hour" => number(shown.hour().into()),
        "time" => time_of(time, zone),
        "epoch" => Number(Decimal::read(&format!("{time}e-9")).expect("a number")),
        "floor 1d" => floor("1d"),
        _ => floor("1h"),
    }
}

/// Two values as times, of which one at least is event time or a time. `None`: they are not both times here.
pub(crate) fn meet(left: &Value, right: &Value, zone: &str) -> Option<(i128, i128)> {
    let beside = |value: &Value, other: &Value| match value {
        Time(_) => value.time(),
        Stamp(..) if value.is_epoch() && other.number().is_some() => None,
        Stamp(..) => value.time(),
        // A number is one, unless it meets a time.
        _ if value.number().is_some() && other.is_epoch() => None,
        _ => as_time(value, zone),
    };
    beside(left, right).zip(beside(right, left))
}

/// The order of two values of which one is a time or event time; `None`: they have none.
pub(crate) fn compare(
    is_equality: bool,
    left: &Value,
    right: &Value,
    zone: &str,
    as_spelled: impl Fn(&Value, &Value) -> Option<Ordering>,
) -> Option<Ordering> {
    if let Some((left, right)) = meet(left, right, zone) {
        return Some(left.cmp(&right));
    }
    // Spelled so that the order of texts is that of times.
    let has_order = |value: &Value| match value {
        Stamp(_, spelling) => {
            value.is_epoch() || matches!(&**spelling, Text(text) | Untyped(text) if is_year_first(text))
        }
        _ => true,
    };
    if matches!(left, Time(_)) || matches!(right, Time(_)) {
        return None;
    }
    let is_ordered = has_order(left) && has_order(right);
    if !(is_equality || is_ordered) {
        return None;
    }
    let spelled = |value: &Value| match value {
        Stamp(_, spelling) => (**spelling).clone(),
        other => other.clone(),
    };
    as_spelled(&spelled(left), &spelled(right))
}

/// A literal that is a date or a stamp and no number, if it is one.
pub(crate) fn date_of<'a>(literal: &'a Value, zone: &str) -> Option<(i128, &'a str)> {
    match literal {
        Text(text) if Decimal::read(text).is_none() => Some((read_time(text, zone)?, text)),
        _ => None,
    }
}

/// How a value, which is not null, compares with such a literal.
pub(crate) fn compare_date(value: &Value, (time, spelled): (i128, &str), zone: &str) -> Option<Ordering> {
    if let Some(own) = as_time(value, zone) {
        return Some(own.cmp(&time));
    }
    let (Text(text) | Untyped(text)) = value else { return None };
    let separators = |text: &str| {
        let is_date = text.len() >= 10
            && text.is_char_boundary(10)
            && text[..10].replace('/', "-").parse::<Date>().is_ok()
            && text.as_bytes()[4] == text.as_bytes()[7];
        is_date.then(|| text.as_bytes()[4])
    };
    let is_alone = spelled.len() == 10;
    (is_alone && separators(spelled).is_some() && separators(spelled) == separators(text))
        .then(|| text.as_str().cmp(spelled))
}

/// Whether a value is simply not between two literals: both are dates alone, and it is text that begins with no digit.
pub(crate) fn is_beside_dates(value: &Value, least: &Value, most: &Value, zone: &str) -> bool {
    let is_alone =
        |bound: &Value| date_of(bound, zone).is_some_and(|(_, text)| is_year_first(text) && text.len() == 10);
    let (Text(text) | Untyped(text)) = value else { return false };
    is_alone(least) && is_alone(most) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Sums and differences of which one side is a time or a length of time; `None`: there is none.
pub(crate) fn calculate(operator: char, left: &Value, right: &Value, zone: &str) -> Option<Value> {
    let left_read = beside(operator, left, right, zone)?;
    let right_read = beside(operator, right, left, zone)?;
    match (operator, &left_read, &right_read) {
        ('+', Time(_), Duration(length)) => moved(&left_read, *length, zone),
        ('+', Duration(length), Time(_)) => moved(&right_read, *length, zone),
        ('-', Time(_), Duration(length)) => moved(&left_read, -length, zone),
        ('-', Time(_), Time(_)) => Some(Duration(left_read.time()? - right_read.time()?)),
        ('+', Duration(one), Duration(other)) => Some(Duration(one + other)),
        ('-', Duration(one), Duration(other)) => Some(Duration(one - other)),
        _ => None,
    }
}

fn moved(time: &Value, by: i128, zone: &str) -> Option<Value> {
    Some(time_of(time.time()? + by, zone))
}

/// A side as it counts beside a time or a length. No text of the tests spells a length.
fn beside(operator: char, value: &Value, other: &Value, zone: &str) -> Option<Value> {
    let is_number =
        value.is_epoch() && !matches!(other, Time(_)) && (other.is_epoch() || other.time().is_none());
    let value = &if is_number { value.counted() } else { value.clone() };
    let read = match (operator, value, other) {
        (_, Stamp(..), _) => value.time(),
        ('-', Number(_) | Spelled(_), Time(_) | Stamp(..)) => epoch(&value.number()?),
        ('-', Text(text) | Untyped(text), _) | ('+', Text(text) | Untyped(text), Duration(_)) => {
            read_time(text, zone)
        }
        (_, Time(_) | Duration(_), _) => return Some(value.clone()),
        _ => None,
    };
    read.map(|time| time_of(time, zone))
}

/// Whether two operands are of times or lengths: an epoch is a number unless it meets a time.
pub(crate) fn is_timely(left: &Value, right: &Value) -> bool {
    let is_time = |value: &Value| {
        matches!(value, Time(_) | Duration(_)) || matches!(value, Stamp(..)) && !value.is_epoch()
    };
    is_time(left) || is_time(right)
}
