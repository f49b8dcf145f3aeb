//! Runs the works whose speed counts, with tamis and with every other tool that is installed, in turn; checks the
//! answers and prints the times: `cargo run --release --example race`. What is measured and what is fair stands in
//! `../works/README.md`. A wrong answer makes the exit status 1.

#[path = "../works/access.rs"]
mod access;
#[path = "../works/forms.rs"]
mod forms;
#[path = "../works/keys.rs"]
mod keys;
#[path = "../measure/mod.rs"]
mod measure;
mod race;
#[path = "../works/random.rs"]
mod random;
mod report;
#[path = "../works/users.rs"]
mod users;
#[path = "../works/weather.rs"]
mod weather;
mod works;

use std::process::ExitCode;

use anyhow::Result;

use measure::options::{self, Options};
use race::Race;

fn main() -> ExitCode {
    let about = "Measures tamis against every other tool that is installed";
    let words = options::command("race", about, "target/race", "5");
    match run(&Options::of(&words.get_matches())) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("race: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether every answer was right.
fn run(options: &Options) -> Result<bool> {
    let works = works::chosen(&options.only)?;
    if options.list {
        print!("{}", report::list(&works));
        return Ok(true);
    }
    let race = Race::prepare(options, &works)?;
    print!("{}", report::head(&race, options));
    let mut outcomes = Vec::new();
    for work in works {
        eprintln!("race: {}", work.name);
        let outcome = race.run(work)?;
        for wrong in &outcome.wrong {
            eprintln!("race: {wrong}");
        }
        outcomes.push(outcome);
    }
    print!("{}", report::tables(&outcomes, options.markdown));
    Ok(outcomes.iter().all(|outcome| outcome.wrong.is_empty()))
}
