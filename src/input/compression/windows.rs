//! The memory of decoders: windows and dictionaries that are longer than any decoder may have without being asked for.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;
use crate::input::typed::Typed;

/// What each decoder may take for a window or dictionary: what the zstd tool allows, and twice that of `xz -9`.
pub(super) const FREE: u64 = 128 << 20;

/// The memory for longer windows. What they hold counts towards the budget of the run.
#[derive(Debug)]
pub struct Windows {
    most: usize,
    held: AtomicUsize,
}

/// A part of it, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Held<'a> {
    windows: &'a Windows,
    bytes: usize,
}

/// Why an input that may be whole is not unpacked.
#[derive(Debug)]
pub(in crate::input) enum Unreadable {
    /// Its window takes more bytes than there may be.
    Memory {
        /// The name of the compression.
        name: &'static str,
        /// What it calls the window.
        what: &'static str,
        /// Its bytes.
        bytes: u64,
    },
    /// No decoder reads such a window.
    TooLong {
        /// The name of the compression.
        name: &'static str,
        /// Bytes of the window.
        bytes: u64,
    },
    /// It was made with a dictionary of this number.
    Dictionary {
        /// The name of the compression, which is that of its tool too.
        name: &'static str,
        /// The number that the data names it by.
        id: u32,
    },
}

impl Windows {
    /// Long windows in a run with so many bytes of memory: as large as what is held there may be.
    pub fn new(memory: usize) -> Self {
        Self { most: memory / 3 * 2, held: AtomicUsize::new(0) }
    }

    /// Bytes that long windows hold.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Bytes that one window may take.
    pub(super) fn most(&self) -> u64 {
        FREE.max(self.most as u64)
    }

    /// Takes memory for a window; an error where it may not be so long.
    pub(super) fn hold(
        &self,
        name: &'static str,
        what: &'static str,
        bytes: u64,
    ) -> Result<Held<'_>, Unreadable> {
        if bytes > self.most() {
            return Err(Unreadable::Memory { name, what, bytes });
        }
        let bytes = if bytes > FREE { usize::try_from(bytes).unwrap_or(usize::MAX) } else { 0 };
        self.held.fetch_add(bytes, Ordering::Relaxed);
        Ok(Held { windows: self, bytes })
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.windows.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Unreadable {
    /// The error about a file of this name.
    pub(in crate::input) fn error(&self, shown: &str, typed: &Typed) -> Error {
        let error = Error::new(format!("{shown}: {self}"));
        match *self {
            Self::Memory { bytes, .. } => {
                // Two thirds of it, rounded down, are as many bytes at least.
                let memory = (bytes.div_ceil(2) * 3).div_ceil(1 << 20);
                error.help(format!("--memory {memory}M would do"))
            }
            Self::TooLong { name, .. } => {
                error.help(format!("compress it with a shorter one: {name} --long=31 is the longest"))
            }
            Self::Dictionary { name, .. } => {
                error.help(typed.piped(&format!("{name} -dc -D DICTIONARY FILE"), None))
            }
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Memory { name, what, bytes } => {
                let size = bytes.div_ceil(1 << 20);
                write!(
                    out,
                    "{name} data with a {what} of {size} MiB, which is more than --memory lets it have"
                )
            }
            Self::TooLong { name, bytes } => {
                write!(
                    out,
                    "{name} data with a window of {} MiB, which nothing reads",
                    bytes.div_ceil(1 << 20)
                )
            }
            Self::Dictionary { name, id } => {
                write!(out, "{name} data that was made with a dictionary (its number is {id})")
            }
        }
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_that_is_named_would_do() {
        for bytes in [FREE + 1, 256 << 20, (512 << 20) + 12_345, 2 << 30] {
            let error = Windows::new(1 << 20)
                .hold("zstd", "window", bytes)
                .unwrap_err()
                .error("x", &Typed::nameless())
                .to_string();
            let named = error.split("--memory ").last().and_then(|rest| rest.split('M').next()).unwrap();
            let memory: usize = named.parse().unwrap();
            let windows = Windows::new(memory << 20);
            let held = windows.hold("zstd", "window", bytes).unwrap();
            assert_eq!(windows.held() as u64, bytes);
            drop(held);
            assert_eq!(windows.held(), 0);
            assert!(Windows::new((memory - 3) << 20).hold("zstd", "window", bytes).is_err());
        }
    }

    #[test]
    fn short_windows_are_free() {
        let windows = Windows::new(1 << 20);
        let _held = windows.hold("xz", "dictionary", FREE).unwrap();
        assert_eq!(windows.held(), 0);
    }
}
