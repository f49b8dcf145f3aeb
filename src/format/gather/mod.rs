//! Records that wait for the columns of their output: encoders write them as *chunks*, in any order of the threads, each
//! with the names that it has. What puts the chunks in order knows all names at the end, and then writes the lines.

mod chunk;
mod encode;
mod lines;

pub use chunk::{Chunk, Kind};
pub(super) use encode::{Cells, GatherEncoder};
pub use lines::{LineForm, LineReader};

use super::columns::Columns;

/// How an output is written whose records were gathered.
pub trait Gatherer: Send {
    /// The columns that come before all others, whether a record has them or not. To be asked at the end.
    fn leading(&self) -> Columns;

    /// Appends what is written before the records. `kinds`: for each column what its first value is.
    fn header(&mut self, names: &[String], kinds: &[Kind], out: &mut Vec<u8>);

    /// How the cells of a record become a line.
    fn form(&self) -> LineForm;
}
