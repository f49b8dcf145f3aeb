//! What to write so that values are ordered as what they look like.

use crate::error::shown_bytes;
use crate::spell;
use crate::value::looks::{Looks, formats_of, looks_like};
use crate::value::{Misorder, Spelling};

/// The expression that gave the values.
pub(super) struct By<'a> {
    text: &'a str,
    /// It is a plain name, which `--types` takes.
    is_name: bool,
    /// It is some argument of a function.
    is_some: bool,
}

impl<'a> By<'a> {
    /// `expr` without its blanks is all that is written in `len` bytes, or not; `example` is one of its values.
    pub(super) fn of(expr: &'a str, len: usize, example: &Spelling) -> Self {
        match arguments(expr) {
            // The arguments of such a function are ordered, not what it gives.
            Some(all) => match argument(&all, example) {
                Some(text) => Self { text, is_name: is_name(text), is_some: false },
                None => Self { text: "x", is_name: false, is_some: true },
            },
            None => Self { text: expr, is_name: is_name(expr) && expr.len() == len, is_some: false },
        }
    }

    /// How values are read that were ordered as text.
    pub(super) fn remedy(&self, misorder: Misorder<'_>) -> String {
        let help = match misorder {
            Misorder::Looks(looks, example) => self.read(looks, example),
            Misorder::Times(example) => self.read(Looks::YearFirst, example),
            Misorder::Mixed { text, among, times, alone } => {
                let read = |by: &Spelling| if times { self.time(by) } else { self.number(by) };
                let is_missing = alone && !text.text.iter().any(u8::is_ascii_digit);
                let shown = shown_bytes(&text.text);
                if is_missing && text.is_untyped {
                    format!("--null {}, or {}", spell::word(&shown), read(among))
                } else if is_missing && times && !shown.contains(['"', '\\']) {
                    format!("if({0} == \"{shown}\", null, {0}), or {1}", self.text, read(text))
                } else if !times && looks_like(&text.text) == Looks::YearFirst {
                    format!("{}, or {}", self.time(text), self.number(text))
                } else if !times && is_code(&text.text) {
                    format!("{}, or {}", self.pin("text", text), self.number(text))
                } else {
                    read(text)
                }
            }
        };
        let which = if self.is_some { ", where x is the argument that is text" } else { "" };
        format!("{help}{which}")
    }

    /// How values are read as what one of them looks like.
    fn read(&self, looks: Looks, example: &Spelling) -> String {
        let text = &*example.text;
        let is_trimmed = text.trim_ascii().len() == text.len();
        let trimmed = match looks {
            Looks::Duration if text.contains(&b' ') => format!("replace({}, \" \", \"\")", self.text),
            _ if is_trimmed => self.text.to_owned(),
            _ => format!("trim({})", self.text),
        };
        let is_pinned = self.is_name && example.is_untyped && trimmed == self.text;
        match looks {
            Looks::Duration if is_pinned => self.pin("duration", example),
            Looks::Duration if self.is_name || trimmed != self.text => format!("{trimmed} + 0s"),
            Looks::Duration => format!("({trimmed}) + 0s"),
            Looks::YearFirst | Looks::Time | Looks::Yearless => {
                let year = if looks == Looks::Yearless { ", with --year now" } else { "" };
                match is_pinned {
                    true => format!("{}{year}", self.time(example)),
                    false => format!("time({trimmed}){year}"),
                }
            }
            Looks::Date => {
                let calls: Vec<String> =
                    formats_of(text).iter().map(|format| format!("time({trimmed}, '{format}')")).collect();
                calls.join(" or ")
            }
            Looks::Grouped(by) => format!("number(replace({trimmed}, \"{}\", \"\"))", char::from(by)),
            Looks::Comma if text.contains(&b'.') => {
                format!("number(replace(replace({trimmed}, \".\", \"\"), \",\", \".\"))")
            }
            Looks::Comma => format!("number(replace({trimmed}, \",\", \".\"))"),
            Looks::Plain | Looks::Dotted | Looks::Number => match is_pinned {
                true => self.number(example),
                false => format!("number({trimmed})"),
            },
        }
    }

    fn number(&self, example: &Spelling) -> String {
        self.pin("number", example)
    }

    fn time(&self, example: &Spelling) -> String {
        self.pin("time", example)
    }

    /// How values are read as values of this type, by `--types` or the function of that name.
    fn pin(&self, kind: &str, example: &Spelling) -> String {
        match self.is_name && example.is_untyped {
            true => format!("--types {}:{kind}", self.text),
            false => format!("{kind}({})", self.text),
        }
    }
}

fn is_name(text: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.');
    text.chars().all(in_name) && !text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// The argument that gave `example`: the literal that spells it, or else the only one that is a field.
fn argument<'a>(all: &[&'a str], example: &Spelling) -> Option<&'a str> {
    let spells = |argument: &&&str| {
        let bytes = argument.as_bytes();
        matches!(bytes, [b'"', text @ .., b'"'] | [b'\'', text @ .., b'\''] if *text == *example.text)
    };
    if let Some(literal) = all.iter().find(spells) {
        return Some(*literal);
    }
    let mut fields =
        all.iter().filter(|text| is_name(text) && !matches!(**text, "" | "null" | "true" | "false"));
    fields.next().copied().filter(|_| fields.next().is_none())
}

/// The arguments, if an expression is nothing but a call of `least` or `greatest`.
fn arguments(expr: &str) -> Option<Vec<&str>> {
    let rest = expr.strip_prefix("least").or_else(|| expr.strip_prefix("greatest"))?;
    let inner = rest.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let (mut all, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    let mut signs = inner.char_indices();
    while let Some((at, sign)) = signs.next() {
        match (quote, sign) {
            (Some(_), '\\') => drop(signs.next()),
            (Some(open), _) if open == sign => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(sign),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => {
                all.push(inner.get(start..at)?.trim());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    all.push(inner.get(start..)?.trim());
    Some(all)
}

/// Whether a text may be an identifier, a version or a code: it holds digits beside
/// letters, points or dashes.
fn is_code(text: &[u8]) -> bool {
    let in_code = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    text.first().is_some_and(u8::is_ascii_alphanumeric)
        && text.iter().all(in_code)
        && text.iter().any(u8::is_ascii_digit)
        && !text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_calls() {
        for (expr, expected) in [
            ("least(a, b)", Some(&["a", "b"][..])),
            ("greatest( a,f(b, 'c,)') ,\"\\\",\" )", Some(&["a", "f(b, 'c,)')", "\"\\\",\""])),
            ("least(a) + (b)", None),
            ("leastways(a)", None),
            ("max(a)", None),
            ("least", None),
        ] {
            assert_eq!(arguments(expr).as_deref(), expected, "{expr}");
        }
    }

    #[test]
    fn codes() {
        for text in ["1.2.3-rc1", "2.0-rc1", "598e0aa-1", "12_a", "a1b2", "v1.2"] {
            assert!(is_code(text.as_bytes()), "{text}");
        }
        for text in ["", "12", "-", "N/A", "5%", "12 apples", "abc"] {
            assert!(!is_code(text.as_bytes()), "{text}");
        }
    }
}
