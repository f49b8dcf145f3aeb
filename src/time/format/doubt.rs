//! Why a text is not of a format: a number where one belongs that is too large, or anything else.

use jiff::fmt::strtime::BrokenDownTime;

use super::super::NotATime;
use super::super::read::{ZoneName, is_like_offset};
use super::directives::directives;
use super::zone_word::zone_word;

/// What composed directives are made of.
const COMPOSED: [(&str, &str); 4] =
    [("%T", "%H:%M:%S"), ("%R", "%H:%M"), ("%F", "%Y-%m-%d"), ("%D", "%m/%d/%y")];

/// The first number that no clock or calendar shows, where the rest of the text is of the format.
pub(super) fn reason_of(format: &str, bytes: &[u8]) -> NotATime {
    let format = COMPOSED.iter().fold(format.to_owned(), |format, (short, long)| format.replace(short, long));
    let mut doubt = None;
    let mut rest = bytes;
    let mut pass = |part: &str| {
        if part.is_empty() {
            return true;
        }
        if part.ends_with('Z') && part.starts_with('%') {
            let (word, after) = zone_word(rest);
            rest = after;
            return ZoneName::read(word).is_some();
        }
        let (reason, len) = match BrokenDownTime::parse_prefix(part, rest) {
            Ok((_, len)) => (None, len),
            Err(_) => match beyond(part, rest) {
                Some((reason, len)) => (Some(reason), len),
                None => return false,
            },
        };
        doubt = doubt.or(reason);
        rest = rest.get(len..).unwrap_or(&[]);
        true
    };
    let mut from = 0;
    for range in directives(&format) {
        let (text, directive) = (format.get(from..range.start), format.get(range.clone()));
        if !text.is_some_and(&mut pass) || !directive.is_some_and(&mut pass) {
            return NotATime::Unformatted;
        }
        from = range.end;
    }
    let ends = format.get(from..).is_some_and(&mut pass) && rest.is_empty();
    doubt.filter(|_| ends).unwrap_or(NotATime::Unformatted)
}

/// What is wrong with the number that a directive could not read, and how long it is; nothing where there is none.
fn beyond(directive: &str, text: &[u8]) -> Option<(NotATime, usize)> {
    let (reason, most) = match directive.chars().last()? {
        'H' | 'k' | 'I' | 'l' | 'M' | 'S' => (NotATime::NoSuchTime, 2),
        'd' | 'e' | 'm' | 'U' | 'V' | 'W' => (NotATime::NoSuchDate, 2),
        'j' => (NotATime::NoSuchDate, 3),
        'u' | 'w' => (NotATime::NoSuchDate, 1),
        'z' => {
            let len = [6, 5, 3].into_iter().find(|len| text.get(..*len).is_some_and(is_like_offset))?;
            return Some((NotATime::NoSuchOffset, len));
        }
        _ => return None,
    };
    let digits = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some((reason, digits))
}
