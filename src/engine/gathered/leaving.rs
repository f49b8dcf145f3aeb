//! What has waited, as it leaves: output by output, piece by piece.

use std::sync::Arc;

use super::{Collected, Gathered, OUTPUT_BYTES, OnDisk};
use crate::error::Result;
use crate::format::gather::{Gatherer, Kind, LineReader};
use crate::spill::{Merge, RunReader, damaged};
use crate::value::saved::read_count;

/// Bytes of a piece, about.
const PIECE: usize = 1 << 16;

/// The lines of all outputs, in their order.
pub(in crate::engine) struct Leaving {
    gatherer: Box<dyn Gatherer>,
    outputs: std::vec::IntoIter<Collected>,
    /// The output whose lines are next.
    output: usize,
    /// Its columns, once its header was written: how many, and where each that came is among them.
    columns: Option<(usize, Vec<usize>)>,
    chunks: Chunks,
    lines: LineReader,
    /// Where the rows of the chunk begin, once it was begun.
    rows_at: Option<usize>,
}

/// The chunks by output, in their order.
enum Chunks {
    Held(std::iter::Peekable<std::vec::IntoIter<(u32, Vec<u8>)>>),
    OnDisk(Merge),
}

impl Gathered {
    /// Lets all out.
    pub(in crate::engine) fn leave(mut self) -> Result<Leaving> {
        let is_on_disk = match &self.on_disk {
            OnDisk::One(writer) => writer.is_some(),
            OnDisk::Many(runs) => !runs.is_empty(),
        };
        if is_on_disk {
            self.spill()?;
        }
        self.chunks.sort_by_key(|(output, _)| *output);
        let chunks = match self.on_disk {
            _ if !is_on_disk => Chunks::Held(self.chunks.into_iter().peekable()),
            OnDisk::One(writer) => {
                let run = writer.map(crate::spill::RunWriter::finish).transpose()?;
                Chunks::OnDisk(Merge::new(run.map(|run| RunReader::new(&Arc::new(run))))?)
            }
            OnDisk::Many(runs) => Chunks::OnDisk(runs.merge()?),
        };
        Ok(Leaving {
            gatherer: self.gatherer,
            outputs: self.outputs.into_iter(),
            output: 0,
            columns: None,
            chunks,
            lines: LineReader::default(),
            rows_at: None,
        })
    }
}

impl Leaving {
    /// The output whose lines are next, if there is one more.
    pub(in crate::engine) fn output(&self) -> Option<usize> {
        (self.columns.is_some() || self.outputs.len() > 0).then_some(self.output)
    }

    /// Appends the next lines of this output.
    pub(in crate::engine) fn write(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let end = out.len() + PIECE;
        let (count, places) = match self.columns.take() {
            Some(columns) => columns,
            None => self.write_header(out),
        };
        let form = self.gatherer.form();
        while out.len() < end {
            let Some(chunk) = self.chunks.first(self.output)? else {
                self.output += 1;
                return Ok(());
            };
            let rows_at = match self.rows_at {
                Some(at) => at,
                None => begin(&mut self.lines, chunk, &places)?,
            };
            self.rows_at = Some(rows_at);
            let rows = chunk.get(rows_at..).unwrap_or(&[]);
            if !self.lines.write_next(rows, form, count, out)? {
                self.rows_at = None;
                self.chunks.step()?;
            }
        }
        self.columns = Some((count, places));
        Ok(())
    }

    /// Writes the header of an output. Gives the number of its columns, and where each that came is among them.
    fn write_header(&mut self, out: &mut Vec<u8>) -> (usize, Vec<usize>) {
        let Collected { columns: came, kinds } = self.outputs.next().unwrap_or_default();
        let (columns, places) = self.gatherer.leading().around(&came, &self.gatherer.trailing());
        let mut of_all = vec![Kind::Unknown; columns.names().len()];
        for (&place, kind) in places.iter().zip(kinds) {
            if let Some(known) = of_all.get_mut(place) {
                *known = kind;
            }
        }
        self.gatherer.header(columns.names(), &of_all, out);
        (columns.names().len(), places)
    }
}

/// Begins with a chunk; where its rows begin.
fn begin(lines: &mut LineReader, chunk: &[u8], places: &[usize]) -> Result<usize> {
    let mut rest = chunk;
    let mut count = read_count(&mut rest).ok_or_else(damaged)?;
    let mut whole = true;
    let columns = std::iter::from_fn(|| {
        count = count.checked_sub(1)?;
        let place = read_count(&mut rest).and_then(|place| places.get(usize::try_from(place).ok()?));
        whole &= place.is_some();
        place.copied()
    });
    lines.begin(columns);
    if whole { Ok(chunk.len() - rest.len()) } else { Err(damaged()) }
}

impl Chunks {
    /// The next chunk, if it is one of this output.
    fn first(&mut self, output: usize) -> Result<Option<&[u8]>> {
        match self {
            Self::Held(chunks) => {
                let next = chunks.peek().filter(|(of, _)| *of as usize == output);
                Ok(next.map(|(_, chunk)| chunk.as_slice()))
            }
            Self::OnDisk(merge) => {
                let Some(key) = merge.key() else { return Ok(None) };
                let of = key.first_chunk::<OUTPUT_BYTES>().ok_or_else(damaged)?;
                Ok((u32::from_be_bytes(*of) as usize == output).then(|| merge.value()))
            }
        }
    }

    fn step(&mut self) -> Result<()> {
        match self {
            Self::Held(chunks) => {
                chunks.next();
                Ok(())
            }
            Self::OnDisk(merge) => merge.step(),
        }
    }
}
