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

/// The options of this process; help and mistakes end it.
pub(crate) fn read() -> Options {
    let matches = command().get_matches();
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    Options {
        dir: PathBuf::from(text("dir")),
        scale: number(&matches, "scale"),
        tamis: matches.get_one::<String>("tamis").map(PathBuf::from),
        python: text("python"),
        runs: number::<u64>(&matches, "runs").max(1) as usize,
        only: matches.get_many::<String>("only").unwrap_or_default().cloned().collect(),
        list: matches.get_flag("list"),
        markdown: matches.get_flag("markdown"),
    }
}

fn number<T: Copy + Default + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> T {
    matches.get_one::<T>(name).copied().unwrap_or_default()
}

fn command() -> Command {
    let valued = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("race").about("Measures tamis against every other tool that is installed").args([
        valued("dir", "DIR", "where inputs are made, once, and outputs are written")
            .default_value("target/race"),
        valued("scale", "PART", "part of the full number of records; only at 1 are answers known beforehand")
            .default_value("1")
            .value_parser(scale),
        valued("tamis", "PATH", "the program; without it, that of this tree is built"),
        valued("python", "PATH", "the interpreter that has duckdb, polars and chdb").default_value("python3"),
        valued("runs", "N", "timed runs of each side").default_value("5").value_parser(value_parser!(u64)),
        valued("only", "NAME", "only the work of this name, or those whose names begin so (may be repeated)")
            .action(ArgAction::Append),
        flag("list", "prints the works and what they are measured against"),
        flag("markdown", "prints the tables as Markdown"),
    ])
}

fn scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if scale > 0.0 && scale <= 1.0 { Ok(scale) } else { Err("not above 0 and at most 1".to_owned()) }
}

#[test]
fn the_words_are_well_defined() {
    command().debug_assert();
    assert_eq!((scale("0.1"), scale("0").is_err(), scale("2").is_err()), (Ok(0.1), true, true));
}
