//! `dedup 'KEY'`: keeps the first record of each key.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::groups::Groups;
use super::keys::{KeyNames, Keys};
use super::{Bound, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::Result;
use crate::record::{Batch, Bounds};
use crate::time::Timestamp;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "dedup",
    spec: "'KEY, …'",
    options: &[OptionDef {
        long: "within",
        short: None,
        value: Some("D"),
        help: "forget a key after D of event time (not in this version yet)",
        choices: &[],
        repeats: false,
    }],
    bind,
    doc: Doc {
        summary: "keep the first record of each key",
        text: "The first record of each key in input order passes, per window behind `window`. A record whose key \
               has a null is never a duplicate. Untyped keys differ if their spellings differ.",
        examples: &[Example {
            command: "--from ndjson dedup id",
            input: "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n{\"id\":1.0,\"v\":\"c\"}\n{\"v\":\"d\"}\n{\"v\":\"e\"}\n",
            output: "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n{\"v\":\"d\"}\n{\"v\":\"e\"}\n",
        }],
    },
};

struct Dedup {
    keys: Arc<Keys>,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    if words.has("within") {
        let help = "leave it out: a key is kept until the end of its window, or of the input";
        return Err(words.not_yet("within", help));
    }
    let keys = Keys::bind(Some(&words.spec), KeyNames::Unused, scope)?;
    Ok(vec![Bound::Ordered(Box::new(Dedup { keys: Arc::new(keys) }))])
}

impl Plan for Dedup {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running { keys: Arc::clone(&self.keys), seen: BTreeMap::new() }))
    }

    fn keeps(&self) -> String {
        "every different key, in memory (at most --memory)".to_owned()
    }
}

struct Running {
    keys: Arc<Keys>,
    seen: BTreeMap<Option<Bounds>, Groups>,
}

impl Stage for Running {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let columns = self.keys.eval(&batch, &batch.live, work);
        let mut kept = Vec::with_capacity(batch.live.len());
        for &row in &batch.live {
            if columns.iter().any(|column| column.values.get(row).is_null()) {
                kept.push(row);
                continue;
            }
            let seen = self.seen.entry(batch.window(row)).or_default();
            let before = seen.len();
            if seen.assign(&batch, row, &columns) as usize == before {
                kept.push(row);
            }
        }
        drop(columns);
        batch.live = kept;
        next.push(batch, work)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.seen.retain(|window, _| window.is_none_or(|bounds| bounds.end > mark));
        next.advance(mark, work)
    }

    fn held(&self) -> (usize, String) {
        (self.seen.values().map(Groups::heap_bytes).sum(), format!("dedup {}", self.keys.names.join(", ")))
    }
}
