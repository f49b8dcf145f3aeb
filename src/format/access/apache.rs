//! Directives of Apache's `LogFormat` and the fields that they are.

/// A directive.
pub(super) struct Directive {
    /// What is after the `%`, modifiers and braces aside.
    letter: &'static str,
    /// The field of one without braces; `request` is three of them.
    plain: Option<&'static str>,
    /// What one with braces is.
    braced: Braced,
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
    row("A", Some("A"), Braced::Never),
    row("B", Some("bytes"), Braced::Never),
    row("C", None, Braced::Named),
    row("D", Some("duration_us"), Braced::Never),
    row("H", Some("protocol"), Braced::Never),
    row("I", Some("I"), Braced::Never),
    row("L", Some("L"), Braced::Same),
    row("O", Some("O"), Braced::Never),
    row("P", Some("P"), Braced::Same),
    row("R", Some("R"), Braced::Never),
    row("S", Some("S"), Braced::Never),
    row("T", Some("request_time"), Braced::Unit),
    row("U", Some("path"), Braced::Never),
    row("V", Some("V"), Braced::Never),
    row("X", Some("X"), Braced::Never),
    row("^ti", None, Braced::Named),
    row("^to", None, Braced::Named),
    row("a", Some("ip"), Braced::Same),
    row("b", Some("bytes"), Braced::Never),
    row("c", Some("c"), Braced::Never),
    row("e", None, Braced::Named),
    row("f", Some("f"), Braced::Never),
    row("h", Some("ip"), Braced::Same),
    row("i", None, Braced::Named),
    row("k", Some("k"), Braced::Never),
    row("l", Some("ident"), Braced::Never),
    row("m", Some("method"), Braced::Never),
    row("n", None, Braced::Named),
    row("o", None, Braced::Named),
    row("p", Some("port"), Braced::Same),
    row("q", Some("q"), Braced::Never),
    row("r", Some("request"), Braced::Never),
    row("s", Some("status"), Braced::Never),
    row("t", Some("time"), Braced::Same),
    row("u", Some("user"), Braced::Never),
    row("v", Some("host"), Braced::Never),
];

/// Headers that are fields of `combined`; sorted.
const HEADERS: &[(&str, &str)] = &[("referer", "referer"), ("user_agent", "agent")];

const fn row(letter: &'static str, plain: Option<&'static str>, braced: Braced) -> Directive {
    Directive { letter, plain, braced }
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
