//! Sorting by runs and parts against a stable sort of everything.

use std::sync::Arc;

use proptest::prelude::*;

use super::merge::Merged;
use super::run::Run;
use super::spilled::{self, Spilled};
use crate::record::{Batch, Env, Findings, Limits, Made, Origin, Origins, Pins, Rank, Span};
use crate::spill::{Disk, Runs};
use crate::stage::{Conclusion, Flow, Work};
use crate::time::{Duration, TimeReader, Timestamp, Zone};
use crate::value::key::{Direction, write_order};
use crate::value::{Number, Value};

/// A value to sort by.
#[derive(Clone, Debug)]
enum Key {
    Null,
    Number(i64),
    Text(String),
}

impl Key {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => Value::Number(Number::from_i64(*number)),
            Self::Text(text) => Value::Text(text.as_bytes()),
        }
    }
}

/// Few different values, some longer than all windows.
fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        1 => Just(Key::Null),
        4 => (-3..3i64).prop_map(Key::Number),
        2 => (0..1i64 << 62).prop_map(Key::Number),
        3 => "[a\u{0}]{0,12}".prop_map(Key::Text),
        2 => "[ab]{0,2}".prop_map(|text| Key::Text(format!("{}{text}", "x".repeat(19)))),
        1 => "[ab]{0,2}".prop_map(|text| Key::Text(format!("{}{text}", "y".repeat(230)))),
    ]
}

fn write(keys: &[Key], directions: &[Direction]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, direction) in keys.iter().zip(directions) {
        write_order(key.value(), *direction, &mut out);
    }
    out
}

/// The batch of records of these numbers: each spells its number, which is its line and a column too.
fn batch(numbers: std::ops::Range<usize>) -> Batch {
    let mut bytes = Vec::new();
    let mut made = Made::default();
    let mut records = Vec::new();
    for number in numbers.clone() {
        let start = bytes.len();
        bytes.extend_from_slice(number.to_string().as_bytes());
        records.push(Span::new(start, bytes.len()));
        made.push(Value::Number(Number::from_u64(number as u64)));
    }
    let rows = records.len();
    Batch {
        bytes: Arc::new(bytes),
        records,
        origins: Origins::Each(
            numbers.map(|number| Origin { source: 0, line: number as u64 + 1, nth: 0 }).collect(),
        ),
        ..Batch::of_made(vec![made], rows)
    }
}

/// The numbers of the records in the order in which they leave.
fn conclude(runs: Vec<Run>, part: usize) -> Vec<usize> {
    records_of(&Merged::new(runs, part))
}

/// The same by way of the disk, in small blocks and many passes; so many runs at a time are written as one.
fn conclude_on_disk(runs: Vec<Run>, each: usize) -> Vec<usize> {
    let mut on_disk = Runs::new(&Arc::new(Disk::eager(std::env::temp_dir(), 1 << 12)));
    let mut runs = runs.into_iter();
    loop {
        let together: Vec<Run> = runs.by_ref().take(each).collect();
        if together.is_empty() {
            return records_of(&Spilled::new(on_disk).unwrap());
        }
        spilled::write(together, &mut on_disk).unwrap();
    }
}

fn records_of(conclusion: &dyn Conclusion) -> Vec<usize> {
    let zone = Zone::utc();
    let times = TimeReader::new(zone.clone());
    let env = Env { zone, times, now: Timestamp::MIN, pins: Pins::default(), time: None, sources: None };
    let limits = Limits { details: 0, keep_rejects: false, keep_late: false };
    let mut work = Work::new(&env, Findings::new(limits, 0), Duration::NANOSECOND);
    let mut out = Vec::new();
    for index in 0..conclusion.parts() {
        let taken = conclusion.part(index, &mut work, &mut |batch, _| {
            for &row in &batch.live {
                let number: usize = std::str::from_utf8(batch.raw(row)).unwrap().parse().unwrap();
                assert_eq!(batch.origin(row).unwrap().line, number as u64 + 1);
                assert!(batch.made[0].get(row).as_number() == Some(Number::from_u64(number as u64)));
                out.push(number);
            }
            Ok(Flow::More)
        });
        taken.unwrap();
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn parts_of_runs_are_a_stable_sort(
        keys in prop::collection::vec([key(), key()], 0..120),
        descending in any::<[bool; 2]>(),
        cuts in prop::collection::vec((1..20usize, 0..4usize, any::<bool>()), 1..40),
        part in prop_oneof![Just(1), 1..2000usize],
        spilled in prop_oneof![Just(None), (1..4usize).prop_map(Some)],
    ) {
        let directions = descending.map(|down| if down { Direction::Descending } else { Direction::Ascending });
        let keys: Vec<Vec<u8>> = keys.iter().map(|keys| write(keys, &directions)).collect();
        // Batches go to one of four threads each; a thread begins a new run here and there.
        let mut open: [Run; 4] = Default::default();
        let mut runs = Vec::new();
        let mut start = 0;
        for (rows, thread, ends) in cuts.iter().cycle() {
            let end = keys.len().min(start + rows);
            // What a step has taken out of a batch keeps its place.
            let live: Vec<u32> = (0..(end - start) as u32).collect();
            open[*thread].push(&batch(start..end), &live, Rank::of_block(start as u64).unwrap(), |number| &keys[start + number]);
            if *ends {
                runs.push(std::mem::take(&mut open[*thread]));
            }
            start = end;
            if start == keys.len() {
                break;
            }
        }
        runs.extend(open);
        runs.iter_mut().for_each(Run::seal);
        let mut expected: Vec<usize> = (0..keys.len()).collect();
        expected.sort_by_key(|number| &keys[*number]);
        let found = match spilled {
            None => conclude(runs, part),
            Some(each) => conclude_on_disk(runs, each),
        };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn runs_one_behind_the_other_are_one(keys in prop::collection::vec(key(), 0..60), each in 1..9usize) {
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| write(std::slice::from_ref(key), &[Direction::Ascending])).collect();
        let mut whole = Run::default();
        for start in (0..keys.len()).step_by(each) {
            let end = keys.len().min(start + each);
            let rows: Vec<u32> = (0..(end - start) as u32).collect();
            let mut run = Run::default();
            run.push(&batch(start..end), &rows, Rank::default().behind(start), |number| &keys[start + number]);
            whole.append(run);
        }
        whole.seal();
        let mut expected: Vec<usize> = (0..keys.len()).collect();
        expected.sort_by_key(|number| &keys[*number]);
        prop_assert_eq!(conclude(vec![whole], 1), expected);
    }
}

#[test]
fn a_run_counts_what_it_holds() {
    let mut run = Run::default();
    let rows: Vec<u32> = (0..1000).collect();
    run.push(&batch(0..1000), &rows, Rank::default(), |_| b"a key of some length");
    let bytes = run.heap_bytes();
    assert!((40_000..90_000).contains(&bytes), "{bytes}");
}
