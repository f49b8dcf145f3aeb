//! Reports as users read them, and the exit status.

use std::sync::Arc;

use super::*;
use crate::engine::Allowance;
use crate::record::{Kept, Late, Limits, Path, Site};
use crate::time::{Duration, Timestamp};

const LIMITS: Limits = Limits { details: 2, keep_rejects: false, keep_late: false };

/// The surroundings of findings.
struct World {
    findings: Findings,
    sites: Sites,
    fields: Fields,
    seen: Vec<String>,
    sources: Vec<String>,
    zone: Zone,
}

impl World {
    fn new(read: u64, names: &[&str]) -> Self {
        let mut fields = Fields::default();
        for name in names {
            fields.slot(&Path::name(*name));
        }
        let mut findings = Findings::new(LIMITS, names.len());
        findings.read = read;
        findings.present.fill(true);
        let sources = vec!["app.log".to_owned(), "stdin".to_owned()];
        Self { findings, sites: Sites::default(), fields, seen: Vec::new(), sources, zone: Zone::utc() }
    }

    fn ended(&self) -> Ended<'_> {
        Ended {
            findings: &self.findings,
            sources: &self.sources,
            was_read: &[true, true],
            sites: &self.sites,
            fields: &self.fields,
            named: self.fields.paths().len(),
            seen: Some(&self.seen),
            reach: Reach::End,
            time_field: None,
            is_time_made: false,
            allow: Allow::default(),
            zone: &self.zone,
            rejects_file: None,
            late_file: None,
            quiet: false,
            messages: Messages::new(false),
        }
    }

    fn site(&self, spec: &str, part: &str) -> u32 {
        let start = spec.find(part).unwrap();
        self.sites.add(Site { stage: "filter", spec: Arc::from(spec), place: start..start + part.len() })
    }

    fn late(&mut self, line: u64, behind: &str, past: &str) {
        self.findings.late(late_at(line, behind, past), || Kept::Raw(Vec::new()));
    }
}

/// A late record, how far the latest was ahead of it and past the end of its window.
fn late_at(line: u64, behind: &str, past: &str) -> Late {
    let time = Timestamp::new(0, 0).unwrap();
    let highest = time.saturating_add(length(behind));
    let end = highest.saturating_sub(length(past));
    Late { origin: origin(0, line), time, end, mark: highest, highest, kept: None }
}

fn length(text: &str) -> Duration {
    Duration::parse(text.as_bytes()).unwrap()
}

fn origin(source: u32, line: u64) -> Option<Origin> {
    Some(Origin { source, line, nth: 0 })
}

#[test]
fn nothing_to_report() {
    let world = World::new(3, &["status"]);
    assert_eq!(report(&world.ended()), Report { text: String::new(), status: 0 });
}

#[test]
fn rejected_records() {
    let mut world = World::new(9, &[]);
    world.findings.reject(origin(0, 3141), Some(37), "expected \":\"", b"");
    world.findings.reject(None, None, "bad\x1b[31m name".to_owned(), b"");
    world.findings.reject(origin(1, 7), None, "not shown", b"");
    let expected = "\
tamis: app.log:3141: rejected: expected \":\" (column 37)
tamis: rejected: bad\\u{1b}[31m name
tamis: 3 records, 1 of them of an aggregate, rejected (--rejects FILE keeps them)
";
    assert_eq!(report(&world.ended()), Report { text: expected.to_owned(), status: 1 });
    let kept = report(&Ended { rejects_file: Some("bad.txt"), ..world.ended() });
    assert!(
        kept.text.ends_with("tamis: 3 records, 1 of them of an aggregate, rejected, kept in bad.txt\n"),
        "{}",
        kept.text
    );
}

#[test]
fn late_records() {
    let mut world = World::new(100, &[]);
    world.late(17, "3m", "2m");
    world.late(18, "2m10s", "1m10s");
    let expected = "\
tamis: app.log:17: late: 1970-01-01T00:00:00Z, 3m behind the latest record
tamis: app.log:18: late: 1970-01-01T00:00:00Z, 2m10s behind the latest record
tamis: 2 of 100 records were late, by up to 3m (--late FILE keeps them)
  help: --lateness 3m would have kept all
";
    assert_eq!(report(&world.ended()), Report { text: expected.to_owned(), status: 1 });
}

#[test]
fn a_file_without_order_needs_no_window() {
    let mut world = World::new(3, &[]);
    world.findings.partly_late(late_at(3, "20m", "10m"));
    for line in 1..3 {
        world.late(line, "1h", "1h");
    }
    let text = report(&Ended { late_file: Some("l"), time_field: Some("when"), ..world.ended() }).text;
    let expected = "\
tamis: 2 of 3 records were late, by up to 1h, kept in l
  help: --lateness 2h would have kept all
  help: a file without order needs no window: aggregate ... --by 'hour = floor(when, 1h)'
tamis: app.log:3: partly late: 1970-01-01T00:00:00Z, 20m behind the latest record
tamis: 1 record came too late for some of its windows
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn enough_is_above_and_round() {
    let cases = [
        ("0s", "1s"),
        ("1ns", "1s"),
        ("1s", "2s"),
        ("59s", "1m"),
        ("1m", "2m"),
        ("90s", "2m"),
        ("59m59s", "1h"),
        ("1h", "2h"),
        ("25h", "26h"),
    ];
    for (past, enough) in cases {
        let length = |text: &str| Duration::parse(text.as_bytes()).unwrap();
        assert_eq!(late::enough_lateness(length(past)), Some(length(enough)), "{past}");
    }
}

#[test]
fn values_that_could_not_be_computed() {
    let mut world = World::new(9, &[]);
    let site = world.site("status >= 500 and ms > 1", "status >= 500");
    for line in 3..6 {
        world.findings.fault(site, || origin(0, line), || "a number against text: \"x\"".to_owned());
    }
    let expected = "\
tamis: filter: 3 values could not be computed
  status >= 500 and ms > 1
  ^^^^^^^^^^^^^
  app.log:3: a number against text: \"x\"
  app.log:4: a number against text: \"x\"
  and 1 more
";
    assert_eq!(report(&world.ended()), Report { text: expected.to_owned(), status: 1 });
}

#[test]
fn null_conditions_are_notes() {
    let mut world = World::new(900, &[]);
    let site = world.site("status >= 500", "status >= 500");
    world.findings.null_condition(site, Some("status"), 812);
    let expected = "tamis: filter: 812 records had a null condition: status (absent or null)\n";
    assert_eq!(report(&world.ended()), Report { text: expected.to_owned(), status: 0 });
    world.findings.null_condition(site, Some("ms"), 1);
    world.findings.null_condition(site, None, 7);
    let other = world.site("not ok", "not ok");
    world.findings.null_condition(other, None, 1);
    let expected = "\
tamis: filter: 820 records had a null condition: status in 812, ms in 1 (absent or null)
  status >= 500
  ^^^^^^^^^^^^^
tamis: filter: 1 record had a null condition
  not ok
  ^^^^^^
";
    assert_eq!(report(&world.ended()).text, expected);
}

#[test]
fn fields_that_no_record_had() {
    let mut world = World::new(5, &["stauts", "user", "agent", "path", "zzz", "hidden"]);
    world.findings.present = vec![false, false, false, true, false, false];
    world.seen = ["status", "user-agent", "path"].map(str::to_owned).to_vec();
    let expected = "\
tamis: no record had the fields of the subtraction user - agent
  help: for the field write `user-agent`, in backticks
tamis: no record had the field \"stauts\"
  help: did you mean status?
tamis: no record had the field \"zzz\"
";
    assert_eq!(report(&Ended { named: 5, ..world.ended() }), Report { text: expected.to_owned(), status: 0 });
    assert_eq!(report(&Ended { seen: None, ..world.ended() }).text, "");
}

#[test]
fn what_was_not_read_to_its_end_is_judged_by_near_names_or_not_at_all() {
    let mut world = World::new(5, &["stauts", "user", "agent", "zzz"]);
    world.findings.present.fill(false);
    world.seen = ["status", "user-agent"].map(str::to_owned).to_vec();
    let expected = "\
tamis: no record up to the limit had the fields of the subtraction user - agent
  help: for the field write `user-agent`, in backticks
tamis: no record up to the limit had the field \"stauts\"
  help: did you mean status?
";
    assert_eq!(report(&Ended { reach: Reach::Limit, ..world.ended() }).text, expected);
    assert_eq!(report(&Ended { reach: Reach::Anywhere, ..world.ended() }).text, "");
}

#[test]
fn names_of_options_and_of_what_is_taken_out() {
    let mut world = World::new(5, &[]);
    for name in ["zpi", "both"] {
        world.fields.slot_of_option(&Path::name(name), "--types", None);
    }
    world.fields.slot(&Path::name("both"));
    world.fields.slot_removed(&Path::name("user.token"));
    world.fields.slot_removed(&Path::name("tokn"));
    world.fields.slot_unasked(&Path::name("hidden"));
    world.findings.present = vec![false; 5];
    world.seen = ["zip", "user", "token"].map(str::to_owned).to_vec();
    let expected = "\
tamis: --types: no record had the field \"zpi\"
  help: did you mean zip?
tamis: no record had the field \"both\"
tamis: no record had the field \"user.token\"
  help: \"* except\" leaves out whole fields, such as user
tamis: no record had the field \"tokn\"
  help: did you mean token?
";
    assert_eq!(report(&world.ended()), Report { text: expected.to_owned(), status: 0 });
}

#[test]
fn what_is_allowed_is_reported_but_does_not_fail() {
    let mut world = World::new(100, &[]);
    world.findings.reject(None, None, "x", b"");
    let allowing = |rejected| {
        let allow = Allow { rejected: Some(rejected), ..Allow::default() };
        report(&Ended { allow, ..world.ended() })
    };
    assert_eq!(allowing(Allowance::Any).status, 0);
    assert_eq!(allowing(Allowance::Count(1)).status, 0);
    assert_eq!(allowing(Allowance::Count(0)).status, 1);
    assert_eq!(allowing(Allowance::Share(1_000_000)).status, 0);
    assert_eq!(allowing(Allowance::Share(999_999)).status, 1);
    assert!(!allowing(Allowance::Any).text.is_empty());
    let quiet = report(&Ended { quiet: true, ..world.ended() });
    assert_eq!(quiet, Report { text: "tamis: 1 record rejected\n".to_owned(), status: 1 });
    let allow = Allow { rejected: Some(Allowance::Any), ..Allow::default() };
    let quiet = report(&Ended { quiet: true, allow, ..world.ended() });
    assert_eq!(quiet, Report { text: String::new(), status: 0 });
}
