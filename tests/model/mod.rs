//! A naive twin of the program, written from the manual: records as lists of fields, everything in memory.

pub mod aggregates;
pub mod case;
pub mod chain;
pub mod decimal;
pub mod engine;
pub mod eval;
pub mod input;
pub mod value;
