//! Which candidates a line has. The cursor is at `|`.

use super::super::known::Known;
use super::{FieldsAsked, complete};

/// The fields of `a.csv`, of what an aggregate gives, and of a table.
fn names(asked: &FieldsAsked) -> Vec<String> {
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    let all: &[&str] = match (&*words, &*asked.files) {
        (_, []) => &[],
        (_, [file]) if file == "users.csv" => &["id", "team"],
        (["--from", "tsv", ..], _) => &["from_tsv"],
        ([.., "limit", "100"], [file]) if file == "a.csv" => &["status", "route", "status code", "user.id"],
        (["limit", "100", "then", "aggregate", ..], _) => &["route", "count"],
        _ => &[],
    };
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// The lines that fish is given, without descriptions.
fn lines(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let index = words.iter().position(|word| word.contains('|')).expect("a cursor");
    let typed = words.iter().map(|word| word.trim_end_matches('|').replace('_', " "));
    let asked: Vec<String> = ["zsh".to_owned(), index.to_string()].into_iter().chain(typed).collect();
    let text = complete(&asked, &Known::ALL, &names);
    text.lines().map(|line| line.split('\t').next().unwrap_or("").to_owned()).collect()
}

/// The whole answer to bash.
fn bash(before: &str, after: &str) -> Vec<String> {
    let asked = ["bash", " \"'><=;|&(:@", before, after].map(str::to_owned);
    complete(&asked, &Known::ALL, &names).lines().map(str::to_owned).collect()
}

#[test]
fn each_position_has_its_candidates() {
    let cases: &[(&str, &[&str])] = &[
        ("so|", &["sort"]),
        ("he|", &["help"]),
        ("explain so|", &["sort"]),
        ("explain he|", &[]),
        ("--from csv so|", &["sort"]),
        ("filter x then so|", &["sort"]),
        ("filter x then he|", &[]),
        // The SPEC, with files on either side of nothing else.
        ("filter | a.csv", &["status", "route", "`status code`", "user.id"]),
        ("filter sta| a.csv", &["status", "`status code`"]),
        ("filter not_st| a.csv", &["not status", "not `status code`"]),
        ("filter status_>=_500_and_r| a.csv", &["status >= 500 and route"]),
        ("filter `sta| a.csv", &["`status code`"]),
        ("filter \"sta| a.csv", &[]),
        ("filter status_| a.csv", &[]),
        ("sort status,r| -o out.csv a.csv", &["status,route"]),
        ("sort ro| a.csv then", &["route"]),
        ("filter | --from tsv a.csv", &["from_tsv"]),
        ("--from tsv filter | a.csv", &["from_tsv"]),
        ("filter |", &[]),
        ("filter | -", &[]),
        ("filter - |", &["then", ":files"]),
        ("filter -|", &["-f", "--help"]),
        ("filter -f |", &[":files"]),
        ("tee |", &[":files"]),
        ("join |", &[":files"]),
        ("limit | a.csv", &[]),
        ("aggregate count() --by route then sort | a.csv", &["route", "count"]),
        ("aggregate count() --by route then tee x then sort c| a.csv", &["count"]),
        // After a SPEC.
        ("sort x t|", &["then", ":files"]),
        ("sort x |", &["then", ":files"]),
        ("top x |", &["then", "--by", "--count", ":files"]),
        ("top x -n 5 |", &["then", "--by", ":files"]),
        ("top x a.csv |", &[":files"]),
        ("top x -- t|", &[":files"]),
        ("top x --co|", &["--count", "--color", "--comment"]),
        ("top x -n|", &["-n"]),
        ("split x --into y |", &[":files"]),
        ("split x --into y then so|", &[]),
        ("--deli|", &["--delimiter", "--delimiter-out"]),
        ("--delimiter ; filter x --deli|", &["--delimiter-out"]),
        ("join x --asof|", &[]),
        // Values of options.
        ("--from nd|", &["ndjson"]),
        ("--from=nd|", &["--from=ndjson"]),
        ("filter x --to mark|", &["markdown"]),
        ("--from mark|", &[]),
        ("join x --table-from ts|", &["tsv"]),
        ("join x --kind s|", &["semi"]),
        ("join users.csv --on | a.csv", &["status", "route", "`status code`", "user.id"]),
        ("join users.csv --on status_=_| a.csv", &["status = id", "status = team"]),
        ("join users.csv --take t| a.csv", &["team"]),
        ("--tz Europe/Berl|", &["Europe/Berlin"]),
        ("--allow l|", &["late"]),
        ("--allow late,v|", &["late,values"]),
        ("--encoding lat|", &["latin1", "latin2", "latin3", "latin4", "latin5", "latin6"]),
        ("--time u| filter x a.csv", &["user.id"]),
        ("--types status:num| filter x a.csv", &["status:number"]),
        ("--types ro| filter x a.csv", &["route:", ":nospace"]),
        (
            "--types route:text,st| filter x a.csv",
            &["route:text,status:", "route:text,status code:", ":nospace"],
        ),
        ("--time-format m|", &["ms"]),
        ("--fail-if n|", &["none"]),
        ("--log-format vh|", &["vhost"]),
        ("-o |", &[":files"]),
        ("--tmp |", &[":folders"]),
        ("aggregate count() --by ro| a.csv", &["route"]),
        ("parse x --field r| a.csv", &["route"]),
        ("-j |", &[]),
        // Shells and topics.
        ("completions |", &["bash", "fish", "zsh"]),
        ("help windo|", &["window"]),
        ("help lateness|", &["lateness"]),
        ("help a b|", &[]),
        // What is wrong.
        ("nonsense x t|", &[]),
        ("filter x --nonsense t|", &[]),
        ("filter x a.csv then so|", &[]),
        ("--from=nd --x=y|", &[]),
        ("filter --help t|", &[]),
        ("complete-li|", &[]),
        ("complete-line zs|", &[]),
    ];
    for (line, expected) in cases {
        let mut found = lines(line);
        let mut expected: Vec<String> = expected.iter().map(|word| (*word).to_owned()).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn bash_is_given_what_it_inserts() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("tamis so", "", &["sort"]),
        ("X=1 ./tamis so", "", &["sort"]),
        ("tamis --from=nd", "", &["ndjson"]),
        ("tamis filter ", " a.csv", &["status", "route", "\\`status\\ code\\`", "user.id"]),
        ("tamis filter 'sta", "' a.csv", &["status", "`status code`"]),
        ("tamis filter 'status > 500 and ro", "' a.csv", &["status > 500 and route"]),
        ("tamis filter \"sta", "\" a.csv", &["status", "\\`status code\\`"]),
        ("tamis sort user", " < a.csv", &["user.id"]),
        ("tamis filter x --types status:t", " a.csv", &["text", "time"]),
        ("cat x; tamis so", "", &["sort"]),
        ("", "", &[]),
        ("tamis", "", &[]),
    ];
    for (before, after, expected) in cases {
        assert_eq!(bash(before, after), *expected, "{before}|{after}");
    }
}

#[test]
fn descriptions_are_short() {
    let all = ["zsh", "0", "-"].map(str::to_owned);
    let text = complete(&all, &Known::ALL, &names);
    assert!(text.lines().count() > 40, "{text}");
    for line in text.lines() {
        let (_, about) = line.split_once('\t').expect("a description");
        assert!(!about.is_empty() && about.chars().count() <= 61, "{line}");
    }
}

#[test]
fn what_is_not_understood_has_no_answer() {
    for words in [&[][..], &["tcsh", "0"], &["zsh"], &["zsh", "x"], &["zsh", "7", "a"], &["bash", "a", "b"]] {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(complete(&words, &Known::ALL, &names), "", "{words:?}");
    }
}
