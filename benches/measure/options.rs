//! The words of the command line.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What a run is asked to do.
pub(crate) struct Options {
    /// Holds inputs and outputs.
    pub(crate) dir: PathBuf,
    /// Part of the full number of records.
    pub(crate) scale: f64,
    /// The program that is measured; without it, that of this tree is built.
    pub(crate) tamis: Option<PathBuf>,
    /// The interpreter that has the Python packages.
    pub(crate) python: String,
    pub(crate) runs: usize,
    /// Names of works, or how they begin; none is all.
    pub(crate) only: Vec<String>,
    pub(crate) list: bool,
    pub(crate) markdown: bool,
}

impl Options {
    /// The options among the words of this process.
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
        Self {
            dir: PathBuf::from(text("dir")),
            scale: number(matches, "scale"),
            tamis: matches.get_one::<String>("tamis").map(PathBuf::from),
            python: text("python"),
            runs: number::<u64>(matches, "runs").max(1) as usize,
            only: matches.get_many::<String>("only").unwrap_or_default().cloned().collect(),
            list: matches.get_flag("list"),
            markdown: matches.get_flag("markdown"),
        }
    }
}

fn number<T: Copy + Default + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> T {
    matches.get_one::<T>(name).copied().unwrap_or_default()
}

/// The words of a program that measures works in a folder of inputs.
pub(crate) fn command(
    name: &'static str,
    about: &'static str,
    dir: &'static str,
    runs: &'static str,
) -> Command {
    let valued = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new(name).about(about).args([
        valued("dir", "DIR", "where inputs are made, once, and outputs are written").default_value(dir),
        valued("scale", "PART", "part of the full number of records; answers and goals are those of 1")
            .default_value("1")
            .value_parser(scale),
        valued("tamis", "PATH", "the program; without it, that of this tree is built"),
        valued("python", "PATH", "the interpreter that has the Python packages").default_value("python3"),
        valued("runs", "N", "timed runs of each side").default_value(runs).value_parser(value_parser!(u64)),
        valued("only", "NAME", "only the work of this name, or those whose names begin so (may be repeated)")
            .action(ArgAction::Append),
        flag("list", "prints the works, what they are measured against, and the goals"),
        flag("markdown", "prints the tables as Markdown"),
    ])
}

/// A word without a value.
pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if scale > 0.0 && scale <= 1.0 { Ok(scale) } else { Err("not above 0 and at most 1".to_owned()) }
}

#[test]
fn the_words_are_well_defined() {
    command("race", "about", "target/race", "5").debug_assert();
    assert_eq!((scale("0.1"), scale("0").is_err(), scale("2").is_err()), (Ok(0.1), true, true));
}
