//! `explain`: the plan in words.

use std::fmt::Write;
use std::sync::Arc;

use super::plan::{Plan, TypedStage};
use super::settings::Settings;
use super::setup::{Screen, open_def, output_def, refuse_reading_twice, set_up, union_of};
use super::side::side_def;
use super::tables::TablesAround;
use crate::error::{Result, escaped};
use crate::file_name;
use crate::format::FormatDef;
use crate::input::{self, ByteSource, Named, Stop, check_tables};
use crate::record::{Limits, Shape};
use crate::spill::Disk;
use crate::stage::Writes;

/// Bytes of a block of a table.
const BLOCK_BYTES: usize = 256 << 10;

/// What a run of this chain would do: fields decoded, where each stage runs and what it keeps, the output,
/// and the rule of the watermark. Tables are read, inputs are not; `stdin` is what `-` reads among tables.
pub fn explain(
    stages: &[TypedStage],
    files: &[String],
    settings: &Settings,
    stdin: Box<dyn ByteSource>,
    stop: &Arc<Stop>,
) -> Result<String> {
    let inputs = Named::all(files);
    let limits = Limits { details: 0, keep_rejects: false, keep_late: false };
    let memory = usize::try_from(settings.memory).unwrap_or(usize::MAX);
    let disk = Arc::new(Disk::new(settings.tmp.clone(), memory, settings.threads));
    let around = TablesAround { stdin, stop, block_bytes: BLOCK_BYTES, limits, disk: Arc::clone(&disk) };
    let check = |_: &Plan, inputs: &[Named], tables: &[Named], _: &Settings| {
        refuse_reading_twice(inputs, tables)?;
        check_tables(tables)
    };
    let plan = set_up(stages, &inputs, settings, around, check)?.plan;
    let mut out = String::new();
    for input in &inputs {
        let by_name = settings.from.or_else(|| crate::format::by_suffix(input.file()?));
        let from = by_name.map_or("by its first byte", |def| def.name);
        let _ = writeln!(out, "input    {} (format: {from})", escaped(input.shown()));
    }
    let paths: Vec<String> = plan.fields.asked().map(|(_, path)| path.to_string()).collect();
    let fields = match (paths.is_empty(), plan.shape.is_input()) {
        (true, true) => "none: records pass as they are".to_owned(),
        (true, false) => "none".to_owned(),
        (false, _) => paths.join(", "),
    };
    let _ = writeln!(out, "fields   {fields}");
    for line in &plan.lines {
        let runs = if line.in_workers { "in parallel" } else { "in input order" };
        let _ =
            writeln!(out, "stage    {}\n         runs {runs}; keeps {}", escaped(&line.stage), line.keeps);
    }
    if plan.timed {
        let field = match &settings.time {
            Some(path) => path.to_string(),
            None if plan.input_time => {
                format!("the first of {} that an input has", crate::stage::TIME_NAMES.join(", "))
            }
            None => "made by the chain".to_owned(),
        };
        let mut lateness = Vec::new();
        settings.lateness.write(&mut lateness);
        let lateness = String::from_utf8_lossy(&lateness);
        let _ = writeln!(out, "time     {field}");
        let _ = writeln!(
            out,
            "         the watermark is the highest time read so far minus {lateness} (--lateness); a window closes when it reaches the window's end"
        );
    }
    let union = settings.union.then(|| union_of(&inputs, settings, &disk));
    if input::can_look(&inputs, settings.from, &settings.input) {
        plan.sources.set_all_headers(Vec::new());
    }
    let keeps = |def: &'static FormatDef, shape: &Shape| -> Result<&str> {
        let format = open_def(def, &plan, shape, settings, (Screen::default(), union.as_ref()))?;
        let keeps = "\n         keeps all records until the end of the input, beyond --memory on disk";
        Ok(if format.gatherer().is_some() { keeps } else { "" })
    };
    for (writes, shape) in plan.writes_shapes() {
        let (Writes::File(place) | Writes::Folder(place)) = writes;
        let def = side_def(writes, &inputs, settings)?;
        let _ = writeln!(out, "side     {place} (format: {}){}", def.name, keeps(def, shape)?);
    }
    if plan.ends_with.is_some() {
        let _ = writeln!(out, "threads  {}", settings.threads);
        return Ok(out);
    }
    let def = output_def(&inputs, settings);
    let to = def.map_or("ndjson", |def| def.name);
    let place = settings.output.as_ref().map_or("stdout".into(), |path| escaped(&file_name::text(path)));
    let keeps = def.map_or(Ok(""), |def| keeps(def, &plan.shape))?;
    let _ = writeln!(out, "output   {place} (format: {to}){keeps}");
    let _ = writeln!(out, "threads  {}", settings.threads);
    Ok(out)
}
