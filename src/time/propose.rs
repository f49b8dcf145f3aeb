//! What `--time-format` would read a text by that no reading of times knows: derived from its shape, then tried.

use super::calendar::{leading_month, weekday_of_name};
use super::foreign_months::names_foreign_month;
use super::read::is_zone_name;
use super::zone_names::zones_by_clock;
use super::{NotATime, TimeFormat, TimeReader, Year, Zone, write_rfc3339};

/// A format of which the text so far is told, and what is left of the text.
type Begun<'a> = (String, &'a str);

/// What reads a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The formats by which it is a time, at least one; several where its numbers may be day or month.
    pub formats: Vec<String>,
    /// The zone that uses the name it has for its clock, which `--tz` must name besides.
    pub zone: Option<&'static str>,
}

/// [`propose`], the formats alone.
pub fn formats_of(text: &[u8], zone: &Zone) -> Vec<String> {
    propose(text, zone).map_or(Vec::new(), |proposal| proposal.formats)
}

/// What reads a text that no known reading does. Where its shape tells no format, or none that reads it, the reason.
/// A `Z` is only taken for text where `zone` is UTC.
pub fn propose(text: &[u8], zone: &Zone) -> Result<Proposal, NotATime> {
    let text = std::str::from_utf8(text).map_err(|_| NotATime::Malformed)?;
    if text.len() > LONGEST {
        return Err(NotATime::Malformed);
    }
    if names_foreign_month(text) {
        return Err(NotATime::ForeignMonth);
    }
    if !text.is_ascii() {
        return Err(NotATime::Malformed);
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let Proposal { formats, zone } = propose(inner.as_bytes(), zone)?;
        return Ok(Proposal { formats: formats.iter().map(|format| format!("[{format}]")).collect(), zone });
    }
    let (start, rest) = weekday(text);
    let (mut formats, mut of_clock) = (Vec::new(), None);
    let mut doubt = NotATime::Malformed;
    for (date, rest) in dates(rest) {
        let Some(format) = after_date(rest, zone).map(|end| format!("{start}{date}{end}")) else { continue };
        match why_not(&format, text, zone) {
            Some(reason) if reason != NotATime::UnknownZone => {
                doubt = doubt.or(reason);
                continue;
            }
            Some(_) => of_clock = zones_by_clock(text.as_bytes()).map(|(_, zones)| first(zones)),
            None => {}
        }
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    if formats.is_empty() { Err(doubt) } else { Ok(Proposal { formats, zone: of_clock }) }
}

/// The first of zones in a list.
fn first(zones: &'static str) -> &'static str {
    zones.split([',', ' ']).next().unwrap_or(zones)
}

impl Proposal {
    /// The text as it is written to be read without a format: a date, or RFC 3339; once for each time that it may be.
    /// One without a year is of `year`; without that it is left out.
    pub fn written(&self, text: &[u8], zone: &Zone, year: Option<Year>) -> Vec<String> {
        let of_clock = self.zone.and_then(Zone::known);
        let zone = of_clock.as_ref().unwrap_or(zone);
        let mut all: Vec<String> =
            self.formats.iter().filter_map(|format| written(text, format, zone, year)).collect();
        // A date alone is one of the reader's zone.
        if of_clock.is_none() {
            all.iter_mut().for_each(|time| shorten(time, zone));
        }
        all.dedup();
        all
    }
}

fn written(text: &[u8], format: &str, zone: &Zone, year: Option<Year>) -> Option<String> {
    let format = TimeFormat::parse(format).and_then(TimeFormat::readable).ok()?;
    let time = format.read_near(text, zone, None, year).ok()?;
    let mut written = Vec::new();
    write_rfc3339(time, zone, &mut written);
    String::from_utf8(written).ok()
}

/// Leaves the date of a midnight.
fn shorten(time: &mut String, zone: &Zone) {
    let date = time.get(..10).map(str::to_owned);
    let reader = TimeReader::new(zone.clone());
    if let Some(date) = date
        && reader.read(date.as_bytes()) == reader.read(time.as_bytes())
    {
        *time = date;
    }
}

/// No stamp is longer.
const LONGEST: usize = 60;

/// Why a format does not read a text, if so; one without a year may be of a leap year.
fn why_not(format: &str, text: &str, zone: &Zone) -> Option<NotATime> {
    let Ok(format) = TimeFormat::parse(format).and_then(TimeFormat::readable) else {
        return Some(NotATime::Malformed);
    };
    match format.read_near(text.as_bytes(), zone, None, Some(Year::Of(2024))) {
        Ok(_) => None,
        Err(NotATime::Unformatted) => Some(format.reason_of(text.as_bytes())),
        Err(reason) => Some(reason),
    }
}

/// The day of the week that leads a text.
fn weekday(text: &str) -> Begun<'_> {
    let (word, rest) = text.split_at(letters(text));
    let directive = weekday_of_name(word.as_bytes()).map(|(_, is_full)| if is_full { "%A" } else { "%a" });
    let after = [", ", " "].into_iter().find_map(|by| Some((by, rest.strip_prefix(by)?)));
    match (directive, after) {
        (Some(directive), Some((by, rest))) => (format!("{directive}{by}"), rest),
        _ => (String::new(), text),
    }
}

/// The dates that may lead a text.
fn dates(text: &str) -> Vec<Begun<'_>> {
    let of = |formats: &[&str], by: &str, rest| {
        formats.iter().map(|format| (format.replace('~', by), rest)).collect::<Vec<_>>()
    };
    let (first, rest) = text.split_at(digits(text));
    if first.is_empty() {
        return month_first(text).into_iter().collect();
    }
    let by = rest.get(..1).unwrap_or("");
    match first.len() {
        14 => return of(&["%Y%m%d%H%M%S"], "", rest),
        12 => return of(&["%Y%m%d%H%M", "%y%m%d%H%M%S"], "", rest),
        8 => return of(&["%Y%m%d"], "", rest),
        6 => return of(&["%y%m%d"], "", rest),
        // Only a clock follows a day without a year.
        4 if by == " " && digits(rest.trim_start()) > 0 => return of(&["%m%d"], "", rest),
        1 | 2 | 4 => {}
        _ => return Vec::new(),
    }
    if !["-", "/", ".", " ", "_"].contains(&by) {
        return Vec::new();
    }
    let rest = rest.get(1..).unwrap_or("");
    let (second, rest) = match digits(rest) {
        0 => return named_month(first, by, rest),
        len => rest.split_at(len),
    };
    let third = rest.strip_prefix(by).map(|rest| rest.split_at(digits(rest)));
    match (first.len(), second.len(), third.map(|(third, rest)| (third.len(), rest))) {
        (4, 1..=2, Some((1..=2, rest))) => of(&["%Y~%m~%d"], by, rest),
        (4, 3, _) => of(&["%Y~%j"], by, rest),
        (1..=2, 1..=2, Some((4, rest))) => match by {
            "/" => of(&["%m~%d~%Y", "%d~%m~%Y"], by, rest),
            "-" => of(&["%d~%m~%Y", "%m~%d~%Y"], by, rest),
            _ => of(&["%d~%m~%Y"], by, rest),
        },
        (1..=2, 1..=2, Some((2, rest))) => match by {
            "/" => of(&["%m~%d~%y", "%d~%m~%y", "%y~%m~%d"], by, rest),
            "-" => of(&["%y~%m~%d", "%d~%m~%y", "%m~%d~%y"], by, rest),
            _ => of(&["%d~%m~%y"], by, rest),
        },
        // A day without a year is one only before a time of day.
        (1..=2, 1..=2, None) if rest.starts_with(' ') => match by {
            "-" => of(&["%m~%d"], by, rest),
            "/" => of(&["%m~%d", "%d~%m"], by, rest),
            _ => Vec::new(),
        },
        (1..=2, 1..=2, Some((0, rest))) if by == "." => of(&["%d~%m~"], by, rest),
        _ => Vec::new(),
    }
}

/// `14-May-2024`, `14 May 24`, `2024-May-14`, and `2024-W20-2`.
fn named_month<'a>(first: &str, by: &str, rest: &'a str) -> Vec<Begun<'a>> {
    if let (4, "-", Some(week)) = (first.len(), by, rest.strip_prefix('W')) {
        return match week.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9', b'-', b'0'..=b'9', ..] => {
                vec![("%G-W%V-%u".to_owned(), week.get(4..).unwrap_or(""))]
            }
            _ => Vec::new(),
        };
    }
    let Some((month, rest)) = month(rest) else { return Vec::new() };
    // A day without a year is one only before a time of day.
    if matches!(rest.as_bytes(), [b' ', _, b':', ..] | [b' ', _, _, b':', ..]) && first.len() <= 2 {
        return vec![(format!("%d{by}{month}"), rest)];
    }
    let Some(rest) = rest.strip_prefix(by) else { return Vec::new() };
    let (last, rest) = rest.split_at(digits(rest));
    let format = match (first.len(), last.len()) {
        (4, 1..=2) => format!("%Y{by}{month}{by}%d"),
        (1..=2, 4) => format!("%d{by}{month}{by}%Y"),
        (1..=2, 2) => format!("%d{by}{month}{by}%y"),
        _ => return Vec::new(),
    };
    vec![(format, rest)]
}

/// `May 14, 2024` and `May 14 2024`; before a time of day also `May 14`.
fn month_first(text: &str) -> Option<Begun<'_>> {
    let (month, rest) = month(text)?;
    let rest = rest.strip_prefix(' ')?;
    let (day, rest) = rest.split_at(digits(rest));
    let clock = rest.trim_start_matches([',', ' ']);
    if (1..=2).contains(&day.len()) && matches!(clock.as_bytes(), [_, b':', ..] | [_, _, b':', ..]) {
        return Some((format!("{month} %d"), rest));
    }
    let (by, rest) = [", ", " "].into_iter().find_map(|by| Some((by, rest.strip_prefix(by)?)))?;
    let (year, rest) = rest.split_at(digits(rest));
    ((1..=2).contains(&day.len()) && year.len() == 4).then(|| (format!("{month} %d{by}%Y"), rest))
}

/// The directive of the name of a month that leads a text.
fn month(text: &str) -> Option<(&'static str, &str)> {
    let (word, rest) = text.split_at(letters(text));
    leading_month(word.as_bytes())?;
    let is_short = word.len() == 3 || word.eq_ignore_ascii_case("sept");
    Some((if is_short { "%b" } else { "%B" }, rest))
}

/// The rest of the format, from the end of the date on.
fn after_date(rest: &str, zone: &Zone) -> Option<String> {
    if rest.is_empty() {
        return Some(String::new());
    }
    let clock = rest.find(|sign: char| sign.is_ascii_digit());
    let Some((by, clock)) = clock.and_then(|at| rest.split_at_checked(at)) else {
        return after_clock(rest, zone);
    };
    // A date that ends in digits needs something before the clock.
    let is_between =
        matches!(by, "T" | "t" | " " | "  " | "_" | "-" | ":" | ", " | ";" | "/" | " - " | " at ");
    if !is_between {
        return after_clock(rest, zone);
    }
    let is_half_day = ["AM", "PM", "am", "pm"].iter().any(|half| clock.contains(half));
    let hour = if is_half_day { "%I" } else { "%H" };
    let (first, rest) = clock.split_at(digits(clock));
    let (format, rest) = match first.len() {
        6 => (format!("{hour}%M%S"), rest),
        4 => (format!("{hour}%M"), rest),
        1 | 2 => parted_clock(hour, rest)?,
        _ => return None,
    };
    Some(format!("{by}{format}{}", after_clock(rest, zone)?))
}

/// A clock after its hour: minutes and seconds, with `:`, `.` or `-` between.
fn parted_clock<'a>(hour: &str, rest: &'a str) -> Option<Begun<'a>> {
    let by = rest.get(..1).filter(|by| [":", ".", "-"].contains(by))?;
    let two = |text: &'a str| {
        let text = text.strip_prefix(by)?;
        (digits(text) == 2).then(|| text.get(2..)).flatten()
    };
    let rest = two(rest)?;
    Some(match two(rest) {
        Some(rest) => (format!("{hour}{by}%M{by}%S"), rest),
        None => (format!("{hour}{by}%M"), rest),
    })
}

/// Fraction, half of the day, and offset.
fn after_clock(rest: &str, zone: &Zone) -> Option<String> {
    let fraction = [".", ",", ":"].into_iter().find_map(|by| {
        let digits_after = digits(rest.strip_prefix(by)?);
        let format = if by == "." { "%.f".to_owned() } else { format!("{by}%f") };
        (digits_after > 0).then(|| Some((format, rest.get(1 + digits_after..)?))).flatten()
    });
    let (mut format, rest) = fraction.unwrap_or((String::new(), rest));
    let blank = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let (by, word) = rest.split_at(blank(rest));
    let is_half =
        ["AM", "PM"].iter().any(|half| word.get(..2).is_some_and(|word| word.eq_ignore_ascii_case(half)));
    let rest = if is_half {
        format.push_str(by);
        format.push_str("%p");
        word.get(2..)?
    } else {
        rest
    };
    let (by, word) = rest.split_at(blank(rest));
    let offset = match (word, word.as_bytes()) {
        ("", _) if by.is_empty() => "",
        (_, [b'+' | b'-', _, _, b':', _, _]) => "%:z",
        (_, [b'+' | b'-', _, _, _, _]) => "%z",
        ("Z", _) if zone.is_utc() => word,
        (name, _) if name.contains('/') => "%Q",
        (_, name) if is_zone_name(&name.to_ascii_uppercase()) => "%Z",
        _ => return None,
    };
    Some(format!("{format}{by}{offset}"))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}
