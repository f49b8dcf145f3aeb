//! What a run is set up from: the bound chain, the output format, what the reader needs to know.

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use super::meaning::unmet;
use super::output_names::refuse_foreign_names;
use super::plan::{Plan, TypedStage};
use super::settings::Settings;
use super::tables::{Asked, TableReader, TablesAround};
use crate::error::{Error, Result};
use crate::file_name;
use crate::format::union::Union;
use crate::format::{self, FormatDef, InputOptions, OutputFormat, OutputOptions};
use crate::input::{self, ByteSource, Named, ReaderOptions, TimeField, Windows};
use crate::output::{Output, StdFiles, identity};
use crate::record::{Env, Findings, Shape, Sources};
use crate::spill::Disk;
use crate::stage::{TIME_NAMES, Tables, Writes};

/// A chain that is ready to run, and what its tables left.
pub(super) struct Setup {
    pub plan: Plan,
    /// The tables, in the order of the chain.
    pub tables: Vec<Named>,
    /// Options that mean nothing unless an input whose format is not told knows them.
    pub unmet: Vec<&'static str>,
    /// What was found in them.
    pub findings: Findings,
    /// Bytes that they hold.
    pub held: usize,
    /// What `-` reads among the inputs.
    pub stdin: Box<dyn ByteSource>,
}

/// Sets up a chain: what is wrong with it is said before anything is read; then `check` looks at inputs and
/// tables before any of them is read; then tables are read.
pub(super) fn set_up(
    stages: &[TypedStage],
    inputs: &[Named],
    settings: &Settings,
    around: TablesAround<'_>,
    check: fn(&Plan, &[Named], &[Named], &Settings) -> Result<()>,
) -> Result<Setup> {
    let asked = Asked::default();
    let plan = bind(stages, inputs, settings, &asked)?;
    let (tables, table_formats) = asked.into_tables();
    let unmet = unmet(&plan, inputs, &table_formats, settings)?;
    check(&plan, inputs, &tables, settings)?;
    if tables.is_empty() {
        let findings = Findings::new(around.limits, 0);
        return Ok(Setup { plan, tables, unmet, findings, held: 0, stdin: around.stdin });
    }
    let reader = TableReader::new(settings, around, inputs.len(), Arc::clone(&plan.fields));
    let plan = bind(stages, inputs, settings, &reader)?;
    // Where event time comes from may depend on the fields of a table.
    check(&plan, inputs, &tables, settings)?;
    let (findings, held, stdin) = reader.finish();
    Ok(Setup { plan, tables, unmet, findings, held, stdin: stdin.unwrap_or_else(input::nothing) })
}

/// Binds the chain to settings.
fn bind(stages: &[TypedStage], inputs: &[Named], settings: &Settings, tables: &dyn Tables) -> Result<Plan> {
    let sources = Arc::new(Sources::new(inputs.len()));
    let env = Arc::new(Env {
        zone: settings.zone.clone(),
        times: settings.times.clone(),
        now: settings.now,
        pins: settings.pins.clone(),
        time: settings.time.clone(),
        sources: Some(Arc::clone(&sources)),
    });
    Plan::bind(stages, settings, &env, &sources, tables)
}

/// The format of the output: `--to`, the suffix of `-o`, else the one format of text inputs, else ndjson.
pub(super) fn output_def(inputs: &[Named], settings: &Settings) -> Option<&'static FormatDef> {
    if settings.to.is_some() {
        return settings.to;
    }
    let by_name = settings.output.as_ref().and_then(|path| format::written_by_suffix(&file_name::text(path)));
    if let Some(def) = by_name {
        return Some(def);
    }
    let of_input = |input: &Named| match input {
        _ if settings.from.is_some() => settings.from,
        Named::File(name) => format::by_suffix(name),
        Named::Stdin => None,
    };
    let first = inputs.first().and_then(of_input);
    match first {
        Some(def)
            if def.keeps_format
                && inputs.iter().all(|input| of_input(input).is_some_and(|of| of.name == def.name)) =>
        {
            Some(def)
        }
        _ => format::find("ndjson"),
    }
}

/// Opens the output format for the shape of the chain's records.
pub(super) fn open_format(
    plan: &Plan,
    inputs: &[Named],
    settings: &Settings,
    terminal: Option<u16>,
    union: Option<&Union>,
) -> Result<Arc<dyn OutputFormat>> {
    let def = output_def(inputs, settings).ok_or_else(|| Error::new("no output format"))?;
    let screen = Screen {
        width: if settings.output.is_some() { None } else { terminal },
        colour: settings.colour.output,
    };
    open_def(def, plan, &plan.shape, settings, (screen, union))
}

/// What a terminal that shows an output can do.
#[derive(Clone, Copy, Default)]
pub(super) struct Screen {
    /// Its width, if the output is a terminal.
    width: Option<u16>,
    /// Whether colours may be used.
    colour: bool,
}

/// Opens an output format for records of a shape.
pub(super) fn open_def(
    def: &'static FormatDef,
    plan: &Plan,
    shape: &Shape,
    settings: &Settings,
    (screen, union): (Screen, Option<&Union>),
) -> Result<Arc<dyn OutputFormat>> {
    let Some(open) = def.output else {
        return Err(
            Error::new(format!("format {} cannot be written", def.name)).help("choose another with --to")
        );
    };
    let options = OutputOptions {
        shape: shape.clone(),
        sources: Arc::clone(&plan.sources),
        env: Arc::clone(&plan.env),
        delimiter: settings.delimiter_out.or(settings.input.delimiter),
        quote: settings.input.quote,
        escape: settings.input.escape,
        nulls: settings.input.nulls.clone(),
        no_header: settings.no_header_out,
        terminal: screen.width,
        colour: screen.colour,
        union: union.cloned(),
    };
    Ok(Arc::from(open(&options)?))
}

/// What `--union` makes of these inputs.
pub(super) fn union_of(inputs: &[Named], settings: &Settings, disk: &Arc<Disk>) -> Union {
    let has_header_line = |input: &Named| input::has_header_line(input, settings.from, &settings.input);
    Union {
        by_headers: inputs.iter().all(has_header_line),
        ragged: settings.input.ragged,
        disk: Arc::clone(disk),
    }
}

/// Whether the chain reads no field but the one of plain lines.
pub(super) fn only_lines(plan: &Plan) -> bool {
    // What is to be taken out must not pass in a line that is not taken apart.
    let mut others = plan.fields.named().filter(|(_, path, _)| path.joined() != "line");
    !plan.input_time && !others.any(|(_, _, mentions)| mentions.reads || mentions.removes)
}

/// Whether the bytes of the input may leave as they stood.
fn keeps_originals(settings: &Settings) -> bool {
    let is_raw = settings.to.is_some_and(|def| def.name == "raw");
    is_raw || settings.rejects.is_some() || settings.late.is_some()
}

/// What the reader needs to know of the chain.
pub(super) fn reader_options(plan: &Plan, settings: &Settings, block_bytes: usize) -> ReaderOptions {
    let time = (plan.input_time || plan.own_time).then(|| match &settings.time {
        Some(path) if plan.own_time => TimeField::IfOwn(path.clone()),
        Some(path) => TimeField::Named(path.clone()),
        None => TimeField::FirstOf(TIME_NAMES.to_vec()),
    });
    ReaderOptions {
        from: settings.from,
        input: InputOptions { originals: keeps_originals(settings), ..settings.input.clone() },
        fields: Arc::clone(&plan.fields),
        only_lines: only_lines(plan),
        time,
        max_record: usize::try_from(settings.max_record).unwrap_or(usize::MAX),
        block_bytes,
        first_block: 0,
        keep_rejects: settings.rejects.is_some(),
        windows: Arc::new(Windows::new(usize::try_from(settings.memory).unwrap_or(usize::MAX))),
        unmet: Vec::new(),
    }
}

/// Refuses what this version cannot do, what would overwrite an input, and inputs and tables that cannot be
/// read.
pub(super) fn check_files(
    plan: &Plan,
    inputs: &[Named],
    tables: &[Named],
    settings: &Settings,
) -> Result<()> {
    refuse_what_cannot_run(plan, inputs, tables, settings)?;
    input::check_inputs(inputs)?;
    input::check_tables(tables)
}

fn refuse_what_cannot_run(
    plan: &Plan,
    inputs: &[Named],
    tables: &[Named],
    settings: &Settings,
) -> Result<()> {
    refuse_reading_twice(inputs, tables)?;
    if (plan.input_time || plan.own_time) && plan.has_event_time && inputs.len() > 1 && !settings.sequential {
        let message = "event time over several inputs is not in this version yet, unless one after the other";
        return Err(Error::new(message).help("--sequential reads them in this order as one input"));
    }
    if let (Some(stage), Some(_)) = (plan.ends_with, &settings.output) {
        return Err(Error::new(format!("{stage} prints nothing that -o could write")).help("leave -o out"));
    }
    refuse_foreign_names(plan, settings)?;
    refuse_overwriting(plan, inputs, tables, settings).map(drop)
}

/// Opens stdout, or what `-o` names.
pub(super) fn open_output(settings: &Settings, stdout: Box<dyn Write + Send>) -> Result<Output> {
    match &settings.output {
        Some(path) => Output::file(path),
        None => Ok(Output::stdout(stdout)),
    }
}

/// An output must not be one of the inputs or tables, nor two outputs the same. Gives what nothing else may be
/// written to, see [`identity`].
pub(super) fn refuse_overwriting(
    plan: &Plan,
    inputs: &[Named],
    tables: &[Named],
    settings: &Settings,
) -> Result<Vec<String>> {
    let options = [("-o", &settings.output), ("--rejects", &settings.rejects), ("--late", &settings.late)];
    let options =
        options.iter().filter_map(|(option, path)| Some((*option, *option, Cow::Borrowed(path.as_deref()?))));
    let sides = plan.writes().filter_map(|writes| match writes {
        Writes::File(file) => Some(("tee", "that of another tee", file_name::path(file))),
        Writes::Folder(_) => None,
    });
    let mut seen: Vec<(String, &str)> = Vec::new();
    for (files, what) in [(inputs, "an input"), (tables, "a table")] {
        let names = files.iter().filter_map(Named::file);
        seen.extend(names.map(|name| (identity(&file_name::path(name)), what)));
    }
    for (option, own, path) in options.chain(sides) {
        let id = identity(&path);
        let device = std::fs::metadata(&path).is_ok_and(|meta| !meta.is_file());
        if let Some((_, what)) = seen.iter().find(|(known, _)| *known == id && !device) {
            let name = crate::error::escaped(&file_name::text(&*path));
            return Err(Error::new(format!("{option} {name}: the file is also {what}"))
                .help("write to another file, then rename it"));
        }
        seen.push((id, own));
    }
    Ok(seen.into_iter().map(|(id, _)| id).collect())
}

/// Stdout must not be a file that is read: what is written would be read again, or the shell has emptied it already.
pub(super) fn refuse_feeding_back(
    plan: &Plan,
    inputs: &[Named],
    tables: &[Named],
    settings: &Settings,
    files: &StdFiles,
) -> Result<()> {
    let prints_nothing = settings.output.is_some() || plan.ends_with.is_some();
    let Some(stdout) = files.stdout.as_ref().filter(|_| !prints_nothing) else { return Ok(()) };
    let is_stdout = |named: &&Named| match named.file() {
        Some(name) => identity(&file_name::path(name)) == *stdout,
        None => files.stdin.as_ref() == Some(stdout),
    };
    match inputs.iter().chain(tables).find(is_stdout) {
        None => Ok(()),
        Some(named) => {
            let name = crate::error::escaped(named.shown());
            Err(Error::new(format!("{name}: the file is also where stdout goes"))
                .help("write to another file, then rename it, or name it with -o"))
        }
    }
}

/// Stdin and other pipes give their bytes once: a table that is one must not be anything else.
pub(super) fn refuse_reading_twice(inputs: &[Named], tables: &[Named]) -> Result<()> {
    if inputs.iter().chain(tables).filter(|input| **input == Named::Stdin).count() > 1 {
        let message = match tables.contains(&Named::Stdin) {
            true => "stdin cannot be a table and something else too",
            false => "stdin is named twice among the inputs",
        };
        return Err(Error::new(message).help("\"-\" can be read once; without files it is the input"));
    }
    let id = |named: &Named| named.file().map(|name| identity(&file_name::path(name)));
    for (at, table) in tables.iter().enumerate() {
        let Some(name) = table.file() else { continue };
        let others = inputs.iter().chain(tables.iter().take(at));
        let pipe =
            std::fs::metadata(file_name::path(name)).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
        if pipe && others.into_iter().any(|other| id(other) == id(table)) {
            let name = crate::error::escaped(name);
            return Err(Error::new(format!("{name}: a pipe can be read once, but it is named twice"))
                .help("write it to a file first"));
        }
    }
    Ok(())
}
