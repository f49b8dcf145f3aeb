//! `sort 'EXPR [desc], …'`: orders records, per window behind `window`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::windows::{Contents, HeldBack};
use super::{Bound, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::expr::{Expr, parse_sort};
use crate::record::{Batch, Bounds, Held, Place};
use crate::time::Timestamp;
use crate::value::key::{Direction, write_order};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "sort",
    spec: "'EXPR [desc], …'",
    options: &[],
    bind,
    doc: Doc {
        summary: "order records",
        text: "Records leave ordered by the first expression, ties by the next, and so on; further ties keep \
               their input order. `desc` behind an expression turns it around. Values order as \
               bool < number < time < duration < text (by bytes) < array < object, with null last either way; \
               an untyped value that is spelled as a number is one.\n\n\
               Behind `window` each window is ordered when it closes; otherwise everything at the end of input.",
        examples: &[Example {
            command: "--from csv sort 'n desc, k'",
            input: "k,n\na,9\nc,10\nb,10\nd,\n",
            output: "k,n\nb,10\nc,10\na,9\nd,\n",
        }],
    },
};

/// Records of one batch that leaves a stage which held them.
pub(super) const OUT_ROWS: usize = 4096;

/// Bound sort keys.
pub(super) struct Order {
    keys: Vec<(Expr, Direction)>,
}

struct Sort {
    order: Arc<Order>,
    windowed: bool,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let mut keys = Vec::new();
    for item in parse_sort(&words.spec)? {
        let direction = if item.descending { Direction::Descending } else { Direction::Ascending };
        keys.push((scope.expression(&item.expr)?, direction));
    }
    let windowed = scope.per_window()?;
    Ok(vec![Bound::Ordered(Box::new(Sort { order: Arc::new(Order { keys }), windowed }))])
}

impl Order {
    /// An order by one expression, largest first.
    pub(super) fn largest(expr: Expr) -> Self {
        Self { keys: vec![(expr, Direction::Descending)] }
    }

    /// For each live record of a batch its sort key: bytes whose order is the order wanted.
    pub(super) fn keys(&self, batch: &Batch, work: &mut Work<'_>) -> Vec<Box<[u8]>> {
        let mut columns = Vec::with_capacity(self.keys.len());
        for (expr, direction) in &self.keys {
            columns.push((expr.eval(batch, &batch.live, work.env, &mut work.log), *direction));
            work.count_faults(batch);
        }
        let mut key = Vec::new();
        let write = |&row: &u32| {
            key.clear();
            for (column, direction) in &columns {
                write_order(column.get(row), *direction, &mut key);
            }
            Box::from(key.as_slice())
        };
        batch.live.iter().map(write).collect()
    }
}

impl Plan for Sort {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running { order: Arc::clone(&self.order), windows: HeldBack::new(self.windowed) }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        let what = if self.windowed { "the records of open windows" } else { "all records" };
        format!("{what}, in memory (at most --memory)")
    }
}

struct Running {
    order: Arc<Order>,
    windows: HeldBack<Records>,
}

/// The records of one window with their keys, in input order.
#[derive(Default)]
struct Records {
    held: Held,
    keys: Vec<(Box<[u8]>, Place)>,
    key_bytes: usize,
}

impl Records {
    fn push(&mut self, batch: &Batch, rows: &[u32], keys: Vec<Box<[u8]>>) {
        let mut keys = keys.into_iter();
        self.held.push(batch, rows, |place| {
            if let Some(key) = keys.next() {
                self.key_bytes += key.len() + size_of::<(Box<[u8]>, Place)>();
                self.keys.push((key, place));
            }
        });
    }
}

impl Contents for Records {
    fn emit(mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        // Places ascend in input order, so that comparing them keeps ties stable.
        self.keys.sort_unstable();
        for part in self.keys.chunks(OUT_ROWS) {
            let batch = self.held.batch(part.iter().map(|(_, place)| *place));
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn heap_bytes(&self) -> usize {
        self.held.heap_bytes() + self.key_bytes
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let keys = self.order.keys(&batch, work);
        for (window, Part { rows, keys }) in by_window(&batch, keys) {
            self.windows.of(window, Records::default).push(&batch, &rows, keys);
        }
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.windows.advance(mark, work, next)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.windows.finish(work, next)
    }

    fn held(&self) -> (usize, String) {
        (self.windows.heap_bytes(), "sort".to_owned())
    }
}

/// The records of a batch that are in one window, and their keys.
#[derive(Default)]
struct Part {
    rows: Vec<u32>,
    keys: Vec<Box<[u8]>>,
}

fn by_window(batch: &Batch, keys: Vec<Box<[u8]>>) -> BTreeMap<Option<Bounds>, Part> {
    let mut parts: BTreeMap<Option<Bounds>, Part> = BTreeMap::new();
    for (&row, key) in batch.live.iter().zip(keys) {
        let part = parts.entry(batch.window(row)).or_default();
        part.rows.push(row);
        part.keys.push(key);
    }
    parts
}
