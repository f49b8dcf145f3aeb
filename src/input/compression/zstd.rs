//! zstd (RFC 8878).

use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::{State, Step, pump};
use super::{Broken, Compression, MAX_WINDOW, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "zstd", magics: &[&exactly(b"\x28\xb5\x2f\xfd")], unpack, padding: Padding::None };

/// Bytes of a block's header, which the decoder asks for together with the block before it.
const NEXT_HEADER: usize = 3;

fn unpack(intake: &mut Intake, outlet: &mut Outlet) -> Result<(), Broken> {
    let mut frame = Frame { decoder: Decoder::new()?, wanted: 0, holds_back: false };
    frame.decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW.ilog2()))?;
    pump(intake, outlet, |input, output| {
        let first = frame.holds_back.then(|| frame.decode(&[], output));
        match first {
            Some(step) if step.given > 0 || !matches!(step.state, State::Within) => step,
            _ => frame.decode(input, output),
        }
    })
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
