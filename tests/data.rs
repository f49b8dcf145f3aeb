//! Real files with answers that others computed: `../shared/data`, described by its README.
//!
//! Where that folder is missing, each test says that it did not run; with `TAMIS_NEED_DATA=1` it fails.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harness;

#[path = "data/answers.rs"]
mod answers;
#[path = "data/commands.rs"]
mod commands;
#[path = "data/conservation.rs"]
mod conservation;
#[path = "data/flights.rs"]
mod flights;
#[path = "data/rules.rs"]
mod rules;
#[path = "data/suites.rs"]
mod suites;
#[path = "data/windows.rs"]
mod windows;
