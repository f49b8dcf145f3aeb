//! Numbers of a column at one power of ten, in 64 bits each: what aggregates add and compare.

use std::ops::Range;

use super::loaded::short_of;
use super::{Cell, Form, Loaded};
use crate::value::Value;
use crate::value::number::short::{self, Short};

/// For each record a number, as `mantissa / 10^decimals` with the same `decimals` for all.
#[derive(Clone, Default, Debug)]
pub struct Decimals {
    mantissas: Vec<i64>,
    decimals: u8,
}

/// What stands for one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decimal {
    /// A number with [`Decimals::decimals`] digits behind the point.
    Number(i64),
    /// Null.
    Null,
    /// Something else: text, a time, a long number.
    Other,
}

/// Stands for null. No number of 18 digits is near these.
const NULL: i64 = i64::MIN;
const OTHER: i64 = i64::MIN + 1;
/// Mantissas stay below this in magnitude.
const MOST: i64 = 1_000_000_000_000_000_000;
/// Digits behind the point that a column may come to have; a number with more is taken as something else.
const FINEST: u8 = 9;

const POWERS: [i64; FINEST as usize + 1] = {
    let mut powers = [1; FINEST as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

impl Decimal {
    #[inline]
    fn of(mantissa: i64) -> Self {
        match mantissa {
            OTHER => Self::Other,
            NULL => Self::Null,
            mantissa => Self::Number(mantissa),
        }
    }
}

/// The records, if none is left out between the first and the last of them: then lists can be gone through side by side.
pub(super) fn dense(rows: &[u32]) -> Option<Range<usize>> {
    let (first, last) = (*rows.first()? as usize, *rows.last()? as usize);
    (last - first + 1 == rows.len()).then_some(first..last + 1)
}

impl Decimals {
    /// The numbers of the records `rows`; other places are undefined.
    pub fn of(values: &Loaded<'_>, rows: &[u32]) -> Self {
        let places = rows.last().map_or(0, |last| *last as usize + 1);
        let mut all = Self { mantissas: vec![NULL; places], decimals: 0 };
        match values {
            Loaded::Cells(cells) => {
                let bytes = cells.bytes();
                match dense(rows).and_then(|range| Some((range.start, cells.of_records(range)?))) {
                    Some((first, cells)) => {
                        let read = (first..).zip(cells).map(|(row, cell)| (row, of_cell(*cell, bytes)));
                        all.fill(read);
                    }
                    None => all.fill(rows.iter().map(|&row| (row as usize, of_cell(cells.cell(row), bytes)))),
                }
            }
            _ => all.fill(rows.iter().map(|&row| (row as usize, of_value(values.get(row))))),
        }
        all
    }

    /// Goes through the records `rows`: what stands for each, and what stands for it in `beside`, a list aligned to the
    /// batch.
    #[inline]
    pub fn each(&self, rows: &[u32], beside: &[u32], mut take: impl FnMut(u32, u32, Decimal)) {
        let whole =
            dense(rows).and_then(|range| Some((self.mantissas.get(range.clone())?, beside.get(range)?)));
        if let Some((mantissas, beside)) = whole {
            for (&row, (&mantissa, &other)) in rows.iter().zip(mantissas.iter().zip(beside)) {
                take(row, other, Decimal::of(mantissa));
            }
            return;
        }
        for &row in rows {
            if let (Some(&mantissa), Some(&other)) =
                (self.mantissas.get(row as usize), beside.get(row as usize))
            {
                take(row, other, Decimal::of(mantissa));
            }
        }
    }

    /// What stands for a record.
    #[inline]
    pub fn get(&self, row: u32) -> Decimal {
        self.mantissas.get(row as usize).map_or(Decimal::Null, |&mantissa| Decimal::of(mantissa))
    }

    /// Digits behind the point.
    #[inline]
    pub fn decimals(&self) -> u8 {
        self.decimals
    }

    #[inline]
    fn fill(&mut self, read: impl Iterator<Item = (usize, Result<Short, i64>)>) {
        for (row, read) in read {
            let mantissa = match read {
                Ok(Short { mantissa, decimals }) if decimals == self.decimals => mantissa,
                Ok(short) => self.aligned(short),
                Err(other) => other,
            };
            if let Some(place) = self.mantissas.get_mut(row) {
                *place = mantissa;
            }
        }
    }

    /// The mantissa of a number at the column's power of ten, which becomes finer if need be.
    #[inline(never)]
    fn aligned(&mut self, Short { mantissa, decimals }: Short) -> i64 {
        if decimals > self.decimals {
            if decimals > FINEST {
                return OTHER;
            }
            let power = power(decimals - self.decimals);
            for known in self.mantissas.iter_mut().filter(|known| **known > OTHER) {
                *known = scaled(*known, power);
            }
            self.decimals = decimals;
            return mantissa;
        }
        scaled(mantissa, power(self.decimals - decimals))
    }
}

fn power(digits: u8) -> i64 {
    POWERS.get(usize::from(digits)).copied().unwrap_or(MOST)
}

#[inline]
fn scaled(mantissa: i64, power: i64) -> i64 {
    match mantissa.checked_mul(power) {
        Some(scaled) if scaled.abs() < MOST => scaled,
        _ => OTHER,
    }
}

#[inline]
fn of_cell(cell: Cell, bytes: &[u8]) -> Result<Short, i64> {
    match cell.form {
        Form::Missing | Form::Null | Form::NullText => Err(NULL),
        _ => short_of(cell, bytes).ok_or(OTHER),
    }
}

fn of_value(value: Value<'_>) -> Result<Short, i64> {
    match value {
        Value::Null => Err(NULL),
        Value::Spelled(text) => short::read(text, 0, text.len()).ok_or(OTHER),
        Value::Untyped(text) => short::read(text, 0, text.len()).ok_or(OTHER),
        Value::Number(number) => {
            let (negative, coefficient, exponent) = number.parts();
            let decimals = u8::try_from(-exponent).map_err(|_| OTHER)?;
            let mantissa =
                i64::try_from(coefficient).ok().filter(|mantissa| *mantissa < MOST).ok_or(OTHER)?;
            Ok(Short { mantissa: if negative { -mantissa } else { mantissa }, decimals })
        }
        _ => Err(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Made;

    #[test]
    fn all_numbers_come_to_the_finest_power() {
        let mut made = Made::default();
        for text in ["3", "1.25", "x", "-0.5", "1e3", "0.0000000001", "99999999999999999", "12"] {
            made.push(Value::Untyped(text.as_bytes()));
        }
        made.push(Value::Null);
        let rows: Vec<u32> = (0..9).collect();
        let decimals = Decimals::of(&Loaded::Owned(made), &rows);
        use Decimal::{Null, Number, Other};
        assert_eq!(decimals.decimals(), 2);
        let found: Vec<Decimal> = rows.iter().map(|&row| decimals.get(row)).collect();
        assert_eq!(
            found,
            [Number(300), Number(125), Other, Number(-50), Other, Other, Other, Number(1200), Null]
        );
    }
}
