//! The saved form of records: what stands on disk while there is no room in memory.
//!
//! A record is its raw bytes, its located fields, its computed values, and where and when it stands. Reading gives
//! `None` where the bytes are damaged.

use super::packed::write_cells;
use super::{Batch, Bounds, Builder, Cell, Form, Made, Origin, Span};
use crate::time::Timestamp;
use crate::value::saved::{
    read_byte, read_bytes, read_count, read_time, read_value, write_bytes, write_count, write_time,
    write_value,
};

/// A computed value that is kept as a spelling: its form and the spelling follow. No value begins so.
const SPELLED: u8 = 255;
/// A field that the record does not have.
const ABSENT: u8 = 254;

/// What of a record follows, bit by bit.
const HAS_ORIGIN: u8 = 1;
const HAS_TIME_LIST: u8 = 2;
const HAS_TIME: u8 = 4;
const HAS_MARK: u8 = 8;
const HAS_WINDOW: u8 = 16;
/// The record is not the first on its line.
const HAS_NTH: u8 = 32;

/// Where and when a record stands.
pub(super) struct Stamp {
    pub(super) origin: Option<Origin>,
    /// Its event time; none at all where no record has one.
    pub(super) time: Option<Option<Timestamp>>,
    pub(super) mark: Option<Timestamp>,
    pub(super) window: Option<Bounds>,
}

impl Stamp {
    /// Appends it in its saved form.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        let Self { origin, time, mark, window } = self;
        let time_of = time.flatten();
        let bit = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
        out.push(
            bit(origin.is_some(), HAS_ORIGIN)
                | bit(time.is_some(), HAS_TIME_LIST)
                | bit(time_of.is_some(), HAS_TIME)
                | bit(mark.is_some(), HAS_MARK)
                | bit(window.is_some(), HAS_WINDOW)
                | bit(origin.is_some_and(|origin| origin.nth > 0), HAS_NTH),
        );
        if let Some(Origin { source, line, nth }) = origin {
            write_count((*source).into(), out);
            write_count(*line, out);
            if *nth > 0 {
                write_count((*nth).into(), out);
            }
        }
        [time_of, *mark].into_iter().flatten().for_each(|time| write_time(time, out));
        if let Some(Bounds { start, end }) = window {
            write_time(*start, out);
            write_time(*end, out);
        }
    }
}

impl Batch {
    /// Appends a record in its saved form.
    pub fn save(&self, row: u32, out: &mut Vec<u8>) {
        let at = row as usize;
        let stamp = Stamp {
            origin: self.origin(row),
            time: self.times.get(at).copied(),
            mark: self.marks.get(at).copied(),
            window: self.windows.get(at).copied(),
        };
        stamp.save(out);
        let record = self.records.get(at).copied().unwrap_or_default();
        let raw = record.of(&self.bytes);
        write_count(raw.len() as u64, out);
        write_count(self.inputs.len() as u64, out);
        write_cells(self, row, record.start, out);
        out.extend_from_slice(raw);
        write_count(self.made.len() as u64, out);
        self.made.iter().for_each(|made| made.save(row, out));
    }
}

impl Builder {
    /// Reads a record in its saved form behind the others, and steps over it.
    pub fn restore(&mut self, from: &mut &[u8]) -> Option<()> {
        let row = self.records.len();
        let has = read_byte(from)?;
        if has & HAS_ORIGIN != 0 {
            let source = u32::try_from(read_count(from)?).ok()?;
            let line = read_count(from)?;
            let nth = if has & HAS_NTH != 0 { u32::try_from(read_count(from)?).ok()? } else { 0 };
            self.origins.push(Origin { source, line, nth });
        }
        let time = if has & HAS_TIME != 0 { Some(read_time(from)?) } else { None };
        self.times.extend((has & HAS_TIME_LIST != 0).then_some(time));
        if has & HAS_MARK != 0 {
            self.marks.push(read_time(from)?);
        }
        if has & HAS_WINDOW != 0 {
            self.windows.push(Bounds { start: read_time(from)?, end: read_time(from)? });
        }
        let (start, len) = (self.bytes.len(), usize::try_from(read_count(from)?).ok()?);
        self.restore_cells(from, row, start as u32)?;
        let (raw, rest) = from.split_at_checked(len)?;
        *from = rest;
        self.bytes.extend_from_slice(raw);
        self.records.push(Span::new(start, self.bytes.len()));
        for place in 0..usize::try_from(read_count(from)?).ok()? {
            if self.made.len() <= place {
                self.made.push(Made::default());
            }
            self.made.get_mut(place)?.restore(row as u32, from)?;
        }
        Some(())
    }

    fn restore_cells(&mut self, from: &mut &[u8], row: usize, start: u32) -> Option<()> {
        let slots = usize::try_from(read_count(from)?).ok()?;
        for slot in 0..slots {
            let form = Form::restore(from)?;
            let cell = match form {
                Form::Missing => Cell::MISSING,
                _ => Cell {
                    start: start.wrapping_add(read_count(from)? as u32),
                    len: u32::try_from(read_count(from)?).ok()?,
                    form,
                },
            };
            if self.inputs.len() <= slot {
                self.inputs.push(vec![Cell::MISSING; row]);
            }
            self.inputs.get_mut(slot)?.push(cell);
        }
        self.inputs.iter_mut().skip(slots).for_each(|cells| cells.push(Cell::MISSING));
        Some(())
    }
}

impl Made {
    /// Appends the value of a record in its saved form.
    pub fn save(&self, row: u32, out: &mut Vec<u8>) {
        match self.cell(row) {
            Some((Cell { form: Form::Missing, .. }, _)) => out.push(ABSENT),
            Some((cell, bytes)) => {
                out.push(SPELLED);
                cell.form.save(out);
                write_bytes(cell.spelling(bytes), out);
            }
            None => write_value(self.get(row), out),
        }
    }

    /// Reads the value of a record in its saved form, and steps over it.
    pub fn restore(&mut self, row: u32, from: &mut &[u8]) -> Option<()> {
        match *from.first()? {
            ABSENT => {
                read_byte(from)?;
                self.set_absent(row);
            }
            SPELLED => {
                read_byte(from)?;
                let form = Form::restore(from)?;
                let spelling = read_bytes(from)?;
                self.set_cell(row, Cell::new(0, spelling.len(), form), spelling);
            }
            _ => self.set(row, read_value(from)?),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::packed::tests::{batch, field};
    use crate::record::{ColumnRef, Origins};

    #[test]
    fn what_is_saved_comes_back_as_it_was() {
        use ColumnRef::{Input, Made, WindowEnd, WindowStart};
        let line = |line| Origin { source: 7, line, nth: line as u32 % 3 };
        for origins in [Origins::None, Origins::Each([5, 4, 4, 1].map(line).into())] {
            let mut batch = batch(origins);
            batch.marks = batch.windows.iter().map(|window| window.end).collect();
            let mut saved = Vec::new();
            [3, 1, 0, 2].iter().for_each(|&row| batch.save(row, &mut saved));
            let (mut builder, mut rest) = (Builder::default(), saved.as_slice());
            (0..4).for_each(|_| builder.restore(&mut rest).unwrap());
            assert!(rest.is_empty());
            let out = builder.finish();
            for (row, of) in [3, 1, 0, 2].into_iter().enumerate() {
                let row = row as u32;
                assert_eq!((out.raw(row), out.origin(row)), (batch.raw(of), batch.origin(of)));
                assert_eq!((out.time(row), out.window(row)), (batch.time(of), batch.window(of)));
                assert_eq!(out.marks[row as usize], batch.marks[of as usize]);
                for column in [Input(0), Input(1), Made(0), Made(1), WindowStart, WindowEnd] {
                    assert_eq!(field(&out, column, row), field(&batch, column, of));
                }
            }
            for end in 0..saved.len() / 4 {
                assert_eq!(Builder::default().restore(&mut &saved[..end]), None, "{end}");
            }
        }
    }

    #[test]
    fn records_of_different_widths_stand_side_by_side() {
        let wide = batch(Origins::None);
        let mut narrow = batch(Origins::None);
        narrow.inputs.pop();
        narrow.made.pop();
        let mut saved = Vec::new();
        [&narrow, &wide, &narrow].iter().for_each(|batch| batch.save(0, &mut saved));
        let (mut builder, mut rest) = (Builder::default(), saved.as_slice());
        (0..3).for_each(|_| builder.restore(&mut rest).unwrap());
        let out = builder.finish();
        assert_eq!(
            out.inputs[1].iter().map(|cell| cell.form == Form::Missing).collect::<Vec<_>>(),
            [true, false, true]
        );
    }
}
