//! bzip2.

use bzip2::{Decompress, Error, Status};

use super::intake::Intake;
use super::magic::{Pattern, exactly, with};
use super::outlet::Outlet;
use super::pump::{State, Step, pump};
use super::windows::Windows;
use super::{Broken, Compression, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "bzip2", magics: &[&FULL, &EMPTY], unpack, padding: Padding::None };

/// The level, and the mark of a block: `BZh` alone might begin a text.
const FULL: [Pattern; 10] = with(exactly(b"BZh01AY&SY"), 3, (b'1', b'9'));

/// The level, and the mark of the end: a stream of nothing.
const EMPTY: [Pattern; 10] = with(exactly(b"BZh0\x17\x72\x45\x38\x50\x90"), 3, (b'1', b'9'));

fn unpack(intake: &mut Intake, outlet: &mut Outlet, _windows: &Windows) -> Result<(), Broken> {
    let mut decoder = Decompress::new(false);
    pump(intake, outlet, |input, output| {
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let state = match decoder.decompress(input, output) {
            Ok(Status::StreamEnd) => State::AtEnd,
            Ok(Status::MemNeeded) => State::Damaged("no memory for its block".to_owned()),
            Ok(_) => State::Within,
            Err(Error::Data) => State::Damaged("a block is corrupt, or its checksum is wrong".to_owned()),
            Err(error) => State::Damaged(error.to_string()),
        };
        Step { taken: decoder.total_in() - taken, given: decoder.total_out() - given, state }
    })
}
