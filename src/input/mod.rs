//! Inputs: files and stdin as bytes, decompressed, framed into numbered blocks.
//!
//! Knows formats only through their registry, and no stages.

#![warn(clippy::indexing_slicing)]

mod bytes;
mod compression;
mod decoded;
mod detect;
mod feed;
mod foreign;
mod line_ends;
mod open;
mod peeked;
mod reader;
mod typed;

pub use bytes::{ByteSource, FdSource, SliceSource, Stop};
pub use compression::Windows;
pub use detect::{by_fronts, told};
pub use open::{Named, check_inputs, check_tables, nothing};
pub use reader::{Front, Reader, ReaderOptions, Recycled, TimeField, can_look, has_header_line};
