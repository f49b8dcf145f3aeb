//! Odd CSV files, made piece by piece by a generator that knows what each piece means: what the program reads in them,
//! what it rejects, and what it writes. Python's csv reads those that it can as well.
//!
//! A file that fails is made small and shown with its seed; `ODD=seed cargo test --test odd_files` runs it alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cell;
mod chains;
mod check;
mod encoding;
mod file;
#[path = "../harness/mod.rs"]
mod harness;
mod kinds;
mod landed;
mod oracle;
mod process;
mod python;
mod random;
mod texts;

use check::{check, smallest, variants};
use file::File;
use kinds::KINDS;
use random::Random;

/// Files of each kind alone.
const OF_EACH_KIND: usize = 16;

/// Files that show several kinds at once.
const MIXED: usize = 600;

/// All files with their seeds.
fn files() -> Vec<(u64, File)> {
    let alone = (0..KINDS.len() * OF_EACH_KIND).map(|number| number as u64);
    let mixed = (0..MIXED).map(|number| 1_000_000 + number as u64);
    let wanted = std::env::var("ODD").ok().map(|seed| seed.parse::<u64>().expect("a seed"));
    let seeds = alone.chain(mixed).filter(|seed| wanted.is_none_or(|wanted| wanted == *seed));
    let files: Vec<(u64, File)> = seeds.map(|seed| (seed, made(seed))).collect();
    assert!(wanted.is_some() || files.len() >= 1000, "{} files are too few", files.len());
    files
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

#[test]
fn odd_files_are_read_as_they_are_meant() {
    let mut failures = Vec::new();
    for (number, (seed, file)) in files().iter().enumerate() {
        if !landed::is_ready(file, &oracle::meaning(file)) {
            continue;
        }
        let run = |file: &File| check(file, &variants(number));
        if run(file).is_err() {
            failures.push(shown(*seed, file, run));
        }
    }
    let count = failures.len();
    failures.truncate(std::env::var("SHOW").map_or(20, |show| show.parse().expect("a number")));
    assert!(count == 0, "{count} files fail\n{}", failures.concat());
}

/// The program itself, on every fifth file.
#[test]
fn the_program_reads_files_as_they_are_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut failures = String::new();
    for (number, (seed, file)) in files().iter().enumerate().filter(|(number, _)| number % 5 == 0) {
        if !landed::is_ready(file, &oracle::meaning(file)) {
            continue;
        }
        let run = |file: &File| process::check(file, number / 5, folder.path());
        if run(file).is_err() && failures.len() < 20_000 {
            failures.push_str(&shown(*seed, file, run));
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
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
