//! Directives of Apache's `LogFormat` and the fields that they are.

use super::shape::Shape;

/// A directive.
pub(super) struct Directive {
    /// What is after the `%`, modifiers and braces aside.
    letter: &'static str,
    /// The field of one without braces; `request` is three of them.
    plain: Option<&'static str>,
    /// What one with braces is.
    braced: Braced,
    /// What it holds.
    shape: Shape,
}

/// What the text in braces means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Braced {
    /// There is none.
    Never,
    /// It is the name of the field.
    Named,
    /// It chooses among addresses, ports or forms, and the field is the same.
    Same,
    /// It is a unit of time.
    Unit,
}

/// All directives, sorted.
const DIRECTIVES: &[Directive] = &[
    row("A", Some("A"), Braced::Never, Shape::Address),
    row("B", Some("bytes"), Braced::Never, Shape::Atom),
    row("C", None, Braced::Named, Shape::Free),
    row("D", Some("duration_us"), Braced::Never, Shape::Atom),
    row("H", Some("protocol"), Braced::Never, Shape::Word),
    row("I", Some("I"), Braced::Never, Shape::Atom),
    row("L", Some("L"), Braced::Same, Shape::Word),
    row("O", Some("O"), Braced::Never, Shape::Atom),
    row("P", Some("P"), Braced::Same, Shape::Atom),
    row("R", Some("R"), Braced::Never, Shape::Word),
    row("S", Some("S"), Braced::Never, Shape::Atom),
    row("T", Some("request_time"), Braced::Unit, Shape::Atom),
    row("U", Some("path"), Braced::Never, Shape::Free),
    row("V", Some("V"), Braced::Never, Shape::Word),
    row("X", Some("X"), Braced::Never, Shape::Word),
    row("^ti", None, Braced::Named, Shape::Free),
    row("^to", None, Braced::Named, Shape::Free),
    row("a", Some("ip"), Braced::Same, Shape::Address),
    row("b", Some("bytes"), Braced::Never, Shape::Atom),
    row("c", Some("c"), Braced::Never, Shape::Word),
    row("e", None, Braced::Named, Shape::Free),
    row("f", Some("f"), Braced::Never, Shape::Free),
    row("h", Some("ip"), Braced::Same, Shape::Address),
    row("i", None, Braced::Named, Shape::Free),
    row("k", Some("k"), Braced::Never, Shape::Atom),
    row("l", Some("ident"), Braced::Never, Shape::Word),
    row("m", Some("method"), Braced::Never, Shape::Word),
    row("n", None, Braced::Named, Shape::Free),
    row("o", None, Braced::Named, Shape::Free),
    row("p", Some("port"), Braced::Same, Shape::Digits),
    row("q", Some("q"), Braced::Never, Shape::Free),
    row("r", Some("request"), Braced::Never, Shape::Request),
    row("s", Some("status"), Braced::Never, Shape::Atom),
    row("t", Some("time"), Braced::Same, Shape::Free),
    row("u", Some("user"), Braced::Never, Shape::Free),
    row("v", Some("host"), Braced::Never, Shape::Word),
];

/// Headers that are fields of `combined`; sorted.
const HEADERS: &[(&str, &str)] = &[("referer", "referer"), ("user_agent", "agent")];

const fn row(letter: &'static str, plain: Option<&'static str>, braced: Braced, shape: Shape) -> Directive {
    Directive { letter, plain, braced, shape }
}

/// What a directive holds.
pub(super) fn shape(letter: &str) -> Shape {
    let row =
        DIRECTIVES.binary_search_by_key(&letter, |row| row.letter).ok().and_then(|at| DIRECTIVES.get(at));
    row.map_or(Shape::Free, |row| row.shape)
}

/// What `%t` writes, as `strftime` spells it, with what stands for several others spelled out.
pub(super) fn time(braces: Option<&str>) -> String {
    let Some(format) = braces else { return "%d/%b/%Y:%H:%M:%S %z".to_owned() };
    let format = format.strip_prefix("begin:").or_else(|| format.strip_prefix("end:")).unwrap_or(format);
    let mut written = format.to_owned();
    for (short, long) in [
        ("%c", "%a %b %e %T %Y"),
        ("%+", "%a %b %e %T %Z %Y"),
        ("%r", "%I:%M:%S %p"),
        ("%v", "%e-%b-%Y"),
        ("%D", "%m/%d/%y"),
        ("%x", "%m/%d/%y"),
        ("%F", "%Y-%m-%d"),
        ("%R", "%H:%M"),
        ("%T", "%H:%M:%S"),
        ("%X", "%H:%M:%S"),
    ] {
        written = written.replace(short, long);
    }
    written
}

/// The letter, or letters after `^`, of the directive that `text` begins with: what is after its modifiers and braces.
pub(super) fn letter(text: &str) -> &str {
    let len = if text.starts_with('^') { 3 } else { text.chars().next().map_or(0, char::len_utf8) };
    text.get(..len).unwrap_or(text)
}

/// The field of a directive, or what to write instead.
pub(super) fn field(letter: &str, braces: Option<&str>) -> Result<String, String> {
    let Ok(at) = DIRECTIVES.binary_search_by_key(&letter, |row| row.letter) else {
        return Err(nearest(letter));
    };
    let Some(row) = DIRECTIVES.get(at) else { return Err(nearest(letter)) };
    match (braces, row.braced, row.plain) {
        (None, _, Some(plain)) | (Some(_), Braced::Same, Some(plain)) => Ok(plain.to_owned()),
        (None, _, None) => Err(format!("say which: %{{Name}}{letter}")),
        (Some(_), Braced::Never, _) => Err(format!("without braces: %{letter}")),
        (Some("ms"), Braced::Unit, _) => Ok("duration_ms".to_owned()),
        (Some("us"), Braced::Unit, _) => Ok("duration_us".to_owned()),
        (Some("s"), Braced::Unit, Some(plain)) => Ok(plain.to_owned()),
        (Some(_), Braced::Unit, _) => Err(format!("%{{ms}}{letter}, %{{us}}{letter} or %{{s}}{letter}")),
        (Some(""), _, _) => Err(format!("say which: %{{Name}}{letter}")),
        (Some(name), _, _) => {
            let name = name.to_ascii_lowercase().replace('-', "_");
            let header = HEADERS.iter().find(|(header, _)| letter == "i" && *header == name);
            Ok(header.map_or(name, |(_, field)| (*field).to_owned()))
        }
    }
}

/// Whether a directive is of `ErrorLogFormat` alone.
pub(super) fn is_of_errors(letter: &str) -> bool {
    ["-", "E", "F", "M"].contains(&letter)
}

/// The known directive that may be meant, or all of them.
fn nearest(letter: &str) -> String {
    let is_near = |row: &&Directive| row.letter.eq_ignore_ascii_case(letter);
    match DIRECTIVES.iter().find(is_near) {
        Some(row) if row.plain.is_none() => format!("did you mean %{{Name}}{}?", row.letter),
        Some(row) => format!("did you mean %{}?", row.letter),
        None => {
            let spelled = |row: &Directive| match row.plain {
                Some(_) => format!("%{}", row.letter),
                None => format!("%{{Name}}{}", row.letter),
            };
            let all: Vec<String> = DIRECTIVES.iter().map(spelled).collect();
            format!("a percent sign is %%; the directives are {}", all.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted() {
        assert!(DIRECTIVES.windows(2).all(|pair| pair[0].letter < pair[1].letter));
        assert!(HEADERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn directives_and_their_fields() {
        for (letter, braces, expected) in [
            ("h", None, Ok("ip")),
            ("a", Some("c"), Ok("ip")),
            ("s", None, Ok("status")),
            ("T", None, Ok("request_time")),
            ("T", Some("ms"), Ok("duration_ms")),
            ("T", Some("h"), Err("%{ms}T, %{us}T or %{s}T")),
            ("i", Some("User-agent"), Ok("agent")),
            ("i", Some("X-Forwarded-For"), Ok("x_forwarded_for")),
            ("o", Some("Referer"), Ok("referer")),
            ("^ti", Some("A-b"), Ok("a_b")),
            ("i", None, Err("say which: %{Name}i")),
            ("O", None, Ok("O")),
            ("d", None, Err("did you mean %D?")),
            ("N", None, Err("did you mean %{Name}n?")),
            ("b", Some("x"), Err("without braces: %b")),
        ] {
            let found = field(letter, braces);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "%{letter}");
        }
    }
}
