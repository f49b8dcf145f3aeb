//! The key against the header line of a table: known before its first record is read.

use std::sync::Arc;

use super::asked::Asked;
use super::table::Table;
use super::tables::TakeBatch;
use crate::error::{Error, Result, listed, nearest, shown};
use crate::expr::{OnItem, parse_on};
use crate::record::{Batch, Findings, HeaderDoubt, Heading, Path, ReadAs};
use crate::spell;
use crate::spill::Disk;

/// A table that looks at its header line first.
pub(super) struct WithKeys<'a> {
    pub(super) table: Table,
    pub(super) asked: &'a Asked<'a>,
}

impl TakeBatch for WithKeys<'_> {
    fn header_line(&mut self, heading: Heading<'_>) -> Result<()> {
        let items = parse_on(self.asked.on)?;
        match items.iter().find(|item| !item.right.is_among(heading.names)) {
            Some(item) => {
                let keys: Vec<&Path> = items.iter().map(|item| &item.right).collect();
                Err(no_such_key(self.asked, item, &keys, heading))
            }
            None => Ok(()),
        }
    }

    fn take(&mut self, batch: Batch, findings: &mut Findings) -> Result<()> {
        self.table.take(batch, findings)
    }

    fn heap_bytes(&self) -> usize {
        self.table.heap_bytes()
    }

    fn whole_bytes(&self) -> usize {
        self.table.whole_bytes()
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<()> {
        self.table.spill(disk)
    }
}

fn no_such_key(asked: &Asked<'_>, item: &OnItem, keys: &[&Path], heading: Heading<'_>) -> Error {
    let right = shown(&item.right.to_string());
    let error = Error::new(format!("the header of {} has no field \"{right}\"", asked.shown_name()));
    let error = error.at(asked.on, item.right_place.clone());
    if let Some(help) = doubt_of(heading, keys) {
        return error.help(help);
    }
    error.help(meant(item, heading.names))
}

/// What to write in place of a key that none of these fields of the table is.
pub(super) fn meant(item: &OnItem, names: &[String]) -> String {
    let right = shown(&item.right.to_string());
    let names = names.iter().map(String::as_str);
    let near = nearest(item.right.joined(), names.clone());
    let alone = item.left.place == item.right_place;
    match (near, alone) {
        (Some(near), false) => format!("did you mean {}?", spell::field(near)),
        (Some(near), true) => format!("did you mean {right} = {}?", spell::field(near)),
        (None, false) => format!("its fields are: {}", listed(names)),
        (None, true) => format!("write {right} = one of its fields: {}", listed(names)),
    }
}

/// What to do about a header that something else than the table's delimiter separates, or that is none.
fn doubt_of(heading: Heading<'_>, keys: &[&Path]) -> Option<String> {
    // The delimiter that was named is that of the input, unless it is wrong here too.
    let doubt = HeaderDoubt::of_lacking(heading, false, keys)?;
    Some(format!("{}; {}", doubt.what(heading.names), doubt.remedy(heading.format, ReadAs::Table)))
}
