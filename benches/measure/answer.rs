//! What a run wrote: its hash and its lines.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Small, since the memory of this process counts in that of the processes it starts.
const PIECE: usize = 64 << 10;
/// Hexadecimal digits that are kept of a hash.
const DIGITS: usize = 16;

/// An output, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How the SHA-256 begins, as `sha256sum` writes it.
    pub(crate) hash: String,
    pub(crate) lines: u64,
}

impl Answer {
    /// The answer in a file.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let (mut sha, mut lines) = (Sha256::new(), 0);
        let mut piece = vec![0; PIECE];
        loop {
            let len = file.read(&mut piece)?;
            let Some(read) = piece.get(..len).filter(|read| !read.is_empty()) else { break };
            sha.update(read);
            lines += memchr::memchr_iter(b'\n', read).count() as u64;
        }
        let mut hash: String = sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        hash.truncate(DIGITS);
        Ok(Self { hash, lines })
    }
}

#[test]
fn an_answer_is_hashed_and_counted() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "abc\n\n").expect("a file");
    let answer = Answer::read(file.path()).expect("a file");
    assert_eq!((answer.hash.len(), answer.lines), (DIGITS, 2));
    std::fs::write(file.path(), "").expect("a file");
    assert_eq!(Answer::read(file.path()).expect("a file").hash, "e3b0c44298fc1c14");
}
