//! `--union` against a computation of its own: records of any fields, in any number of threads, with all on disk and
//! with little memory. Files with header lines, which do not wait, against the same ones when they do.

mod harness;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use harness::{PLAIN, Ran, Variant, run};
use proptest::prelude::*;

/// A value as it is generated.
#[derive(Clone, Debug)]
enum Node {
    Leaf(&'static str),
    Object(Vec<(&'static str, Node)>),
    Array(Vec<Node>),
}

/// A leaf with the names and places that lead to it.
type Leaf = (Vec<String>, &'static str);

const NAMES: [&str; 6] = ["a", "b", "a.b", "c", "0", "long name, quoted"];
const LEAVES: [&str; 6] = ["null", "1", "1.50", "true", "\"x\"", "\"a,\\\"b\""];

/// The leaf as CSV spells it.
fn spelled(leaf: &str) -> &str {
    match leaf {
        "null" => "",
        "\"x\"" => "x",
        "\"a,\\\"b\"" => "\"a,\"\"b\"",
        "{}" => "{}",
        other => other,
    }
}

fn quoted(name: &str) -> String {
    if name.contains(',') { format!("\"{name}\"") } else { name.to_owned() }
}

impl Node {
    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(leaf) => out.push_str(leaf),
            Self::Object(members) => {
                out.push('{');
                for (at, (name, node)) in members.iter().enumerate() {
                    let _ = write!(out, "{}\"{name}\":", if at > 0 { "," } else { "" });
                    node.write(out);
                }
                out.push('}');
            }
            Self::Array(elements) => {
                out.push('[');
                for (at, node) in elements.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    node.write(out);
                }
                out.push(']');
            }
        }
    }

    fn leaves(&self, path: &[String], out: &mut Vec<Leaf>) {
        let mut below = |name: String, node: &Self| {
            let path = [path, &[name]].concat();
            node.leaves(&path, out);
        };
        match self {
            Self::Leaf(leaf) => out.push((path.to_vec(), leaf)),
            Self::Object(members) if members.is_empty() => out.push((path.to_vec(), "{}")),
            Self::Array(elements) if elements.is_empty() => out.push((path.to_vec(), "[]")),
            Self::Object(members) => members.iter().for_each(|(name, node)| below((*name).to_owned(), node)),
            Self::Array(elements) => {
                elements.iter().enumerate().for_each(|(at, node)| below(at.to_string(), node));
            }
        }
    }
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop::sample::select(LEAVES.to_vec()).prop_map(Node::Leaf);
    leaf.prop_recursive(2, 6, 3, |inner| {
        let member = (prop::sample::select(NAMES.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(member, 0..3).prop_map(Node::Object),
            prop::collection::vec(inner, 0..3).prop_map(Node::Array),
        ]
    })
}

fn records() -> impl Strategy<Value = Vec<Vec<(&'static str, Node)>>> {
    let field = (prop::sample::select(NAMES.to_vec()), node());
    prop::collection::vec(prop::collection::vec(field, 0..5), 0..12)
}

/// The columns of a record with what is in them, in the order of their coming; `None` if two fields are one column.
fn columns_of(fields: &[(&str, Node)]) -> Option<Vec<(String, Leaf)>> {
    let mut columns: Vec<(String, Leaf)> = Vec::new();
    let mut leaves = Vec::new();
    fields.iter().for_each(|(name, node)| node.leaves(&[(*name).to_owned()], &mut leaves));
    for (path, leaf) in leaves {
        let name = path.join(".");
        match columns.iter_mut().find(|(known, _)| *known == name) {
            None => columns.push((name, (path, leaf))),
            Some((_, known)) if known.1 == "null" || known.0 == path => *known = (path, leaf),
            Some(_) if leaf == "null" => {}
            Some(_) => return None,
        }
    }
    Some(columns)
}

/// All records as CSV, and how many do not fit.
fn expected(records: &[Vec<(&'static str, Node)>]) -> (String, usize) {
    let rows: Vec<Vec<(String, Leaf)>> = records.iter().filter_map(|fields| columns_of(fields)).collect();
    let mut header: Vec<&String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(&name) {
            header.push(name);
        }
    }
    let mut out = String::new();
    if !header.is_empty() {
        let names: Vec<String> = header.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(out, "{}", names.join(","));
    }
    for row in &rows {
        let cells: BTreeMap<&str, &str> =
            row.iter().map(|(name, (_, leaf))| (name.as_str(), spelled(leaf))).collect();
        let line: Vec<&str> =
            header.iter().map(|name| cells.get(name.as_str()).copied().unwrap_or("")).collect();
        let _ = writeln!(out, "{}", line.join(","));
    }
    (out, records.len() - rows.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_fields_are_columns(records in records(), threads in 1_usize..4, block in prop::sample::select(vec![1_usize, 40, 1 << 18]), eager: bool) {
        let mut input = String::new();
        for fields in &records {
            Node::Object(fields.clone()).write(&mut input);
            input.push('\n');
        }
        let (out, rejected) = expected(&records);
        let variant = Variant { threads, block, eager, ..PLAIN };
        for chain in [&["filter", "true"][..], &["tee", "/dev/null", "then", "filter", "true"]] {
            let words = [&["--from", "ndjson", "--to", "csv", "--union"], chain].concat();
            let ran = run(&words, input.as_bytes(), variant);
            prop_assert_eq!(ran.out(), out.clone(), "{}{}", input, ran.err());
            prop_assert_eq!(ran.status, u8::from(rejected > 0));
            let said = ran.err().matches("two fields make the column").count();
            prop_assert_eq!(said, rejected.min(5), "{}", ran.err());
        }
    }

    /// What header lines name does not wait; extra fields might come with `--ragged`, so that it does.
    #[test]
    fn nothing_depends_on_waiting(headers in prop::collection::vec(prop::collection::btree_set(prop::sample::select(vec!["a", "b", "c d", "x,y", "e"]), 1..4), 1..4), rows in 0_usize..4, threads in 1_usize..4, eager: bool, reversed: bool) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let mut expected = Vec::new();
        for (number, header) in headers.iter().enumerate() {
            let mut header: Vec<&str> = header.iter().copied().collect();
            if reversed && number % 2 == 0 {
                header.reverse();
            }
            let line = |cells: Vec<String>| cells.join(",") + "\n";
            let mut text = line(header.iter().map(|name| quoted(name)).collect());
            for row in 0..rows {
                let cell = |at: usize| ["", "1.0", "\"q,\"\"\"", "\"\"", "5\" b"][(number + row + at) % 5].to_owned();
                let cells: Vec<String> = (0..header.len()).map(cell).collect();
                // A blank line is a record of one field only; of several it would be none.
                expected.push(header.iter().copied().zip(cells.clone()).collect::<BTreeMap<_, _>>());
                text += &line(cells);
            }
            for name in header {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let file = folder.path().join(format!("{number}.csv"));
            std::fs::write(&file, text).expect("a file");
            files.push(file.to_str().expect("a plain name").to_owned());
        }
        let mut out = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",") + "\n";
        for row in &expected {
            let cells: Vec<&str> = names.iter().map(|name| row.get(name).map_or("", String::as_str)).collect();
            out += &(cells.join(",") + "\n");
        }
        for waits in [&[][..], &["--ragged"]] {
            let mut words: Vec<&str> = [&["--union"], waits, &["filter", "true"]].concat();
            words.extend(files.iter().map(String::as_str));
            let ran = run(&words, b"", Variant { threads, block: 40, eager, ..PLAIN });
            prop_assert_eq!((ran.out(), ran.err()), (out.clone(), String::new()));
        }
    }
}

fn ok(ran: Ran) -> Vec<u8> {
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    ran.stdout
}

/// So many names in all; each record has a few of them.
const MANY: usize = 100_000;
const EACH: usize = 500;

/// What is written of a record beside its fields is what separates the others: a hundred thousand columns of records with
/// five hundred fields each.
#[test]
fn a_hundred_thousand_names() {
    let mut input = String::new();
    for first in (0..MANY).step_by(EACH) {
        // Each record begins with a name of the one before.
        let fields: Vec<String> =
            (first.saturating_sub(1)..first + EACH).map(|name| format!("\"n{name}\":{name}")).collect();
        let _ = writeln!(input, "{{{}}}", fields.join(","));
    }
    for threads in [1, 3] {
        let variant = Variant { threads, block: 10_000, ..PLAIN };
        let words = ["--from", "ndjson", "--to", "csv", "--union", "filter", "true"];
        let out = String::from_utf8(ok(run(&words, input.as_bytes(), variant))).expect("text");
        let mut lines = out.lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
        assert_eq!(header.len(), MANY);
        assert!(header.iter().enumerate().all(|(at, name)| *name == format!("n{at}")));
        assert_eq!(lines.clone().count(), MANY / EACH);
        for (number, line) in lines.enumerate() {
            let first = number * EACH;
            for (at, cell) in line.split(',').enumerate() {
                let has = (first.saturating_sub(1)..first + EACH).contains(&at);
                assert_eq!(cell, if has { at.to_string() } else { String::new() });
            }
        }
    }
}

/// The same where header lines name the columns, and nothing waits.
#[test]
fn a_hundred_thousand_names_in_header_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut words: Vec<String> = ["--union", "filter", "true"].map(str::to_owned).into();
    for first in (0..MANY).step_by(EACH) {
        let names: Vec<String> = (first..first + EACH).map(|name| format!("n{name}")).collect();
        let cells: Vec<String> = (first..first + EACH).map(|name| name.to_string()).collect();
        let file = folder.path().join(format!("{first}.csv"));
        std::fs::write(&file, format!("{}\n{}\n", names.join(","), cells.join(","))).expect("a file");
        words.push(file.to_str().expect("a plain name").to_owned());
    }
    let out = String::from_utf8(ok(run(&words, b"", PLAIN))).expect("text");
    let mut lines = out.lines();
    assert_eq!(lines.next().expect("a header").split(',').count(), MANY);
    for (number, line) in lines.enumerate() {
        let cells: Vec<(usize, &str)> =
            line.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
        assert_eq!((cells.len(), cells[0].0), (EACH, number * EACH));
        assert!(cells.iter().all(|(at, cell)| *cell == at.to_string()));
    }
}

/// Records whose fields change slowly, so that none is in all of them.
fn slowly_changing(records: usize) -> String {
    let mut text = String::new();
    for number in 0..records {
        let kind = number / 2_000;
        let _ = writeln!(
            text,
            "{{\"n\":{number},\"field {kind}\":\"some text, {number}\",\"u\":{{\"k{}\":[{number}]}}}}",
            number % 7
        );
    }
    text
}

#[test]
fn little_memory_does_not_show() {
    let text = slowly_changing(60_000);
    for chain in [
        &["filter", "n >= 0"][..],
        &["sort", "-n"],
        &["sort", "n", "then", "limit", "59999"],
        &["dedup", "n % 50000", "then", "filter", "true"],
    ] {
        let run = |memory: &str, threads: &str| {
            let front = ["--from", "ndjson", "--to", "csv", "--union", "--memory", memory, "-j", threads];
            let variant = Variant { block: 32 << 10, ..PLAIN };
            ok(harness::run(&[&front, chain].concat(), text.as_bytes(), variant))
        };
        let plain = run("256M", "1");
        assert!(plain.len() > 3_000_000, "{}", plain.len());
        for (memory, threads) in [("2M", "1"), ("2M", "3"), ("256M", "3")] {
            assert!(run(memory, threads) == plain, "{chain:?} --memory {memory} -j{threads}");
        }
    }
    let words = ["--from", "ndjson", "--to", "csv", "--union", "--memory", "2M", "--tmp", "/no/such/folder"];
    let ran = run(&[&words[..], &["filter", "true"]].concat(), text.as_bytes(), PLAIN);
    assert!(ran.status == 2 && ran.err().contains("temporary file"), "{}", ran.err());
}

#[test]
fn little_memory_does_not_show_in_files_beside() {
    let text = slowly_changing(40_000);
    let files = |memory: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_owned();
        let front = ["--from", "ndjson", "--to", "csv", "--union", "--memory", memory, "-j", "3"];
        let (tee, into) = (path("all.csv"), path("parts"));
        let chain = ["tee", &tee, "then", "split", "n % 23", "--into", &into];
        let variant = Variant { block: 32 << 10, ..PLAIN };
        ok(run(&[&front[..], &chain].concat(), text.as_bytes(), variant));
        let parts = (0..23).map(|part| format!("parts/{part}.csv")).chain(["all.csv".to_owned()]);
        parts.map(|name| std::fs::read(path(&name)).expect("a file")).collect::<Vec<_>>()
    };
    let plain = files("256M");
    assert!(plain.iter().all(|file| file.len() > 50_000));
    assert!(files("3M") == plain);
}

#[test]
fn names_count_towards_memory() {
    let mut text = String::new();
    for number in 0..40_000 {
        let _ = writeln!(text, "{{\"a name that only this record has, {number}\":{number}}}");
    }
    for threads in ["1", "3"] {
        let words =
            ["--from", "ndjson", "--to", "csv", "--memory", "2M", "-j", threads, "--union", "filter", "true"];
        let ran = run(&words, text.as_bytes(), Variant { block: 32 << 10, ..PLAIN });
        assert_eq!((ran.status, ran.stdout.len()), (2, 0));
        let said = "tamis: the names of the fields of the output (--union): holds more than --memory 2 MiB\n  \
                    help: give more with --memory\n";
        assert_eq!(ran.err(), said);
    }
}
