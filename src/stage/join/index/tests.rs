//! The index against nested loops over all pairs of values, written from the manual's sentences.

use proptest::prelude::*;

use super::*;
use crate::record::Pins;
use crate::time::{TimeReader, Timestamp, Zone};
use crate::value::Number;

/// A value that owns its bytes.
#[derive(Clone, Debug)]
enum Owned {
    Null,
    Bool(bool),
    Number(&'static str),
    Time(i64),
    Duration(&'static str),
    Text(&'static str),
    Untyped(&'static str),
    Array(&'static str),
}
use Owned::*;

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Null => Value::Null,
            Bool(truth) => Value::Bool(*truth),
            Number(text) => Value::Number(number(text).unwrap()),
            Time(second) => Value::Time(Timestamp::new(*second, 0).unwrap()),
            Duration(text) => Value::Duration(duration(text).unwrap()),
            Text(text) => Value::Text(text.as_bytes()),
            Untyped(text) => Value::Untyped(text.as_bytes()),
            Array(text) => Value::Array(text.as_bytes()),
        }
    }
}

fn number(text: &str) -> Option<crate::value::Number> {
    Number::parse(text.as_bytes())?.ok()
}

fn duration(text: &str) -> Option<crate::time::Duration> {
    crate::time::Duration::parse(text.as_bytes())
}

/// Whether two values match.
fn matches(left: &Owned, right: &Owned, env: &Env) -> bool {
    let time = |text: &str| env.times.read(text.as_bytes()).ok();
    let at = |second: &i64| Timestamp::new(*second, 0);
    match (left, right) {
        (Null, _) | (_, Null) => false,
        (Text(a) | Untyped(a), Text(b) | Untyped(b)) => a == b,
        (Number(a), Number(b)) => number(a) == number(b),
        (Bool(a), Bool(b)) => a == b,
        (Time(a), Time(b)) => a == b,
        (Duration(a), Duration(b)) => duration(a) == duration(b),
        (Array(a), Array(b)) => a.replace(' ', "") == b.replace(' ', ""),
        (Number(a), Untyped(b)) | (Untyped(b), Number(a)) => number(a) == number(b),
        (Bool(a), Untyped(b)) | (Untyped(b), Bool(a)) => a.to_string() == **b,
        (Time(a), Untyped(b) | Text(b)) | (Untyped(b) | Text(b), Time(a)) => at(a) == time(b),
        (Duration(a), Untyped(b) | Text(b)) | (Untyped(b) | Text(b), Duration(a)) => {
            duration(a) == duration(b)
        }
        _ => false,
    }
}

fn env() -> Env {
    let zone = Zone::utc();
    Env {
        times: TimeReader::new(zone.clone()),
        zone,
        now: Timestamp::MIN,
        pins: Pins::default(),
        time: None,
        sources: None,
    }
}

/// Values that meet each other often.
fn owned() -> impl Strategy<Value = Owned> {
    const WORDS: [&str; 9] =
        ["7", "007", "7.0", "true", "x", "", "90m", "2024-05-14T09:00:00Z", "2024-05-14 09:00"];
    let word = || prop::sample::select(&WORDS[..]);
    prop_oneof![
        2 => Just(Null),
        1 => any::<bool>().prop_map(Bool),
        3 => prop::sample::select(&["7", "7.0", "8", "0"][..]).prop_map(Number),
        2 => (1_715_677_200i64..1_715_677_202).prop_map(Time),
        2 => prop::sample::select(&["90m", "1h30m", "1m"][..]).prop_map(Duration),
        5 => word().prop_map(Text),
        7 => word().prop_map(Untyped),
        1 => prop::sample::select(&["[1,2]", "[1, 2]", "[]"][..]).prop_map(Array),
    ]
}

/// Tables and records with keys of as many fields.
fn sides() -> impl Strategy<Value = (usize, Vec<Vec<Owned>>, Vec<Vec<Owned>>)> {
    (1..3usize).prop_flat_map(|fields| {
        let key = move || prop::collection::vec(owned(), fields);
        (Just(fields), prop::collection::vec(key(), 0..24), prop::collection::vec(key(), 0..24))
    })
}

fn index_of(fields: usize, table: &[Vec<Owned>]) -> Index {
    let mut index = Index::new(fields);
    for (row, key) in table.iter().enumerate() {
        if !key.iter().any(|value| matches!(value, Null)) {
            index.insert(row as u32, key.iter().map(Owned::value));
        }
    }
    index.set_room(usize::MAX);
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_index_finds_what_nested_loops_find((fields, table, records) in sides()) {
        let (env, index) = (env(), index_of(fields, &table));
        let mut prober = Prober::new(&index, &env);
        for record in &records {
            let key = record.iter().map(Owned::value);
            let found = prober.find(key).unwrap().map(<[u32]>::to_vec);
            let is_match = |other: &[Owned]| record.iter().zip(other).all(|(left, right)| matches(left, right, &env));
            let expected: Vec<u32> =
                (0u32..).zip(&table).filter(|(_, other)| is_match(other)).map(|(row, _)| row).collect();
            let has_null = record.iter().any(|value| matches!(value, Null));
            prop_assert_eq!(found, (!has_null).then_some(expected), "{:?} in {:?}", record, table);
        }
    }
}

/// What a value is parted by.
fn common(value: &Owned, way: Common, env: &Env) -> Vec<u8> {
    let mut out = Vec::new();
    way.write(value.value(), env, &mut out);
    out
}

/// Values that may be read in several ways, spelled in several ways.
fn odd() -> impl Strategy<Value = Owned> {
    const WORDS: [&str; 14] = [
        "1715677200",
        "1715677200.0",
        "1715677200000",
        "1.7156772e9",
        "+1715677200",
        "01715677200",
        "20240514",
        "0",
        "-0",
        "0s",
        "90m",
        "5400s",
        "true",
        "1e-10",
    ];
    let word = || prop::sample::select(&WORDS[..]);
    prop_oneof![
        4 => owned(),
        1 => prop::sample::select(&["1715677200", "1715677200000", "1.7156772e9", "20240514", "0", "1e-10"][..]).prop_map(Number),
        2 => word().prop_map(Text),
        3 => word().prop_map(Untyped),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_can_be_equal_comes_into_one_partition(left in odd(), right in odd()) {
        let mut env = env();
        if matches(&left, &right, &env) {
            prop_assert_eq!(common(&left, Common::Any, &env), common(&right, Common::Any, &env));
        }
        env.times = env.times.clone().with_format(crate::time::TimeFormat::parse("%Y%m%d").unwrap());
        let is_time = |value: &Owned| matches!(value, Time(_));
        if matches(&left, &right, &env) && !is_time(&right) && !is_time(&left) {
            prop_assert_eq!(common(&left, Common::NoTimes, &env), common(&right, Common::NoTimes, &env));
        }
        if matches(&left, &right, &env) && is_time(&right) {
            prop_assert_eq!(common(&left, Common::Times, &env), common(&right, Common::Times, &env));
        }
    }

    #[test]
    fn what_is_saved_of_an_index_is_that_index((fields, table, records) in sides()) {
        let env = env();
        // Without the records that have no key.
        let table: Vec<Vec<Owned>> =
            table.into_iter().filter(|key| !key.iter().any(|value| matches!(value, Null))).collect();
        let dense = index_of(fields, &table);
        let mut back = Index::new(fields);
        for (row, key) in (0..).zip(dense.keys()) {
            let (mut saved, mut parted_by, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
            key.save(&mut saved);
            let mut rest = saved.as_slice();
            prop_assert_eq!(back.restore(row, &mut rest), Some(()));
            prop_assert!(rest.is_empty());
            key.write_common(&vec![Common::Any; fields], &env, &mut parted_by);
            table[row as usize].iter().for_each(|value| Common::Any.write(value.value(), &env, &mut wanted));
            prop_assert_eq!(parted_by, wanted);
        }
        back.set_room(usize::MAX);
        let (mut prober, mut other) = (Prober::new(&dense, &env), Prober::new(&back, &env));
        for record in &records {
            let found = prober.find(record.iter().map(Owned::value)).unwrap().map(<[u32]>::to_vec);
            let again = other.find(record.iter().map(Owned::value)).unwrap().map(<[u32]>::to_vec);
            prop_assert_eq!(found, again);
        }
    }
}

#[test]
fn keys_of_one_type_make_one_map() {
    let table: Vec<Vec<Owned>> = ["x", "7", "007"].map(|text| vec![Untyped(text)]).into();
    let (env, index) = (env(), index_of(1, &table));
    let mut prober = Prober::new(&index, &env);
    for record in [Text("x"), Text("7"), Untyped("007"), Text("y")] {
        assert!(prober.find(std::iter::once(record.value())).unwrap().is_some());
    }
    assert_eq!((index.parts.len(), index.parts[0].maps.lock().unwrap().len()), (1, 1));
}

#[test]
fn a_map_beyond_the_room_is_refused() {
    let mut index = index_of(1, &[vec![Text("x")]]);
    index.set_room(8);
    let env = env();
    let mut prober = Prober::new(&index, &env);
    assert!(prober.find(std::iter::once(Value::Number(number("7").unwrap()))).unwrap().is_some());
    assert!(prober.find(std::iter::once(Value::Text(b"x"))).is_err());
}
