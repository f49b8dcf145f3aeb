//! Decodes the bytes of an input to UTF-8 as they come. A byte order mark decides, as the WHATWG standard has it: a file that
//! begins with that of UTF-8 or UTF-16 is read so, whatever encoding was named.

use std::collections::VecDeque;
use std::io;

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::bytes::ByteSource;

/// Encoded bytes that are read at a time.
const ROOM: usize = 1 << 16;

/// What is written for bytes that the encoding does not have.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// A source of UTF-8 over one of another encoding.
pub(super) struct Decoded {
    source: Box<dyn ByteSource>,
    decoder: Decoder,
    encoded: Vec<u8>,
    text: Vec<u8>,
    /// Where what nobody has read yet begins and ends in the text.
    at: usize,
    filled: usize,
    /// Bytes of text before those in `text`.
    before: u64,
    /// Places in all of the text of what was written for bytes that the encoding does not have.
    undecoded: VecDeque<u64>,
    /// How the source ended.
    end: Option<io::Result<()>>,
}

impl Decoded {
    /// Nothing read yet.
    pub(super) fn new(source: Box<dyn ByteSource>, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder(),
            encoded: vec![0; ROOM],
            // As long as what most encodings make of it; else it grows.
            text: vec![0; ROOM + ROOM / 2],
            at: 0,
            filled: 0,
            before: 0,
            undecoded: VecDeque::new(),
            end: None,
        }
    }

    fn at_hand(&self) -> &[u8] {
        self.text.get(self.at..self.filled).unwrap_or(&[])
    }

    /// Reads once, where nothing is at hand.
    fn fill(&mut self) {
        self.before += self.filled as u64;
        (self.at, self.filled) = (0, 0);
        match self.source.read(&mut self.encoded) {
            Ok(len) => {
                self.decode(len);
                if len == 0 {
                    self.end = Some(Ok(()));
                }
            }
            Err(error) => self.end = Some(Err(error)),
        }
    }

    /// Decodes the first `len` bytes of what was read; none are the end.
    fn decode(&mut self, len: usize) {
        let Self { decoder, encoded, text, filled, before, undecoded, .. } = self;
        let mut encoded = encoded.get(..len).unwrap_or(&[]);
        loop {
            let room = text.get_mut(*filled..).unwrap_or(&mut []);
            let (result, taken, given) = decoder.decode_to_utf8_without_replacement(encoded, room, len == 0);
            encoded = encoded.get(taken..).unwrap_or(&[]);
            *filled += given;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => text.resize(text.len() * 2, 0),
                DecoderResult::Malformed(..) => {
                    undecoded.push_back(*before + *filled as u64);
                    if text.len() < *filled + REPLACEMENT.len() {
                        text.resize(text.len() * 2, 0);
                    }
                    for (to, from) in text.iter_mut().skip(*filled).zip(REPLACEMENT) {
                        *to = *from;
                    }
                    *filled += REPLACEMENT.len();
                }
            }
        }
    }
}

impl ByteSource for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at_hand().is_empty() {
            match &mut self.end {
                None => self.fill(),
                Some(end) => return std::mem::replace(end, Ok(())).map(|()| 0),
            }
        }
        let text = self.at_hand();
        let len = text.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..len), text.get(..len)) {
            to.copy_from_slice(from);
        }
        self.at += len;
        Ok(len)
    }

    /// What has come may be a part of a character only: then a read would wait for the rest.
    fn is_ready(&mut self) -> bool {
        while self.at_hand().is_empty() && self.end.is_none() {
            if !self.source.is_ready() {
                return false;
            }
            self.fill();
        }
        true
    }

    fn never_waits(&self) -> bool {
        self.source.never_waits()
    }

    fn compression(&self) -> Option<&'static str> {
        self.source.compression()
    }

    fn encoding(&self) -> &'static str {
        self.decoder.encoding().name()
    }

    fn take_undecoded(&mut self, before: u64) -> Option<u64> {
        if self.undecoded.front().is_some_and(|at| *at < before) { self.undecoded.pop_front() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::SliceSource;

    /// The text of some bytes that come in pieces, with `*` where the encoding does not have some.
    fn decoded(label: &str, bytes: &[u8], piece: usize, buffer: usize) -> String {
        let source = Box::new(SliceSource::new(bytes.to_vec(), piece, true));
        let mut source = Decoded::new(source, Encoding::for_label(label.as_bytes()).unwrap());
        let (mut text, mut buffer) = (Vec::new(), vec![0; buffer]);
        loop {
            let len = source.read(&mut buffer).unwrap();
            if len == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..len]);
        }
        let mut places = Vec::new();
        while let Some(at) = source.take_undecoded(text.len() as u64) {
            places.push(at as usize);
        }
        for at in places.into_iter().rev() {
            text.splice(at..at + 3, *b"*");
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn pieces_of_any_size_are_decoded_alike() {
        for (label, bytes, expected) in [
            ("latin1", &b"caf\xe9 \x80\n"[..], "café €\n"),
            ("utf-16", b"\xff\xfea\0\xe9\0\x3d\xd8\x00\xde\n\0", "aé😀\n"),
            ("utf-16", b"\xfe\xff\0a\0\xe9\xd8\x3d\xde\x00\0\n", "aé😀\n"),
            ("utf-16be", b"\0a\0\n", "a\n"),
            ("utf-16", b"a\0\x3d\xd8b\0\n\0", "a*b\n"),
            ("utf-16", b"a\0\n\0x", "a\n*"),
            ("utf-16", b"a\0\x3d\xd8", "a*"),
            ("utf-16", b"\xfd\xff\n\0", "\u{fffd}\n"),
            ("shift_jis", b"\x83e\x83X\x83g\n\x83\na\x83", "テスト\n*\na*"),
            ("gbk", b"\xc4\xe3\x80\xff\n", "你€*\n"),
            ("gb18030", b"\x94\x39\xda\x33\n", "💩\n"),
            ("euc-jp", b"\xa5\xc6\x8e\xb1\x8f\xb0\xa1\n", "テｱ丂\n"),
            ("iso-2022-jp", b"\x1b$B%F\x1b(B\n", "テ\n"),
            ("big5", b"\xa7A\n\xff\n", "你\n*\n"),
            ("euc-kr", b"\xb0\xa1\n", "가\n"),
            ("utf-8", b"\xef\xbb\xbfa\xff\xc3\n\xf0\x9f\x98\n\xef\xbf\xbd", "a**\n*\n\u{fffd}"),
            // The mark decides.
            ("latin1", b"\xef\xbb\xbfcaf\xc3\xa9\n", "café\n"),
            ("latin1", b"\xff\xfea\0\n\0", "a\n"),
            ("koi8-r", b"\xd0\xd2\n", "пр\n"),
            ("windows-1253", b"\xaa\xe1\n", "*α\n"),
        ] {
            for piece in [1, 2, 3, 5, 1000] {
                for buffer in [1, 2, 7, 1000] {
                    let got = decoded(label, bytes, piece, buffer);
                    assert_eq!(got, expected, "{label} {piece} {buffer}");
                }
            }
        }
    }

    #[test]
    fn what_grows_has_room() {
        for (label, byte) in [("utf-8", 0xff_u8), ("windows-1252", 0x80), ("windows-1253", 0xaa)] {
            let got = decoded(label, &vec![byte; 300_000], 100_000, 100_000);
            assert_eq!(got.chars().count(), 300_000, "{label}");
        }
    }

    /// A source that has these pieces ready and then waits.
    struct Waiting(VecDeque<&'static [u8]>);

    impl ByteSource for Waiting {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let piece = self.0.pop_front().expect("nobody reads what is not ready");
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }

        fn is_ready(&mut self) -> bool {
            !self.0.is_empty()
        }
    }

    #[test]
    fn half_a_character_is_not_ready() {
        let source = Waiting(VecDeque::from([&b"\xff"[..], b"\xfea", b"\0b"]));
        let mut source = Decoded::new(Box::new(source), encoding_rs::UTF_16LE);
        assert!(source.is_ready());
        let mut buffer = [0; 8];
        assert_eq!(source.read(&mut buffer).unwrap(), 1);
        assert!(!source.is_ready());
    }
}
