//! The texts of help.

use super::fixture::{KNOWN, ask};
use crate::cli::options::GLOBALS;
use crate::cli::{Known, Request};

/// As the program itself shows it.
fn overview() -> String {
    match crate::cli::parse(&["--help".to_owned()], &Known::ALL, &super::fixture::AROUND, &|_| Ok(Vec::new()))
    {
        Ok(Request::Help(text)) => text,
        _ => panic!("no help"),
    }
}

fn help(line: &str) -> String {
    match ask(line) {
        Ok(Request::Help(text) | Request::Completions(text)) => text,
        _ => panic!("no help: {line}"),
    }
}

#[test]
fn the_overview_fits_two_screens() {
    let text = overview();
    assert!(text.lines().count() <= 60, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100 && line.trim_end() == line), "{text}");
    for needed in
        ["Usage: tamis [OPTIONS] STAGE SPEC", "filter", "--from <FORMAT>", "Topics: stages", "Exit status"]
    {
        assert!(text.contains(needed), "{needed}\n{text}");
    }
    assert!(!text.contains("--ragged") && !text.contains("completions  "), "{text}");
    assert!(help("-h").lines().count() <= 24);
}

#[test]
fn help_about_a_stage() {
    assert_eq!(
        help("filter --help"),
        "Usage: tamis filter 'EXPR' [OPTIONS]\n\nkeeps records for which the expression is true\n\nOptions:\n  -f <FILE>  take the SPEC from a file\n\n    A record for which it is null is dropped.\n\n        $ tamis filter 'a > 1'\n        < {\"a\":1}\n        < {\"a\":2}\n        > {\"a\":2}\n\nGlobal options: tamis help options\n"
    );
    assert!(help("top x --help").contains("-n, --number <N>"));
}

#[test]
fn help_about_names() {
    for (name, needed) in [
        ("filter", "FILTER"),
        ("split", "split(text, separator)"),
        ("count", "count()"),
        ("csv", "csv"),
        ("time", "Watermark and lateness".to_uppercase().as_str()),
        ("options", "-o, --output FILE"),
        ("lateness", "--lateness DURATION"),
        ("--lateness", "--lateness DURATION"),
        ("-o", "-o, --output FILE"),
        ("-n", "top "),
        ("if", "if(condition, then, else)"),
        ("coalesce", "coalesce(a, b, …)"),
        ("functions", "coalesce(a, b, …)"),
        ("stages", "keeps records for which the expression is true"),
        ("tamis", "Synopsis"),
        ("explain", "tamis explain CHAIN"),
        ("completions", "tamis completions bash|zsh|fish"),
        ("then", "STAGE SPEC then STAGE SPEC"),
        ("-f", "STAGE -f FILE"),
        ("split(x)", "split(text, separator)"),
        ("=~", "tamis-expressions"),
        ("TRUE", "tamis-expressions"),
        ("exit-status", "tamis-reports"),
        ("NO_COLOR", "TMPDIR"),
    ] {
        let text = help(&format!("help {name}"));
        assert!(text.to_lowercase().contains(&needed.to_lowercase()), "{name}: {text}");
    }
    assert!(help("help").contains("expressions"));
}

#[test]
fn completion_scripts_ask_the_program() {
    for shell in ["bash", "fish", "zsh"] {
        let script = help(&format!("completions {shell}"));
        assert!(script.contains(&format!("complete-line {shell}")), "{script}");
        assert!(!script.contains("aggregate"), "{script}");
    }
    assert!(!overview().contains("complete-line"));
}

/// What the command line cannot tell apart.
fn clashes(known: &Known) -> Vec<String> {
    let mut found = Vec::new();
    for stage in known.stages {
        let verb = ["explain", "help", "completions", "then"].contains(&stage.name);
        found.extend(verb.then(|| stage.name.to_owned()));
        for option in stage.options {
            let long = GLOBALS.iter().any(|row| row.option.long == option.long);
            let short = option.short.is_some_and(|short| {
                short == 'f' || GLOBALS.iter().any(|row| row.option.short == Some(short))
            });
            found.extend((long || short).then(|| format!("{} --{}", stage.name, option.long)));
        }
    }
    found
}

#[test]
fn no_stage_option_is_named_like_a_global_one() {
    assert_eq!(clashes(&Known::ALL), [""; 0]);
    assert_eq!(clashes(&KNOWN), [""; 0]);
}
