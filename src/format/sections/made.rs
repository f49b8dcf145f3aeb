//! Records that have a line of their own before them as they are: `7 12 30:` is the number of the section and the lengths
//! of the fields that were made anew, whose spellings follow it, one right after the other. Then a line end, and the record
//! as it stood.

use memchr::memchr;

/// What was made for one record.
pub(super) struct Made<'a> {
    /// The number of its section.
    pub section: u32,
    /// Where the record as it stood begins.
    pub line: usize,
    lengths: &'a [u8],
    /// Where the next field that was made begins.
    at: usize,
}

impl<'a> Made<'a> {
    /// What is before the record that `raw` holds, which begins at `start`; `None` if that is as it stood.
    pub(super) fn of(raw: &'a [u8], start: usize) -> Option<Self> {
        let line_end = memchr(b'\n', raw)?;
        let line = raw.get(..line_end)?;
        let (front, _) = line.split_at_checked(memchr(b':', line)?)?;
        let at = start + front.len() + 1;
        let mut made = Self { section: 0, line: start + line_end + 1, lengths: front, at };
        made.section = made.number()?;
        Some(made)
    }

    fn number(&mut self) -> Option<u32> {
        let end = memchr(b' ', self.lengths).unwrap_or(self.lengths.len());
        let digits = self.lengths.get(..end).filter(|digits| !digits.is_empty())?;
        self.lengths = self.lengths.get(end + 1..).unwrap_or(&[]);
        digits
            .iter()
            .try_fold(0_u32, |sum, &digit| sum.checked_mul(10)?.checked_add(digit.checked_sub(b'0')?.into()))
    }

    /// Where the next field that was made begins and ends.
    pub(super) fn next(&mut self) -> Option<(usize, usize)> {
        let len = self.number()? as usize;
        let start = self.at;
        self.at += len;
        Some((start, self.at))
    }
}

/// Appends such a line, with its end, for fields whose spellings end at these places of `text`; where that begins in `out`.
pub(super) fn write(section: u32, text: &[u8], ends: &[usize], out: &mut Vec<u8>) -> usize {
    let mut digits = itoa::Buffer::new();
    out.extend_from_slice(digits.format(section).as_bytes());
    let mut start = 0;
    for end in ends {
        out.push(b' ');
        out.extend_from_slice(digits.format(end - start).as_bytes());
        start = *end;
    }
    out.push(b':');
    let at = out.len();
    out.extend_from_slice(text);
    out.push(b'\n');
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_found_again() {
        let mut bytes = b"before\n".to_vec();
        let at = write(12, b"[1]a:b", &[3, 3, 6], &mut bytes);
        bytes.extend_from_slice(b"1\ta:b");
        let mut made = Made::of(&bytes[7..], 7).unwrap();
        assert_eq!((made.section, &bytes[made.line..]), (12, &b"1\ta:b"[..]));
        let spans = [made.next(), made.next(), made.next(), made.next()];
        assert_eq!(spans, [Some((at, at + 3)), Some((at + 3, at + 3)), Some((at + 3, at + 6)), None]);
        assert!(Made::of(b"1\ta:b", 0).is_none());
    }

    #[test]
    fn a_line_of_nothing_but_a_section() {
        let mut bytes = Vec::new();
        write(7, b"", &[], &mut bytes);
        assert_eq!(bytes, b"7:\n");
        assert_eq!(Made::of(&bytes, 0).map(|made| (made.section, made.line)), Some((7, 3)));
    }
}
