//! Tests of what the header says, how records are read by it, and that no line is lost.

use super::FORMAT;
use super::directives::Said;
use super::layout::{Element, Kind};
use crate::format::ndjson;
use crate::format::sections::{Directives, Layout};
use crate::format::trial::TestInput;
use proptest::prelude::*;

const HEAD: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n";

#[test]
fn kinds_of_types() {
    for (name, kind) in [
        ("string", Kind::Text),
        ("bool", Kind::Bool),
        ("set[string]", Kind::Array(Element::Text)),
        ("vector[bool]", Kind::Array(Element::Bool)),
        ("table[count]", Kind::Array(Element::Number)),
        ("vector[interval]", Kind::Array(Element::Number)),
        ("set[addr]", Kind::Array(Element::Text)),
        ("set[", Kind::Text),
        ("", Kind::Text),
    ] {
        assert_eq!(Kind::of(name.as_bytes()), kind, "{name}");
    }
}

#[test]
fn cells_are_over_the_bytes_of_the_record_but_for_arrays() {
    let given = TestInput::new(&FORMAT, &["s", "b", "v", "v[1]", "v[-1]", "id.h"]);
    let front = format!("{HEAD}#fields\ts\tb\tv\tid.h\n#types\tstring\tbool\tvector[count]\taddr\n");
    for (line, cells, raw) in [
        ("a\tT\t-\t::1", "Untyped:a True:T Null:- Missing: Missing: Untyped:::1", "a\\tT\\t-\\t::1"),
        (
            "\\x41\tF\t1,-,x\t-",
            "Coded(Hex):\\\\x41 False:F Array:[1,null,\\\"x\\\"] Null:null Text:x Null:-",
            "0 12:[1,null,\\\"x\\\"]\\n\\\\x41\\tF\\t1,-,x\\t-",
        ),
        (
            "(empty)\t-\t(empty)\t\\x4",
            "Quoted: Null:- Array:[] Missing: Missing: Coded(Hex):\\\\x4",
            "0 2:[]\\n(empty)\\t-\\t(empty)\\t\\\\x4",
        ),
    ] {
        let trial = given.read(format!("{front}{line}").as_bytes());
        assert_eq!(trial.cells(), [cells], "{line}");
        assert_eq!(trial.places(), [(7, raw.to_owned())], "{line}");
    }
}

#[test]
fn a_new_separator_line_begins_anew() {
    let mut said = Said::default();
    for line in ["#separator ,", "#unset_field,NIL", "#fields,a", "#separator \\x09", "#fields\tb\tc"] {
        said.take(line.as_bytes(), true);
    }
    let (layout, _) = said.layout(b"");
    assert_eq!(layout.names(), ["b", "c"]);
    assert_eq!((layout.separator, layout.unset), (b"\t".to_vec(), b"-".to_vec()));
}

#[test]
fn types_are_those_of_the_fields_beside_them() {
    let kinds = |lines: &[(&str, bool)]| {
        let mut said = Said::default();
        lines.iter().for_each(|(line, joined)| said.take(line.as_bytes(), *joined));
        said.layout(b"").0.kinds
    };
    let (fields, types) = ("#fields\ta", "#types\tbool");
    assert_eq!(kinds(&[(fields, false), (types, true)]), [Kind::Bool]);
    assert_eq!(kinds(&[(types, false), (fields, true)]), [Kind::Bool]);
    assert_eq!(kinds(&[(fields, false), (types, true), ("#fields\tb", false)]), [Kind::Text]);
}

/// Lines of logs, and what may be between them.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(HEAD.to_owned()),
        Just("#fields\tts\ta\n#types\ttime\tset[string]\n".to_owned()),
        Just("#fields\ta\tts\n#types\tvector[count]\tbool\n".to_owned()),
        Just("#fields\ta\n".to_owned()),
        Just("#types\tbool\n".to_owned()),
        Just("#close\t2024\r\n".to_owned()),
        "[0-9.TF,\\-\t#x]{0,12}\r?\n",
        "17067024[0-9]{2}\t([ab0-9,\\-]{0,6}|\\(empty\\))\n",
        "[ab0-9,\\\\x\\-]{0,6}\t[TF\\-]\n",
    ];
    (proptest::collection::vec(line, 0..20), "[0-9a\t#,]{0,8}")
        .prop_map(|(lines, last)| lines.concat() + &last)
}

proptest! {
    #[test]
    fn reads_do_not_matter_and_no_line_is_lost(
        text in lines(), steps in proptest::collection::vec(1_usize..30, 1..5),
    ) {
        let given = TestInput::new(&FORMAT, &["ts", "a", "a[0]"]);
        given.assert_cuts_do_not_matter(text.as_bytes(), &steps);
        let trial = given.read(text.as_bytes());
        let lines: Vec<&str> = text.split_inclusive('\n').map(|line| {
            line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line)
        }).collect();
        let others = lines.iter().filter(|line| line.starts_with('#') || line.is_empty()).count();
        prop_assert_eq!(trial.places().len() + trial.findings.rejects.len() + others, lines.len());
        let source = trial.sources.get(0).unwrap();
        for (batch, row) in trial.batches.iter().flat_map(|batch| (0..batch.rows() as u32).map(move |row| (batch, row))) {
            let line = usize::try_from(batch.origin(row).unwrap().line).unwrap();
            prop_assert_eq!(String::from_utf8_lossy(source.as_it_stood(batch.raw(row))), lines[line - 1]);
        }
        let records = trial.records();
        for (slot, name) in ["ts", "a"].iter().enumerate() {
            let walked: Vec<Option<String>> = records.iter().map(|fields| {
                fields.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.clone())
            }).collect();
            prop_assert_eq!(trial.values(slot), walked);
        }
        // What leaves is JSON.
        let (written, _) = trial.write(&ndjson::FORMAT, &trial.output());
        prop_assert_eq!(written.lines().count(), records.len());
        for line in written.lines() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{}", line);
        }
    }
}
