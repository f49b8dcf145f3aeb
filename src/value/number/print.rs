//! Printing numbers in their one canonical form.

use std::fmt;

use super::Number;

impl Number {
    /// Appends the canonical form: no trailing zeros, no `-0`, plain digits from `1e-6` up to `1e21`, else one
    /// digit before the point and an exponent (`1.5e-7`, `1e21`).
    #[inline]
    pub fn write(self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let mut buffer = itoa::Buffer::new();
        if self.high != 0 {
            arrange(buffer.format(self.coefficient()).as_bytes(), self.exponent.into(), out);
            return;
        }
        let digits = buffer.format(self.low).as_bytes();
        if self.exponent == 0 {
            out.extend_from_slice(digits);
        } else {
            arrange(digits, self.exponent.into(), out);
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(48);
        self.write(&mut text);
        out.pad(&String::from_utf8_lossy(&text))
    }
}

/// Puts point, zeros and exponent to the digits of a nonzero coefficient.
fn arrange(digits: &[u8], exponent: i32, out: &mut Vec<u8>) {
    let adjusted = exponent + digits.len() as i32 - 1;
    let length = digits.iter().rposition(|&digit| digit != b'0').map_or(0, |last| last + 1);
    let (digits, _) = digits.split_at(length);
    match adjusted {
        0..21 => point(digits, adjusted as usize + 1, out),
        -6..0 => {
            let zeros = (-1 - adjusted) as usize;
            out.extend_from_slice(b"0.");
            out.resize(out.len() + zeros, b'0');
            out.extend_from_slice(digits);
        }
        _ => {
            point(digits, 1, out);
            out.push(b'e');
            out.extend_from_slice(itoa::Buffer::new().format(adjusted).as_bytes());
        }
    }
}

/// Writes the digits with a point after the first `whole` of them, filled up with zeros.
fn point(digits: &[u8], whole: usize, out: &mut Vec<u8>) {
    match digits.split_at_checked(whole) {
        Some((before, after)) => {
            out.extend_from_slice(before);
            if !after.is_empty() {
                out.push(b'.');
                out.extend_from_slice(after);
            }
        }
        None => {
            let end = out.len() + whole;
            out.extend_from_slice(digits);
            out.resize(end, b'0');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;
    use super::*;

    #[test]
    fn forms() {
        for (coefficient, exponent, shown) in [
            (0, 0, "0"),
            (0, 5, "0"),
            (1500, 0, "1500"),
            (15, 2, "1500"),
            (1500, -2, "15"),
            (1501, -2, "15.01"),
            (150, -3, "0.15"),
            (1, -6, "0.000001"),
            (10, -7, "0.000001"),
            (15, -8, "1.5e-7"),
            (1, 20, "100000000000000000000"),
            (1, 21, "1e21"),
            (123, 25, "1.23e27"),
            (10u128.pow(20), 0, "100000000000000000000"),
            (10u128.pow(20) + 1, -20, "1.00000000000000000001"),
            (10u128.pow(37), -43, "0.000001"),
        ] {
            let number = Number::from_parts(false, coefficient, exponent).unwrap();
            assert_eq!(text(number), shown);
            let negative = if number.is_zero() { shown.to_owned() } else { format!("-{shown}") };
            assert_eq!(text(number.neg()), negative);
        }
    }
}
