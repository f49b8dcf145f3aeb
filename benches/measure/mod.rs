//! What the programs that measure share: inputs, runs of a process with its time and memory, other tools, tables.
#![allow(dead_code, reason = "each program uses its own part")]

pub(crate) mod answer;
pub(crate) mod choice;
pub(crate) mod inputs;
pub(crate) mod machine;
pub(crate) mod options;
pub(crate) mod peers;
pub(crate) mod program;
pub(crate) mod table;
pub(crate) mod timing;
