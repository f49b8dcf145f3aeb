//! A point in time.

use super::{Duration, NANOS_PER_SECOND};

/// A point in time: 1 ns resolution, years 1 to 9999 in UTC, no leap seconds.
///
/// Kept as whole seconds since the Unix epoch, rounded down, and the nanoseconds above them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self { seconds: -62_135_596_800, nanos: 0 };
    /// 9999-12-31T23:59:59.999999999Z.
    pub const MAX: Self = Self { seconds: 253_402_300_799, nanos: NANOS_PER_SECOND - 1 };

    /// The point `seconds + nanos * 1e-9` after the Unix epoch; `None` outside the years 1 to 9999 or for
    /// a second's worth of nanoseconds.
    #[inline]
    pub const fn new(seconds: i64, nanos: u32) -> Option<Self> {
        if seconds >= Self::MIN.seconds && seconds <= Self::MAX.seconds && nanos < NANOS_PER_SECOND {
            Some(Self { seconds, nanos })
        } else {
            None
        }
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[inline]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds above [`Self::seconds`], below 1e9.
    #[inline]
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// The point `length` later; `None` outside the years 1 to 9999.
    #[inline]
    pub fn checked_add(self, length: Duration) -> Option<Self> {
        let sum = self.since_epoch().checked_add(length)?;
        Self::new(sum.seconds(), sum.nanos())
    }

    /// The point `length` earlier; `None` outside the years 1 to 9999.
    #[inline]
    pub fn checked_sub(self, length: Duration) -> Option<Self> {
        let difference = self.since_epoch().checked_sub(length)?;
        Self::new(difference.seconds(), difference.nanos())
    }

    /// The point `length` later, at most [`Self::MAX`] and at least [`Self::MIN`].
    #[inline]
    pub fn saturating_add(self, length: Duration) -> Self {
        let limit = if length.is_negative() { Self::MIN } else { Self::MAX };
        self.checked_add(length).unwrap_or(limit)
    }

    /// The point `length` earlier, at most [`Self::MAX`] and at least [`Self::MIN`].
    #[inline]
    pub fn saturating_sub(self, length: Duration) -> Self {
        let limit = if length.is_negative() { Self::MAX } else { Self::MIN };
        self.checked_sub(length).unwrap_or(limit)
    }

    /// The length from `other` to `self`, negative if `self` is the earlier one.
    #[inline]
    pub fn since(self, other: Self) -> Duration {
        let borrow = self.nanos < other.nanos;
        let nanos = if borrow { self.nanos + NANOS_PER_SECOND } else { self.nanos } - other.nanos;
        Duration::floored(self.seconds - other.seconds - i64::from(borrow), nanos)
    }

    /// Bytes whose order as unsigned bytes is the order of time.
    #[inline]
    pub fn order_bytes(self) -> [u8; 12] {
        self.since_epoch().order_bytes()
    }

    /// What lies `length` after the Unix epoch.
    pub(super) fn from_epoch(length: Duration) -> Option<Self> {
        Self::new(length.seconds(), length.nanos())
    }

    /// The length from the Unix epoch.
    #[inline]
    pub(super) fn since_epoch(self) -> Duration {
        Duration::floored(self.seconds, self.nanos)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nanos(t: Timestamp) -> i128 {
        i128::from(t.seconds) * 1_000_000_000 + i128::from(t.nanos)
    }

    fn any_timestamp() -> impl Strategy<Value = Timestamp> {
        (Timestamp::MIN.seconds..=Timestamp::MAX.seconds, 0..NANOS_PER_SECOND)
            .prop_map(|(seconds, nanos)| Timestamp { seconds, nanos })
    }

    #[test]
    fn limits() {
        assert_eq!(Timestamp::new(Timestamp::MIN.seconds - 1, 0), None);
        assert_eq!(Timestamp::new(Timestamp::MAX.seconds + 1, 0), None);
        assert_eq!(Timestamp::new(0, NANOS_PER_SECOND), None);
        let nano = Duration::from_nanos(1).unwrap();
        assert_eq!(Timestamp::MAX.checked_add(nano), None);
        assert_eq!(Timestamp::MIN.checked_sub(nano), None);
        assert_eq!(Timestamp::MAX.saturating_add(nano), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_sub(nano), Timestamp::MIN);
        assert_eq!(Timestamp::MIN.saturating_add(nano.checked_neg().unwrap()), Timestamp::MIN);
        assert_eq!(Timestamp::MAX.saturating_sub(nano.checked_neg().unwrap()), Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_nanoseconds(a in any_timestamp(), b in any_timestamp()) {
            let length = a.since(b);
            prop_assert_eq!(length.to_nanos(), nanos(a) - nanos(b));
            prop_assert_eq!(b.checked_add(length), Some(a));
            prop_assert_eq!(a.checked_sub(length), Some(b));
            prop_assert_eq!(a.order_bytes().cmp(&b.order_bytes()), nanos(a).cmp(&nanos(b)));
            prop_assert_eq!(a.cmp(&b), nanos(a).cmp(&nanos(b)));
        }
    }
}
