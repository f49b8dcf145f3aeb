//! Runs the program in this process, with input, threads and block size of a test's choice.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part of the harness")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tamis::cli::Surroundings;
use tamis::input::{SliceSource, Stop};
use tamis::time::Timestamp;

/// One way to run a case; the output must not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Cores of the machine: the threads of a run without `-j`.
    pub threads: usize,
    /// Bytes of a block.
    pub block: usize,
    /// Bytes that stdin hands out at a time.
    pub piece: usize,
    /// Stdin looks like a pipe that never has more ready.
    pub hesitant: bool,
    /// All goes to disk that may.
    pub eager: bool,
    /// The number of the first block.
    pub first_block: u64,
}

/// A plain run: what most users do.
pub const PLAIN: Variant = Variant {
    threads: 2,
    block: tamis::BLOCK_BYTES,
    piece: usize::MAX,
    hesitant: false,
    eager: false,
    first_block: 0,
};

/// Blocks that a live pipe gives in days: three before their number takes 33 bits.
const LONG_AFTER: u64 = (1 << 32) - 3;

/// Every combination that must give the same bytes.
pub const VARIANTS: &[Variant] = &[
    PLAIN,
    Variant { threads: 1, ..PLAIN },
    Variant { threads: 4, ..PLAIN },
    Variant { threads: 1, block: 1, ..PLAIN },
    Variant { threads: 4, block: 1, ..PLAIN },
    Variant { threads: 1, block: 61, ..PLAIN },
    Variant { threads: 4, block: 61, ..PLAIN },
    Variant { threads: 1, piece: 1, hesitant: true, ..PLAIN },
    Variant { threads: 4, piece: 1, hesitant: true, ..PLAIN },
    Variant { threads: 4, piece: 4096, hesitant: true, ..PLAIN },
    Variant { threads: 1, piece: 3, ..PLAIN },
    Variant { threads: 1, eager: true, ..PLAIN },
    Variant { threads: 4, block: 1, eager: true, ..PLAIN },
    Variant { threads: 2, block: 61, eager: true, ..PLAIN },
    Variant { threads: 2, block: 1, first_block: LONG_AFTER, ..PLAIN },
    Variant { threads: 1, block: 1, first_block: LONG_AFTER, eager: true, ..PLAIN },
];

/// What a run left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Exit status.
    pub status: u8,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Ran {
    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs `tamis WORDS` on `stdin`. Without `-j` among the words the variant's threads are used.
pub fn run(words: &[impl AsRef<str>], stdin: &[u8], variant: Variant) -> Ran {
    let stdout = Shared::default();
    let ran = run_into(words, stdin, variant, Box::new(stdout.clone()));
    Ran { stdout: stdout.take(), ..ran }
}

/// [`run`] with a standard output of the test's choice; that of the result is empty.
pub fn run_into(
    words: &[impl AsRef<str>],
    stdin: &[u8],
    variant: Variant,
    stdout: Box<dyn Write + Send>,
) -> Ran {
    let args: Vec<String> = words.iter().map(|word| word.as_ref().to_owned()).collect();
    let stderr = Shared::default();
    let host = tamis::Host {
        stdin: Box::new(SliceSource::new(stdin.to_vec(), variant.piece, variant.hesitant)),
        stdout,
        stderr: Box::new(stderr.clone()),
        std_files: tamis::output::StdFiles::default(),
        terminal: None,
        show_page: None,
        stop: Arc::new(Stop::new().expect("a pipe")),
        block_bytes: variant.block,
        eager: variant.eager,
        first_block: variant.first_block,
        around: Surroundings {
            now: Timestamp::new(1_700_000_000, 0).expect("a time"),
            cores: variant.threads,
            no_color: true,
            tmp: std::env::temp_dir(),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
        },
    };
    let status = tamis::run(&args, host);
    Ran { status, stdout: Vec::new(), stderr: stderr.take() }
}

/// A writer whose bytes can be looked at afterwards.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    /// The bytes written so far.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().expect("no panic while writing"))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic while writing").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
