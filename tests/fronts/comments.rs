//! Comments at random places: the records are those of the file without them, and lines have their numbers.

use proptest::prelude::*;
use proptest::sample::select;

use crate::harness::{PLAIN, Variant, run};

/// Records of a format, each whole with its line ends, some of which cannot be read.
fn records(format: &'static str) -> BoxedStrategy<Vec<&'static str>> {
    let pool = match format {
        "csv" => vec![
            "1,2\n",
            "1,\"#\n# no comment\n\"\n",
            "\n",
            "1,\"2\"\r\n",
            "3\n",
            "4,5,6\n",
            "\"x\n#\",y\n",
            " #,1\n",
            "\"#\",2\n",
        ],
        "ndjson" => {
            vec!["{\"a\":1}\n", "{\"a\":\"#\"}\r\n", "\n", "bad\n", " # bad\n", "{\"a\":2} \n", "5\n"]
        }
        "json" => {
            vec!["{\"a\":1}\n", "{\n  \"a\": \"#\"\n}\n", "\n", "bad\n", "{\"a\":\r\n2} {\"a\":3}\n", " {}\n"]
        }
        "logfmt" => vec!["a=1\n", "b=2 c=3\n", "\n", "a=\"\n", " #=1\n"],
        _ => vec!["a\n", "\n", " # no comment\n", "b\r\n", "/\n"],
    };
    prop::collection::vec(select(pool), 0..30).boxed()
}

fn number_of(commented: &[u64], line: u64) -> u64 {
    commented[line as usize - 1]
}

/// A report without the help that counts the lines before all rejects.
fn without_titles(report: &str) -> String {
    let is_help = |line: &&str| line.starts_with("  help: where the lines before these are a title");
    report.split_inclusive('\n').filter(|line| !is_help(line)).collect()
}

/// A report with its line numbers replaced.
fn moved(report: &str, commented: &[u64]) -> String {
    let line = |line: &str| {
        let at = line.strip_prefix("tamis: stdin:").and_then(|rest| rest.split_once(':'));
        match at.and_then(|(number, rest)| Some((number.parse().ok()?, rest))) {
            Some((number, rest)) => format!("tamis: stdin:{}:{rest}\n", number_of(commented, number)),
            None => format!("{line}\n"),
        }
    };
    report.lines().map(line).collect()
}

/// The note where nothing is left but blank lines.
fn note_of(plain: &str, prefix: &str) -> String {
    let typed = if prefix == "//" { prefix.to_owned() } else { format!("'{prefix}'") };
    match plain {
        "" => format!("tamis: stdin: --comment {typed} drops every line\n"),
        _ if plain.trim().is_empty() => {
            format!("tamis: stdin: --comment {typed} drops every line but blank ones\n")
        }
        _ => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn comments_are_as_if_they_were_not_there(
        (format, records) in select(vec!["csv", "ndjson", "json", "logfmt", "text"])
            .prop_flat_map(|format| (Just(format), records(format))),
        counts in prop::collection::vec(select(vec![0_usize, 0, 0, 1, 1, 2, 5]), 31),
        prefix in select(vec!["#", "//", "# "]),
        ends in any::<bool>(),
        marked in any::<bool>(),
        piece in 1_usize..9,
        block in 1_usize..99,
    ) {
        let head = if format == "csv" { "a,b\n" } else { "" };
        let (mut plain, mut commented) = (head.to_owned(), String::new());
        // The number in the file with comments of each line of the one without.
        let (mut numbers, mut number) = (Vec::new(), 0);
        let pieces = Some(head).filter(|head| !head.is_empty()).into_iter().chain(records.iter().copied());
        for (piece, count) in pieces.zip(counts.iter().chain([&1, &0].into_iter().cycle())) {
            for _ in 0..*count {
                commented.push_str(prefix);
                commented.push_str(" a comment, with \" in it\r\n");
                number += 1;
            }
            commented.push_str(piece);
            for _ in piece.matches('\n') {
                number += 1;
                numbers.push(number);
            }
        }
        plain.extend(records.iter().copied());
        commented.push_str(prefix);
        if ends {
            commented.push('\n');
        }
        if marked {
            commented.insert(0, '\u{feff}');
        }
        let chain = ["project", "n = input_line()"];
        let clean = run(&[&["--from", format], &chain[..]].concat(), plain.as_bytes(), PLAIN);
        prop_assert!(clean.status < 2, "{}", clean.err());
        let out = clean.out().replace("{\"n\":", "").replace('}', "");
        let expected: String = out
            .lines()
            .map(|line| match line.parse() {
                Ok(line) => format!("{}\n", number_of(&numbers, line)),
                Err(_) => format!("{line}\n"),
            })
            .collect();
        let words = [&["--from", format, "--comment", prefix], &chain[..]].concat();
        for variant in [
            PLAIN,
            Variant { threads: 1, piece, block, hesitant: true, ..PLAIN },
            Variant { threads: 4, block, piece: 1, eager: true, ..PLAIN },
            Variant { threads: 4, block: 1, ..PLAIN },
        ] {
            let ran = run(&words, commented.as_bytes(), variant);
            let out = ran.out().replace("{\"n\":", "").replace('}', "");
            prop_assert_eq!(&out, &expected, "{:?}\n{}", variant, commented);
            let said = without_titles(&moved(&clean.err(), &numbers)) + &note_of(&plain, prefix);
            prop_assert_eq!(without_titles(&ran.err()), said, "{:?}\n{}", variant, commented);
            prop_assert_eq!(ran.status, clean.status);
        }
    }
}
