//! A run from its inputs to its outcome.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use super::block::Workshop;
use super::budget::Budget;
use super::chain::Chain;
use super::fronts::{dropped, header_doubts, others, repeated};
use super::header_lines::HeaderLines;
use super::meaning::useless;
use super::missing::{Reach, lacking, refuse_missing};
use super::order::InputOrder;
use super::plan::{Plan, TypedStage};
use super::settings::{FailIf, Settings};
use super::setup::{
    Setup, check_files, open_format, open_output, reader_options, refuse_feeding_back, refuse_overwriting,
    set_up, union_of,
};
use super::side::Sides;
use super::tables::TablesAround;
use super::tail::Tail;
use super::threads::{Floor, Worked};
use crate::error::{Error, Result};
use crate::file_name;
use crate::input::{ByteSource, Named, Reader, ReaderOptions, Stop};
use crate::output::{Inputs, Output, SideFile, StdFiles};
use crate::record::{Fields, Findings, Limits, Rank, Seen};
use crate::spill::Disk;
use crate::stage::Stamps;

/// Details of each kind of finding that a report shows.
const DETAILS: usize = 5;

/// The surroundings of a run.
pub struct Host {
    /// What `-` reads.
    pub stdin: Box<dyn ByteSource>,
    /// Where results go.
    pub stdout: Box<dyn Write + Send>,
    /// The files that stdin and stdout are.
    pub std_files: StdFiles,
    /// Width of stdout, if it is a terminal.
    pub terminal: Option<u16>,
    /// Signals.
    pub stop: Arc<Stop>,
    /// Bytes of a block; tests make it small.
    pub block_bytes: usize,
    /// Whether all goes to disk that may, whether memory is short or not: for tests.
    pub eager: bool,
    /// The number of the first block: other than 0 for tests.
    pub first_block: u64,
}

/// How a run ended.
pub struct Outcome {
    /// What was found.
    pub findings: Findings,
    /// The plan, for the names of fields and sites.
    pub plan: Plan,
    /// The tables, which findings number behind the inputs.
    pub tables: Vec<Named>,
    /// The names of the fields of each input's first record.
    pub names: Vec<Option<Vec<String>>>,
    /// What broke the run off, after everything readable was processed.
    pub error: Option<Error>,
    /// Whether a record left the chain: to stdout, `-o` or `split`.
    pub gave: bool,
    /// The signal that ended the input.
    pub signal: Option<i32>,
    /// How far the inputs were read.
    pub reach: Reach,
}

/// Where a run writes.
struct Outputs {
    results: Output,
    rejects: Option<SideFile>,
    late: Option<SideFile>,
}

/// Runs a chain over its inputs. An error came before anything was read.
pub fn run(stages: &[TypedStage], files: &[String], settings: &Settings, host: Host) -> Result<Outcome> {
    let inputs = Named::all(files);
    let limits = Limits {
        details: DETAILS,
        keep_rejects: settings.rejects.is_some(),
        keep_late: settings.late.is_some(),
    };
    let Host { stdin, stop, block_bytes, eager, first_block, .. } = host;
    let memory = usize::try_from(settings.memory).unwrap_or(usize::MAX);
    let disk = Arc::new(match eager {
        true => Disk::eager(settings.tmp.clone(), memory),
        false => Disk::new(settings.tmp.clone(), memory, settings.threads),
    });
    let around = TablesAround { stdin, stop: &stop, block_bytes, limits, disk: Arc::clone(&disk) };
    let set_up = set_up(stages, &inputs, settings, around, check_files)?;
    let Setup { plan, tables, unmet, findings, held, stdin } = set_up;
    refuse_feeding_back(&plan, &inputs, &tables, settings, &host.std_files)?;
    let taken = refuse_overwriting(&plan, &inputs, &tables, settings)?;
    let union = settings.union.then(|| union_of(&inputs, settings, &disk));
    let format = open_format(&plan, &inputs, settings, host.terminal, union.as_ref())?;
    let options = ReaderOptions { first_block, unmet, ..reader_options(&plan, settings, block_bytes) };
    let windows = Arc::clone(&options.windows);
    let mut reader = Reader::new(&inputs, stdin, options, &plan.sources, &stop);
    let results = open_output(settings, host.stdout)?;
    // Before side files are emptied.
    let mut lines = union.as_ref().map(|_| HeaderLines::default());
    let fields = if settings.allow.missing { &Fields::default() } else { &*plan.fields };
    let headers = refuse_missing(fields, &mut reader, &settings.input, lines.as_mut())?;
    lines.into_iter().for_each(|lines| lines.tell(&plan.sources));
    if plan.wants_nothing() {
        reader.read_no_record()?;
    }
    let beside = Inputs {
        names: inputs
            .iter()
            .chain(&tables)
            .map(|input| input.file().map(|name| file_name::spelled(name).into_owned()))
            .collect(),
        count: inputs.len(),
        in_order: plan.finds_at_once(),
        sources: Arc::clone(&plan.sources),
    };
    let outputs = open_outputs(&Arc::new(beside), &disk, settings, results)?;
    let room = memory / 4;
    let budget = Budget { tables: held, kept: AtomicUsize::new(0), windows, disk };
    let shop = Workshop {
        decoders: reader.decoders(),
        plan,
        output: format,
        lateness: settings.lateness,
        limits,
        room,
        keep_records: room / settings.threads.max(1),
        part: block_bytes,
        threads: settings.threads,
        budget: Arc::new(budget),
        written: Mutex::default(),
    };
    let (union, disk) = (union.as_ref(), &shop.budget.disk);
    let sides = Sides { plan: &shop.plan, inputs: &inputs, settings, taken, union, disk };
    let results = Tail::new(&*shop.output, disk, outputs.results);
    let mut order = InputOrder {
        chain: Chain::start(&shop, &sides, results, settings.strict)?,
        shop: &shop,
        total: Findings::new(limits, shop.plan.fields.paths().len()),
        stamps: Stamps::before(settings.sequential),
        names: vec![None; inputs.len()],
        seen: shop.plan.finds_again().then(Seen::default),
        rejects: outputs.rejects,
        late: outputs.late,
        strict: settings.strict,
        behind: Rank::default(),
        unchecked: 0,
        met_limit: false,
    };
    order.collect(findings)?;
    order.total.notes.extend(useless(&order.shop.plan, &inputs, settings));
    order.total.notes.extend(settings.fail_if.and_then(|fail_if| needless(fail_if, &order.shop.plan)));
    if shop.plan.wants_nothing() {
        stop.satisfy();
    }
    let worked = Floor::run(reader, order, &stop, settings.threads);
    let met_limit = worked.order.met_limit;
    let (mut findings, names, gave, error) = conclude(worked);
    let (signal, plan) = (stop.signal(), shop.plan);
    let reach = match (&error, signal) {
        (None, None) if met_limit => Reach::Limit,
        (None, None) if !stop.is_set() => Reach::End,
        _ => Reach::Anywhere,
    };
    if reach != Reach::Anywhere {
        let was_read: Vec<bool> = names.iter().map(Option::is_some).collect();
        let lacking = lacking(&plan.fields, &settings.input, &headers, &plan.sources, reach, &was_read);
        findings.notes.extend(lacking);
        findings.notes.extend(dropped(&inputs, &plan.sources, reach));
        findings.notes.extend(others(&inputs, &plan.sources, &was_read));
        findings.notes.extend(repeated(&inputs, &plan.sources));
        findings.notes.extend(header_doubts(&settings.input, &plan.sources, reach, &was_read));
    }
    Ok(Outcome { findings, plan, tables, names, error, gave, signal, reach })
}

fn open_outputs(
    inputs: &Arc<Inputs>,
    disk: &Arc<Disk>,
    settings: &Settings,
    results: Output,
) -> Result<Outputs> {
    let side =
        |path: &Option<PathBuf>| path.as_deref().map(|path| SideFile::create(path, inputs, disk)).transpose();
    let (rejects, late) = (side(&settings.rejects)?, side(&settings.late)?);
    Ok(Outputs { results, rejects, late })
}

/// The note about a `--fail-if` that does not depend on the records.
fn needless(fail_if: FailIf, plan: &Plan) -> Option<String> {
    let always = if fail_if.fails(true) { "always" } else { "never" };
    let note = Error::new(format!(
        "--fail-if {}: this chain gives a record whatever it reads, so that the exit status is {always} 3",
        fail_if.word()
    ));
    let field = plan.shape.before.iter().chain(&plan.shape.after).next();
    let field = field.map_or("count".to_owned(), |field| crate::spell::field(&field.name));
    let note = note.help(format!("a filter at the end of the chain decides: then filter '{field} > 0'"));
    plan.gives_always().then(|| note.to_string())
}

/// What a run found, the field names it saw, whether a record left it, and what broke it off.
type Conclusion = (Findings, Vec<Option<Vec<String>>>, bool, Option<Error>);

/// Prints what is held and completes the outputs: results only if nothing went wrong, so that an old file
/// stays; side files always.
fn conclude(worked: Worked<'_>) -> Conclusion {
    let Worked { mut order, kept, broken, failed } = worked;
    let mut error = match failed {
        Some(failed) => {
            // What came before leaves, whether or not it was let out meanwhile.
            let _flow = order.chain.flush();
            Some(failed)
        }
        None => {
            let absorbed = order.absorb_kept(kept);
            absorbed.and_then(|()| order.finish()).err().or(broken)
        }
    };
    let InputOrder { mut chain, total, names, rejects, late, .. } = order;
    if error.is_none() {
        error = chain.commit().err();
    }
    for side in [rejects, late].into_iter().flatten() {
        error = error.or(side.commit().err());
    }
    (total, names, chain.gave(), error)
}
