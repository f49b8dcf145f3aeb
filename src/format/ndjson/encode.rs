//! Writes NDJSON: records that nothing changed as their bytes, others member by member.
//!
//! What the chain read was checked to be UTF-8 then. Fields that it merely passes on are checked here if
//! they come from another format; a record with one that JSON cannot hold is rejected.

use std::sync::Arc;

use super::paint::Painted;
use crate::format::arrange::{Arranged, Arranger, Loose, Spelled};
use crate::format::located::not_utf8;
use crate::format::picked::{Picked, append};
use crate::format::value_text::{Left, plain_text, write_json};
use crate::format::{Encoder, OutputFormat, OutputOptions};
use crate::record::{
    Batch, ColumnRef, Env, FieldValue, FieldView, Findings, Form, Looks, Named, Reading, Shape, Sources, Type,
};
use crate::value::json::write_string;

/// NDJSON as an output.
pub(super) struct NdjsonOutput {
    options: OutputOptions,
}

/// A member's key as it is written, `"name":`, and the type pinned for its values.
#[derive(Clone, Debug)]
struct Key {
    name: Vec<u8>,
    spelled: Vec<u8>,
    pin: Option<Type>,
}

/// What holds for all records; apart from the arranger, which keeps notes on the record at hand.
struct Frame {
    sources: Arc<Sources>,
    env: Arc<Env>,
    /// By place in [`Arranger::names`].
    keys: Vec<Key>,
    /// Records are as they came.
    unchanged: bool,
    /// The fields of the input are among the record's.
    has_rest: bool,
    /// The columns of all fields in the order of `keys`, if every record has the same ones.
    fixed: Option<Vec<ColumnRef>>,
}

struct NdjsonEncoder {
    frame: Frame,
    arranger: Arranger,
}

impl NdjsonOutput {
    pub(super) fn new(options: &OutputOptions) -> Self {
        Self { options: options.clone() }
    }
}

impl OutputFormat for NdjsonOutput {
    fn any_order(&self) -> bool {
        true
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        let OutputOptions { shape, sources, env, .. } = &self.options;
        let frame = Frame {
            sources: Arc::clone(sources),
            env: Arc::clone(env),
            keys: Arranger::fields(shape).map(Key::new).collect(),
            unchanged: shape.is_input(),
            has_rest: shape.rest.is_some(),
            fixed: fixed(shape),
        };
        let encoder = Box::new(NdjsonEncoder { frame, arranger: Arranger::new(shape) });
        match self.options.colour {
            false => encoder,
            true => Box::new(Painted { inner: encoder, plain: Vec::new() }),
        }
    }
}

impl Key {
    fn new(field: &Named) -> Self {
        let mut spelled = Vec::with_capacity(field.name.len() + 3);
        write_string(field.name.as_bytes(), &mut spelled);
        spelled.push(b':');
        Self { name: field.name.as_bytes().to_vec(), spelled, pin: field.reading.pin() }
    }
}

impl Encoder for NdjsonEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        let Self { frame, arranger } = self;
        if let Some(columns) = &frame.fixed {
            return frame.encode_fixed(batch, columns, out, &mut findings.looks);
        }
        for &row in &batch.live {
            let json = frame.sources.json(batch.source(row)).filter(|_| frame.has_rest);
            let of_json = json.is_some();
            if frame.unchanged
                && let Some(source) = json
            {
                out.extend_from_slice(source.on_one_line(batch.raw(row)));
                out.push(b'\n');
                continue;
            }
            let start = out.len();
            let mut unfit = None;
            out.push(b'{');
            arranger.visit(batch, row, &frame.sources, &mut |field| {
                if out.len() > start + 1 {
                    out.push(b',');
                }
                if !of_json && let Arranged::Input(view) = field {
                    unfit = unfit.or_else(|| unfit_place(view, &batch.bytes));
                }
                frame.write_member(field, &batch.bytes, of_json, out, &mut findings.looks);
            });
            match unfit {
                None => out.extend_from_slice(b"}\n"),
                Some(at) => {
                    out.truncate(start);
                    reject(batch, row, at, findings);
                }
            }
        }
    }
}

/// The columns of all fields of a record, if every record has the same ones.
fn fixed(shape: &Shape) -> Option<Vec<ColumnRef>> {
    let fields = || shape.before.iter().chain(&shape.after);
    let is_fixed = shape.rest.is_none() && fields().all(|field| field.only_with().is_none());
    is_fixed.then(|| fields().map(|field| field.column).collect())
}

impl Frame {
    /// Records that all have the same fields.
    fn encode_fixed(&self, batch: &Batch, columns: &[ColumnRef], out: &mut Vec<u8>, looks: &mut Looks) {
        let picked = Picked::of(batch, columns.iter().copied());
        // Noted once a batch, since most values of a field are alike.
        let mut numbers = vec![false; picked.len()];
        for &row in &batch.live {
            let mut mark = b'{';
            for ((column, key), number) in picked.iter().zip(&self.keys).zip(&mut numbers) {
                out.push(mark);
                mark = b',';
                out.extend_from_slice(&key.spelled);
                match self.write_picked(batch, row, *column, key.pin, out) {
                    Left::Plain => {}
                    Left::Number => *number = true,
                    Left::Id => self.note_id(&key.name, column.value(batch, row), looks),
                }
            }
            out.extend_from_slice(if picked.is_empty() { b"{}\n" } else { b"}\n" });
        }
        let seen = self.keys.iter().zip(numbers).filter(|(_, number)| *number);
        seen.for_each(|(key, _)| looks.number(&key.name));
    }

    #[inline]
    fn write_picked(
        &self,
        batch: &Batch,
        row: u32,
        column: Picked<'_>,
        pin: Option<Type>,
        out: &mut Vec<u8>,
    ) -> Left {
        let value = column.value(batch, row);
        if let FieldValue::Cell(cell, bytes) = value {
            let (start, end) = (cell.start as usize, cell.start as usize + cell.len as usize);
            match cell.form {
                Form::Number => {
                    append(bytes, start, end, out);
                    return Left::Plain;
                }
                // Between its quotes, if it stands there.
                Form::Text | Form::Escaped
                    if start > 0 && bytes.get(start - 1) == Some(&b'"') && bytes.get(end) == Some(&b'"') =>
                {
                    append(bytes, start - 1, end + 1, out);
                    return Left::Plain;
                }
                _ => {}
            }
        }
        write_json(value, pin, &self.env.zone, out)
    }

    /// Writes the value of a field, and notes how it left if it was untyped.
    #[inline]
    fn write_value(
        &self,
        value: FieldValue<'_>,
        name: &[u8],
        pin: Option<Type>,
        out: &mut Vec<u8>,
        looks: &mut Looks,
    ) {
        match write_json(value, pin, &self.env.zone, out) {
            Left::Plain => {}
            Left::Number => looks.number(name),
            Left::Id => self.note_id(name, value, looks),
        }
    }

    #[cold]
    fn note_id(&self, name: &[u8], value: FieldValue<'_>, looks: &mut Looks) {
        looks.id(name, plain_text(value, &self.env.zone, &mut Vec::new()));
    }

    fn write_member(
        &self,
        field: Arranged<'_, '_>,
        bytes: &[u8],
        of_json: bool,
        out: &mut Vec<u8>,
        looks: &mut Looks,
    ) {
        match field {
            Arranged::Made(place, value) => {
                if let Some(key) = self.keys.get(place) {
                    out.extend_from_slice(&key.spelled);
                    self.write_value(value, &key.name, key.pin, out, looks);
                }
            }
            Arranged::Loose(Loose { spelled: Spelled::Member(member), .. }) => out.extend_from_slice(member),
            Arranged::Loose(&Loose { name, value, spelled, reading }) => {
                match spelled {
                    Spelled::Key(key) => out.extend_from_slice(key),
                    Spelled::Name(view) if of_json => out.extend_from_slice(key_spelling(view, bytes)),
                    _ => {
                        write_string(name, out);
                        out.push(b':');
                    }
                }
                let pin = reading.map_or_else(|| self.pin(name), Reading::pin);
                self.write_value(value, name, pin, out, looks);
            }
            Arranged::Input(view) if of_json => out.extend_from_slice(view.spelled.of(bytes)),
            Arranged::Input(view) => {
                write_string(view.name, out);
                out.push(b':');
                let value = FieldValue::Cell(view.cell, bytes);
                self.write_value(value, view.name, self.pin(view.name), out, looks);
            }
            Arranged::Replaced(view, place, value) => {
                let key = self.keys.get(place);
                match key {
                    _ if of_json => out.extend_from_slice(key_spelling(view, bytes)),
                    Some(key) => out.extend_from_slice(&key.spelled),
                    None => {}
                }
                self.write_value(value, view.name, key.and_then(|key| key.pin), out, looks);
            }
        }
    }

    fn pin(&self, name: &[u8]) -> Option<Type> {
        if self.env.pins.is_empty() {
            return None;
        }
        std::str::from_utf8(name).map_or(self.env.pins.all, |name| self.env.pins.of(name))
    }
}

/// The place of the first byte of a field that JSON cannot hold. The name stands in front of the value, or
/// in a header line that was checked.
fn unfit_place(view: FieldView<'_>, bytes: &[u8]) -> Option<usize> {
    match not_utf8(view.cell.spelling(bytes)) {
        Some(at) => Some(view.cell.start as usize + at),
        None => not_utf8(view.name).map(|at| view.spelled.start as usize + at),
    }
}

#[cold]
fn reject(batch: &Batch, row: u32, at: usize, findings: &mut Findings) {
    let start = batch.records.get(row as usize).map_or(0, |record| record.start as usize);
    let column = (at.saturating_sub(start) + 1) as u64;
    let reason = "not UTF-8, which JSON cannot hold (--to raw keeps bytes)";
    findings.reject(batch.origin(row), Some(column), reason, batch.raw(row));
}

/// The key of an ndjson member as the record spells it, colon and blanks included.
fn key_spelling<'a>(view: FieldView<'_>, bytes: &'a [u8]) -> &'a [u8] {
    let quote = u32::from(matches!(view.cell.form, Form::Text | Form::Escaped));
    let value = view.cell.start.saturating_sub(quote);
    bytes.get(view.spelled.start as usize..value as usize).unwrap_or(&[])
}
