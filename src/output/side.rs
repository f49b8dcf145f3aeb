//! Side files: rejected and late records, raw or as objects that say why.

use std::path::Path;
use std::sync::Arc;

use super::later::Later;
use super::target::Output;
use crate::error::Result;
use crate::format::lines::end_line;
use crate::record::{Kept, Late, Origin, Reject, Sources};
use crate::spill::Disk;
use crate::value::json::write_string;

/// A file of records that left the chain, in the order of the input: those that an aggregate made come last.
pub struct SideFile {
    output: Output,
    /// With suffix `.ndjson` each record is an object with file, line, reason and record.
    objects: bool,
    inputs: Arc<Inputs>,
    /// What comes out of order.
    later: Later,
}

/// What records of side files come from.
#[derive(Debug)]
pub struct Inputs {
    /// The files named on the command line, then those of tables; `None` is stdin.
    pub names: Vec<Option<String>>,
    /// How many are inputs.
    pub count: usize,
    /// Whether records of the inputs are found in their order.
    pub in_order: bool,
    /// What is known of the inputs.
    pub sources: Arc<Sources>,
}

impl SideFile {
    /// Creates the file; it appears whole at [`Self::commit`].
    pub fn create(path: &Path, inputs: &Arc<Inputs>, disk: &Arc<Disk>) -> Result<Self> {
        let name = crate::file_name::text(path);
        let objects =
            crate::format::suffix_of(&name).0.is_some_and(|suffix| suffix.eq_ignore_ascii_case("ndjson"));
        let later = Later::new(disk);
        Ok(Self { output: Output::file(path)?, objects, inputs: Arc::clone(inputs), later })
    }

    /// Writes a rejected record.
    pub fn reject(&mut self, reject: &Reject) -> Result<()> {
        let reason = match reject.column {
            Some(column) => format!("{} (column {column})", reject.reason),
            None => reject.reason.to_string(),
        };
        self.write(reject.origin, &reason, reject.kept.as_ref())
    }

    /// Writes a late record.
    pub fn late(&mut self, late: &Late) -> Result<()> {
        let mut behind = Vec::new();
        late.behind().write(&mut behind);
        let reason = format!("late: {} behind", String::from_utf8_lossy(&behind));
        self.write(late.origin, &reason, late.kept.as_ref())
    }

    /// Completes the file.
    pub fn commit(self) -> Result<()> {
        let Self { mut output, later, .. } = self;
        later.each(|line| {
            output.buffer().extend_from_slice(line);
            output.drain(DRAIN).map(|_written| ())
        })?;
        output.commit()
    }

    /// A record of several lines that was put on one.
    fn as_it_stood(&self, origin: Option<Origin>, kept: Option<&Kept>) -> Option<Kept> {
        let source = self.inputs.sources.get(origin?.source)?;
        match kept? {
            Kept::Raw(bytes) if source.stood => Some(Kept::Raw(source.as_it_stood(bytes).to_vec())),
            _ => None,
        }
    }

    fn write(&mut self, origin: Option<Origin>, reason: &str, kept: Option<&Kept>) -> Result<()> {
        let as_it_stood = self.as_it_stood(origin, kept);
        let kept = as_it_stood.as_ref().or(kept);
        let source = origin.map(|origin| origin.source as usize);
        // Tables were read before all else.
        let is_in_turn = source.is_some_and(|source| self.inputs.in_order || source >= self.inputs.count);
        if is_in_turn {
            let Self { output, inputs, objects, .. } = self;
            write_line(origin, reason, kept, objects.then_some(&**inputs), output.buffer());
            // A closed pipe behind a side file is nobody's concern.
            return self.output.drain(DRAIN).map(|_written| ());
        }
        let objects = self.objects.then_some(&*self.inputs);
        self.later.push(origin, |line| write_line(origin, reason, kept, objects, line))
    }
}

/// Bytes that are held before they are written.
const DRAIN: usize = 1 << 16;

/// Writes a record as it is kept, or as an object with the name of its file.
fn write_line(
    origin: Option<Origin>,
    reason: &str,
    kept: Option<&Kept>,
    objects: Option<&Inputs>,
    out: &mut Vec<u8>,
) {
    match (objects, kept) {
        (Some(inputs), kept) => {
            let file = origin.and_then(|origin| inputs.names.get(origin.source as usize)?.as_deref());
            write_object(file, origin.map(|origin| origin.line), reason, kept, out);
        }
        (None, Some(Kept::Raw(bytes) | Kept::Front(bytes) | Kept::Object(bytes))) => {
            out.extend_from_slice(bytes);
        }
        (None, None) => {}
    }
    end_line(out);
}

/// A record of the input is a text, one that the chain made is the object that it is.
fn write_object(file: Option<&str>, line: Option<u64>, reason: &str, kept: Option<&Kept>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"file\":");
    match file {
        Some(name) => write_string(name.as_bytes(), out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"line\":");
    match line {
        Some(line) => out.extend_from_slice(line.to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"reason\":");
    write_string(reason.as_bytes(), out);
    out.extend_from_slice(b",\"record\":");
    match kept {
        Some(Kept::Raw(bytes) | Kept::Front(bytes)) => write_string(bytes, out),
        Some(Kept::Object(object)) => out.extend_from_slice(object),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}
