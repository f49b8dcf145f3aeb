//! Access logs of fixed fields: what fits, what does not, and what comes after the last field.

use proptest::prelude::*;

use super::combined::FORMAT;
use super::common::FORMAT as COMMON;
use super::vhost::FORMAT as VHOST;
use crate::format::trial::{Trial, read};
use crate::format::{FormatDef, InputOptions};

fn trial(format: &FormatDef, text: &[u8]) -> Trial {
    read(format, &InputOptions::default(), &["agent", "path"], text, 50).unwrap()
}

/// The values of the only record, null as `~`.
fn values(trial: &Trial) -> String {
    let records = trial.records();
    let values = records.iter().flatten().map(|field| field.1.clone().unwrap_or("~".to_owned()));
    values.collect::<Vec<_>>().join("|")
}

const FRONT: &str = "10.0.0.7 - bob [17/May/2015:10:05:03 +0000]";

#[test]
fn lines_that_fit() {
    let front = "10.0.0.7|~|bob|17/May/2015:10:05:03 +0000";
    for (rest, expected) in [
        (
            "\"GET /a HTTP/1.1\" 200 12 \"http://x/\" \"curl/7 (x)\"",
            "GET|/a|HTTP/1.1|200|12|http://x/|curl/7 (x)",
        ),
        ("\"GET /a HTTP/1.1\" 304 - \"-\" \"-\"\r", "GET|/a|HTTP/1.1|304|~|~|~"),
        ("\"-\" 408 0 \"\" \"x\" ", "~|~|~|408|0||x"),
        ("\"-\" 408 0 \"\" \"x\" \t", "~|~|~|408|0||x"),
        ("\"-\" 408 0 \"\" \"x\"\t ", "~|~|~|408|0||x"),
        (r#""-" 408 0 "caf\u00e9\v" "\a\b\f\q""#, "~|~|~|408|0|caf\u{e9}\u{b}|\u{7}\u{8}\u{c}\\q"),
        ("\"GET /a b HTTP/1.1\" 400 0 \"-\" \"x\"", "~|GET /a b HTTP/1.1|~|400|0|~|x"),
        ("\"\" 400 0 \"-\" \"x\"", "~||~|400|0|~|x"),
        ("\"GET  x\" 400 0 \"-\" \"x\"", "~|GET  x|~|400|0|~|x"),
        (r#""GET /\"q\" HTTP/1.0" 200 5 "a\\" "\x22 \"b\"""#, r#"GET|/"q"|HTTP/1.0|200|5|a\|" "b""#),
        (r#""-" 400 0 "a\x41b" "a\\x41b""#, r"~|~|~|400|0|aAb|a\x41b"),
        ("\"GET / HTTP/1.0\" 200 5 \"-\" \"cut off (", "GET|/|HTTP/1.0|200|5|~|cut off ("),
        ("\"GET / HTTP/1.0\" 200 5 \"-\" \"cut \\", "GET|/|HTTP/1.0|200|5|~|cut \\"),
    ] {
        let trial = trial(&FORMAT, format!("{FRONT} {rest}\n").as_bytes());
        assert_eq!(values(&trial), format!("{front}|{expected}"), "{rest}: {:?}", trial.rejects());
    }
    let common = trial(&COMMON, format!("{FRONT} \"GET / HTTP/1.0\" 200 5\t\n\n \t\n").as_bytes());
    assert_eq!(values(&common), format!("{front}|GET|/|HTTP/1.0|200|5"));
    assert!(common.rejects().is_empty());
}

#[test]
fn lines_that_do_not_fit_are_rejected_with_the_column() {
    for (line, expected) in [
        ("x", "1:2: the line ends before its last field"),
        ("h:80 10.0.0.7 - - [17/May/2015] \"\" 1 2 \"\" \"\"", "1:17: expected the time in brackets"),
        ("a - - [17/May/2015 \"-\" 1 2 \"\" \"\"", "1:8: expected the time in brackets"),
        ("a - - [t] GET 1 2 \"\" \"\"", "1:11: expected the request"),
        ("a - - [t] \"GET / HTTP/1.0", "1:12: expected the request"),
        ("a - - [t] \"GET\" 1 2", "1:20: the line ends before its last field"),
        ("a - - [t] \"GET\" 1 2 \"http", "1:22: expected the referer"),
        ("a - - [t] \"GET\" 1 2 \"-\" \"x\"y", "1:28: expected a blank after the last field"),
        (
            "a - - [t] \"GET\" 1 2 \"-\" \"x\" b - - [17/May/2015:10:00:00 +0000] \"-\"",
            "1:35: another line begins before this one ended",
        ),
    ] {
        let trial = trial(&FORMAT, line.as_bytes());
        let found = trial.rejects();
        assert_eq!(found, [expected], "{line}");
    }
    let common = trial(&COMMON, b"a - - [t] \"GET\" 1 2b - - [1/May/2015:10:00:00 +0000] \"-\" 1 2\n");
    assert_eq!(common.rejects(), ["1:26: another line begins before this one ended"]);
    let invalid = trial(&FORMAT, b"a - - [t] \"\xff\" 1 2 \"-\" \"x\"\n\xff - - [t] \"-\" 1 2 \"-\" \"x\"\n");
    assert_eq!(invalid.rejects(), ["1:12: not UTF-8"]);
}

#[test]
fn what_comes_after_the_last_field_is_extra() {
    let line = format!("{FRONT} \"GET / HTTP/1.0\" 200 5");
    for (format, rest, expected) in [
        (&FORMAT, "\"-\" \"x\" \"10.1.1.1, 10.2.2.2\"", Some("\"10.1.1.1, 10.2.2.2\"")),
        (&FORMAT, "\"-\" \"x\"   0.003  ", Some("0.003")),
        (&FORMAT, "\"-\" \"x\" -", None),
        (&FORMAT, "\"-\" \"x\" \"-\"", Some("\"-\"")),
        (&FORMAT, "\"-\" \"x\" [7/Ma/2015:", Some("[7/Ma/2015:")),
        (&COMMON, "\"-\" \"x\"", Some("\"-\" \"x\"")),
        (&COMMON, "1840", Some("1840")),
    ] {
        let trial = trial(format, format!("{line} {rest}\n").as_bytes());
        let records = trial.records();
        let extra = records[0].last().unwrap();
        assert_eq!((extra.0.as_str(), extra.1.as_deref()), ("extra", expected), "{rest}");
    }
    let vhost = trial(&VHOST, format!("a:80 {line} \"-\" \"x\" 7\n").as_bytes());
    let names: Vec<String> = vhost.records()[0].iter().map(|field| field.0.clone()).collect();
    assert_eq!((names[0].as_str(), names[1].as_str(), names[12].as_str()), ("vhost", "ip", "extra"));
}

#[test]
fn a_real_log_fits_as_a_whole() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/access/apache_logs.gz");
    let Ok(file) = std::fs::File::open(path) else {
        assert!(
            std::env::var_os("TAMIS_NEED_DATA").is_none_or(|value| value != "1"),
            "../shared/data is not there"
        );
        println!("a_real_log_fits_as_a_whole did not run: ../shared/data is not there");
        return;
    };
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
    let trial = read(&FORMAT, &InputOptions::default(), &["agent", "bytes"], &text, 1 << 16).unwrap();
    assert!(trial.rejects().is_empty(), "{:?}", trial.rejects());
    let agents = trial.values(0);
    assert_eq!(agents.len(), 10_000);
    let cut = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html";
    assert_eq!(agents.get(8898).and_then(Option::as_deref), Some(cut));
    let unread =
        text.split(|&byte| byte == b'\n').filter(|line| line.windows(4).any(|part| part == b" - \""));
    assert_eq!(trial.values(1).iter().filter(|value| value.is_none()).count(), unread.count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any bytes: no panic, and each line is a record or a reject.
    #[test]
    fn every_line_is_accounted_for(lines in prop::collection::vec("(a |- |\\[t\\] |\"[a\\\\ ]*\" ?|x){0,9}", 0..6)) {
        let text = lines.join("\n");
        let trial = trial(&FORMAT, text.as_bytes());
        let filled = lines.iter().filter(|line| !line.is_empty()).count();
        prop_assert_eq!(trial.records().len() + trial.rejects().len(), filled);
        prop_assert_eq!(trial.values(0).len(), trial.records().iter().filter(|fields| fields.len() >= 11).count());
    }
}
