//! Options that mean nothing: those of formats that neither an input nor an output has are refused, those that the
//! chain has no use for are noted.

use super::plan::Plan;
use super::settings::Settings;
use super::setup::{only_lines, output_def};
use super::side::side_def;
use super::table_options::SHARED;
use crate::error::{Error, Result};
use crate::format::FormatDef;
use crate::format::options::{is_of_formats, means_nothing, reads, writes};
use crate::input::{Named, by_fronts, told};

/// Refuses options that no format knows which is read or written. `tables`: the formats that are told of tables. Gives
/// those that only an input may know whose format its first bytes tell.
pub(super) fn unmet(
    plan: &Plan,
    inputs: &[Named],
    tables: &[Option<&'static FormatDef>],
    settings: &Settings,
) -> Result<Vec<&'static str>> {
    let told_of: Vec<Option<&FormatDef>> = inputs.iter().map(|input| told(input, settings.from)).collect();
    let written = written(plan, inputs, settings)?;
    let mut unmet = Vec::new();
    for &option in settings.given.iter().filter(|option| is_of_formats(option)) {
        let tables = if SHARED.contains(&option) { tables } else { &[] };
        let read = told_of.iter().chain(tables);
        let may_be = |only_lines: bool| by_fronts(only_lines).any(|def| reads(def, option));
        let is_known = read.clone().flatten().any(|def| reads(def, option))
            || written.iter().any(|def| writes(def, option))
            || tables.iter().any(Option::is_none) && may_be(false)
            || option == PINS && plan.needs.untyped;
        if is_known || unmet.contains(&option) {
            continue;
        }
        // Of the first input more is known before anything leaves; a later one must be such that it may know the option.
        let is_open = told_of.first().is_some_and(Option::is_none)
            || told_of.iter().any(Option::is_none) && may_be(only_lines(plan));
        if !is_open {
            let names = |defs: Vec<&FormatDef>| defs.iter().map(|def| def.name).collect::<Vec<_>>();
            return Err(means_nothing(option, &names(read.copied().flatten().collect()), &names(written)));
        }
        unmet.push(option);
    }
    Ok(unmet)
}

/// The option that also says how fields are typed that a stage makes.
const PINS: &str = "types";

/// The formats of the outputs.
fn written(plan: &Plan, inputs: &[Named], settings: &Settings) -> Result<Vec<&'static FormatDef>> {
    let sides = plan.writes().map(|writes| side_def(writes, inputs, settings));
    let results = output_def(inputs, settings).filter(|_| plan.ends_with.is_none());
    sides.chain(results.map(Ok)).collect()
}

/// Notes on options that the chain has no use for.
pub(super) fn useless(plan: &Plan, inputs: &[Named], settings: &Settings) -> Vec<String> {
    let needs = plan.needs;
    let no_times = "nothing in this chain is read as a time";
    let of_times = "event time, and what is read as a time elsewhere";
    let rules = [
        ("late", needs.lateness, "no stage leaves out late records", "window"),
        ("lateness", plan.has_event_time, "no stage waits for late records", "window and dedup --within"),
        (
            "time",
            needs.time_field,
            "no stage needs event time, and none reads this field",
            "window and its like",
        ),
        ("time-format", needs.times, no_times, of_times),
        (
            "union",
            grows_columns(plan, inputs, settings),
            "the chain fixes the columns of what is written",
            "records that have fields of their own",
        ),
        ("year", needs.times, no_times, of_times),
    ];
    let useless = rules.iter().filter(|(option, is_used, ..)| !is_used && settings.given.contains(option));
    useless
        .map(|(option, _, why, what)| {
            Error::new(format!("--{option} changes nothing: {why}"))
                .help(format!("leave it out: it is for {what}"))
                .to_string()
        })
        .collect()
}

/// Whether `--union` may give an output more columns than it has without.
fn grows_columns(plan: &Plan, inputs: &[Named], settings: &Settings) -> bool {
    let knows = |def: &FormatDef| writes(def, "union");
    let beside = plan
        .writes_shapes()
        .any(|(place, shape)| shape.rest.is_some() && side_def(place, inputs, settings).is_ok_and(knows));
    let results = plan.ends_with.is_none() && plan.shape.rest.is_some();
    beside || results && output_def(inputs, settings).is_some_and(knows)
}
