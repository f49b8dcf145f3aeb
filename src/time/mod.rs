//! stand-in
#![allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}
impl Timestamp {
    pub const MIN: Self = Self { seconds: 0, nanos: 0 };
    pub const MAX: Self = Self { seconds: i64::MAX, nanos: 0 };
    pub fn order_bytes(self) -> [u8; 12] {
        [0; 12]
    }
    pub fn saturating_sub(self, _: Duration) -> Self {
        self
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    seconds: i64,
    nanos: u32,
}
impl Duration {
    pub fn parse(_: &[u8]) -> Option<Self> {
        None
    }
    pub fn order_bytes(self) -> [u8; 12] {
        [0; 12]
    }
    pub const ZERO: Self = Self { seconds: 0, nanos: 0 };
    pub fn write(&self, _: &mut Vec<u8>) {}
}
#[derive(Clone, Copy, Debug)]
pub enum Size {
    Exact(Duration),
}
#[derive(Debug)]
pub struct Zone;
#[derive(Debug)]
pub struct TimeReader;
#[derive(Debug)]
pub struct NotATime;
impl std::fmt::Display for NotATime {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl TimeReader {
    pub fn read(&self, _: &[u8]) -> Result<Timestamp, NotATime> {
        Err(NotATime)
    }
    pub fn read_epoch(&self, _: &[u8]) -> Result<Timestamp, NotATime> {
        Err(NotATime)
    }
}
pub fn write_rfc3339(_t: Timestamp, _zone: &Zone, _out: &mut Vec<u8>) {}
