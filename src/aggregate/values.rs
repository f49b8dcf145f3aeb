//! The values of a group for quantiles: all of them, or numbers counted in buckets where they are many.

use super::amount::{MIXED, NO_YEAR, NOT_A_NUMBER, OVERFLOW, TOO_LONG, number};
use super::buckets::Buckets;
use super::each::Scaled;
use super::long_numbers::LongNumbers;
use super::saved;
use crate::record::{Fault, Slot};
use crate::time::{Duration, Timestamp};
use crate::value::{Between, Exact, Number, Value};

const EMPTY: u8 = 0;
const NUMBERS: u8 = 1;
const BUCKETS: u8 = 2;
const TIMES: u8 = 3;
const DURATIONS: u8 = 4;
const MIXED_KINDS: u8 = 5;
const LONG: u8 = 6;

/// A function of the multiset of the values alone.
#[derive(Default)]
pub(super) enum Values {
    /// None yet.
    #[default]
    Empty,
    /// Numbers, all kept.
    Numbers(Vec<Number>),
    /// Numbers, all kept; some have more than 38 digits.
    Long(Box<LongNumbers>),
    /// Numbers, counted.
    Buckets(Box<Buckets>),
    /// Times, all kept.
    Times(Vec<Timestamp>),
    /// Durations, all kept.
    Durations(Vec<Duration>),
    /// Of several kinds: there is no quantile, whatever follows.
    Mixed,
}

impl Values {
    /// Adds a value; numbers are counted in buckets when there are more than `most`.
    #[inline]
    pub(super) fn add(&mut self, value: Value<'_>, most: usize) -> Result<(), Fault> {
        match value {
            Value::Stamp(stamp) if !stamp.is_epoch() => self.add_time(stamp.time().ok_or(NO_YEAR)?),
            Value::Time(time) => self.add_time(time),
            Value::Duration(duration) => self.add_duration(duration),
            _ => match number(value)? {
                Exact::Short(number) => self.add_number(number, most),
                long => self.add_long(long, value, most),
            },
        }
        Ok(())
    }

    /// Adds a short number.
    #[inline]
    pub(super) fn add_scaled(&mut self, scaled: Scaled, most: usize) {
        match self {
            Self::Buckets(buckets) => buckets.add_scaled(scaled),
            _ => self.add_number(scaled.number(), most),
        }
    }

    /// Writes the quantile `q`; null without values.
    pub(super) fn quantile(&self, q: Number, out: Slot<'_>) -> Result<(), Fault> {
        match self {
            Self::Empty => out.null(),
            Self::Numbers(numbers) => {
                let between = place(numbers.len(), q)?;
                let (low, high) = neighbours(numbers.clone(), &between).ok_or(NOT_A_NUMBER)?;
                out.number(between.of(low, high).map_err(|_| OVERFLOW)?);
            }
            Self::Long(numbers) => {
                let between = place(numbers.len(), q)?;
                let (low, high) = neighbours(numbers.exact(), &between).ok_or(NOT_A_NUMBER)?;
                out.number(between.of_wide(&low.to_wide(), &high.to_wide()).map_err(|_| OVERFLOW)?);
            }
            Self::Buckets(buckets) => {
                let between = Between::new(buckets.count(), q).ok_or(OVERFLOW)?;
                let (low, high) = (buckets.at(between.rank()), buckets.at(between.rank() + 1));
                out.number(between.of(low, high).map_err(|_| OVERFLOW)?);
            }
            Self::Times(times) => {
                let between = place(times.len(), q)?;
                let (low, high) = neighbours(times.clone(), &between).ok_or(NOT_A_NUMBER)?;
                let gap = between.whole(0, high.since(low).to_nanos()).and_then(Duration::from_nanos);
                out.time(gap.and_then(|gap| low.checked_add(gap)).ok_or(TOO_LONG)?);
            }
            Self::Durations(durations) => {
                let between = place(durations.len(), q)?;
                let (low, high) = neighbours(durations.clone(), &between).ok_or(NOT_A_NUMBER)?;
                let nanos = between.whole(low.to_nanos(), high.to_nanos());
                out.duration(nanos.and_then(Duration::from_nanos).ok_or(TOO_LONG)?);
            }
            Self::Mixed => return Err(MIXED),
        }
        Ok(())
    }

    /// Appends the saved form: the kind, then what it holds.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => out.push(EMPTY),
            Self::Numbers(numbers) => save_list(NUMBERS, numbers, saved::write_number, out),
            Self::Long(numbers) => {
                out.push(LONG);
                numbers.save(out);
            }
            Self::Times(times) => save_list(TIMES, times, saved::write_time, out),
            Self::Durations(durations) => save_list(DURATIONS, durations, saved::write_duration, out),
            Self::Buckets(buckets) => {
                out.push(BUCKETS);
                buckets.save(out);
            }
            Self::Mixed => out.push(MIXED_KINDS),
        }
    }

    /// Adds a saved form; `None` if the bytes are damaged.
    pub(super) fn absorb(&mut self, from: &mut &[u8], most: usize) -> Option<()> {
        match saved::read_byte(from)? {
            EMPTY => Some(()),
            NUMBERS => load_list(from, saved::read_number, |number| self.add_number(number, most)),
            TIMES => load_list(from, saved::read_time, |time| self.add_time(time)),
            DURATIONS => load_list(from, saved::read_duration, |duration| self.add_duration(duration)),
            LONG => {
                for _ in 0..saved::read_count(from)? {
                    let value = Value::Untyped(saved::read_bytes(from)?);
                    self.add(value, most).ok()?;
                }
                Some(())
            }
            BUCKETS => self.absorb_buckets(from),
            MIXED_KINDS => {
                *self = Self::Mixed;
                Some(())
            }
            _ => None,
        }
    }

    /// Bytes held on the heap.
    #[inline]
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Empty | Self::Mixed => 0,
            Self::Numbers(numbers) => numbers.capacity() * size_of::<Number>(),
            Self::Long(numbers) => numbers.heap_bytes(),
            Self::Buckets(buckets) => size_of::<Buckets>() + buckets.heap_bytes(),
            Self::Times(times) => times.capacity() * size_of::<Timestamp>(),
            Self::Durations(durations) => durations.capacity() * size_of::<Duration>(),
        }
    }

    #[inline]
    fn add_number(&mut self, number: Number, most: usize) {
        match self {
            Self::Buckets(buckets) => buckets.add(number),
            Self::Long(numbers) => {
                numbers.push(number);
                self.count_if_many(most);
            }
            Self::Numbers(numbers) => {
                numbers.push(number);
                if numbers.len() > most {
                    *self = Self::Buckets(counted(numbers));
                }
            }
            Self::Empty => *self = Self::Numbers(vec![number]),
            _ => *self = Self::Mixed,
        }
    }

    /// Adds a number of more than 38 digits, as `value` spells it.
    #[cold]
    fn add_long(&mut self, long: Exact<'_>, value: Value<'_>, most: usize) {
        let numbers = match self {
            Self::Buckets(buckets) => {
                // What is counted is not exact.
                return long.rounded().into_iter().for_each(|number| buckets.add(number));
            }
            Self::Long(numbers) => numbers,
            Self::Empty | Self::Numbers(_) => {
                let mut long = LongNumbers::default();
                if let Self::Numbers(numbers) = self {
                    numbers.iter().for_each(|&number| long.push(number));
                }
                *self = Self::Long(Box::new(long));
                let Self::Long(numbers) = self else { return };
                numbers
            }
            _ => return *self = Self::Mixed,
        };
        if let Value::Spelled(text) | Value::Untyped(text) = value {
            numbers.push_spelled(text);
        }
        self.count_if_many(most);
    }

    /// Counts long numbers in buckets where they are too many.
    fn count_if_many(&mut self, most: usize) {
        if let Self::Long(numbers) = self
            && numbers.len() > most
        {
            let rounded: Vec<Number> = numbers.rounded();
            *self = Self::Buckets(counted(&rounded));
        }
    }

    fn add_time(&mut self, time: Timestamp) {
        match self {
            Self::Times(times) => times.push(time),
            Self::Empty => *self = Self::Times(vec![time]),
            _ => *self = Self::Mixed,
        }
    }

    fn add_duration(&mut self, duration: Duration) {
        match self {
            Self::Durations(durations) => durations.push(duration),
            Self::Empty => *self = Self::Durations(vec![duration]),
            _ => *self = Self::Mixed,
        }
    }

    fn absorb_buckets(&mut self, from: &mut &[u8]) -> Option<()> {
        let mut buckets = match std::mem::take(self) {
            Self::Buckets(buckets) => buckets,
            Self::Empty => Box::default(),
            Self::Numbers(numbers) => counted(&numbers),
            Self::Long(numbers) => counted(&numbers.rounded()),
            _ => {
                *self = Self::Mixed;
                return Buckets::default().absorb(from);
            }
        };
        buckets.absorb(from)?;
        *self = Self::Buckets(buckets);
        Some(())
    }
}

/// The place of the quantile `q` among `n` values.
fn place(n: usize, q: Number) -> Result<Between, Fault> {
    Between::new(n as u64, q).ok_or(OVERFLOW)
}

/// The values of the rank and of the next one, or twice the last; `None` if there are none.
fn neighbours<T: Ord + Copy>(mut values: Vec<T>, between: &Between) -> Option<(T, T)> {
    let rank = usize::try_from(between.rank()).ok().filter(|&rank| rank < values.len())?;
    let (_, low, above) = values.select_nth_unstable(rank);
    let low = *low;
    Some((low, above.iter().min().copied().unwrap_or(low)))
}

fn counted(numbers: &[Number]) -> Box<Buckets> {
    let mut buckets = Box::<Buckets>::default();
    numbers.iter().for_each(|&number| buckets.add(number));
    buckets
}

fn save_list<T: Copy>(kind: u8, list: &[T], write: fn(T, &mut Vec<u8>), out: &mut Vec<u8>) {
    out.push(kind);
    saved::write_count(list.len() as u64, out);
    list.iter().for_each(|&value| write(value, out));
}

fn load_list<T>(from: &mut &[u8], read: fn(&mut &[u8]) -> Option<T>, mut add: impl FnMut(T)) -> Option<()> {
    for _ in 0..saved::read_count(from)? {
        add(read(from)?);
    }
    Some(())
}
