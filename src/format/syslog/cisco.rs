//! What Cisco's devices write before the `%` of a message: `29: router1: *Oct 11 14:32:52.123 CET: `. Knows bytes only.

use crate::time::stamp_len;

/// Where its parts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Front {
    /// The number of the message.
    pub(super) number: Option<(usize, usize)>,
    /// The name before the time (`logging origin-id`), or after it.
    pub(super) host: Option<(usize, usize)>,
    /// The time; the time since the device began is not one.
    pub(super) time: Option<(usize, usize)>,
}

/// Whether a text begins with the code of a message, `%SYS-5-CONFIG_I:`; the severity is within it.
#[cold]
pub(super) fn begins_code(text: &[u8]) -> bool {
    let len = text
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"%-_".contains(byte));
    let code = text.get(..len.count()).unwrap_or(&[]);
    code.windows(3).any(|part| matches!(part, [b'-', b'0'..=b'7', b'-']))
}

/// Reads all that is before the `%`. A number or nothing at all is enough after a priority.
#[inline]
pub(super) fn front(text: &[u8], has_priority: bool) -> Option<Front> {
    match text {
        [] if has_priority => Some(Front::default()),
        [.., b':', b' '] => before_colon(text.get(..text.len() - 2)?, has_priority),
        _ => None,
    }
}

#[cold]
fn before_colon(text: &[u8], has_priority: bool) -> Option<Front> {
    let mut front = Front::default();
    let mut at = lone_colon(text);
    while at < text.len() {
        if clock(&mut front, text, at).is_some() {
            return Some(front);
        }
        let part = part(text, at)?;
        let span = (at, at + part.len());
        if part.iter().all(u8::is_ascii_digit) {
            // A number of the message may come before that of the sequence.
            front.number = Some(span);
        } else if front.host.is_none() {
            front.host = Some(span);
        } else {
            return None;
        }
        at = after_part(text, span.1);
    }
    // A name without a time after it is told from a tag by the number before it.
    (has_priority && (front.host.is_none() || front.number.is_some())).then_some(front)
}

/// A word up to `: ` or the end of the text.
fn part(text: &[u8], at: usize) -> Option<&[u8]> {
    let rest = text.get(at..)?;
    let part = match memchr::memchr(b' ', rest) {
        Some(len) => rest.get(..len)?.strip_suffix(b":")?,
        None => rest,
    };
    (!part.is_empty()).then_some(part)
}

/// The mark, the time and the name after it, which are all that is left.
fn clock(front: &mut Front, text: &[u8], at: usize) -> Option<()> {
    let start = at + usize::from(matches!(text.get(at), Some(b'*' | b'.')));
    let rest = text.get(start..)?;
    let len = match stamp_len(rest) {
        Some(len) => {
            let after = rest.get(len..)?;
            if !after.is_empty() && !after.starts_with(b" ") {
                return None;
            }
            front.time = Some((start, start + len));
            len
        }
        None => uptime_len(rest).filter(|len| *len == rest.len())?,
    };
    let host = match rest.get(len..)? {
        [] => return Some(()),
        [b' ', host @ .., b' '] => host,
        _ => &[],
    };
    if host.is_empty() || host.contains(&b' ') {
        front.time = None;
        return None;
    }
    front.host = Some((start + len + 1, start + len + 1 + host.len()));
    Some(())
}

/// The length of a colon that is there in place of a number, and of the blank after it.
fn lone_colon(text: &[u8]) -> usize {
    match text {
        [b':', b' ', ..] => 2,
        [b':', ..] => 1,
        _ => 0,
    }
}

/// Where the next part begins; some devices write a colon of its own for a name that is not set.
fn after_part(text: &[u8], at: usize) -> usize {
    let next = at + 2;
    next + lone_colon(text.get(next..).unwrap_or(&[]))
}

/// The length of a time since the device began: `00:00:46`, `1w2d`, `3d04h`, `1y2w`.
fn uptime_len(text: &[u8]) -> Option<usize> {
    let digits = |at: usize| {
        text.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
    };
    let first = digits(0);
    if first == 0 {
        return None;
    }
    if text.get(first) == Some(&b':') {
        let is_clock = digits(first + 1) == 2 && text.get(first + 3) == Some(&b':') && digits(first + 4) == 2;
        return is_clock.then_some(first + 6);
    }
    let unit = |at: usize| text.get(at).is_some_and(|byte| b"ywdh".contains(byte));
    let second = digits(first + 1);
    let is_pair = unit(first) && second > 0 && unit(first + 1 + second);
    is_pair.then_some(first + second + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// number|host|time.
    fn parts(text: &str, has_priority: bool) -> Option<String> {
        let found = front(text.as_bytes(), has_priority)?;
        let part = |span: Option<(usize, usize)>| span.map_or("", |(from, to)| &text[from..to]);
        Some(format!("{}|{}|{}", part(found.number), part(found.host), part(found.time)))
    }

    #[test]
    fn what_is_before_a_message() {
        for (text, expected) in [
            ("29: *Oct 11 14:32:52.123: ", "29||Oct 11 14:32:52.123"),
            ("29: .Oct 11 2024 14:32:52.123 CEST: ", "29||Oct 11 2024 14:32:52.123 CEST"),
            ("Oct 11 2024 14:32:54: ", "||Oct 11 2024 14:32:54"),
            ("Oct 11 2024 14:32:55 asa1 : ", "|asa1|Oct 11 2024 14:32:55"),
            (":Oct 11 14:32:52 UTC: ", "||Oct 11 14:32:52 UTC"),
            (": 2024 Oct 11 14:32:52 UTC: ", "||2024 Oct 11 14:32:52 UTC"),
            (": 2024 Oct  1 14:32:52: ", "||2024 Oct  1 14:32:52"),
            ("123: router1: Oct 11 14:32:52: ", "123|router1|Oct 11 14:32:52"),
            ("123: 10.0.0.1: *Oct 11 14:32:52: ", "123|10.0.0.1|Oct 11 14:32:52"),
            ("123: 2001:db8::1: Oct 11 14:32:52: ", "123|2001:db8::1|Oct 11 14:32:52"),
            ("router1: 123: Oct 11 14:32:52: ", "123|router1|Oct 11 14:32:52"),
            ("29: 001234: *Oct 11 14:32:52: ", "001234||Oct 11 14:32:52"),
            ("29: router1: 001234: *Oct 11 14:32:52: ", "001234|router1|Oct 11 14:32:52"),
            ("29: router1: rack2: Oct 11 14:32:52: ", "~"),
            ("router1: Oct 11 14:32:52: ", "|router1|Oct 11 14:32:52"),
            ("00:00:46: ", "||"),
            ("000019: 00:00:46: ", "000019||"),
            ("1w2d: ", "||"),
            ("19: 3d04h: ", "19||"),
            ("19: router1: 1y2w: ", "19|router1|"),
            ("29: : Oct 11 14:32:52: ", "29||Oct 11 14:32:52"),
            ("Oct 11 14:32:52 web1 app: ", "~"),
            ("app: ", "~"),
            ("Oct 11 14:32:52", "~"),
        ] {
            let found = parts(text, false);
            assert_eq!(found.as_deref().unwrap_or("~"), expected, "{text}");
        }
        assert_eq!(parts("", true).as_deref(), Some("||"));
        assert_eq!(parts("29: ", true).as_deref(), Some("29||"));
        assert_eq!(parts("29: router1: ", true).as_deref(), Some("29|router1|"));
        assert_eq!(parts("app: ", true), None);
        assert_eq!(parts("", false), None);
        assert_eq!(parts("29: ", false), None);
    }
}
