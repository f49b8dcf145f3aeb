//! `window SIZE`: puts each record into the windows of its event time, and judges late records.

mod count;
mod session;
mod sliding;
mod tumbling;

pub(super) use session::Session;
pub(super) use sliding::Sliding;

use std::sync::Arc;

use super::outline::Outline;
use super::scope::{Clock, Windowed};
use super::take_time::before;
use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result, nearest};
use crate::record::{Batch, ColumnRef, Late};
use crate::time::{Duration, Size, Timestamp};
use tumbling::Tumbling;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "window",
    spec: "SIZE",
    options: &[
        OptionDef::valued("by", "KEY, …", "keys of sessions; without it, those of the next aggregate"),
        OptionDef::valued("every", "STEP", "slide: a window of SIZE starts every STEP, which divides SIZE"),
        OptionDef::valued(
            "offset",
            "D",
            "move the grid of windows by D; a day from 6 o'clock on: window 1d --offset 6h",
        ),
    ],
    bind,
    doc: Doc {
        summary: "bound the following stages by windows of event time",
        text: "`window 1m` puts each record into the window `[start, end)` of its event time and adds the fields \
               `window_start` and `window_end`. `window 5m --every 1m` slides: a record is in five windows. \
               `window session:30m` ends a session 30 minutes after its last event, per key of `--by` or, without \
               it, per key of the next aggregate. `window count:1000` counts records and needs no event time; its \
               bounds are the numbers of the first and the last record of a full window, and the last one may \
               have fewer. `window all` ends windowing.\n\n\
               SIZE and STEP are exact (`10s`, `1h30m`, on the grid of the Unix epoch) or of calendar units in \
               `--tz` (`1d`, `2w` from Mondays, `3mo`, `1y`), where a day may have 23 or 25 hours; `24h` is not \
               `1d`. STEP must divide SIZE. `--offset` moves the grid.\n\n\
               Later stages work per window, until and behind an aggregate. Sliding windows and sessions must \
               reach an aggregate through filter, project, parse, explode or join, and the bounds of a session \
               are known only behind it. A second window needs an aggregate between; behind an aggregate the \
               event time is the window's end minus 1 ns.\n\n\
               A window closes when the watermark, the highest event time read so far minus `--lateness`, reaches \
               its end. A record whose windows have all closed is late: it is counted, reported, and kept by \
               `--late FILE`. A record without readable time is rejected. A session takes an event up to GAP \
               before its first or behind its last one while it is open, and an event between two makes one of \
               them; an event that would begin a session which has ended already is late.",
        examples: &[
            Example {
                command: "--from ndjson window 1m then aggregate 'count()'",
                input: "{\"ts\":\"2024-01-31T12:00:01Z\"}\n{\"ts\":\"2024-01-31T12:00:59Z\"}\n{\"ts\":\"2024-01-31T12:01:00Z\"}\n",
                output: "{\"window_start\":\"2024-01-31T12:00:00Z\",\"window_end\":\"2024-01-31T12:01:00Z\",\"count\":2}\n\
                         {\"window_start\":\"2024-01-31T12:01:00Z\",\"window_end\":\"2024-01-31T12:02:00Z\",\"count\":1}\n",
            },
            Example {
                command: "--from csv window 1h then aggregate 'sum(n)' then window all then aggregate 'max(sum_n)'",
                input: "time,n\n2024-01-31 12:10,1\n2024-01-31 12:50,2\n2024-01-31 13:00,2\n",
                output: "max_sum_n\n3\n",
            },
            Example {
                command: "--from csv window 10m --every 5m then aggregate 'count()'",
                input: "time\n2024-01-31 12:01\n2024-01-31 12:06\n",
                output: "window_start,window_end,count\n\
                         2024-01-31T11:55:00Z,2024-01-31T12:05:00Z,1\n\
                         2024-01-31T12:00:00Z,2024-01-31T12:10:00Z,2\n\
                         2024-01-31T12:05:00Z,2024-01-31T12:15:00Z,1\n",
            },
            Example {
                command: "--from csv window session:30m --by user then aggregate 'pages = count()'",
                input: "time,user\n2024-01-31 12:00,ann\n2024-01-31 12:05,bob\n2024-01-31 12:20,ann\n2024-01-31 13:30,ann\n",
                output: "window_start,window_end,user,pages\n\
                         2024-01-31T12:05:00Z,2024-01-31T12:35:00Z,bob,1\n\
                         2024-01-31T12:00:00Z,2024-01-31T12:50:00Z,ann,2\n\
                         2024-01-31T13:30:00Z,2024-01-31T14:00:00Z,ann,1\n",
            },
            Example {
                command: "--from csv window count:2 then aggregate 'avg(n)'",
                input: "n\n1\n2\n5\n",
                output: "window_start,window_end,avg_n\n1,2,1.5\n3,4,5\n",
            },
            Example {
                command: "--from csv --tz Europe/Berlin window 1d then aggregate 'count()'",
                input: "time\n2024-03-31 00:00\n2024-03-31 23:59\n",
                output: "window_start,window_end,count\n2024-03-31T00:00:00+01:00,2024-04-01T00:00:00+02:00,2\n",
            },
        ],
    },
};

/// `window all` behind a window that no aggregate has seen: its bounds stay as plain fields.
struct Unbounded {
    /// Columns for the start and the end.
    bounds: Option<(usize, usize)>,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let spec = words.spec.trim();
    let (kind, rest) = spec.split_once(':').unwrap_or((spec, ""));
    let allowed: &[&str] = match kind {
        "session" => &["by"],
        "count" | "all" => &[],
        _ => {
            // A misspelled kind is the first thing to say.
            read_size(spec)?;
            &["every", "offset"]
        }
    };
    if let Some((option, _)) = words.options.iter().find(|(option, _)| !allowed.contains(option)) {
        return Err(words
            .error_at(option, &format!("--{option} does not go with window {kind}"))
            .help(goes_with(option)));
    }
    match kind {
        "all" => bind_all(spec, scope),
        "session" => session::bind(spec, rest, words, scope),
        "count" => count::bind(spec, rest, scope),
        _ => bind_sized(spec, words, scope),
    }
}

/// What an option of `window` is for.
fn goes_with(option: &str) -> &'static str {
    match option {
        "by" => {
            "keys of sessions: window session:30m --by user; of other windows the aggregate names the keys"
        }
        "every" => "it makes windows of a duration slide: window 5m --every 1m",
        _ => "it moves the grid of windows of a duration: window 1d --offset 6h",
    }
}

/// Windows of a duration, side by side or sliding.
fn bind_sized(spec: &str, words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let size = read_size(spec)?;
    let offset = words.option("offset").map_or(Ok(Duration::ZERO), read_offset)?;
    let step = words.option("every").map(|step| read_step(step, size)).transpose()?;
    already_open(spec, scope)?;
    let mut bound = before(scope)?;
    let outline = Outline::of(scope);
    scope.needs.lateness();
    scope.shape.set("window_start", ColumnRef::WindowStart);
    scope.shape.set("window_end", ColumnRef::WindowEnd);
    match step {
        Some((step, steps)) if steps > 1 => {
            let sliding = Arc::new(Sliding::new(step, steps, offset, outline));
            scope.windowed = Windowed::Sliding(Arc::clone(&sliding));
            bound.push(Bound::Step(Box::new(sliding)));
        }
        _ => {
            scope.windowed = Windowed::Open(Clock::Time);
            bound.push(Bound::Step(Box::new(Tumbling { size, offset, outline })));
        }
    }
    Ok(bound)
}

/// Refuses a window inside another.
fn already_open(spec: &str, scope: &Scope<'_>) -> Result<()> {
    match scope.windowed {
        Windowed::No | Windowed::Aggregated(_) => Ok(()),
        Windowed::Open(_) => {
            Err(second(spec).help("aggregate first, or end the first window with: window all"))
        }
        Windowed::Sliding(_) | Windowed::Session(_) => Err(second(spec).help("aggregate first")),
    }
}

fn second(spec: &str) -> Error {
    Error::new("a second window needs an aggregate between").at(spec, 0..spec.len())
}

fn bind_all(spec: &str, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let bounds = match &scope.windowed {
        Windowed::No => return Ok(Vec::new()),
        Windowed::Aggregated(_) => None,
        Windowed::Open(_) => {
            let (start, end) = (scope.new_column(), scope.new_column());
            scope.shape.replace(ColumnRef::WindowStart, ColumnRef::Made(start));
            scope.shape.replace(ColumnRef::WindowEnd, ColumnRef::Made(end));
            Some((start, end))
        }
        Windowed::Sliding(_) | Windowed::Session(_) => {
            return Err(scope.needs_aggregate().at(spec, 0..spec.len()));
        }
    };
    scope.windowed = Windowed::No;
    Ok(vec![Bound::Step(Box::new(Unbounded { bounds }))])
}

fn read_size(spec: &str) -> Result<Size> {
    if let Some((kind, rest)) = spec.split_once(':') {
        let error = Error::new(format!("no kind of window: \"{kind}\"")).at(spec, 0..kind.len());
        return Err(match nearest(&kind.to_lowercase(), ["session", "count"]) {
            Some(meant) => error.help(format!("did you mean {meant}:{rest}?")),
            None => error.help("a size such as 5m or 1d, session:30m, count:1000, or all"),
        });
    }
    Size::parse(spec).map_err(|reason| Error::new(reason).at(spec, 0..spec.len()))
}

fn read_offset(offset: &str) -> Result<Duration> {
    Duration::parse_or_zero(offset.trim().as_bytes()).ok_or_else(|| {
        let error = Error::new(format!("not a duration: \"{offset}\"")).at(offset, 0..offset.len());
        error.help("--offset moves windows by a duration such as 6h or -30m")
    })
}

/// The step of sliding windows, and how many of them make a window.
fn read_step(step: &str, size: Size) -> Result<(Size, u64)> {
    let step = step.trim();
    let place = 0..step.len();
    let parsed = Size::parse(step).map_err(|reason| Error::new(reason).at(step, place.clone()))?;
    let steps = size.steps(&parsed).filter(|steps| *steps > 0);
    let steps = steps.ok_or_else(|| {
        Error::new(format!("--every {step} does not divide the window of {size}")).at(step, place).help(
            "a whole number of steps must make up the window, both exact (ns us ms s m h) or both of calendar \
             units (d w mo y)",
        )
    })?;
    Ok((parsed, steps))
}

/// A record of which a window has ended, the first of them at `end`, and the watermark that says so.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    pub(super) row: u32,
    pub(super) time: Timestamp,
    pub(super) end: Timestamp,
    pub(super) mark: Timestamp,
}

impl Ended {
    fn late(self, batch: &Batch, work: &Work<'_>) -> Late {
        let Self { row, time, end, mark } = self;
        let highest = mark.saturating_add(work.lateness);
        Late { origin: batch.origin(row), time, end, mark, highest, kept: None }
    }
}

/// Counts a late record.
#[cold]
pub(super) fn count_late(batch: &Batch, ended: Ended, outline: &Outline, work: &mut Work<'_>) {
    let (late, env) = (ended.late(batch, work), work.env);
    work.findings.late(late, || outline.kept(batch, ended.row, env));
}

/// Counts a record that came too late for some of its windows.
#[cold]
fn count_partly_late(batch: &Batch, ended: Ended, work: &mut Work<'_>) {
    let late = ended.late(batch, work);
    work.findings.partly_late(late);
}

#[cold]
fn reject_beyond(batch: &Batch, row: u32, outline: &Outline, work: &mut Work<'_>) {
    work.reject(batch, row, "its window reaches beyond the years 1 to 9999", outline);
}

impl Step for Unbounded {
    fn apply(&self, mut batch: Batch, _work: &mut Work<'_>) -> Result<Batch> {
        if let Some((start, end)) = self.bounds {
            for (place, column) in [(start, ColumnRef::WindowStart), (end, ColumnRef::WindowEnd)] {
                let mut made = batch.new_column();
                for &row in &batch.live {
                    if let crate::record::FieldValue::Value(value) = batch.field(column, row) {
                        made.set(row, value);
                    }
                }
                batch.set_made(place, made);
            }
        }
        batch.windows = Vec::new();
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}
