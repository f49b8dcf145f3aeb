//! The command line as `clap` sees it: made from the registries, it renders `--help`. It parses nothing: that a SPEC may look like an option, and `then`, are beyond it (see `words`).

use clap::{Arg, ArgAction, Command};

use super::known::Known;
use super::options::{GLOBALS, Group};
use super::words::Detail;
use super::{help, topic};
use crate::doc::OptionDef;
use crate::stage::StageDef;

/// Columns of help. Fixed, so that help is the same in a pipe.
const WIDTH: usize = 100;

const USAGE: &str =
    "tamis [OPTIONS] STAGE SPEC [STAGE OPTIONS] [then STAGE SPEC [STAGE OPTIONS]]... [FILE...]
       tamis explain ...                what a chain decodes, runs in parallel and keeps
       tamis help [TOPIC|NAME]          a topic, stage, function, aggregate or format
       tamis completions SHELL          a completion script for bash, zsh or fish";

const TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}\n";
const SHORT_TEMPLATE: &str = "{usage-heading} {usage}\n\nStages:\n{subcommands}{after-help}\n";
const STAGE_TEMPLATE: &str = "{usage-heading} {usage}\n\n{about}\n\n{all-args}{after-help}\n";

/// The text of `tamis --help` (two screens) or `tamis -h` (one).
pub(super) fn overview(known: &Known, detail: Detail) -> String {
    let command = command(known);
    let command = match detail {
        Detail::Short => command
            .help_template(SHORT_TEMPLATE)
            .after_help("tamis --help shows the most used options, tamis STAGE --help those of a stage."),
        Detail::Long => command.help_template(TEMPLATE).after_help(after_help()),
    };
    tidy(&command.term_width(WIDTH).render_help().to_string())
}

/// The text of `tamis STAGE --help`.
pub(super) fn stage_help(stage: &'static StageDef) -> String {
    let text = help::doc_text(&stage.doc);
    let command = verb(stage)
        .help_template(STAGE_TEMPLATE)
        .after_help(format!("{text}\nGlobal options: tamis help options"));
    tidy(&command.term_width(WIDTH).render_help().to_string())
}

/// The whole command.
pub(super) fn command(known: &Known) -> Command {
    let globals = Group::ALL.iter().flat_map(|group| GLOBALS.iter().filter(move |row| row.group == *group));
    let globals =
        globals.map(|row| argument(&row.option).help_heading(row.group.title()).hide_short_help(!row.common));
    Command::new("tamis")
        .about("tamis, a pipe filter for records: NDJSON, CSV and logs, as they stream")
        .override_usage(USAGE)
        .subcommand_help_heading("Stages")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(globals)
        .subcommands(known.stages.iter().map(|stage| verb(stage)))
}

/// A stage as a subcommand.
fn verb(stage: &'static StageDef) -> Command {
    Command::new(stage.name)
        .about(stage.doc.summary)
        .override_usage(format!("tamis {} {} [OPTIONS]", stage.name, stage.spec))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(Arg::new("SPEC").hide(true).value_name("SPEC"))
        .arg(Arg::new("FILE").hide(true).num_args(0..))
        .arg(Arg::new("-f").short('f').value_name("FILE").help("take the SPEC from a file"))
        .args(stage.options.iter().filter(|option| !option.is_planned).map(argument))
}

fn argument(option: &'static OptionDef) -> Arg {
    let arg = Arg::new(option.long).long(option.long).help(option.help);
    let arg = match option.short {
        Some(short) => arg.short(short),
        None => arg,
    };
    let Some(value) = option.value else { return arg.action(ArgAction::SetTrue) };
    let arg = arg.value_name(value).hide_possible_values(true);
    match option.choices {
        [] => arg,
        choices => arg.value_parser(choices.to_vec()),
    }
}

fn after_help() -> String {
    let topics: Vec<&str> = topic::TOPICS.iter().map(|topic| topic.name).collect();
    format!(
        "Topics: {}\n\n\
         Exit status:\n  \
         0  done\n  \
         1  done, but records were rejected or late, or values could not be computed (see --allow)\n  \
         2  could not start or finish\n  \
         3  a record left the chain, or none did, as --fail-if asks\n\n\
         Examples:\n  \
         tamis filter 'status >= 500' access.ndjson\n  \
         tamis window 1m then aggregate 'count(), p99(latency_ms)' --by path access.ndjson\n  \
         tail -F app.log | tamis --from logfmt window 10s then aggregate 'n = count()' --by level",
        topics.join(", ")
    )
}

/// Without blanks at the ends of lines, and with one newline at the end.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n"))
}
