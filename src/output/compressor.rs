//! What compresses a file that is written, by its suffix. Each at the level of its tool.

use std::fs::File;
use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use liblzma::write::XzEncoder;
use lz4_flex::frame::{FrameEncoder, FrameInfo};
use zstd::stream::write::Encoder as ZstdEncoder;

/// A writer that is told when all was written.
pub(super) trait Compressor: Write + Send {
    /// Writes what stands behind the last byte.
    fn finish(&mut self) -> io::Result<()>;
}

/// Starts to write a file. `suffix`: that of its name.
pub(super) fn start(suffix: &str, file: File) -> io::Result<Box<dyn Compressor>> {
    Ok(match suffix {
        "bz2" => Box::new(BzEncoder::new(file, bzip2::Compression::best())),
        "gz" => Box::new(GzEncoder::new(file, flate2::Compression::default())),
        "lz4" => Box::new(FrameEncoder::with_frame_info(FrameInfo::new().content_checksum(true), file)),
        "xz" => Box::new(XzEncoder::new(file, 6)),
        "zst" | "zstd" => {
            let mut encoder = ZstdEncoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            Box::new(encoder)
        }
        _ => Box::new(file),
    })
}

impl Compressor for File {
    fn finish(&mut self) -> io::Result<()> {
        self.flush()
    }
}

impl Compressor for BzEncoder<File> {
    fn finish(&mut self) -> io::Result<()> {
        self.try_finish()
    }
}

impl Compressor for GzEncoder<File> {
    fn finish(&mut self) -> io::Result<()> {
        self.try_finish()
    }
}

impl Compressor for FrameEncoder<File> {
    fn finish(&mut self) -> io::Result<()> {
        self.try_finish().map_err(io::Error::from)
    }
}

impl Compressor for XzEncoder<File> {
    fn finish(&mut self) -> io::Result<()> {
        self.try_finish()
    }
}

impl Compressor for ZstdEncoder<'_, File> {
    fn finish(&mut self) -> io::Result<()> {
        self.do_finish()
    }
}
