//! `tee FILE`: writes the records to a file too, and passes them on.

use std::sync::Arc;

use super::side::{Copies, Host, SideOutput, Writes};
use super::{Bound, Flow, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::record::{Batch, Shape};
use crate::spill::Disk;
use crate::time::Timestamp;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "tee",
    spec: "FILE",
    options: &[],
    bind,
    doc: Doc {
        summary: "write the records to a file too",
        text: "Records pass on at once and unchanged. The file gets them as they are at this place of the chain, \
               in the format of its suffix (also in front of .gz), or without one in that of the output. It is \
               written like that of `-o`: a regular file appears whole at the end, a device or FIFO gets records \
               as soon as they are there, and `--no-header-out` holds. A record that its format cannot hold is \
               rejected there, with the file's name, and passes on all the same.\n\n\
               The file gets all records that reach the stage: a `limit` behind it does not end the input, and a \
               closed stdout does not either. A `limit` in front of it does.",
        examples: &[Example {
            command: "--from ndjson filter 'status >= 500' then tee errors.ndjson then aggregate 'n = count()'",
            input: "{\"status\":500}\n{\"status\":200}\n{\"status\":503}\n",
            output: "{\"n\":2}\n",
        }],
    },
};

struct Tee {
    place: u32,
    file: String,
    shape: Shape,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let _windowed = scope.per_window()?;
    let file = words.spec.clone();
    match file.as_str() {
        "" => Err(Error::new("a file is expected").help("name it: tee errors.ndjson")),
        "-" => Err(Error::new("\"-\" is no file to write")
            .help("stdout gets the records at the end of the chain; a file of this name is ./-")),
        _ => Ok(vec![Bound::Ordered(Box::new(Tee { place: scope.place, file, shape: scope.shape.clone() }))]),
    }
}

impl Plan for Tee {
    fn start(&self, host: &dyn Host) -> Result<Box<dyn Stage>> {
        let copies = host.copies(&self.file, &self.shape)?;
        Ok(Box::new(Running {
            place: self.place,
            file: self.file.clone(),
            copies,
            is_read: true,
            is_wanted: true,
        }))
    }

    fn keeps(&self) -> String {
        format!("nothing: records pass, and are written to {}", self.file)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }

    fn written_shape(&self) -> Option<&Shape> {
        Some(&self.shape)
    }

    fn writes(&self) -> Option<Writes<'_>> {
        Some(Writes::File(&self.file))
    }
}

struct Running {
    /// The stage, by its place in the chain.
    place: u32,
    file: String,
    copies: Box<dyn Copies>,
    /// Somebody reads the copies.
    is_read: bool,
    /// The stages behind want more.
    is_wanted: bool,
}

impl Running {
    /// Hands something on to the stages behind, as long as they want more. What satisfies them does not end
    /// the input.
    fn hand_on(
        &mut self,
        work: &mut Work<'_>,
        hand: impl FnOnce(&mut Work<'_>) -> Result<Flow>,
    ) -> Result<Flow> {
        if self.is_wanted {
            let enough = work.enough;
            if hand(work)? == Flow::Enough {
                work.enough = enough;
                self.is_wanted = false;
            }
        }
        Ok(if self.is_read || self.is_wanted { Flow::More } else { Flow::Enough })
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.is_read {
            let before = work.findings.rejects.len();
            self.is_read = self.copies.push(&batch, work)? == Flow::More;
            work.findings.rejects.iter_mut().skip(before).for_each(|reject| reject.at = self.place);
        }
        self.hand_on(work, |work| next.push(batch, work))
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.hand_on(work, |work| next.advance(mark, work))
    }

    fn side(&mut self) -> Option<&mut dyn SideOutput> {
        Some(&mut *self.copies)
    }

    fn spill(&mut self, _disk: &Arc<Disk>) -> Result<bool> {
        self.copies.spill()
    }

    fn held(&self) -> (usize, String) {
        (self.copies.heap_bytes(), format!("tee {}", self.file))
    }
}
