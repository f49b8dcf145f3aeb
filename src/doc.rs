//! Documentation that a registry row carries: `tamis help`, the man pages, completions and tests are all
//! rendered from it.

/// What a user reads about a stage, aggregate, function or format.
#[derive(Debug)]
pub struct Doc {
    /// One line, lower case, no full stop.
    pub summary: &'static str,
    /// The rules, in whole sentences; paragraphs are separated by an empty line.
    pub text: &'static str,
    /// At least one; each is run as a test.
    pub examples: &'static [Example],
}

/// One example: a command line behind `tamis`, its input and its output.
#[derive(Debug)]
pub struct Example {
    /// Arguments as typed in a POSIX shell, without the leading `tamis`; the input comes on stdin.
    pub command: &'static str,
    /// What stdin holds.
    pub input: &'static str,
    /// What stdout then holds.
    pub output: &'static str,
}

/// One option of the command line or of a stage.
#[derive(Debug)]
pub struct OptionDef {
    /// The long name without dashes.
    pub long: &'static str,
    /// The short name, if there is one.
    pub short: Option<char>,
    /// What its value is called in help (`FILE`); `None` if it takes none.
    pub value: Option<&'static str>,
    /// One line for help, lower case, no full stop.
    pub help: &'static str,
    /// The words that the value must be one of, if there are such.
    pub choices: &'static [&'static str],
    /// Whether it may be given more than once.
    pub repeats: bool,
    /// Whether it is known only to say that this version does not have it: neither help nor completions offer it.
    pub is_planned: bool,
}

impl OptionDef {
    /// An option without a value.
    pub const fn flag(long: &'static str, help: &'static str) -> Self {
        Self { long, short: None, value: None, help, choices: &[], repeats: false, is_planned: false }
    }

    /// An option with a value, which help calls `value`.
    pub const fn valued(long: &'static str, value: &'static str, help: &'static str) -> Self {
        Self { value: Some(value), ..Self::flag(long, help) }
    }

    /// An option with a value, of a later version.
    pub const fn planned(long: &'static str, value: &'static str) -> Self {
        Self { is_planned: true, ..Self::valued(long, value, "not in this version yet") }
    }
}
