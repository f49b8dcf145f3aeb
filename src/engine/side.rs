//! The side outputs of stages: which format they have, where they are written, and what they must not be.

use std::sync::Arc;

use super::gathered::Gathered;
use super::plan::Plan;
use super::settings::Settings;
use super::setup::{Screen, open_def, output_def};
use super::tail::Tail;
use crate::error::{Error, Result};
use crate::file_name;
use crate::format::union::Union;
use crate::format::{self, Encoder, FormatDef, OutputFormat};
use crate::input::Named;
use crate::output::{Folder, Output};
use crate::record::{Batch, Findings, Shape};
use crate::spill::Disk;
use crate::stage::{Copies, Files, Flow, Host, SideOutput, Work, Writes};

/// Bytes that an encoder of its own takes for each file, about.
const ENCODER_BYTES: usize = 4096;

/// Opens side outputs.
pub(super) struct Sides<'a> {
    pub plan: &'a Plan,
    pub inputs: &'a [Named],
    pub settings: &'a Settings,
    /// What files are written to or read elsewhere, see [`crate::output::identity`].
    pub taken: Vec<String>,
    /// `--union`.
    pub union: Option<&'a Union>,
    pub disk: &'a Arc<Disk>,
}

/// The format of a side output: that of a file's suffix, else that of the run's output.
pub(super) fn side_def(
    writes: Writes<'_>,
    inputs: &[Named],
    settings: &Settings,
) -> Result<&'static FormatDef> {
    let by_name = match writes {
        Writes::File(file) => format::written_by_suffix(file),
        Writes::Folder(_) => None,
    };
    by_name.or_else(|| output_def(inputs, settings)).ok_or_else(|| Error::new("no output format"))
}

impl Sides<'_> {
    fn def(&self, writes: Writes<'_>) -> Result<&'static FormatDef> {
        side_def(writes, self.inputs, self.settings)
    }

    fn open(&self, def: &'static FormatDef, shape: &Shape) -> Result<Arc<dyn OutputFormat>> {
        open_def(def, self.plan, shape, self.settings, (Screen::default(), self.union))
    }
}

impl Host for Sides<'_> {
    fn copies(&self, file: &str, shape: &Shape) -> Result<Box<dyn Copies>> {
        let path = &*file_name::path(file);
        let format = self.open(self.def(Writes::File(file))?, shape)?;
        let tail = Tail::new(&*format, self.disk, Output::file(path)?);
        Ok(Box::new(Copy { tail, name: crate::error::escaped(file) }))
    }

    fn files(&self, folder: &str, shape: &Shape) -> Result<Box<dyn Files>> {
        let def = self.def(Writes::Folder(folder))?;
        let suffix = def.suffixes.first().copied().unwrap_or(def.name);
        Ok(Box::new(Parts {
            format: self.open(def, shape)?,
            folder: Folder::create(&file_name::path(folder), suffix, self.taken.clone())?,
            encoders: Encoders::Unknown,
            gave: false,
            disk: Arc::clone(self.disk),
        }))
    }
}

/// The file of a `tee`.
struct Copy {
    tail: Tail,
    name: String,
}

impl Copies for Copy {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>) -> Result<Flow> {
        let known = work.findings.rejects.len();
        let flow = self.tail.push(batch, &mut work.findings);
        name_rejects(&mut work.findings, known, &self.name);
        flow
    }
}

impl SideOutput for Copy {
    fn flush(&mut self) -> Result<()> {
        self.tail.flush().map(|_flow| ())
    }

    fn finish(&mut self) -> Result<()> {
        self.tail.finish().map(|_flow| ())
    }

    fn commit(&mut self) -> Result<()> {
        self.tail.commit()
    }

    fn heap_bytes(&self) -> usize {
        self.tail.heap_bytes()
    }

    fn spill(&mut self) -> Result<bool> {
        self.tail.spill()
    }
}

/// The files of a `split`.
struct Parts {
    format: Arc<dyn OutputFormat>,
    folder: Folder,
    encoders: Encoders,
    /// A record was written.
    gave: bool,
    disk: Arc<Disk>,
}

/// What encodes the records of files.
enum Encoders {
    /// No record came yet, so that it is not known whether the format needs order.
    Unknown,
    /// One for all: the format writes records in any order.
    Shared(Box<dyn Encoder>),
    /// One for each file, by number.
    Own(Vec<Box<dyn Encoder>>),
    /// One for all, whose records wait for the columns of their files.
    Gathering(Box<dyn Encoder>, Box<Gathered>),
}

impl Files for Parts {
    fn push(&mut self, name: &str, batch: &Batch, work: &mut Work<'_>) -> Result<()> {
        if let Encoders::Unknown = self.encoders {
            self.encoders = match (self.format.gatherer(), self.format.any_order()) {
                (Some(gatherer), _) => {
                    let gathered = Gathered::many(gatherer, &self.disk);
                    Encoders::Gathering(self.format.encoder(), Box::new(gathered))
                }
                (None, true) => Encoders::Shared(self.format.encoder()),
                (None, false) => Encoders::Own(Vec::new()),
            };
        }
        let known = work.findings.rejects.len();
        let rejected = work.findings.rejected;
        let file = self.folder.file(name);
        let found = &mut work.findings;
        let written = match &mut self.encoders {
            // It writes no header: another one does.
            Encoders::Shared(encoder) => self.folder.append(file.number, |out| {
                if file.is_new {
                    self.format.encoder().begin(out);
                }
                encoder.encode(batch, out, found);
            }),
            Encoders::Own(encoders) => {
                if file.is_new {
                    encoders.push(self.format.encoder());
                }
                let Some(encoder) = encoders.get_mut(file.number) else { return Ok(()) };
                self.folder.append(file.number, |out| {
                    if file.is_new {
                        encoder.begin(out);
                    }
                    encoder.encode(batch, out, found);
                })
            }
            Encoders::Gathering(encoder, gathered) => {
                let mut chunks = Vec::new();
                encoder.encode(batch, &mut chunks, found);
                gathered.take(file.number, &chunks)
            }
            Encoders::Unknown => Ok(()),
        };
        self.gave |= work.findings.rejected - rejected < batch.live.len() as u64;
        if work.findings.rejects.len() > known {
            name_rejects(&mut work.findings, known, &self.folder.shown(name));
        }
        written
    }
}

impl SideOutput for Parts {
    fn flush(&mut self) -> Result<()> {
        self.folder.flush()
    }

    fn finish(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.encoders, Encoders::Unknown) {
            Encoders::Own(mut encoders) => {
                for (number, encoder) in encoders.iter_mut().enumerate() {
                    self.folder.append(number, |out| encoder.finish(out))?;
                }
            }
            Encoders::Gathering(_, gathered) => {
                let mut leaving = gathered.leave()?;
                while let Some(number) = leaving.output() {
                    let mut written = Ok(());
                    self.folder.append(number, |out| written = leaving.write(out))?;
                    written?;
                }
            }
            Encoders::Shared(_) | Encoders::Unknown => {}
        }
        self.folder.finish()
    }

    fn commit(&mut self) -> Result<()> {
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let encoders = match &self.encoders {
            Encoders::Own(encoders) => {
                encoders.iter().map(|encoder| encoder.heap_bytes() + ENCODER_BYTES).sum()
            }
            Encoders::Gathering(_, gathered) => gathered.heap_bytes(),
            Encoders::Shared(_) | Encoders::Unknown => 0,
        };
        encoders + self.folder.heap_bytes()
    }

    fn spill(&mut self) -> Result<bool> {
        match &mut self.encoders {
            Encoders::Gathering(_, gathered) => gathered.spill(),
            _ => Ok(false),
        }
    }

    fn gave(&self) -> bool {
        self.gave
    }
}

/// Says in the rejects behind the first `known` which output did not take the records.
fn name_rejects(findings: &mut Findings, known: usize, name: &str) {
    for reject in findings.rejects.iter_mut().skip(known) {
        reject.reason = format!("{name}: {}", reject.reason).into();
    }
}
