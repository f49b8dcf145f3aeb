//! Writes logfmt: records that nothing changed as their bytes, others pair by pair.

use std::sync::Arc;

use super::keys::{Keys, fits};
use crate::format::arrange::{Arranged, Arranger};
use crate::format::lines::end_line;
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
    /// By place in [`Arranger::names`]: the name, and whether it is a key as it stands.
    names: Vec<(String, bool)>,
    /// Records are as they came.
    unchanged: bool,
    /// The fields of the input are among the record's.
    has_rest: bool,
}

struct LogfmtEncoder {
    frame: Frame,
    arranger: Arranger,
    /// Of records with a name that is no key.
    keys: Keys,
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
            names: Arranger::names(shape).map(|name| (name.to_owned(), fits(name.as_bytes()))).collect(),
            unchanged: shape.is_input(),
            has_rest: shape.rest.is_some(),
        };
        let (arranger, keys) = (Arranger::new(shape), Keys::default());
        Box::new(LogfmtEncoder { frame, arranger, keys, buffer: Vec::new() })
    }
}

impl Encoder for LogfmtEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, _findings: &mut Findings) {
        let Self { frame, arranger, keys, buffer } = self;
        for &row in &batch.live {
            let of_logfmt = frame.has_rest && frame.sources.is_of(batch.source(row), super::FORMAT.name);
            if frame.unchanged && of_logfmt {
                out.extend_from_slice(batch.raw(row));
                end_line(out);
                continue;
            }
            let first = out.len();
            let mut all_fit = true;
            arranger.visit(batch, row, &frame.sources, &mut |field| {
                let (name, fits) = frame.name(&field, of_logfmt);
                all_fit &= fits;
                frame.write_pair(field, name, first, (&batch.bytes, of_logfmt), buffer, out);
            });
            if !all_fit {
                out.truncate(first);
                keys.begin();
                arranger
                    .visit(batch, row, &frame.sources, &mut |field| keys.add(frame.name(&field, of_logfmt)));
                let mut spelled = keys.spelled();
                arranger.visit(batch, row, &frame.sources, &mut |field| {
                    let key = spelled.next().unwrap_or(b"_");
                    frame.write_pair(field, key, first, (&batch.bytes, of_logfmt), buffer, out);
                });
            }
            end_line(out);
        }
    }
}

impl Frame {
    /// The name of a field, and whether it is a key as it stands.
    fn name<'a>(&'a self, field: &Arranged<'a, '_>, of_logfmt: bool) -> (&'a [u8], bool) {
        match field {
            Arranged::Input(view) => (view.name, of_logfmt || fits(view.name)),
            Arranged::Loose(loose) => (loose.name, fits(loose.name)),
            Arranged::Made(place, _) | Arranged::Replaced(_, place, _) => {
                self.names.get(*place).map_or((&[][..], false), |(name, fits)| (name.as_bytes(), *fits))
            }
        }
    }

    /// Writes a field of the record that begins at `first`, under a key.
    fn write_pair(
        &self,
        field: Arranged<'_, '_>,
        key: &[u8],
        first: usize,
        (bytes, of_logfmt): (&[u8], bool),
        buffer: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        if out.len() > first {
            out.push(b' ');
        }
        let value = match field {
            Arranged::Input(view) if of_logfmt => return out.extend_from_slice(view.spelled.of(bytes)),
            Arranged::Input(view) => FieldValue::Cell(view.cell, bytes),
            Arranged::Made(_, value) | Arranged::Replaced(_, _, value) => value,
            Arranged::Loose(loose) => loose.value,
        };
        out.extend_from_slice(key);
        out.push(b'=');
        self.write_value(value, buffer, out);
    }

    fn write_value(&self, value: FieldValue<'_>, buffer: &mut Vec<u8>, out: &mut Vec<u8>) {
        if value.is_null() {
            return;
        }
        if let FieldValue::Cell(cell, bytes) = value
            && matches!(cell.form, Form::Quoted | Form::Logged)
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
            0..0x20 | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
