//! Compressed input as it comes through a pipe: what is there leaves at once, and a silent pipe holds nothing up.

use std::io::Write;

use crate::child::{start, with_threads};
use crate::pack::{COMPRESSIONS, pack};

const LINE: &[u8] = b"{\"x\":2}\n";

#[test]
fn a_member_gives_its_records_when_it_is_there() {
    for compression in COMPRESSIONS {
        for threads in [1, 4] {
            let mut running = start(&with_threads(threads, &["--from", "ndjson", "filter", "x > 1"]));
            for _ in 0..3 {
                running.send(&pack(compression, LINE));
                assert_eq!(running.line(), "{\"x\":2}\n", "{compression}");
            }
            running.finish().is_quiet("");
        }
    }
}

#[test]
fn what_was_flushed_within_a_member_leaves() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut zstd = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    let encoders: [(&mut dyn Flushed, &str); 3] =
        [(&mut gzip, "gzip"), (&mut zstd, "zstd"), (&mut lz4, "lz4")];
    for (encoder, name) in encoders {
        let mut running = start(&["--from", "ndjson", "filter", "x > 1"]);
        for _ in 0..3 {
            encoder.write_all(LINE).unwrap();
            encoder.flush().unwrap();
            running.send(&encoder.take());
            assert_eq!(running.line(), "{\"x\":2}\n", "{name}");
        }
        running.finish().failed_with("stdin: compressed data ends too early");
    }
}

/// An encoder into memory.
trait Flushed: Write {
    /// What it wrote since the last time.
    fn take(&mut self) -> Vec<u8>;
}

impl Flushed for flate2::write::GzEncoder<Vec<u8>> {
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.get_mut())
    }
}

impl Flushed for zstd::stream::write::Encoder<'_, Vec<u8>> {
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.get_mut())
    }
}

impl Flushed for lz4_flex::frame::FrameEncoder<Vec<u8>> {
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.get_mut())
    }
}

#[test]
fn a_limit_ends_the_run_while_the_pipe_is_silent() {
    for compression in COMPRESSIONS {
        for threads in [1, 4] {
            let mut running = start(&with_threads(threads, &["--from", "ndjson", "limit", "1"]));
            running.send(&pack(compression, LINE));
            // Stdin stays open.
            running.wait().is_quiet("{\"x\":2}\n");
        }
    }
}

#[test]
fn a_signal_ends_the_run_while_the_pipe_is_silent() {
    for compression in COMPRESSIONS {
        let mut running = start(&["--from", "ndjson", "filter", "x > 1"]);
        running.send(&pack(compression, LINE));
        assert_eq!(running.line(), "{\"x\":2}\n");
        running.send(&pack(compression, LINE)[..8]);
        running.signal("TERM");
        let ended = running.wait();
        assert_eq!((ended.status, ended.err.as_str()), (Some(143), ""), "{compression}");
    }
}

#[test]
fn an_error_ends_the_run_while_the_pipe_is_silent() {
    for compression in COMPRESSIONS {
        let mut running = start(&["--from", "ndjson", "filter", "x > 1"]);
        running.send(&pack(compression, b"[1,\n"));
        running.wait().failed_with("a JSON array");
    }
}
