//! Runs the program on a file and says what is not as it must be.

use std::fmt::Write as _;
use std::panic::catch_unwind;

use crate::cell::Cell;
use crate::chains::{Chain, chains};
use crate::file::{File, Last, Piece};
use crate::harness::{PLAIN, Ran, VARIANTS, Variant, run};
use crate::oracle::{Meaning, Reject, meaning};

/// The first so many rejects are named one by one.
const NAMED: usize = 5;

/// What is wrong with the first chain that does not do what it must.
pub(crate) fn check(file: &File, variants: &[Variant]) -> Result<(), String> {
    let meaning = meaning(file);
    let bytes = file.bytes();
    for chain in chains(file, &meaning) {
        let words = words(file, &chain);
        for &variant in variants {
            let ran = catch_unwind(|| run(&words, &bytes, variant));
            let wrong = ran.map_or_else(|_| "it panics\n".to_owned(), |ran| wrong(&meaning, &chain, &ran));
            if !wrong.is_empty() {
                return Err(format!("tamis {}\n{variant:?}\n{wrong}", words.join(" ")));
            }
        }
    }
    Ok(())
}

/// The ways to run a file: a plain one, and two others in turn.
pub(crate) fn variants(number: usize) -> Vec<Variant> {
    let other = |step: usize| VARIANTS[1 + (number * 2 + step) % (VARIANTS.len() - 1)];
    vec![PLAIN, other(0), other(1)]
}

/// The words of a command without file.
pub(crate) fn words(file: &File, chain: &Chain) -> Vec<String> {
    let mut words = file.words();
    words.extend(chain.words.iter().map(|word| (*word).to_owned()));
    words
}

fn wrong(meaning: &Meaning, chain: &Chain, ran: &Ran) -> String {
    let mut wrong = String::new();
    let mut expect = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        let (expected, found) = (format!("{expected:#?}"), format!("{found:#?}"));
        if expected != found {
            let _ = writeln!(wrong, "{what}: expected {expected}\nfound {found}");
        }
    };
    let lines = |bytes: &[u8]| {
        bytes
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| line.escape_ascii().to_string())
            .collect::<Vec<_>>()
    };
    if let Some(reason) = meaning.refused {
        let found = (ran.status, ran.out(), ran.err().starts_with("tamis: ") && ran.err().contains(reason));
        expect("a file that cannot be read", &(2, "", true), &found);
        expect("which is said", &reason, &if found.2 { reason.to_owned() } else { ran.err() });
        return wrong;
    }
    expect("status", &u8::from(!chain.rejects.is_empty()), &ran.status);
    expect("stdout", &lines(&chain.out), &lines(&ran.stdout));
    let said = said(&ran.err());
    expect("stderr", &report(&chain.rejects), &shortened(&said, &chain.rejects));
    wrong
}

/// What is said of rejects, without notes and what would read them.
fn said(err: &str) -> Vec<String> {
    const NOTES: [&str; 4] =
        [" left as text, since ", ": the header line ", ": the first line has the names ", " every line"];
    let note = |line: &&str| line.starts_with("  help: ") || NOTES.iter().any(|note| line.contains(note));
    err.lines().filter(|line| !note(line)).map(str::to_owned).collect()
}

/// Cuts what is said to the reasons as far as they are known.
fn shortened(said: &[String], rejects: &[Reject]) -> Vec<String> {
    let short = |(place, line): (usize, &String)| {
        let named = rejects.get(place).filter(|_| place < NAMED).map(named);
        named.filter(|named| line.starts_with(named)).unwrap_or_else(|| line.clone())
    };
    said.iter().enumerate().map(short).collect()
}

fn report(rejects: &[Reject]) -> Vec<String> {
    let mut report: Vec<String> = rejects.iter().take(NAMED).map(named).collect();
    match rejects.len() {
        0 => {}
        1 => report.push("tamis: 1 record rejected (--rejects FILE keeps them)".to_owned()),
        count => report.push(format!("tamis: {count} records rejected (--rejects FILE keeps them)")),
    }
    report
}

fn named(reject: &Reject) -> String {
    format!("tamis: stdin:{}: rejected: {}", reject.line, reject.reason)
}

/// A file as small as can be for which `fails` still holds.
pub(crate) fn smallest(file: &File, fails: impl Fn(&File) -> bool) -> File {
    let mut smallest = file.clone();
    loop {
        let smaller = smaller(&smallest).into_iter().find(|file| size(file) < size(&smallest) && fails(file));
        match smaller {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

/// What makes a file hard to read for a person.
fn size(file: &File) -> usize {
    let plain = |cell: &Cell| cell.text == b"x" && cell.style == crate::cell::Style::Plain;
    let odd = |piece: &Piece| match piece {
        Piece::Record(cells, _) => cells.iter().filter(|cell| !plain(cell)).count(),
        _ => 0,
    };
    let options = usize::from(file.mark) + usize::from(file.last != Last::Ended) + file.dialect.nulls.len();
    let options = options + usize::from(file.comment.is_some()) + usize::from(file.dialect.escape.is_some());
    file.bytes().len() + 3 * file.pieces.iter().map(odd).sum::<usize>() + options
}

fn smaller(file: &File) -> Vec<File> {
    let mut all = Vec::new();
    let mut change = |change: &dyn Fn(&mut File)| {
        let mut changed = file.clone();
        change(&mut changed);
        changed.settle();
        all.push(changed);
    };
    let count = file.pieces.len();
    for part in [2, 4, 8] {
        for from in (0..count).step_by((count / part).max(1)) {
            change(&|file| drop(file.pieces.drain(from..(from + count / part).min(count))));
        }
    }
    for at in 0..count {
        change(&|file| drop(file.pieces.remove(at)));
    }
    if let [Piece::Soup(bytes)] = file.pieces.as_slice() {
        for len in [bytes.len() / 2, bytes.len() / 4, 8, 4, 2, 1] {
            for from in (0..bytes.len()).step_by((len / 2).max(1)) {
                let to = (from + len).min(bytes.len());
                change(&|file| file.pieces = vec![Piece::Soup([&bytes[..from], &bytes[to..]].concat())]);
            }
        }
    }
    for at in 0..file.preamble.len() {
        change(&|file| drop(file.preamble.remove(at)));
    }
    change(&|file| file.mark = false);
    change(&|file| file.comment = None);
    change(&|file| file.dialect.escape = None);
    change(&|file| file.last = Last::Ended);
    change(&|file| _ = file.dialect.nulls.pop());
    for at in 0..count {
        let Piece::Record(cells, _) = &file.pieces[at] else { continue };
        for place in 0..cells.len() {
            change(&|file| {
                if let Piece::Record(cells, _) = &mut file.pieces[at] {
                    cells[place] = Cell::plain("x");
                }
            });
        }
        change(&|file| {
            for piece in &mut file.pieces {
                if let Piece::Record(cells, _) = piece {
                    cells.pop().filter(|_| cells.len() > 1);
                }
            }
        });
    }
    all
}
