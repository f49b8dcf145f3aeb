//! gzip (RFC 1952).

use flate2::{Decompress, FlushDecompress, Status};

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::{State, Step, pump};
use super::windows::Windows;
use super::{Broken, Compression, Padding};

/// The registry row. GNU gzip takes zero bytes at the end too: tapes had them.
pub(super) const ROW: Compression =
    Compression { name: "gzip", magics: &[&exactly(b"\x1f\x8b")], unpack, padding: Padding::ZerosAtEnd };

/// The largest window that deflate knows.
const WINDOW_BITS: u8 = 15;

fn unpack(intake: &mut Intake, outlet: &mut Outlet, _windows: &Windows) -> Result<(), Broken> {
    let mut decoder = Decompress::new_gzip(WINDOW_BITS);
    pump(intake, outlet, |input, output| {
        let (taken, given) = (decoder.total_in(), decoder.total_out());
        let state = match decoder.decompress(input, output, FlushDecompress::None) {
            Ok(Status::StreamEnd) => State::AtEnd,
            Ok(Status::Ok | Status::BufError) => State::Within,
            // The decoder's own words depend on how the bytes came in.
            Err(_) => State::Damaged("its deflate stream is corrupt, or its checksum is wrong".to_owned()),
        };
        Step { taken: decoder.total_in() - taken, given: decoder.total_out() - given, state }
    })
}
