//! What the fuzz targets do with bytes. Each function panics where the program breaks a promise; the targets
//! call one each, and `tests/seeds.rs` calls all of them without a fuzzer.

#[path = "../../tests/harness/mod.rs"]
mod harness;

use std::sync::Arc;

use harness::{PLAIN, Variant, run};
use tamis::format::{InputOptions, ndjson};
use tamis::record::{Batch, Block, Fields, Findings, Limits, Path};
use tamis::time::{Stated, TimeReader, Year, Zone, formats_of, stamp_len, write_rfc3339};
use tamis::value::{Exact, Number};

/// The targets by name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("csv_framing", csv_framing),
    ("expression", expression),
    ("json_texts", json_texts),
    ("ndjson", ndjson_structure),
    ("ndjson_lines", ndjson_lines),
    ("nested", nested),
    ("number", number),
    ("program", program),
    ("sections", sections),
    ("syslog", syslog),
    ("time", time),
];

/// Nests that both parsers take: near their limits they may differ.
const NESTS: usize = 120;

/// One line of NDJSON is accepted under `--validate` if and only if serde_json reads it as an object.
pub fn ndjson_structure(bytes: &[u8]) {
    let nests = bytes.iter().filter(|byte| b"[{".contains(byte)).count();
    // A byte order mark before the first record is dropped, which serde_json does not.
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    if marked || bytes.contains(&b'\n') || bytes.trim_ascii().is_empty() || nests > NESTS {
        return;
    }
    let parsed = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes);
    // It gives up on a number beyond doubles, whatever follows.
    if parsed.as_ref().is_err_and(|error| error.to_string().contains("out of range")) {
        return;
    }
    let (_, findings) = decoded(bytes, true, &[]);
    assert_eq!(findings.rejected == 0, parsed.is_ok(), "{parsed:?}");
}

/// Lines of NDJSON, which are searched for whole objects many bytes at a time, give what each gives alone without its
/// line end, which is read byte by byte.
pub fn ndjson_lines(bytes: &[u8]) {
    const FIELDS: [&str; 3] = ["a", "b", "long name"];
    // A CR is part of a line end only before a line feed.
    if bytes.ends_with(b"\r") {
        return;
    }
    let shown = |batch: &Batch, row: usize| {
        let raw = batch.raw(row as u32).escape_ascii().to_string();
        let cells = batch.inputs.iter().map(|cells| cells[row]);
        let cells: Vec<_> = cells.map(|cell| (cell.form, cell.spelling(&batch.bytes).to_vec())).collect();
        (raw, cells)
    };
    for validate in [false, true] {
        let (batch, findings) = decoded(bytes, validate, &FIELDS);
        let records: Vec<_> = (0..batch.rows()).map(|row| shown(&batch, row)).collect();
        let rejects = findings.rejects.iter().map(|reject| (reject.column, reject.reason.clone()));
        let (mut alone, mut rejects_alone) = (Vec::new(), Vec::new());
        for line in bytes.split(|&byte| byte == b'\n') {
            let (batch, findings) = decoded(line.strip_suffix(b"\r").unwrap_or(line), validate, &FIELDS);
            alone.extend((0..batch.rows()).map(|row| shown(&batch, row)));
            rejects_alone
                .extend(findings.rejects.iter().map(|reject| (reject.column, reject.reason.clone())));
        }
        assert_eq!(records, alone);
        assert!(rejects.eq(rejects_alone));
    }
}

/// JSON texts give the same however they come in, and each record is an object on a line.
pub fn json_texts(bytes: &[u8]) {
    for words in
        [&["--from", "json", "filter", "true"][..], &["--from", "json", "--to", "raw", "filter", "true"]]
    {
        let whole = run(words, bytes, PLAIN);
        for variant in [
            Variant { threads: 1, piece: 1, hesitant: true, ..PLAIN },
            Variant { threads: 1, piece: 3, block: 61, ..PLAIN },
            Variant { threads: 2, block: 1, ..PLAIN },
        ] {
            assert_eq!(run(words, bytes, variant), whole, "{variant:?}");
        }
    }
    let records = run(&["--from", "json", "--validate", "filter", "true"], bytes, PLAIN).stdout;
    for line in records.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let parsed = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line);
        let is_object = parsed.as_ref().is_ok_and(|_| true)
            || parsed.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        assert!(is_object, "{parsed:?}");
    }
}

/// What stands in a record is read or rejected for the same reason at the same place, by itself and in an array or object.
pub fn nested(bytes: &[u8]) {
    if bytes.contains(&b'\n') {
        return;
    }
    let lines = [("", ""), ("[", "]"), ("{\"k\":", "}"), ("[1,{\"a\":[", "]}]")].map(|(before, after)| {
        let line = [b"{\"v\":", before.as_bytes(), bytes, after.as_bytes(), b"}"].concat();
        (before.len() as u64, line)
    });
    // One value, whole in structure.
    if lines.iter().any(|(_, line)| decoded(line, false, &[]).1.rejected > 0) {
        return;
    }
    let verdicts = lines.map(|(moved, line)| {
        let (_, findings) = decoded(&line, false, &["v"]);
        let reject = findings.rejects.first();
        reject.map(|reject| (reject.column.map(|column| column - moved), reject.reason.clone()))
    });
    let [top, inside @ ..] = verdicts;
    for inside in inside {
        assert_eq!(inside.is_some(), top.is_some());
        // Of bare words that are no text either is told first.
        if std::str::from_utf8(bytes).is_ok() {
            assert_eq!(inside, top);
        }
    }
}

/// A block of NDJSON as it is read, not from the front of an input. All of the fields is read.
fn decoded(bytes: &[u8], validate: bool, fields: &[&str]) -> (Batch, Findings) {
    let options = InputOptions { validate, ..InputOptions::default() };
    let input = (ndjson::FORMAT.input.expect("NDJSON is read"))(&options).expect("good options");
    let mut wanted = Fields::default();
    for field in fields {
        let slot = wanted.slot(&Path::name(*field));
        wanted.read_whole(slot, 0);
    }
    let block = Block { bytes: Arc::new(bytes.to_vec()), first_line: 2, ..Block::default() };
    let limits = Limits { details: usize::MAX, keep_rejects: true, keep_late: false };
    let mut findings = Findings::new(limits, fields.len());
    let batch = input.decoder(None, &Arc::new(wanted)).decode(&block, &mut findings);
    (batch, findings)
}

/// CSV is cut into the same records and fields however reads and blocks fall: each record in a block of its own
/// gives what many in one give. The first bytes say how.
pub fn csv_framing(bytes: &[u8]) {
    let Some((&[block, piece, choice], text)) = bytes.split_first_chunk() else { return };
    let cut = Variant {
        threads: 1 + usize::from(choice & 1),
        block: 1 + usize::from(block),
        piece: 1 + usize::from(piece),
        hesitant: choice & 2 != 0,
        eager: false,
        first_block: 0,
    };
    let is_csv = choice & 4 == 0;
    let from = ["--from", if is_csv { "csv" } else { "tsv" }];
    let dialect = match choice >> 4 & 3 {
        1 if is_csv => &["--quote", "'", "--escape", "\\"][..],
        2 if is_csv => &["--quote", "none", "--escape", "\\", "--null", "\\N"],
        3 if is_csv => &["--escape", "\\", "--null", "\"\",a"],
        _ => &[],
    };
    let words = [&from, dialect, &["--to", "ndjson", "filter", "true"]].concat();
    agree(&words, text, cut);
    agree(&[&from, dialect, &["project", "*, x = 1"]].concat(), text, cut);
    let ragged = if choice & 8 == 0 { &[][..] } else { &["--ragged"] };
    let located = ["--to", "ndjson", "--no-header", "project", "c2, c1, c4, c3"];
    let words = [&from, dialect, ragged, &located].concat();
    agree(&words, text, cut);
    agree(&words, text, Variant { block: 1, ..cut });
}

/// Logs whose directives say how they are read: cuts do not matter, each line is a record, a reject or neither, and leaves as
/// it stood.
pub fn sections(bytes: &[u8]) {
    let cut = Variant { threads: 2, block: 9, piece: 5, hesitant: true, eager: true, first_block: 0 };
    for format in ["w3c", "zeek"] {
        agree(&["--from", format, "sort", "n desc, datetime"], bytes, cut);
        agree(&["--from", format, "--to", "raw", "filter", "true"], bytes, cut);
    }
}

/// Lines of syslog are read or rejected, and what is located is what all fields show.
pub fn syslog(bytes: &[u8]) {
    const FIELDS: &str = "time, host, app, pid, msgid, severity, facility, message";
    let cut = Variant { threads: 2, block: 9, piece: 5, hesitant: true, eager: false, first_block: 0 };
    let words = |fields| ["--from", "syslog", "--types", "*:text", "--to", "csv", "project", fields];
    agree(&words(FIELDS), bytes, cut);
    let located = run(&words(FIELDS), bytes, PLAIN);
    let walked = run(&words(&format!("*, {FIELDS}")), bytes, PLAIN);
    let records = |out: String| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    // A parameter is a column more, or what its column lacks; and bytes that nobody reads are not checked.
    if !bytes.contains(&b'[') && std::str::from_utf8(bytes).is_ok() {
        assert_eq!(records(located.out()), records(walked.out()));
    }
}

/// No text makes the expression language panic: it is refused in words, or computed.
pub fn expression(bytes: &[u8]) {
    const RECORDS: &[u8] =
        b"{\"a\":1.50,\"b\":\"x\",\"ts\":\"2024-01-31T12:00:00Z\",\"t\":[1,{\"k\":null}]}\n{\"a\":\"7\"}\n{}\n\
        {\"a\":[\"\\ud800\"],\"b\":{\"\\x\":01},\"t\":[1e9999,{\"k\":NaN}]}\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for words in [
        ["--from", "ndjson", "project", &format!("x = {text}")],
        ["--from", "ndjson", "aggregate", &format!("x = {text}")],
        ["--from", "ndjson", "sort", &format!("({text})")],
    ] {
        agree(&words, RECORDS, Variant { threads: 1, block: 1, ..PLAIN });
    }
}

/// A number that is read is printed in a form that reads as the same number and prints as the same text; two numbers of
/// any length, with a blank between, are in one order by value, by bytes and by their difference.
pub fn number(bytes: &[u8]) {
    if let Some(at) = bytes.iter().position(|byte| *byte == b' ') {
        two_numbers(&bytes[..at], &bytes[at + 1..]);
    }
    let Some(Ok(number)) = Number::parse(bytes) else { return };
    let mut printed = Vec::new();
    number.write(&mut printed);
    assert!(Number::is_canonical(&printed), "{}", printed.escape_ascii());
    let again = Number::parse(&printed).expect("printed as a number").expect("in range");
    assert_eq!(again, number);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    number.order_bytes(&mut left);
    again.order_bytes(&mut right);
    assert_eq!(left, right);
}

fn two_numbers(left: &[u8], right: &[u8]) {
    let (Some(Ok(left)), Some(Ok(right))) = (Exact::parse(left), Exact::parse(right)) else { return };
    let key = |number: Exact<'_>| {
        let mut key = Vec::new();
        number.order_bytes(&mut key);
        key
    };
    assert_eq!(left.cmp(&right), key(left).cmp(&key(right)));
    if let Ok(difference) = left.to_wide().sub(&right.to_wide()).rounded() {
        assert_eq!(left.cmp(&right), difference.signum().cmp(&0));
    }
}

/// A time that is read is written in a form that reads as the same time.
pub fn time(bytes: &[u8]) {
    leading_stamp(bytes);
    proposed(bytes);
    let reader = TimeReader::new(Zone::utc()).with_year(Year::Of(2024));
    let Ok(time) = reader.read(bytes) else { return };
    let mut written = Vec::new();
    write_rfc3339(time, &Zone::utc(), &mut written);
    assert_eq!(reader.read(&written).ok(), Some(time), "{}", written.escape_ascii());
    if reader.is_yearless(bytes) {
        assert_eq!(reader.read_near(bytes, Some(time)).ok(), Some(time), "{}", bytes.escape_ascii());
    }
    // A time is read whole: with blanks around it, it is none.
    for around in [[b" ", bytes].concat(), [bytes, b" "].concat()] {
        assert!(reader.read(&around).is_err(), "{}", around.escape_ascii());
    }
}

/// A format that is proposed for bytes that are no time reads them.
fn proposed(bytes: &[u8]) {
    for format in formats_of(bytes, &Zone::utc()) {
        let stated = Stated::parse(&format).unwrap_or_else(|reason| panic!("{format}: {reason}"));
        let reader = TimeReader::new(Zone::utc()).with_format(stated).with_year(Year::Of(2024));
        assert!(reader.read(bytes).is_ok(), "{format} for {}", bytes.escape_ascii());
    }
}

/// A stamp that leads a line ends at a blank or with the line.
fn leading_stamp(bytes: &[u8]) {
    if let Some(len) = stamp_len(bytes) {
        assert!(bytes.get(len).is_none_or(|next| *next == b' '), "{}", bytes.escape_ascii());
    }
}

/// Chains for [`program`].
const CHAINS: &[&[&str]] = &[
    &["filter", "status >= 500 or length(path) > 3"],
    &["--from", "ndjson", "project", "ts, a = upper(text(path)), ..rest"],
    &["--from", "ndjson", "aggregate", "count(), sum(bytes), p99(latency)", "--by", "path"],
    &["--from", "ndjson", "--time", "ts", "window", "1m", "then", "aggregate", "count(), last(a)"],
    &["--from", "syslog", "--year", "2023", "window", "1d", "then", "aggregate", "count(), first(host)"],
    &["--from", "csv", "sort", "b desc, a", "then", "limit", "3"],
    &["--from", "csv", "--to", "tsv", "dedup", "a"],
    &["--from", "tsv", "--to", "csv", "top", "b", "-n", "2"],
    &["--from", "logfmt", "--to", "ndjson", "explode", "a"],
    &["--from", "ndjson", "aggregate", "count(), sum(a), median(a), max(a), collect(a)", "--by", "b"],
    &["--from", "ndjson", "--to", "logfmt", "filter", "a > 340282366920938463463374607431768211454"],
    &["--from", "logfmt", "--to", "logfmt", "project", "*, a = upper(a)"],
    &["--from", "text", "--to", "table", "parse", "(?<a>[a-z]+)=(?<b>\\d+)", "then", "filter", "b > 1"],
    &[
        "--from",
        "combined",
        "--time",
        "ts",
        "window",
        "10s",
        "then",
        "aggregate",
        "count()",
        "--by",
        "status",
    ],
    &[
        "--from",
        "ndjson",
        "project",
        "a, b = b ?? a",
        "then",
        "aggregate",
        "first(a), frequent(a, 2)",
        "--by",
        "b",
    ],
    &["--from", "ndjson", "--to", "csv", "dedup", "a", "then", "project", "*"],
    &[
        "--from",
        "ndjson",
        "--time",
        "ts",
        "--year",
        "2023",
        "project",
        "*, date = a, w = ts, y = year(ts), d = ts - date, l = least(ts, date), b = date < '2024-05-14'",
        "then",
        "sort",
        "d, w desc, l",
        "then",
        "aggregate",
        "max(w), min(date), distinct(date), collect(l), arg_max(a, w)",
        "--by",
        "w",
    ],
    &[
        "--from",
        "ndjson",
        "--time",
        "ts",
        "--year",
        "2023",
        "window",
        "count:3",
        "then",
        "aggregate",
        "first(ts), max(date)",
        "--by",
        "date",
        "then",
        "sort",
        "first_ts, date",
    ],
    &[
        "--from",
        "csv",
        "--to",
        "ndjson",
        "--types",
        "a:number,b:text,date:time",
        "project",
        "ts, x = a, y = b, z = date",
        "then",
        "window",
        "session:30m",
        "--by",
        "x, z",
        "then",
        "aggregate",
        "count(), max(y), min(z)",
        "--by",
        "y",
    ],
    &[
        "--from",
        "csv",
        "--types",
        "a:bool,b:number",
        "explode",
        "b",
        "then",
        "dedup",
        "a, b",
        "then",
        "top",
        "b",
        "--by",
        "a",
    ],
];

/// Any bytes under any chain: no panic, and one thread and block gives what many give.
pub fn program(bytes: &[u8]) {
    let Some((&[chain, block], text)) = bytes.split_first_chunk() else { return };
    let words = CHAINS[usize::from(chain) % CHAINS.len()];
    // One in two with all on disk that may go there.
    let eager = block & 1 == 1;
    agree(
        words,
        text,
        Variant {
            threads: 3,
            block: 1 + usize::from(block),
            piece: 7,
            hesitant: true,
            eager,
            first_block: 0,
        },
    );
}

/// Runs plainly and as a variant says, and compares all that comes out.
fn agree(words: &[impl AsRef<str>], text: &[u8], variant: Variant) {
    let plain = run(words, text, Variant { threads: 1, ..PLAIN });
    let other = run(words, text, variant);
    assert_eq!(
        (plain.out(), plain.err(), plain.status),
        (other.out(), other.err(), other.status),
        "{variant:?}"
    );
    assert!(plain.status <= 2, "{}", plain.err());
}
