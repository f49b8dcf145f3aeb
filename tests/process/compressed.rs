//! Compressed input as it comes through a pipe: what is there leaves at once, and a silent pipe holds nothing up.

use std::io::Write;

use crate::child::{run, start, with_threads};
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

/// A zstd frame of one block that is not compressed. `window` and `dictionary` are as its header spells them.
fn zstd_frame(window: u8, dictionary: Option<u32>, text: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd".to_vec();
    frame.push(if dictionary.is_some() { 3 } else { 0 });
    frame.push(window);
    frame.extend(dictionary.map(u32::to_le_bytes).into_iter().flatten());
    frame.extend_from_slice(&(1 | (text.len() as u32) << 3).to_le_bytes()[..3]);
    frame.extend_from_slice(text);
    frame
}

/// How `zstd --long=28` spells its window.
const LONG: u8 = 18 << 3;

#[test]
fn long_windows_are_read_up_to_what_the_memory_lets_them_have() {
    let frame = zstd_frame(LONG, None, LINE);
    let words = |memory: &'static str| ["--memory", memory, "--from", "ndjson", "filter", "x > 1"];
    let ended = run(&words("256M"), &frame);
    ended.failed_with("stdin: zstd data with a window of 256 MiB, which is more than --memory lets it have");
    assert!(ended.err.contains("help: --memory 384M would do"), "{}", ended.err);
    run(&words("384M"), &frame).is_quiet("{\"x\":2}\n");
    // One that zstd reads without being asked needs no memory of the run.
    run(&words("1M"), &zstd_frame(17 << 3, None, LINE)).is_quiet("{\"x\":2}\n");
    run(&words("512M"), &zstd_frame(22 << 3, None, LINE))
        .failed_with("with a window of 4096 MiB, which nothing reads");
}

#[test]
fn a_long_window_in_a_later_frame_comes_after_what_was_read() {
    let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
    let frames = [&zstd_frame(80, None, LINE), &skipped[..], &zstd_frame(LONG, None, LINE)].concat();
    let ended = run(&["--from", "ndjson", "filter", "x > 1"], &frames);
    assert_eq!(ended.out(), "{\"x\":2}\n");
    ended.failed_with("with a window of 256 MiB");
}

#[test]
fn a_table_with_a_long_window() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t.ndjson.zst");
    std::fs::write(&table, zstd_frame(LONG, None, b"{\"x\":2,\"y\":1}\n")).unwrap();
    let table = table.to_str().unwrap();
    let words = |memory: &'static str| ["--memory", memory, "--from", "ndjson", "join", table, "--on", "x"];
    run(&words("300M"), LINE).failed_with("with a window of 256 MiB");
    run(&words("400M"), LINE).is_quiet("{\"x\":2,\"y\":1}\n");
}

#[test]
fn a_dictionary_is_named() {
    let words = ["--from", "ndjson", "filter", "x > 1"];
    let ended = run(&words, &zstd_frame(80, Some(305_419_896), LINE));
    ended.failed_with("stdin: zstd data that was made with a dictionary (its number is 305419896)");
    assert!(ended.err.contains("help: zstd -dc -D DICTIONARY FILE | tamis --from ndjson …"), "{}", ended.err);
    // Version 1, blocks by themselves, with the number of a dictionary.
    let ended = run(&words, b"\x04\x22\x4d\x18\x61\x40\x07\0\0\0\0\0\0\0\0");
    ended.failed_with("stdin: lz4 data that was made with a dictionary (its number is 7)");
}

#[test]
fn a_large_dictionary_of_xz() {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    // The headers of a stream and of a block in LZMA2 with a dictionary of 256 MiB, and nothing after.
    let block = [2, 0, 0x21, 1, 32, 0, 0, 0];
    let start = [b"\xfd7zXZ\0", &[0, 1][..], &crc(&[0, 1]), &block, &crc(&block)].concat();
    let words = |memory: &'static str| ["--memory", memory, "--from", "ndjson", "filter", "x > 1"];
    let ended = run(&words("256M"), &start);
    ended
        .failed_with("stdin: xz data with a dictionary of 257 MiB, which is more than --memory lets it have");
    assert!(ended.err.contains("help: --memory 386M would do"), "{}", ended.err);
    run(&words("386M"), &start).failed_with("compressed data ends too early");
}
