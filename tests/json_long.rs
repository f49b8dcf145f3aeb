//! Long arrays are read in constant memory, over lines and on a single one, and leave as they come.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::System;
use std::io;
use std::sync::Arc;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tamis::cli::Surroundings;
use tamis::input::{ByteSource, Stop};
use tamis::time::Timestamp;

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes of an array.
const LONG: usize = 100 << 20;
/// What a run may hold, whatever the length of its input: blocks in flight, most of all.
const MOST: isize = 24 << 20;

/// An array that is made while it is read.
struct Array {
    front: &'static [u8],
    element: &'static [u8],
    between: &'static [u8],
    given: usize,
    /// What was made and not read.
    rest: Vec<u8>,
    ended: bool,
    region: Region<'static, System>,
    highest: Arc<std::sync::atomic::AtomicIsize>,
}

impl ByteSource for Array {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let stats = self.region.change();
        let held = stats.bytes_allocated as isize - stats.bytes_deallocated as isize;
        self.highest.fetch_max(held, std::sync::atomic::Ordering::Relaxed);
        while self.rest.len() < buffer.len().min(1 << 16) && !self.ended {
            let before: &[u8] = if self.given == 0 { self.front } else { self.between };
            self.rest.extend_from_slice(before);
            self.rest.extend_from_slice(self.element);
            self.given += before.len() + self.element.len();
            if self.given >= LONG {
                self.rest.extend_from_slice(b"]");
                self.ended = true;
            }
        }
        let len = self.rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&self.rest[..len]);
        self.rest.drain(..len);
        Ok(len)
    }

    fn is_ready(&mut self) -> bool {
        true
    }
}

/// The status of a run that only counts, and the most bytes that it held.
fn run([front, element, between]: [&'static [u8]; 3]) -> (u8, isize) {
    let highest = Arc::new(std::sync::atomic::AtomicIsize::new(0));
    let array = Array {
        front,
        element,
        between,
        given: 0,
        rest: Vec::new(),
        ended: false,
        region: Region::new(COUNTED),
        highest: Arc::clone(&highest),
    };
    let host = tamis::Host {
        stdin: Box::new(array),
        stdout: Box::new(io::sink()),
        stderr: Box::new(io::sink()),
        std_files: tamis::output::StdFiles::default(),
        terminal: None,
        show_page: None,
        stop: Arc::new(Stop::new().unwrap()),
        block_bytes: tamis::BLOCK_BYTES,
        eager: false,
        first_block: 0,
        around: Surroundings {
            now: Timestamp::new(1_700_000_000, 0).unwrap(),
            cores: 2,
            no_color: true,
            tmp: std::env::temp_dir(),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
        },
    };
    let words = ["--from", "json", "filter", "a > 0"].map(str::to_owned);
    let status = tamis::run(&words, host);
    (status, highest.load(std::sync::atomic::Ordering::Relaxed))
}

#[test]
fn memory_does_not_grow_with_the_array() {
    let pretty = b"{\n    \"a\": 1,\n    \"b\": [\n      \"x\",\n      {}\n    ]\n  }";
    let element = b"{\"a\":1,\"b\":[\"x\",{}]}";
    for parts in [
        [&b"["[..], element, b","],
        [b"[", element, b",\n"],
        [b"[", pretty, b",\n  "],
        // A text after the other, and what is damaged.
        [b"[", b"{\"a\":1,\"b\":[\"x\",{}]} ", b", \n{\"b\" 2},"],
        // An array that is given up: elements that begin a line are read, others not; a line without an end.
        [b"[{\"a\":\"x},\n", element, b",\n"],
        [b"[{\"a\":\"x},\n", element, b",\n  "],
        [b"[{\"a\":[2},", element, b","],
    ] {
        let (status, held) = run(parts);
        let shown = parts.concat().escape_ascii().to_string();
        assert!(status < 2, "{shown}");
        assert!(held < MOST, "{held} bytes for {shown}");
    }
}
