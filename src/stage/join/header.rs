//! The key against the header line of a table: known before its first record is read.

use std::sync::Arc;

use super::asked::Asked;
use super::table::Table;
use super::tables::TakeBatch;
use crate::error::{Error, Result, listed, nearest, shown};
use crate::expr::{OnItem, parse_on};
use crate::record::{Batch, Findings};
use crate::spell;
use crate::spill::Disk;

/// A table that looks at its header line first.
pub(super) struct WithKeys<'a> {
    pub(super) table: Table,
    pub(super) asked: &'a Asked<'a>,
}

impl TakeBatch for WithKeys<'_> {
    fn header_line(&mut self, names: &[String], format: &str) -> Result<()> {
        for item in parse_on(self.asked.on)? {
            if !item.right.is_among(names) {
                return Err(no_such_key(self.asked, &item, names, format));
            }
        }
        Ok(())
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

fn no_such_key(asked: &Asked<'_>, item: &OnItem, names: &[String], format: &str) -> Error {
    let right = shown(&item.right.to_string());
    let error = Error::new(format!("the header of {} has no field \"{right}\"", asked.shown_name()));
    let error = error.at(asked.on, item.right_place.clone());
    if let Some(help) = other_delimiter(names, format) {
        return error.help(help);
    }
    let names = names.iter().map(String::as_str);
    let near = nearest(item.right.joined(), names.clone());
    let alone = item.left.place == item.right_place;
    match (near, alone) {
        (Some(near), false) => error.help(format!("did you mean {}?", spell::field(near))),
        (Some(near), true) => error.help(format!("did you mean {right} = {}?", spell::field(near))),
        (None, false) => error.help(format!("its fields are: {}", listed(names))),
        (None, true) => error.help(format!("write {right} = one of its fields: {}", listed(names))),
    }
}

/// What to do about a header that is one field since something else than the table's delimiter separates its names.
fn other_delimiter(names: &[String], format: &str) -> Option<String> {
    let [header] = names else { return None };
    let evident = [';', '\t', '|', ','].into_iter().find(|delimiter| header.contains(*delimiter))?;
    let typed = match evident {
        '\t' => "tab".to_owned(),
        other => spell::word(&other.to_string()),
    };
    let from = match (format, evident) {
        ("csv", _) => format!("--table-delimiter {typed}"),
        (_, ',') => "--table-from csv".to_owned(),
        _ => format!("--table-from csv --table-delimiter {typed}"),
    };
    let header = shown(header);
    Some(format!("its header is the one field \"{header}\": give {from} if that separates its fields"))
}
