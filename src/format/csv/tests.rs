//! CSV and TSV end to end: framing in any pieces, decoding, and writing.

use std::sync::Arc;

use proptest::prelude::*;

use super::FORMAT as CSV;
use crate::format::access::combined::FORMAT as COMBINED;
use crate::format::ndjson::FORMAT as NDJSON;
use crate::format::trial::{Fieldset, MAX_RECORD, Trial, limits, read};
use crate::format::tsv::FORMAT as TSV;
use crate::format::{FormatDef, InputOptions, OutputOptions};
use crate::record::{ColumnRef, Made, Named, Shape};
use crate::value::Value;

const WHOLE: usize = 1 << 20;

fn options() -> InputOptions {
    InputOptions::default()
}

fn csv(text: &[u8]) -> Trial {
    read(&CSV, &options(), &[], text, WHOLE).unwrap()
}

/// `name=value` of each field, `name` alone for null; a line for each record.
fn shown(trial: &Trial) -> Vec<String> {
    let field = |(name, value): &(String, Option<String>)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    };
    let record = |fields: Fieldset| fields.iter().map(field).collect::<Vec<_>>().join("|");
    trial.records().into_iter().map(record).collect()
}

#[test]
fn records_and_rejects() {
    let long = format!("a,b\n1,\"2\n{}3,4\n", "5,6\n".repeat(MAX_RECORD));
    type Case<'a> = (&'a str, &'a [u8], &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        ("empty", b"", &[], &[]),
        ("only a mark", b"\xef\xbb\xbf", &[], &[]),
        ("only a header", b"a,b\n", &[], &[]),
        ("only a header, no line end", b"a,b", &[], &[]),
        ("mark, CRLF, no last line end", b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4", &["a=1|b=2", "a=3|b=4"], &[]),
        ("blank lines", b"\n\na,b\n\n1,2\n\r\n3,4\n\n", &["a=1|b=2", "a=3|b=4"], &[]),
        ("blank lines of one field", b"a\n1\n\n2\n", &["a=1", "a", "a=2"], &[]),
        ("quotes", b"a,b\n\"x\ny\",\"\"\n\"p \"\"q\"\"\",\n", &["a=x\ny|b=", "a=p \"q\"|b"], &[]),
        ("a quote within", b"a,b\n5\" disk,2\"\n\"\"\"\",x\n", &["a=5\" disk|b=2\"", "a=\"|b=x"], &[]),
        ("after a quote", b"a,b\n\"1\"x,2\n3,4\n", &["a=3|b=4"], &["2:4: text after a closing quote"]),
        (
            "unclosed at the end",
            b"a,b\n1,2\n3,\"4\n5,6\n",
            &["a=1|b=2", "a=5|b=6"],
            &["3: a quote that does not close"],
        ),
        ("unclosed in the last line", b"a,b\n1,2\n3,\"4", &["a=1|b=2"], &["3: a quote that does not close"]),
        (
            "too few, too many",
            b"a,b\n1\n1,2\n1,2,3\n",
            &["a=1|b=2"],
            &["2: expected 2 fields, found 1", "4: expected 2 fields, found 3"],
        ),
        ("not UTF-8 where nobody looks", b"a,b\n\xff,2\n", &["a=\u{fffd}|b=2"], &[]),
        ("NUL and a lone CR", b"a,b\n\0,x\ry\n", &["a=\0|b=x\ry"], &[]),
        ("names", b"x,,x,x_2,x\n1,2,3,4,5\n", &["x=1|c2=2|x_3=3|x_2=4|x_4=5"], &[]),
        ("quoted names", b"\"a,1\",\"b\"\"\"\n1,2\n", &["a,1=1|b\"=2"], &[]),
    ];
    for (name, text, records, rejects) in cases {
        for step in [1, 2, 3, WHOLE] {
            let trial = read(&CSV, &options(), &[], text, step).unwrap();
            assert_eq!(shown(&trial), *records, "{name}, {step} bytes at a time");
            assert_eq!(trial.rejects(), *rejects, "{name}, {step} bytes at a time");
        }
    }
    for step in [1, 61, WHOLE] {
        let trial = read(&CSV, &options(), &[], long.as_bytes(), step).unwrap();
        assert_eq!(trial.rejects(), ["2: a quote that does not close"]);
        assert_eq!(trial.records().len(), MAX_RECORD + 1);
    }
}

#[test]
fn a_line_too_long_is_dropped_alone() {
    let text = format!("a,b\n1,2\n{},4\n5,6\n", "3".repeat(3 * MAX_RECORD));
    let trial = read(&CSV, &options(), &[], text.as_bytes(), 100).unwrap();
    assert_eq!(shown(&trial), ["a=1|b=2", "a=5|b=6"]);
    assert_eq!(trial.rejects(), ["3: longer than --max-record"]);
}

#[test]
fn header_options() {
    let named = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    let semicolon = InputOptions { delimiter: Some(b';'), ..options() };
    let counted = InputOptions { no_header: true, ..options() };
    let given = InputOptions { header: named(&["x", "x"]), ..options() };
    let ragged = InputOptions { ragged: true, ..options() };
    let nulls = InputOptions { nulls: vec![b"NA".to_vec(), b"-".to_vec()], ..options() };
    let cases: [(&InputOptions, &str, &[&str]); 6] = [
        (&semicolon, "a;b\n1,5;\"2;3\"\n", &["a=1,5|b=2;3"]),
        (&counted, "\u{feff}1,\"2\n\"\n3,4\n", &["c1=1|c2=2\n", "c1=3|c2=4"]),
        (&counted, "1,\"2\n3,4\n", &["c1=3|c2=4"]),
        (&given, "\u{feff}1,2\n", &["x=1|x_2=2"]),
        (&ragged, "a,b\n1\n1,2,3,4\n", &["a=1", "a=1|b=2|c3=3|c4=4"]),
        (&nulls, "a,b,c\nNA,\"NA\",-\n", &["a|b=NA|c"]),
    ];
    for (options, text, records) in cases {
        for step in [1, WHOLE] {
            let trial = read(&CSV, options, &[], text.as_bytes(), step).unwrap();
            assert_eq!(shown(&trial), records, "{text:?}");
        }
    }
}

#[test]
fn headers_that_cannot_be_read_are_errors() {
    for text in [&b"a,\"b\n1,2\n"[..], b"a,\"b\"c\n", b"a,\xff\n"] {
        assert!(read(&CSV, &options(), &[], text, WHOLE).is_err(), "{text:?}");
    }
    let quote = InputOptions { delimiter: Some(b'"'), ..options() };
    assert!(read(&CSV, &quote, &[], b"", WHOLE).is_err());
}

#[test]
fn wanted_fields_are_located_and_checked() {
    let text = b"a,b,user.id\n1,x,7\n\xff,y,8\n3,\"z\xc3\",9\n4,\"q\"\"\",\n";
    let trial = read(&CSV, &options(), &["user.id", "b", "nope"], text, WHOLE).unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(trial.values(0), [some("7"), some("8"), None]);
    assert_eq!(trial.values(1), [some("x"), some("y"), some("q\"")]);
    assert_eq!(trial.values(2), [None, None, None]);
    assert_eq!(trial.rejects(), ["4:5: not UTF-8"]);
    assert_eq!((trial.findings.read, trial.findings.present), (4, vec![true, true, false]));

    let ragged = InputOptions { ragged: true, ..options() };
    let trial = read(&CSV, &ragged, &["c3", "b", "c2", "c9"], b"a,b\n1,2,3\n1\n", WHOLE).unwrap();
    assert_eq!(trial.values(0), [some("3"), None]);
    assert_eq!(trial.values(1), [some("2"), None]);
    assert_eq!(trial.findings.present, [true, true, false, false]);
}

#[test]
fn tsv_has_escapes_and_no_quotes() {
    let text = b"a\tb\r\n\"x\t1\\t2\\\\\n\ty\\n\n";
    let trial = read(&TSV, &options(), &["b"], text, 1).unwrap();
    assert_eq!(shown(&trial), ["a=\"x|b=1\t2\\", "a|b=y\n"]);
    let options = trial.output();
    assert_eq!(trial.write(&TSV, &options).0, "a\tb\n\"x\t1\\t2\\\\\n\ty\\n\n");
    assert_eq!(trial.write(&CSV, &options).0, "a,b\n\"\"\"x\",1\t2\\\n,\"y\n\"\n");
}

fn written(trial: &mut Trial, format: &FormatDef, change: impl Fn(&mut OutputOptions)) -> String {
    let mut options = trial.output();
    change(&mut options);
    trial.write(format, &options).0
}

#[test]
fn records_pass_byte_for_byte() {
    let nulls = InputOptions { nulls: vec![b"NA".to_vec()], ..options() };
    let text = "a,b\n1.0,\"007\"\nNA,5\" disk\n\"x\"\"\",\n\"\",\"p\r\nq\"\n";
    let mut trial = read(&CSV, &nulls, &["a", "b"], text.as_bytes(), 7).unwrap();
    assert_eq!(written(&mut trial, &CSV, |_| {}), text);
    // Field by field under another order of columns, the spellings survive too.
    let field = |name: &str, slot| Named::new(name, ColumnRef::Input(slot));
    let swapped = Shape::of(vec![field("b", 1), field("a", 0)]);
    let swapped = written(&mut trial, &CSV, |options| options.shape = swapped.clone());
    assert_eq!(swapped, "b,a\n\"007\",1.0\n5\" disk,NA\n,\"x\"\"\"\n\"p\r\nq\",\"\"\n");
    let tsv = written(&mut trial, &TSV, |_| {});
    assert_eq!(tsv, "a\tb\n1.0\t007\n\t5\" disk\nx\"\t\n\tp\\r\\nq\n");
    let semicolons = written(&mut trial, &CSV, |options| options.delimiter = Some(b';'));
    assert_eq!(semicolons, "a;b\n1.0;007\n;\"5\"\" disk\"\n\"x\"\"\";\n\"\";\"p\r\nq\"\n");
    assert_eq!(written(&mut csv(b"a,b\r\n1,2\r\n3,4"), &CSV, |_| {}), "a,b\n1,2\n3,4\n");
    assert_eq!(written(&mut csv(b"a,b\n"), &CSV, |_| {}), "a,b\n");
    assert_eq!(written(&mut csv(b"a,b\n1,2\n"), &CSV, |options| options.no_header = true), "1,2\n");
    assert_eq!(written(&mut csv(b""), &CSV, |_| {}), "");
}

#[test]
fn made_fields_stand_where_the_shape_says() {
    let made = |name: &str| Named::new(name, ColumnRef::Made(0));
    let except = |names: &[&str]| {
        let except = names.iter().map(|&name| name.to_owned()).collect();
        Some(crate::record::Rest { except, ..crate::record::Rest::default() })
    };
    let cases = [
        (
            Shape { before: vec![], rest: except(&[]), after: vec![made("n")], ..Shape::input() },
            "a,b,n\n1,\"2\",x y\n3,4,\n",
        ),
        (
            Shape { before: vec![], rest: except(&[]), after: vec![made("a")], ..Shape::input() },
            "a,b\nx y,\"2\"\n,4\n",
        ),
        (
            Shape { before: vec![made("b")], rest: except(&["b"]), after: vec![], ..Shape::input() },
            "b,a\nx y,1\n,3\n",
        ),
        (Shape { before: vec![], rest: except(&["a"]), after: vec![], ..Shape::input() }, "b\n\"2\"\n4\n"),
        (Shape::of(vec![made("n")]), "n\nx y\n\n"),
    ];
    for (shape, expected) in cases {
        let mut trial = csv(b"a,b\n1,\"2\"\n3,4\n");
        for batch in &mut trial.batches {
            let mut column = Made::new(&batch.bytes, 2);
            column.set(0, Value::Text(b"x y"));
            batch.set_made(0, column);
        }
        assert_eq!(written(&mut trial, &CSV, |options| options.shape = shape.clone()), expected);
    }
}

#[test]
fn an_input_with_other_fields_is_rejected_by_name() {
    let trial = csv(b"a,b\n1,2\n");
    let mut other = csv(b"b,c\n3,\n4,5\n");
    let mut options = trial.output();
    let sources = crate::record::Sources::new(2);
    for (index, trial) in [(0, &trial), (1, &other)] {
        let source = trial.sources.get(0).unwrap();
        let (header, walk) = (source.header.clone(), Arc::clone(&source.walk));
        sources.set(
            index,
            crate::record::Source {
                name: None,
                format: "csv",
                header,
                spelled: Default::default(),
                header_line: true,
                optional: &[],
                walk,
                time_slot: None,
                time_field: None,
                stood: false,
            },
        );
    }
    options.sources = Arc::new(sources);
    for batch in &mut other.batches {
        batch.origins = crate::record::Origins::Block {
            source: 1,
            first_line: 2,
            dropped: Arc::default(),
            lines: Default::default(),
        };
    }
    let (out, rejects) = other.write(&CSV, &options);
    assert_eq!(out, "a,b\n,3\n");
    assert_eq!(
        rejects,
        ["3: field \"c\" is no column of the output (name its columns with project, or give --union)"]
    );
}

#[test]
fn the_first_record_gives_the_columns_of_formats_without_header() {
    let text = concat!(
        "{\"id\":1,\"user\":{\"name\":\"a,b\",\"tags\":[1.0,true]},\"x\":null}\n",
        "{\"user\":{\"tags\":[\"\\u00e9\"]},\"id\":\"\",\"more\":null}\n",
        "{\"id\":3,\"user\":{\"name\":\"c\",\"age\":7}}\n",
        "{\"id\":{\"a\":1},\"x\":2,\"x\":3}\n",
    );
    let trial = read(&NDJSON, &options(), &[], text.as_bytes(), 1).unwrap();
    let (out, rejects) = trial.write(&CSV, &trial.output());
    let expected = [
        "id,user.name,user.tags.0,user.tags.1,x",
        "1,\"a,b\",1.0,true,",
        "\"\",,é,,",
        "\"{\"\"a\"\":1}\",,,,3",
    ];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    assert_eq!(
        rejects,
        ["3: field \"user.age\" is no column of the output (name its columns with project, or give --union)"]
    );
    let line = "10.0.0.7 - - [t] \"GET / x\" 200 - \"-\" \"a \\\"b\\\"\"\n";
    let mut trial = read(&COMBINED, &options(), &[], line.as_bytes(), 9).unwrap();
    let header = "ip,ident,user,time,method,path,protocol,status,bytes,referer,agent\n";
    let record = "10.0.0.7,,,t,GET,/,x,200,,,\"a \"\"b\"\"\"\n";
    assert_eq!(written(&mut trial, &CSV, |_| {}), format!("{header}{record}"));
    let mut empty = read(&COMBINED, &options(), &[], b"", 9).unwrap();
    assert_eq!(written(&mut empty, &CSV, |_| {}), header);
}

/// Workers encode too where the columns are known; the header is written once, by the encoder that begins.
#[test]
fn only_the_encoder_that_begins_writes_the_header() {
    let trial = csv(b"a,b\n1,2\n");
    let output = CSV.output.unwrap()(&trial.output()).unwrap();
    assert!(output.any_order());
    let mut findings = crate::record::Findings::new(limits(), 0);
    let (mut first, mut worker) = (Vec::new(), Vec::new());
    output.encoder().encode(&trial.batches[0], &mut worker, &mut findings);
    let mut encoder = output.encoder();
    encoder.begin(&mut first);
    encoder.finish(&mut first);
    assert_eq!((first, worker), (b"a,b\n".to_vec(), b"1,2\n".to_vec()));
    let ndjson = read(&NDJSON, &options(), &[], b"{\"a\":1}", 9).unwrap();
    assert!(!CSV.output.unwrap()(&ndjson.output()).unwrap().any_order());
}

#[test]
fn a_header_that_never_ends_is_an_error_however_it_is_read() {
    let text = format!("a,\"b\n{}", "1,2\n".repeat(WHOLE / 4));
    for step in [1 << 18, 2 * WHOLE] {
        assert!(read(&CSV, &options(), &[], text.as_bytes(), step).is_err());
    }
}

#[test]
fn values_are_quoted_where_they_must_be() {
    let texts: [(Value<'_>, &str); 8] = [
        (Value::Null, ""),
        (Value::Text(b""), "\"\""),
        (Value::Text(b"a,b"), "\"a,b\""),
        (Value::Text(b"a \"b\""), "\"a \"\"b\"\"\""),
        (Value::Untyped(b" x\ty "), " x\ty "),
        (Value::Text(b"a\rb"), "\"a\rb\""),
        (Value::Object(b"{\"a\":1}"), "\"{\"\"a\"\":1}\""),
        (Value::Bool(true), "true"),
    ];
    for (value, expected) in texts {
        let mut column = Made::default();
        column.push(value);
        let named = |name: &str| Named::new(name, ColumnRef::Made(0));
        let mut trial = csv(b"");
        trial.batches = vec![crate::record::Batch::of_made(vec![column], 1)];
        let shape = Shape::of(vec![named("x"), named("y")]);
        let out = written(&mut trial, &CSV, |options| options.shape = shape.clone());
        assert_eq!(out, format!("x,y\n{expected},{expected}\n"));
    }
}

#[test]
fn csv_spectrum() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/csv-spectrum");
    let Ok(files) = std::fs::read_dir(folder.join("csvs")) else {
        assert!(
            std::env::var_os("TAMIS_NEED_DATA").is_none_or(|value| value != "1"),
            "../shared/data is not there"
        );
        println!("csv_spectrum did not run: ../shared/data is not there");
        return;
    };
    let mut count = 0;
    for file in files {
        let file = file.unwrap().path();
        let answer = folder.join("json").join(file.file_stem().unwrap()).with_extension("json");
        let answer: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_slice(&std::fs::read(answer).unwrap()).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        for step in [1, 5, WHOLE] {
            let trial = read(&CSV, &options(), &[], &bytes, step).unwrap();
            let found = trial.records().into_iter().map(|fields| {
                let member =
                    |(name, value): (String, Option<String>)| (name, value.unwrap_or_default().into());
                fields.into_iter().map(member).collect()
            });
            assert_eq!(found.collect::<Vec<serde_json::Map<_, _>>>(), answer, "{}", file.display());
            assert!(trial.rejects().is_empty());
        }
        count += 1;
    }
    assert_eq!(count, 11);
}

/// A field's text, and whether it is to be quoted though it need not.
fn field() -> impl Strategy<Value = (String, bool)> {
    ("[ab,\"\n é]{0,6}", any::<bool>())
}

fn spell(fields: &[(String, bool)], line_end: &str, out: &mut String) {
    for (place, (text, quoted)) in fields.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let opens = text.starts_with('"') || text.contains([',', '\n']);
        if *quoted || opens {
            out.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
        } else {
            out.push_str(text);
        }
    }
    out.push_str(line_end);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Against the `csv` crate, whatever pieces the bytes come in.
    #[test]
    fn agrees_with_the_csv_crate(
        rows in prop::collection::vec(prop::collection::vec(field(), 3), 1..12),
        crlf in any::<bool>(),
        last in any::<bool>(),
        step in 1_usize..40,
    ) {
        let line_end = if crlf { "\r\n" } else { "\n" };
        let mut text = String::from("x,y,z\n");
        for row in &rows {
            spell(row, line_end, &mut text);
        }
        if !last {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let mut twin = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let twin: Vec<Vec<String>> =
            twin.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let mut trial = read(&CSV, &options(), &["x", "z"], text.as_bytes(), step).unwrap();
        let plain = |fields: Fieldset| fields.into_iter().map(|field| field.1.unwrap_or_default()).collect();
        let found: Vec<Vec<String>> = trial.records().into_iter().map(plain).collect();
        prop_assert_eq!(&found, &twin);
        for (slot, column) in [(0, 0), (1, 2)] {
            let values = trial.values(slot).into_iter().map(Option::unwrap_or_default);
            let expected = twin.iter().map(|record| record[column].clone());
            prop_assert!(values.eq(expected));
        }
        prop_assert!(trial.rejects().is_empty());

        // Written field by field, the crate reads the same again.
        let made = Named::new("n", ColumnRef::Made(9));
        let shape = Shape { before: vec![made], ..Shape::input() };
        let out = written(&mut trial, &CSV, |options| options.shape = shape.clone());
        let mut again = ::csv::ReaderBuilder::new().from_reader(out.as_bytes());
        let again: Vec<Vec<String>> = again
            .records()
            .map(|record| record.unwrap().iter().skip(1).map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(&again, &twin);
        let tsv = written(&mut trial, &TSV, |_| {});
        let tsv = read(&TSV, &options(), &[], tsv.as_bytes(), step).unwrap();
        let found: Vec<Vec<String>> = tsv.records().into_iter().map(plain).collect();
        prop_assert_eq!(&found, &twin);
    }

    /// Any bytes at all: no panic, and the same records and rejects however they come.
    #[test]
    fn pieces_do_not_matter(
        text in prop::collection::vec(prop::sample::select(b"a,\"\n\r\xff\\'".to_vec()), 0..60),
        step in 1_usize..20,
        quote in prop::sample::select(vec![None, Some(None), Some(Some(b'\''))]),
        escape in prop::sample::select(vec![None, Some(b'\\')]),
        (no_header, ragged) in (any::<bool>(), any::<bool>()),
    ) {
        let options = InputOptions { quote, escape, no_header, ragged, ..options() };
        let text = if no_header { text } else { [b"x,c2\n", text.as_slice()].concat() };
        let whole = read(&CSV, &options, &["c2"], &text, WHOLE).unwrap();
        let pieces = read(&CSV, &options, &["c2"], &text, step).unwrap();
        prop_assert_eq!(whole.records(), pieces.records());
        prop_assert_eq!(whole.rejects(), pieces.rejects());
        // What is located is what all fields show.
        let of = |fields: Fieldset| fields.into_iter().find(|field| field.0 == "c2").and_then(|field| field.1);
        let shown: Vec<_> = pieces.records().into_iter().map(of).collect();
        prop_assert_eq!(shown, pieces.values(0));
    }
}
