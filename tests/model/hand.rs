//! The model itself: on inputs whose answers are written by hand, and its calendar against the program's.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::select;
use tamis::time::{Duration, Size, Timestamp, Zone};

use super::case::Case;
use super::chain::{Expr, Item, Kind, Stage};
use super::found::Outcome;
use super::input::Input;
use super::table::{Join, Table};
use super::windows::{Grid, Span};

fn field(name: &str) -> Expr {
    Expr::Field(name.to_owned())
}

/// `a = collect(n)` by some keys.
fn collect(by: &[&str]) -> Stage {
    let item = Item::plain("a".to_owned(), Kind::Collect, vec![field("n")], None);
    let by = by.iter().map(|key| (*key).to_owned()).collect();
    Stage::Aggregate { items: vec![item], by, computed: Vec::new() }
}

/// What the chain makes of records of `n`, `k` and seconds after 2024-01-01.
fn outcome(lateness: u64, chain: Vec<Stage>, records: &[(i64, &str, i64)]) -> Outcome {
    Case { input: Input::of(records), chain, lateness }.outcome()
}

/// The records, with times of the first hour as minutes and seconds.
#[track_caller]
fn gives(outcome: &Outcome, lines: &[&str]) {
    let short = |line: &str| {
        line.replace("2024-01-01T00:", "")
            .replace("Z\"", "\"")
            .replace("window_start", "s")
            .replace("window_end", "e")
    };
    assert_eq!(outcome.out.lines().map(short).collect::<Vec<_>>(), lines);
}

#[test]
fn sessions_join_at_the_gap_merge_and_turn_late() {
    let records = [
        (1, "1", 0),
        // Exactly the gap, while open.
        (2, "1", 10),
        (3, "1", 30),
        // At the gap of both: they merge, in input order.
        (4, "1", 20),
        // Its end has passed, and it would join nothing.
        (5, "2", 2),
        // The same of a key whose session is open.
        (6, "1", 9),
    ];
    let session = Stage::Session { gap: Span("10s"), by: vec!["k".to_owned()] };
    let found = outcome(15, vec![session, collect(&[])], &records);
    gives(&found, &[r#"{"s":"00:00","e":"00:40","k":1,"a":[1,2,3,4,6]}"#]);
    assert_eq!((found.late.count(), found.rejected.count()), (1, 0));
}

#[test]
fn a_session_that_has_closed_is_not_joined() {
    let records = [(1, "1", 0), (2, "2", 10), (3, "1", 10)];
    let session = Stage::Session { gap: Span("10s"), by: Vec::new() };
    let found = outcome(0, vec![session, collect(&["k"])], &records);
    gives(
        &found,
        &[
            r#"{"s":"00:00","e":"00:10","k":1,"a":[1]}"#,
            r#"{"s":"00:10","e":"00:20","k":1,"a":[3]}"#,
            r#"{"s":"00:10","e":"00:20","k":2,"a":[2]}"#,
        ],
    );
}

#[test]
fn sliding_windows_that_have_ended_are_missed() {
    let records = [(1, "1", 4), (2, "1", 10), (3, "1", 6), (4, "1", 20), (5, "1", 9)];
    let window =
        |size, every| Stage::Window(Grid { size: Span(size), every: Some(Span(every)), offset: None });
    let found = outcome(0, vec![window("10s", "5s"), collect(&[])], &records);
    gives(
        &found,
        &[
            r#"{"s":"2023-12-31T23:59:55","e":"00:05","a":[1]}"#,
            r#"{"s":"00:00","e":"00:10","a":[1]}"#,
            r#"{"s":"00:05","e":"00:15","a":[2,3]}"#,
            r#"{"s":"00:10","e":"00:20","a":[2]}"#,
            r#"{"s":"00:15","e":"00:25","a":[4]}"#,
            r#"{"s":"00:20","e":"00:30","a":[4]}"#,
        ],
    );
    assert_eq!((found.partly_late.count(), found.late.count()), (1, 1));
}

#[test]
fn numbered_windows_close_with_their_last_record() {
    let records = [(1, "1", 0), (2, "2", 0), (3, "1", 0)];
    let one = Stage::Limit { count: 1, by: Vec::new() };
    let chain = vec![Stage::Count(2), collect(&[])];
    gives(&outcome(0, chain.clone(), &records), &[r#"{"s":1,"e":2,"a":[1,2]}"#, r#"{"s":3,"e":4,"a":[3]}"#]);
    let broken = [chain, vec![Stage::WindowAll, one]].concat();
    assert_eq!(outcome(0, broken, &records).read, 2);
}

#[test]
fn duplicates_lie_within_a_length_of_time_either_way() {
    let records = [(1, "1", 20), (2, "1", 25), (3, "1", 15), (4, "1", 14), (5, "1", 60), (6, "1", 21)];
    let dedup = Stage::Dedup { keys: vec!["k".to_owned()], within: Some(Span("5s")) };
    let found = outcome(10, vec![dedup, collect(&[])], &records);
    // 6 lies near 1, which is forgotten.
    gives(&found, &[r#"{"a":[1,4,5,6]}"#]);
}

#[test]
fn joined_records() {
    let table = Table {
        is_csv: true,
        names: vec!["id", "n"],
        rows: vec![vec![Some("007"), Some("1.0")], vec![Some("b"), Some("x")], vec![Some("7"), None]],
    };
    let on = vec![("k".to_owned(), "id")];
    let join = Stage::Join(Join { table, on, kind: None, take: Vec::new(), prefix: "" });
    let found = outcome(0, vec![join], &[(1, "7", 0), (2, "\"7\"", 0), (3, "null", 0)]);
    gives(
        &found,
        &[
            r#"{"n":1,"k":7,"ts":"00:00","n_2":1.0}"#,
            r#"{"n":1,"k":7,"ts":"00:00","n_2":null}"#,
            r#"{"n":2,"k":"7","ts":"00:00","n_2":null}"#,
            r#"{"n":3,"k":null,"ts":"00:00","n_2":null}"#,
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn windows_side_by_side_are_those_of_the_program(
        zone in select(&["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata"][..]),
        size in select(&["7s", "24h", "1500ms", "1d", "2d", "5d", "1w", "2w", "1mo", "3mo", "1y", "10y"][..]),
        offset in select(&["0s", "1s", "-250ms", "6h", "-90m", "150m"][..]),
        second in prop_oneof![-2_000_000_000_i64..3_000_000_000, select(&[
            // Midnight beside changes of the clocks.
            1_711_839_600_i64, 1_711_926_000, 1_729_980_000, 1_730_070_000,
            1_541_289_600, 1_541_376_000, 1_518_912_000, 1_518_919_200,
        ][..])],
        near in -20_000..20_000_i64,
    ) {
        let second = second + near;
        let grid = Grid { offset: Some(Span(offset)), ..Grid::tumbling(Span(size)) };
        let found = grid.around(i128::from(second) * 1_000_000_000, &TimeZone::get(zone).unwrap());
        let time = Timestamp::new(second, 0).unwrap();
        let offset = Duration::from_nanos(Span(offset).nanos()).unwrap();
        let (start, end) = Size::parse(size).unwrap().bounds(time, offset, &Zone::parse(zone).unwrap()).unwrap();
        let nanos = |bound: Timestamp| i128::from(bound.seconds()) * 1_000_000_000 + i128::from(bound.nanos());
        prop_assert_eq!(found, vec![(nanos(start), nanos(end))]);
    }
}
