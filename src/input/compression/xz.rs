//! xz.

use liblzma::stream::{Action, Error, Status, Stream};

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::{State, Step, pump};
use super::{Broken, Compression, MAX_WINDOW, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "xz", magics: &[&exactly(b"\xfd7zXZ\0")], unpack, padding: Padding::ZerosByFour };

/// What a decoder may take: the dictionary, and something around it.
const MEMORY: u64 = MAX_WINDOW as u64 + (1 << 20);

fn unpack(intake: &mut Intake, outlet: &mut Outlet) -> Result<(), Broken> {
    let mut decoder = Stream::new_stream_decoder(MEMORY, 0).map_err(std::io::Error::from)?;
    pump(intake, outlet, |input, output| {
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let state = match decoder.process(input, output, Action::Run) {
            Ok(Status::StreamEnd) => State::AtEnd,
            Ok(_) => State::Within,
            Err(error) => State::Damaged(reason(&error).to_owned()),
        };
        Step { taken: decoder.total_in() - taken, given: decoder.total_out() - given, state }
    })
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::MemLimit => "its dictionary is larger than 128 MiB",
        Error::Mem => "no memory for its dictionary",
        Error::Options | Error::UnsupportedCheck => "it uses what this decoder does not know",
        _ => "a block is corrupt, or its checksum is wrong",
    }
}
