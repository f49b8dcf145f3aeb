//! The run of a chain over its inputs.

pub mod settings;

pub use settings::{Allow, Allowance, Colour, Settings};
