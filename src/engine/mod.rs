//! The engine: binds a chain to its inputs and output, runs blocks through the workers and puts their
//! results back in input order. Knows no single stage and no single format.

#![warn(clippy::indexing_slicing)]

mod block;
mod budget;
mod chain;
mod conclude;
mod explain;
mod fronts;
mod gathered;
mod header_lines;
mod meaning;
mod missing;
mod order;
mod output_names;
mod plan;
mod run;
pub mod settings;
mod setup;
mod side;
mod table_options;
mod tables;
mod tail;
mod threads;

pub use explain::explain;
pub use missing::{Reach, near, subtraction_of};
pub use plan::TypedStage;
pub use run::{Host, Outcome, run};
pub use settings::{Allow, Allowance, Colour, FailIf, Settings};
