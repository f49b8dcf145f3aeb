//! A folder of files of one run: many names, few open files, bounded buffers.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::process::{Resource, getrlimit};

use super::identity;
use crate::error::{Error, Result, escaped};
use crate::file_name;
use crate::hash::Map;

/// Most files that are open at a time.
const OPEN: u64 = 4096;
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
    /// Numbers of open files by when they were last written to.
    open: BTreeMap<u64, usize>,
    /// So many may be open.
    most: usize,
    /// Writes so far.
    writes: u64,
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
    /// The file, if it is open, and the number of the last write to it.
    file: Option<(File, u64)>,
    /// It was emptied, and is only appended to from then on.
    made: bool,
    buffer: Vec<u8>,
}

impl Folder {
    /// A folder at a path, made if it is missing, for files with a suffix. `taken` must not be among them.
    pub fn create(path: &Path, suffix: &str, taken: Vec<String>) -> Result<Self> {
        let made = fs::create_dir_all(path).and_then(|()| fs::metadata(path));
        let name = escaped(&file_name::text(path));
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
            open: BTreeMap::new(),
            most: most_open(),
            writes: 0,
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
        escaped(&file_name::text(self.path_of(name)))
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
        let written = part.file.as_mut().map_or(Ok(()), |(file, _)| file.write_all(&bytes));
        written.map_err(|error| cannot_write(&part.path, &error))
    }

    /// Makes sure that a file is open. One too many closes the one that was not written to for the longest time.
    fn open(&mut self, number: usize) -> Result<()> {
        let Some(part) = self.files.get_mut(number) else { return Ok(()) };
        self.writes += 1;
        if let Some((_, last)) = &mut part.file {
            self.open.remove(&std::mem::replace(last, self.writes));
        } else {
            let file = self.opened(number)?;
            let Some(part) = self.files.get_mut(number) else { return Ok(()) };
            (part.file, part.made) = (Some((file, self.writes)), true);
        }
        self.open.insert(self.writes, number);
        Ok(())
    }

    /// Opens a file, the first time an empty one. The system may let fewer be open than was thought.
    fn opened(&mut self, number: usize) -> Result<File> {
        while self.open.len() >= self.most {
            self.close_one();
        }
        loop {
            let error = match self.try_open(number)? {
                Ok(file) => return Ok(file),
                Err(error) => error,
            };
            if !is_too_many(&error) || !self.close_one() {
                let path = self.files.get(number).map_or(&*self.path, |part| &part.path);
                return Err(cannot_write(path, &error));
            }
            self.most = self.open.len().max(1);
        }
    }

    fn try_open(&self, number: usize) -> Result<io::Result<File>> {
        let part = self.files.get(number).ok_or_else(|| Error::new("split has no such file"))?;
        match part.made {
            true => Ok(OpenOptions::new().append(true).open(&part.path)),
            false => make(&part.path, &self.taken),
        }
    }

    /// Closes the file that was not written to for the longest time; false if none is open.
    fn close_one(&mut self) -> bool {
        let oldest = self.open.pop_first();
        if let Some(part) = oldest.and_then(|(_, oldest)| self.files.get_mut(oldest)) {
            part.file = None;
        }
        oldest.is_some()
    }
}

/// How many files may be open for this folder: half of what the system lets the process have.
fn most_open() -> usize {
    let all = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from((all / 2).clamp(1, OPEN)).unwrap_or(1)
}

fn is_too_many(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].into_iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Makes or empties a file.
fn make(path: &Path, taken: &[String]) -> Result<io::Result<File>> {
    let name = || escaped(&file_name::text(path));
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(Error::new(format!("{}: is no regular file", name())).help("split into an empty folder"));
    }
    if taken.contains(&identity(path)) {
        let error = Error::new(format!("{}: the file is also an input or output", name()));
        return Err(error.help("split into a folder of its own"));
    }
    Ok(File::create(path))
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("{}: cannot be written: {error}", escaped(&file_name::text(path))))
}
