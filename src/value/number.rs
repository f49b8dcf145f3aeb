//! Exact decimal numbers.
#![allow(missing_docs)]
/// Stand-in until the real one lands on this branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number {
    low: u64,
    high: u64,
    exponent: i16,
    negative: bool,
}
#[derive(Debug)]
pub struct Overflow;
impl Number {
    pub fn parse(_: &[u8]) -> Option<Result<Number, Overflow>> {
        None
    }
    pub fn is_json(_: &[u8]) -> bool {
        false
    }
    pub fn is_canonical(_: &[u8]) -> bool {
        false
    }
    pub fn order_bytes(self, _: &mut Vec<u8>) {}
    pub fn write(self, _: &mut Vec<u8>) {}
    pub fn from_u64(n: u64) -> Self {
        Number { low: n, high: 0, exponent: 0, negative: false }
    }
}
