//! A run: N threads, each reading the next block, working on it, and putting results in order in turn.
//!
//! There is no reader thread and no serial twin: `-j1` is the same loop once. A thread that finds the next
//! product in sequence drains; the others go on. The number of blocks in flight is bounded.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::block::{Product, Workshop};
use super::chain::Chain;
use super::order::InputOrder;
use super::plan::{Plan, TypedStage};
use super::settings::Settings;
use crate::error::{Error, Result};
use crate::format::{self, FormatDef, OutputFormat, OutputOptions};
use crate::input::{self, ByteSource, Named, Reader, ReaderOptions, Recycled, Stop, TimeField};
use crate::output::{Output, SideFile, check_suffix};
use crate::record::{Block, Env, Findings, Limits, Reject, Sources};
use crate::stage::{Flow, TIME_NAMES};
use crate::time::Timestamp;

/// Details of each kind of finding that a report shows.
const DETAILS: usize = 5;
/// Blocks in flight for each thread.
const IN_FLIGHT: u64 = 4;

/// The surroundings of a run.
pub struct Host {
    /// What `-` reads.
    pub stdin: Box<dyn ByteSource>,
    /// Where results go.
    pub stdout: Box<dyn Write + Send>,
    /// Width of stdout, if it is a terminal.
    pub terminal: Option<u16>,
    /// Signals.
    pub stop: Arc<Stop>,
    /// Bytes of a block; tests make it small.
    pub block_bytes: usize,
}

/// How a run ended.
pub struct Outcome {
    /// What was found.
    pub findings: Findings,
    /// The plan, for the names of fields and sites.
    pub plan: Plan,
    /// The names of the fields of each input's first record.
    pub names: Vec<Option<Vec<String>>>,
    /// What broke the run off, after everything readable was processed.
    pub error: Option<Error>,
    /// The signal that ended the input.
    pub signal: Option<i32>,
}

/// Runs a chain over its inputs. An error came before anything was read.
pub fn run(stages: &[TypedStage], files: &[String], settings: &Settings, host: Host) -> Result<Outcome> {
    let inputs = Named::all(files);
    if inputs.iter().filter(|input| **input == Named::Stdin).count() > 1 {
        return Err(Error::new("stdin stands twice among the inputs").help("\"-\" can be read once"));
    }
    let (plan, env) = bind(stages, &inputs, settings)?;
    if plan.input_time && inputs.len() > 1 && !settings.sequential {
        return Err(Error::new(
            "event time over several inputs is not in this version yet, unless one after the other",
        )
        .help("--sequential reads them in this order as one input"));
    }
    input::check_all(&inputs)?;
    refuse_overwriting(&inputs, settings)?;
    let output_format = open_format(&plan, &env, &inputs, settings, host.terminal)?;
    let output = match &settings.output {
        Some(path) => {
            check_suffix(path)?;
            Output::file(path)?
        }
        None => Output::stdout(host.stdout),
    };
    let names: Vec<Option<String>> = inputs.iter().map(|input| input.file().map(str::to_owned)).collect();
    let side_file =
        |path: &Option<PathBuf>| path.as_deref().map(|path| SideFile::create(path, &names)).transpose();
    let (rejects, late) = (side_file(&settings.rejects)?, side_file(&settings.late)?);
    let reader = Reader::new(
        &inputs,
        host.stdin,
        reader_options(&plan, settings, host.block_bytes),
        &plan.sources,
        &host.stop,
    );
    let limits = Limits { details: DETAILS, keep_rejects: rejects.is_some(), keep_late: late.is_some() };
    let shop = Workshop {
        decoders: reader.decoders(),
        plan,
        output: output_format,
        lateness: settings.lateness,
        limits,
    };
    let order = InputOrder {
        chain: Chain::start(&shop.plan, shop.output.encoder(), output, settings.strict),
        shop: &shop,
        total: Findings::new(limits, shop.plan.fields.paths().len()),
        highest: None,
        names: vec![None; inputs.len()],
        rejects,
        late,
        strict: settings.strict,
        memory: usize::try_from(settings.memory).unwrap_or(usize::MAX),
        unchecked: 0,
    };
    let floor = Floor {
        shop: &shop,
        recycled: reader.recycled(),
        reader: Mutex::new(reader),
        line: Mutex::new(Line::default()),
        moved: Condvar::new(),
        order: Mutex::new(order),
        stop: Arc::clone(&host.stop),
        in_flight: IN_FLIGHT * settings.threads as u64,
    };
    std::thread::scope(|scope| {
        for _ in 1..settings.threads {
            scope.spawn(|| floor.work());
        }
        floor.work();
    });
    let Floor { reader, line, order, .. } = floor;
    let broken = into_inner(reader).broken;
    let error = into_inner(line).error;
    let mut order = into_inner(order);
    let outcome = match error {
        Some(error) => Err(error),
        None => order.finish(),
    };
    let InputOrder { chain, total, names, rejects, late, .. } = order;
    let mut error = broken;
    let complete = outcome.is_ok() && error.is_none();
    if let Err(failed) = outcome {
        error = Some(failed);
    }
    if complete && let Err(failed) = chain.into_output().commit() {
        error = Some(failed);
    }
    for side in [rejects, late].into_iter().flatten() {
        if let Err(failed) = side.commit() {
            error.get_or_insert(failed);
        }
    }
    Ok(Outcome { findings: total, plan: shop.plan, names, error, signal: host.stop.signal() })
}

/// Binds the chain to settings.
pub(super) fn bind(stages: &[TypedStage], inputs: &[Named], settings: &Settings) -> Result<(Plan, Arc<Env>)> {
    let sources = Arc::new(Sources::new(inputs.len()));
    let env = Arc::new(Env {
        zone: settings.zone.clone(),
        times: settings.times.clone(),
        now: settings.now,
        pins: settings.pins.clone(),
        sources: Some(Arc::clone(&sources)),
    });
    let plan = Plan::bind(stages, settings, &env, &sources)?;
    Ok((plan, env))
}

/// The format of the output: `--to`, the suffix of `-o`, else the one format of text inputs, else ndjson.
pub(super) fn output_def(inputs: &[Named], settings: &Settings) -> Option<&'static FormatDef> {
    if settings.to.is_some() {
        return settings.to;
    }
    let by_name = settings.output.as_ref().and_then(|path| format::by_suffix(&path.to_string_lossy()));
    if let Some(def) = by_name.filter(|def| def.output.is_some()) {
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

fn open_format(
    plan: &Plan,
    env: &Arc<Env>,
    inputs: &[Named],
    settings: &Settings,
    terminal: Option<u16>,
) -> Result<Arc<dyn OutputFormat>> {
    let def = output_def(inputs, settings).ok_or_else(|| Error::new("no output format"))?;
    let Some(open) = def.output else {
        return Err(
            Error::new(format!("format {} cannot be written", def.name)).help("choose another with --to")
        );
    };
    let options = OutputOptions {
        shape: plan.shape.clone(),
        sources: Arc::clone(&plan.sources),
        env: Arc::clone(env),
        delimiter: settings.input.delimiter,
        no_header: settings.no_header_out,
        terminal: if settings.output.is_some() { None } else { terminal },
        colour: settings.colour.output,
    };
    Ok(Arc::from(open(&options)?))
}

fn reader_options(plan: &Plan, settings: &Settings, block_bytes: usize) -> ReaderOptions {
    let only_lines = !plan.input_time && plan.fields.paths().iter().all(|path| path.joined() == "line");
    let time = plan.input_time.then(|| match &settings.time {
        Some(path) => TimeField::Named(path.clone()),
        None => TimeField::FirstOf(TIME_NAMES.to_vec()),
    });
    ReaderOptions {
        from: settings.from,
        input: settings.input.clone(),
        fields: Arc::clone(&plan.fields),
        only_lines,
        time,
        max_record: usize::try_from(settings.max_record).unwrap_or(usize::MAX),
        block_bytes,
        keep_rejects: settings.rejects.is_some(),
    }
}

/// An output must not be one of the inputs, nor two outputs the same.
fn refuse_overwriting(inputs: &[Named], settings: &Settings) -> Result<()> {
    let outputs = [("-o", &settings.output), ("--rejects", &settings.rejects), ("--late", &settings.late)];
    let mut seen: Vec<(String, &str)> = Vec::new();
    for input in inputs {
        if let Named::File(name) = input {
            seen.push((identity(std::path::Path::new(name)), "an input"));
        }
    }
    for (option, path) in outputs {
        let Some(path) = path else { continue };
        let id = identity(path);
        let device = std::fs::metadata(path).is_ok_and(|meta| !meta.is_file());
        if let Some((_, what)) = seen.iter().find(|(known, _)| *known == id && !device) {
            let name = crate::error::shown(&path.to_string_lossy());
            return Err(Error::new(format!("{option} {name}: the file is also {what}"))
                .help("write to another file, then rename it"));
        }
        seen.push((id, option));
    }
    Ok(())
}

/// What two names of one file have in common.
fn identity(path: &std::path::Path) -> String {
    use std::os::unix::fs::MetadataExt;
    match std::fs::metadata(path) {
        Ok(meta) => format!("{}:{}", meta.dev(), meta.ino()),
        Err(_) => path.to_string_lossy().into_owned(),
    }
}

/// The error that names a reject as the cause.
pub(super) fn reject_error(reject: &Reject, sources: &Sources) -> Error {
    let place = match reject.origin {
        Some(origin) => {
            let name = sources.get(origin.source).map_or("stdin", |source| source.shown());
            format!("{}:{}: ", crate::error::shown(name), origin.line)
        }
        None => String::new(),
    };
    let column = reject.column.map_or(String::new(), |column| format!(" (column {column})"));
    Error::new(format!("{place}rejected: {}{column}", reject.reason))
}

/// Where the threads of a run meet.
struct Floor<'a> {
    shop: &'a Workshop,
    reader: Mutex<Reader>,
    line: Mutex<Line>,
    /// Products were taken, or the run is over.
    moved: Condvar,
    order: Mutex<InputOrder<'a>>,
    stop: Arc<Stop>,
    recycled: Arc<Recycled>,
    in_flight: u64,
}

/// Products that wait for their turn.
#[derive(Default)]
struct Line {
    pending: BTreeMap<u64, Result<(Block, Product)>>,
    /// The block whose turn it is.
    next: u64,
    /// Blocks read so far.
    read: u64,
    /// Some thread puts products in order.
    draining: bool,
    /// Nothing more is wanted.
    over: bool,
    /// What broke the run off.
    error: Option<Error>,
    /// The highest event time of all blocks in front of `next`.
    highest: Option<Timestamp>,
}

impl Floor<'_> {
    /// One thread's loop.
    fn work(&self) {
        while self.wait_for_room() {
            match self.read() {
                None => return,
                Some((seq, Err(error))) => return self.deliver(seq, Err(error)),
                Some((seq, Ok(block))) => {
                    let incoming = lock(&self.line).highest;
                    let product = self.shop.process(&block, incoming);
                    self.deliver(seq, product.map(|product| (block, product)));
                }
            }
        }
    }

    /// Waits until few enough blocks are in flight; false when the run is over.
    fn wait_for_room(&self) -> bool {
        let mut line = lock(&self.line);
        while !line.over && line.read - line.next >= self.in_flight {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        !line.over
    }

    /// The next block and its number; an error takes the place of the block that could not be read.
    fn read(&self) -> Option<(u64, Result<Block>)> {
        let mut reader = lock(&self.reader);
        let block = reader.next_block().transpose()?;
        let mut line = lock(&self.line);
        let seq = line.read;
        line.read += 1;
        Some((seq, block))
    }

    /// Puts a product in line, and takes products in order while it is somebody's turn.
    fn deliver(&self, seq: u64, product: Result<(Block, Product)>) {
        let mut line = lock(&self.line);
        line.pending.insert(seq, product);
        if line.draining {
            return;
        }
        line.draining = true;
        while !line.over {
            let next = line.next;
            let Some(product) = line.pending.remove(&next) else {
                if line.next < line.read {
                    break;
                }
                // All that was read is done: the next read may wait, so that results must leave now.
                drop(line);
                let flushed = lock(&self.order).chain.flush();
                line = lock(&self.line);
                self.note(&mut line, flushed);
                if line.next == line.read {
                    break;
                }
                continue;
            };
            drop(line);
            let (taken, highest) = self.take(product);
            line = lock(&self.line);
            line.next += 1;
            line.highest = highest;
            self.note(&mut line, taken);
            self.moved.notify_all();
        }
        line.draining = false;
    }

    fn take(&self, product: Result<(Block, Product)>) -> (Result<Flow>, Option<Timestamp>) {
        let mut order = lock(&self.order);
        let taken = product.and_then(|(block, product)| {
            let flow = order.take(&block, product);
            self.recycle(block);
            flow
        });
        (taken, order.highest)
    }

    /// Notes the end of the run, if this is one.
    fn note(&self, line: &mut Line, outcome: Result<Flow>) {
        match outcome {
            Ok(Flow::More) => return,
            Ok(Flow::Enough) => {}
            Err(error) => line.error = Some(error),
        }
        line.over = true;
        self.stop.satisfy();
        self.moved.notify_all();
    }

    fn recycle(&self, block: Block) {
        let mut recycled = lock(&self.recycled);
        if (recycled.len() as u64) < self.in_flight
            && let Ok(bytes) = Arc::try_unwrap(block.bytes)
        {
            recycled.push(bytes);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
