//! Writes logfmt: records that nothing changed as their bytes, others pair by pair.

use std::sync::Arc;

use crate::format::arrange::{Arranged, Arranger};
use crate::format::value_text::plain_text;
use crate::format::{Encoder, OutputFormat, OutputOptions};
use crate::record::{Batch, Env, FieldValue, Findings, Form, Sources};

/// logfmt as an output.
pub(super) struct LogfmtOutput {
    options: OutputOptions,
}

/// What holds for all records; apart from the arranger, which keeps notes on the record at hand.
struct Frame {
    sources: Arc<Sources>,
    env: Arc<Env>,
    /// By place in [`Arranger::names`]: the keys as they are written.
    keys: Vec<Vec<u8>>,
    /// Records are as they came.
    unchanged: bool,
    /// The fields of the input are among the record's.
    has_rest: bool,
}

struct LogfmtEncoder {
    frame: Frame,
    arranger: Arranger,
    buffer: Vec<u8>,
}

impl LogfmtOutput {
    pub(super) fn new(options: &OutputOptions) -> Self {
        Self { options: options.clone() }
    }
}

impl OutputFormat for LogfmtOutput {
    fn any_order(&self) -> bool {
        true
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        let OutputOptions { shape, sources, env, .. } = &self.options;
        let frame = Frame {
            sources: Arc::clone(sources),
            env: Arc::clone(env),
            keys: Arranger::names(shape).map(spelled_key).collect(),
            unchanged: shape.is_input(),
            has_rest: shape.rest.is_some(),
        };
        Box::new(LogfmtEncoder { frame, arranger: Arranger::new(shape), buffer: Vec::new() })
    }
}

impl Encoder for LogfmtEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, _findings: &mut Findings) {
        let Self { frame, arranger, buffer } = self;
        for &row in &batch.live {
            let of_logfmt = frame.has_rest && frame.sources.is_of(batch.source(row), super::FORMAT.name);
            if frame.unchanged && of_logfmt {
                out.extend_from_slice(batch.raw(row));
                out.push(b'\n');
                continue;
            }
            let first = out.len();
            arranger.visit(batch, row, &frame.sources, &mut |field| {
                if out.len() > first {
                    out.push(b' ');
                }
                frame.write_pair(field, &batch.bytes, of_logfmt, buffer, out);
            });
            out.push(b'\n');
        }
    }
}

impl Frame {
    fn write_pair(
        &self,
        field: Arranged<'_>,
        bytes: &[u8],
        of_logfmt: bool,
        buffer: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let value = match field {
            Arranged::Input(view) if of_logfmt => return out.extend_from_slice(view.spelled.of(bytes)),
            Arranged::Input(view) => {
                write_key(view.name, out);
                FieldValue::Cell(view.cell, bytes)
            }
            Arranged::Made(place, value) | Arranged::Replaced(_, place, value) => {
                out.extend_from_slice(self.keys.get(place).map_or(&[][..], Vec::as_slice));
                value
            }
        };
        out.push(b'=');
        self.write_value(value, buffer, out);
    }

    fn write_value(&self, value: FieldValue<'_>, buffer: &mut Vec<u8>, out: &mut Vec<u8>) {
        if value.is_null() {
            return;
        }
        if let FieldValue::Cell(cell, bytes) = value
            && matches!(cell.form, Form::Quoted | Form::Backslashed)
            && may_stand_in_quotes(cell.spelling(bytes), cell.form)
        {
            out.push(b'"');
            out.extend_from_slice(cell.spelling(bytes));
            out.push(b'"');
            return;
        }
        match plain_text(value, &self.env.zone, buffer) {
            text if needs_quotes(text) => write_quoted(text, out),
            text => out.extend_from_slice(text),
        }
    }
}

/// Whether a spelling from between quotes, or with backslashes, means here what it meant where it stood.
fn may_stand_in_quotes(spelling: &[u8], form: Form) -> bool {
    let mut escaped = false;
    for &byte in spelling {
        match byte {
            0..0x20 => return false,
            b'\\' if form == Form::Quoted => return false,
            b'"' if !escaped => return false,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    !escaped
}

fn needs_quotes(text: &[u8]) -> bool {
    text.is_empty() || text.iter().any(|byte| matches!(byte, 0..=b' ' | b'"' | b'=' | 0x7f))
}

fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

fn spelled_key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len());
    write_key(name.as_bytes(), &mut key);
    key
}

/// Appends a name as a key; what a key cannot hold becomes `_`.
fn write_key(name: &[u8], out: &mut Vec<u8>) {
    if name.is_empty() {
        out.push(b'_');
    }
    let fits = |byte: &u8| !matches!(byte, 0..=b' ' | b'"' | b'=' | 0x7f);
    out.extend(name.iter().map(|byte| if fits(byte) { *byte } else { b'_' }));
}
