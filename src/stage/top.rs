//! `top 'EXPR'`: the records with the largest values, whole.

use std::sync::Arc;

use super::groups::Groups;
use super::keys::{KeyNames, Keys};
use super::limit::read_count;
use super::sort::Order;
use super::windows::{Contents, HeldBack};
use super::{Bound, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::expr::parse_expression;
use crate::record::{Batch, Held, Place};
use crate::time::Timestamp;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "top",
    spec: "'EXPR'",
    options: &[
        OptionDef {
            long: "by",
            short: None,
            value: Some("KEY, …"),
            help: "the largest of each key, in the order of keys",
            choices: &[],
            repeats: false,
        },
        OptionDef {
            long: "count",
            short: Some('n'),
            value: Some("N"),
            help: "how many records (default: 10)",
            choices: &[],
            repeats: false,
        },
    ],
    bind,
    doc: Doc {
        summary: "keep the records with the largest values",
        text: "Whole records leave, largest EXPR first, ties in input order, nulls last; per window behind \
               `window`, and with `--by` per key, in the order of keys. Only the records wanted are held.",
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

/// Held records are compacted when this many times more are held than wanted.
const SLACK: usize = 4;
/// Nor is anything compacted below this number.
const FEW: usize = 1024;

struct Top {
    order: Arc<Order>,
    keys: Arc<Keys>,
    most: usize,
    windowed: bool,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let ast = parse_expression(&words.spec)?;
    let order = Arc::new(Order::largest(scope.expression(&ast)?));
    let keys = Arc::new(Keys::bind(words.option("by"), KeyNames::Unused, scope)?);
    let most = words.option("count").map_or(Ok(10), read_count)?;
    let most = usize::try_from(most).map_err(|_| Error::new("top: -n is too large"))?;
    let windowed = scope.per_window()?;
    Ok(vec![Bound::Ordered(Box::new(Top { order, keys, most, windowed }))])
}

impl Plan for Top {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running {
            order: Arc::clone(&self.order),
            keys: Arc::clone(&self.keys),
            most: self.most,
            windows: HeldBack::new(self.windowed),
        }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        let per = if self.keys.is_empty() { "" } else { " per key" };
        let window = if self.windowed { " and open window" } else { "" };
        format!("{} records{per}{window}", self.most)
    }
}

struct Running {
    order: Arc<Order>,
    keys: Arc<Keys>,
    most: usize,
    windows: HeldBack<Best>,
}

/// The largest records of one window.
#[derive(Default)]
struct Best {
    groups: Groups,
    held: Held,
    /// For each group its records, largest first.
    lists: Vec<Vec<(Box<[u8]>, Place)>>,
    wanted: usize,
}

impl Best {
    fn consider(&mut self, batch: &Batch, row: u32, group: u32, key: &[u8], most: usize) {
        let group = group as usize;
        if group >= self.lists.len() {
            self.lists.resize_with(group + 1, Vec::new);
        }
        let Some(list) = self.lists.get_mut(group) else { return };
        // Behind all ties: the earlier record wins.
        let at = list.partition_point(|(known, _)| **known <= *key);
        if at >= most {
            return;
        }
        let mut place = None;
        self.held.push(batch, &[row], |held| place = Some(held));
        let Some(place) = place else { return };
        list.insert(at, (key.into(), place));
        self.wanted += 1;
        if list.len() > most {
            list.pop();
            self.wanted -= 1;
        }
        if self.held.rows() > FEW && self.held.rows() > SLACK * self.wanted {
            self.compact();
        }
    }

    fn compact(&mut self) {
        let mut places: Vec<Place> = self.lists.iter().flatten().map(|(_, place)| *place).collect();
        self.held.retain(&mut places);
        for ((_, kept), place) in self.lists.iter_mut().flatten().zip(places) {
            *kept = place;
        }
    }
}

impl Contents for Best {
    fn emit(self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let order = if self.groups.len() == 0 { vec![0] } else { self.groups.sorted() };
        let places = order
            .iter()
            .filter_map(|&group| self.lists.get(group as usize))
            .flatten()
            .map(|(_, place)| *place);
        next.push(self.held.batch(places), work)
    }

    fn heap_bytes(&self) -> usize {
        self.held.heap_bytes() + self.groups.heap_bytes()
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let order = self.order.keys(&batch, work);
        let columns = self.keys.eval(&batch, &batch.live, work);
        for (&row, key) in batch.live.iter().zip(order.iter()) {
            let fresh = || Best { groups: Groups::new(columns.len()), ..Best::default() };
            let best = self.windows.of(batch.window(row), fresh);
            let group = if columns.is_empty() { 0 } else { best.groups.assign(&batch, row, &columns) };
            best.consider(&batch, row, group, key, self.most);
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
        (self.windows.heap_bytes(), "top".to_owned())
    }
}
