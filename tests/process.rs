//! The program as a process: pipes, signals, files that cannot be written, names that are not text.
//!
//! Nothing here waits for time to pass: a test reads what the program wrote before it goes on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the modules are parts of one test")]

#[path = "process/byte_names.rs"]
mod byte_names;
#[path = "process/child.rs"]
mod child;
#[path = "process/compressed.rs"]
mod compressed;
#[path = "process/faults.rs"]
mod faults;
#[path = "process/files.rs"]
mod files;
#[path = "process/fronts.rs"]
mod fronts;
#[path = "process/names.rs"]
mod names;
#[path = "harness/pack.rs"]
mod pack;
#[path = "process/pipes.rs"]
mod pipes;
#[path = "process/sides.rs"]
mod sides;
#[path = "process/signals.rs"]
mod signals;
#[path = "process/tables.rs"]
mod tables;
#[path = "process/union.rs"]
mod union;
