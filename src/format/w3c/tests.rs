//! Tests of what `#Fields:` and its like say, how records are read by it, and that no line is lost.

use super::FORMAT;
use crate::format::sections::{Directives, Layout};
use crate::format::trial::TestInput;
use crate::format::{InputOptions, ndjson};
use crate::scan::count::count;
use proptest::prelude::*;

use super::directives::Said;

fn written(text: &[u8]) -> String {
    let trial = TestInput::new(&FORMAT, &[]).read(text);
    trial.write(&ndjson::FORMAT, &trial.output()).0
}

#[test]
fn cells_are_over_the_bytes_of_the_record_where_they_can_be() {
    let given = TestInput::new(&FORMAT, &["datetime", "cs(A)", "s"]);
    let front = "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs(A) s\n";
    for (line, cells) in [
        ("2024-01-31 12:00:00 a b", "Untyped:2024-01-31 12:00:00 Untyped:a Untyped:b"),
        ("2024-01-31 12:00:00 a+b a+b", "Untyped:2024-01-31 12:00:00 Coded(Plus):a+b Untyped:a+b"),
        ("2024-01-31  12:00:00 - |", "Untyped:2024-01-31 12:00:00 Null:- Untyped:|"),
        ("- 12:00:00 a b", "Null: Untyped:a Untyped:b"),
        ("2024-01-31\t12:00:00\ta b\t", "Coded(Tab):2024-01-31\\t12:00:00 Untyped:a b Null:"),
    ] {
        assert_eq!(given.cells(format!("{front}{line}").as_bytes()), [cells], "{line}");
    }
    let trial = given.read(format!("{front}2024-01-31 12:00:00 a b\n").as_bytes());
    assert_eq!(trial.places(), [(3, "2024-01-31 12:00:00 a b".to_owned())]);
    let trial = given.read(format!("{front}2024-01-31  12:00:00 a b\n").as_bytes());
    assert_eq!(trial.places(), [(3, "0 19:2024-01-31 12:00:00\\n2024-01-31  12:00:00 a b".to_owned())]);
}

#[test]
fn a_record_says_its_section_if_that_is_not_the_first() {
    let given = TestInput::new(&FORMAT, &["b"]);
    let text =
        b"early\n#Fields: a b\n1 2\n#Fields: b a\n3 4\n#Fields: a b\n#Date: x\n\n5 6\n#Fields: b a\n7 8";
    let trial = given.read(text);
    assert_eq!(trial.cells(), ["Untyped:2", "Untyped:3", "Untyped:6", "Untyped:7"]);
    let places: Vec<String> = trial.places().into_iter().map(|(line, raw)| format!("{line} {raw}")).collect();
    assert_eq!(places, ["3 1 2", "5 2:\\n3 4", "9 5 6", "11 2:\\n7 8"]);
    assert_eq!(given.rejects(text), ["1: no \"#Fields:\" line is before this record"]);
}

#[test]
fn directives_that_say_the_same_begin_no_section() {
    let log = "#Software: x\n#Version: 1.0\n#Date: 2024-01-31\n#Fields: date time a\n2024-01-31 12:00:00 1\n";
    let given = TestInput::new(&FORMAT, &[]);
    let trial = given.read(log.repeat(3).replace("2024-01-31\n", "2024-02-01\n").as_bytes());
    assert_eq!((trial.batches.len(), trial.places().len()), (1, 3));
    let days = ["2024-01-31", "2024-02-01", "2024-01-31"];
    let logs = days.map(|day| format!("#Date: {day}\n#Fields: time\n12:00:00\n")).concat();
    assert_eq!(given.read(logs.as_bytes()).batches.len(), 3, "the day counts without a date");
}

#[test]
fn the_separator_is_what_the_first_record_that_fits_has() {
    for (records, expected) in [
        ("1 2\n3\t4 5\n", "{\"a\":1,\"b\":2}\n{\"a\":\"3\\t4\",\"b\":5}\n"),
        ("1\t2\n3 4\t5\n", "{\"a\":1,\"b\":2}\n{\"a\":\"3 4\",\"b\":5}\n"),
        ("damaged\n1\t2 3\n4 5\n", "{\"a\":1,\"b\":\"2 3\"}\n"),
        ("1 2 3\n4 5\n6\t7\n", "{\"a\":4,\"b\":5}\n"),
    ] {
        assert_eq!(written(format!("#Fields: a b\n{records}").as_bytes()), expected, "{records:?}");
    }
}

#[test]
fn a_day_is_ten_characters() {
    for (date, has_datetime) in
        [("2024-01-31", true), ("2024-01-31T12:00 // x", true), ("31-01-2024", false), ("2024-1-1 x", false)]
    {
        let mut said = Said::default();
        for line in [format!("#Date:{date}"), "#FIELDS:\ttime\ta".to_owned()] {
            said.take(line.as_bytes(), true);
        }
        assert_eq!(said.layout(b"").0.names().len() == 3, has_datetime, "{date}");
    }
}

#[test]
fn a_fields_line_that_is_too_long_leaves_no_names() {
    let long = format!("#Fields: a\n1\n#Fields: {}\n2\n#Fields: b\n3\n", "c ".repeat(1000));
    let given = TestInput::new(&FORMAT, &["a", "b"]);
    let trial = given.read_by(long.as_bytes(), &[100]);
    assert!(trial.cells().len() <= 3);
    let mut said = Said::default();
    said.take(b"#Fields: a", true);
    said.lose(b"#fields: a b c");
    assert!(said.layout(b"1").0.refusal().is_some());
}

#[test]
fn a_comment_that_is_a_directive_is_refused() {
    for (comment, is_refused) in [("#", true), ("#F", true), ("#Remark", false), ("##", false), (";", false)]
    {
        let options = InputOptions { comment: Some(comment.into()), ..InputOptions::default() };
        assert_eq!(FORMAT.input.unwrap()(&options).is_err(), is_refused, "{comment}");
    }
}

/// Lines of logs, and what may be between them.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("#Fields: date time a\n".to_owned()),
        Just("#Fields: a time date\r\n".to_owned()),
        Just("#Fields: time a\n".to_owned()),
        Just("#Fields: a\n".to_owned()),
        Just("#Fields:\n".to_owned()),
        Just("#Software: Microsoft Internet Information Server\n".to_owned()),
        Just("#Version: 1.0\n".to_owned()),
        Just("#Date: 2024-01-31\n".to_owned()),
        Just("# x\n".to_owned()),
        "[0-9:\\- \t\"#a+]{0,12}\r?\n",
        "2024-01-31[ \t]{1,2}12:00:0[0-9][ \t][a\"+]{0,3}\n",
        "[a-z]{1,2}[ \t]12:00:00[ \t]2024-01-31\n",
    ];
    (proptest::collection::vec(line, 0..20), "[0-9a \t#\"]{0,8}")
        .prop_map(|(lines, last)| lines.concat() + &last)
}

proptest! {
    #[test]
    fn reads_do_not_matter_and_no_line_is_lost(
        text in lines(), marked in any::<bool>(), steps in proptest::collection::vec(1_usize..30, 1..5),
    ) {
        let mark = if marked { "\u{feff}" } else { "" };
        let text = format!("{mark}{text}");
        let given = TestInput::new(&FORMAT, &["datetime", "a", "time"]);
        given.assert_cuts_do_not_matter(text.as_bytes(), &steps);
        let trial = given.read(text.as_bytes());
        let lines: Vec<&str> = text[mark.len()..].split_terminator('\n').map(|line| {
            line.strip_suffix('\r').filter(|_| text.contains(&format!("{line}\n"))).unwrap_or(line)
        }).collect();
        let others = lines.iter().filter(|line| line.starts_with('#') || line.trim_ascii().is_empty()).count();
        prop_assert_eq!(trial.places().len() + trial.findings.rejects.len() + others, lines.len());
        let source = trial.sources.get(0).unwrap();
        let records = trial.records();
        for (batch, row) in trial.batches.iter().flat_map(|batch| (0..batch.rows() as u32).map(move |row| (batch, row))) {
            let line = usize::try_from(batch.origin(row).unwrap().line).unwrap();
            let stood = source.as_it_stood(batch.raw(row));
            prop_assert_eq!(String::from_utf8_lossy(stood), lines[line - 1]);
            prop_assert!(count(batch.raw(row), b'\n') <= 1);
        }
        // What a record's own bytes give is what the decoder found.
        for (slot, name) in ["datetime", "a", "time"].iter().enumerate() {
            let walked: Vec<Option<String>> = records.iter().map(|fields| {
                fields.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.clone())
            }).collect();
            prop_assert_eq!(trial.values(slot), walked);
        }
    }
}
