//! The program against a naive model of the manual, and against itself under every variant.

mod harness;
#[path = "model/mod.rs"]
mod model;

use harness::{PLAIN, Ran, VARIANTS, Variant};
use model::case::{Case, case};
use model::chain::{Kind, Stage};
use proptest::prelude::*;
use proptest::sample::select;

fn run(case: &Case, variant: Variant) -> Ran {
    let mut words = case.words();
    words.splice(0..0, ["--to".to_owned(), "ndjson".to_owned()]);
    harness::run(&words, &case.input.bytes(), variant)
}

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
        .filter_map(number)
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn program_does_what_the_model_says(case in case(), more in select(VARIANTS), still_more in select(VARIANTS)) {
        let expected = case.outcome();
        for variant in [PLAIN, more, still_more] {
            let ran = run(&case, variant);
            let (out, report) = (ran.out(), ran.err());
            let said = [" rejected", " late", " could not be computed", " had a null condition"].map(|phrase| match phrase {
                " late" => reported(&report, " of "),
                phrase => reported(&report, phrase),
            });
            let context = format!("{variant:?}\n{report}");
            prop_assert_eq!(&out, &expected.out, "{}", context);
            let counts = [expected.rejected, expected.late, expected.faults, expected.null_conditions];
            prop_assert_eq!(said, counts, "{}", context);
            let is_flawed = counts[..3].iter().any(|count| *count > 0);
            prop_assert_eq!(ran.status, u8::from(is_flawed), "{}", context);
        }
    }
}
