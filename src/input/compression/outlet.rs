//! What decoders give to: pieces of a fixed size, of which a few may wait for the reader.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use super::Broken;

/// Bytes of a piece.
const PIECE: usize = 1 << 18;

/// Pieces that wait for the reader; one more is being filled, and one emptied.
const WAITING: usize = 2;

/// Unpacked bytes; none of them mean the end. The error is what broke unpacking off.
pub(super) type Piece = io::Result<Vec<u8>>;

/// The end of unpacking that fills pieces.
pub(super) struct Outlet {
    pieces: SyncSender<Piece>,
    /// Buffers that were emptied.
    emptied: Receiver<Vec<u8>>,
    buffer: Vec<u8>,
    filled: usize,
}

/// The end that takes them, and gives the buffers back.
pub(super) struct Pieces {
    pub(super) pieces: Receiver<Piece>,
    pub(super) emptied: Sender<Vec<u8>>,
}

/// Both ends.
pub(super) fn outlet() -> (Outlet, Pieces) {
    let (sender, pieces) = sync_channel(WAITING);
    let (emptied, receiver) = channel();
    let outlet = Outlet { pieces: sender, emptied: receiver, buffer: vec![0; PIECE], filled: 0 };
    (outlet, Pieces { pieces, emptied })
}

impl Outlet {
    /// Where to write; never empty. Waits for the reader if pieces enough wait for it.
    pub(super) fn room(&mut self) -> Result<&mut [u8], Broken> {
        if self.filled >= self.buffer.len() {
            self.hand_on()?;
        }
        Ok(self.buffer.get_mut(self.filled..).unwrap_or(&mut []))
    }

    /// Notes that `len` bytes of the room were written.
    pub(super) fn given(&mut self, len: usize) {
        self.filled = (self.filled + len).min(self.buffer.len());
    }

    /// Copies bytes into the room.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let room = self.room()?;
            let len = room.len().min(bytes.len());
            let (now, later) = bytes.split_at(len);
            for (to, from) in room.iter_mut().zip(now) {
                *to = *from;
            }
            self.given(len);
            bytes = later;
        }
        Ok(())
    }

    /// Lets the reader have what was written.
    pub(super) fn hand_on(&mut self) -> Result<(), Broken> {
        if self.filled == 0 {
            return Ok(());
        }
        let mut fresh = self.emptied.try_recv().unwrap_or_default();
        fresh.resize(PIECE, 0);
        let mut piece = std::mem::replace(&mut self.buffer, fresh);
        piece.truncate(std::mem::take(&mut self.filled));
        self.pieces.send(Ok(piece)).map_err(|_| Broken::Unwanted)
    }

    /// Hands on what is left, and how unpacking ended.
    pub(super) fn finish(mut self, outcome: Result<(), Broken>) {
        let end = match outcome {
            Ok(()) => Ok(Vec::new()),
            Err(Broken::Read(error)) => Err(error),
            Err(Broken::Short) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(Broken::Damaged(reason)) => Err(io::Error::new(io::ErrorKind::InvalidData, reason)),
            Err(Broken::Unreadable(unreadable)) => Err(io::Error::other(unreadable)),
            Err(Broken::Unwanted) => return,
        };
        if self.hand_on().is_ok() {
            // A reader that has gone needs to know nothing.
            let _ = self.pieces.send(end);
        }
    }
}
