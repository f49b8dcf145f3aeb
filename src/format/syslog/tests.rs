//! What goes in and comes out, in tables.

use proptest::prelude::*;

use super::{FORMAT, NAMES};
use crate::format::trial::TestInput;
use crate::format::{InputOptions, csv, ndjson, raw};
use crate::record::Shape;

/// The fields of the only record, `name=value`, without those that are null.
#[track_caller]
fn fields(line: &str) -> String {
    let given = TestInput::new(&FORMAT, &[]);
    assert_eq!(given.rejects(line.as_bytes()), [""; 0], "{line}");
    let records = given.read(line.as_bytes()).records();
    assert_eq!(records.len(), 1, "{line}");
    let shown = records[0].iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
    shown.collect::<Vec<_>>().join("|")
}

#[test]
fn lines_of_rfc_3164() {
    for (line, expected) in [
        (
            "<34>Oct 11 22:14:15 mymachine su[10]: 'su root' failed",
            "time=Oct 11 22:14:15|host=mymachine|app=su|pid=10|severity=crit|facility=auth|message='su root' failed",
        ),
        (
            "Oct  1 22:14:15 web1 CRON[7]: (root) CMD (run)",
            "time=Oct  1 22:14:15|host=web1|app=CRON|pid=7|message=(root) CMD (run)",
        ),
        (
            "2024-01-31T12:00:00.123456+01:00 web1 postfix/smtpd[12]: connect",
            "time=2024-01-31T12:00:00.123456+01:00|host=web1|app=postfix/smtpd|pid=12|message=connect",
        ),
        (
            "<0>2024-01-31T12:00:00+0100 h kernel: [1.5] usb 1-1: new",
            "time=2024-01-31T12:00:00+0100|host=h|app=kernel|severity=emerg|facility=kern|message=[1.5] usb 1-1: new",
        ),
        ("Oct 11 22:14:15.5 h a[1] text: x", "time=Oct 11 22:14:15.5|host=h|app=a|pid=1|message=text: x"),
        ("Oct 11 22:14:15 h a[1]:x", "time=Oct 11 22:14:15|host=h|app=a|pid=1|message=x"),
        ("Oct 1 22:14:15 h a:", "time=Oct 1 22:14:15|host=h|app=a"),
        ("Oct 11 22:14:15 h a[]: x", "time=Oct 11 22:14:15|host=h|message=a[]: x"),
        ("Oct 11 22:14:15 h http://x y", "time=Oct 11 22:14:15|host=h|message=http://x y"),
        (
            "Oct 11 22:14:15 h last message repeated 2 times",
            "time=Oct 11 22:14:15|host=h|message=last message repeated 2 times",
        ),
        ("<13>Oct 11 22:14:15 su: x", "time=Oct 11 22:14:15|app=su|severity=notice|facility=user|message=x"),
        ("Oct 11 22:14:15 h  two  blanks", "time=Oct 11 22:14:15|host=h|message= two  blanks"),
        ("Oct 11 22:14:15 h", "time=Oct 11 22:14:15|host=h"),
        (
            "Aug 16 00:28:56  air syslogd[314]: x",
            "time=Aug 16 00:28:56|host=air|app=syslogd|pid=314|message=x",
        ),
        ("Oct 11 22:14:15  a: x", "time=Oct 11 22:14:15|app=a|message=x"),
        (
            "<189>123: router1: Oct 11 14:32:52: %SYS-5-CONFIG_I: x",
            "time=Oct 11 14:32:52|host=router1|app=%SYS-5-CONFIG_I|msgid=123|severity=notice|facility=local7|message=x",
        ),
        (
            "<166>:Oct 11 14:32:52 UTC: %ASA-session-6-302013: x",
            "time=Oct 11 14:32:52 UTC|app=%ASA-session-6-302013|severity=info|facility=local4|message=x",
        ),
        (
            "<189>: 2024 Oct 11 14:32:52 UTC: %ETHPORT-5-IF_UP: x",
            "time=2024 Oct 11 14:32:52 UTC|app=%ETHPORT-5-IF_UP|severity=notice|facility=local7|message=x",
        ),
        (
            "2005 Sep  4 18:18:22 sw %USER-3-SYSTEM_MSG: x",
            "time=2005 Sep  4 18:18:22|host=sw|app=%USER-3-SYSTEM_MSG|message=x",
        ),
        ("00:00:46: %LINK-3-UPDOWN: x", "app=%LINK-3-UPDOWN|message=x"),
        (
            "<189>29: 1w2d: %SYS-5-CONFIG_I: x",
            "app=%SYS-5-CONFIG_I|msgid=29|severity=notice|facility=local7|message=x",
        ),
        ("<166>%ASA-6-302013: x", "app=%ASA-6-302013|severity=info|facility=local4|message=x"),
        ("Oct 11 22:14:15 - a: -", "time=Oct 11 22:14:15|app=a"),
        (
            "<13>2024-02-11 20:45:07 web1 app: m",
            "time=2024-02-11 20:45:07|host=web1|app=app|severity=notice|facility=user|message=m",
        ),
        ("Feb 11 20:45:07 2019 web1 app: m", "time=Feb 11 20:45:07 2019|host=web1|app=app|message=m"),
        ("Feb 11 2019 20:45:07 web1 app: m", "time=Feb 11 2019 20:45:07|host=web1|app=app|message=m"),
        ("Feb 11 20:45:07 CET web1 app: m", "time=Feb 11 20:45:07 CET|host=web1|app=app|message=m"),
        ("Feb 11 20:45:07 +0100 app: m", "time=Feb 11 20:45:07 +0100|app=app|message=m"),
        ("Feb 11 20:45:07 2019: m", "time=Feb 11 20:45:07|app=2019|message=m"),
    ] {
        assert_eq!(fields(line), expected);
    }
}

#[test]
fn lines_of_rfc_5424() {
    for (line, expected) in [
        (
            "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed",
            "time=2003-10-11T22:14:15.003Z|host=mymachine.example.com|app=su|msgid=ID47|severity=crit|facility=auth|\
             message='su root' failed",
        ),
        (
            r#"<165>1 - - evntslog 8 - [exampleSDID@32473 iut="3" eventSource="A \"b\" \\ \] \n"][x][p@1 ip="::1" ip="::2"] An event"#,
            r#"app=evntslog|pid=8|severity=notice|facility=local4|message=An event|exampleSDID@32473.iut=3|exampleSDID@32473.eventSource=A "b" \ ] \n|p@1.ip=::1|p@1.ip=::2"#,
        ),
        (
            "<13>1 2024-02-11 20:45:07 h a - - - m",
            "time=2024-02-11 20:45:07|host=h|app=a|severity=notice|facility=user|message=m",
        ),
        (
            "<13>1 Feb 11 20:45:07 h a - - - m",
            "time=Feb 11 20:45:07|host=h|app=a|severity=notice|facility=user|message=m",
        ),
        (
            "<13>1 1707684307.25 h a - - - m",
            "time=1707684307.25|host=h|app=a|severity=notice|facility=user|message=m",
        ),
        ("<0>1 - - - - - -", "severity=emerg|facility=kern"),
        ("<7>1 - - - - - - ", "severity=debug|facility=kern"),
        (r#"<6>1 - - - - - [a b=""]"#, "severity=info|facility=kern|a.b="),
        ("<6>1 - - - - - - -", "severity=info|facility=kern"),
    ] {
        assert_eq!(fields(line), expected);
    }
}

#[test]
fn what_does_not_fit_is_rejected_with_its_column() {
    let given = TestInput::new(&FORMAT, &["message", "a.b"]);
    for (line, reject) in [
        (&b"hello"[..], "1:1: expected the time"),
        (b"<192>Oct 11 22:14:15 h a: x", "1:1: expected a priority from <0> to <191>"),
        (b"<>Oct 11 22:14:15 h a: x", "1:1: expected a priority from <0> to <191>"),
        (b"<0013>Oct 11 22:14:15 h a: x", "1:1: expected a priority from <0> to <191>"),
        (b"<13", "1:1: expected a priority from <0> to <191>"),
        (b"<13>", "1:5: the line ends before its message"),
        (b"<13>hello", "1:5: expected the time"),
        (b"<13>2 - - - - - -", "1:5: a version of syslog other than 1"),
        (b"Oct 11 22:14 h a: x", "1:1: expected the time"),
        (b"2024-02-11Tgarbage h a: x", "1:1: expected the time"),
        (b"2024-02-11 20:45:7 h a: x", "1:1: expected the time"),
        (b"Oct 11 22:14:15: h a: x", "1:1: expected the time"),
        (b"<13>1 garbage h a - - - x", "1:7: expected the time"),
        (b"<13>1 2024-02-11Tx h a - - - x", "1:7: expected the time"),
        (b"Oct 11 22:14:15", "1:16: the line ends before its message"),
        (b"Oct 11 22:14:15 ", "1:17: the line ends before its message"),
        (b"Oct 11 22:14:15   a: x", "1:18: expected the host"),
        (b"<13>1 - - - -", "1:14: the line ends before its message"),
        (b"<13>1 - - - - - x", "1:17: expected the structured data"),
        (b"<13>1 - - - - - -x", "1:18: expected a blank before the message"),
        (b"<13>1 - - - - - [] x", "1:18: expected a name in the structured data"),
        (b"<13>1 - - - - - [a b] x", "1:21: expected =\" after the name of a parameter"),
        (b"<13>1 - - - - - [a b=\"x] y", "1:22: a quote that does not close"),
        (b"<13>1 - - - - - [a b=\"x\\\"] y", "1:22: a quote that does not close"),
        (b"<13>1 - - - - - [a b=\"x\"", "1:25: the line ends within its structured data"),
        (b"<13>1 - - - - - [a b=\"x\"c] y", "1:25: expected a parameter or the end of the element"),
        (b"<13>1 - - - - - [a b=\"x\"]y", "1:26: expected a blank before the message"),
        (b"Oct 11 22:14:15 h a: x\xff", "1:23: not UTF-8"),
        (b"<13>1 - - - - - [a b=\"\xff\"] y", "1:23: not UTF-8"),
    ] {
        assert_eq!(given.rejects(line), [reject], "{}", line.escape_ascii());
        assert_eq!(given.cells(line), [""; 0]);
    }
    let given = TestInput::new(&FORMAT, &["app"]);
    assert_eq!(given.rejects(b"Oct 11 22:14:15 h a: x\xff"), [""; 0], "nobody reads the message");
}

#[test]
fn wanted_fields_are_located() {
    let given = TestInput::new(&FORMAT, &["severity", "a@1.b", "a@1.c", "pid[0]", "user.id"]);
    let lines = b"<34>1 - - - - - [a@1 b=\"1\" b=\"2\\]\"][a@2 c=\"x\"] m\n\n<6>Oct 11 22:14:15 h a: x\r\nOct 11 22:14:15 h a: x\n";
    let cells = given.cells(lines);
    assert_eq!(given.rejects(lines), [""; 0]);
    assert_eq!(cells.len(), 3);
    assert!(cells[0].ends_with(r":34 Bracketed:2\\] Missing: Missing: Missing:"), "{}", cells[0]);
    assert!(cells[1].ends_with(":6 Missing: Missing: Missing: Missing:"), "{}", cells[1]);
    assert_eq!(cells[2], "Null: Missing: Missing: Missing: Missing:");
}

#[test]
fn options_hold() {
    let options = InputOptions { nulls: vec![b"none".to_vec()], ..InputOptions::default() };
    let given = TestInput::with(&FORMAT, &options, &["host", "app"]);
    assert_eq!(given.cells(b"\xef\xbb\xbfOct 11 22:14:15 none a: x"), ["NullText:none Untyped:a"]);
}

#[test]
fn records_leave_in_other_formats() {
    let given = TestInput::new(&FORMAT, &["severity", "a.b"]);
    let text = b"<34>1 - h app 7 - [a b=\"\\]\"] m\nOct 11 22:14:15 h app: \"x\"\n";
    assert_eq!(
        given.write(&ndjson::FORMAT, Shape::input(), text),
        "{\"time\":null,\"host\":\"h\",\"app\":\"app\",\"pid\":7,\"msgid\":null,\"severity\":\"crit\",\
         \"facility\":\"auth\",\"message\":\"m\",\"a.b\":\"]\"}\n\
         {\"time\":\"Oct 11 22:14:15\",\"host\":\"h\",\"app\":\"app\",\"pid\":null,\"msgid\":null,\"severity\":null,\
         \"facility\":null,\"message\":\"\\\"x\\\"\"}\n"
    );
    assert_eq!(
        given.write(&csv::FORMAT, Shape::input(), text),
        "time,host,app,pid,msgid,severity,facility,message,a.b\n,h,app,7,,crit,auth,m,]\n\
         Oct 11 22:14:15,h,app,,,,,\"\"\"x\"\"\",\n"
    );
    assert_eq!(given.write(&raw::FORMAT, Shape::input(), text).as_bytes(), text);
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<34>",
        "<6>1 ",
        "Oct 11 22:14:15 ",
        "- ",
        "h ",
        "a[1]: ",
        "b: ",
        "[x y=\"z\\]\"]",
        "[",
        "\"",
        "\\",
        "]",
        "\n",
        "é",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn cuts_do_not_matter(text in pieces(), steps in prop::collection::vec(1_usize..9, 1..20)) {
        TestInput::new(&FORMAT, &["host", "x.y"]).assert_cuts_do_not_matter(text.as_bytes(), &steps);
    }

    /// What is located is what a walk over all fields shows.
    #[test]
    fn a_walk_shows_what_is_located(text in pieces()) {
        let wanted: Vec<&str> = NAMES.into_iter().chain(["x.y"]).collect();
        let trial = TestInput::new(&FORMAT, &wanted).read(text.as_bytes());
        for (row, record) in trial.records().iter().enumerate() {
            for (slot, name) in wanted.iter().enumerate() {
                let last = record.iter().rev().find(|field| field.0 == *name).and_then(|field| field.1.clone());
                prop_assert_eq!(&trial.values(slot)[row], &last, "{} of {:?}", name, text);
            }
        }
    }
}
