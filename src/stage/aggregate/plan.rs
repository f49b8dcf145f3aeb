//! The bound stage: what a batch gives to tables, and what tables give to a batch.

use std::sync::Arc;

use super::by_session::{self, BySession};
use super::by_slice::BySlice;
use super::by_window::ByWindow;
use super::conditions::Conditions;
use super::item::{Item, Numbers, Taken};
use super::running::{Open, Running};
use super::sealed::Sealed;
use super::spilled;
use super::tables::{ItemInput, Table, Tables};
use crate::aggregate::Aggregator;
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::record::{Batch, Bounds, ColumnRef, Made, Rank};
use crate::spill::Runs;
use crate::stage::groups::KeyColumn;
use crate::stage::keys::Keys;
use crate::stage::scope::{Clock, Windowed};
use crate::stage::window::{Session, Sliding};
use crate::stage::{Flow, Fold, Host, Partial, Plan, Sink, Stage, Work};
use crate::time::Duration;
use crate::value::{Number, Value};

/// Records of one batch that leaves the stage.
pub(super) const OUT_ROWS: usize = 4096;

/// The bound stage; its running form shares it.
pub(super) struct Aggregate {
    pub(super) keys: Keys,
    /// The aggregates, each once.
    pub(super) items: Vec<Item>,
    /// The conditions of these.
    pub(super) conditions: Conditions,
    /// Empty aggregators that those of each table are made from.
    pub(super) fresh: Vec<Box<dyn Aggregator>>,
    /// What is computed from the results of a group, each with its column.
    pub(super) computed: Vec<(usize, Expr)>,
    /// What the bounds of windows are, if there are windows.
    pub(super) clock: Option<Clock>,
    pub(super) grouping: Grouping,
}

/// How records come together.
pub(super) enum Grouping {
    /// All, or each window's own.
    Windows,
    /// In slices of sliding windows.
    Slices(Arc<Sliding>),
    /// In sessions.
    Sessions(Arc<Session>),
}

impl Grouping {
    /// How records so windowed come together.
    pub(super) fn of(windowed: &Windowed) -> Self {
        match windowed {
            Windowed::Sliding(sliding) if !sliding.repeats_records() => Self::Slices(Arc::clone(sliding)),
            Windowed::Session(session) => Self::Sessions(Arc::clone(session)),
            _ => Self::Windows,
        }
    }
}

impl Aggregate {
    /// Computes the keys and what the items take from the records `rows`, and hands both on.
    pub(super) fn evaluate<R>(
        &self,
        batch: &Batch,
        rows: &[u32],
        work: &mut Work<'_>,
        then: impl FnOnce(&[KeyColumn<'_>], &[ItemInput<'_>], &mut Work<'_>) -> R,
    ) -> R {
        let keys = self.keys.eval(batch, rows, work);
        let kept = self.conditions.keep(batch, rows, work);
        let mut numbers = Numbers::default();
        let mut take = |item: &Item| item.take(batch, rows, &kept, &mut numbers, work);
        let taken: Vec<Taken<'_>> = self.items.iter().map(&mut take).collect();
        let inputs: Vec<ItemInput<'_>> = taken.iter().map(|taken| taken.input(&numbers, &kept)).collect();
        let result = then(&keys, &inputs, work);
        work.count_faults(batch);
        result
    }

    /// Folds a batch into the tables of its windows; `first` is the place of its first record in input order.
    pub(super) fn fold_into(&self, tables: &mut Tables, batch: &Batch, first: Rank, work: &mut Work<'_>) {
        self.evaluate(batch, &batch.live, work, |keys, inputs, work| {
            tables.update(batch, keys, &self.fresh, inputs, first, &mut work.log);
        });
    }

    /// Pushes the records of one window's table, in key order.
    pub(super) fn emit(
        &self,
        bounds: Option<Bounds>,
        mut table: Table,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        if self.keys.is_empty() && table.groups.len() == 0 {
            table.groups.assign(&Batch::of_made(Vec::new(), 1), 0, &[]);
            table.items.iter_mut().for_each(|item| item.grow(1));
        }
        for groups in table.groups.sorted().chunks(OUT_ROWS) {
            let windows = bounds.map_or(Vec::new(), |bounds| vec![bounds; groups.len()]);
            let batch = self.batch(windows, &table, groups, work);
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    /// The records of these groups. `windows`: the window of each, if there are windows.
    pub(super) fn batch(
        &self,
        windows: Vec<Bounds>,
        table: &Table,
        groups: &[u32],
        work: &mut Work<'_>,
    ) -> Batch {
        let rows = groups.len();
        let mut made = self.bounds(&windows);
        made.extend(table.groups.spelled(groups));
        for (item, Item { site, leaves, .. }) in table.items.iter().zip(&self.items) {
            let place = ColumnRef::Made(made.len());
            made.push(column(rows, |row, out| match item.result(groups[row as usize], out.slot(row)) {
                Ok(()) => {}
                Err(fault) if *leaves => work.log.add(row, *site, fault, None),
                // An expression may do without it.
                Err(fault) => work.log.defer(place, row, *site, fault),
            }));
        }
        let mut batch = Batch::of_made(made, rows);
        for (column, expr) in &self.computed {
            let values = expr.eval(&batch, &batch.live, work.env, &mut work.log);
            let values = values.into_made(&batch, &batch.live, work.env);
            batch.set_made(*column, values);
        }
        work.log.forget_deferred();
        if self.clock == Some(Clock::Time) {
            batch.times = windows.iter().map(|bounds| Some(event_time(*bounds))).collect();
        }
        batch.windows = windows;
        work.count_faults(&batch);
        batch
    }

    /// Whether the keys are those of the sessions, so that each is one group.
    pub(super) fn is_keyed_by(&self, session: &Session) -> bool {
        session.keys.as_ref().is_none_or(|own| own.is_same(&self.keys))
    }

    /// What holds the groups, in the user's words.
    pub(super) fn what_is_held(&self) -> String {
        match self.keys.is_empty() {
            true => "aggregate".to_owned(),
            false => format!("aggregate --by {}", self.keys.names.join(", ")),
        }
    }

    /// The columns of start and end.
    fn bounds(&self, windows: &[Bounds]) -> Vec<Made> {
        let both = |of: fn(&Bounds) -> [Value<'static>; 2]| {
            let one = |side: usize| {
                let mut made = Made::new(&Arc::default(), 0);
                windows.iter().for_each(|bounds| made.push(of(bounds)[side]));
                made
            };
            vec![one(0), one(1)]
        };
        match self.clock {
            None => Vec::new(),
            Some(Clock::Time) => both(|bounds| [Value::Time(bounds.start), Value::Time(bounds.end)]),
            Some(Clock::Records) => both(|bounds| {
                let (first, last) = bounds.record_numbers();
                [Value::Number(Number::from_u64(first)), Value::Number(Number::from_u64(last))]
            }),
        }
    }
}

/// The event time of a record that an aggregate made: the last moment of its window.
fn event_time(bounds: Bounds) -> crate::time::Timestamp {
    bounds.end.saturating_sub(Duration::NANOSECOND)
}

fn column(rows: usize, mut fill: impl FnMut(u32, &mut Made)) -> Made {
    let mut made = Made::new(&Arc::default(), rows);
    (0..rows as u32).for_each(|row| fill(row, &mut made));
    made
}

/// The error for a partial result that another stage made.
pub(super) fn not_mine() -> Error {
    Error::new("a partial result of another stage reached aggregate")
}

impl Plan for Arc<Aggregate> {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        let open: Box<dyn Open> = match &self.grouping {
            Grouping::Windows => Box::new(ByWindow::new(self)),
            Grouping::Slices(sliding) => Box::new(BySlice::new(self, sliding)),
            Grouping::Sessions(session) => Box::new(BySession::new(self, session)),
        };
        Ok(Box::new(Running::new(self, open)))
    }

    fn keeps(&self) -> String {
        let of = match (&self.grouping, self.clock) {
            (Grouping::Slices(_), _) => " and slice of the open windows",
            (Grouping::Sessions(_), _) => " and open session",
            (Grouping::Windows, Some(_)) => " and open window",
            (Grouping::Windows, None) => "",
        };
        let groups = match (self.keys.is_empty(), of) {
            (true, "") => "one group".to_owned(),
            (true, of) => format!("one group per{}", of.trim_start_matches(" and")),
            (false, of) => format!("a group per {}{of}", self.keys.names.join(", ")),
        };
        let wait = match self.grouping {
            Grouping::Sessions(_) => ", and results then wait for the end of the input",
            Grouping::Windows | Grouping::Slices(_) => "",
        };
        format!("{groups}; what does not fit into --memory goes to disk{wait}")
    }

    fn gives(&self, gets: bool) -> bool {
        let is_windowed = self.clock.is_some() || !matches!(self.grouping, Grouping::Windows);
        !is_windowed && (gets || self.keys.is_empty())
    }
}

impl Fold for Arc<Aggregate> {
    fn fold(&self, batch: &mut Batch, partial: &mut Option<Partial>, work: &mut Work<'_>) -> Result<()> {
        if let Grouping::Sessions(session) = &self.grouping {
            return by_session::fold(self, session, batch, partial, work);
        }
        let tables = partial.get_or_insert_with(|| Box::new(Tables::default()));
        let tables = tables.downcast_mut::<Tables>().ok_or_else(not_mine)?;
        self.fold_into(tables, batch, work.first_place, work);
        Ok(())
    }

    fn ends_with_input(&self) -> bool {
        self.clock.is_none()
    }

    fn held_by(&self, partial: &Partial) -> usize {
        let sealed = || partial.downcast_ref::<Sealed>().map_or(0, Sealed::heap_bytes);
        partial.downcast_ref::<Tables>().map_or_else(sealed, Tables::heap_bytes)
    }

    fn seal(&self, partial: &mut Partial) {
        if self.clock.is_none()
            && !self.keys.is_empty()
            && let Some(table) = partial.downcast_mut::<Tables>().and_then(Tables::take_whole)
        {
            *partial = Box::new(Sealed::of(table));
        }
    }

    fn spills(&self) -> bool {
        true
    }

    fn spill(&self, sealed: Vec<Partial>, runs: &mut Runs) -> Result<()> {
        for partial in sealed {
            let sealed = match partial.downcast::<Tables>() {
                Ok(mut tables) => tables.take_whole().map(Sealed::of),
                Err(partial) => Some(*partial.downcast::<Sealed>().map_err(|_| not_mine())?),
            };
            sealed.map_or(Ok(()), |sealed| spilled::write(&sealed, runs))?;
        }
        Ok(())
    }
}
