//! Suites of formats: JSON texts, CSV files, stations of the One Billion Row Challenge.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answers::{EACH, data, objects, records_of, run_each};
use crate::harness::{PLAIN, run};

/// Texts as `tests/json_test_suite.rs` chooses them: one line; what is no object is tested as `{"x":TEXT}`.
#[test]
fn json_verdicts() {
    let Some(data) = data() else { return };
    let (mut accepted, mut rejected) = (0, 0);
    for entry in std::fs::read_dir(data.path("json-test-suite/test_parsing")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = std::fs::read(&path).unwrap();
        if text.last() == Some(&b'\n') {
            text.pop();
        }
        if text.contains(&b'\n') {
            continue;
        }
        if !text.trim_ascii_start().starts_with(b"{") {
            text = [b"{\"x\":", &text[..], b"}"].concat();
        }
        text.push(b'\n');
        let words = ["--from", "ndjson", "--validate", "filter", "true"];
        let ran = run(&words, &text, PLAIN);
        let verdict = match ran.status {
            0 => {
                assert_eq!((&ran.stdout, ran.err().as_str()), (&text, ""), "{name}");
                true
            }
            // A text that begins like an object over several lines is told the format that reads it.
            2 => {
                assert!(ran.stdout.is_empty() && ran.err().contains("--from json"), "{name}: {}", ran.err());
                false
            }
            status => {
                assert_eq!((status, ran.stdout.len()), (1, 0), "{name}");
                assert!(
                    ran.err().contains("tamis: stdin:1:") && ran.err().contains("rejected: "),
                    "{}",
                    ran.err()
                );
                false
            }
        };
        match name.as_bytes()[0] {
            b'y' => assert!(verdict, "{name} was rejected: {}", ran.err()),
            b'n' => assert!(!verdict, "{name} was accepted"),
            _ => {}
        }
        accepted += u32::from(verdict);
        rejected += u32::from(!verdict);
        let ran_small = run(&words, &text, EACH[3]);
        assert!(ran_small == ran, "{name} differs in small blocks");
    }
    assert!(accepted > 90 && rejected > 150, "{accepted} {rejected}");
}

/// All texts as they are, over lines or not: objects and arrays of objects are records, no text that is none is accepted.
#[test]
fn json_texts() {
    let Some(data) = data() else { return };
    let (mut accepted, mut refused) = (0, 0);
    for entry in std::fs::read_dir(data.path("json-test-suite/test_parsing")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read(&path).unwrap();
        let words = ["--from", "json", "--validate", "filter", "true"];
        let ran = run(&words, &text, PLAIN);
        let objects = match serde_json::from_slice(&text) {
            Ok(Value::Object(_)) => Some(1),
            Ok(Value::Array(all)) if all.iter().all(Value::is_object) => Some(all.len()),
            _ => None,
        };
        match (name.as_bytes()[0], objects) {
            (b'y', Some(count)) => {
                assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{name}");
                assert_eq!(ran.stdout.iter().filter(|byte| **byte == b'\n').count(), count, "{name}");
                accepted += 1;
            }
            (b'n', _) => {
                let is_blank = text.trim_ascii().is_empty() || text == b"\xef\xbb\xbf";
                // Several texts are fine here.
                let mut texts = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
                let is_fine = is_blank || texts.all(|text| text.is_ok());
                assert!(ran.status != 0 || is_fine, "{name}: {}", ran.err());
                assert!(ran.status == 0 || ran.err().contains("stdin"), "{name}: {}", ran.err());
                refused += 1;
            }
            _ => {}
        }
        assert!(run(&words, &text, EACH[3]) == ran, "{name} differs in small blocks");
    }
    assert!(accepted > 12 && refused > 180, "{accepted} {refused}");
}

#[test]
fn csv_values() {
    let Some(data) = data() else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(data.path("csv-spectrum/csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let file = path.to_str().unwrap();
        let found = records_of(&["--to", "ndjson", "--types", "*:text", "project", "*", file]);
        let expected: Vec<Value> =
            serde_json::from_slice(&data.read(&format!("csv-spectrum/json/{name}.json"))).unwrap();
        assert_eq!(found, expected, "{name}");
        // What passes unchanged is read the same again.
        let passed = run_each(&["filter", "true", file]);
        assert_eq!((passed.status, passed.err().as_str()), (0, ""));
        let again = run(
            &["--from", "csv", "--to", "ndjson", "--types", "*:text", "project", "*"],
            &passed.stdout,
            PLAIN,
        );
        assert_eq!(objects(&again.stdout), expected, "{name}");
        files += 1;
    }
    assert_eq!(files, 11);
}

/// The answers of a `.out` file: `{A=1.0/2.0/3.0, B=…}`; names may hold commas and blanks.
fn stations(text: &str) -> BTreeMap<String, [f64; 3]> {
    let mut stations = BTreeMap::new();
    let mut rest = text.trim().trim_start_matches('{').trim_end_matches('}');
    while let Some((name, tail)) = rest.split_once('=') {
        let (numbers, tail) = tail.split_once(", ").unwrap_or((tail, ""));
        let numbers: Vec<f64> = numbers.split('/').map(|number| number.parse().unwrap()).collect();
        stations.insert(name.to_owned(), numbers.try_into().unwrap());
        rest = tail;
    }
    stations
}

#[test]
fn temperatures_per_station() {
    let Some(data) = data() else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(data.path("one-brc")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|suffix| suffix != "txt") {
            continue;
        }
        let file = path.to_str().unwrap();
        let options =
            ["--from", "csv", "--to", "ndjson", "--delimiter", ";", "--header", "station,temperature"];
        let items = "low = min(temperature), mean = avg(temperature), high = max(temperature)";
        let types = ["--types", "station:text"];
        let rounded = "station, low, mean = floor(mean * 10 + 0.5) / 10, high";
        let chain = ["aggregate", items, "--by", "station", "then", "project", rounded, file];
        let found = records_of(&[&options[..], &types, &chain].concat());
        let number = |record: &Value, field: &str| record[field].as_f64().unwrap();
        let of = |record: &Value| {
            let numbers = ["low", "mean", "high"].map(|field| number(record, field));
            (record["station"].as_str().unwrap().to_owned(), numbers)
        };
        let keys: Vec<&Value> = found.iter().map(|record| &record["station"]).collect();
        assert!(keys.is_sorted_by_key(|key| key.as_str().unwrap()), "{file}");
        let found: BTreeMap<String, [f64; 3]> = found.iter().map(of).collect();
        let expected = stations(&std::fs::read_to_string(path.with_extension("out")).unwrap());
        assert_eq!(found, expected, "{file}");
        files += 1;
    }
    assert_eq!(files, 12);
}
