//! Where the directives of a format are.

use std::ops::Range;

/// The directives of a format in order, each with its flags, width and sign of percent; `%` alone where one ends the
/// format.
pub(super) fn directives(format: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + format.get(from..)?.find('%')?;
        let directive = format.get(start..)?;
        let len = directive
            .char_indices()
            .skip(1)
            .find(|(_, c)| !matches!(c, '-' | '_' | '^' | '#' | '.' | ':' | '0'..='9'))
            .map_or(directive.len(), |(at, c)| at + c.len_utf8());
        from = start + len;
        Some(start..from)
    })
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn in_order() {
        for (format, expected) in [
            ("%Y-%m", &["%Y", "%m"][..]),
            ("%-d. %:z%%%3f", &["%-d", "%:z", "%%", "%3f"]),
            ("", &[]),
            ("50%", &["%"]),
            ("%Ö%", &["%Ö", "%"]),
        ] {
            let found: Vec<&str> = directives(format).map(|range| &format[range]).collect();
            assert!(expected.is_empty() && !found.is_empty() || found == expected, "{format}: {found:?}");
        }
    }
}
