//! Right command lines: which word is what.

use super::fixture::{ask, chain};
use crate::cli::Request;
use crate::engine::{Allowance, Colour};
use crate::record::Type;
use crate::time::{Duration, Timestamp};

/// The stages, options and files of a line as one text.
fn parts(line: &str) -> String {
    let chain = chain(line);
    let stages = chain.stages.iter().map(|(stage, words)| {
        let options: String = words.options.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{} [{}]{options}", stage.name, words.spec)
    });
    let files: String = chain.files.iter().map(|file| format!(" | {file}")).collect();
    format!("{}{files}", stages.collect::<Vec<_>>().join(" then "))
}

#[test]
fn each_word_has_its_place() {
    let cases = [
        ("filter x", "filter [x]"),
        ("filter 'a > 1' a.log b.log", "filter [a > 1] | a.log | b.log"),
        // The SPEC may look like anything.
        ("filter --strict a.log", "filter [--strict] | a.log"),
        ("filter -x", "filter [-x]"),
        ("filter then then top --", "filter [then] then top [--]"),
        ("filter filter", "filter [filter]"),
        ("filter ''", "filter []"),
        ("filter -h", "filter [-h]"),
        // SPEC from a file.
        ("filter -f spec.txt a.log", "filter [status >= 500] | a.log"),
        ("filter x then filter -f spec.txt", "filter [x] then filter [status >= 500]"),
        // Stage options behind their SPEC, in any spelling.
        ("top x -n 5 --by k then filter y", "top [x] number=5 by=k then filter [y]"),
        ("top x -n5 --by=k", "top [x] number=5 by=k"),
        ("top x --by '' --all a.log", "top [x] by= all= | a.log"),
        ("top x --all --all", "top [x] all= all="),
        // Values may begin with a dash, and be `then`.
        ("top x --by --all -n -1", "top [x] by=--all number=-1"),
        ("top x --by then then filter y", "top [x] by=then then filter [y]"),
        ("top x --by=a=b", "top [x] by=a=b"),
        // Global options anywhere; options behind files.
        ("-q filter x -j4 then -j 2 top y --from csv a.log --strict", "filter [x] then top [y] | a.log"),
        ("top x a.log -n 3 b.log", "top [x] number=3 | a.log | b.log"),
        // Files.
        ("filter x -", "filter [x] | -"),
        ("filter x -- --strict then -", "filter [x] | --strict | then | -"),
        ("filter x a.log -- =", "filter [x] | a.log | ="),
        ("filter x ./then ./=", "filter [x] | ./then | ./="),
        ("filter x --", "filter [x]"),
        ("-- filter", ""),
    ];
    for (line, expected) in cases {
        if expected.is_empty() {
            assert!(ask(line).is_err(), "{line}");
        } else {
            assert_eq!(parts(line), expected, "{line}");
        }
    }
}

#[test]
fn verbs() {
    assert!(matches!(ask("explain filter x"), Ok(Request::Explain(_))));
    assert!(matches!(ask("-q explain filter x a.log"), Ok(Request::Explain(_))));
    assert!(matches!(ask("--version"), Ok(Request::Version)));
    assert!(matches!(ask("-V"), Ok(Request::Version)));
    for line in [
        "--help",
        "-h",
        "-qh",
        "filter --help",
        "filter x --help",
        "filter x then top --help",
        "help",
        "help top",
    ] {
        assert!(matches!(ask(line), Ok(Request::Help(_))), "{line}");
    }
    // What stands before it decides; what follows is not looked at.
    assert!(matches!(ask("--help --nonsense"), Ok(Request::Help(_))));
    assert!(ask("--nonsense --help").is_err());
}

#[test]
fn defaults() {
    let settings = chain("filter x").settings;
    assert_eq!((settings.memory, settings.max_record), (256 << 20, 64 << 20));
    assert_eq!(settings.threads, 8);
    assert_eq!(Some(settings.lateness), Duration::parse(b"10s"));
    assert_eq!(Some(settings.now), Timestamp::new(1_800_000_000, 0));
    assert_eq!(settings.colour, Colour { messages: true, output: false });
    assert!(settings.from.is_none() && settings.to.is_none() && settings.output.is_none());
    assert!(settings.since.is_none() && settings.time.is_none() && !settings.strict && !settings.quiet);
}

#[test]
fn values_reach_their_settings() {
    let settings = chain(
        "--from csv --to=table filter x -qj3 -o out.txt --rejects r --late l --memory 8M --max-record 1K --strict \
         --types 'id:text,*:number' --allow late=5 --allow values --null NA --null -,x --header a,b --no-header \
         --delimiter ';' --tz +02:00 --now 2026-03-01 --since 1h --until 2026-03-01T00:00:00Z --lateness 0 \
         --lateness 1m --time meta.ts --sequential --validate --ragged --no-header-out --color always \
         --record-start '^[0-9]'",
    )
    .settings;
    let at = |seconds| Timestamp::new(seconds, 0).unwrap();
    assert_eq!(settings.from.map(|row| row.name), Some("csv"));
    assert_eq!(settings.to.map(|row| row.name), Some("table"));
    assert_eq!((settings.memory, settings.max_record, settings.threads), (8 << 20, 1 << 10, 3));
    assert_eq!(settings.pins.of("id"), Some(Type::Text));
    assert_eq!(settings.pins.of("ms"), Some(Type::Number));
    assert_eq!(settings.allow.late, Some(Allowance::Count(5)));
    assert_eq!(settings.allow.values, Some(Allowance::Any));
    assert_eq!(settings.input.nulls, [b"NA".to_vec(), b"-".to_vec(), b"x".to_vec()]);
    assert_eq!(settings.input.header, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(settings.input.delimiter, Some(b';'));
    assert_eq!(settings.input.record_start.as_deref(), Some("^[0-9]"));
    // Midnight in the zone of --tz, wherever that stands.
    assert_eq!(settings.now, at(1_772_316_000));
    assert_eq!(settings.since, Some(at(1_772_316_000 - 3_600)));
    assert_eq!(settings.until, Some(at(1_772_323_200)));
    assert_eq!(Some(settings.lateness), Duration::parse(b"1m"));
    assert_eq!(settings.time.map(|path| path.to_string()).as_deref(), Some("meta.ts"));
    assert!(
        settings.sequential && settings.input.validate && settings.input.ragged && settings.no_header_out
    );
    assert!(settings.strict && settings.quiet && settings.input.no_header);
    assert_eq!(settings.colour, Colour { messages: true, output: true });
    let files = [settings.output, settings.rejects, settings.late];
    assert_eq!(files.map(|file| file.unwrap().display().to_string()), ["out.txt", "r", "l"]);
}

#[test]
fn a_small_memory_bounds_records() {
    assert_eq!(chain("filter x --memory 8M").settings.max_record, 2 << 20);
    assert_eq!(chain("filter x -o -").settings.output, None);
    assert_eq!(chain("filter x -j 2 -j 4").settings.threads, 4);
}
