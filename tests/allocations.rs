//! Nothing is allocated for each record: twice the records may cost allocations for more blocks, and no others.

mod harness;

use std::alloc::System;
use std::fmt::Write as _;

use harness::{PLAIN, Variant, run};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const RECORDS: usize = 40_000;
/// Small blocks, so that there are many of them in a text that a test can afford.
const BLOCK: usize = 64 << 10;
/// What a block may cost: its buffers and those of its batch. It holds over ten times as many records.
const A_BLOCK: usize = 80;

/// A chain whose cost is watched. It meets every group in the first half of the input.
struct Chain {
    words: &'static [&'static str],
    /// The block size of a run for which the chain reads blocks of [`BLOCK`]: folds read quarters.
    block: usize,
}

const CHAINS: &[Chain] = &[
    Chain { words: &["filter", "status >= 500"], block: BLOCK },
    Chain { words: &["filter", "status >= 200 and path =~ 'a/1'"], block: BLOCK },
    Chain { words: &["aggregate", "count(), avg(latency_ms), max(bytes)", "--by", "path"], block: 4 * BLOCK },
    Chain { words: &["aggregate", "count(), sum(latency_ms)", "--by", "path, status"], block: 4 * BLOCK },
    Chain { words: &["project", "bytes, path, status"], block: BLOCK },
    Chain { words: &["top", "latency_ms", "-n", "50"], block: 4 * BLOCK },
    Chain { words: &["dedup", "path, status"], block: BLOCK },
];

/// One way to spell the records, with what is read from it.
struct Form {
    name: &'static str,
    header: &'static str,
    record: fn(usize) -> String,
}

const FORMS: &[Form] = &[
    Form {
        name: "ndjson",
        header: "",
        record: |at| {
            let (path, status, latency, bytes) = values(at);
            format!(
                "{{\"path\":\"/a/{path}\",\"status\":{status},\"latency_ms\":{latency}.25,\"bytes\":{bytes}}}"
            )
        },
    },
    Form {
        name: "csv",
        header: "path,status,latency_ms,bytes,note\n",
        record: |at| {
            let (path, status, latency, bytes) = values(at);
            format!("/a/{path},{status},{latency}.25,{bytes},\"a, b\"")
        },
    },
];

/// Path, status, latency and bytes of a record.
fn values(at: usize) -> (usize, usize, usize, usize) {
    (at % 50, 200 + at % 4 * 100, at * 7 % 1000, at * 31 % 60_000)
}

fn text(form: &Form, records: usize) -> String {
    let mut text = form.header.to_owned();
    for at in 0..records {
        writeln!(text, "{}", (form.record)(at)).expect("memory takes all");
    }
    text
}

/// Allocations of a run, growing in place included.
fn allocations(chain: &Chain, form: &Form, threads: usize, text: &str) -> usize {
    let words = [&["--from", form.name], chain.words].concat();
    let variant = Variant { threads, block: chain.block, ..PLAIN };
    let region = Region::new(COUNTED);
    let ran = run(&words, text.as_bytes(), variant);
    let stats = region.change();
    assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{words:?}");
    assert!(!ran.stdout.is_empty(), "{words:?}");
    stats.allocations + stats.reallocations
}

/// One test: others would count along.
#[test]
fn no_allocation_for_each_record() {
    for form in FORMS {
        let (once, twice) = (text(form, RECORDS), text(form, 2 * RECORDS));
        let blocks = (twice.len() - once.len()).div_ceil(BLOCK);
        assert!(blocks * A_BLOCK * 10 < RECORDS, "{}: too lax to see one in ten records", form.name);
        for (chain, threads) in CHAINS.iter().flat_map(|chain| [(chain, 1), (chain, 2)]) {
            let before = allocations(chain, form, threads, &once);
            let grown = allocations(chain, form, threads, &twice).saturating_sub(before);
            assert!(
                grown <= blocks * A_BLOCK,
                "{} {:?} -j{threads}: {RECORDS} more records in {blocks} blocks cost {grown} more allocations",
                form.name,
                chain.words,
            );
        }
    }
}
