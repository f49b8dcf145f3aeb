//! Whatever comes in, in whatever pieces: the same comes out.

use std::io::Write;
use std::sync::Arc;

use liblzma::stream::{Check, Filters, LzmaOptions, Stream};

use super::{COMPRESSIONS, Windows, decompress};
use crate::input::bytes::{ByteSource, SliceSource, Stop};

/// Bytes that were unpacked, and what broke unpacking off.
type Outcome = (Vec<u8>, Option<String>);

/// A member of a compression. Its blocks are small where the encoder lets them.
fn pack(name: &str, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match name {
        "bzip2" => {
            let mut encoder = bzip2::write::BzEncoder::new(&mut out, bzip2::Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap();
        }
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(&mut out, flate2::Compression::default());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap();
        }
        "lz4" => {
            let info = lz4_flex::frame::FrameInfo::new().content_checksum(true).block_checksums(true);
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, &mut out);
            for block in text.chunks(500) {
                encoder.write_all(block).unwrap();
                encoder.flush().unwrap();
            }
            encoder.finish().unwrap();
        }
        "xz" => {
            let mut encoder = liblzma::write::XzEncoder::new(&mut out, 1);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap();
        }
        _ => {
            let mut encoder = zstd::stream::write::Encoder::new(&mut out, 3).unwrap();
            encoder.include_checksum(true).unwrap();
            for block in text.chunks(500) {
                encoder.write_all(block).unwrap();
                encoder.flush().unwrap();
            }
            encoder.finish().unwrap();
        }
    }
    out
}

/// Memory for short windows.
fn windows() -> Arc<Windows> {
    Arc::new(Windows::new(1 << 20))
}

/// Lines that hold few repetitions.
fn lines(count: usize) -> Vec<u8> {
    let hash = |n: usize| (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..count).flat_map(|n| format!("{n} {:x}\n", hash(n)).into_bytes()).collect()
}

fn unpack(bytes: &[u8], piece: usize) -> Outcome {
    let stop = Arc::new(Stop::new().unwrap());
    let source = SliceSource::new(bytes.to_vec(), piece, piece < 1000);
    let mut source = match decompress(Box::new(source), &stop, &windows()) {
        Ok(decompressed) => decompressed.source,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut out = Vec::new();
    let mut buffer = vec![0; 700];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return (out, None),
            Ok(len) => out.extend_from_slice(&buffer[..len]),
            Err(error) => {
                assert_eq!(source.read(&mut buffer).unwrap(), 0, "an error is the end");
                return (out, Some(error.to_string()));
            }
        }
    }
}

/// What all sizes of pieces give.
#[track_caller]
fn unpack_any(bytes: &[u8]) -> Outcome {
    let outcome = unpack(bytes, usize::MAX);
    for piece in [1, 3] {
        let other = unpack(bytes, piece);
        assert_eq!((other.0.len(), &other.1), (outcome.0.len(), &outcome.1), "pieces of {piece}");
        assert!(other.0 == outcome.0, "pieces of {piece}");
    }
    outcome
}

fn names() -> impl Iterator<Item = &'static str> {
    COMPRESSIONS.iter().map(|row| row.name)
}

#[test]
fn members_one_behind_the_other() {
    for name in names() {
        let text = lines(30_000);
        let (one, two) = text.split_at(text.len() / 3);
        let bytes = [pack(name, one), pack(name, b""), pack(name, two)].concat();
        for piece in [1000, usize::MAX] {
            assert!(unpack(&bytes, piece) == (text.clone(), None), "{name}");
        }
    }
    let mixed: Vec<u8> = names().flat_map(|name| pack(name, name.as_bytes())).collect();
    assert_eq!(unpack_any(&mixed), (names().collect::<String>().into_bytes(), None));
}

#[test]
fn what_is_not_compressed_stays() {
    for bytes in [&b""[..], b"\x1f", b"BZh9 and more\n", b"P*M\n", b"{\"a\":1}\n"] {
        assert_eq!(unpack_any(bytes), (bytes.to_vec(), None));
    }
}

#[test]
fn what_may_stand_between_and_behind_members() {
    let skippable = [&b"\x53\x2a\x4d\x18\x03\0\0\0"[..], b"abc"].concat();
    for name in names() {
        let member = pack(name, b"x\n");
        let behind = |more: &[u8]| unpack_any(&[&member, more].concat());
        let ended = (b"x\n".to_vec(), None);
        let damaged = |reason: &str| (b"x\n".to_vec(), Some(reason.to_owned()));
        let foreign = damaged(&format!("what follows is no {name}"));
        assert_eq!(behind(b"text"), foreign);
        let zeros = if matches!(name, "gzip" | "xz") { ended } else { foreign.clone() };
        assert_eq!(behind(&[0; 8]), zeros, "{name}");
        let twice = behind(&[&[0; 8][..], &member].concat());
        match name {
            "xz" => {
                assert_eq!(twice, (b"x\nx\n".to_vec(), None));
                assert_eq!(behind(&[0; 7]), damaged("its padding is no multiple of four bytes"));
            }
            _ => assert_eq!(twice, foreign, "{name}"),
        }
        let framed = [&skippable[..], &member, &skippable, &skippable, &member].concat();
        assert_eq!(unpack_any(&framed), (b"x\nx\n".to_vec(), None));
    }
    for cut in 4..skippable.len() {
        assert_eq!(unpack_any(&skippable[..cut]), (Vec::new(), Some("unexpected end of file".to_owned())));
    }
}

#[test]
fn a_cut_anywhere_gives_what_is_in_front_of_it() {
    for name in names() {
        let text = lines(60);
        let bytes = [pack(name, &text[..900]), pack(name, &text[900..])].concat();
        let first = pack(name, &text[..900]).len();
        let mut before = 0;
        // A front shorter than the magic is no compressed input.
        for cut in 10..bytes.len() {
            let unpack = if cut % 8 == 0 { unpack_any } else { |bytes: &[u8]| unpack(bytes, usize::MAX) };
            let (out, error) = unpack(&bytes[..cut]);
            assert!(text.starts_with(&out), "{name} cut at {cut}");
            assert!(out.len() >= before && (cut < first || out.len() >= 900), "{name} cut at {cut}");
            before = out.len();
            let expected = (cut != first).then(|| "unexpected end of file".to_owned());
            assert_eq!(error, expected, "{name} cut at {cut}");
        }
    }
}

#[test]
fn damage_anywhere_gives_the_same_for_all_pieces() {
    for name in names() {
        let text = lines(20);
        let bytes = pack(name, &text);
        for at in 10..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            let (out, error) = unpack_any(&bytes);
            assert!(out == text || error.is_some(), "{name} damaged at {at}");
        }
    }
}

#[test]
fn a_window_that_is_too_large_is_refused() {
    let mut out = Vec::new();
    let mut encoder = zstd::stream::write::Encoder::new(&mut out, 3).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(b"x").unwrap();
    encoder.finish().unwrap();
    let (_, error) = unpack_any(&out);
    let error = error.unwrap_or_default();
    assert!(error.starts_with("zstd data with a window of 256 MiB, which is more than --memory"), "{error}");
    let mut options = LzmaOptions::new_preset(1).unwrap();
    options.dict_size(200 << 20);
    let stream = Stream::new_stream_encoder(Filters::new().lzma2(&options), Check::Crc32).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(b"x").unwrap();
    let (_, error) = unpack_any(&encoder.finish().unwrap());
    let error = error.unwrap_or_default();
    assert!(error.starts_with("xz data with a dictionary of 2"), "{error}");
}

/// A source that hands out what a test sends.
struct Sent(std::sync::mpsc::Receiver<Vec<u8>>);

impl ByteSource for Sent {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.0.recv().unwrap_or_default();
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    fn is_ready(&mut self) -> bool {
        false
    }
}

#[test]
fn what_is_unpacked_leaves_before_the_next_read() {
    for name in names() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let member = pack(name, b"x\n");
        sender.send([&member[..], &member[..7]].concat()).unwrap();
        let stop = Arc::new(Stop::new().unwrap());
        let mut source = decompress(Box::new(Sent(receiver)), &stop, &windows()).unwrap().source;
        let mut buffer = [0; 10];
        // The second member comes only when the first was read.
        assert_eq!(source.read(&mut buffer).unwrap(), 2, "{name}");
        sender.send(member[7..].to_vec()).unwrap();
        assert_eq!(source.read(&mut buffer).unwrap(), 2, "{name}");
        stop.satisfy();
        assert!(crate::input::bytes::is_stop(&source.read(&mut buffer).unwrap_err()));
    }
}

#[test]
fn a_thread_that_nobody_reads_from_ends() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let text = vec![b'x'; 10 << 20];
    sender.send(pack("gzip", &text)).unwrap();
    let stop = Arc::new(Stop::new().unwrap());
    drop(decompress(Box::new(Sent(receiver)), &stop, &windows()).unwrap().source);
    // The source is dropped by the thread, at its end.
    while sender.send(Vec::new()).is_ok() {
        std::thread::yield_now();
    }
}
