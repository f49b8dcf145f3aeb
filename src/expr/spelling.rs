//! The names of expressions that have none.

/// The name of an expression that has none: its text, each run of blanks as one blank, what is in quotes or backticks
/// as written.
pub(super) fn name_by_text(written: &str) -> String {
    let mut name = String::with_capacity(written.len());
    walk(written.trim_matches(is_blank), |part| match part {
        Part::Blanks => name.push(' '),
        Part::Text(text) => name.push_str(text),
    });
    name
}

/// Whether two expressions are written alike but for blanks between their words and signs.
pub fn is_spelled_alike(one: &str, other: &str) -> bool {
    without_blanks(one) == without_blanks(other)
}

fn without_blanks(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    walk(written, |part| match part {
        Part::Blanks => {}
        Part::Text(part) => text.push_str(part),
    });
    text
}

enum Part<'s> {
    /// A run of blanks outside of quotes.
    Blanks,
    /// Anything else.
    Text(&'s str),
}

fn walk<'s>(written: &'s str, mut take: impl FnMut(Part<'s>)) {
    let mut rest = written;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            c if is_blank(c) => rest.find(|c| !is_blank(c)).unwrap_or(rest.len()),
            '"' | '\'' | '`' => quoted_len(rest, first),
            _ => rest.find(|c| is_blank(c) || matches!(c, '"' | '\'' | '`')).unwrap_or(rest.len()),
        };
        let (part, behind) = rest.split_at(len);
        take(if is_blank(first) { Part::Blanks } else { Part::Text(part) });
        rest = behind;
    }
}

/// The length of what `quote` begins, the quote that ends it included. In backticks a backslash is a sign like any.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote != '`' {
            escaped = true;
        } else if c == quote {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

/// What the lexer steps over.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_one_but_in_quotes() {
        for (written, name) in [
            ("upper(city)", "upper(city)"),
            (" upper( \t city\n)  ", "upper( city )"),
            ("a  ++ \"b  \\\"  c\"  ++  'd  e'", "a ++ \"b  \\\"  c\" ++ 'd  e'"),
            ("`a  b`  *  2", "`a  b` * 2"),
            ("`a\\`  *  `b  c`", "`a\\` * `b  c`"),
            ("é  +  1", "é + 1"),
        ] {
            assert_eq!(name_by_text(written), name);
        }
    }

    #[test]
    fn blanks_make_no_difference() {
        assert!(is_spelled_alike("floor(ts,1h)", "floor( ts, 1h )"));
        assert!(!is_spelled_alike("a ++ 'b c'", "a ++ 'bc'"));
    }
}
