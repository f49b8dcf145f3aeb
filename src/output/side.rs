//! Side files: rejected and late records, raw or as objects that say why.

use std::path::Path;

use super::target::Output;
use crate::error::Result;
use crate::record::{Kept, Late, Origin, Reject};
use crate::value::json::write_string;

/// A file of records that left the chain.
pub struct SideFile {
    output: Output,
    /// With suffix `.ndjson` each record is an object with file, line, reason and record.
    objects: bool,
    /// The files named on the command line; `None` is stdin.
    inputs: Vec<Option<String>>,
}

impl SideFile {
    /// Creates the file; it appears whole at [`Self::commit`].
    pub fn create(path: &Path, inputs: &[Option<String>]) -> Result<Self> {
        let name = path.to_string_lossy();
        let objects = crate::format::suffix_of(&name).0 == Some("ndjson");
        Ok(Self { output: Output::file(path)?, objects, inputs: inputs.to_vec() })
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
    pub fn commit(mut self) -> Result<()> {
        self.output.commit()
    }

    fn write(&mut self, origin: Option<Origin>, reason: &str, kept: Option<&Kept>) -> Result<()> {
        let out = self.output.buffer();
        if self.objects {
            let file = origin.and_then(|origin| self.inputs.get(origin.source as usize)?.as_deref());
            write_object(file, origin.map(|origin| origin.line), reason, kept, out);
        } else {
            match kept {
                Some(Kept::Raw(bytes) | Kept::Front(bytes) | Kept::Object(bytes)) => {
                    out.extend_from_slice(bytes);
                }
                None => {}
            }
        }
        out.push(b'\n');
        // A closed pipe behind a side file is nobody's concern.
        self.output.drain(1 << 16).map(|_written| ())
    }
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
