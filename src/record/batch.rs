//! Batches: the records of a block with their located fields, computed columns, times and windows.

use std::sync::{Arc, OnceLock};

use super::loaded::{Plain, plain};
use super::typed::{Typing, write_plain};
use super::{Cell, Dropped, Env, Failed, FaultLog, Form, Made, Origin, Reading, Span};
use crate::time::{Duration, Timestamp};
use crate::value::{Value, json};

/// Where the values of a field stand in a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ColumnRef {
    /// Located in the record: a slot of the chain's input fields.
    Input(usize),
    /// Computed: a place in [`Batch::made`].
    Made(usize),
    /// The start of the record's window.
    WindowStart,
    /// The end of the record's window.
    WindowEnd,
}

/// The half-open window of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Bounds {
    /// Behind the last moment. First in order: windows close by their end.
    pub end: Timestamp,
    /// First moment.
    pub start: Timestamp,
}

impl Bounds {
    /// The bounds of records that are in no window.
    pub const NONE: Self = Self { end: Timestamp::MIN, start: Timestamp::MIN };

    /// The window of the records `first..=last` by number: it closes when the watermark counts `last` of them.
    /// A number is a place on the line of time, one nanosecond after the one before.
    pub fn of_records(first: u64, last: u64) -> Self {
        let at = |number: u64| {
            let nanos = Duration::from_nanos(number.into()).unwrap_or(Duration::ZERO);
            Timestamp::MIN.saturating_add(nanos)
        };
        Self { end: at(last), start: at(first) }
    }

    /// The numbers of a window made by [`Self::of_records`].
    pub fn record_numbers(self) -> (u64, u64) {
        let number = |at: Timestamp| u64::try_from(at.since(Timestamp::MIN).to_nanos()).unwrap_or(u64::MAX);
        (number(self.start), number(self.end))
    }
}

/// Where the records of a batch stand in the input.
#[derive(Debug, Default)]
pub enum Origins {
    /// In one block: line numbers are counted when somebody asks.
    Block {
        /// The input.
        source: u32,
        /// Line number of the first byte.
        first_line: u64,
        /// Lines that were dropped between the records.
        dropped: Arc<Dropped>,
        /// Line number of each record, once counted.
        lines: OnceLock<Vec<u64>>,
    },
    /// Each its own.
    Each(Vec<Origin>),
    /// Nowhere: made by an aggregate.
    #[default]
    None,
}

/// Records, column by column. All lists are aligned to `records`; `live` lists those still in the chain,
/// in order. The lists of times, marks and windows are empty where the chain needs none.
#[derive(Debug, Default)]
pub struct Batch {
    /// What spans and cells point into.
    pub bytes: Arc<Vec<u8>>,
    /// Raw bytes of each record; empty spans where the chain made the record.
    pub records: Vec<Span>,
    /// Where the records stand.
    pub origins: Origins,
    /// Located fields, by slot.
    pub inputs: Vec<Vec<Cell>>,
    /// By slot whether each cell is a value as it stands, once somebody asked. May be shorter than `inputs`.
    pub plain: Vec<OnceLock<Plain>>,
    /// Computed columns.
    pub made: Vec<Made>,
    /// Records still in the chain, ascending.
    pub live: Vec<u32>,
    /// Event time of each record; `None` if it has no readable one.
    pub times: Vec<Option<Timestamp>>,
    /// The watermark that each record is judged against: as it stood before it.
    pub marks: Vec<Timestamp>,
    /// The window of each record.
    pub windows: Vec<Bounds>,
    /// The column that event times were read from, for messages.
    pub timed_by: Option<ColumnRef>,
    /// What an aggregate could not compute: it counts in the stage's next step.
    pub failed: Vec<Failed>,
}

/// A field of one record as an encoder sees it.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    /// A spelling, with the bytes the cell points into.
    Cell(Cell, &'a [u8]),
    /// A computed value.
    Value(Value<'a>),
}

impl Batch {
    /// A batch of made records: `rows` places, no input.
    pub fn of_made(made: Vec<Made>, rows: usize) -> Self {
        Self {
            bytes: Arc::default(),
            records: vec![Span::default(); rows],
            origins: Origins::None,
            inputs: Vec::new(),
            plain: Vec::new(),
            made,
            live: (0..rows as u32).collect(),
            times: Vec::new(),
            marks: Vec::new(),
            windows: Vec::new(),
            timed_by: None,
            failed: Vec::new(),
        }
    }

    /// No records, with the memory of the lists kept to be filled again. The bytes are let go.
    #[must_use]
    pub fn emptied(mut self) -> Self {
        self.records.clear();
        self.inputs.iter_mut().for_each(Vec::clear);
        self.plain.clear();
        self.live.clear();
        self.times.clear();
        self.marks.clear();
        self.windows.clear();
        self.failed.clear();
        Self { bytes: Arc::default(), origins: Origins::None, made: Vec::new(), timed_by: None, ..self }
    }

    /// Number of records, live or not.
    pub fn rows(&self) -> usize {
        self.records.len()
    }

    /// The raw bytes of a record.
    pub fn raw(&self, row: u32) -> &[u8] {
        self.records.get(row as usize).map_or(&[], |span| span.of(&self.bytes))
    }

    /// Where a record stands; `None` behind an aggregate.
    pub fn origin(&self, row: u32) -> Option<Origin> {
        match &self.origins {
            Origins::Block { source, first_line, dropped, lines } => {
                let lines = lines.get_or_init(|| match dropped.is_empty() {
                    true => self.count_lines(*first_line),
                    false => {
                        let own = self.count_lines(0).into_iter();
                        own.map(|line| first_line + dropped.file_lines(line)).collect()
                    }
                });
                Some(Origin { source: *source, line: lines.get(row as usize).copied()?, nth: 0 })
            }
            Origins::Each(origins) => origins.get(row as usize).copied(),
            Origins::None => None,
        }
    }

    /// The input a record came from.
    pub fn source(&self, row: u32) -> Option<u32> {
        match &self.origins {
            Origins::Block { source, .. } => Some(*source),
            Origins::Each(origins) => origins.get(row as usize).map(|origin| origin.source),
            Origins::None => None,
        }
    }

    /// An empty column over this batch.
    pub fn new_column(&self) -> Made {
        Made::new(&self.bytes, self.rows())
    }

    /// Puts a computed column in its place.
    pub fn set_made(&mut self, place: usize, column: Made) {
        if place >= self.made.len() {
            self.made.resize_with(place + 1, Made::default);
        }
        self.made[place] = column;
    }

    /// A field of a record as it stands, untyped.
    pub fn field(&self, column: ColumnRef, row: u32) -> FieldValue<'_> {
        match column {
            ColumnRef::Input(slot) => {
                let cell = self.inputs.get(slot).and_then(|cells| cells.get(row as usize));
                FieldValue::Cell(cell.copied().unwrap_or(Cell::MISSING), &self.bytes)
            }
            ColumnRef::Made(place) => match self.made.get(place) {
                None => FieldValue::Value(Value::Null),
                Some(made) => match made.cell(row) {
                    Some((cell, bytes)) => FieldValue::Cell(cell, bytes),
                    None => FieldValue::Value(made.get(row)),
                },
            },
            ColumnRef::WindowStart => FieldValue::Value(self.bound(row, |window| window.start)),
            ColumnRef::WindowEnd => FieldValue::Value(self.bound(row, |window| window.end)),
        }
    }

    fn bound(&self, row: u32, bound: fn(&Bounds) -> Timestamp) -> Value<'_> {
        self.windows.get(row as usize).map_or(Value::Null, |window| Value::Time(bound(window)))
    }

    /// Whether some record has the field of a slot.
    pub fn has_field(&self, slot: usize) -> bool {
        self.inputs.get(slot).is_some_and(|cells| cells.iter().any(|cell| cell.form != Form::Missing))
    }

    /// The event time of a record, if it has a readable one.
    #[inline]
    pub fn time(&self, row: u32) -> Option<Timestamp> {
        self.times.get(row as usize).copied().flatten()
    }

    /// The window of a record, if it has one.
    pub fn window(&self, row: u32) -> Option<Bounds> {
        self.windows.get(row as usize).copied()
    }

    /// Whether each cell of a slot is a value as it stands. Asked of the cells once.
    pub(super) fn plain(&self, slot: usize) -> Plain {
        let find = || self.inputs.get(slot).map_or(Plain::Flat, |cells| plain(cells, &self.bytes));
        match self.plain.get(slot) {
            Some(known) => *known.get_or_init(find),
            None => find(),
        }
    }

    /// A column with the types of its values written out: [`Self::load`] where they cannot be read off the cells.
    pub(super) fn type_column(
        &self,
        column: ColumnRef,
        rows: &[u32],
        reading: Reading,
        env: &Env,
        site: u32,
        log: &mut FaultLog,
    ) -> Made {
        self.typed(|row| self.field(column, row), rows, reading, env, (site, log))
    }

    /// A column of computed values that are read so, as [`Self::load`] reads a field.
    pub fn read_as(
        &self,
        made: &Made,
        rows: &[u32],
        reading: Reading,
        env: &Env,
        site: u32,
        log: &mut FaultLog,
    ) -> Made {
        self.typed(|row| FieldValue::Value(made.get(row)), rows, reading, env, (site, log))
    }

    /// A column of the fields with the types of their values; those that cannot be read are noted at a site.
    fn typed<'a>(
        &'a self,
        field: impl Fn(u32) -> FieldValue<'a>,
        rows: &[u32],
        reading: Reading,
        env: &Env,
        (site, log): (u32, &mut FaultLog),
    ) -> Made {
        let mut typed = self.new_column();
        let mut typing = Typing::new(reading, env);
        let near = |row: u32| if env.times.has_year() { self.time(row) } else { None };
        for &row in rows {
            let slot = typed.slot(row);
            let outcome = match field(row) {
                FieldValue::Cell(cell, bytes) => {
                    typing.cell(cell, bytes, std::ptr::eq(bytes, &**self.bytes), near(row), slot)
                }
                FieldValue::Value(value) => typing.made(value, near(row), slot),
            };
            if let Err((fault, spelling)) = outcome {
                log.add(row, site, fault, Some(Value::Untyped(spelling)));
            }
        }
        typed
    }

    /// A batch of one record, over the same bytes.
    #[must_use]
    pub fn single(&self, row: u32) -> Self {
        let rows = &[row];
        let made = |from: &Made| {
            let mut made = Made::new(&self.bytes, 1);
            made.copy(0, from, row);
            made
        };
        Self {
            bytes: Arc::clone(&self.bytes),
            records: pick(&self.records, rows),
            origins: self.origin(row).map_or(Origins::None, |origin| Origins::Each(vec![origin])),
            inputs: self.inputs.iter().map(|cells| pick(cells, rows)).collect(),
            plain: Vec::new(),
            made: self.made.iter().map(made).collect(),
            live: vec![0],
            times: pick(&self.times, rows),
            marks: pick(&self.marks, rows),
            windows: pick(&self.windows, rows),
            timed_by: self.timed_by,
            failed: failed_of(&self.failed, rows),
        }
    }

    /// The batch of the records `rows`, in that order, with repetitions; all of them live.
    #[must_use]
    pub fn gather(self, rows: &[u32]) -> Self {
        let origins = match self.origins {
            Origins::None => Origins::None,
            _ => Origins::Each(rows.iter().filter_map(|&row| self.origin(row)).collect()),
        };
        Self {
            records: pick(&self.records, rows),
            origins,
            inputs: self.inputs.iter().map(|cells| pick(cells, rows)).collect(),
            plain: Vec::new(),
            made: self
                .made
                .into_iter()
                .map(|made| if made.is_empty() { made } else { made.gather(rows) })
                .collect(),
            live: (0..rows.len() as u32).collect(),
            times: pick(&self.times, rows),
            marks: pick(&self.marks, rows),
            windows: pick(&self.windows, rows),
            timed_by: self.timed_by,
            failed: failed_of(&self.failed, rows),
            bytes: self.bytes,
        }
    }

    /// About the bytes that each record takes beside its block, with `more` computed columns.
    pub fn record_bytes(&self, more: usize) -> usize {
        let lists = size_of::<(Span, Origin, u32, Option<Timestamp>, Timestamp, Bounds)>();
        lists + self.inputs.len() * size_of::<Cell>() + (self.made.len() + more) * Made::PLACE_BYTES
    }

    /// Bytes held on the heap, its block included.
    pub fn heap_bytes(&self) -> usize {
        let made: usize = self.made.iter().map(Made::heap_bytes).sum();
        let cells: usize = self.inputs.iter().map(|cells| cells.capacity() * size_of::<Cell>()).sum();
        let columns =
            self.made.capacity() * size_of::<Made>() + self.inputs.capacity() * size_of::<Vec<Cell>>();
        let origins = match &self.origins {
            Origins::Each(origins) => origins.capacity(),
            _ => 0,
        };
        let lists = self.records.capacity() * size_of::<Span>()
            + origins * size_of::<Origin>()
            + self.live.capacity() * size_of::<u32>();
        let timed = self.times.capacity() * size_of::<Option<Timestamp>>()
            + self.marks.capacity() * size_of::<Timestamp>()
            + self.windows.capacity() * size_of::<Bounds>();
        size_of::<Vec<u8>>() + self.bytes.capacity() + made + cells + columns + lists + timed
    }

    fn count_lines(&self, first_line: u64) -> Vec<u64> {
        let rows = self.rows() as u64;
        let last = self.records.last().map_or(0, |span| span.start as usize);
        let ends = memchr::memchr_iter(b'\n', self.bytes.get(..last).unwrap_or(&[])).count() as u64;
        // Every record begins behind a line end of the one before.
        if ends + 1 == rows {
            return (first_line..first_line + rows).collect();
        }
        let mut at = 0;
        let mut line = first_line;
        let count = |span: &Span| {
            let start = span.start as usize;
            line += memchr::memchr_iter(b'\n', self.bytes.get(at..start).unwrap_or(&[])).count() as u64;
            at = start;
            line
        };
        self.records.iter().map(count).collect()
    }
}

impl<'a> FieldValue<'a> {
    /// Whether the record does not have the field; null is something that it has.
    pub fn is_absent(self) -> bool {
        matches!(self, Self::Cell(Cell { form: Form::Missing, .. }, _))
    }

    /// Whether the field is absent or null.
    pub fn is_null(self) -> bool {
        match self {
            Self::Cell(cell, _) => cell.is_null(),
            Self::Value(value) => value.is_null(),
        }
    }

    /// The value, typed by its spelling alone; escapes are undone in `buffer`, which is cleared first.
    pub fn value(self, buffer: &'a mut Vec<u8>) -> Value<'a> {
        let (cell, bytes) = match self {
            Self::Value(value) => return value,
            Self::Cell(cell, bytes) => (cell, bytes),
        };
        let spelling = cell.spelling(bytes);
        match cell.form {
            Form::Missing | Form::Null | Form::NullText => Value::Null,
            Form::True => Value::Bool(true),
            Form::False => Value::Bool(false),
            Form::Number => Value::of_json_number(spelling).unwrap_or(Value::Null),
            Form::Text => Value::Text(spelling),
            Form::Array => Value::Array(spelling),
            Form::Object => Value::Object(spelling),
            Form::Untyped | Form::Quoted => Value::Untyped(spelling),
            Form::Escaped => {
                buffer.clear();
                json::unescape(spelling, buffer);
                Value::Text(buffer)
            }
            Form::Doubled
            | Form::Backslashed
            | Form::Bracketed
            | Form::Logged
            | Form::Coded(_)
            | Form::Marked(_)
            | Form::Name(_) => {
                buffer.clear();
                write_plain(cell.form, spelling, buffer);
                Value::Untyped(buffer)
            }
        }
    }
}

/// What failed of the records `rows`, which are numbered anew.
fn failed_of(all: &[Failed], rows: &[u32]) -> Vec<Failed> {
    if all.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (row, from) in (0..).zip(rows) {
        let own = all.iter().filter(|failed| failed.row == *from);
        found.extend(own.map(|failed| Failed { row, ..*failed }));
    }
    found
}

fn pick<T: Copy>(list: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().filter_map(|&row| list.get(row as usize).copied()).collect()
}
