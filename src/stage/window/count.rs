//! `window count:N`: windows of N records each, numbered as they reach the stage.

use std::sync::Arc;

use super::already_open;
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds, ColumnRef};
use crate::stage::scope::{Clock, StampAt, Windowed};
use crate::stage::take_time::for_values;
use crate::stage::{Bound, Enough, Flow, Host, Plan, Scope, Sink, Stage, Work};
use crate::time::Timestamp;
use crate::value::{Number, Value};

struct Count {
    /// Records of a window.
    size: u64,
    /// Columns for the first and the last number of a record's window.
    bounds: (usize, usize),
}

/// Binds `count:N`.
pub(super) fn bind(spec: &str, count: &str, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let size = count.parse().ok().filter(|size| *size > 0).ok_or_else(|| {
        Error::new("expected a number of records")
            .at(spec, 0..spec.len())
            .help("a whole number above zero, such as count:1000")
    })?;
    already_open(spec, scope)?;
    let bounds = (scope.new_column(), scope.new_column());
    let ahead = take_years(scope)?;
    scope.windowed = Windowed::Open(Clock::Records);
    scope.stamped = StampAt::Gone;
    scope.shape.set("window_start", ColumnRef::Made(bounds.0));
    scope.shape.set("window_end", ColumnRef::Made(bounds.1));
    let count = Bound::Ordered(Box::new(Arc::new(Count { size, bounds })));
    Ok(ahead.into_iter().chain([count]).collect())
}

/// Event time ends here, but the year of a stamp follows from it in what comes later, too.
fn take_years(scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let may_lack_year = scope.env.times.has_year() && !scope.behind_aggregate;
    if may_lack_year && scope.stamped == StampAt::Nowhere { for_values(scope) } else { Ok(Vec::new()) }
}

impl Count {
    /// The first and the last number of the window that holds record `number`, both from 1.
    fn window(&self, number: u64) -> (u64, u64) {
        let first = (number - 1) / self.size * self.size + 1;
        (first, first.saturating_add(self.size - 1))
    }
}

impl Plan for Arc<Count> {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Counting { plan: Arc::clone(self), seen: 0 }))
    }

    fn keeps(&self) -> String {
        "a count".to_owned()
    }

    fn closes_windows(&self) -> bool {
        true
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

struct Counting {
    plan: Arc<Count>,
    /// Records so far.
    seen: u64,
}

impl Counting {
    /// Numbers the records; behind a count there is no event time, but for the year of stamps that lack it.
    fn number(&mut self, batch: &mut Batch, is_year_asked: bool) {
        let (mut firsts, mut lasts) = (batch.new_column(), batch.new_column());
        let mut windows = vec![Bounds::NONE; batch.rows()];
        for &row in &batch.live {
            self.seen += 1;
            let (first, last) = self.plan.window(self.seen);
            firsts.set(row, Value::Number(Number::from_u64(first)));
            lasts.set(row, Value::Number(Number::from_u64(last)));
            if let Some(window) = windows.get_mut(row as usize) {
                *window = Bounds::of_records(first, last);
            }
        }
        batch.set_made(self.plan.bounds.0, firsts);
        batch.set_made(self.plan.bounds.1, lasts);
        batch.windows = windows;
        if !is_year_asked {
            batch.times = Vec::new();
        }
        batch.marks = Vec::new();
    }
}

impl Stage for Counting {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.number(&mut batch, work.env.times.has_year());
        let last = batch.live.last().and_then(|&row| batch.origin(row));
        let full = self.seen / self.plan.size * self.plan.size;
        if next.push(batch, work)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        let flow = next.advance(Bounds::of_records(full, full).end, work)?;
        if flow == Flow::Enough {
            // The window was full with this record.
            work.enough = last.map(Enough::Record);
        }
        Ok(flow)
    }

    /// The watermark of event time ends here.
    fn advance(&mut self, _mark: Timestamp, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        Ok(Flow::More)
    }
}
