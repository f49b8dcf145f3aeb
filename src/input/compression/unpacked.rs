//! The source of unpacked bytes: the reader's end of a thread that unpacks.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::TryRecvError;
use std::thread::{self, JoinHandle};

use super::intake::Intake;
use super::members::unpack;
use super::outlet::{Piece, Pieces, outlet};
use super::windows::Windows;
use crate::input::bytes::{ByteSource, Stop, stopped};

/// What a thread unpacks.
///
/// The thread ends when there is no more to read, when reading is told to stop, or when this is dropped and
/// it has unpacked a piece that nobody takes.
pub(super) struct Unpacked {
    /// Dropped before the thread is waited for, which ends then.
    pieces: Pieces,
    /// The piece at hand, and how much of it was read.
    current: Vec<u8>,
    at: usize,
    /// A piece that came while nobody read.
    next: Option<Piece>,
    over: bool,
    never_waits: bool,
    stop: Arc<Stop>,
    _thread: Joined,
}

/// A thread that is waited for when this is dropped, if it can be: then what it reads from is closed.
struct Joined(Option<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // One that broke off has said so by the pieces that did not come.
            let _ = thread.join();
        }
    }
}

impl Unpacked {
    /// Starts to unpack.
    pub(super) fn start(mut intake: Intake, stop: &Arc<Stop>, windows: Arc<Windows>) -> io::Result<Self> {
        let never_waits = intake.never_waits();
        let (mut outlet, pieces) = outlet();
        let thread = thread::Builder::new().name("unpack".to_owned()).spawn(move || {
            let outcome = unpack(&mut intake, &mut outlet, &windows);
            outlet.finish(outcome);
        })?;
        Ok(Self {
            pieces,
            current: Vec::new(),
            at: 0,
            next: None,
            over: false,
            never_waits,
            stop: Arc::clone(stop),
            // A thread that reads from a pipe may wait for bytes that never come.
            _thread: Joined(never_waits.then_some(thread)),
        })
    }

    /// The next piece; waits for it. A thread that did not say how it ended has broken off.
    fn next_piece(&mut self) -> Piece {
        match self.next.take() {
            Some(piece) => piece,
            None => {
                let piece = self.pieces.pieces.recv();
                piece.unwrap_or_else(|_| Err(io::Error::other("unpacking broke off")))
            }
        }
    }
}

impl ByteSource for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.current.len() && !self.over {
            if self.stop.is_set() {
                return Err(stopped());
            }
            let piece = self.next_piece();
            self.over = piece.as_ref().map_or(true, Vec::is_empty);
            let emptied = std::mem::replace(&mut self.current, piece?);
            self.at = 0;
            // A thread that has ended needs no more buffers.
            let _ = self.pieces.emptied.send(emptied);
        }
        let rest = self.current.get(self.at..).unwrap_or(&[]);
        let len = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..len), rest.get(..len)) {
            to.copy_from_slice(from);
        }
        self.at += len;
        Ok(len)
    }

    fn is_ready(&mut self) -> bool {
        if self.never_waits || self.over || self.at < self.current.len() {
            return true;
        }
        if self.next.is_none() {
            match self.pieces.pieces.try_recv() {
                Ok(piece) => self.next = Some(piece),
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => {}
            }
        }
        true
    }

    fn never_waits(&self) -> bool {
        self.never_waits
    }
}
