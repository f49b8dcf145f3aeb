//! Where results go: stdout, a device, or a file that is written beside its place and renamed at the end.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, fstat};

use super::compressor::{self, Compressor};
use crate::error::{Error, Result, escaped};
use crate::file_name;

/// Bytes are handed to the system in pieces of at least this size, unless nothing more is ready.
const PIECE: usize = 1 << 16;

/// An output that collects bytes.
pub struct Output {
    target: Target,
    buffer: Vec<u8>,
    /// The reader of a pipe has gone: what is written is dropped.
    closed: bool,
}

/// Whether somebody still reads.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// The bytes were taken.
    All,
    /// The pipe was closed at the other end.
    Closed,
}

enum Target {
    /// Stdout, a device, a FIFO: written as it comes.
    Direct { name: String, writer: Box<dyn Write + Send> },
    /// A regular or new file.
    File { path: PathBuf, temporary: PathBuf, writer: Box<dyn Compressor> },
}

impl Output {
    /// Writes to stdout.
    pub fn stdout(writer: Box<dyn Write + Send>) -> Self {
        Self::over(Target::Direct { name: "stdout".to_owned(), writer })
    }

    /// Writes to a file: a regular or new one appears whole at [`Self::commit`], a device or FIFO is written
    /// directly. A suffix of a compression compresses the former.
    pub fn file(path: &Path) -> Result<Self> {
        let name = escaped(&file_name::text(path));
        if let Some(writer) = standard(path) {
            return Ok(Self::over(Target::Direct { name, writer }));
        }
        let cannot = |error: io::Error| Error::new(format!("{name}: cannot be written: {error}"));
        let meta = fs::metadata(path).ok();
        if meta.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::new(format!("{name}: is a directory")).help("name a file in it"));
        }
        let special = |meta: fs::Metadata| {
            let kind = meta.file_type();
            kind.is_fifo() || kind.is_char_device() || kind.is_block_device() || kind.is_socket()
        };
        if meta.is_some_and(special) {
            let file = OpenOptions::new().write(true).open(path).map_err(cannot)?;
            return Ok(Self::over(Target::Direct { name, writer: Box::new(file) }));
        }
        // A link keeps pointing to its file: the file itself is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let temporary = beside(&path);
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary).map_err(cannot)?;
        if let Ok(meta) = fs::metadata(&path) {
            let _ = file.set_permissions(meta.permissions());
        }
        let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or("");
        let writer = compressor::start(&suffix.to_ascii_lowercase(), file).map_err(cannot)?;
        Ok(Self::over(Target::File { path, temporary, writer }))
    }

    fn over(target: Target) -> Self {
        Self { target, buffer: Vec::with_capacity(PIECE), closed: false }
    }

    /// Where encoders append.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Appends bytes and hands them on if there are many.
    pub fn write(&mut self, bytes: &[u8]) -> Result<Written> {
        if self.buffer.is_empty() && bytes.len() >= PIECE {
            return self.hand_on(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        self.drain(PIECE)
    }

    /// Hands on what was collected if it is at least `least` bytes.
    pub fn drain(&mut self, least: usize) -> Result<Written> {
        if self.buffer.len() < least.max(1) {
            return Ok(if self.closed { Written::Closed } else { Written::All });
        }
        let buffer = std::mem::take(&mut self.buffer);
        let written = self.hand_on(&buffer);
        self.buffer = buffer;
        self.buffer.clear();
        written
    }

    /// Hands on all that was collected, so that a reader sees it now.
    pub fn flush(&mut self) -> Result<Written> {
        let written = self.drain(1)?;
        if let Target::Direct { name, writer } = &mut self.target
            && let Err(error) = writer.flush()
        {
            return closed_or_error(name, error).inspect(|_| self.closed = true);
        }
        Ok(written)
    }

    /// Completes the output; a file takes its name.
    pub fn commit(&mut self) -> Result<()> {
        let _ = self.flush()?;
        if let Target::File { path, temporary, writer } = &mut self.target {
            let name = escaped(&file_name::text(&*path));
            let renamed = writer.finish().and_then(|()| fs::rename(&*temporary, &*path));
            renamed.map_err(|error| Error::new(format!("{name}: cannot be written: {error}")))?;
            temporary.clear();
        }
        Ok(())
    }

    fn hand_on(&mut self, bytes: &[u8]) -> Result<Written> {
        if self.closed {
            return Ok(Written::Closed);
        }
        match &mut self.target {
            Target::Direct { name, writer } => match writer.write_all(bytes) {
                Ok(()) => Ok(Written::All),
                Err(error) => closed_or_error(name, error).inspect(|_| self.closed = true),
            },
            Target::File { path, writer, .. } => {
                let name = || escaped(&file_name::text(&*path));
                writer
                    .write_all(bytes)
                    .map(|()| Written::All)
                    .map_err(|error| Error::new(format!("{}: cannot be written: {error}", name())))
            }
        }
    }
}

impl Drop for Output {
    /// An output that was not committed leaves the old file as it was.
    fn drop(&mut self) {
        if let Target::File { temporary, .. } = &self.target
            && !temporary.as_os_str().is_empty()
        {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// The stream that a device stands for, which may have been redirected to a file: that one must not be
/// replaced, nor written from its start.
fn standard(path: &Path) -> Option<Box<dyn Write + Send>> {
    match path.to_str()? {
        "/dev/stdout" => Some(Box::new(io::stdout())),
        "/dev/stderr" => Some(Box::new(io::stderr())),
        _ => None,
    }
}

/// A closed pipe is no error: the reader has seen enough.
fn closed_or_error(name: &str, error: io::Error) -> Result<Written> {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(Written::Closed),
        _ => Err(Error::new(format!("{name}: cannot be written: {error}"))),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".tamis-{}", std::process::id()));
    path.with_file_name(name)
}

/// The regular files that stdin and stdout are, each by its [`identity`]; `None` for what is no regular file.
#[derive(Clone, Debug, Default)]
pub struct StdFiles {
    /// What `-` reads.
    pub stdin: Option<String>,
    /// Where results go without `-o`.
    pub stdout: Option<String>,
}

impl StdFiles {
    /// Those of the process.
    pub fn of_process() -> Self {
        let regular = |file: BorrowedFd<'_>| {
            let stat = fstat(file).ok()?;
            FileType::from_raw_mode(stat.st_mode).is_file().then(|| of_file(stat.st_dev, stat.st_ino))
        };
        Self { stdin: regular(io::stdin().as_fd()), stdout: regular(io::stdout().as_fd()) }
    }
}

fn of_file(device: impl std::fmt::Display, number: impl std::fmt::Display) -> String {
    format!("{device}:{number}")
}

/// What all names of one file have in common, also where there is no file yet.
pub fn identity(path: &Path) -> String {
    if let Ok(meta) = fs::metadata(path) {
        return of_file(meta.dev(), meta.ino());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    file_name::text(folder.join(path.file_name().unwrap_or_default()))
}
