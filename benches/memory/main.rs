//! Measures how much memory works take, and how much longer they take for having little:
//! `cargo run --release --example memory`. What is measured stands in `../README.md`. An answer that is not that of
//! the same run without limit makes the exit status 1.

#[path = "../works/access.rs"]
mod access;
#[path = "../works/forms.rs"]
mod forms;
#[cfg(test)]
#[path = "../../tests/harness/mod.rs"]
mod harness;
#[path = "../works/keys.rs"]
mod keys;
#[path = "../measure/mod.rs"]
mod measure;
mod outcome;
#[path = "../works/random.rs"]
mod random;
mod report;
mod scales;
#[path = "../works/users.rs"]
mod users;
#[path = "../works/weather.rs"]
mod weather;
mod works;

use std::process::ExitCode;

use anyhow::Result;

use measure::options::{self, Options, flag};
use outcome::Way;
use scales::Scales;

fn main() -> ExitCode {
    let about = "Measures memory, and how much longer a run takes for having little of it";
    let words = options::command("memory", about, "target/memory", "1").args([
        flag("pipe", "gives each input a second time, as a pipe"),
        flag("large", "gives works that keep nothing twenty times the records, made as they are read"),
    ]);
    let matches = words.get_matches();
    let ways = Way::wanted(matches.get_flag("pipe"), matches.get_flag("large"));
    match run(&Options::of(&matches), &ways) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("memory: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether every answer was right.
fn run(options: &Options, ways: &[Way]) -> Result<bool> {
    let works = works::chosen(&options.only)?;
    if options.list {
        print!("{}", report::list(&works));
        return Ok(true);
    }
    let scales = Scales::prepare(options, &works)?;
    let mut outcomes = Vec::new();
    for work in works {
        eprintln!("memory: {}", work.name);
        for way in ways.iter().filter(|way| way.is_for(work)) {
            let outcome = scales.weigh(work, *way)?;
            if let Some(wrong) = &outcome.wrong {
                eprintln!("memory: {}: {wrong}", work.name);
            }
            outcomes.push(outcome);
        }
    }
    print!("{}{}", report::head(options), report::table(&outcomes).print(options.markdown));
    Ok(outcomes.iter().all(|outcome| outcome.wrong.is_none()))
}
