//! Every message in full. `errors.txt` holds a block each: the kind of SPEC and the SPEC, then the message.
//! `BLESS=1` writes it anew.

use super::*;

const GOLDEN: &str = include_str!("errors.txt");

fn message(kind: &str, spec: &str) -> String {
    let outcome = match kind {
        "filter" => bind(spec, true).and_then(|_| refuse_constant_condition(&parse_expression(spec)?, spec)),
        "top" => parse_expression(spec).and_then(|ast| refuse_constant(&ast, spec, str::to_owned)),
        "expression" => bind(spec, false).map(drop),
        "project" => parse_project(spec).and_then(|items| check_unnamed(&items, spec)),
        "aggregate" => parse_aggregate(spec).map(drop),
        "sort" => parse_sort(spec).map(drop),
        "path" => parse_path(spec).map(drop),
        "on" => parse_on(spec).map(drop),
        kind => parse_keys(spec).and_then(|keys| {
            let mut unnamed = keys.iter().filter(|key| !key.named);
            unnamed.try_for_each(|key| match kind {
                "by" => check_named_by_text(&key.expr, spec),
                _ => refuse_constant_key(&key.expr, spec, false),
            })
        }),
    };
    outcome.expect_err(spec).to_string()
}

#[test]
fn messages() {
    let mut told = String::new();
    for block in GOLDEN.split_terminator("\n\n") {
        let case = block.lines().next().unwrap();
        let (kind, spec) = case.split_once(": ").unwrap_or((case.trim_end_matches(':'), ""));
        told.push_str(&format!("{case}\n{}\n\n", message(kind, spec)));
    }
    if std::env::var_os("BLESS").is_some() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expr/tests/errors.txt");
        std::fs::write(golden, &told).unwrap();
        return;
    }
    assert_eq!(told, GOLDEN, "\n{told}");
}
