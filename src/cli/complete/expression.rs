//! Where in an expression, or a list of fields, the cursor is: what of it is kept, and which name is typed.

use crate::spell;

/// Words of expressions after which a value may come.
const BEFORE_VALUES: &[&str] = &["and", "between", "by", "except", "in", "not", "or", "where"];

/// What is before the name at the end of an expression, and what of that is typed. Nothing where no name can be: inside a
/// text, after a value.
pub(super) fn name_at_end(text: &str) -> Option<(&str, &str)> {
    let at = match open_quote(text) {
        Some((_, '"')) => return None,
        Some((at, _)) => at,
        None => {
            let is_part = |c: char| c == '.' || c == '@' || spell::continues_name(c);
            text.trim_end_matches(is_part).len()
        }
    };
    let (head, typed) = text.split_at_checked(at)?;
    let begins_right =
        typed.is_empty() || typed.starts_with(['.', '`']) || typed.starts_with(spell::starts_name);
    (begins_right && takes_value(head)).then_some((head, typed))
}

/// The quote that is open at the end of an expression, and where.
fn open_quote(text: &str) -> Option<(usize, char)> {
    let mut open: Option<(usize, char)> = None;
    let mut letters = text.char_indices();
    while let Some((at, c)) = letters.next() {
        match (open, c) {
            (Some((_, '"')), '\\') => {
                letters.next();
            }
            (Some((_, quote)), c) if c == quote => open = None,
            (None, '"' | '`') => open = Some((at, c)),
            _ => {}
        }
    }
    open
}

/// Whether a value may come after this part of an expression.
fn takes_value(head: &str) -> bool {
    let before = head.trim_end();
    let Some(last) = before.chars().next_back() else { return true };
    if !spell::continues_name(last) {
        return "(,+-*/%<>=!~?:[|".contains(last);
    }
    let word = before.trim_end_matches(spell::continues_name);
    let word = before.get(word.len()..).unwrap_or("");
    before.len() < head.len() && BEFORE_VALUES.contains(&word)
}

/// What is before the last item of a list separated by commas, and the item.
pub(super) fn last_item(text: &str) -> (&str, &str) {
    text.split_at(text.rfind(',').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_a_value_may_be() {
        let cases: &[(&str, Option<(&str, &str)>)] = &[
            ("", Some(("", ""))),
            ("sta", Some(("", "sta"))),
            ("status >= 500 and ro", Some(("status >= 500 and ", "ro"))),
            ("a, b.c", Some(("a, ", "b.c"))),
            ("p99(la", Some(("p99(", "la"))),
            ("@ti", Some(("", "@ti"))),
            ("x = `a b", Some(("x = ", "`a b"))),
            ("not ", Some(("not ", ""))),
            ("status ", None),
            ("status d", None),
            ("x == \"a", None),
            ("x == \"a\\\"b", None),
            ("x == \"a\" and y", Some(("x == \"a\" and ", "y"))),
            ("50", None),
            ("a)", None),
            ("`a` ", None),
        ];
        for (text, expected) in cases {
            assert_eq!(name_at_end(text), *expected, "{text}");
        }
        assert_eq!(last_item("a,b"), ("a,", "b"));
    }
}
