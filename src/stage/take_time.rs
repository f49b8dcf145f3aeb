//! Event time: reads it from a field and keeps, for each record, the watermark it is judged against; then
//! the range of `--since` and `--until`. Not a stage that users name: it stands in front of the first stage
//! that needs time.

mod reason;

use std::borrow::Cow;
use std::sync::Arc;

use self::reason::{absent, why};
use super::first_time::FirstOf;
use super::located::MadeTime;
use super::outline::Outline;
use super::{Bound, Scope, StampAt, Step, Work};
use crate::error::{Error, Result};
use crate::expr::Check;
use crate::record::{Batch, ColumnRef, FieldValue, Form, Lead, Origin, Sources, YearBack};
use crate::time::{Duration, Minute, NotATime, TimeReader, Timestamp};
use crate::value::Value;

/// Seconds of the epoch whose ten digits may be a date with an hour, from 1990010100 to 2099123123.
const SECONDS_LIKE_HOURS: std::ops::RangeInclusive<i64> = 1_990_010_100..=2_099_123_123;

/// How far behind its input's latest record the nearest year may put a stamp without a word: 60 days.
const FAR_BACK: Duration = Duration::of_seconds(60 * 86_400);

/// Gives records their event time. Records without a readable one pass; a stage that needs it rejects them
/// by `reject_without_time`.
pub struct TakeTime {
    /// Where the time stands.
    pub place: TimePlace,
    /// `--since` and `--until`: records outside leave the chain, after they moved the watermark.
    pub range: (Option<Timestamp>, Option<Timestamp>),
    /// The records that get their times here.
    pub outline: Outline,
}

/// Where event time stands.
pub enum TimePlace {
    /// In a field of the input, in a slot that each input has of its own.
    Input(Arc<Sources>),
    /// The same, of inputs that have it: the others get theirs from a table.
    Own(Arc<Sources>),
    /// In a field that the chain made.
    Chain(ColumnRef),
    /// In a field of a table, for inputs without such a field of their own.
    Spare(ColumnRef, Option<Arc<Sources>>),
    /// In one of several, as the first record says.
    FirstOf(Box<FirstOf>),
}

/// What a stage that goes by event time puts in front of itself: a step, if the chain made the time field.
pub(super) fn before(scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    scope.has_event_time = true;
    for_values(scope)
}

/// Event time as it is before a stage is bound, if `--since` or `--until` may have to ask for it.
pub struct RangeTime {
    made: MadeTime,
    outline: Outline,
}

impl RangeTime {
    /// What the chain made so far.
    pub fn of(scope: &mut Scope<'_>) -> Option<Self> {
        let made = scope.made_time_for_range()?;
        Some(Self { made, outline: Outline::of(scope) })
    }
}

/// What takes the event time that `time` found before the stage that is bound, for `--since` and `--until`: if the stage
/// ends what it holds for (it takes the field away, or looks at more than one record) and needs no time itself.
pub fn before_range_ends(scope: &mut Scope<'_>, time: Option<RangeTime>, stage: &[Bound]) -> Vec<Bound> {
    let Some(RangeTime { made, outline }) = time.filter(|_| scope.stamped == StampAt::Nowhere) else {
        return Vec::new();
    };
    let looks_further = stage.iter().any(|part| matches!(part, Bound::Fold(_) | Bound::Ordered(_)));
    if !looks_further && scope.makes_time() {
        return Vec::new();
    }
    scope.stamped = StampAt::Chain;
    take(scope, &made, outline)
}

/// The same for what only asks for the times of records, of which each is judged by itself: `--since`, and the years
/// of stamps.
pub fn for_values(scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let outline = Outline::of(scope);
    let mut bound = Vec::new();
    if let Some(place) = scope.time_among_members(&mut bound)? {
        let range = scope.range;
        bound.push(Bound::Time(Box::new(TakeTime { place, range, outline })));
        return Ok(bound);
    }
    Ok(match scope.need_time()? {
        Some(made) => take(scope, &made, outline),
        None => Vec::new(),
    })
}

/// Takes event time from what the chain made.
fn take(scope: &mut Scope<'_>, made: &MadeTime, outline: Outline) -> Vec<Bound> {
    let (range, mut bound) = (scope.range, Vec::new());
    if !scope.behind_aggregate {
        scope.time_made = Some(made.path.to_string());
    }
    // What is no value there is a record without time, and no more than that.
    let column = scope.laid_out(&made.at, Check::Nothing, &mut bound);
    scope.own_time |= made.is_spare;
    let place = match made.is_spare {
        true => TimePlace::Spare(column, scope.env.sources.clone()),
        false => TimePlace::Chain(column),
    };
    bound.push(Bound::Time(Box::new(TakeTime { place, range, outline })));
    bound
}

impl Step for TakeTime {
    fn stamps(&self, batch: &Batch) -> bool {
        let has_own = |sources: &Sources| {
            let source = batch.live.first().and_then(|&row| batch.source(row));
            source.and_then(|source| sources.get(source)?.time_slot).is_some()
        };
        match &self.place {
            TimePlace::Input(_) | TimePlace::Chain(_) | TimePlace::FirstOf(_) | TimePlace::Spare(_, None) => {
                true
            }
            TimePlace::Own(sources) => has_own(sources),
            TimePlace::Spare(_, Some(sources)) => !has_own(sources),
        }
    }

    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        if !self.stamps(&batch) {
            return Ok(batch);
        }
        let column = self.column(&mut batch, work);
        if work.no_time.is_some() {
            // The run ends with the first of these.
            batch.live.clear();
            return Ok(batch);
        }
        let mut times = std::mem::take(&mut batch.times);
        times.clear();
        times.resize(batch.rows(), None);
        let mut marks = std::mem::take(&mut batch.marks);
        marks.clear();
        marks.resize(batch.rows(), Timestamp::MIN);
        let mut minute = Minute::default();
        let follows = work.env.times.has_year();
        let mut watermark = work.watermark();
        let mut lead = LeadHere::default();
        for &row in &batch.live {
            if let (Some(mark), Some(watermark)) = (marks.get_mut(row as usize), watermark) {
                *mark = watermark;
            }
            let Some(column) = column else { continue };
            let field = batch.field(column, row);
            let time = match read_usual(field, &work.env.times, &mut minute) {
                Some(time) => time,
                None => match read_other(field, row, &batch, &times, work)? {
                    Some(time) => time,
                    None => continue,
                },
            };
            if follows {
                work.stamps.note(batch.source(row), time);
            }
            if let Some(place) = times.get_mut(row as usize) {
                *place = Some(time);
            }
            if work.highest.is_none_or(|highest| highest < time) {
                lead = LeadHere { row: Some(row), before: work.highest, second: work.highest };
                work.highest = Some(time);
                watermark = work.watermark();
            } else if lead.second.is_none_or(|second| second < time) {
                lead.second = Some(time);
            }
        }
        lead.note(&batch, work);
        note_last(&batch, &times, work);
        batch.times = times;
        batch.timed_by = column;
        batch.marks = marks;
        Ok(if self.range == (None, None) { batch } else { self.keep_range(batch, work) })
    }

    fn keeps(&self) -> String {
        "the highest event time".to_owned()
    }
}

impl TakeTime {
    fn column(&self, batch: &mut Batch, work: &mut Work<'_>) -> Option<ColumnRef> {
        match &self.place {
            TimePlace::Chain(column) | TimePlace::Spare(column, _) => Some(*column),
            TimePlace::FirstOf(first) => first.column(batch, work),
            TimePlace::Input(sources) | TimePlace::Own(sources) => {
                let source = batch.live.first().and_then(|&row| batch.source(row))?;
                Some(ColumnRef::Input(sources.get(source)?.time_slot?))
            }
        }
    }

    fn keep_range(&self, mut batch: Batch, work: &mut Work<'_>) -> Batch {
        let (since, until) = self.range;
        let live = std::mem::take(&mut batch.live);
        let keep = |row: &u32| match batch.time(*row) {
            Some(time) => since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until),
            None => {
                reject_without_time(&batch, *row, &self.outline, work);
                false
            }
        };
        let live = live.into_iter().filter(keep).collect();
        batch.live = live;
        batch
    }
}

/// The latest record of a batch, if it is later than all before it, and what is known of the others.
#[derive(Default)]
struct LeadHere {
    row: Option<u32>,
    /// The highest event time before it.
    before: Option<Timestamp>,
    /// The highest event time of all others.
    second: Option<Timestamp>,
}

impl LeadHere {
    /// Notes it; where it is only if it is ahead by more than the lateness: to know the line costs time.
    fn note(self, batch: &Batch, work: &mut Work<'_>) {
        let Some(time) = work.highest.filter(|_| work.notes_lead) else { return };
        let Self { row, before, second } = self;
        let is_ahead = second.is_none_or(|second| Some(second) < work.watermark());
        let origin = row.filter(|_| is_ahead).and_then(|row| batch.origin(row));
        work.findings.note_lead(Lead { time, origin, before, second });
    }
}

/// The watermark that a record is judged against. There is none behind an aggregate or a sort, where nothing can
/// be late. `incoming`: the watermark before the block, which the record's own may not know.
pub(super) fn mark_of(batch: &Batch, row: u32, incoming: Option<Timestamp>) -> Option<Timestamp> {
    let mark = *batch.marks.get(row as usize)?;
    Some(incoming.map_or(mark, |incoming| incoming.max(mark)))
}

/// Whether a record has an event time; one without is rejected.
pub(super) fn has_time(batch: &Batch, row: u32, outline: &Outline, work: &mut Work<'_>) -> bool {
    let has = batch.time(row).is_some();
    if !has {
        reject_without_time(batch, row, outline, work);
    }
    has
}

/// Counts a record without a readable event time as rejected.
#[cold]
pub(super) fn reject_without_time(batch: &Batch, row: u32, outline: &Outline, work: &mut Work<'_>) {
    let reason = match batch.timed_by.map(|column| batch.field(column, row)) {
        None => Cow::Borrowed("no event time"),
        Some(field) if field.is_null() => absent(batch.timed_by, work.env),
        Some(field) => Cow::Owned(why(field, work.env)),
    };
    work.reject(batch, row, reason, outline);
}

/// A time, or why it is none.
type Reading = std::result::Result<Timestamp, NotATime>;

/// The time in a field that is spelled as most are; `None` is no verdict.
#[inline]
fn read_usual(field: FieldValue<'_>, times: &TimeReader, minute: &mut Minute) -> Option<Timestamp> {
    match field {
        FieldValue::Cell(cell, bytes) if matches!(cell.form, Form::Text | Form::Untyped | Form::Quoted) => {
            times.read_usual(cell.spelling(bytes), minute)
        }
        _ => None,
    }
}

/// The time in a field that is spelled in any way: as the stamps before it say. `times` are those of the records
/// before it in the batch.
#[inline(never)]
fn read_other(
    field: FieldValue<'_>,
    row: u32,
    batch: &Batch,
    times: &[Option<Timestamp>],
    work: &mut Work<'_>,
) -> Result<Option<Timestamp>> {
    let source = batch.source(row);
    let reader = &work.env.times;
    // Whether there is such a date may depend on the year.
    work.times_follow |= reader.has_year();
    let time = match read(field, reader, work.stamps.near(source, work.highest)) {
        Some(Ok(time)) => time,
        Some(Err(NotATime::NoYear)) => return Err(no_year(work.env.sources.as_deref(), batch.origin(row))),
        Some(Err(_)) | None => return Ok(None),
    };
    if work.stamps.hours(source) == Some(true) && reader.is_ten_digits(&spelled(field)) {
        return Ok(None);
    }
    if SECONDS_LIKE_HOURS.contains(&time.seconds()) && reader.is_date_with_hour(&spelled(field)) {
        let hours = work.stamps.hours(source).unwrap_or_else(|| {
            // Of the records before it in the batch not each was noted.
            let is_timed = |row: u32| times.get(row as usize).is_some_and(Option::is_some);
            let mut before = batch.live.iter().take_while(|before| **before != row);
            !before.any(|&before| is_timed(before) && batch.source(before) == source)
        });
        work.stamps.note_hours(source, hours);
        work.hours_follow = true;
        return Ok(if hours { None } else { Some(time) });
    }
    if let FieldValue::Cell(cell, bytes) = field
        && reader.takes_central(cell.spelling(bytes), time)
    {
        work.findings.central(batch.origin(row));
    }
    if reader.has_year() {
        let before = work.stamps.running(source, work.highest);
        let back = before.filter(|before| time.saturating_add(FAR_BACK) < *before);
        if let Some(before) = back
            && reader.is_yearless(&spelled(field))
        {
            work.findings.year_back(YearBack { origin: batch.origin(row), time, before });
        }
    }
    Ok(Some(time))
}

/// Notes for the next batch that the last record's input has a first stamp.
fn note_last(batch: &Batch, times: &[Option<Timestamp>], work: &mut Work<'_>) {
    let time = |row: u32| times.get(row as usize).copied().flatten();
    if let Some((row, time)) = batch.live.iter().rev().find_map(|&row| Some((row, time(row)?))) {
        work.stamps.note(batch.source(row), time);
    }
}

/// What is read as a time, as spelled; nothing if that is no text or number.
#[cold]
fn spelled(field: FieldValue<'_>) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut spelled = Vec::new();
    match field.value(&mut buffer).plain() {
        Value::Text(text) | Value::Untyped(text) => spelled.extend_from_slice(text),
        Value::Number(number) => number.write(&mut spelled),
        _ => {}
    }
    spelled
}

/// The time in a field; `None` if it is absent or of a type that is no time. `near`: the highest time so far,
/// for stamps without a year.
#[inline(never)]
fn read(field: FieldValue<'_>, times: &TimeReader, near: Option<Timestamp>) -> Option<Reading> {
    match field {
        FieldValue::Cell(cell, bytes) => match cell.form {
            Form::Text | Form::Untyped | Form::Quoted => Some(times.read_near(cell.spelling(bytes), near)),
            Form::Number => Some(times.read_epoch(cell.spelling(bytes))),
            Form::Missing | Form::Null | Form::NullText => None,
            _ => read_value(FieldValue::Cell(cell, bytes).value(&mut Vec::new()), times, near),
        },
        FieldValue::Value(value) => read_value(value, times, near),
    }
}

fn read_value(value: Value<'_>, times: &TimeReader, near: Option<Timestamp>) -> Option<Reading> {
    match value {
        Value::Time(time) => Some(Ok(time)),
        Value::Text(text) | Value::Untyped(text) => Some(times.read_near(text, near)),
        Value::Number(number) => {
            let mut spelled = Vec::new();
            number.write(&mut spelled);
            Some(times.read_epoch(&spelled))
        }
        Value::Spelled(text) => Some(times.read_epoch(text)),
        Value::Stamp(stamp) => match stamp.time() {
            Some(time) => Some(Ok(time)),
            None => read_value(stamp.plain(), times, near),
        },
        _ => None,
    }
}

/// The year of such stamps cannot be guessed, and rejecting them all would help nobody.
#[cold]
pub fn no_year(sources: Option<&Sources>, origin: Option<Origin>) -> Error {
    let name = origin.and_then(|origin| sources?.get(origin.source)?.name.clone());
    let name = crate::error::escaped(name.as_deref().unwrap_or("stdin"));
    let line = origin.map_or(String::new(), |origin| format!("{}: ", origin.line));
    Error::new(format!("{name}:{line}a time without a year"))
        .help("--year 2024 gives the year of the first record, --year now the one nearest to now()")
}
