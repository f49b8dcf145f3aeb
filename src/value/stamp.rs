//! A stamp: a time with its spelling, so that it is ordered, compared and counted as the time that it is and
//! leaves as it was spelled.

use super::Value;
use crate::time::Timestamp;

/// What a stamp is where its spelling counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// Text.
    Text,
    /// Text of a format without types.
    Untyped,
    /// A JSON number: an epoch.
    Number,
}

/// A time with its spelling, as one run of bytes: a byte that says what the spelling is and whether the time is
/// known, the time, and the spelling. A view, like the other values that are bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a>(&'a [u8]);

/// The bytes before the spelling: one for its kind, eight for seconds, four for nanoseconds.
const HEAD: usize = 13;

/// Added to the code of a spelling whose stamp has no year that is known, and so no time.
const YEARLESS: u8 = 4;

impl<'a> Stamp<'a> {
    /// Appends a stamp. No `time`: the spelling lacks the year, which nobody gave.
    pub fn write(time: Option<Timestamp>, kind: Spelling, spelling: &[u8], out: &mut Vec<u8>) {
        let code = match kind {
            Spelling::Text => 0,
            Spelling::Untyped => 1,
            Spelling::Number => 2,
        };
        out.push(if time.is_some() { code } else { code | YEARLESS });
        let (seconds, nanos) = time.map_or((0, 0), |time| (time.seconds(), time.nanos()));
        out.extend_from_slice(&seconds.to_be_bytes());
        out.extend_from_slice(&nanos.to_be_bytes());
        out.extend_from_slice(spelling);
    }

    /// The stamp that [`Self::write`] wrote. `None` if the bytes are damaged.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, _) = bytes.split_first_chunk::<HEAD>()?;
        let known = head[0] & !YEARLESS <= 2 && head[0] & !(YEARLESS | 3) == 0;
        let stamp = Self(bytes);
        (known && (head[0] & YEARLESS != 0 || stamp.time().is_some())).then_some(stamp)
    }

    /// The time; `None` if the spelling has no year and none is known.
    #[inline]
    pub fn time(self) -> Option<Timestamp> {
        let (&[code, s1, s2, s3, s4, s5, s6, s7, s8, n1, n2, n3, n4], _) = self.0.split_first_chunk()?;
        if code & YEARLESS != 0 {
            return None;
        }
        let seconds = i64::from_be_bytes([s1, s2, s3, s4, s5, s6, s7, s8]);
        Timestamp::new(seconds, u32::from_be_bytes([n1, n2, n3, n4]))
    }

    /// The spelling, without quotes and escapes.
    #[inline]
    pub fn spelling(self) -> &'a [u8] {
        self.0.get(HEAD..).unwrap_or(&[])
    }

    /// All bytes, for [`Self::read`].
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The value that the spelling is without the time.
    pub fn plain(self) -> Value<'a> {
        let spelling = self.spelling();
        match self.kind() {
            Spelling::Text => Value::Text(spelling),
            Spelling::Untyped => Value::Untyped(spelling),
            Spelling::Number => Value::Spelled(spelling),
        }
    }

    /// Whether the spelling is a number: an epoch, which beside a number is one.
    pub fn is_epoch(self) -> bool {
        match self.kind() {
            Spelling::Text => false,
            Spelling::Untyped => self.plain().as_number().is_some(),
            Spelling::Number => true,
        }
    }

    fn kind(self) -> Spelling {
        match self.0.first().map(|code| code & !YEARLESS) {
            Some(0) => Spelling::Text,
            Some(2) => Spelling::Number,
            _ => Spelling::Untyped,
        }
    }
}

impl std::fmt::Debug for Stamp<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?} of {:?}", self.plain(), self.time())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_keeps_its_time_and_its_spelling() {
        for (time, kind, spelling) in [
            (Timestamp::new(-1, 999_999_999), Spelling::Text, &b"1969-12-31T23:59:59.999999999Z"[..]),
            (Timestamp::new(1_715_677_100, 0), Spelling::Number, b"1715677100"),
            (Some(Timestamp::MAX), Spelling::Untyped, b""),
            (None, Spelling::Untyped, b"Feb  2 20:45:07"),
        ] {
            let mut bytes = Vec::new();
            Stamp::write(time, kind, spelling, &mut bytes);
            let stamp = Stamp::read(&bytes).unwrap();
            assert_eq!((stamp.time(), stamp.spelling()), (time, spelling));
            assert_eq!(stamp.is_epoch(), kind == Spelling::Number);
            for cut in 0..HEAD {
                assert_eq!(Stamp::read(&bytes[..cut]), None);
            }
        }
        assert_eq!(Stamp::read(&[0xff; HEAD]), None);
        assert_eq!(Stamp::read(&[3; HEAD]), None);
    }
}
