//! lz4 frames.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;

use super::intake::Intake;
use super::magic::exactly;
use super::outlet::Outlet;
use super::pump::more;
use super::windows::{Unreadable, Windows};
use super::{Broken, Compression, Padding};

/// The registry row.
pub(super) const ROW: Compression =
    Compression { name: "lz4", magics: &[&exactly(b"\x04\x22\x4d\x18")], unpack, padding: Padding::None };

/// The dictionary that a frame is made with, if it names one. Of a front that ends too early the decoder says so.
fn dictionary(intake: &mut Intake, outlet: &mut Outlet) -> Result<Option<u32>, Broken> {
    loop {
        if let Some(dictionary) = named_dictionary(intake.bytes()) {
            return Ok(dictionary);
        }
        if !more(intake, outlet)? {
            return Ok(None);
        }
    }
}

/// The dictionary that the front of a frame names; `None` while more bytes are needed.
fn named_dictionary(bytes: &[u8]) -> Option<Option<u32>> {
    let flags = *bytes.get(4)?;
    if flags & 1 == 0 {
        return Some(None);
    }
    // After two bytes of flags, and the size of the content where that is told.
    let at = if flags & 8 == 0 { 6 } else { 14 };
    Some(Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)))
}

fn unpack(intake: &mut Intake, outlet: &mut Outlet, _windows: &Windows) -> Result<(), Broken> {
    if let Some(id) = dictionary(intake, outlet)? {
        return Err(Unreadable::Dictionary { name: ROW.name, id }.into());
    }
    let outlet = RefCell::new(outlet);
    let mut decoder = FrameDecoder::new(Feeder { intake, outlet: &outlet, broken: None });
    loop {
        let (len, failed) = match decoder.fill_buf() {
            Ok(bytes) => {
                outlet.borrow_mut().write(bytes)?;
                (bytes.len(), None)
            }
            Err(error) => (0, Some(error)),
        };
        decoder.consume(len);
        // A frame that is cut behind a block looks ended to the decoder.
        match (decoder.get_mut().broken.take(), failed) {
            (Some(broken), _) => return Err(broken),
            (None, Some(error)) => return Err(Broken::Damaged(error.to_string())),
            (None, None) if len == 0 => return Ok(()),
            (None, None) => {}
        }
    }
}

/// What a decoder that reads by itself reads from. Blocks that are decoded leave before a read that may wait.
struct Feeder<'a, 'b> {
    intake: &'a mut Intake,
    outlet: &'a RefCell<&'b mut Outlet>,
    /// Why nothing more came.
    broken: Option<Broken>,
}

impl Read for Feeder<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.intake.bytes().is_empty() {
            match more(self.intake, &mut self.outlet.borrow_mut()) {
                Ok(true) => {}
                Ok(false) => self.broken = Some(Broken::Short),
                Err(broken) => self.broken = Some(broken),
            }
        }
        let len = self.intake.bytes().read(buffer)?;
        self.intake.take(len);
        Ok(len)
    }
}
