//! Arguments as the types that functions want: the values of one record, and literals known before.

use bstr::ByteSlice;

use super::{Argument, BadArgument};
use crate::record::{Env, Fault};
use crate::time::{NotATime, Timestamp, propose};
use crate::value::{Exact, Number, Value};

/// The arguments of a call for one record.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a>(&'a [Value<'a>]);

/// Why a call gave null, and which of its arguments the report shows, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failed {
    /// What was wrong.
    pub fault: Fault,
    /// With which argument.
    pub argument: usize,
}

impl Failed {
    /// A fault of one argument.
    pub fn of(argument: usize, reason: &'static str) -> Self {
        Self { fault: Fault(reason), argument }
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, argument: 0 }
    }
}

impl<'a> Args<'a> {
    /// Arguments in their order.
    pub fn new(values: &'a [Value<'a>]) -> Self {
        Self(values)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether one is null.
    pub fn any_null(self) -> bool {
        self.0.iter().any(|value| value.is_null())
    }

    /// All, in order.
    pub fn values(self) -> &'a [Value<'a>] {
        self.0
    }

    /// One argument; null where none was given.
    pub fn value(self, index: usize) -> Value<'a> {
        self.0.get(index).copied().unwrap_or(Value::Null)
    }

    /// An argument that must be text.
    pub fn text(self, index: usize) -> Result<&'a [u8], Failed> {
        text(self.value(index)).map_err(|fault| Failed { fault, argument: index })
    }

    /// An argument that must be a number.
    pub fn number(self, index: usize) -> Result<Number, Failed> {
        number(self.value(index)).map_err(|fault| Failed { fault, argument: index })
    }

    /// [`Self::number`] with all its digits.
    #[inline]
    pub fn exact(self, index: usize) -> Result<Exact<'a>, Failed> {
        exact(self.value(index)).map_err(|fault| Failed { fault, argument: index })
    }

    /// An argument that must be a whole number, say a position.
    pub fn whole(self, index: usize) -> Result<i64, Failed> {
        let number = self.number(index)?;
        number.to_i64().ok_or(Failed::of(index, "not a whole number"))
    }
}

/// Text, typed or not.
pub(super) fn text(value: Value<'_>) -> Result<&[u8], Fault> {
    value.as_text().ok_or(Fault("not text (see text(x))"))
}

/// A number, or untyped text that spells one, rounded if it has more than 38 digits.
#[inline]
pub(super) fn number(value: Value<'_>) -> Result<Number, Fault> {
    match value.as_few_digits() {
        Some(number) => Ok(number),
        None => exact_of_any(value)?.rounded().map_err(|_| OUT_OF_RANGE),
    }
}

/// A number, or untyped text that spells one, with all its digits.
#[inline]
pub(super) fn exact(value: Value<'_>) -> Result<Exact<'_>, Fault> {
    match value.as_few_digits() {
        Some(number) => Ok(Exact::Short(number)),
        None => exact_of_any(value),
    }
}

/// [`exact`] of what is not a number in few digits.
#[inline(never)]
fn exact_of_any(value: Value<'_>) -> Result<Exact<'_>, Fault> {
    value.as_exact().ok_or(match value.plain() {
        Value::Text(_) => Fault("not a number, but text (see number(x))"),
        Value::Untyped(text) if Number::parse(text).is_some() => OUT_OF_RANGE,
        _ => Fault("not a number"),
    })
}

/// A result that no number holds, or an argument that spells such a one.
pub(super) const OUT_OF_RANGE: Fault = Fault("a number out of range");

/// Reads the arguments of functions of time: times, text that spells one, and epochs.
pub(super) struct Times<'a> {
    env: &'a Env,
    /// Whether some `CST` was read as the time of North America.
    pub(super) took_central: bool,
    digits: Vec<u8>,
}

impl<'a> Times<'a> {
    /// A reader by the run's settings.
    pub(super) fn new(env: &'a Env) -> Self {
        Self { env, took_central: false, digits: Vec::new() }
    }

    /// The time that a value is or spells.
    pub(super) fn read(&mut self, value: Value<'_>) -> Result<Timestamp, Fault> {
        let read = match value {
            Value::Time(time) => return Ok(time),
            Value::Stamp(stamp) => stamp.time().ok_or(NotATime::NoYear),
            Value::Text(text) | Value::Untyped(text) => self.env.times.read_any(text, None),
            Value::Number(number) => self.read_epoch(number),
            Value::Spelled(_) => self.read_epoch(value.as_number().ok_or(OUT_OF_RANGE)?),
            _ => return Err(Fault("not a time")),
        };
        let time = read.map_err(|error| self.fault(value, error))?;
        if let Some(spelled) = spelled(value) {
            self.took_central |= self.env.times.takes_central(spelled, time);
        }
        Ok(time)
    }

    /// Why a value is not a time: where none of the known spellings is meant, what is wrong with the date.
    #[cold]
    fn fault(&self, value: Value<'_>, error: NotATime) -> Fault {
        let graver = match (error, value.as_text()) {
            (NotATime::Malformed, Some(text)) => propose(text, &self.env.zone).err(),
            _ => None,
        };
        Fault(graver.unwrap_or(error).reason())
    }

    fn read_epoch(&mut self, number: Number) -> Result<Timestamp, NotATime> {
        self.digits.clear();
        number.write(&mut self.digits);
        self.env.times.read_any_epoch(&self.digits)
    }
}

/// What a value that may be a stamp is spelled as.
#[inline]
pub(super) fn spelled(value: Value<'_>) -> Option<&[u8]> {
    match value {
        Value::Stamp(stamp) => Some(stamp.spelling()),
        Value::Text(text) | Value::Untyped(text) => Some(text),
        _ => None,
    }
}

/// A literal argument's text, if it is literal text or null (then nothing); `what` says what it is for.
pub(super) fn literal_text<'a>(
    args: &[Argument<'a>],
    index: usize,
    what: &str,
) -> Result<Option<&'a str>, BadArgument> {
    let bad = |reason: String| BadArgument { index, reason };
    match args.get(index) {
        Some(Argument::Literal(Value::Null)) => Ok(None),
        Some(Argument::Literal(Value::Text(text) | Value::Untyped(text))) => {
            text.to_str().map(Some).map_err(|_| bad(format!("{what} is not UTF-8")))
        }
        Some(Argument::Literal(other)) => Err(bad(format!("{what} is text, not a {}", other.type_name()))),
        Some(Argument::Size(_)) => Err(bad(format!("{what} is text, not a duration"))),
        Some(Argument::Computed) | None => Err(bad(format!("{what} must be literal text, in quotes"))),
    }
}
