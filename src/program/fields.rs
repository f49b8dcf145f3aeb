//! The names of fields for completion: those that a chain gives for the front of its inputs, which is all that is read.
//! What cannot be known, or not safely, has no names; nothing is said, and nothing is written.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::{self, Chain, FieldsAsked, Known, Request, Surroundings};
use crate::engine::{self, Colour};
use crate::error::Result;
use crate::file_name;
use crate::format;
use crate::input::{SliceSource, Stop};
use crate::output::StdFiles;

/// So much of an input is read.
const FRONT: u64 = 64 << 10;
/// A compressed front may become very long: no record of it is longer than this.
const LONGEST: u64 = 1 << 20;
const MEMORY: u64 = 64 << 20;
/// So many inputs are looked at.
const INPUTS: usize = 4;

/// The names of the fields of the records that leave a chain.
pub(super) fn names(asked: &FieldsAsked, around: &Surroundings, stop: &Arc<Stop>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for file in asked.files.iter().take(INPUTS) {
        let Some(front) = front(file) else { continue };
        let found = names_of(asked, file, front, around, stop).unwrap_or_default();
        for name in found.into_iter().filter_map(without_places) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The bytes at the front of a regular file. Nothing else is opened, since that may wait, or do something.
fn front(name: &str) -> Option<Vec<u8>> {
    let path = in_home(name);
    // What the kernel makes up is a regular file without a length, and may wait as a pipe does.
    if !fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() > 0) {
        return None;
    }
    let file = File::open(&path).ok()?;
    // It may be another file by now.
    file.metadata().ok().filter(fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    file.take(FRONT).read_to_end(&mut bytes).ok()?;
    // A record that is cut would have other names.
    if bytes.len() as u64 == FRONT
        && let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n')
        && std::str::from_utf8(bytes.get(..end)?).is_ok()
    {
        bytes.truncate(end + 1);
    }
    Some(bytes)
}

/// A name as a shell would give it to a program.
fn in_home(name: &str) -> Cow<'_, Path> {
    match (name.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Cow::Owned(Path::new(&home).join(&*file_name::path(rest))),
        _ => file_name::path(name),
    }
}

/// The columns of a table of the chain's records.
fn names_of(
    asked: &FieldsAsked,
    file: &str,
    front: Vec<u8>,
    around: &Surroundings,
    stop: &Arc<Stop>,
) -> Result<Vec<String>> {
    let parsed = cli::parse(&asked.words, &Known::ALL, around, &read_small)?;
    let Request::Run(mut chain) = parsed else { return Ok(Vec::new()) };
    make_safe(&mut chain, file);
    let out = Arc::new(Mutex::new(Vec::new()));
    let host = engine::Host {
        stdin: Box::new(SliceSource::new(front, FRONT as usize, false)),
        stdout: Box::new(Shared(Arc::clone(&out))),
        std_files: StdFiles::default(),
        terminal: None,
        stop: Arc::clone(stop),
        block_bytes: super::BLOCK_BYTES,
        eager: false,
        first_block: 0,
    };
    // What broke the run off does not matter: the front may end in the middle of anything.
    engine::run(&chain.stages, &[], &chain.settings, host)?;
    let table = std::mem::take(&mut *out.lock().unwrap_or_else(PoisonError::into_inner));
    let mut reader = csv::Reader::from_reader(&*table);
    Ok(reader.headers().map(|names| names.iter().map(str::to_owned).collect()).unwrap_or_default())
}

/// Leaves out what writes, what would end the run early, and tables that are not small.
fn make_safe(chain: &mut Chain, file: &str) {
    chain.stages.retain(|(stage, words)| stage.spec != "FILE" || is_small(&words.spec));
    let settings = &mut chain.settings;
    settings.given.clear();
    settings.from = settings.from.or_else(|| format::by_suffix(file));
    settings.to = format::find("csv");
    settings.union = true;
    // Without this it would be that of the input.
    settings.delimiter_out = Some(b',');
    settings.no_header_out = false;
    (settings.output, settings.rejects, settings.late) = (None, None, None);
    settings.strict = false;
    settings.fail_if = None;
    settings.quiet = true;
    settings.threads = 1;
    settings.colour = Colour { messages: false, output: false };
    settings.memory = MEMORY;
    settings.max_record = LONGEST;
}

fn is_small(name: &str) -> bool {
    fs::metadata(file_name::path(name)).is_ok_and(|meta| meta.is_file() && (1..=FRONT).contains(&meta.len()))
}

/// A SPEC that is in a file.
fn read_small(name: &str) -> io::Result<Vec<u8>> {
    match is_small(name) {
        true => fs::read(file_name::path(name)),
        false => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// The name of a column without the places of elements, which are columns of their own.
fn without_places(column: String) -> Option<String> {
    let is_place = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let names: Vec<&str> = column.split('.').collect();
    match names.iter().skip(1).position(is_place) {
        Some(at) => names.get(..=at).map(|names| names.join(".")),
        None => Some(column).filter(|name| !name.is_empty()),
    }
}

/// What a run writes, to be looked at afterwards.
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
