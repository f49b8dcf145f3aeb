//! `sample N|FRACTION`: some of the records, drawn by number and seed.

use std::collections::BinaryHeap;
use std::num::ParseIntError;

use super::sort::OUT_ROWS;
use super::windows::{Contents, HeldBack};
use super::{Bound, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::record::{Batch, Held, Place};
use crate::time::Timestamp;
use crate::value::Number;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "sample",
    spec: "N|FRACTION",
    options: &[OptionDef::valued("seed", "S", "draw others: a whole number (default: 0)")],
    bind,
    doc: Doc {
        summary: "keep some records, drawn at random",
        text: "`sample 100` keeps 100 records, each as likely as any other, or all if there are no more. They \
               leave in input order at the end of input; behind `window`, 100 of each window leave when it \
               closes.\n\n\
               `sample 0.01`, with a point or exponent, lets each record pass at once with that probability: \
               `1` is one record, `1.0` all.\n\n\
               What is drawn depends on the seed and on the number of the record among those that reach the \
               stage, and on nothing else: the same command draws the same from the same input.",
        examples: &[
            Example {
                command: "--from ndjson sample 2",
                input: "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n{\"n\":5}\n",
                output: "{\"n\":1}\n{\"n\":4}\n",
            },
            Example {
                command: "--from ndjson sample 0.5 --seed 4",
                input: "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n{\"n\":5}\n",
                output: "{\"n\":2}\n{\"n\":4}\n{\"n\":5}\n",
            },
        ],
    },
};

/// Held records are compacted when this many times more are held than wanted.
const SLACK: usize = 4;
/// Nor is anything compacted below this number.
const FEW: usize = 1024;

/// How many records are wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Size {
    /// This many of all.
    Count(usize),
    /// Those whose draw lies below this: a probability of 2^64.
    Below(u128),
}

struct Sample {
    size: Size,
    draws: Draws,
    windowed: bool,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let size = read_size(words.spec.trim())?;
    let draws = Draws::new(words.option("seed").map_or(Ok(0), read_seed)?);
    let windowed = scope.per_window()?;
    Ok(vec![Bound::Ordered(Box::new(Sample { size, draws, windowed }))])
}

fn read_size(spec: &str) -> Result<Size> {
    let wrong = |message: &str, help: &str| Err(Error::new(message).at(spec, 0..spec.len()).help(help));
    if !spec.is_empty() && spec.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Size::Count(spec.parse().unwrap_or(usize::MAX)));
    }
    if let Some(percent) = spec.strip_suffix('%').and_then(|number| number.parse::<f64>().ok()) {
        return wrong("a sample is no percentage", &format!("write it as a fraction: {}", percent / 100.0));
    }
    let number = Number::parse(spec.as_bytes()).and_then(std::result::Result::ok);
    let Some(fraction) = number.and_then(|_| spec.parse::<f64>().ok()) else {
        let help = "a number of records, such as 100, or a fraction, such as 0.01";
        return wrong("expected the size of a sample", help);
    };
    if (0.0..=1.0).contains(&fraction) && !spec.starts_with('-') {
        return Ok(Size::Below((fraction * 2f64.powi(64)) as u128));
    }
    let help = "write a whole number, such as 100, for so many records";
    match fraction > 1.0 {
        true => wrong("a fraction above 1", help),
        false => wrong("a sample below 0", "a number of records, such as 100, or a fraction, such as 0.01"),
    }
}

fn read_seed(text: &str) -> Result<u64> {
    text.trim().parse().map_err(|_: ParseIntError| {
        let typed = format!("--seed {text}");
        let place = 7..typed.len().max(8);
        Error::new("expected a seed").at(&typed, place).help("a whole number from 0, such as 42")
    })
}

/// Random numbers, one for each record number: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom
/// Number Generators, 2014) from a place that the seed gives.
#[derive(Clone, Copy)]
struct Draws {
    start: u64,
}

impl Draws {
    fn new(seed: u64) -> Self {
        // Neighbouring seeds start far from each other.
        Self { start: mix(seed) }
    }

    fn of(self, number: u64) -> u64 {
        mix(self.start.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }
}

fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl Plan for Sample {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        let Self { draws, windowed, .. } = *self;
        Ok(match self.size {
            Size::Below(bound) => Box::new(Passing { draws, bound, number: 0 }),
            Size::Count(most) => {
                Box::new(Running { draws, most, number: 0, windows: HeldBack::new(windowed) })
            }
        })
    }

    fn keeps(&self) -> String {
        match (self.size, self.windowed) {
            (Size::Below(_), _) => "nothing: one record at a time".to_owned(),
            (Size::Count(most), false) => format!("{most} records"),
            (Size::Count(most), true) => format!("{most} records per open window"),
        }
    }

    fn gives(&self, gets: bool) -> bool {
        gets && matches!(self.size, Size::Count(1..))
    }

    fn wants_nothing(&self) -> bool {
        matches!(self.size, Size::Count(0) | Size::Below(0))
    }

    fn holds_back(&self) -> bool {
        matches!(self.size, Size::Count(_))
    }
}

/// Lets records pass with a probability.
struct Passing {
    draws: Draws,
    bound: u128,
    /// Of the next record.
    number: u64,
}

impl Stage for Passing {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        batch.live.retain(|_| {
            let drawn = u128::from(self.draws.of(self.number)) < self.bound;
            self.number += 1;
            drawn
        });
        next.push(batch, work)
    }
}

/// Keeps the records of the smallest draws.
struct Running {
    draws: Draws,
    most: usize,
    /// Of the next record.
    number: u64,
    windows: HeldBack<Reservoir>,
}

/// The records drawn so far in one window, that of the largest draw on top; ties go to the earlier one.
#[derive(Default)]
struct Reservoir {
    drawn: BinaryHeap<Drawn>,
    held: Held,
}

/// A record by its draw, its number, and where it is held.
type Drawn = (u64, u64, Place);

impl Reservoir {
    fn consider(&mut self, batch: &Batch, row: u32, draw: u64, number: u64, most: usize) {
        if self.drawn.len() >= most {
            match self.drawn.peek() {
                Some(&(largest, ..)) if draw < largest => drop(self.drawn.pop()),
                _ => return,
            }
        }
        self.held.push(batch, &[row], |place| self.drawn.push((draw, number, place)));
        if self.held.rows() > FEW && self.held.rows() > SLACK * self.drawn.len() {
            self.compact();
        }
    }

    /// The records drawn, by number.
    fn in_order(&mut self) -> Vec<Drawn> {
        let mut drawn = std::mem::take(&mut self.drawn).into_vec();
        drawn.sort_unstable_by_key(|&(_, number, _)| number);
        drawn
    }

    fn compact(&mut self) {
        let drawn = self.in_order();
        let mut places: Vec<Place> = drawn.iter().map(|&(.., place)| place).collect();
        self.held.retain(&mut places);
        self.drawn =
            drawn.iter().zip(places).map(|(&(draw, number, _), place)| (draw, number, place)).collect();
    }
}

impl Contents for Reservoir {
    fn emit(mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        for part in self.in_order().chunks(OUT_ROWS) {
            let batch = self.held.batch(part.iter().map(|&(.., place)| place));
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn heap_bytes(&self) -> usize {
        self.held.heap_bytes() + self.drawn.capacity() * size_of::<Drawn>()
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        for &row in &batch.live {
            let reservoir = self.windows.of(batch.window(row), Reservoir::default);
            reservoir.consider(&batch, row, self.draws.of(self.number), self.number, self.most);
            self.number += 1;
        }
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.windows.advance(mark, work, next)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.windows.finish(work, next)
    }

    fn held(&self) -> (usize, String) {
        (self.windows.heap_bytes(), "sample".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{ColumnRef, FieldValue, Made};
    use crate::value::Value;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Against sorting all draws; some runs compact what they hold.
        #[test]
        fn a_reservoir_keeps_the_smallest_draws(rows in 0usize..3000, most in 0usize..60, seed: u64) {
            let draws = Draws::new(seed);
            let mut made = Made::default();
            (0..rows).for_each(|row| made.push(Value::Number(Number::from_u64(row as u64))));
            let batch = Batch::of_made(vec![made], rows);
            let mut reservoir = Reservoir::default();
            for row in 0..rows as u32 {
                reservoir.consider(&batch, row, draws.of(row.into()) >> 52, row.into(), most);
            }
            let drawn = reservoir.in_order();
            let kept = reservoir.held.batch(drawn.iter().map(|&(.., place)| place));
            let value = |row: u32| match kept.field(ColumnRef::Made(0), row) {
                FieldValue::Value(Value::Number(number)) => number.to_u64().unwrap(),
                other => panic!("{other:?}"),
            };
            let mut expected: Vec<u64> = (0..rows as u64).collect();
            expected.sort_by_key(|&number| draws.of(number) >> 52);
            expected.truncate(most);
            expected.sort_unstable();
            prop_assert_eq!(kept.live.iter().map(|&row| value(row)).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn sizes_are_counts_or_fractions() {
        for (spec, size) in [
            ("0", Size::Count(0)),
            ("1", Size::Count(1)),
            ("007", Size::Count(7)),
            ("99999999999999999999", Size::Count(usize::MAX)),
            ("1.0", Size::Below(1 << 64)),
            ("5e-1", Size::Below(1 << 63)),
            (".25", Size::Below(1 << 62)),
            ("0.0", Size::Below(0)),
        ] {
            assert_eq!(read_size(spec).unwrap(), size, "{spec}");
        }
        for (spec, part) in [
            ("1%", "write it as a fraction: 0.01"),
            ("1.5", "a fraction above 1"),
            ("1e3", "a fraction above 1"),
            ("-1", "a sample below 0"),
            ("-0.5", "a sample below 0"),
            ("", "expected the size of a sample"),
            ("inf", "expected the size of a sample"),
            ("half", "expected the size of a sample"),
        ] {
            let told = read_size(spec).unwrap_err().to_string();
            assert!(told.contains(part), "{spec}: {told}");
        }
    }

    /// Test vectors of SplitMix64 from 0: the first three numbers.
    #[test]
    fn draws_are_those_of_splitmix() {
        let draws = Draws { start: 0 };
        let first = [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F];
        assert_eq!([1, 2, 3].map(|number| draws.of(number)), first);
    }

    #[test]
    fn each_record_is_as_likely_whatever_the_seed() {
        for seed in 0..20 {
            let draws = Draws::new(seed);
            let mut tenths = [0u32; 10];
            for number in 0..100_000 {
                tenths[((u128::from(draws.of(number)) * 10) >> 64) as usize] += 1;
            }
            assert!(tenths.iter().all(|&count| (9_500..10_500).contains(&count)), "{seed}: {tenths:?}");
        }
    }
}
