//! `top 'EXPR'`: the records with the largest values, whole. Without windows each thread keeps the best of its
//! blocks, which are put together when the input has ended.

mod best;
mod list;

use std::sync::Arc;

use super::alone::Alone;
use super::groups::KeyColumn;
use super::keys::{KeyNames, Keys};
use super::limit::read_count;
use super::windows::{Contents, HeldBack};
use super::{Bound, Flow, Fold, Host, Partial, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::expr::{Expr, parse_expression, refuse_constant};
use crate::record::{Batch, Decimal, Decimals, Loaded, Rank};
use crate::time::Timestamp;
use crate::value::Ordered;
use best::Best;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "top",
    spec: "'EXPR'",
    options: &[
        OptionDef::valued("by", "KEY, …", "the largest of each key, in the order of keys"),
        OptionDef { short: Some('n'), ..OptionDef::valued("count", "N", "how many records (default: 10)") },
    ],
    bind,
    doc: Doc {
        summary: "keep the records with the largest values",
        text: "Whole records leave, largest EXPR first, ties in input order, nulls last; per window after \
               `window`, and with `--by` per key, in the order of keys. Only the records wanted are held. Values order as \
               in `sort`; what is ordered as text but looks like a number, a duration or a time is noted \
               (`tamis help reports`).",
        examples: &[
            Example {
                command: "--from ndjson top bytes -n 2",
                input: "{\"ip\":\"a\",\"bytes\":3}\n{\"ip\":\"b\",\"bytes\":9}\n{\"ip\":\"c\",\"bytes\":5}\n",
                output: "{\"ip\":\"b\",\"bytes\":9}\n{\"ip\":\"c\",\"bytes\":5}\n",
            },
            Example {
                command: "--from csv top n -n 1 --by k",
                input: "k,n\nb,1\na,2\nb,3\n",
                output: "k,n\na,2\nb,3\n",
            },
        ],
    },
};

struct Top {
    value: Expr,
    keys: Keys,
    most: usize,
    windowed: bool,
}

/// What decides about the records of a batch.
struct Read<'b> {
    /// What they are compared by.
    values: Loaded<'b>,
    /// The short numbers among these.
    decimals: Decimals,
    keys: Vec<KeyColumn<'b>>,
    /// The place of the batch's first record in input order.
    first: Rank,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let ast = parse_expression(&words.spec)?;
    refuse_constant(&ast, &words.spec, str::to_owned)?;
    let value = scope.ordered(|scope| scope.expression(&ast))?;
    let keys = Keys::bind(words.option("by"), KeyNames::Unused, scope)?;
    let most = words.option("count").map_or(Ok(10), read_count)?;
    let most = usize::try_from(most).map_err(|_| Error::new("top: -n is too large"))?;
    let windowed = scope.per_window()?;
    let top = Arc::new(Top { value, keys, most, windowed });
    Ok(vec![if windowed { Bound::Ordered(Box::new(top)) } else { Bound::Fold(Box::new(top)) }])
}

impl Top {
    fn read<'b>(&self, batch: &'b Batch, first: Rank, work: &mut Work<'_>) -> Read<'b> {
        let values = self.value.eval(batch, &batch.live, work.env, &mut work.log);
        let decimals = Decimals::of(&values, &batch.live);
        work.log.ordered(self.value.site(), ordered(&values, &decimals, &batch.live));
        work.count_faults(batch);
        Read { values, decimals, keys: self.keys.eval(batch, &batch.live, work), first }
    }

    /// Without records.
    fn none(&self) -> Best {
        Best::new(self.most, !self.keys.is_empty())
    }
}

/// What there is to order. Numbers are told apart from the rest beforehand.
fn ordered(values: &Loaded<'_>, decimals: &Decimals, rows: &[u32]) -> Ordered {
    let (mut ordered, mut has_number) = (Ordered::default(), false);
    for &row in rows {
        match decimals.get(row) {
            Decimal::Number(_) if has_number => {}
            Decimal::Number(_) => {
                has_number = true;
                ordered.note(values.get(row), true);
            }
            Decimal::Null => {}
            Decimal::Other => {
                let value = values.get(row);
                ordered.note(value, value.as_number().is_some());
            }
        }
    }
    ordered
}

impl Plan for Arc<Top> {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        let windows = HeldBack::new(self.windowed);
        let alone = Alone::default();
        Ok(Box::new(Running { top: Arc::clone(self), windows, alone, seen: Rank::default() }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        let per = if self.keys.is_empty() { "" } else { " per key" };
        let window = if self.windowed { " and open window" } else { "" };
        format!("{} records{per}{window}", self.most)
    }

    fn gives(&self, gets: bool) -> bool {
        gets && self.most > 0
    }
}

impl Fold for Arc<Top> {
    fn fold(&self, batch: &mut Batch, partial: &mut Option<Partial>, work: &mut Work<'_>) -> Result<()> {
        let best = partial.get_or_insert_with(|| Box::new(self.none()));
        let best = best.downcast_mut::<Best>().ok_or_else(not_mine)?;
        let read = self.read(batch, work.first_place, work);
        best.take(batch, &batch.live, &read);
        Ok(())
    }

    fn ends_with_input(&self) -> bool {
        true
    }

    fn held_by(&self, partial: &Partial) -> usize {
        partial.downcast_ref::<Best>().map_or(0, Best::heap_bytes)
    }
}

struct Running {
    top: Arc<Top>,
    windows: HeldBack<Best>,
    alone: Alone,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let Self { top, windows, alone, seen } = self;
        alone.note(&batch);
        let read = top.read(&batch, *seen, work);
        for rows in batch.live.chunk_by(|row, next| batch.window(*row) == batch.window(*next)) {
            let window = rows.first().and_then(|&row| batch.window(row));
            windows.of(window, || top.none()).take(&batch, rows, &read);
        }
        *seen = seen.behind(batch.rows());
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let best = *partial.downcast::<Best>().map_err(|_| not_mine())?;
        self.windows.of(None, || self.top.none()).absorb(best);
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.alone.advance(mark);
        self.windows.advance(mark, work, next)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        if self.top.most > 0 {
            self.alone.say(STAGE.name, "all of them are kept", work);
        }
        self.windows.finish(work, next)
    }

    fn held(&self) -> (usize, String) {
        (self.windows.heap_bytes() + self.alone.heap_bytes(), "top".to_owned())
    }
}

impl Contents for Best {
    fn emit(self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        next.push(self.into_batch(), work)
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}

/// The error for a partial result that another stage made.
fn not_mine() -> Error {
    Error::new("a partial result of another stage reached top")
}
