//! The command line as a whole, with registries of its own so that the texts do not change with every
//! stage that is added.

mod fixture;
mod golden;
mod grammar;
mod helps;
