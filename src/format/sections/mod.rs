//! Formats whose directives (lines that begin with `#`) say how the records after them are read, at the front of an input
//! and again in the middle of it: after a restart, or where files were put together.
//!
//! The bytes between two changes are a *section*. The framer, which sees all bytes in order, interprets directives and
//! numbers the sections of an input by what they say ([`Sections`]), so that equal ones are one and a directive that says
//! nothing new costs nothing; a block has records of one section ([`Block::section`]). An input stays one
//! [`Source`](crate::record::Source), whatever its sections.
//!
//! Records travel far from their block, and are walked again from their bytes alone. So those of the first section are as
//! they are, and those of others, or of which something is made anew (an array, a stamp of two fields that are apart),
//! have a line of their own before them that names the section and holds what was made ([`made`]).
//!
//! [`Block::section`]: crate::record::Block::section

mod decode;
mod frame;
mod input;
mod made;

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::located::Misfit;
use crate::error::Result;
use crate::hash::Map;
use crate::record::{Cell, Form, Remedy};

pub(super) use input::{Dayless, SectionInput};

use decode::SectionDecoder;
use frame::SectionFramer;

/// What the directives of an input have said so far.
pub(super) trait Directives: Default + Send + 'static {
    /// How records are read by them.
    type Layout: Layout;

    /// Takes a directive, without its line end. `joined`: no record was between it and the one before.
    fn take(&mut self, line: &[u8], joined: bool);

    /// Takes note of a directive that was too long to be read.
    fn lose(&mut self, line: &[u8]);

    /// How what follows is read, of which `record` is the next line; whether the lines after it are read so too.
    fn layout(&mut self, record: &[u8]) -> (Self::Layout, bool);

    /// The error for an input that is in another format, as its first line that is not a directive shows.
    fn refuse(&self, first: &[u8]) -> Result<()> {
        let _ = first;
        Ok(())
    }
}

/// How the records of a section are read.
pub(super) trait Layout: Eq + Hash + Debug + Send + Sync + 'static {
    /// The names of all fields, in order.
    fn names(&self) -> &[String];

    /// Why no record can be read so, and what helps.
    fn refusal(&self) -> Option<Refusal>;

    /// Whether a line is not a record, for want of anything in it.
    fn is_blank(line: &[u8]) -> bool {
        line.is_empty()
    }

    /// Shows each field of the record from `start` to the end of `text`, by its place among the names.
    fn read(
        &self,
        text: &[u8],
        start: usize,
        put: impl FnMut(usize, Found),
    ) -> std::result::Result<(), Misfit>;

    /// The time of day of a record, in seconds, where a directive says its day.
    fn second_of_day(&self, text: &[u8], cells: &[Cell]) -> Option<u32> {
        let _ = (text, cells);
        None
    }

    /// The form of a field that is made anew.
    fn made_form(&self) -> Form;

    /// Appends the spelling of such a field, without a line end; `cells` are the fields of the record that [`Self::read`]
    /// showed.
    fn make(&self, place: usize, text: &[u8], cells: &[Cell], out: &mut Vec<u8>);
}

/// Why no record of a section can be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Refusal {
    /// The reason in the user's words.
    pub reason: &'static str,
    /// What helps, if the lines are missing that would say how.
    pub remedy: Option<Remedy>,
}

/// A field as a record has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// Its value; what it is made of, where it is made anew.
    pub cell: Cell,
    /// Where it is spelled, quotes included.
    pub spelled: (usize, usize),
    /// It is made anew.
    pub made: bool,
}

impl Found {
    /// A field that is spelled as its value is.
    pub(super) fn new(start: usize, end: usize, form: Form) -> Self {
        Self { cell: Cell::new(start, end, form), spelled: (start, end), made: false }
    }
}

/// The sections of one input: each layout once, numbered as they came.
#[derive(Debug)]
pub(super) struct Sections<L> {
    known: RwLock<Known<L>>,
    /// The first one by which records can be read. Records that are as they were read are of it.
    first: OnceLock<(u32, Arc<L>)>,
}

#[derive(Debug)]
struct Known<L> {
    list: Vec<Arc<L>>,
    numbers: Map<Arc<L>, u32>,
}

impl<L> Default for Sections<L> {
    fn default() -> Self {
        let known = Known { list: Vec::new(), numbers: Map::default() };
        Self { known: RwLock::new(known), first: OnceLock::new() }
    }
}

impl<L: Layout> Sections<L> {
    /// The number of a layout.
    fn number(&self, layout: L) -> u32 {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = known.numbers.get(&layout) {
            return *number;
        }
        let number = known.list.len() as u32;
        let layout = Arc::new(layout);
        if layout.refusal().is_none() {
            let _ = self.first.set((number, Arc::clone(&layout)));
        }
        known.list.push(Arc::clone(&layout));
        known.numbers.insert(layout, number);
        number
    }

    /// The layout of a number.
    fn get(&self, number: u32) -> Option<Arc<L>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.list.get(number as usize).cloned()
    }

    /// Whether records of this section may be as they were read.
    fn is_first(&self, number: u32) -> bool {
        self.first.get().is_some_and(|(first, _)| *first == number)
    }

    /// Whether records of more than one section were read.
    fn are_many(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.list.iter().filter(|layout| layout.refusal().is_none()).nth(1).is_some()
    }
}
