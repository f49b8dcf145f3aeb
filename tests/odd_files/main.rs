//! Odd CSV files, made piece by piece by a generator that knows what each piece means: what the program reads in them,
//! what it rejects, and what it writes. Python's csv reads those that it can as well.
//!
//! A file that fails is made small and shown with its seed; `ODD=seed cargo test --test odd_files` runs it alone. `ODD_TIMES=20` looks at
//! twenty times as many files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cell;
mod chains;
mod check;
mod encoding;
mod file;
#[path = "../harness/mod.rs"]
mod harness;
mod kinds;
mod oracle;
mod process;
mod python;
mod random;
mod reader;
mod soup;
mod texts;

use cell::Cell;
use check::{check, smallest, variants};
use file::{File, Names, Piece};
use kinds::KINDS;
use oracle::{Meaning, Record, Reject};
use random::Random;

/// Files of each kind alone.
const OF_EACH_KIND: u64 = 16;

/// Files that show several kinds at once.
const MIXED: u64 = 600;

/// Files of bytes without sense.
const SOUPS: u64 = 1500;

/// All files with their seeds.
fn files() -> Vec<(u64, File)> {
    let alone = 0..KINDS.len() as u64 * OF_EACH_KIND * times();
    let mixed = 1_000_000..1_000_000 + MIXED * times();
    assert!(alone.end + MIXED >= 1000, "too few files");
    wanted(alone.chain(mixed)).map(|seed| (seed, made(seed))).collect()
}

/// How many times as many files `ODD_TIMES` asks for.
fn times() -> u64 {
    std::env::var("ODD_TIMES").map_or(1, |times| times.parse().expect("a number"))
}

/// The seed that `ODD` names, else all.
fn wanted(seeds: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    let wanted = std::env::var("ODD").ok().map(|seed| seed.parse::<u64>().expect("a seed"));
    seeds.filter(move |seed| wanted.is_none_or(|wanted| wanted == *seed))
}

fn made(seed: u64) -> File {
    let mut random = Random::new(seed);
    let mut file = kinds::ordinary(&mut random);
    let kinds = match seed {
        0..1_000_000 => vec![&KINDS[seed as usize % KINDS.len()]],
        _ => (0..random.between(2, 4)).map(|_| random.pick(KINDS)).collect(),
    };
    for kind in kinds {
        file.kinds.push(kind.name);
        (kind.change)(&mut random, &mut file);
    }
    file.settle();
    file
}

/// Says what failed, with the smallest file that fails too.
fn shown(seed: u64, file: &File, fails: impl Fn(&File) -> Result<(), String>) -> String {
    let small = smallest(file, |file| fails(file).is_err());
    let wrong = fails(&small).unwrap_err();
    let bytes = small.bytes().escape_ascii().to_string().replace("\\n", "\\n\n  ");
    format!("######## ODD={seed} {:?}\n{wrong}the file, made small:\n  {bytes}\n\n", file.kinds)
}

/// Fails if any of these files does.
fn all_pass<'a>(
    files: impl Iterator<Item = &'a (u64, File)>,
    run: impl Fn(usize, &File) -> Result<(), String>,
) {
    let mut failures = Vec::new();
    for (number, (seed, file)) in files.enumerate() {
        let run = |file: &File| if is_judged(file) { run(number, file) } else { Ok(()) };
        if run(file).is_err() {
            failures.push(shown(*seed, file, run));
        }
    }
    let count = failures.len();
    failures.truncate(std::env::var("SHOW").map_or(20, |show| show.parse().expect("a number")));
    assert!(count == 0, "{count} files fail\n{}", failures.concat());
}

/// Whether it is known what the file means. Of bytes without sense it is not where
///
/// - none make up a record that tells how many names are counted,
/// - a byte order mark is in them, which may come to be at their front,
/// - names are given and nothing is read, not even a blank line,
/// - a name ends in CR, which no dialect without quotes can spell.
fn is_judged(file: &File) -> bool {
    let [Piece::Soup(bytes)] = file.pieces.as_slice() else { return true };
    let meaning = oracle::meaning(file);
    let mark = "\u{feff}".as_bytes();
    let is_marked = bytes.windows(mark.len()).any(|window| window == mark);
    let unspelled = file.dialect.quote.is_none() && meaning.names.iter().any(|name| name.contains('\r'));
    let unread = file.names != Names::Line && (meaning.names.is_empty() || reader::is_silent(file));
    !is_marked && !unspelled && !unread
}

#[test]
fn odd_files_are_read_as_they_are_meant() {
    all_pass(files().iter(), |number, file| check(file, &variants(number)));
}

/// The program itself, on every fifth file.
#[test]
fn the_program_reads_files_as_they_are_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    all_pass(files().iter().step_by(5), |number, file| process::check(file, number, folder.path()));
}

/// Bytes without sense, whose meaning a slow reader knows.
#[test]
fn any_bytes_are_read_as_a_slow_reader_reads_them() {
    let soups =
        wanted(2_000_000..2_000_000 + SOUPS * times()).map(|seed| (seed, soup::soup(&mut Random::new(seed))));
    let soups: Vec<(u64, File)> = soups.collect();
    all_pass(soups.iter(), |number, file| check(file, &variants(number)));
}

/// What the generator means is what a slow reader reads.
#[test]
fn the_slow_reader_agrees_with_the_generator() {
    for (seed, file) in files() {
        let (meant, read) = (oracle::meaning(&file), reader::read(&file));
        let show = |meaning: &Meaning| {
            let value = |cell: &Cell| cell.value(&file.dialect).map(|text| text.escape_ascii().to_string());
            let record = |record: &Record| {
                (
                    record.line,
                    record.raw.escape_ascii().to_string(),
                    record.cells.iter().map(value).collect::<Vec<_>>(),
                )
            };
            let records: Vec<_> = meaning.records.iter().map(record).collect();
            let reject =
                |reject: &Reject| (reject.line, reject.reason.clone(), reject.raw.escape_ascii().to_string());
            let rejects: Vec<_> = meaning.rejects.iter().map(reject).collect();
            (records, rejects, meaning.names.clone())
        };
        let alike = meant.refused.is_some() == read.refused.is_some();
        let unnamed = file.names == Names::Counted && read.names.is_empty();
        let same = meant.refused.is_some() || unnamed || show(&meant) == show(&read);
        let bytes = file.bytes().escape_ascii().to_string();
        assert!(
            alike && same,
            "ODD={seed} {:?}: {bytes}\n{:#?}\n{:#?}",
            file.kinds,
            show(&meant),
            show(&read)
        );
    }
}

#[test]
fn python_agrees() {
    let files = files();
    let meanings = files.iter().map(|(seed, file)| (seed, file, oracle::meaning(file)));
    let asked: Vec<_> = meanings.filter(|(_, file, meaning)| file.is_for_python(meaning)).collect();
    assert!(files.len() < 100 || asked.len() > files.len() / 3, "{} of {} files", asked.len(), files.len());
    let given: Vec<&File> = asked.iter().map(|(_, file, _)| *file).collect();
    for ((seed, file, meaning), rows) in asked.iter().zip(python::rows(&given)) {
        let bytes = || file.bytes().escape_ascii().to_string();
        let show = |rows: Vec<Vec<Vec<u8>>>| -> Vec<Vec<String>> {
            rows.iter().map(|row| row.iter().map(|cell| cell.escape_ascii().to_string()).collect()).collect()
        };
        assert_eq!(show(rows), show(python::expected(meaning)), "ODD={seed} {:?}: {}", file.kinds, bytes());
    }
}
