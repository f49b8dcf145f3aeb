//! Locates the wanted fields of each line.

use super::NAMES;
use super::elements::{self, Parameter};
use super::line::{Line, Read, read};
use crate::format::Decoder;
use crate::format::bind::bind;
use crate::format::located::{Misfit, Unfit, decode_framed, fill};
use crate::format::record_start::RecordStart;
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};

/// Locates fields in lines of syslog.
pub(super) struct SyslogDecoder {
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
    /// By slot the place of the field among the names.
    bound: Vec<Option<usize>>,
    /// Slots of other fields: perhaps parameters of these names.
    parameters: Vec<(usize, String)>,
}

impl SyslogDecoder {
    pub(super) fn new(wanted: &Fields, start: RecordStart, nulls: Vec<Vec<u8>>) -> Self {
        let bound = bind(&NAMES, wanted);
        let others = wanted.paths().iter().enumerate().filter(|(slot, path)| {
            bound.get(*slot).is_some_and(Option::is_none) && path.behind_joined().is_empty()
        });
        let parameters = others.map(|(slot, path)| (slot, path.joined().to_owned())).collect();
        Self { start, nulls, bound, parameters }
    }

    /// The fields that every record has, in the order of their names.
    fn cells(&self, text: &[u8], line: &Line) -> [Cell; NAMES.len()] {
        let Line { time, host, app, pid, msgid, severity, facility, message, .. } = *line;
        [time, host, app, pid, msgid, severity, facility, message].map(|cell| self.or_null(text, cell))
    }

    /// The cell, null if that is what its spelling means.
    fn or_null(&self, text: &[u8], cell: Cell) -> Cell {
        let spelling = cell.spelling(text);
        let form = match cell.form {
            Form::Untyped if spelling == b"-" => Form::Null,
            Form::Untyped if self.nulls.iter().any(|null| null == spelling) => Form::NullText,
            form => form,
        };
        Cell { form, ..cell }
    }

    /// Why a line is rejected; one that begins with a blank may be more of the line before it.
    #[cold]
    fn unfit(&self, misfit: Misfit, line: &[u8]) -> Unfit {
        let is_more = line.first().is_some_and(u8::is_ascii_whitespace);
        Unfit { hint: if is_more { self.start.hint(false) } else { None }, ..misfit.into() }
    }

    /// Locates the wanted fields of a line that ends with `text`.
    fn locate(&self, text: &[u8], start: usize, wanted: &mut [Cell]) -> Read<()> {
        let line = read(text, start)?;
        fill(wanted, &self.bound, &self.cells(text, &line));
        if !self.parameters.is_empty() && line.data.start < line.data.end {
            elements::visit(text, line.data.start as usize, |parameter| {
                for (slot, name) in &self.parameters {
                    if let Some(cell) = wanted.get_mut(*slot).filter(|_| is_named(text, parameter, name)) {
                        *cell = parameter.value;
                    }
                }
            })?;
        }
        Ok(())
    }
}

/// Whether a parameter is the field of this name.
fn is_named(text: &[u8], parameter: Parameter, name: &str) -> bool {
    let own = name.as_bytes().strip_prefix(parameter.id.of(text)).and_then(|rest| rest.strip_prefix(b"."));
    own == Some(parameter.name.of(text))
}

impl Decoder for SyslogDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let records = self.start.records(block);
        decode_framed(block, records, self.bound.len(), spare, findings, |text, span, wanted| {
            self.locate(text, span.start as usize, wanted).map_err(|misfit| self.unfit(misfit, span.of(text)))
        })
    }
}

impl Walk for SyslogDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let text = bytes.get(..record.end as usize).unwrap_or(bytes);
        // The decoder read the line before, so that this does not fail.
        let Ok(line) = read(text, record.start as usize) else { return };
        for (name, cell) in NAMES.iter().zip(self.cells(text, &line)) {
            let spelled = Span { start: cell.start, end: cell.start + cell.len };
            visit(FieldView { name: name.as_bytes(), spelled, cell });
        }
        if line.data.start == line.data.end {
            return;
        }
        let mut name = Vec::new();
        let _ = elements::visit(text, line.data.start as usize, |parameter| {
            name.clear();
            name.extend_from_slice(parameter.id.of(text));
            name.push(b'.');
            name.extend_from_slice(parameter.name.of(text));
            let spelled =
                Span { start: parameter.name.start, end: parameter.value.start + parameter.value.len + 1 };
            visit(FieldView { name: &name, spelled, cell: parameter.value });
        });
    }
}
