//! `limit N`: passes the first records and ends the input early.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alone::Alone;
use super::groups::Groups;
use super::keys::{KeyNames, Keys};
use super::{Bound, Enough, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds};
use crate::time::Timestamp;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "limit",
    spec: "N",
    options: &[OptionDef::valued("by", "KEY, …", "pass the first N of each key")],
    bind,
    doc: Doc {
        summary: "pass the first N records",
        text: "What comes after the record that satisfied the limit is neither read nor reported; of a \
               record that `explode` or `join` made into several, what is wrong with any of them may be. With `--by` \
               the first N of each key pass, and the input is read to its end; behind `window` the first N of each \
               window. `limit 0` reads no record, but the header line of a csv or tsv input, which is written.",
        examples: &[
            Example {
                command: "--from ndjson filter 'n > 1' then limit 2",
                input: "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n",
                output: "{\"n\":2}\n{\"n\":3}\n",
            },
            Example {
                command: "--from csv limit 1 --by k",
                input: "k,v\na,1\na,2\nb,3\n",
                output: "k,v\na,1\nb,3\n",
            },
        ],
    },
};

struct Limit {
    most: u64,
    keys: Option<Arc<Keys>>,
    windowed: bool,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let spec = words.spec.trim();
    let most = read_count(spec)?;
    let keys = words.option("by").map(|by| Keys::bind(Some(by), KeyNames::Unused, scope)).transpose()?;
    let windowed = scope.per_window()?;
    Ok(vec![Bound::Ordered(Box::new(Limit { most, keys: keys.map(Arc::new), windowed }))])
}

/// A count of records as typed.
pub(super) fn read_count(spec: &str) -> Result<u64> {
    spec.parse().map_err(|_| {
        Error::new("expected a number of records").at(spec, 0..spec.len()).help("a whole number, such as 10")
    })
}

impl Plan for Limit {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(match (&self.keys, self.windowed) {
            (None, false) => Box::new(First { left: self.most }),
            (keys, _) => Box::new(PerKey {
                most: self.most,
                keys: keys.clone().unwrap_or_default(),
                counts: BTreeMap::new(),
                alone: Alone::default(),
            }),
        })
    }

    fn keeps(&self) -> String {
        match (&self.keys, self.windowed) {
            (None, false) => "a count".to_owned(),
            (None, true) => "a count per open window".to_owned(),
            (Some(_), _) => "a count per key, in memory (at most --memory)".to_owned(),
        }
    }

    fn gives(&self, gets: bool) -> bool {
        gets && self.most > 0
    }

    fn wants_nothing(&self) -> bool {
        self.most == 0
    }

    fn may_end_early(&self) -> bool {
        self.keys.is_none() && !self.windowed
    }
}

/// The first records of all.
struct First {
    left: u64,
}

impl Stage for First {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX);
        let satisfied = batch.live.len() >= wanted;
        batch.live.truncate(wanted);
        self.left -= batch.live.len() as u64;
        if satisfied && work.enough.is_none() {
            work.enough = batch.live.last().and_then(|&row| batch.origin(row)).map(Enough::Record);
        }
        let flow = next.push(batch, work)?;
        Ok(if satisfied { Flow::Enough } else { flow })
    }
}

/// The first records of each key and window.
struct PerKey {
    most: u64,
    keys: Arc<Keys>,
    counts: BTreeMap<Option<Bounds>, (Groups, Vec<u64>)>,
    alone: Alone,
}

impl Stage for PerKey {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.alone.note(&batch);
        let columns = self.keys.eval(&batch, &batch.live, work);
        let mut kept = Vec::with_capacity(batch.live.len());
        for &row in &batch.live {
            let (groups, counts) = self.counts.entry(batch.window(row)).or_default();
            let group = groups.assign(&batch, row, &columns) as usize;
            if group >= counts.len() {
                counts.resize(group + 1, 0);
            }
            if let Some(count) = counts.get_mut(group)
                && *count < self.most
            {
                *count += 1;
                kept.push(row);
            }
        }
        drop(columns);
        batch.live = kept;
        next.push(batch, work)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.alone.advance(mark);
        self.counts.retain(|window, _| window.is_none_or(|bounds| bounds.end > mark));
        next.advance(mark, work)
    }

    fn finish(&mut self, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<()> {
        if self.most > 0 {
            self.alone.say(STAGE.name, "all of them pass", work);
        }
        Ok(())
    }

    fn held(&self) -> (usize, String) {
        let counts = self
            .counts
            .values()
            .map(|(groups, counts)| groups.heap_bytes() + counts.capacity() * size_of::<u64>());
        (
            self.alone.heap_bytes() + counts.sum::<usize>(),
            format!("limit --by {}", self.keys.names.join(", ")),
        )
    }
}
