//! Compressed inputs: known by their magic bytes, unpacked in a thread of their own, so that unpacking goes on
//! while records are worked on.
//!
//! An input is a sequence of members (streams, frames), each of which names its compression by its magic.
//! However the bytes come in, the same bytes go out, in front of damage too.

mod bzip2;
mod gzip;
mod intake;
mod lz4;
pub(super) mod magic;
mod members;
mod outlet;
mod pump;
#[cfg(test)]
mod tests;
mod unpacked;
mod windows;
mod xz;
mod zstd;

use std::io;
use std::sync::Arc;

use self::intake::Intake;
use self::magic::{Front, Pattern};
use self::outlet::Outlet;
use self::unpacked::Unpacked;
pub(super) use self::windows::Unreadable;
pub use self::windows::Windows;
use super::bytes::{ByteSource, Stop};

/// One row of the registry.
struct Compression {
    name: &'static str,
    /// Fronts of a member; each of them tells the compression.
    magics: &'static [&'static [Pattern]],
    /// Unpacks the member at the front of the intake.
    unpack: fn(&mut Intake, &mut Outlet, &Windows) -> Result<(), Broken>,
    padding: Padding,
}

/// What the compression lets stand behind a member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    /// Nothing but another member.
    None,
    /// Zero bytes up to the end.
    ZerosAtEnd,
    /// Zero bytes, a multiple of four.
    ZerosByFour,
}

/// Why unpacking ended early.
#[derive(Debug)]
enum Broken {
    /// The compressed bytes could not be read, or reading was told to stop.
    Read(io::Error),
    /// They end within a member.
    Short,
    /// They are not what a compressor writes.
    Damaged(String),
    /// They may be whole, but are not read.
    Unreadable(Unreadable),
    /// Nobody takes what is unpacked any more.
    Unwanted,
}

/// All compressions, sorted by name.
const COMPRESSIONS: &[&Compression] = &[&bzip2::ROW, &gzip::ROW, &lz4::ROW, &xz::ROW, &zstd::ROW];

/// A source without its compression.
pub(super) struct Decompressed {
    pub(super) source: Box<dyn ByteSource>,
    /// The name of the compression, which is that of its tool too.
    pub(super) compression: Option<&'static str>,
}

/// The source behind the compression of `source`, if it has one. Reads only while what came can still be
/// the front of a magic.
pub(super) fn decompress(
    source: Box<dyn ByteSource>,
    stop: &Arc<Stop>,
    windows: &Arc<Windows>,
) -> io::Result<Decompressed> {
    let mut intake = Intake::new(source);
    let front = loop {
        match magic::front(intake.bytes()) {
            Front::Unknown => {}
            known => break known,
        }
        if !intake.fill()? {
            break Front::Other;
        }
    };
    let compression = match front {
        Front::Unknown | Front::Other => {
            return Ok(Decompressed { source: Box::new(intake), compression: None });
        }
        Front::Member(compression) => compression.name,
        Front::Skippable => zstd::ROW.name,
    };
    let source = Box::new(Unpacked::start(intake, stop, Arc::clone(windows))?);
    Ok(Decompressed { source, compression: Some(compression) })
}

/// The name of a compression by its magic; an error while more bytes may make one.
pub(super) fn compression_of(bytes: &[u8]) -> Result<Option<&'static str>, TooFew> {
    match magic::front(bytes) {
        Front::Unknown => Err(TooFew),
        Front::Member(compression) => Ok(Some(compression.name)),
        Front::Skippable => Ok(Some(zstd::ROW.name)),
        Front::Other => Ok(None),
    }
}

/// More bytes are needed to tell.
pub(super) struct TooFew;

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<Unreadable> for Broken {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}
