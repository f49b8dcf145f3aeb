//! NDJSON in colours, for a terminal: names, texts, numbers and words of what was written, byte for byte.

use crate::format::Encoder;
use crate::record::{Batch, Findings};

const OFF: &[u8] = b"\x1b[0m";
const NAME: &[u8] = b"\x1b[34m";
const TEXT: &[u8] = b"\x1b[32m";
const NUMBER: &[u8] = b"\x1b[36m";
const WORD: &[u8] = b"\x1b[33m";
const NULL: &[u8] = b"\x1b[2m";

/// An encoder whose lines are painted.
pub(super) struct Painted {
    pub(super) inner: Box<dyn Encoder>,
    pub(super) plain: Vec<u8>,
}

impl Encoder for Painted {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        self.plain.clear();
        self.inner.encode(batch, &mut self.plain, findings);
        paint(&self.plain, out);
    }
}

/// Appends JSON with its colours. What is no token of JSON is left as it is.
fn paint(json: &[u8], out: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(first) = rest.first() {
        let (len, colour) = match first {
            b'"' => {
                let len = string_len(rest);
                let after = rest.get(len..).unwrap_or(&[]).trim_ascii_start();
                (len, Some(if after.first() == Some(&b':') { NAME } else { TEXT }))
            }
            b'-' | b'0'..=b'9' => (word_len(rest), Some(NUMBER)),
            b'n' => (word_len(rest), Some(NULL)),
            b't' | b'f' => (word_len(rest), Some(WORD)),
            _ => (1, None),
        };
        let (token, after) = rest.split_at(len.clamp(1, rest.len()));
        match colour {
            None => out.extend_from_slice(token),
            Some(colour) => {
                for piece in [colour, token, OFF] {
                    out.extend_from_slice(piece);
                }
            }
        }
        rest = after;
    }
}

/// The bytes of a string with its quotes; all if it does not close.
fn string_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The bytes of a number or word.
fn word_len(bytes: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    bytes.iter().take_while(|byte| is_part(byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn painted(json: &str) -> String {
        let mut out = Vec::new();
        paint(json.as_bytes(), &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "E")
    }

    #[test]
    fn tokens_have_their_colours() {
        assert_eq!(
            painted("{\"a\": \"x\\\"\",\"b\":[-1.5e3,true,null]}\n"),
            "{E[34m\"a\"E[0m: E[32m\"x\\\"\"E[0m,E[34m\"b\"E[0m:[E[36m-1.5e3E[0m,E[33mtrueE[0m,E[2mnullE[0m]}\n"
        );
        assert_eq!(painted("\"open"), "E[32m\"openE[0m");
    }

    proptest! {
        #[test]
        fn nothing_but_colours_is_added(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\tn-1e \n\xff".to_vec()), 0..60)) {
            let mut out = Vec::new();
            paint(&bytes, &mut out);
            for colour in [OFF, NAME, TEXT, NUMBER, WORD, NULL] {
                while let Some(at) = memchr::memmem::find(&out, colour) {
                    out.drain(at..at + colour.len());
                }
            }
            prop_assert_eq!(out, bytes);
        }
    }
}
