//! The program itself on files: the format by the suffix, and rejects kept in a file.

use std::process::Command;

use crate::chains::{Chain, chains, end_line};
use crate::file::File;
use crate::oracle::{Meaning, meaning};

/// Runs the program on a file in `folder`, with one of the chains, and says what is not as it must be.
pub(crate) fn check(file: &File, number: usize, folder: &std::path::Path) -> Result<(), String> {
    let meaning = meaning(file);
    let chains = chains(file, &meaning);
    let chain = &chains[number % chains.len()];
    let suffix = *(if file.dialect.tsv { ["tsv", "TSV", "Tsv"] } else { ["csv", "CSV", "Csv"] })
        .get(number % 3)
        .unwrap_or(&"csv");
    let (input, rejects) = (folder.join("odd").with_extension(suffix), folder.join("rejects"));
    std::fs::write(&input, file.bytes()).expect("space");
    // The first two words name the format.
    let mut words = file.words().split_off(2);
    words.extend(["--rejects".to_owned(), rejects.to_string_lossy().into_owned()]);
    words.extend(chain.words.iter().map(|word| (*word).to_owned()));
    words.push(input.to_string_lossy().into_owned());
    let ran = Command::new(env!("CARGO_BIN_EXE_tamis")).args(&words).output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let kept = std::fs::read(&rejects).unwrap_or_default();
    std::fs::remove_file(&input).expect("it was written");
    let _ = std::fs::remove_file(&rejects);
    let found = (ran.status.code(), escaped(&ran.stdout), escaped(&kept));
    let expected = expected(&meaning, chain);
    let silent = found.0 != Some(0) && said.is_empty();
    if found == expected && !silent {
        return Ok(());
    }
    Err(format!("tamis {}\nexpected {expected:#?}\nfound {found:#?}\nstderr {said}", words.join(" ")))
}

/// Exit status, output and the file of rejects.
fn expected(meaning: &Meaning, chain: &Chain) -> (Option<i32>, Vec<String>, Vec<String>) {
    if meaning.refused.is_some() {
        return (Some(2), Vec::new(), Vec::new());
    }
    let lines = chain.rejects.iter().flat_map(|reject| {
        let mut line = reject.raw.clone();
        end_line(&mut line);
        line
    });
    (Some(i32::from(!chain.rejects.is_empty())), escaped(&chain.out), escaped(&lines.collect::<Vec<u8>>()))
}

fn escaped(bytes: &[u8]) -> Vec<String> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.escape_ascii().to_string()).collect()
}
