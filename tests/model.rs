//! The program against a naive model of the manual, and against itself under every variant.

mod harness;
#[path = "model/mod.rs"]
mod model;

use harness::{PLAIN, Ran, VARIANTS, Variant};
use model::case::{Case, case};
use model::chain::{Item, Kind, Part, Stage};
use model::found::{Found, Outcome};
use model::input::{Line, NAMES, input};
use model::nest::Nest;
use model::stamps::Spellings;
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

/// Runs a case, and gives what it wrote into the files of `--rejects` and `--late`.
fn run_beside(case: &Case, variant: Variant) -> (Ran, [String; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["rejects", "late"].map(|name| folder.path().join(name));
    let [rejects, late] = files.each_ref().map(|path| path.to_str().expect("a plain name").to_owned());
    let mut command = case.command();
    command.words.splice(0..0, ["--to", "ndjson", "--rejects", &rejects, "--late", &late].map(str::to_owned));
    let ran = harness::run(&command.words, &case.input.bytes(), variant);
    (ran, files.map(|path| std::fs::read_to_string(path).expect("a side file")))
}

/// The lines that a side file keeps of what was found.
fn kept_lines(case: &Case, found: &Found) -> Vec<String> {
    let reads = case.input.reads();
    let lines = found.lines.iter().map(|number| case.input.spell_read(&reads[*number]));
    let records: Vec<String> = lines.chain(found.made.iter().cloned()).collect();
    // A record of csv may take several.
    records.iter().flat_map(|record| record.lines()).map(str::to_owned).collect()
}

fn in_order<T: ToString>(lines: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.to_string()).collect();
    lines.sort();
    lines
}

/// What a report says of records that are late for some of their windows; of no others it says ` of `.
const PARTLY_LATE: &str = " came too late for some of ";

/// The lines of a report that count something.
fn counts(report: &str) -> impl Iterator<Item = &str> {
    report.lines().filter_map(|line| line.strip_prefix("tamis: ")).filter(|line| !line.contains("stdin:"))
}

/// The number with which a text begins.
fn number(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or(0)
}

/// How many records a report says were rejected, late, and late for some of their windows.
fn told(report: &str) -> [usize; 3] {
    let is_late = |line: &str| line.contains(" was late") || line.contains(" were late");
    let rejected = counts(report).filter(|line| line.contains(" rejected")).map(number).sum();
    let late =
        counts(report).filter(|line| is_late(line)).flat_map(|line| line.split("; ")).map(number).sum();
    let partly_late = counts(report).filter(|line| line.contains(PARTLY_LATE)).map(number).sum();
    [rejected, late, partly_late]
}

/// Sums the numbers in front of `phrase` over the lines of a report.
fn reported(report: &str, phrase: &str) -> usize {
    let number = |line: &str| {
        let before = line.split_once(phrase)?.0;
        let digits = before.trim_end_matches(|last: char| !last.is_ascii_digit());
        digits.rsplit(' ').next()?.parse::<usize>().ok()
    };
    counts(report).filter_map(number).sum()
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

/// The case up to its first stage that goes by event time, over those of its records that can be read whole.
fn without_time(case: &Case) -> Case {
    let mut case = case.clone();
    let goes_by_time = |stage: &Stage| {
        matches!(stage, Stage::Window(_) | Stage::Session { .. } | Stage::Dedup { within: Some(_), .. })
    };
    let end = case.chain.iter().position(goes_by_time).unwrap_or(case.chain.len());
    case.chain.truncate(end);
    let all = NAMES.map(str::to_owned).into();
    let input = case.input.clone();
    case.input.lines.retain(|line| matches!(line, Line::Record { .. }) && !input.is_unreadable(line, &all));
    case
}

/// Each line as the value of `o`.
fn wrapped(lines: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(lines);
    text.lines().map(|line| format!("{{\"o\":{line}}}\n")).collect::<String>().into_bytes()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn program_does_what_the_model_says(case in case(), more in select(VARIANTS), still_more in select(VARIANTS)) {
        let expected = case.outcome();
        let variants = [PLAIN, more, still_more];
        for (ran, variant) in run(&case, "ndjson", &variants).iter().zip(variants) {
            let report = ran.err();
            let phrases = [" could not be computed", " had a null condition"];
            let said = (told(&report), phrases.map(|phrase| reported(&report, phrase)));
            let context = format!("{variant:?}\n{report}");
            prop_assert_eq!(&ran.out(), &expected.out, "{}", context);
            if variant.eager && case.may_read_on() {
                continue;
            }
            let Outcome { rejected, late, partly_late, faults, null_conditions, .. } = &expected;
            let found = [rejected, late, partly_late].map(Found::count);
            prop_assert_eq!(said, (found, [*faults, *null_conditions]), "{}", context);
            let is_flawed = found.iter().sum::<usize>() + faults > 0;
            prop_assert_eq!(ran.status, u8::from(is_flawed), "{}", context);
        }
    }

    /// With `--union` the columns of csv are the fields of the records that leave, whatever these went through.
    #[test]
    fn columns_for_all_fields(case in case(), variant in select(VARIANTS)) {
        // Of csv the columns are those of the header line.
        if case.input.is_csv {
            return Ok(());
        }
        let records = run(&case, "ndjson", &[PLAIN]).remove(0).stdout;
        let csv = |words: &[String], bytes: &[u8], variant: Variant| {
            let front = ["--to", "csv", "--union"].map(str::to_owned);
            harness::run(&[&front[..], words].concat(), bytes, variant)
        };
        let command = case.command();
        let ran = csv(&command.words, &case.input.bytes(), variant);
        // Where the chain fixes them they may be whole values.
        if ran.err().contains("--union changes nothing") {
            return Ok(());
        }
        let again = csv(&["--from", "ndjson", "filter", "true"].map(str::to_owned), &records, PLAIN);
        prop_assert_eq!(ran.out(), again.out(), "{:?}\n{}", variant, ran.err());
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
    fn side_files_hold_each_record_once(case in case(), more in select(VARIANTS)) {
        let expected = case.outcome();
        let mut plain = None;
        for variant in [PLAIN, more] {
            if variant.eager && case.may_read_on() {
                continue;
            }
            let (ran, [rejects, late]) = run_beside(&case, variant);
            let context = format!("{variant:?}\n{}", ran.err());
            let files = (rejects.clone(), late.clone());
            prop_assert_eq!(&files, plain.get_or_insert(files.clone()), "{}", &context);
            for (found, kept, is_rejects) in
                [(&expected.rejected, &rejects, true), (&expected.late, &late, false)]
            {
                prop_assert_eq!(in_order(kept.lines()), in_order(kept_lines(&case, found)), "{}", &context);
                let reads_back = !(is_rejects || case.input.is_csv);
                let again = reads_back.then(|| {
                    harness::run(&["--from", "ndjson", "filter", "true"], kept.as_bytes(), variant).out()
                });
                prop_assert_eq!(again.as_ref().unwrap_or(kept), kept, "{}", &context);
            }
        }
    }

    #[test]
    fn records_are_the_members_of_objects_that_hold_them(
        case in case(),
        to in select(&["ndjson", "csv", "tsv", "logfmt", "text", "table", "markdown"][..]),
        variant in select(VARIANTS),
    ) {
        if case.input.is_csv || matches!(case.input.spellings, Spellings::Yearless(_)) {
            return Ok(());
        }
        let plain = without_time(&case);
        let all = Part::Star(vec!["nope".to_owned()]);
        let [own, held] = [all, Part::Of("o".to_owned())].map(|part| {
            let mut case = plain.clone();
            case.chain.insert(0, Stage::Members(vec![part]));
            case
        });
        let stdin = plain.input.bytes();
        let expected = &run(&own, to, &[variant])[0];
        let mut command = held.command();
        command.words.splice(0..0, ["--to".to_owned(), to.to_owned()]);
        let ran = harness::run(&command.words, &wrapped(&stdin), variant);
        prop_assert_eq!(ran.out(), expected.out(), "{:?}\n{}", held, ran.err());
        let phrases = [" rejected", " could not be computed", " had a null condition"];
        let said = |ran: &Ran| phrases.map(|phrase| reported(&ran.err(), phrase));
        prop_assert_eq!(said(&ran), said(expected), "{:?}\n{}\n{}", held, ran.err(), expected.err());
        prop_assert_eq!(ran.status, expected.status);
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
        let items = vec![Item::plain("n".to_owned(), Kind::Count, Vec::new(), None)];
        let window = Stage::Window(Grid::tumbling(Span(size)));
        let mut input = input;
        input.nest = Nest::No;
        let case = Case { input, chain: vec![window, Stage::Aggregate { items, by, computed: Vec::new() }], lateness };
        let ran = &run(&case, "ndjson", &[variant])[0];
        let report = ran.err();
        let kept = counted(&ran.out());
        let read = case.input.lines.iter().filter(|line| !matches!(line, Line::Blank)).count();
        prop_assert_eq!(
            kept + told(&report).iter().sum::<usize>(), read, "{:?}\n{}", &case, report
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
        let told = "2 records rejected: no record had the field \"ts\" of the event time";
        assert!(report.contains(told), "{variant:?}\n{report}");
    }
}

#[test]
fn what_is_read_up_to_the_close_that_satisfies_a_limit_is_reported() {
    let stdin = b"{\"ts\":100000010}\n{}\n{\"ts\":100000050}\n{}\n";
    let chain = ["window", "10s", "then", "sort", "n", "then", "window", "all", "then", "limit", "1"];
    let words = [&["--from", "ndjson", "--time", "ts", "--lateness", "0"][..], &chain].concat();
    for variant in VARIANTS {
        let report = harness::run(&words, stdin, *variant).err();
        assert_eq!(told(&report)[0], 1, "{variant:?}\n{report}");
    }
}
