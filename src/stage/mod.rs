//! Stages: one file a stage, one row each in [`STAGES`]. A row says how the SPEC is bound to the records
//! that reach it; what comes out runs in the workers ([`Step`], [`Fold`]) or in record order ([`Stage`]).
//!
//! Knows no formats, no threads and no files.

mod aggregate;
mod alone;
mod dedup;
mod explode;
mod filter;
mod first_time;
mod groups;
mod join;
mod keys;
mod limit;
mod located;
mod members;
mod mentions;
mod needs;
mod outline;
mod parse;
mod pick;
mod project;
mod sample;
mod scope;
mod short_texts;
mod side;
mod sort;
mod spellings;
mod split;
mod stamps;
mod take_time;
mod tee;
mod top;
mod uses;
mod waiting;
mod window;
mod windows;
mod work;

pub use first_time::Chosen;
pub use join::{TableFile, TableRead, Tables, TakeBatch};
pub use members::Members;
pub use needs::{Needs, Seen};
pub use outline::Outline;
pub use scope::{Clock, Scope, StampAt, TIME_NAMES, Windowed};
pub use side::{Copies, Files, Host, SideOutput, Writes};
pub use stamps::Stamps;
pub use take_time::{
    RangeTime, TakeTime, TimePlace, before_range_ends, for_values as take_time_for_values, no_year,
};
pub use uses::Uses;
pub use work::{Each, Enough, NoTime, Work};

use std::any::Any;
use std::sync::Arc;

use crate::doc::{Doc, OptionDef};
use crate::error::{Error, Mistake, Result};
use crate::record::{Batch, Shape};
use crate::spell;
use crate::spill::{Disk, Runs};
use crate::time::Timestamp;

/// One row of the registry.
pub struct StageDef {
    /// The name, lower case.
    pub name: &'static str,
    /// How the SPEC is called in help: `'EXPR'`.
    pub spec: &'static str,
    /// The stage's own options.
    pub options: &'static [OptionDef],
    /// Binds the stage to the records that reach it and changes the scope to those that leave it. What it
    /// gives runs in this order; nothing where only the shape of the records changes.
    pub bind: fn(&Words, &mut Scope<'_>) -> Result<Vec<Bound>>,
    /// What users read.
    pub doc: Doc,
}

/// A stage as typed: its SPEC and its options.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The SPEC.
    pub spec: String,
    /// Long names of options given, with their values (empty for flags), in order.
    pub options: Vec<(&'static str, String)>,
}

impl Words {
    /// The value of an option, the last one given.
    pub fn option(&self, long: &str) -> Option<&str> {
        self.options.iter().rev().find(|(name, _)| *name == long).map(|(_, value)| value.as_str())
    }

    /// An error about an option that was given.
    pub fn error_at(&self, long: &str, message: &str) -> Error {
        // A flag has no value.
        let value = self.option(long).filter(|value| !value.is_empty()).map(spell::word);
        let typed = format!("--{long} {}", value.unwrap_or_default());
        let typed = typed.trim_end();
        Error::new(message).at(typed, 0..typed.len())
    }

    /// The value of an option, if it was given and can be used.
    pub fn read<T>(
        &self,
        long: &str,
        read: impl FnOnce(&str) -> std::result::Result<T, Mistake>,
    ) -> Result<Option<T>> {
        let Some(value) = self.option(long) else { return Ok(None) };
        read(value).map(Some).map_err(|mistake| {
            let typed = format!("--{long} {}", spell::word(value));
            let message = format!("--{long}: {}", mistake.reason);
            Error::new(message).at(&typed, 0..typed.len()).help(mistake.help)
        })
    }

    /// An error about an option that was given and that this version does not have yet.
    pub fn not_yet(&self, long: &str, help: &str) -> Error {
        self.error_at(long, &format!("--{long} is not in this version yet")).help(help)
    }

    /// Whether a flag was given.
    pub fn has(&self, long: &str) -> bool {
        self.option(long).is_some()
    }
}

/// A bound stage, or a part of one.
pub enum Bound {
    /// Takes event time; a step like others, but it drives the watermark.
    Time(Box<dyn Step>),
    /// Runs on each batch alone, so in any order.
    Step(Box<dyn Step>),
    /// Folds batches into partial results in any order, and puts these together in input order.
    Fold(Box<dyn Fold>),
    /// Needs the records in input order.
    Ordered(Box<dyn Plan>),
}

/// A stage that looks at each record alone.
pub trait Step: Send + Sync {
    /// Changes the batch: its live records, its columns, or its records. If what it would make of the batch is
    /// too large, it says so in [`Work::too_large`] and gives the batch back as it came.
    fn apply(&self, batch: Batch, work: &mut Work<'_>) -> Result<Batch>;

    /// Of a step that takes event time: whether it does so for the records of a batch, which are of one input.
    fn stamps(&self, batch: &Batch) -> bool {
        let _ = batch;
        true
    }

    /// What the stage keeps, for `explain`.
    fn keeps(&self) -> String {
        "nothing: one record at a time".to_owned()
    }

    /// Whether it may make several records of one.
    fn repeats(&self) -> bool {
        false
    }

    /// Whether at least one record leaves the stage by the end, where `gets` says that at least one reaches it.
    fn gives(&self, gets: bool) -> bool {
        let _ = gets;
        false
    }
}

/// A stage that runs in input order: what its running form is made from.
pub trait Plan: Send + Sync {
    /// The running form; what it writes beside the chain is opened.
    fn start(&self, host: &dyn Host) -> Result<Box<dyn Stage>>;

    /// What the stage keeps, for `explain`.
    fn keeps(&self) -> String;

    /// Whether no record can pass, so that nothing has to be read.
    fn wants_nothing(&self) -> bool {
        false
    }

    /// As [`Step::gives`].
    fn gives(&self, gets: bool) -> bool {
        let _ = gets;
        false
    }

    /// Whether records wait in the stage for later ones.
    fn holds_back(&self) -> bool {
        false
    }

    /// Whether it may make several records of one.
    fn repeats(&self) -> bool {
        false
    }

    /// Whether the stage itself closes windows, as a count of records does.
    fn closes_windows(&self) -> bool {
        false
    }

    /// Whether the stage may ask for the end of input early.
    fn may_end_early(&self) -> bool {
        false
    }

    /// What the stage writes beside the chain. Such a stage takes records to the end of the input, whatever
    /// the stages behind it want.
    fn writes(&self) -> Option<Writes<'_>> {
        None
    }

    /// The shape of the records that it writes there.
    fn written_shape(&self) -> Option<&Shape> {
        None
    }
}

/// A stage whose work splits into partial results of single blocks.
pub trait Fold: Plan {
    /// Folds one batch into the partial result of its block. What is left of the batch is of no use to others.
    fn fold(&self, batch: &mut Batch, partial: &mut Option<Partial>, work: &mut Work<'_>) -> Result<()>;

    /// Whether all results leave at the end of the input, so that a partial result may be of many blocks.
    fn ends_with_input(&self) -> bool;

    /// Bytes that a partial result holds.
    fn held_by(&self, partial: &Partial) -> usize;

    /// Whether a partial result keeps the records themselves, so that it grows with each and is best as large
    /// as may be.
    fn keeps_records(&self) -> bool {
        false
    }

    /// Does in the thread that made a partial result over many blocks what can be done before it meets the
    /// others.
    fn seal(&self, partial: &mut Partial) {
        let _ = partial;
    }

    /// Whether [`Self::spill`] is there.
    fn spills(&self) -> bool {
        false
    }

    /// Writes sealed partial results of a thread to disk, behind `runs`. The running form gets them as a partial
    /// result that is [`Runs`]. Only of partial results over many blocks.
    fn spill(&self, sealed: Vec<Partial>, runs: &mut Runs) -> Result<()> {
        let _ = (sealed, runs);
        Err(Error::new("a partial result that cannot go to disk was to go there"))
    }
}

/// What a stage still holds at the end of the input, in parts that any thread can make.
pub trait Conclusion: Send + Sync {
    /// How many parts; their order is that of the output.
    fn parts(&self) -> usize;

    /// Makes the records of a part and hands them on in batches, as long as more are wanted. What a part is
    /// depends on nothing that another one does.
    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()>;

    /// Whether what the stage held is not in memory any more.
    fn is_on_disk(&self) -> bool {
        false
    }
}

/// Takes a batch of a part.
pub type HandOn<'a> = &'a mut dyn FnMut(Batch, &mut Work<'_>) -> Result<Flow>;

/// What a [`Fold`] made of a block; its stage knows the type.
pub type Partial = Box<dyn Any + Send>;

/// Whether more records are wanted.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// Go on.
    More,
    /// Nothing that follows can change the output.
    Enough,
}

/// What a stage hands its records to.
pub trait Sink {
    /// Takes a batch in input order.
    fn push(&mut self, batch: Batch, work: &mut Work<'_>) -> Result<Flow>;

    /// Takes the news that no record in time before `mark` will follow, so that windows which end there
    /// can close.
    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>) -> Result<Flow>;

    /// Whether records of windows that end one after the other may come together: nobody behind looks at more
    /// than one record.
    fn takes_windows_together(&self) -> bool {
        false
    }
}

/// A running stage that sees records in input order.
pub trait Stage: Send {
    /// Takes a batch.
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow>;

    /// Takes the partial result of a block, in input order, or at the end of the input what a thread has kept and
    /// sealed, or its [`Runs`]. Only the running form of a [`Fold`] gets any.
    fn absorb(&mut self, partial: Partial, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let _ = (partial, work, next);
        Err(Error::new("a partial result reached a stage that makes none"))
    }

    /// Takes a watermark. What must leave before it is pushed first.
    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        next.advance(mark, work)
    }

    /// Does what is left to be done with what is held, before any of it leaves; the input has ended.
    fn settle(&mut self, work: &mut Work<'_>) -> Result<()> {
        let _ = work;
        Ok(())
    }

    /// What is still held, if threads can share the work of letting it out, in parts of about `part` bytes; the
    /// input has ended. Then [`Self::finish`] is not called.
    fn conclude(&mut self, part: usize) -> Result<Option<Box<dyn Conclusion>>> {
        let _ = part;
        Ok(None)
    }

    /// Pushes what is still held; the input has ended.
    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        let _ = (work, next);
        Ok(())
    }

    /// The side output, of a stage that has one.
    fn side(&mut self) -> Option<&mut dyn SideOutput> {
        None
    }

    /// Brings what can go to disk there, so that memory gets free; false if there is nothing of it.
    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        let _ = disk;
        Ok(false)
    }

    /// Bytes held on the heap, and what holds them in words for the user (`groups by path`).
    fn held(&self) -> (usize, String) {
        (0, String::new())
    }
}

/// All stages, sorted by name.
pub const STAGES: &[&StageDef] = &[
    &aggregate::STAGE,
    &dedup::STAGE,
    &explode::STAGE,
    &filter::STAGE,
    &join::STAGE,
    &limit::STAGE,
    &parse::STAGE,
    &project::STAGE,
    &sample::STAGE,
    &sort::STAGE,
    &split::STAGE,
    &tee::STAGE,
    &top::STAGE,
    &window::STAGE,
];

/// The stage of a name.
pub fn find(name: &str) -> Option<&'static StageDef> {
    STAGES.iter().find(|row| row.name == name).copied()
}
