//! The rule of this folder, for every row of the registry: results are the same bytes however the records were
//! split into saved parts, and in whichever order these are put together. Also what the tests of single aggregates share.

use std::sync::Arc;

use proptest::prelude::*;

use super::each::{Each, State};
use super::kept::Kept;
use super::{AGGREGATES, Aggregator, Argument, Given, Started, find};
use crate::record::{Decimals, Fault, FaultLog, Findings, Limits, Loaded, Made, Rank, Slot};
use crate::time::{Duration, Timestamp, Zone, write_rfc3339};
use crate::value::{Number, Value};

/// An aggregator by name, for `args` arguments in all.
pub(super) fn start(name: &str, args: usize, literals: &[Value<'_>]) -> Started {
    find(name).unwrap().start(&Given { args, literals, zone: &Zone::utc() })
}

/// A value from its kind and spelling: `n1.5` number, `u007` untyped, `tabc` text, `d1h` duration, `@12` time in
/// seconds, `a[1]` array, `b` true, `c` false, `-` null.
fn value(text: &str) -> Value<'_> {
    let (kind, spelled) = text.split_at(1);
    let bytes = spelled.as_bytes();
    match kind {
        "n" => Value::of_json_number(bytes).unwrap(),
        "u" => Value::Untyped(bytes),
        "t" => Value::Text(bytes),
        "d" => Value::Duration(Duration::parse(bytes).unwrap()),
        "@" => Value::Time(Timestamp::new(spelled.parse().unwrap(), 0).unwrap()),
        "a" => Value::Array(bytes),
        "b" => Value::Bool(true),
        "c" => Value::Bool(false),
        "-" => Value::Null,
        _ => panic!("{text}"),
    }
}

/// The result of a group, in words.
fn shown(aggregator: &dyn Aggregator, group: u32) -> String {
    let mut made = Made::new(&Arc::default(), 1);
    if aggregator.result(group, made.slot(0)).is_err() {
        return "fault".to_owned();
    }
    let mut out = Vec::new();
    match made.get(0).plain() {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
        Value::Number(number) => number.write(&mut out),
        Value::Time(time) => write_rfc3339(time, &Zone::utc(), &mut out),
        Value::Duration(duration) => duration.write(&mut out),
        Value::Spelled(text) => out.extend_from_slice(text),
        Value::Text(text) | Value::Untyped(text) => out.extend_from_slice(&[b"\"", text, b"\""].concat()),
        Value::Array(text) | Value::Object(text) => out.extend_from_slice(text),
        Value::Stamp(stamp) => panic!("a stamp inside a stamp: {stamp:?}"),
    }
    String::from_utf8(out).unwrap()
}

/// Adds records, those at even places by their short numbers, if the aggregator takes them: the results must not tell.
fn update(
    aggregator: &mut dyn Aggregator,
    rows: &[u32],
    groups: &[u32],
    columns: &[&Made],
    first: u64,
    faults: &mut FaultLog,
) {
    let columns: Vec<Loaded<'_>> = columns.iter().map(|column| Loaded::Borrowed(column)).collect();
    let scaled = aggregator.takes_decimals() && first.is_multiple_of(2);
    let decimals = columns.first().filter(|_| scaled).map(|values| Decimals::of(values, rows));
    let argument =
        |(at, values)| Argument { values, decimals: decimals.as_ref().filter(|_| at == 0), site: 0 };
    let args: Vec<Argument<'_>> = columns.iter().enumerate().map(argument).collect();
    // The lower word of the places overflows on the way.
    let start = Rank::of_block(u32::MAX.into()).and_then(|block| block.within_block((1 << 32) - 9));
    let first = start.and_then(|start| start.within_block(first)).unwrap();
    aggregator.update(rows, groups, &args, first, 0, faults);
}

/// An aggregator of one group and one argument that takes values one by one.
pub(super) struct Fold {
    aggregator: Box<dyn Aggregator>,
}

impl Fold {
    pub(super) fn new(name: &str, literals: &[&str]) -> Self {
        let literals: Vec<_> = literals.iter().map(|text| value(text)).collect();
        let mut aggregator = start(name, 1 + literals.len(), &literals).unwrap();
        aggregator.grow(1);
        Self { aggregator }
    }

    pub(super) fn add(&mut self, text: &str) {
        let mut made = Made::default();
        made.push(value(text));
        update(&mut *self.aggregator, &[0], &[0], &[&made], 1, &mut FaultLog::default());
    }

    pub(super) fn result(&self) -> String {
        shown(&*self.aggregator, 0)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.aggregator.heap_bytes()
    }
}

/// The result over one argument's values.
pub(super) fn results(name: &str, literals: &[&str], values: &[&str]) -> String {
    let mut fold = Fold::new(name, literals);
    values.iter().for_each(|value| fold.add(value));
    fold.result()
}

/// The result over two arguments' values.
pub(super) fn pair_results(name: &str, pairs: &[(&str, &str)]) -> String {
    let mut aggregator = start(name, 2, &[]).unwrap();
    aggregator.grow(1);
    let (mut left, mut right) = (Made::default(), Made::default());
    for (first, second) in pairs {
        left.push(value(first));
        right.push(value(second));
    }
    let rows: Vec<u32> = (0..pairs.len() as u32).collect();
    update(&mut *aggregator, &rows, &vec![0; pairs.len()], &[&left, &right], 0, &mut FaultLog::default());
    shown(&*aggregator, 0)
}

/// Records with a group and two values each.
#[derive(Debug)]
struct Records {
    groups: Vec<u32>,
    x: Made,
    by: Made,
}

const GROUPS: u32 = 3;

impl Records {
    fn new(records: Vec<(u32, Kept, Kept)>) -> Self {
        let (mut groups, mut x, mut by) = (Vec::new(), Made::default(), Made::default());
        for (group, first, second) in &records {
            groups.push(*group);
            x.push(first.as_value());
            by.push(second.as_value());
        }
        Self { groups, x, by }
    }

    /// The records of a range, as a part of its own.
    fn part(&self, range: std::ops::Range<usize>) -> Self {
        let rows: Vec<u32> = range.clone().map(|row| row as u32).collect();
        let (x, by) = (self.x.clone().gather(&rows), self.by.clone().gather(&rows));
        Self { groups: self.groups[range].to_vec(), x, by }
    }

    /// Adds the records, the first of which stands at `first`; returns how many faults it noted.
    fn fold(&self, first: usize, aggregator: &mut dyn Aggregator) -> u64 {
        let rows: Vec<u32> = (0..self.groups.len() as u32).collect();
        let mut log = FaultLog::default();
        aggregator.grow(GROUPS as usize);
        update(aggregator, &rows, &self.groups, &[&self.x, &self.by], first as u64, &mut log);
        let mut findings = Findings::new(Limits { details: 0, keep_rejects: false, keep_late: false }, 0);
        log.count(&mut findings, |_| None);
        findings.faults.iter().map(|faults| faults.count).sum()
    }
}

/// Each group's saved form.
fn save(aggregator: &dyn Aggregator) -> Vec<Vec<u8>> {
    let save = |group| {
        let mut out = Vec::new();
        aggregator.save(group, &mut out);
        out
    };
    (0..GROUPS).map(save).collect()
}

/// The saved form of a part, group by group.
type Part = Vec<Vec<u8>>;

fn absorb(aggregator: &mut dyn Aggregator, saved: &Part) {
    for (group, bytes) in (0..).zip(saved) {
        let mut rest = &bytes[..];
        aggregator.absorb(group, &mut rest).unwrap();
        assert!(rest.is_empty());
    }
}

/// Puts parts together in the order they are given.
fn one_by_one<'a>(fresh: &dyn Aggregator, parts: impl Iterator<Item = &'a Part>) -> Box<dyn Aggregator> {
    let mut all = fresh.fresh();
    parts.for_each(|part| absorb(&mut *all, part));
    all
}

/// Puts parts together pairwise, those of neighbours first, until one is left.
fn tree(fresh: &dyn Aggregator, mut parts: Vec<Part>) -> Box<dyn Aggregator> {
    while parts.len() > 1 {
        let pair = |pair: &[Part]| {
            let mut both = fresh.fresh();
            pair.iter().for_each(|part| absorb(&mut *both, part));
            save(&*both)
        };
        parts = parts.chunks(2).map(pair).collect();
    }
    one_by_one(fresh, parts.iter())
}

fn all_shown(aggregator: &dyn Aggregator) -> Vec<String> {
    (0..GROUPS).map(|group| shown(aggregator, group)).collect()
}

/// Compares the fold of all records with folds cut at `cuts`, put together in order, backwards, and as a tree.
fn check(records: &Records, cuts: &[usize], fresh: &dyn Aggregator) -> Result<(), String> {
    let mut cuts: Vec<_> = cuts.iter().copied().chain([0, records.groups.len()]).collect();
    cuts.sort_unstable();
    let mut whole = fresh.fresh();
    let faults = records.fold(0, &mut *whole);
    let (mut parts, mut part_faults) = (Vec::new(), 0);
    for cut in cuts.windows(2) {
        let mut part = fresh.fresh();
        part_faults += records.part(cut[0]..cut[1]).fold(cut[0], &mut *part);
        parts.push(save(&*part));
    }
    let expected = (all_shown(&*whole), faults);
    let ways = [
        ("in order", one_by_one(fresh, parts.iter())),
        ("backwards", one_by_one(fresh, parts.iter().rev())),
        ("as a tree", tree(fresh, parts)),
    ];
    for (way, all) in ways {
        let found = all_shown(&*all);
        if (&found, part_faults) != (&expected.0, expected.1) {
            return Err(format!(
                "{way}: {found:?}, {part_faults} faults, where the whole gives {expected:?}"
            ));
        }
    }
    Ok(())
}

/// Every row with some literals, and those with a bound once more with a low one.
fn kinds() -> Vec<(String, Box<dyn Aggregator>)> {
    let mut kinds = Vec::new();
    for row in AGGREGATES {
        let literals: &[Value<'_>] = match row.name {
            "quantile" | "exact_quantile" => &[value("n0.3")],
            "frequent" | "collect" => &[value("n3")],
            _ => &[],
        };
        kinds.push((row.name.to_owned(), start(row.name, row.arity.1, literals).unwrap()));
        if row.arity.0 < row.arity.1 {
            kinds.push((row.usage.to_owned(), start(row.name, row.arity.0, &[]).unwrap()));
        }
    }
    let third = Number::parse(b"0.3").unwrap().unwrap();
    kinds.push(("quantile beyond its bound".to_owned(), super::quantile::boxed(third, 6)));
    kinds.push(("distinct beyond its bound".to_owned(), super::distinct::boxed(6)));
    kinds
}

fn kept(value: Value<'_>) -> Kept {
    let mut kept = Kept::default();
    kept.set(value);
    kept
}

fn any_number() -> impl Strategy<Value = Number> {
    let parts =
        |(negative, coefficient, exponent)| Number::from_parts(negative, coefficient, exponent).unwrap();
    prop_oneof![
        4 => (any::<bool>(), 0..1000u128, -3..2i32).prop_map(parts),
        2 => (any::<bool>(), 0..10u128.pow(38), -60..20i32).prop_map(parts),
        1 => (any::<bool>(), 1..10u128.pow(5), -6100..6100i32).prop_map(parts),
    ]
}

/// Values of a group: of one kind most of the time, else mixed.
fn any_value() -> impl Strategy<Value = Kept> {
    let spellings =
        vec!["1", "1.0", "-0", "007", "1e3", "abc", "", "true", "1e9999", "a longer text that is no number"];
    let long = vec![
        "1.0",
        "1234567890123456789012345678901234567890123",
        "1234567890123456789012345678901234567890124",
        "1234567890123456789012345678901234567890123.0",
        "-0.00000000000000000000000000000000000000012345678901234567890123456789012345678901234567",
    ];
    prop_oneof![
        6 => any_number().prop_map(|number| kept(Value::Number(number))),
        1 => prop::sample::select(long.clone()).prop_map(|text| kept(Value::Spelled(text.as_bytes()))),
        1 => prop::sample::select(long).prop_map(|text| kept(Value::Untyped(text.as_bytes()))),
        2 => Just(Kept::Null),
        3 => prop::sample::select(spellings).prop_map(|text| kept(Value::Untyped(text.as_bytes()))),
        1 => "[a-c]{0,3}".prop_map(|text| kept(Value::Text(text.as_bytes()))),
        1 => any::<bool>().prop_map(|truth| kept(Value::Bool(truth))),
        1 => Just(kept(Value::Array(b"[1, 2.0]"))),
        1 => Just(kept(Value::Array(b"[1,2]"))),
        1 => Just(kept(Value::Object(b"{\"a\":null}"))),
    ]
}

fn any_moment() -> impl Strategy<Value = Kept> {
    (-1_000_000..1_000_000i64, 0..1_000_000_000u32)
        .prop_map(|(seconds, nanos)| kept(Value::Time(Timestamp::new(seconds, nanos).unwrap())))
}

fn any_duration() -> impl Strategy<Value = Kept> {
    any::<i64>().prop_map(|nanos| kept(Value::Duration(Duration::from_nanos(nanos.into()).unwrap())))
}

/// Values of one group or another: each group has a kind of its own, and now and then something else.
fn any_record() -> impl Strategy<Value = (u32, Kept, Kept)> {
    prop_oneof![
        10 => (Just(0), any_value(), any_value()),
        5 => (Just(1), any_duration(), any_moment()),
        5 => (Just(2), any_moment(), any_duration()),
        1 => (0..GROUPS, any_moment(), any_value()),
        1 => (0..GROUPS, any_value(), any_duration()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn results_do_not_depend_on_the_split(
        records in prop::collection::vec(any_record(), 0..80),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let cuts: Vec<_> = cuts.iter().map(|cut| cut.index(records.len() + 1)).collect();
        let records = Records::new(records);
        for (name, aggregator) in kinds() {
            if let Err(found) = check(&records, &cuts, &*aggregator) {
                prop_assert!(false, "{name}: {found}");
            }
        }
    }

    #[test]
    fn damaged_states_are_errors(
        records in prop::collection::vec(any_record(), 1..12),
        cut: prop::sample::Index,
        (at, bit) in (any::<prop::sample::Index>(), 0..8u8),
    ) {
        let records = Records::new(records);
        for (name, mut whole) in kinds() {
            records.fold(0, &mut *whole);
            for saved in save(&*whole) {
                let short = &saved[..cut.index(saved.len())];
                prop_assert!(whole.fresh().absorb(0, &mut &short[..]).is_err(), "{} cut", name);
                let mut changed = saved.clone();
                changed[at.index(saved.len())] ^= 1 << bit;
                let mut other = whole.fresh();
                if other.absorb(0, &mut &changed[..]).is_ok() {
                    shown(&*other, 0);
                    other.save(0, &mut Vec::new());
                }
            }
        }
    }
}

/// A sum of doubles: it rounds at every addition, so it depends on the split.
#[derive(Default)]
struct Rounded(f64);

impl State<1> for Rounded {
    type With = ();

    fn update(&mut self, [value]: [Value<'_>; 1], _: Rank, (): &mut ()) -> Result<(), Fault> {
        self.0 += value.as_number().map_or(0.0, Number::to_f64);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn absorb(&mut self, from: &mut &[u8], (): &mut ()) -> Option<()> {
        let (bytes, rest) = from.split_first_chunk()?;
        *from = rest;
        self.0 += f64::from_le_bytes(*bytes);
        Some(())
    }

    fn result(&self, (): &(), out: Slot<'_>) -> Result<(), Fault> {
        out.number(Number::from_f64(self.0).ok_or(Fault("infinite"))?);
        Ok(())
    }
}

#[test]
fn the_check_finds_an_aggregate_that_breaks_the_rule() {
    let record = |text| (0, kept(value(text)), Kept::Null);
    let records = Records::new(["n0.1", "n0.2", "n0.3"].map(record).to_vec());
    assert!(check(&records, &[1], &*Each::<Rounded, 1>::boxed(())).is_err());
    for name in ["sum", "last"] {
        assert_eq!(check(&records, &[1], &*start(name, 1, &[]).unwrap()), Ok(()));
    }
}

#[test]
fn a_few_records_take_little_memory() {
    for (name, aggregator) in kinds() {
        let mut aggregator = aggregator.fresh();
        aggregator.grow(10);
        let mut made = Made::default();
        (0..30).for_each(|n| made.push(Value::Number(Number::from_u64(n))));
        let rows: Vec<u32> = (0..30).collect();
        let groups: Vec<u32> = (0..30).map(|n| n % 10).collect();
        update(&mut *aggregator, &rows, &groups, &[&made, &made], 0, &mut FaultLog::default());
        if !name.contains("beyond") {
            assert!(aggregator.heap_bytes() < 4500, "{name}: {}", aggregator.heap_bytes());
        }
        assert!(aggregator.heap_bytes() >= 80, "{name}: {}", aggregator.heap_bytes());
    }
}

#[test]
fn other_groups_and_rows_are_left_alone() {
    let mut aggregator = start("sum", 1, &[]).unwrap();
    aggregator.grow(2);
    let mut made = Made::default();
    ["n1", "n2", "n4", "-"].iter().for_each(|text| made.push(value(text)));
    update(&mut *aggregator, &[0, 2, 3], &[1, 0, 1, 0], &[&made], 0, &mut FaultLog::default());
    assert_eq!((shown(&*aggregator, 0), shown(&*aggregator, 1)), ("null".to_owned(), "5".to_owned()));
    assert_eq!(shown(&*aggregator, 7), "null");
}
