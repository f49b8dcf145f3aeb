//! Outputs: stdout or a file that appears whole, and the side files for rejects and late records.

#![warn(clippy::indexing_slicing)]

mod compressor;
mod folder;
mod later;
mod side;
mod target;

pub use folder::Folder;
pub use side::{Inputs, SideFile};
pub use target::{Output, StdFiles, Written, identity};
