//! Compression, known by its magic bytes: looks at the front of a source and decompresses if need be.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::bytes::ByteSource;
use crate::error::{Error, Result};

/// A compression with its magic bytes.
struct Magic {
    name: &'static str,
    bytes: &'static [u8],
}

const GZIP: &[u8] = b"\x1f\x8b";

/// Compressions that are recognised so that they are refused rather than read as text.
const PLANNED: [Magic; 4] = [
    Magic { name: "zstd", bytes: b"\x28\xb5\x2f\xfd" },
    Magic { name: "bzip2", bytes: b"BZh" },
    Magic { name: "xz", bytes: b"\xfd7zXZ\0" },
    Magic { name: "lz4", bytes: b"\x04\x22\x4d\x18" },
];

/// The source behind the compression of `source`, if it has one. Reads only while what came can still be
/// the front of a magic.
pub(super) fn decompress(mut source: Box<dyn ByteSource>) -> Result<io::Result<Box<dyn ByteSource>>> {
    let mut front = Vec::new();
    while may_be_magic(&front) {
        let mut byte = [0];
        match source.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => front.extend_from_slice(&byte),
            Err(error) => return Ok(Err(error)),
        }
    }
    if let Some(magic) = PLANNED.iter().find(|magic| front.starts_with(magic.bytes)) {
        return Err(Error::new(format!("{} input is not in this version yet", magic.name))
            .help(format!("decompress it in a pipe: {} -dc FILE | tamis …", magic.name)));
    }
    let compressed = front.starts_with(GZIP);
    let whole = Prefixed { front, at: 0, source };
    Ok(Ok(if compressed {
        Box::new(Gzip { decoder: MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole)) })
    } else {
        Box::new(whole)
    }))
}

fn may_be_magic(front: &[u8]) -> bool {
    let magics = PLANNED.iter().map(|magic| magic.bytes).chain([GZIP]);
    magics.into_iter().any(|magic| magic.len() > front.len() && magic.starts_with(front))
}

/// A source with some bytes put back in front.
struct Prefixed {
    front: Vec<u8>,
    at: usize,
    source: Box<dyn ByteSource>,
}

impl ByteSource for Prefixed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.front.get(self.at..).unwrap_or(&[]);
        if rest.is_empty() {
            return self.source.read(buffer);
        }
        let len = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += len;
        Ok(len)
    }

    fn is_ready(&mut self) -> bool {
        self.at < self.front.len() || self.source.is_ready()
    }

    fn never_waits(&self) -> bool {
        self.source.never_waits()
    }
}

impl Read for Prefixed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        ByteSource::read(self, buffer)
    }
}

/// Gzip of one or several members.
struct Gzip {
    decoder: MultiGzDecoder<BufReader<Prefixed>>,
}

impl ByteSource for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer)
    }

    /// Compressed bytes that are ready may still lack what makes the next byte of output.
    fn is_ready(&mut self) -> bool {
        self.never_waits()
    }

    fn never_waits(&self) -> bool {
        self.decoder.get_ref().get_ref().never_waits()
    }
}
