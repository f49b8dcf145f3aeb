//! Side files: rejected and late records, raw or as objects that say why.

use std::path::Path;

use super::target::Output;
use crate::error::Result;
use crate::record::{Late, Origin, Reject};
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
        self.write(reject.origin, &reason, reject.raw.as_deref().unwrap_or(&[]))
    }

    /// Writes a late record.
    pub fn late(&mut self, late: &Late) -> Result<()> {
        let mut behind = Vec::new();
        late.behind.write(&mut behind);
        let reason = format!("late: {} behind", String::from_utf8_lossy(&behind));
        self.write(late.origin, &reason, late.raw.as_deref().unwrap_or(&[]))
    }

    /// Completes the file.
    pub fn commit(mut self) -> Result<()> {
        self.output.commit()
    }

    fn write(&mut self, origin: Option<Origin>, reason: &str, raw: &[u8]) -> Result<()> {
        let out = self.output.buffer();
        if self.objects {
            let file = origin.and_then(|origin| self.inputs.get(origin.source as usize)?.as_deref());
            write_object(file, origin.map(|origin| origin.line), reason, raw, out);
        } else {
            out.extend_from_slice(raw);
        }
        out.push(b'\n');
        // A closed pipe behind a side file is nobody's concern.
        self.output.drain(1 << 16).map(|_written| ())
    }
}

fn write_object(file: Option<&str>, line: Option<u64>, reason: &str, raw: &[u8], out: &mut Vec<u8>) {
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
    write_string(raw, out);
    out.push(b'}');
}
