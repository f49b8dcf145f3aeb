//! Where bytes come from: something that can be read, and asked whether reading would wait.

use std::fs::File;
use std::io::ErrorKind::{Interrupted, WouldBlock};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A stream of bytes.
pub trait ByteSource: Send {
    /// Reads some bytes; 0 at the end. Waits until there are some, or until the run was told to stop:
    /// then the error says that the read was stopped.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Whether the next read will not wait.
    fn is_ready(&mut self) -> bool;

    /// Whether no read ever waits, as with a regular file.
    fn never_waits(&self) -> bool {
        false
    }

    /// The name of the compression that the bytes were in, which is that of its tool too.
    fn compression(&self) -> Option<&'static str> {
        None
    }

    /// The name of the encoding that the bytes were decoded from.
    fn encoding(&self) -> &'static str {
        "UTF-8"
    }

    /// Takes the next place, among all bytes that this gave or will give, of a U+FFFD for what the encoding does not
    /// have, if it is before a place.
    fn take_undecoded(&mut self, before: u64) -> Option<u64> {
        let _ = before;
        None
    }
}

/// Tells readers to stop: a signal came in, or nothing more is wanted.
#[derive(Debug)]
pub struct Stop {
    /// 0, the signal that came, or [`SATISFIED`].
    signal: Arc<AtomicUsize>,
    /// Readable once readers must stop, so that waiting reads wake up.
    wake: (OwnedFd, OwnedFd),
}

/// The value of `signal` when no signal came but nothing more is wanted.
const SATISFIED: usize = usize::MAX;

impl Stop {
    /// Nothing stopped yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { signal: Arc::default(), wake: rustix::pipe::pipe()? })
    }

    /// Where a signal handler stores the number of a signal, before it writes to [`Self::waker`].
    pub fn signal_flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.signal)
    }

    /// Where a signal handler writes a byte, so that waiting reads wake up.
    pub fn waker(&self) -> io::Result<OwnedFd> {
        self.wake.1.try_clone()
    }

    /// Ends the input: nothing more is wanted. Wakes waiting reads.
    pub fn satisfy(&self) {
        let _ = self.signal.compare_exchange(0, SATISFIED, Ordering::SeqCst, Ordering::SeqCst);
        // A full pipe is readable already.
        let _ = rustix::io::write(&self.wake.1, b"!");
    }

    /// The signal that came, if one did.
    pub fn signal(&self) -> Option<i32> {
        match self.signal.load(Ordering::SeqCst) {
            0 | SATISFIED => None,
            signal => i32::try_from(signal).ok(),
        }
    }

    /// Whether readers must stop.
    pub fn is_set(&self) -> bool {
        self.signal.load(Ordering::SeqCst) != 0
    }
}

/// The error of a read that was told to stop. Not `Interrupted`: callers in between would read again.
pub(super) fn stopped() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// Whether an error says that a read was told to stop.
pub(super) fn is_stop(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionAborted
}

/// A file, pipe or terminal.
#[derive(Debug)]
pub struct FdSource {
    file: File,
    /// Reading a regular file never waits.
    regular: bool,
    stop: Arc<Stop>,
}

impl FdSource {
    /// Reads from `file` until its end or `stop`.
    pub fn new(file: File, stop: Arc<Stop>) -> Self {
        let regular = file.metadata().is_ok_and(|meta| meta.is_file());
        Self { file, regular, stop }
    }

    /// Waits until the file can be read or a signal came.
    fn wait(&self) -> io::Result<()> {
        let wake = self.stop.wake.0.as_fd();
        let mut polled =
            [PollFd::new(&self.file, PollFlags::IN), PollFd::from_borrowed_fd(wake, PollFlags::IN)];
        match poll(&mut polled, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl ByteSource for FdSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.regular {
                self.wait()?;
            }
            if self.stop.is_set() {
                return Err(stopped());
            }
            if self.regular || can_read(self.file.as_fd()) {
                match self.file.read(buffer) {
                    // Somebody else may have read from the pipe in between.
                    Err(error) if matches!(error.kind(), Interrupted | WouldBlock) => {}
                    outcome => return outcome,
                }
            }
        }
    }

    fn is_ready(&mut self) -> bool {
        self.regular || can_read(self.file.as_fd())
    }

    fn never_waits(&self) -> bool {
        self.regular
    }
}

fn can_read(fd: BorrowedFd<'_>) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    // An error counts as readable: the read that follows reports it.
    poll(&mut polled, Some(&now)).map_or(true, |count| count > 0)
}

/// Bytes in memory, handed out in pieces of a given size; for tests.
#[derive(Debug)]
pub struct SliceSource {
    bytes: Vec<u8>,
    at: usize,
    piece: usize,
    /// Whether it looks like a pipe that never has more than the next piece ready.
    hesitant: bool,
}

impl SliceSource {
    /// Hands out `piece` bytes at a time; `hesitant`: after each piece nothing more seems ready.
    pub fn new(bytes: Vec<u8>, piece: usize, hesitant: bool) -> Self {
        Self { bytes, at: 0, piece: piece.max(1), hesitant }
    }
}

impl ByteSource for SliceSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let len = rest.len().min(buffer.len()).min(self.piece);
        for (to, from) in buffer.iter_mut().zip(rest.iter().take(len)) {
            *to = *from;
        }
        self.at += len;
        Ok(len)
    }

    fn is_ready(&mut self) -> bool {
        !self.hesitant || self.at >= self.bytes.len()
    }
}
