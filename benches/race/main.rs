//! Runs the works whose speed counts, with tamis and with every other tool that is installed, in turn; checks the
//! answers and prints the times: `cargo run --release --example race`. What is measured and what is fair stands in
//! `../works/README.md`. A wrong answer makes the exit status 1.

#[path = "../works/access.rs"]
mod access;
mod answer;
#[path = "../works/forms.rs"]
mod forms;
mod inputs;
mod machine;
mod options;
mod peers;
mod race;
#[path = "../works/random.rs"]
mod random;
mod report;
mod table;
mod timing;
#[path = "../works/users.rs"]
mod users;
#[path = "../works/weather.rs"]
mod weather;
mod works;

use std::process::ExitCode;

use anyhow::Result;

use options::Options;
use race::Race;

fn main() -> ExitCode {
    match run(&options::read()) {
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
