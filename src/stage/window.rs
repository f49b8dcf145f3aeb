//! `window SIZE`: puts each record into the window of its event time, and judges late records.

use super::scope::Windowed;
use super::take_time::{before, reject_without_time};
use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds, ColumnRef, Late};
use crate::time::{Duration, Size, Timestamp};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "window",
    spec: "SIZE",
    options: &[
        OptionDef {
            long: "every",
            short: None,
            value: Some("STEP"),
            help: "slide: a window starts every STEP (not in this version yet)",
            choices: &[],
            repeats: false,
        },
        OptionDef {
            long: "offset",
            short: None,
            value: Some("D"),
            help: "move the grid of windows by D (not in this version yet)",
            choices: &[],
            repeats: false,
        },
    ],
    bind,
    doc: Doc {
        summary: "bound the following stages by windows of event time",
        text: "`window 1m` puts each record into the window `[start, end)` of its event time and adds the fields \
               `window_start` and `window_end`. Later stages work per window, until and behind an aggregate. \
               `window all` ends windowing. SIZE is a duration (`10s`, `1h30m`) on the grid of the Unix epoch.\n\n\
               A window closes when the watermark, the highest event time read so far minus `--lateness`, reaches \
               its end. A record whose window has closed is late: it is counted, reported, and kept by \
               `--late FILE`. A record without readable time is rejected.\n\n\
               A second window needs an aggregate between; behind an aggregate the event time is the window's end \
               minus 1 ns.",
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
        ],
    },
};

struct Tumbling {
    size: Size,
}

/// `window all` behind a window that no aggregate has seen: its bounds stay as plain fields.
struct Unbounded {
    /// Columns for the start and the end.
    bounds: Option<(usize, usize)>,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let spec = words.spec.trim();
    if let Some((option, _)) = words.options.first() {
        return Err(
            words.not_yet(option, "leave it out: windows lie side by side on the grid of the Unix epoch")
        );
    }
    if spec == "all" {
        return Ok(bind_all(scope));
    }
    let size = read_size(spec)?;
    if scope.windowed == Windowed::Open {
        return Err(Error::new("a second window needs an aggregate between")
            .at(spec, 0..spec.len())
            .help("aggregate first, or end the first window with: window all"));
    }
    let mut bound = before(scope)?;
    scope.windowed = Windowed::Open;
    scope.shape.set("window_start", ColumnRef::WindowStart);
    scope.shape.set("window_end", ColumnRef::WindowEnd);
    bound.push(Bound::Step(Box::new(Tumbling { size })));
    Ok(bound)
}

fn bind_all(scope: &mut Scope<'_>) -> Vec<Bound> {
    let bounds = match scope.windowed {
        Windowed::No => return Vec::new(),
        Windowed::Aggregated => None,
        Windowed::Open => {
            let (start, end) = (scope.new_column(), scope.new_column());
            scope.shape.replace(ColumnRef::WindowStart, ColumnRef::Made(start));
            scope.shape.replace(ColumnRef::WindowEnd, ColumnRef::Made(end));
            Some((start, end))
        }
    };
    scope.windowed = Windowed::No;
    vec![Bound::Step(Box::new(Unbounded { bounds }))]
}

/// A window of exact duration. Calendar units, sessions and counts are still to come.
fn read_size(spec: &str) -> Result<Size> {
    let place = 0..spec.len();
    if spec.starts_with("session") || spec.starts_with("count") {
        let kind = spec.split(':').next().unwrap_or(spec);
        return Err(Error::new(format!("{kind} windows are not in this version yet")).at(spec, place));
    }
    match Size::parse(spec) {
        Ok(size @ Size::Exact(_)) => Ok(size),
        Ok(size) => Err(Error::new("windows of calendar units are not in this version yet")
            .at(spec, place)
            .help(instead_of(size))),
        Err(reason) => Err(Error::new(reason).at(spec, place)),
    }
}

/// What does the work of a window of calendar units.
fn instead_of(size: Size) -> String {
    let hours = match size {
        Size::Days(days) => 24 * u64::from(days),
        Size::Weeks(weeks) => 168 * u64::from(weeks),
        _ => return format!("group by it instead: aggregate … --by 'start = floor(ts, {size})'"),
    };
    let weekday = if matches!(size, Size::Weeks(_)) { ", from a Thursday on in UTC" } else { "" };
    format!("an exact duration works: {hours}h instead of {size}, where days have 24 hours{weekday}")
}

impl Step for Tumbling {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let none = Bounds { end: Timestamp::MIN, start: Timestamp::MIN };
        let mut windows = vec![none; batch.rows()];
        let mut kept = Vec::with_capacity(batch.live.len());
        let incoming = work.incoming_watermark();
        let mut last = none;
        for &row in &batch.live {
            let Some(time) = batch.times.get(row as usize).copied().flatten() else {
                reject_without_time(&batch, row, batch.timed_by, work);
                continue;
            };
            if !(last.start <= time && time < last.end) {
                match self.size.bounds(time, Duration::ZERO, &work.env.zone) {
                    Some((start, end)) => last = Bounds { end, start },
                    None => {
                        reject_beyond(&batch, row, work);
                        continue;
                    }
                }
            }
            // Behind an aggregate or a sort there are no marks: nothing can be late there.
            let mark = batch
                .marks
                .get(row as usize)
                .map(|mark| incoming.map_or(*mark, |incoming| incoming.max(*mark)));
            if let Some(mark) = mark
                && last.end <= mark
            {
                count_late(&batch, row, time, last.end, mark, work);
                continue;
            }
            work.holds_below = Some(work.holds_below.map_or(last.end, |end| end.min(last.end)));
            if let Some(window) = windows.get_mut(row as usize) {
                *window = last;
            }
            kept.push(row);
        }
        batch.windows = windows;
        batch.live = kept;
        Ok(batch)
    }

    fn keeps(&self) -> String {
        "the highest event time".to_owned()
    }
}

#[cold]
fn count_late(
    batch: &Batch,
    row: u32,
    time: Timestamp,
    end: Timestamp,
    mark: Timestamp,
    work: &mut Work<'_>,
) {
    let highest = mark.saturating_add(work.lateness);
    let late = Late { origin: batch.origin(row), time, behind: highest.since(time), raw: None };
    work.findings.late(late, highest.since(end), batch.raw(row));
}

#[cold]
fn reject_beyond(batch: &Batch, row: u32, work: &mut Work<'_>) {
    work.findings.reject(
        batch.origin(row),
        None,
        "its window reaches beyond the years 1 to 9999",
        batch.raw(row),
    );
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
}
