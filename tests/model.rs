//! The program against a naive model of the manual, and against itself under every variant.

mod harness;
#[path = "model/mod.rs"]
mod model;

use harness::{PLAIN, Ran, VARIANTS, Variant};
use model::case::{Case, case};
use model::chain::{Item, Kind, Stage};
use model::engine::Outcome;
use model::input::{Line, input};
use model::windows::{Grid, Span};
use proptest::prelude::*;
use proptest::sample::select;

/// Runs a case, its records written as `to`, in some ways.
fn run(case: &Case, to: &str, variants: &[Variant]) -> Vec<Ran> {
    let mut command = case.command();
    command.words.splice(0..0, ["--to".to_owned(), to.to_owned()]);
    let stdin = case.input.bytes();
    variants.iter().map(|variant| harness::run(&command.words, &stdin, *variant)).collect()
}

/// What a report says of records that are late for some of their windows; of no others it says ` of `.
const PARTLY_LATE: &str = " came too late for some of ";

/// Sums the numbers in front of `phrase` over the lines of a report.
fn reported(report: &str, phrase: &str) -> usize {
    let number = |line: &str| {
        let before = line.split_once(phrase)?.0;
        let digits = before.trim_end_matches(|last: char| !last.is_ascii_digit());
        digits.rsplit(' ').next()?.parse::<usize>().ok()
    };
    report
        .lines()
        .filter(|line| line.starts_with("tamis: ") && !line.contains("stdin:"))
        .filter(|line| phrase == PARTLY_LATE || !line.contains(PARTLY_LATE))
        .filter_map(number)
        .sum()
}

/// A fixed number of cases, unless the environment asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let given = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { given } else { ProptestConfig { cases: 600, ..given } }
}

/// Sizes of windows side by side.
const SIZES: &[&str] = &["7s", "10s", "60s", "3600s", "1d", "1w", "1mo", "3mo"];

/// The counts of an aggregate's records, added up.
fn counted(out: &str) -> usize {
    let count = |line: &str| line.rsplit_once("\"n\":")?.1.trim_end_matches('}').parse::<usize>().ok();
    out.lines().map(|line| count(line).expect("a count")).sum()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn program_does_what_the_model_says(case in case(), more in select(VARIANTS), still_more in select(VARIANTS)) {
        let expected = case.outcome();
        let variants = [PLAIN, more, still_more];
        for (ran, variant) in run(&case, "ndjson", &variants).iter().zip(variants) {
            let report = ran.err();
            let phrases = [" rejected", " of ", PARTLY_LATE, " could not be computed", " had a null condition"];
            let said = phrases.map(|phrase| reported(&report, phrase));
            let context = format!("{variant:?}\n{report}");
            prop_assert_eq!(&ran.out(), &expected.out, "{}", context);
            if variant.eager && case.may_read_on() {
                continue;
            }
            let Outcome { rejected, late, partly_late, faults, null_conditions, .. } = expected;
            prop_assert_eq!(said, [rejected, late, partly_late, faults, null_conditions], "{}", context);
            let is_flawed = rejected + late + partly_late + faults > 0;
            prop_assert_eq!(ran.status, u8::from(is_flawed), "{}", context);
        }
    }

    #[test]
    fn variants_agree_in_every_byte(case in case(), to in select(&["ndjson", "csv", "logfmt", "text", "table"][..])) {
        let all = run(&case, to, VARIANTS);
        let plain = &all[0];
        for (ran, variant) in all.iter().zip(VARIANTS) {
            prop_assert_eq!(ran.out(), plain.out(), "{:?}", variant);
            if variant.eager && case.may_read_on() {
                continue;
            }
            prop_assert_eq!(ran.err(), plain.err(), "{:?}", variant);
            prop_assert_eq!(ran.status, plain.status, "{:?}", variant);
        }
    }

    #[test]
    fn no_record_is_lost_by_windows(
        input in input(),
        size in select(SIZES),
        lateness in select(&[0_u64, 1, 10, 60][..]),
        keys in 0..=2_usize,
        variant in select(VARIANTS),
    ) {
        let by = ["k", "t"].map(str::to_owned)[..keys].to_vec();
        let items = vec![Item { name: "n".to_owned(), kind: Kind::Count, args: Vec::new(), only: None }];
        let window = Stage::Window(Grid::tumbling(Span(size)));
        let case = Case { input, chain: vec![window, Stage::Aggregate { items, by }], lateness };
        let ran = &run(&case, "ndjson", &[variant])[0];
        let report = ran.err();
        let kept = counted(&ran.out());
        let read = case.input.lines.iter().filter(|line| !matches!(line, Line::Blank)).count();
        prop_assert_eq!(
            kept + reported(&report, " of ") + reported(&report, " rejected"), read, "{:?}\n{}", &case, report
        );
    }
}

#[test]
fn what_comes_behind_a_satisfied_limit_is_not_computed() {
    let records = r#"
        {"k":2,"n":"x","ts":100000090}
        {"k":1,"n":1,"ts":100000010}
        {"k":3,"n":3,"ts":100000050}
    "#;
    let mut lines: Vec<&str> = records.trim().lines().map(str::trim).collect();
    let chains: [(&str, &[&str]); 5] = [
        ("k", &["sort", "k", "then", "project", "x = n + 1"]),
        ("k", &["aggregate", "n = first(n)", "--by", "k", "then", "project", "x = n + 1"]),
        ("k", &["top", "0 - k", "then", "filter", "n > 0"]),
        ("ts", &["window", "10s", "then", "sort", "n + 1", "then", "window", "all"]),
        (
            "ts",
            &[
                "window",
                "10s",
                "then",
                "aggregate",
                "n = first(n)",
                "then",
                "sort",
                "n + 1",
                "then",
                "window",
                "all",
            ],
        ),
    ];
    for (order, chain) in chains {
        if order == "ts" {
            lines.sort_by_key(|line| line.rsplit_once(':').map(|(_, time)| time));
        }
        let lateness: &[&str] = if order == "ts" { &["--lateness", "0"] } else { &[] };
        let words = [&["--from", "ndjson"], lateness, chain, &["then", "limit", "1"]].concat();
        for variant in VARIANTS {
            let ran = harness::run(&words, lines.join("\n").as_bytes(), *variant);
            assert_eq!((ran.status, ran.err()), (0, String::new()), "{chain:?} {variant:?}");
        }
    }
}

#[test]
fn a_record_without_time_is_rejected_for_the_same_reason_alone_and_among_others() {
    let chain = ["dedup", "n", "then", "window", "10s", "then", "window", "all", "then", "limit", "1"];
    let words = [&["--from", "ndjson", "--time", "ts"][..], &chain].concat();
    for variant in VARIANTS {
        let report = harness::run(&words, b"{}\n{}\n", *variant).err();
        assert_eq!(
            report.matches("no event time: the field is absent or null").count(),
            2,
            "{variant:?}\n{report}"
        );
    }
}

#[test]
fn what_is_read_up_to_the_close_that_satisfies_a_limit_is_reported() {
    let stdin = b"{\"ts\":100000010}\n{}\n{\"ts\":100000050}\n{}\n";
    let chain = ["window", "10s", "then", "sort", "n", "then", "window", "all", "then", "limit", "1"];
    let words = [&["--from", "ndjson", "--time", "ts", "--lateness", "0"][..], &chain].concat();
    for variant in VARIANTS {
        let report = harness::run(&words, stdin, *variant).err();
        assert_eq!(reported(&report, " rejected"), 1, "{variant:?}\n{report}");
    }
}
