//! Times as people say them, from where they stand: `today`, `yesterday`, `09:00`.

use super::calendar::days_from_civil;
use super::civil::civil;
use super::{SECONDS_PER_DAY, Timestamp, Zone};

/// The midnight that began `today` or `yesterday`, or the last moment before `now` at which the clocks of `zone` showed
/// a time of day: `9:00`, `09:00` or `09:00:30`.
pub fn relative(text: &str, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
    let shown = civil(now, zone);
    let today = days_from_civil(shown.year.into(), shown.month.into(), shown.day.into());
    let at = |day: i64, second: i64| Timestamp::new(zone.to_utc(day * SECONDS_PER_DAY + second), 0);
    match text {
        "today" => at(today, 0),
        "yesterday" => at(today - 1, 0),
        _ => {
            let second = second_of_day(text)?;
            // Where clocks were set, the last one may be two days ago.
            (0..3).filter_map(|back| at(today - back, second)).find(|time| *time < now)
        }
    }
}

fn second_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next()?, 1, 23)?, number(parts.next()?, 2, 59)?);
    let second = parts.next().map_or(Some(0), |second| number(second, 2, 59))?;
    parts.next().is_none().then_some((hour * 60 + minute) * 60 + second)
}

/// A number of two digits, or as few as `least`, up to `most`.
fn number(text: &str, least: usize, most: i64) -> Option<i64> {
    let fits = (least..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| fits && *number <= most)
}

#[cfg(test)]
mod tests {
    use super::super::TimeReader;
    use super::*;

    #[test]
    fn from_where_they_stand() {
        for (zone, now, text, expected) in [
            ("UTC", "2024-03-01T12:00:00Z", "today", Some("2024-03-01")),
            ("UTC", "2024-03-01T12:00:00Z", "yesterday", Some("2024-02-29")),
            ("Europe/Berlin", "2024-03-01T23:30:00Z", "today", Some("2024-03-02T00:00:00+01:00")),
            ("UTC", "2024-03-01T12:00:00Z", "09:00", Some("2024-03-01T09:00:00Z")),
            ("UTC", "2024-03-01T12:00:00Z", "9:00", Some("2024-03-01T09:00:00Z")),
            ("UTC", "2024-03-01T12:00:00Z", "12:00", Some("2024-02-29T12:00:00Z")),
            ("UTC", "2024-03-01T12:00:00.5Z", "12:00", Some("2024-03-01T12:00:00Z")),
            ("UTC", "2024-03-01T12:00:00Z", "23:59:59", Some("2024-02-29T23:59:59Z")),
            // The clocks show no 02:30 on that day, and 03:30 is not before now.
            ("Europe/Berlin", "2024-03-31T01:15:00Z", "02:30", Some("2024-03-30T02:30:00+01:00")),
            ("Europe/Berlin", "2024-03-31T07:30:00Z", "yesterday", Some("2024-03-30T00:00:00+01:00")),
            ("UTC", "2024-03-01T12:00:00Z", "24:00", None),
            ("UTC", "2024-03-01T12:00:00Z", "12:60", None),
            ("UTC", "2024-03-01T12:00:00Z", "12:5", None),
            ("UTC", "2024-03-01T12:00:00Z", "12", None),
            ("UTC", "2024-03-01T12:00:00Z", "12:00:00:00", None),
            ("UTC", "2024-03-01T12:00:00Z", "+9:00", None),
            ("UTC", "2024-03-01T12:00:00Z", "Today", None),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let read = |text: &str| TimeReader::new(zone.clone()).read(text.as_bytes()).unwrap();
            assert_eq!(relative(text, read(now), &zone), expected.map(read), "{text} at {now}");
        }
    }
}
