//! CSV in other dialects: what is written is read again, and Python's csv reads what is written here and the other way
//! round. Without `python3` the tests of the latter fail.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../harness/mod.rs"]
mod harness;
mod headers;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use harness::{PLAIN, VARIANTS, Variant, run};
use serde_json::{Map, Value, json};

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % count
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// How one side spells a table.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    delimiter: char,
    /// `None`: no quotes.
    quote: Option<char>,
    escape: Option<char>,
}

impl Dialect {
    fn roll(dice: &mut Dice) -> Self {
        let delimiter = dice.one_of(&[',', ';', '\t', '|', '\u{1}', ' ', ':']);
        let quote = dice.one_of(&[Some('"'), Some('"'), Some('\''), Some('%'), None]);
        let escape = dice.one_of(&[None, None, Some('\\'), Some('!')]);
        Self { delimiter, quote, escape }
    }

    fn words(self) -> Vec<String> {
        let shown = |byte: char| if byte == '\u{1}' { "\\x01".to_owned() } else { byte.to_string() };
        let mut words = vec!["--delimiter".to_owned(), shown(self.delimiter), "--quote".to_owned()];
        words.push(self.quote.map_or("none".to_owned(), String::from));
        words.extend(self.escape.into_iter().flat_map(|escape| ["--escape".to_owned(), escape.into()]));
        words
    }

    /// Whether there are texts that it cannot spell.
    fn is_bare(self) -> bool {
        self.quote.is_none() && self.escape.is_none()
    }

    fn is_special(self, c: char) -> bool {
        c == self.delimiter || c == '\n' || c == '\r'
    }
}

/// A table: unlike names, then records of texts.
type Rows = Vec<Vec<String>>;

fn text(dice: &mut Dice, dialect: Dialect, chars: &str) -> String {
    let chars: Vec<char> = chars.chars().collect();
    let len = dice.one_of(&[0, 1, 1, 2, 3, 5, 8, 90]);
    let text: String = (0..len).map(|_| dice.one_of(&chars)).collect();
    if dialect.is_bare() { text.replace(|c| dialect.is_special(c), "_") } else { text }
}

/// A table of texts that are odd in this dialect.
fn table(dice: &mut Dice, dialect: Dialect, chars: &str) -> Rows {
    let columns = dice.one_of(&[1, 2, 2, 3, 4]);
    let names = (0..columns).map(|place| format!("{}{place}", text(dice, dialect, chars)));
    let names: Vec<String> = names.collect();
    let records = dice.below(7);
    let record = |dice: &mut Dice| (0..columns).map(|_| text(dice, dialect, chars)).collect();
    [names].into_iter().chain((0..records).map(|_| record(dice))).collect()
}

const CHARS: &str = "aab1é ,;\t|\u{1}:\"\"'%\\\\!N\n\r\0";

/// The records as lines of NDJSON.
fn ndjson(rows: &Rows) -> Vec<u8> {
    let names = &rows[0];
    let object = |record: &Vec<String>| {
        let members =
            names.iter().zip(record).map(|(name, value)| format!("{}:{}", json!(name), json!(value)));
        format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
    };
    rows[1..].iter().map(object).collect::<String>().into_bytes()
}

fn written(rows: &Rows, dialect: Dialect, variant: Variant) -> Vec<u8> {
    let fields: Vec<String> = rows[0].iter().map(|name| format!("`{}`", name.replace('`', "``"))).collect();
    let base = ["--from", "ndjson", "--to", "csv"].map(str::to_owned).to_vec();
    let words = [base, dialect.words(), vec!["project".to_owned(), fields.join(", ")]].concat();
    let ran = run(&words, &ndjson(rows), variant);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{words:?}");
    ran.stdout
}

/// What this program reads; an empty text is null where it has no quotes.
fn read(text: &[u8], dialect: Dialect, variant: Variant) -> Rows {
    let base = ["--from", "csv", "--to", "ndjson", "--types", "*:text"].map(str::to_owned).to_vec();
    let words = [base, dialect.words(), vec!["filter".to_owned(), "true".to_owned()]].concat();
    let ran = run(&words, text, variant);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{dialect:?}\n{}", text.escape_ascii());
    let cell = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows = Rows::new();
    for line in ran.out().lines() {
        let object: Map<String, Value> = serde_json::from_str(line).unwrap();
        if rows.is_empty() {
            rows.push(object.keys().cloned().collect());
        }
        let record = |name: &String| cell(&object[name]);
        let record = rows[0].iter().map(record).collect();
        rows.push(record);
    }
    rows
}

/// The same without the order of the columns, which objects of `serde_json` do not keep.
fn sorted(rows: &Rows) -> Rows {
    let mut places: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).collect();
    places.sort_by(|a, b| rows[0][*a].cmp(&rows[0][*b]));
    rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect()
}

#[test]
fn what_is_written_in_a_dialect_is_read_again() {
    let mut dice = Dice(1);
    let mut shown = 0;
    for number in 0..400 {
        let dialect = Dialect::roll(&mut dice);
        let rows = table(&mut dice, dialect, &CHARS.replace('`', ""));
        if rows.len() < 2 {
            continue;
        }
        shown += 1;
        let text = written(&rows, dialect, PLAIN);
        let variant = VARIANTS[number % VARIANTS.len()];
        assert_eq!(text, written(&rows, dialect, variant), "{dialect:?} {variant:?}");
        for variant in [PLAIN, variant] {
            assert_eq!(
                sorted(&read(&text, dialect, variant)),
                sorted(&rows),
                "{dialect:?}\n{}",
                text.escape_ascii()
            );
        }
        // As it came it leaves, record by record and field by field.
        let base = ["--from", "csv"].map(str::to_owned).to_vec();
        for chain in [&["filter", "true"][..], &["project", "x = 1, *", "then", "project", "* except (x)"]] {
            let chain = chain.iter().map(|word| (*word).to_owned()).collect();
            let ran = run(&[base.clone(), dialect.words(), chain].concat(), &text, variant);
            assert_eq!(ran.out(), String::from_utf8_lossy(&text), "{dialect:?} {}", ran.err());
        }
        // And in another dialect it is the same table.
        let other = Dialect { delimiter: dice.one_of(&['/', '\t']), ..dialect };
        let out = ["--delimiter-out".to_owned(), other.delimiter.to_string()].to_vec();
        let through = ["limit", "1000", "then", "project", "*"].map(str::to_owned).to_vec();
        let ran = run(&[base, dialect.words(), out, through].concat(), &text, variant);
        let spells_all =
            !other.is_bare() || !rows.iter().flatten().any(|text| text.contains(other.delimiter));
        assert_eq!(ran.status, u8::from(!spells_all), "{}", ran.err());
        if spells_all {
            assert_eq!(sorted(&read(&ran.stdout, other, PLAIN)), sorted(&rows), "{other:?}\n{}", ran.out());
        }
    }
    assert!(shown > 300);
}

/// Asks Python, one request after the other.
fn python(requests: &[Value]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/csv_dialects/twin.py");
    let mut child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3, which this test compares with");
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut lines = stdout.lines();
    let answers = requests.iter().map(|request| {
        writeln!(stdin, "{request}").unwrap();
        serde_json::from_str(&lines.next().expect("an answer").unwrap()).unwrap()
    });
    let answers = answers.collect();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    answers
}

/// A request with a dialect of Python's own, and the same for this program.
fn twin(dice: &mut Dice) -> (Map<String, Value>, Dialect, &'static str) {
    let dialect = Dialect::roll(dice);
    // Python's writer leaves a lone CR as it is if lines end in LF, and then reads two lines.
    let (end, chars) = match dice.one_of(&["\n", "\r\n"]) {
        "\n" => ("\n", "aab1é ,;\t|\u{1}:\"\"'%\\\\!N\n"),
        end => (end, "aab1é ,;\t|\u{1}:\"\"'%\\\\!N\n\r"),
    };
    let quoting = match dialect.quote {
        None => "none",
        Some(_) => dice.one_of(&["minimal", "all", "nonnumeric"]),
    };
    // Without an escape quotes can only be doubled.
    let doubled = dialect.escape.is_none() || dice.below(2) == 0;
    let Value::Object(request) = json!({
        "delimiter": dialect.delimiter,
        "quote": dialect.quote.unwrap_or('"'),
        "escape": dialect.escape,
        "doubled": doubled,
        "quoting": quoting,
        "end": end,
    }) else {
        unreachable!("an object")
    };
    (request, dialect, chars)
}

#[test]
fn what_python_writes_is_read() {
    let mut dice = Dice(2);
    let mut cases = Vec::new();
    while cases.len() < 300 {
        let (mut request, dialect, chars) = twin(&mut dice);
        let rows = table(&mut dice, dialect, chars);
        // Python refuses a record of one empty field without quotes, and names are its first record.
        let is_refused = rows[0].len() == 1 && dialect.quote.is_none();
        // Without an escape it refuses quotes too, though they mean nothing.
        let is_refused =
            is_refused || dialect.is_bare() && rows.iter().flatten().any(|text| text.contains('"'));
        if rows.len() > 1 && !is_refused {
            request.insert("rows".to_owned(), json!(rows));
            cases.push((request, dialect, rows));
        }
    }
    let requests: Vec<Value> = cases.iter().map(|(request, ..)| Value::Object(request.clone())).collect();
    for (number, (answer, (request, dialect, rows))) in python(&requests).iter().zip(&cases).enumerate() {
        let text = answer["text"].as_str().unwrap().as_bytes();
        for variant in [PLAIN, VARIANTS[number % VARIANTS.len()]] {
            let found = read(text, *dialect, variant);
            assert_eq!(sorted(&found), sorted(rows), "{request:?}\n{}", text.escape_ascii());
        }
    }
}

#[test]
fn python_reads_what_is_written() {
    let mut dice = Dice(3);
    let mut cases = Vec::new();
    while cases.len() < 300 {
        let (mut request, dialect, chars) = twin(&mut dice);
        let rows = table(&mut dice, dialect, chars);
        // A blank line is not a record to Python.
        let is_blank =
            rows[0].len() == 1 && dialect.quote.is_none() && rows.iter().any(|row| row[0].is_empty());
        if rows.len() > 1 && !is_blank {
            let text = written(&rows, dialect, PLAIN);
            request.insert("text".to_owned(), json!(String::from_utf8(text).unwrap()));
            cases.push((request, rows));
        }
    }
    let requests: Vec<Value> = cases.iter().map(|(request, _)| Value::Object(request.clone())).collect();
    for (answer, (request, rows)) in python(&requests).iter().zip(&cases) {
        assert_eq!(answer["rows"], json!(rows), "{request:?}");
    }
}
