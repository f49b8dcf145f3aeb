//! The errors for what of an input cannot be read.

use std::io;

use super::{Input, Reader};
use crate::error::Error;
use crate::input::compression::Unreadable;
use crate::input::open::{Named, cannot_read};
use crate::input::typed::Typed;

/// What of an input could not be read.
#[derive(Clone, Copy)]
pub(super) enum Unread {
    /// All of it, which has this compression.
    Whole(Option<&'static str>),
    /// What comes after that which was read.
    Rest,
}

impl Reader {
    /// Notes what of an input at hand could not be read.
    pub(super) fn note_unread(&mut self, input: &Input, error: &io::Error) {
        if input.feed.has_come() {
            let error = self.unreadable(&input.named, error, Unread::Rest);
            self.broken.get_or_insert(error);
        } else {
            let unread = Unread::Whole(input.feed.compression());
            let error = self.unreadable(&input.named, error, unread);
            self.break_off(input.index, error);
        }
    }

    /// Notes an input of which nothing can be read. Where nothing was read before either, there is no result.
    pub(super) fn break_off(&mut self, index: u32, error: Error) {
        if index == 0 {
            self.unread = Some(error);
        } else {
            self.broken.get_or_insert(error);
        }
    }

    /// Whether an input could not be read to its end.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some() || self.unread.is_some()
    }

    /// The error for an input of which something could not be read.
    #[cold]
    pub(super) fn unreadable(&self, named: &Named, error: &io::Error, unread: Unread) -> Error {
        let (name, typed) = (crate::error::escaped(named.shown()), Typed::of(named, &self.options));
        if let Some(unreadable) = error.get_ref().and_then(|error| error.downcast_ref::<Unreadable>()) {
            return unreadable.error(&name, &typed);
        }
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => "compressed data ends too early".to_owned(),
            io::ErrorKind::InvalidData => format!("compressed data is damaged: {error}"),
            _ => return cannot_read(named.shown(), error),
        };
        let help = match (unread, error.kind()) {
            (Unread::Rest, io::ErrorKind::UnexpectedEof) => {
                "everything before was read; the file may have been cut".to_owned()
            }
            (Unread::Rest, _) => "everything before was read".to_owned(),
            // A dictionary without a number leaves no trace.
            (Unread::Whole(Some(tool @ ("lz4" | "zstd"))), io::ErrorKind::InvalidData) => {
                let way = typed.piped(&format!("{tool} -dc -D DICTIONARY FILE"), None);
                format!("nothing of it was read; where it was made with a dictionary: {way}")
            }
            (Unread::Whole(_), _) => "nothing of it was read; the file may have been cut".to_owned(),
        };
        Error::new(format!("{name}: {what}")).help(help)
    }
}
