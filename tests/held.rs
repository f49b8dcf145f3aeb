//! What stages say they hold is what they hold: within a fifth of what the allocator counts.
//!
//! The budget of a run is as good as these numbers. Chains are bound and run here as the engine does it, up to the
//! stage that is asked.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::System;
use std::fmt::Write as _;
use std::sync::Arc;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tamis::error::{Error, Result};
use tamis::format::{Decoder, InputOptions, find as find_format};
use tamis::record::{Batch, Block, Env, Fields, Findings, Limits, Pins, Rank, Shape, Sites};
use tamis::stage::{
    Bound, Copies, Files, Flow, Fold, Host, Partial, Plan, Scope, Sink, Stage, StampAt, Step, TableFile,
    TableRead, Tables, TakeBatch, Uses, Windowed, Words, Work, find,
};
use tamis::time::{Duration, TimeReader, Timestamp, Zone};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Records of a block.
const BLOCK: usize = 500;
/// A stage that holds less says nothing about how it counts.
const ENOUGH: usize = 300_000;
/// How far what is said may lie beside what is there, in hundredths.
const BESIDE: usize = 20;

/// A stage with its SPEC and its options.
type Typed = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Something that a stage holds much of.
struct Holding {
    what: &'static str,
    /// Stages with their SPECs and options; the last one is asked.
    chain: &'static [Typed],
    records: usize,
    /// The keys of a record.
    record: fn(usize) -> String,
    /// How many times what is held the stage says: what it makes of it next counts too.
    times: usize,
}

const SHORT: fn(usize) -> String = |at| format!("\"k\":\"key{at}\"");
const LONG: fn(usize) -> String = |at| format!("\"k\":\"a key of more than sixteen bytes {at}\"");
const NUMBER: fn(usize) -> String = |at| format!("\"k\":{}.5", at * 31);
const FEW: fn(usize) -> String = |at| format!("\"k\":\"key{}\"", at % 7);
const ONE: fn(usize) -> String = |_| "\"k\":1".to_owned();
/// A few seconds apart.
const TIME: Typed = ("project", "k, x, ts = time('2024-01-01T00:00:00Z') + x * 3s", &[]);
const BY: &[(&str, &str)] = &[("by", "k")];

const fn of(what: &'static str, record: fn(usize) -> String, chain: &'static [Typed]) -> Holding {
    Holding { what, chain, records: 30_000, record, times: 1 }
}

const HOLDINGS: &[Holding] = &[
    of("groups by short texts", SHORT, &[("aggregate", "count()", BY)]),
    of("groups by long texts", LONG, &[("aggregate", "count()", BY)]),
    of("groups by numbers", NUMBER, &[("aggregate", "count()", BY)]),
    of("groups by two fields", SHORT, &[("aggregate", "count()", &[("by", "k, x")])]),
    of("sums", SHORT, &[("aggregate", "sum(x), avg(x), stddev(x)", BY)]),
    of("sums of numbers far apart", FEW_SUMS, &[("aggregate", "sum(y)", BY)]),
    of("quantiles", FEW, &[("aggregate", "median(x), exact_quantile(x, 0.3)", BY)]),
    of("quantiles of many groups", SHORT, &[("aggregate", "p99(x)", BY)]),
    of("different values", FEW, &[("aggregate", "distinct(k), exact_distinct(x)", BY)]),
    of("different values of many groups", SHORT, &[("aggregate", "distinct(x)", BY)]),
    of("lists", FEW, &[("aggregate", "collect(x)", BY)]),
    of("lists of many groups", SHORT, &[("aggregate", "collect(x)", BY)]),
    of("frequent values", FEW, &[("aggregate", "frequent(x, 10)", BY)]),
    of("frequent values of many groups", SHORT, &[("aggregate", "frequent(x, 3)", BY)]),
    of("first and last", SHORT, &[("aggregate", "first(t), last(t), min(t), arg_max(t, x)", BY)]),
    of("groups of windows", SHORT, &[TIME, ("window", "1h", &[]), ("aggregate", "count()", BY)]),
    of("windows of one group", ONE, &[TIME, ("window", "1s", &[]), ("aggregate", "count()", &[])]),
    Holding {
        times: 2,
        ..of("slices", SHORT, &[TIME, ("window", "1h", &[("every", "1m")]), ("aggregate", "count()", BY)])
    },
    of("sessions", SHORT, &[TIME, ("window", "session:30m", &[]), ("aggregate", "count()", BY)]),
    of(
        "groups of sessions",
        SHORT,
        &[TIME, ("window", "session:30m", &[("by", "k")]), ("aggregate", "count()", &[("by", "k, x")])],
    ),
    of("records to sort by a number", SHORT, &[("sort", "x", &[])]),
    of("records to sort by a text", LONG, &[("sort", "k", &[])]),
    of("records that were made, to sort", SHORT, &[("project", "y = x * 2, k", &[]), ("sort", "y", &[])]),
    of("records of windows to sort", SHORT, &[TIME, ("window", "1h", &[]), ("sort", "k", &[])]),
    of("keys", SHORT, &[("dedup", "k", &[])]),
    of("long keys", LONG, &[("dedup", "k", &[])]),
    of("numbers", NUMBER, &[("dedup", "k", &[])]),
    of("keys of some time", SHORT, &[TIME, ("dedup", "k", &[("within", "1000h")])]),
    of("the best", SHORT, &[("top", "x", &[("count", "20000")])]),
    of("the best of each key", SHORT, &[("top", "x", &[("count", "1"), ("by", "k")])]),
    of("a sample", SHORT, &[("sample", "20000", &[])]),
    of("counts by key", SHORT, &[("limit", "1", BY)]),
];

const FEW_SUMS: fn(usize) -> String =
    |at| format!("\"k\":\"key{}\",\"y\":{}e{}", at % 3000, at + 1, at as i32 % 500 - 250);

/// Bytes on the heap.
fn allocated() -> usize {
    let stats = COUNTED.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

fn text(record: fn(usize) -> String, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let mut text = String::new();
    for at in numbers {
        let keys = record(at);
        writeln!(text, "{{{keys},\"x\":{at},\"t\":\"a text of some length {at}\"}}").unwrap();
    }
    text.into_bytes()
}

/// Nothing is written beside the chain.
struct Nowhere;

impl Host for Nowhere {
    fn copies(&self, _: &str, _: &Shape) -> Result<Box<dyn Copies>> {
        Err(Error::new("no file"))
    }

    fn files(&self, _: &str, _: &Shape) -> Result<Box<dyn Files>> {
        Err(Error::new("no folder"))
    }
}

impl Tables for Nowhere {
    fn read(
        &self,
        _: TableFile<'_>,
        _: &mut Fields,
        _: bool,
        _: &mut dyn TakeBatch,
    ) -> Result<Option<TableRead>> {
        Err(Error::new("no table"))
    }

    fn is_read_behind(&self, _: &str) -> bool {
        false
    }

    fn note(&self, _: String) {}
}

/// The end of the chain.
struct End;

impl Sink for End {
    fn push(&mut self, _: Batch, _: &mut Work<'_>) -> Result<Flow> {
        Ok(Flow::More)
    }

    fn advance(&mut self, _: Timestamp, _: &mut Work<'_>) -> Result<Flow> {
        Ok(Flow::More)
    }
}

/// A chain that was bound.
struct Ready {
    env: Arc<Env>,
    decoder: Arc<dyn Decoder>,
    steps: Vec<Box<dyn Step>>,
    last: Last,
    slots: usize,
}

enum Last {
    Fold(Box<dyn Fold>),
    Ordered(Box<dyn Plan>),
}

fn env() -> Arc<Env> {
    let zone = Zone::utc();
    let times = TimeReader::new(zone.clone());
    Arc::new(Env { zone, times, now: Timestamp::MIN, pins: Pins::default(), time: None, sources: None })
}

fn bind(holding: &Holding) -> Ready {
    let (env, sites, mut fields) = (env(), Arc::new(Sites::default()), Fields::default());
    let mut scope = Scope {
        time_made: None,
        stage: "",
        place: 0,
        spec: String::new(),
        shape: Shape::input(),
        fields: &mut fields,
        made: 0,
        env: &env,
        sites: &sites,
        tables: &Nowhere,
        time_option: None,
        range: (None, None),
        stamped: StampAt::Nowhere,
        input_time: false,
        own_time: false,
        ahead: Vec::new(),
        taken_for_years: false,
        ordered: false,
        has_event_time: false,
        windowed: Windowed::No,
        behind_aggregate: false,
        ends_with: None,
        uses: Uses::default(),
        exploded: Vec::new(),
        time_places: Vec::new(),
        members: tamis::stage::Members::default(),
        made_names: Vec::new(),
        table_names: Vec::new(),
        needs: tamis::stage::Seen::default(),
    };
    let (mut steps, mut last) = (Vec::new(), None);
    for (name, spec, options) in holding.chain {
        (scope.stage, scope.spec) = (name, (*spec).to_owned());
        let options = options.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let words = Words { spec: (*spec).to_owned(), options };
        let bound = (find(name).unwrap().bind)(&words, &mut scope);
        for bound in bound.unwrap_or_else(|error| panic!("{}: {error}", holding.what)) {
            assert!(last.is_none(), "{}: a stage stands behind the one that is asked", holding.what);
            match bound {
                Bound::Time(step) | Bound::Step(step) => steps.push(step),
                Bound::Fold(fold) => last = Some(Last::Fold(fold)),
                Bound::Ordered(plan) => last = Some(Last::Ordered(plan)),
            }
        }
    }
    let slots = fields.paths().len();
    let input = (find_format("ndjson").unwrap().input.unwrap())(&InputOptions::default()).unwrap();
    let decoder = input.decoder(None, &Arc::new(fields));
    Ready { env, decoder, steps, last: last.unwrap(), slots }
}

impl Ready {
    /// A block's records behind the steps.
    fn batch<'a>(&'a self, holding: &Holding, first: usize) -> (Batch, Work<'a>) {
        let end = holding.records.min(first + BLOCK);
        let block = Block {
            first_place: Rank::of_block(first as u64).unwrap(),
            bytes: Arc::new(text(holding.record, first..end)),
            first_line: first as u64 + 1,
            ..Block::default()
        };
        let limits = Limits { details: 0, keep_rejects: false, keep_late: false };
        let lateness = Duration::parse(b"10000h").unwrap();
        let mut work = Work::new(&self.env, Findings::new(limits, self.slots), lateness);
        work.first_place = block.first_place;
        let mut batch = self.decoder.decode(&block, &mut work.findings);
        for step in &self.steps {
            batch = step.apply(batch, &mut work).unwrap();
        }
        assert_eq!(batch.live.len(), end - first, "{}", holding.what);
        (batch, work)
    }

    /// Runs the whole input; at the end asks what is held, by a thread and by the stage.
    fn run(&self, holding: &Holding) -> Vec<Asked> {
        let mut asked = Vec::new();
        let before = allocated();
        let mut ask = |which, says| asked.push(Asked { which, says, holds: allocated() - before });
        let starts = (0..holding.records).step_by(BLOCK);
        match &self.last {
            Last::Ordered(plan) => {
                let mut stage = plan.start(&Nowhere).unwrap();
                for first in starts {
                    let (batch, mut work) = self.batch(holding, first);
                    let _flow = stage.push(batch, &mut work, &mut End).unwrap();
                }
                ask("stage", stage.held().0);
            }
            Last::Fold(fold) => {
                let mut stage = fold.start(&Nowhere).unwrap();
                let mut kept: Option<Partial> = None;
                for first in starts {
                    let (mut batch, mut work) = self.batch(holding, first);
                    fold.fold(&mut batch, &mut kept, &mut work).unwrap();
                    drop(batch);
                    if !fold.ends_with_input() {
                        self.absorb(&mut *stage, kept.take(), holding);
                    }
                }
                if let Some(partial) = &mut kept {
                    ask("thread", fold.held_by(partial));
                    fold.seal(partial);
                    ask("sealed", fold.held_by(partial));
                }
                self.absorb(&mut *stage, kept, holding);
                ask("stage", stage.held().0);
            }
        }
        asked
    }

    fn absorb(&self, stage: &mut dyn Stage, partial: Option<Partial>, holding: &Holding) {
        if let Some(partial) = partial {
            let (_, mut work) = self.batch(holding, 0);
            let _flow = stage.absorb(partial, &mut work, &mut End).unwrap();
        }
    }
}

/// What was said, and what was there.
struct Asked {
    which: &'static str,
    says: usize,
    holds: usize,
}

/// One test: others would count along.
#[test]
fn what_is_said_to_be_held_is_what_is_held() {
    let mut wrong = String::new();
    for holding in HOLDINGS {
        let ready = bind(holding);
        // What is made once, at the first use of something.
        let _warm = ready.run(&Holding { records: BLOCK, ..*holding });
        for Asked { which, says, holds } in ready.run(holding) {
            let is_right = says * 100 / holding.times;
            if holds < ENOUGH || is_right > holds * (100 + BESIDE) || is_right < holds * (100 - BESIDE) {
                let percent = says as f64 * 100.0 / (holding.times * holds) as f64;
                writeln!(
                    wrong,
                    "{}: the {which} says {says}, it holds {holds}: {percent:.0} %",
                    holding.what
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
