//! `tamis`, a pipe filter for records.
//!
//! The modules stand in reading order, from the lowest layer to the highest; a module imports only from
//! those above it in this list (`tests/tidy.rs` checks it).

pub mod file_name;

pub mod doc;
pub mod error;
pub mod hash;
pub mod scan;
pub mod spell;
pub mod time;
pub mod value;

pub mod record;
pub mod spill;

pub mod aggregate;
pub mod format;
pub mod function;

pub mod expr;

pub mod input;
pub mod output;

pub mod stage;

pub mod engine;

pub mod cli;

mod program;

pub use program::{BLOCK_BYTES, Host, ShowPage, run};
