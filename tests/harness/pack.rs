//! Compressed files, made and read by the encoders and decoders of the crates.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use std::io::{Read as _, Write as _};

/// Names of the compressions.
pub const COMPRESSIONS: [&str; 5] = ["bzip2", "gzip", "lz4", "xz", "zstd"];

/// Their suffixes.
pub const SUFFIXES: [&str; 5] = [".bz2", ".gz", ".lz4", ".xz", ".zst"];

/// `bytes` as one member.
pub fn pack(compression: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let done = match compression {
        "bzip2" => bzip2::read::BzEncoder::new(bytes, bzip2::Compression::fast()).read_to_end(&mut out),
        "gzip" => flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut out),
        "lz4" => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(&mut out);
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory");
            Ok(0)
        }
        "xz" => liblzma::read::XzEncoder::new(bytes, 1).read_to_end(&mut out),
        "zstd" => zstd::stream::read::Encoder::new(bytes, 3).expect("memory").read_to_end(&mut out),
        _ => panic!("no compression: {compression}"),
    };
    done.expect("memory");
    out
}

/// What one or several members hold.
pub fn unpack(compression: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let done = match compression {
        "bzip2" => bzip2::read::MultiBzDecoder::new(bytes).read_to_end(&mut out),
        "gzip" => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out),
        "lz4" => lz4_flex::frame::FrameDecoder::new(bytes).read_to_end(&mut out),
        "xz" => liblzma::read::XzDecoder::new_multi_decoder(bytes).read_to_end(&mut out),
        "zstd" => zstd::stream::read::Decoder::new(bytes).expect("memory").read_to_end(&mut out),
        _ => panic!("no compression: {compression}"),
    };
    done.expect(compression);
    out
}
