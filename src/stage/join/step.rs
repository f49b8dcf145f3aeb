//! The running join: looks each record up and gives it what its matches hold.

use std::sync::Arc;

use super::class::{Class, key_value};
use super::index::{Map, Prober, TooLarge};
use super::places::{NONE, Places, Take, Values};
use super::store::Store;
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::record::{Batch, Cells, FaultLog, Form, Loaded, Lookup, Reading, Unmatched, shown_value};
use crate::stage::outline::Outline;
use crate::stage::short_texts::ShortText;
use crate::stage::{Step, Work};

/// Which records leave a join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// All; those without a match with nulls.
    Left,
    /// Those with a match.
    Inner,
    /// Those with a match, once, as they are.
    Semi,
    /// Those without a match, as they are.
    Anti,
}

impl Kind {
    /// Whether a record with several matches leaves as several.
    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Left | Self::Inner)
    }
}

/// A join with its table in memory, or with a part of it.
pub(super) struct Join {
    pub(super) rules: Arc<Rules>,
    pub(super) table: Store,
    /// The table in words.
    pub(super) described: String,
}

/// What a join does.
pub(super) struct Rules {
    pub(super) kind: Kind,
    /// The key of a record, with the names of its fields.
    pub(super) keys: Vec<(String, Expr)>,
    /// Where the key is written.
    pub(super) site: u32,
    pub(super) takes: Vec<Take>,
    /// Bytes that the records of a batch may take.
    pub(super) room: usize,
    /// The records that reach the join.
    pub(super) outline: Outline,
}

/// Which records leave, in order.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rows: Vec<u32>,
    /// Beside each the record of the table, or [`NONE`].
    picks: Vec<u32>,
    /// Some record leaves more than once.
    pub(super) repeats: bool,
    /// Records that had a key, those of them that found a match, and the first that had one.
    pub(super) keyed: u64,
    pub(super) matched: u64,
    first: Option<u32>,
}

impl Step for Join {
    fn apply(&self, batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let Some(found) = self.look_up(&batch, work)? else {
            work.too_large = Some(self.too_many());
            return Ok(batch);
        };
        // A table without keys is no reason to wonder.
        if let Some(row) = found.first.filter(|_| !self.table.index.is_empty()) {
            let note = (found.matched == 0).then(|| self.rules.unmatched(&self.table, &batch, row, work));
            let Found { keyed, matched, .. } = found;
            work.findings.lookups.add(Lookup { site: self.rules.site, keyed, matched, note });
        }
        Ok(self.joined(batch, &found, work))
    }

    fn keeps(&self) -> String {
        self.described.clone()
    }

    fn repeats(&self) -> bool {
        self.rules.kind.repeats()
    }

    fn gives(&self, gets: bool) -> bool {
        gets && self.rules.kind == Kind::Left
    }
}

impl Found {
    /// The batch of the records that leave, and the place of each in it. Only where a record leaves more than
    /// once are records copied.
    fn spread(&self, batch: Batch) -> (Batch, Vec<u32>) {
        if self.repeats {
            let batch = batch.gather(&self.rows);
            let rows = batch.live.clone();
            return (batch, rows);
        }
        (Batch { live: self.rows.clone(), ..batch }, self.rows.clone())
    }
}

/// Looks up keys of one field that are short texts, as they stand in the records.
struct Texts<'a> {
    cells: Option<Cells<'a>>,
    /// Where texts of either class are looked up, once one was: untyped ones and others.
    maps: [Option<Option<Arc<Map>>>; 2],
}

impl<'a> Texts<'a> {
    fn new(columns: &[(Loaded<'a>, Reading)]) -> Self {
        let cells = match columns {
            [(Loaded::Cells(cells), _)] => Some(*cells),
            _ => None,
        };
        Self { cells, maps: [None, None] }
    }

    /// The matches of a record; `None` if it must be looked up in another way.
    #[inline]
    fn find(&mut self, row: u32, prober: &Prober<'_>) -> std::result::Result<Option<&[u32]>, TooLarge> {
        let Some(cells) = &self.cells else { return Ok(None) };
        let cell = cells.cell(row);
        let (class, map) = match cell.form {
            Form::Untyped | Form::Quoted => (Class::Untyped, &mut self.maps[0]),
            Form::Text => (Class::Text, &mut self.maps[1]),
            _ => return Ok(None),
        };
        let Some(text) = ShortText::of_cell(cell, cells.bytes()) else { return Ok(None) };
        if map.is_none() {
            *map = Some(prober.texts(class)?);
        }
        let found = map.as_ref().and_then(Option::as_ref).map(|map| map.find_text(text));
        // A NUL stands in keys with an escape, so that such a text is not found as it is.
        Ok(found.filter(|found| !found.is_empty() || !cell.spelling(cells.bytes()).contains(&0)))
    }
}

impl Rules {
    /// The keys of the live records, and how each is read: see [`key_value`].
    pub(super) fn keys_of<'b>(
        &self,
        batch: &'b Batch,
        rows: &[u32],
        work: &mut Work<'_>,
    ) -> Vec<(Loaded<'b>, Reading)> {
        let mut columns = Vec::with_capacity(self.keys.len());
        for (_, key) in &self.keys {
            columns.push((key.eval(batch, rows, work.env, &mut work.log), key.reading()));
            work.count_faults(batch);
        }
        columns
    }

    /// What to say if nothing matches, by the key of one record.
    #[cold]
    pub(super) fn unmatched(&self, table: &Store, batch: &Batch, row: u32, work: &Work<'_>) -> Unmatched {
        // What is wrong with the key was counted before.
        let mut log = FaultLog::ignoring();
        let values: Vec<_> =
            self.keys.iter().map(|(_, key)| key.eval(batch, &[row], work.env, &mut log)).collect();
        let mut help = None;
        let mut fields = Vec::new();
        for (((name, key), value), (other, theirs)) in self.keys.iter().zip(&values).zip(&table.example) {
            let value = key_value(value.get(row), key.reading());
            let Some(class) = Class::of(value) else { continue };
            let (ours, value) = (class.name(), shown_value(value));
            fields.push(format!("{name} is {value} ({ours}) here, {other} ({}) there", theirs.name()));
            help = help.or(match (class, theirs) {
                (Class::Text, Class::Number) => {
                    Some(format!("text is no number: number({name}) = … makes it one"))
                }
                (Class::Number, Class::Text) => {
                    Some(format!("a number is no text: text({name}) = … makes it one"))
                }
                _ => None,
            });
        }
        let text = format!("no record found a match in {}: {}", table.name, fields.join("; "));
        Unmatched { stage: Some("join"), text, is_known: true, help }
    }

    fn take_matches(&self, row: u32, matches: &[u32], found: &mut Found) {
        match (self.kind, matches) {
            (Kind::Semi, []) | (Kind::Anti, [_, ..]) | (Kind::Inner, []) => {}
            (Kind::Semi | Kind::Anti, _) => found.rows.push(row),
            (Kind::Left, []) => {
                found.rows.push(row);
                found.picks.push(NONE);
            }
            (Kind::Left | Kind::Inner, matches) => {
                found.repeats |= matches.len() > 1;
                found.rows.extend(std::iter::repeat_n(row, matches.len()));
                found.picks.extend_from_slice(matches);
            }
        }
    }

    /// How many records a batch may become.
    fn most_records(&self, batch: &Batch) -> usize {
        let made: usize = self.takes.iter().map(|take| take.places.len()).sum();
        (self.room / batch.record_bytes(made)).max(batch.rows())
    }
}

impl Join {
    /// The matches of all records; `None` if they do not fit.
    pub(super) fn look_up(&self, batch: &Batch, work: &mut Work<'_>) -> Result<Option<Found>> {
        let columns = self.rules.keys_of(batch, &batch.live, work);
        let mut prober = Prober::new(&self.table.index, work.env);
        let mut texts = Texts::new(&columns);
        let mut found = Found::default();
        let most = self.rules.most_records(batch);
        for &row in &batch.live {
            let key = columns.iter().map(|(column, reading)| key_value(column.get(row), *reading));
            let matches = match texts.find(row, &prober).map_err(|TooLarge| too_large(&self.table.name))? {
                Some(matches) => Some(matches),
                None => prober.find(key).map_err(|TooLarge| too_large(&self.table.name))?,
            };
            if let Some(matches) = matches {
                found.keyed += 1;
                found.matched += u64::from(!matches.is_empty());
                found.first = found.first.or(Some(row));
            }
            self.rules.take_matches(row, matches.unwrap_or(&[]), &mut found);
            if found.rows.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// The records that leave, with the fields that they get. Only where one leaves more than once are records copied:
    /// then those of the batch are the found ones, one behind the other.
    pub(super) fn joined(&self, batch: Batch, found: &Found, work: &mut Work<'_>) -> Batch {
        if matches!(self.rules.kind, Kind::Semi | Kind::Anti) {
            return Batch { live: found.rows.clone(), ..batch };
        }
        let (mut batch, rows) = found.spread(batch);
        let mut full = Vec::new();
        for (at, take) in self.rules.takes.iter().enumerate() {
            let values = Values { table: &self.table, at, rows: &rows, picks: &found.picks };
            match &take.places {
                Places::Always(place) => {
                    let column = values.column(batch.rows());
                    batch.set_made(*place, column);
                }
                Places::FirstFree(places) => {
                    let columns = places.write(&batch, &values, |row| full.push((row, take)));
                    for (place, column) in columns {
                        batch.set_made(place, column);
                    }
                }
            }
        }
        if !full.is_empty() {
            reject(&mut batch, &mut full, &self.rules.outline, work);
        }
        batch
    }

    #[cold]
    pub(super) fn too_many(&self) -> Error {
        Error::new(format!("the records of table {} that match do not fit into --memory", self.table.name))
            .help("give more with --memory, or a key that fewer records of the table share")
    }
}

/// Drops records that have all the names of a field of the table already.
#[cold]
fn reject(batch: &mut Batch, full: &mut [(u32, &Take)], outline: &Outline, work: &mut Work<'_>) {
    full.sort_by_key(|(row, _)| *row);
    let mut last = None;
    for (row, take) in full.iter() {
        let origin = batch.origin(*row);
        // A record that matches several of the table is one record still.
        let known = origin.is_some() && std::mem::replace(&mut last, origin) == origin;
        if !known {
            let reason = format!(
                "join: the record has the fields {} of its own (see --prefix)",
                take.names.join(", ")
            );
            work.reject(batch, *row, reason, outline);
        }
    }
    batch.live.retain(|row| full.binary_search_by_key(row, |(full, _)| *full).is_err());
}

/// The error that a table does not fit into memory.
#[cold]
pub(super) fn too_large(name: &str) -> Error {
    Error::new(format!("table {name}: holds more than --memory"))
        .help("give more with --memory, or take fewer fields with --take")
}
