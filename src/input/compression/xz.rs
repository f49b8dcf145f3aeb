//! xz.

use liblzma::stream::{Action, Error, Status, Stream};

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::{State, Step, pump};
use super::windows::{FREE, Held, Unreadable, Windows};
use super::{Broken, Compression, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "xz", magics: &[&exactly(b"\xfd7zXZ\0")], unpack, padding: Padding::ZerosByFour };

/// What a decoder takes beside the dictionary.
const AROUND: u64 = 1 << 20;

fn unpack(intake: &mut Intake, outlet: &mut Outlet, windows: &Windows) -> Result<(), Broken> {
    let mut decoder = Stream::new_stream_decoder(FREE + AROUND, 0).map_err(std::io::Error::from)?;
    let mut held = Ok(None);
    let pumped = pump(intake, outlet, |input, output| {
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let state = loop {
            let input = input.get((decoder.total_in() - taken) as usize..).unwrap_or(&[]);
            let output = output.get_mut((decoder.total_out() - given) as usize..).unwrap_or(&mut []);
            match decoder.process(input, output, Action::Run) {
                Ok(Status::StreamEnd) => break State::AtEnd,
                Ok(_) => break State::Within,
                Err(Error::MemLimit) => {
                    held = raise_limit(&mut decoder, windows).map(Some);
                    if held.is_err() {
                        break State::Damaged(String::new());
                    }
                }
                Err(error) => break State::Damaged(reason(&error).to_owned()),
            }
        };
        Step { taken: decoder.total_in() - taken, given: decoder.total_out() - given, state }
    });
    held?;
    pumped
}

/// Lets a decoder have the memory that it asks for, if there may be as much. The decoder says it by the limits that it takes.
fn raise_limit<'a>(decoder: &mut Stream, windows: &'a Windows) -> Result<Held<'a>, Unreadable> {
    let (mut too_low, mut limit) = (FREE, 2 * FREE);
    while decoder.set_memlimit(limit).is_err() && limit < u64::MAX / 2 {
        (too_low, limit) = (limit, 2 * limit);
    }
    while limit - too_low > AROUND {
        let between = too_low + (limit - too_low) / 2;
        match decoder.set_memlimit(between) {
            Ok(()) => limit = between,
            Err(_) => too_low = between,
        }
    }
    let held = windows.hold(ROW.name, "dictionary", limit)?;
    // A limit that it took before.
    let _ = decoder.set_memlimit(limit);
    Ok(held)
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::Mem => "no memory for its dictionary",
        Error::Options | Error::UnsupportedCheck => "it uses what this decoder does not know",
        _ => "a block is corrupt, or its checksum is wrong",
    }
}
