//! Whatever is typed, rewriting ends, and what is proposed can be read.

use proptest::prelude::*;
use proptest::sample::select;

use super::tokens::cut;
use super::{Kind, mend};
use crate::expr::{parse_aggregate, parse_expression, parse_keys, parse_path, parse_project, parse_sort};

fn reads(kind: Kind, spec: &str) -> bool {
    match kind {
        Kind::Expression => parse_expression(spec).is_ok(),
        Kind::Items => parse_project(spec).is_ok(),
        Kind::Aggregates => parse_aggregate(spec).is_ok(),
        Kind::Order => parse_sort(spec).is_ok(),
        Kind::Keys => parse_keys(spec).is_ok(),
        Kind::Path => parse_path(spec).is_ok(),
    }
}

const KINDS: [Kind; 6] =
    [Kind::Expression, Kind::Items, Kind::Aggregates, Kind::Order, Kind::Keys, Kind::Path];

/// Words and signs of many languages.
const PIECES: &[&str] = &[
    "status",
    "ms",
    "route",
    "AND",
    "or",
    "NOT",
    "is",
    "NULL",
    "null",
    "in",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "==",
    "=",
    "!=",
    "<>",
    "<",
    ">=",
    "=>",
    "===",
    "=~",
    "~",
    "/x/",
    "/login",
    "'a%'",
    "\"b\"",
    "‘c’",
    "`d e`",
    "like",
    "ILIKE",
    "between",
    "200",
    "5xx",
    "5..",
    "10k",
    "10MB",
    "2024-05-14",
    "2024-05-14T09:00:00Z",
    "10.0.0.1",
    "10.0.0.0/8",
    "case",
    "when",
    "then",
    "else",
    "end",
    "if",
    "?",
    ":",
    "::",
    "int",
    "cast",
    "as",
    "count",
    "count(*)",
    "distinct",
    "avg",
    "p99",
    "p99.9(ms)",
    "quantile(ms, 99)",
    "percentile_cont(0.5)",
    "within",
    "group",
    "order",
    "by",
    "desc",
    "DESC",
    "nulls",
    "last",
    "-",
    "+",
    "*",
    "/",
    "$",
    "%",
    "&&",
    "||",
    "|",
    "&",
    ".",
    "..",
    ".x",
    "a.b()",
    "len(",
    "strlen(route)",
    "contains",
    "startswith",
    "#",
    "\"",
    "'",
    "`",
    "é",
    "\u{a0}",
    "except",
    "!",
    "->",
    "0x1F",
    "1_000",
    "where",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_proposed_can_be_read(
        pieces in prop::collection::vec((select(PIECES), select(&["", " ", " "][..])), 1..14),
        kind in select(&KINDS[..]),
    ) {
        let spec: String = pieces.iter().map(|(piece, blank)| format!("{piece}{blank}")).collect();
        let proposed = mend(&spec, kind, &|spec| reads(kind, spec));
        if let Some(proposed) = proposed {
            prop_assert!(reads(kind, &proposed), "{spec:?}: {proposed:?}");
        }
    }

    #[test]
    fn all_bytes_are_in_some_piece(spec in "\\PC{0,40}") {
        let tokens = cut(&spec);
        let mut end = 0;
        for token in &tokens.all {
            prop_assert!(spec[end..token.place.start].chars().all(char::is_whitespace));
            prop_assert_eq!(&spec[token.place.clone()], token.text);
            end = token.place.end;
        }
        prop_assert!(spec[end..].chars().all(char::is_whitespace));
    }

    #[test]
    fn any_text_is_rewritten_to_an_end(spec in "\\PC{0,60}", kind in select(&KINDS[..])) {
        let proposed = mend(&spec, kind, &|spec| reads(kind, spec));
        prop_assert!(proposed.is_none_or(|proposed| reads(kind, &proposed)));
    }
}
