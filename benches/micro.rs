//! What single steps of the way of a record cost: `cargo bench`. Each step is measured alone over one block of
//! access records; whole runs stand at the end. An answer is asserted before it is timed.

#[path = "works/access.rs"]
#[allow(dead_code, reason = "not every form of the accesses is measured here")]
mod access;
#[path = "../tests/harness/mod.rs"]
mod harness;
#[path = "works/random.rs"]
mod random;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use harness::{PLAIN, Variant, run};
use random::Random;
use tamis::aggregate::{self, Argument, Given};
use tamis::error::Result;
use tamis::expr::{Binder, Names, Resolved, parse_expression};
use tamis::format::{Decoder, FormatDef, InputOptions, OutputOptions, csv, ndjson};
use tamis::record::{
    Batch, Block, ColumnRef, Decimals, Env, FaultLog, Fields, Findings, Form, Limits, Loaded, Made, Named,
    Path, Pins, Rank, Shape, Sites, Source, Sources,
};
use tamis::scan::json;
use tamis::time::{Minute, TimeReader, Timestamp, Zone};
use tamis::value::{Number, Value};

const RECORDS: u64 = 1000;
/// The wanted fields; their places are their slots.
const FIELDS: [&str; 4] = ["status", "path", "latency_ms", "ts"];

/// All fields of the NDJSON form.
const ALL_FIELDS: [&str; 11] = [
    "status",
    "latency_ms",
    "path",
    "ts",
    "host",
    "client_ip",
    "bytes",
    "method",
    "user_id",
    "referer",
    "agent",
];

fn ndjson_text() -> Vec<u8> {
    let mut text = Vec::new();
    access::ndjson(RECORDS, &mut Random::new(1), &mut text).expect("memory takes all");
    text
}

fn csv_text() -> Vec<u8> {
    let mut text = Vec::new();
    access::csv(RECORDS, &mut Random::new(1), &mut text).expect("memory takes all");
    text
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

fn findings() -> Findings {
    Findings::new(Limits { details: 0, keep_rejects: false, keep_late: false }, ALL_FIELDS.len())
}

/// A block of a format, and the decoder of its input for [`FIELDS`].
fn opened(format: &FormatDef, text: Vec<u8>) -> (Block, Arc<dyn Decoder>) {
    opened_for(format, &InputOptions::default(), text, &FIELDS)
}

/// The same with options and for other fields.
fn opened_for(
    format: &FormatDef,
    options: &InputOptions,
    text: Vec<u8>,
    names: &[&str],
) -> (Block, Arc<dyn Decoder>) {
    let input = (format.input.expect("a format that is read"))(options).expect("good options");
    let mut fields = Fields::default();
    for name in names {
        fields.slot(&Path::name(*name));
    }
    let mut from = 0;
    let mut header = None;
    if let Ok(tamis::format::Head::Names(names, len)) = input.framer().head(&text, true) {
        (from, header) = (len, names);
    }
    let decoder = input.decoder(header.as_deref(), &Arc::new(fields));
    let bytes = Arc::new(text[from..].to_vec());
    (Block { bytes, first_line: 1, ..Block::default() }, decoder)
}

fn decoded() -> (Batch, Arc<dyn Decoder>) {
    let (block, decoder) = opened(&ndjson::FORMAT, ndjson_text());
    (decoder.decode(&block, &mut findings()), decoder)
}

fn scan(criterion: &mut Criterion) {
    let text = ndjson_text();
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).collect();
    let one_by_one = || -> usize {
        let mut members = 0;
        for line in &lines {
            json::members(line, 0, |_| members += 1).expect("whole");
        }
        members
    };
    let mut objects = json::Objects::default();
    let mut many_at_once = || -> usize {
        let (mut members, mut at) = (0, 0);
        while at < text.len() {
            at = objects.find(&text, at).at;
            members += objects.iter().map(|(_, borders)| borders.len()).sum::<usize>();
        }
        members
    };
    assert_eq!((one_by_one(), many_at_once()), (11 * RECORDS as usize, 11 * RECORDS as usize));
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("members", |bencher| bencher.iter(one_by_one));
    group.bench_function("objects", |bencher| bencher.iter(&mut many_at_once));
}

/// The same records with blanks behind colons and commas, and with some of their members in nests.
fn other_forms() -> [(&'static str, Vec<u8>); 2] {
    let text = String::from_utf8(ndjson_text()).expect("ASCII");
    let spaced = text.replace("\":", "\": ").replace(",\"", ", \"");
    let nested = text
        .replace("\"client_ip\":", "\"client\":{\"tags\":[1,[]],\"ip\":")
        .replace(",\"bytes\"", "},\"bytes\"");
    [("ndjson, blanks", spaced.into_bytes()), ("ndjson, nests", nested.into_bytes())]
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    let mut time = |name: &str, format: &FormatDef, text: Vec<u8>, fields: &[&str]| {
        let (block, decoder) = opened_for(format, &InputOptions::default(), text, fields);
        let batch = decoder.decode(&block, &mut findings());
        assert_eq!(batch.rows() as u64, RECORDS);
        assert!(batch.inputs.iter().flatten().all(|cell| cell.form != Form::Missing));
        group.throughput(Throughput::Bytes(block.bytes.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| decoder.decode(black_box(&block), &mut findings()));
        });
    };
    for (name, count) in [("ndjson, 1 field", 1), ("ndjson, 3 fields", 3), ("ndjson, 11 fields", 11)] {
        time(name, &ndjson::FORMAT, ndjson_text(), &ALL_FIELDS[..count]);
    }
    for (name, text) in other_forms() {
        time(name, &ndjson::FORMAT, text, &FIELDS);
    }
    time("csv", &csv::FORMAT, csv_text(), &FIELDS);
}

/// CSV by the fields that are wanted, by quotes, and by width.
fn decode_csv(criterion: &mut Criterion) {
    const ALL: [&str; 10] =
        ["ts", "host", "path", "status", "latency_ms", "client_ip", "bytes", "method", "user_id", "referer"];
    let quoted: String = String::from_utf8(csv_text())
        .expect("text")
        .lines()
        .map(|line| format!("\"{}\"\n", line.replace(',', "\",\"")))
        .collect();
    let narrow = || (0..RECORDS).flat_map(|at| format!("Station {};{}.5\n", at % 413, at % 40).into_bytes());
    let plain = InputOptions::default();
    let weather = InputOptions {
        delimiter: Some(b';'),
        header: Some(vec!["station".to_owned(), "t".to_owned()]),
        ..plain.clone()
    };
    let mut group = criterion.benchmark_group("decode csv");
    group.throughput(Throughput::Elements(RECORDS));
    for (what, options, text, wanted) in [
        ("one of ten", &plain, csv_text(), &["status"][..]),
        ("two of ten", &plain, csv_text(), &["status", "path"]),
        ("all of ten", &plain, csv_text(), &ALL),
        ("two of ten, quoted", &plain, quoted.into_bytes(), &["status", "path"]),
        ("both of two", &weather, narrow().collect(), &["station", "t"]),
    ] {
        let (block, decoder) = opened_for(&csv::FORMAT, options, text, wanted);
        assert_eq!(decoder.decode(&block, &mut findings()).rows() as u64, RECORDS, "{what}");
        group.bench_function(what, |bencher| {
            let mut spare = Batch::default();
            bencher.iter(|| {
                spare = decoder.decode_over(black_box(&block), std::mem::take(&mut spare), &mut findings())
            });
        });
        let input = (csv::FORMAT.input.expect("CSV is read"))(options).expect("good options");
        group.bench_function(format!("{what}: framing"), |bencher| {
            bencher.iter(|| input.framer().cut(black_box(&block.bytes), true));
        });
    }
}

/// Fields are found in their slots.
struct Slots;

impl Names for Slots {
    fn resolve(&mut self, path: &Path) -> Result<Resolved> {
        let slot = FIELDS.iter().position(|name| *name == path.joined()).unwrap_or_default();
        Ok(Resolved::column(ColumnRef::Input(slot), tamis::record::Reading::Plain))
    }
}

fn evaluate(criterion: &mut Criterion) {
    let (batch, _) = decoded();
    let (env, sites) = (env(), Sites::default());
    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements(RECORDS));
    for spec in ["status >= 500", "contains(path, 'orders')", "latency_ms * 2 + 1 > 100"] {
        let ast = parse_expression(spec).expect("an expression");
        let mut binder =
            Binder { stage: "bench", spec, names: &mut Slots, sites: &sites, env: &env, ordered: false };
        let expr = binder.condition(&ast).expect("a condition");
        let keep = || {
            let (mut kept, mut nulls) = (Vec::new(), Vec::new());
            expr.keep(&batch, &batch.live, &env, &mut FaultLog::default(), &mut kept, &mut nulls);
            kept.len()
        };
        assert!((1..RECORDS as usize).contains(&keep()), "{spec}");
        group.bench_function(spec, |bencher| bencher.iter(keep));
    }
}

fn aggregates(criterion: &mut Criterion) {
    let mut random = Random::new(1);
    let rows: Vec<u32> = (0..RECORDS as u32).collect();
    let groups: Vec<u32> = rows.iter().map(|_| random.below(120) as u32).collect();
    let mut column = Made::new(&Arc::default(), RECORDS as usize);
    for &row in &rows {
        let number = Number::from_parts(false, u128::from(random.below(100_000)), -2).expect("in range");
        column.set(row, Value::Number(number));
    }
    let column = Loaded::Owned(column);
    let decimals = Decimals::of(&column, &rows);
    let argument = Argument { values: &column, decimals: Some(&decimals), site: 0 };
    let mut group = criterion.benchmark_group("aggregate");
    group.throughput(Throughput::Elements(RECORDS));
    for name in ["count", "sum", "min", "p99", "distinct"] {
        let found = aggregate::find(name).expect("an aggregate");
        let fresh =
            found.start(&Given { args: 1, literals: &[], zone: &Zone::utc() }).expect("no literals needed");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut aggregator = fresh.fresh();
                aggregator.grow(120);
                aggregator.update(&rows, &groups, &[argument], Rank::default(), 0, &mut FaultLog::default());
                aggregator
            });
        });
    }
}

fn values(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for text in ["42", "1234.56", "-0.000123", "12345678901234567890.5"] {
        assert!(Number::parse(text.as_bytes()).is_some());
        group.bench_function(text, |bencher| bencher.iter(|| Number::parse(black_box(text.as_bytes()))));
    }
    let reader = TimeReader::new(Zone::utc());
    for text in ["2024-03-01T00:00:00.123Z", "10/Oct/2000:13:55:36 -0700", "1431857103"] {
        assert!(reader.read(text.as_bytes()).is_ok());
        group.bench_function(text, |bencher| bencher.iter(|| reader.read(black_box(text.as_bytes()))));
    }
    let mut minute = Minute::default();
    group.bench_function("a time of the same minute", |bencher| {
        bencher.iter(|| reader.read_usual(black_box(b"2024-03-01T00:00:00.123Z"), &mut minute));
    });
}

fn encode(criterion: &mut Criterion) {
    let (batch, walk) = decoded();
    let sources = Sources::new(1);
    sources.set(
        0,
        Source {
            name: None,
            format: "ndjson",
            header: None,
            spelled: Default::default(),
            header_line: false,
            walk,
            time_slot: None,
            time_field: None,
            stood: false,
            optional: &[],
        },
    );
    let named = |slot: usize| Named::new(FIELDS[slot], ColumnRef::Input(slot));
    let some = Shape { before: (0..FIELDS.len()).map(named).collect(), ..Shape::of(Vec::new()) };
    let options = OutputOptions {
        shape: Shape::input(),
        sources: Arc::new(sources),
        env: Arc::new(env()),
        delimiter: None,
        nulls: Vec::new(),
        quote: None,
        escape: None,
        no_header: false,
        union: None,
        terminal: None,
        colour: false,
    };
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(RECORDS));
    for (what, shape) in [("unchanged", Shape::input()), ("four fields", some)] {
        let options = OutputOptions { shape, ..options.clone() };
        let output = (ndjson::FORMAT.output.expect("NDJSON is written"))(&options).expect("a shape it takes");
        let mut out = Vec::new();
        group.bench_function(what, |bencher| {
            bencher.iter(|| {
                out.clear();
                output.encoder().encode(&batch, &mut out, &mut findings());
                out.len()
            });
        });
    }
}

/// The whole program in this process, on one thread.
fn runs(criterion: &mut Criterion) {
    let text = ndjson_text();
    let alone = Variant { threads: 1, ..PLAIN };
    let mut group = criterion.benchmark_group("run");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for words in [
        &["filter", "status >= 500"][..],
        &["aggregate", "count(), p99(latency_ms)", "--by", "path"],
        &["sort", "latency_ms desc"],
    ] {
        assert_eq!(run(words, &text, alone).status, 0, "{words:?}");
        group.bench_function(words.join(" "), |bencher| bencher.iter(|| run(words, &text, alone)));
    }
}

criterion_group!(benches, scan, decode, decode_csv, evaluate, aggregates, values, encode, runs);
criterion_main!(benches);
