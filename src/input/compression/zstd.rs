//! zstd (RFC 8878).

use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::{State, Step, more, pump};
use super::windows::{FREE, Unreadable, Windows};
use super::{Broken, Compression, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "zstd", magics: &[&exactly(b"\x28\xb5\x2f\xfd")], unpack, padding: Padding::None };

/// Bytes of a block's header, which the decoder asks for together with the block before it.
const NEXT_HEADER: usize = 3;

/// The longest window that the decoder knows, as a power of two.
const LONGEST: u32 = 31;

fn unpack(intake: &mut Intake, outlet: &mut Outlet, windows: &Windows) -> Result<(), Broken> {
    let front = read_front(intake, outlet)?;
    if front.dictionary != 0 {
        return Err(Unreadable::Dictionary { name: ROW.name, id: front.dictionary }.into());
    }
    let window = front.window.max(FREE);
    let log = window.next_power_of_two().ilog2();
    if log > LONGEST {
        return Err(Unreadable::TooLong { name: ROW.name, bytes: window }.into());
    }
    // A decoder takes no more than what comes out at most.
    let _held = windows.hold(ROW.name, "window", front.window.min(front.content.unwrap_or(u64::MAX)))?;
    let mut frame = Frame { decoder: Decoder::new()?, wanted: 0, holds_back: false };
    frame.decoder.set_parameter(DParameter::WindowLogMax(log))?;
    pump(intake, outlet, |input, output| {
        let first = frame.holds_back.then(|| frame.decode(&[], output));
        match first {
            Some(step) if step.given > 0 || !matches!(step.state, State::Within) => step,
            _ => frame.decode(input, output),
        }
    })
}

/// What the front of a frame says (RFC 8878, section 3.1.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Front {
    /// Bytes of the window.
    window: u64,
    /// Bytes that the frame holds, where it says so.
    content: Option<u64>,
    /// The number of the dictionary; 0 for none.
    dictionary: u32,
}

/// Reads the front of a frame and leaves it where it is. Of one that ends too early the decoder says so.
fn read_front(intake: &mut Intake, outlet: &mut Outlet) -> Result<Front, Broken> {
    loop {
        if let Some(front) = Front::of(intake.bytes()) {
            return Ok(front);
        }
        if !more(intake, outlet)? {
            return Ok(Front::default());
        }
    }
}

impl Front {
    /// The front of a frame; `None` while more bytes are needed.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(4..)?;
        let mut number = |len: usize| {
            let (number, behind) = rest.split_at_checked(len)?;
            rest = behind;
            Some(number.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)))
        };
        let flags = number(1)?;
        let is_single = flags & 0x20 != 0;
        let window = if is_single { None } else { Some(number(1)?) };
        let dictionary = number(match flags & 3 {
            3 => 4,
            len => len as usize,
        })?;
        let content = match (flags >> 6, is_single) {
            (0, false) => None,
            (0, true) => Some(number(1)?),
            (1, _) => Some(number(2)? + 256),
            (2, _) => Some(number(4)?),
            _ => Some(number(8)?),
        };
        let of_window = |byte: u64| {
            let base = 1 << (10 + (byte >> 3));
            base + base / 8 * (byte & 7)
        };
        let window = window.map(of_window).or(content).unwrap_or(0);
        Some(Self { window, content, dictionary: dictionary as u32 })
    }
}

/// A frame while it is decoded.
///
/// A call that fails loses what it made before. So no call gets more than what one block needs, and none gets
/// anything before the block before has left: then what comes out in front of damage is always the same.
struct Frame<'a> {
    decoder: Decoder<'a>,
    /// How many bytes the decoder asks for.
    wanted: usize,
    /// The output was too short for all that the decoder has.
    holds_back: bool,
}

impl Frame<'_> {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let most = self.wanted.saturating_sub(NEXT_HEADER).max(1);
        let input = input.get(..most).unwrap_or(input);
        match self.decoder.run_on_buffers(input, output) {
            Ok(status) => {
                self.wanted = status.remaining;
                self.holds_back = status.bytes_written == output.len();
                let state = if status.remaining == 0 { State::AtEnd } else { State::Within };
                Step { taken: status.bytes_read as u64, given: status.bytes_written as u64, state }
            }
            Err(error) => Step { taken: 0, given: 0, state: State::Damaged(reason(&error.to_string())) },
        }
    }
}

/// The decoder's words for what was wrong, in lower case.
fn reason(words: &str) -> String {
    words.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_are_read() {
        let front = |flags: u8, rest: &[u8]| {
            let bytes = [b"\x28\xb5\x2f\xfd", &[flags][..], rest].concat();
            for len in 0..bytes.len() {
                assert_eq!(Front::of(&bytes[..len]), None);
            }
            Front::of(&bytes).unwrap()
        };
        let of = |window, content, dictionary| Front { window, content, dictionary };
        assert_eq!(front(0x00, &[0x58]), of(2 << 20, None, 0));
        assert_eq!(front(0x00, &[0x90 | 3]), of((1 << 28) / 8 * 11, None, 0));
        assert_eq!(front(0x20, &[7]), of(7, Some(7), 0));
        assert_eq!(front(0x60, &[1, 0]), of(257, Some(257), 0));
        assert_eq!(front(0x81, &[0xa8, 9, 4, 3, 2, 1]), of(1 << 31, Some(0x0102_0304), 9));
        assert_eq!(front(0xc3, &[0, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 0]), of(1024, Some(1), 0x0403_0201));
        assert_eq!(front(0x02, &[0xff, 1, 2]), of((1 << 41) / 8 * 15, None, 0x0201));
    }
}
