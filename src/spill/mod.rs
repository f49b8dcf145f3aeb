//! What does not fit into memory: entries of a key and some bytes, on disk in sorted runs, and put together again, or
//! parted by their keys.
//!
//! Knows no records and no stages: keys are bytes whose order is the order wanted, what stands beside them is
//! the business of whoever wrote it.

mod disk;
mod merge;
mod partitions;
mod queue;
mod run;
mod runs;
mod sorter;
#[cfg(test)]
mod tests;

pub use disk::Disk;
pub use merge::Merge;
pub use partitions::{Partition, PartitionReader, Partitions};
pub use queue::Queue;
pub use run::{Run, RunReader, RunWriter, damaged};
pub use runs::{Parts, Runs};
pub use sorter::Sorter;
