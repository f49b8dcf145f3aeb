//! Functions of the expression language: one file a tight family, one row a function in [`FUNCTIONS`].
//!
//! A function computes a whole column per call. Knows no expressions, no stages and no threads.
//!
//! What all functions have in common is told to users by [`RULES`].

#![warn(clippy::indexing_slicing)]

mod argument;
mod calendar;
mod case;
mod cidr;
mod concat;
mod contains;
mod convert;
mod double;
mod extreme;
mod fixed;
mod floor;
mod format;
mod length;
mod nested;
mod origin;
mod power;
mod privacy;
mod regex;
mod replace;
mod rounding;
mod split;
mod substr;
#[cfg(test)]
mod tests;
mod times;
mod trim;
mod url;

use std::any::Any;
use std::sync::Arc;

use crate::doc::Doc;
use crate::record::{Batch, Env, Fault, FaultLog, Loaded, Made, Slot};
use crate::time::{Size, Timestamp};
use crate::value::Value;

pub use argument::{Args, Failed};

/// One row of the registry.
pub struct FunctionDef {
    /// The name, lower case.
    pub name: &'static str,
    /// How it is called, for help and messages: `contains(text, part)`.
    pub usage: &'static str,
    /// What it is listed under.
    pub family: Family,
    /// Fewest and most arguments; `usize::MAX` for any number.
    pub arity: (usize, usize),
    /// What kind of value it gives, if always one.
    pub returns: Returns,
    /// What it asks of its arguments.
    pub asks: Asks,
    /// Prepares literal arguments once: compiles a regex, parses a format. Gets one entry an argument.
    /// `Err` names the argument and what is wrong with it, in the user's words.
    pub prepare: Option<Prepare>,
    /// Computes the result for the records of the call.
    pub eval: fn(&mut Call<'_>),
    /// What users read.
    pub doc: Doc,
}

/// What a function is about, in the order of the list in help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Which of several values.
    Choice,
    /// Numbers.
    Number,
    /// Text and regexes.
    Text,
    /// Times.
    Time,
    /// Types, and one made of another.
    Kind,
    /// Objects and arrays.
    Nested,
    /// Addresses and URLs.
    Network,
    /// What is not to be seen.
    Privacy,
    /// Where a record comes from.
    Origin,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Choice,
        Self::Number,
        Self::Text,
        Self::Time,
        Self::Kind,
        Self::Nested,
        Self::Network,
        Self::Privacy,
        Self::Origin,
    ];

    /// What it is called in help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Choice => "Choices and nulls",
            Self::Number => "Numbers",
            Self::Text => "Text and regexes",
            Self::Time => "Times",
            Self::Kind => "Types",
            Self::Nested => "Objects and arrays",
            Self::Network => "Addresses and URLs",
            Self::Privacy => "Privacy",
            Self::Origin => "Where a record comes from",
        }
    }
}

/// The kind of value a function gives: enough to refuse a condition that cannot be a bool before anything
/// is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    /// True, false or null.
    Bool,
    /// Some other type than bool, or null.
    NotBool,
    /// Text and nothing else, or null: what makes text of a time too.
    Text,
    /// It depends on the arguments.
    Any,
}

/// What a function asks of its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asks {
    /// Their values, with all inside them.
    Values,
    /// The same; it orders times or takes them apart, so that a stamp without a year is of no use to it.
    Times,
    /// What type they are, and nothing of what they hold.
    Type,
}

/// An argument as it is known before anything is read.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// A literal.
    Literal(Value<'a>),
    /// A literal duration or calendar unit (`1h`, `1mo`), with its size; as a value only if it is exact.
    Size(Size),
    /// Anything else.
    Computed,
}

/// An argument that `prepare` refused.
#[derive(Debug)]
pub struct BadArgument {
    /// Which one, from 0.
    pub index: usize,
    /// What is wrong.
    pub reason: String,
}

/// Turns the arguments known before anything is read into what a function needs of them.
pub type Prepare = fn(&[Argument<'_>], &Env) -> Result<Prepared, BadArgument>;

/// What `prepare` made; each function knows its own type.
pub type Prepared = Arc<dyn Any + Send + Sync>;

/// One call over a batch.
pub struct Call<'a> {
    /// The arguments' columns, aligned to the batch.
    pub args: &'a [Loaded<'a>],
    /// The records to compute, ascending.
    pub rows: &'a [u32],
    /// Where results go; null until written.
    pub out: &'a mut Made,
    /// Where faults are noted.
    pub faults: &'a mut FaultLog,
    /// The place in the chain that faults name.
    pub site: u32,
    /// Settings of the run.
    pub env: &'a Env,
    /// What `prepare` made.
    pub prepared: Option<&'a Prepared>,
    /// The batch, for functions of a record's origin.
    pub batch: &'a Batch,
}

impl<'a> Call<'a> {
    /// Computes each record from one argument. A null argument gives null without a call.
    pub fn each1(&mut self, mut compute: impl FnMut(Value<'_>, Slot<'_>) -> Result<(), Fault>) {
        let [arg] = self.args else { return };
        for &row in self.rows {
            let value = arg.get(row);
            if value.is_null() {
                continue;
            }
            if let Err(fault) = compute(value, self.out.slot(row)) {
                self.faults.add(row, self.site, fault, Some(value));
            }
        }
    }

    /// Computes each record from all arguments. If one is null, so is the result, without a call.
    pub fn each_known(&mut self, mut compute: impl FnMut(Args<'_>, Slot<'_>) -> Result<(), Failed>) {
        self.each(|args, slot| if args.any_null() { Ok(()) } else { compute(args, slot) });
    }

    /// Computes each record from all arguments, nulls included.
    pub fn each(&mut self, mut compute: impl FnMut(Args<'_>, Slot<'_>) -> Result<(), Failed>) {
        let mut values = Vec::with_capacity(self.args.len());
        for &row in self.rows {
            values.clear();
            values.extend(self.args.iter().map(|arg| arg.get(row)));
            if let Err(Failed { fault, argument }) = compute(Args::new(&values), self.out.slot(row)) {
                self.faults.add(row, self.site, fault, values.get(argument).copied());
            }
        }
    }

    /// Notes the first record of which `CST` was read as the time of North America, if `took_central` says that there is
    /// one; `read` is how the arguments were read.
    pub fn note_central(&mut self, took_central: bool, read: impl Fn(&[u8]) -> Option<Timestamp>) {
        if !took_central {
            return;
        }
        let times = &self.env.times;
        let is_central = |row: &u32| {
            self.args.iter().any(|arg| {
                let value = arg.get(*row);
                argument::spelled(value)
                    .is_some_and(|text| read(text).is_some_and(|time| times.names_central(text, time)))
            })
        };
        if let Some(row) = self.rows.iter().copied().find(|row| is_central(row)) {
            self.faults.central(row);
        }
    }

    /// The same where the arguments are read as all functions of time read them.
    pub fn note_known_central(&mut self, took_central: bool) {
        let times = &self.env.times;
        self.note_central(took_central, |text| times.read_any(text, None).ok());
    }

    /// What `prepare` made, as its own type.
    pub fn prepared<T: 'static>(&self) -> Option<&'a T> {
        self.prepared?.downcast_ref()
    }
}

/// What holds for all functions, unless the text of one says otherwise: for help and man page, in whole
/// sentences; paragraphs are separated by an empty line.
pub const RULES: &str = "A null argument gives null. An argument of a type that a function does not take is \
    a type error: the result is null, and the error is counted. Numbers are not text: `text(x)` makes a \
    number text, `number(x)` text a number; only `concat`, `format`, `mask` and `sha256` take values of \
    any type.\n\nUntyped text, as CSV has it, is text to a function of text and a number to a function of \
    numbers. Functions of time take times, text that spells one, and Unix epochs as `--time` reads \
    them.\n\nPositions count from 0, and lengths are in characters.";

/// All functions, sorted by name.
pub const FUNCTIONS: &[&FunctionDef] = &[
    &rounding::ABS,
    &convert::BOOL,
    &rounding::BUCKET,
    &rounding::CEIL,
    &cidr::CIDR,
    &concat::CONCAT,
    &contains::CONTAINS,
    &calendar::DAY,
    &contains::ENDS_WITH,
    &times::EPOCH,
    &power::EXP,
    &fixed::FIXED,
    &floor::FLOOR,
    &format::FORMAT,
    &times::FORMAT_TIME,
    &extreme::GREATEST,
    &nested::HAS,
    &calendar::HOUR,
    &origin::INPUT_FILE,
    &origin::INPUT_LINE,
    &nested::JSON,
    &nested::KEYS,
    &extreme::LEAST,
    &length::LENGTH,
    &power::LN,
    &power::LOG10,
    &case::LOWER,
    &privacy::MASK,
    &calendar::MINUTE,
    &calendar::MONTH,
    &origin::NOW,
    &convert::NUMBER,
    &power::POW,
    &regex::REGEX_EXTRACT,
    &regex::REGEX_REPLACE,
    &replace::REPLACE,
    &rounding::ROUND,
    &privacy::SHA256,
    &split::SPLIT,
    &power::SQRT,
    &contains::STARTS_WITH,
    &substr::SUBSTR,
    &convert::TEXT,
    &times::TIME,
    &trim::TRIM,
    &convert::TYPE_OF,
    &case::UPPER,
    &url::URL,
    &nested::VALUES,
    &calendar::WEEKDAY,
    &calendar::YEAR,
];

/// The function of a name.
pub fn find(name: &str) -> Option<&'static FunctionDef> {
    FUNCTIONS.binary_search_by(|row| row.name.cmp(name)).ok().and_then(|at| FUNCTIONS.get(at).copied())
}
