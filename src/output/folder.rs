//! A folder of files of one run: many names, few open files, bounded buffers.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::identity;
use crate::error::{Error, Result, shown};
use crate::hash::Map;

/// Files that are open at a time.
const OPEN: usize = 128;
/// Bytes of one file that are written at once.
const PIECE: usize = 1 << 16;
/// Bytes collected for all files.
const COLLECTED: usize = 4 << 20;

/// Files that are written piece by piece: each is emptied when it is first written to.
pub struct Folder {
    path: PathBuf,
    suffix: String,
    /// Files that must not be written, by [`identity`].
    taken: Vec<String>,
    numbers: Map<String, usize>,
    files: Vec<Part>,
    /// Numbers of open files, the least recently used in front.
    open: VecDeque<usize>,
    /// Numbers of files with bytes that were not written yet.
    waiting: Vec<usize>,
    /// Bytes of names and of buffers.
    name_bytes: usize,
    collected: usize,
}

/// A file by its number, from 0 in the order of first use.
#[derive(Clone, Copy, Debug)]
pub struct Numbered {
    /// The number.
    pub number: usize,
    /// Whether it was not asked for before.
    pub is_new: bool,
}

struct Part {
    path: PathBuf,
    file: Option<File>,
    /// It was emptied, and is only appended to from then on.
    made: bool,
    buffer: Vec<u8>,
}

impl Folder {
    /// A folder at a path, made if it is missing, for files with a suffix. `taken` must not be among them.
    pub fn create(path: &Path, suffix: &str, taken: Vec<String>) -> Result<Self> {
        let made = fs::create_dir_all(path).and_then(|()| fs::metadata(path));
        let name = shown(&path.to_string_lossy());
        match made {
            Ok(meta) if meta.is_dir() => {}
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::new(format!("{name}: cannot be made: {error}")));
            }
            _ => return Err(Error::new(format!("{name}: is no folder"))),
        }
        Ok(Self {
            path: path.to_owned(),
            suffix: suffix.to_owned(),
            taken,
            numbers: Map::default(),
            files: Vec::new(),
            open: VecDeque::new(),
            waiting: Vec::new(),
            name_bytes: 0,
            collected: 0,
        })
    }

    /// The file of a name, which has no suffix yet.
    pub fn file(&mut self, name: &str) -> Numbered {
        if let Some(&number) = self.numbers.get(name) {
            return Numbered { number, is_new: false };
        }
        let number = self.files.len();
        let path = self.path_of(name);
        self.name_bytes += name.len() + path.as_os_str().len();
        self.numbers.insert(name.to_owned(), number);
        self.files.push(Part { path, file: None, made: false, buffer: Vec::new() });
        Numbered { number, is_new: true }
    }

    /// A file as messages name it.
    pub fn shown(&self, name: &str) -> String {
        shown(&self.path_of(name).to_string_lossy())
    }

    /// Appends to a file. What was collected is written if it is much for this file or for all.
    pub fn append(&mut self, number: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let Some(part) = self.files.get_mut(number) else { return Ok(()) };
        let before = part.buffer.len();
        write(&mut part.buffer);
        if before == 0 && !part.buffer.is_empty() {
            self.waiting.push(number);
        }
        self.collected += part.buffer.len() - before;
        if self.collected >= COLLECTED {
            return self.flush();
        }
        if part.buffer.len() >= PIECE {
            self.waiting.retain(|waiting| *waiting != number);
            return self.write(number);
        }
        Ok(())
    }

    /// Writes all that was collected.
    pub fn flush(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().try_for_each(|number| self.write(number))
    }

    /// Writes all that was collected, and makes the files that nothing was written to.
    pub fn finish(&mut self) -> Result<()> {
        self.flush()?;
        let empty: Vec<usize> =
            (0..).zip(&self.files).filter(|(_, part)| !part.made).map(|(number, _)| number).collect();
        empty.into_iter().try_for_each(|number| self.write(number))
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        let entries = self.numbers.capacity() * (size_of::<(String, usize)>() + 1);
        self.name_bytes + entries + self.files.capacity() * size_of::<Part>() + self.collected
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.{}", self.suffix))
    }

    fn write(&mut self, number: usize) -> Result<()> {
        self.open(number)?;
        let Some(part) = self.files.get_mut(number) else { return Ok(()) };
        // Of many files each keeps no buffer.
        let bytes = std::mem::take(&mut part.buffer);
        self.collected -= bytes.len();
        let written = part.file.as_mut().map_or(Ok(()), |file| file.write_all(&bytes));
        written.map_err(|error| cannot_write(&part.path, &error))
    }

    /// Makes sure that a file is open, and closes the one that was not written to for the longest time.
    fn open(&mut self, number: usize) -> Result<()> {
        if let Some(at) = self.open.iter().position(|open| *open == number) {
            self.open.remove(at);
        } else {
            if self.open.len() >= OPEN
                && let Some(part) = self.open.pop_front().and_then(|oldest| self.files.get_mut(oldest))
            {
                part.file = None;
            }
            let Some(part) = self.files.get_mut(number) else { return Ok(()) };
            part.file = Some(if part.made { append(&part.path)? } else { make(&part.path, &self.taken)? });
            part.made = true;
        }
        self.open.push_back(number);
        Ok(())
    }
}

/// Makes or empties a file.
fn make(path: &Path, taken: &[String]) -> Result<File> {
    let name = || shown(&path.to_string_lossy());
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(Error::new(format!("{}: is no regular file", name())).help("split into an empty folder"));
    }
    if taken.contains(&identity(path)) {
        let error = Error::new(format!("{}: the file is also an input or output", name()));
        return Err(error.help("split into a folder of its own"));
    }
    File::create(path).map_err(|error| cannot_write(path, &error))
}

fn append(path: &Path) -> Result<File> {
    OpenOptions::new().append(true).open(path).map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("{}: cannot be written: {error}", shown(&path.to_string_lossy())))
}
