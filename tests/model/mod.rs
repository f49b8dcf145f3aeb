//! A naive twin of the program, written from the manual: records as lists of fields, everything in memory.

pub(crate) mod aggregates;
pub(crate) mod case;
pub(crate) mod chain;
pub(crate) mod chains;
pub(crate) mod decimal;
pub(crate) mod engine;
pub(crate) mod eval;
pub(crate) mod expressions;
pub(crate) mod found;
pub(crate) mod hand;
pub(crate) mod held;
pub(crate) mod input;
mod items;
pub(crate) mod members;
pub(crate) mod nest;
pub(crate) mod pins;
mod pools;
pub(crate) mod reads;
pub(crate) mod record;
pub(crate) mod results;
pub(crate) mod stamps;
pub(crate) mod table;
pub(crate) mod times;
pub(crate) mod value;
pub(crate) mod windows;
