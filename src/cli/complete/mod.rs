//! Completion of command lines: what may be typed at the cursor. The scripts that `tamis completions` prints ask the hidden
//! command `complete-line`, which knows the position in the line.
//!
//! What is wrong or cannot be known gives no candidates, and never a message.

mod candidates;
mod expression;
mod line_text;
mod position;
mod scripts;
mod shell;
#[cfg(test)]
mod tests;

pub(super) use scripts::script;

use super::known::Known;
use candidates::Candidates;
use position::Position;
use shell::Typed;

/// The hidden command of the program.
pub(super) const COMMAND: &str = "complete-line";

/// What names of fields are asked for: those of the records that leave a chain.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldsAsked {
    /// Global options and the stages, as words of a command line; at least one stage.
    pub words: Vec<String>,
    /// The inputs.
    pub files: Vec<String>,
}

/// Names the fields of records, joined by dots where they are inside of others.
pub type NamesOf<'a> = &'a dyn Fn(&FieldsAsked) -> Vec<String>;

/// The answer to `complete-line SHELL …`: a candidate a line, with a description after a tab where the shell shows it.
/// `:files`, `:folders` and `:nospace` are not candidates: they tell the script what to do.
pub fn complete(words: &[String], known: &Known, names: NamesOf<'_>) -> String {
    let Some(typed) = Typed::read(words) else { return String::new() };
    let position = Position::of(&typed.before, &typed.current, &typed.after, known);
    let found = Candidates::at(&position, known, names);
    typed.shell.answer(&found)
}
