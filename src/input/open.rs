//! The inputs as named, checked before anything is read.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

use rustix::fs::OFlags;

use super::bytes::{ByteSource, SliceSource};
use crate::error::{Error, Result};
use crate::file_name;

/// An input as named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// `-`, or no file at all.
    Stdin,
    /// A file, FIFO or device, as [`file_name::text`] gives its name.
    File(String),
}

impl Named {
    /// The inputs of a command line.
    pub fn all(files: &[String]) -> Vec<Self> {
        if files.is_empty() {
            return vec![Self::Stdin];
        }
        files.iter().map(|file| Self::of(file)).collect()
    }

    /// A file as it was typed; `-` is stdin.
    pub fn of(file: &str) -> Self {
        if file == "-" { Self::Stdin } else { Self::File(file.to_owned()) }
    }

    /// The file's name; `None` for stdin.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Stdin => None,
            Self::File(name) => Some(name),
        }
    }

    /// The name as messages give it.
    pub fn shown(&self) -> &str {
        match self {
            Self::Stdin => "stdin",
            Self::File(name) => name,
        }
    }
}

/// An empty input, where nobody reads stdin.
pub fn nothing() -> Box<dyn ByteSource> {
    Box::new(SliceSource::new(Vec::new(), 1, false))
}

/// Checks that every file is there and can be read, so that a missing one stops the run before any output.
pub fn check_inputs(inputs: &[Named]) -> Result<()> {
    check_all(inputs, "name the files in it, for instance by DIR/*.ndjson")
}

/// Checks that every table is there and can be read, as [`check_inputs`] does.
pub fn check_tables(tables: &[Named]) -> Result<()> {
    check_all(tables, "name a file in it: a table is one file")
}

fn check_all(files: &[Named], of_folder: &str) -> Result<()> {
    files.iter().filter_map(Named::file).try_for_each(|name| check(name, of_folder))
}

/// Checks one file; `of_folder` is the remedy for a directory.
fn check(name: &str, of_folder: &str) -> Result<()> {
    let meta = fs::metadata(file_name::path(name)).map_err(|error| cannot_read(name, &error))?;
    if meta.is_dir() {
        return Err(Error::new(format!("{}: is a directory", crate::error::escaped(name))).help(of_folder));
    }
    // Opening a FIFO would wait for its writer.
    if meta.is_file() {
        open(name)?;
    }
    Ok(())
}

/// Opens a file for reading.
pub(super) fn open(name: &str) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening a FIFO waits for its writer, deaf to signals; the wait for its first byte is not. Elsewhere
    // such a FIFO may look ended.
    if cfg!(target_os = "linux")
        && fs::metadata(file_name::path(name)).is_ok_and(|meta| meta.file_type().is_fifo())
    {
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(file_name::path(name)).map_err(|error| cannot_read(name, &error))
}

/// The error for a file that cannot be read.
pub(super) fn cannot_read(name: &str, error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    let name = crate::error::escaped(name);
    match error.kind() {
        ErrorKind::NotFound => Error::new(format!("{name}: no such file")),
        ErrorKind::PermissionDenied => Error::new(format!("{name}: permission denied")),
        _ => Error::new(format!("{name}: cannot be read: {error}")),
    }
}
