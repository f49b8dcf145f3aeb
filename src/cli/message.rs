//! What goes to stderr, in one place: `tamis: ` in front, red for what changes the exit status, yellow for
//! what does not, where colour is wanted.

use std::fmt::Display;

/// Writes messages.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    colour: bool,
}

/// How much a message matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Weight {
    /// It changes the exit status.
    Error,
    /// It does not.
    Note,
}

impl Messages {
    /// Messages with or without colour.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// An error that ends the run, with a newline at its end.
    pub fn error(self, error: &dyn Display) -> String {
        self.line(Weight::Error, error)
    }

    /// A message that does not change the exit status.
    pub fn note(self, text: &dyn Display) -> String {
        self.line(Weight::Note, text)
    }

    pub(super) fn line(self, weight: Weight, text: &dyn Display) -> String {
        let (on, off) = match (self.colour, weight) {
            (false, _) => ("", ""),
            (true, Weight::Error) => ("\x1b[1;31m", "\x1b[0m"),
            (true, Weight::Note) => ("\x1b[33m", "\x1b[0m"),
        };
        format!("{on}tamis:{off} {text}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_only_where_wanted() {
        assert_eq!(Messages::new(false).error(&"x"), "tamis: x\n");
        assert_eq!(Messages::new(true).error(&"x"), "\x1b[1;31mtamis:\x1b[0m x\n");
        assert_eq!(Messages::new(true).note(&"x"), "\x1b[33mtamis:\x1b[0m x\n");
    }
}
