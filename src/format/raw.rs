//! Raw output: the input bytes of records that the chain only dropped or reordered.

use std::sync::Arc;

use super::{Encoder, FormatDef, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::format::lines::end_line;
use crate::record::{Batch, Findings, Sources};

/// The registry row.
pub static FORMAT: FormatDef = FormatDef {
    name: "raw",
    suffixes: &[],
    keeps_format: false,
    reads_with: &[],
    writes_with: &[],
    input: None,
    output: Some(|options| Ok(Box::new(RawOutput::new(options)?))),
    first_line: None,
    doc: Doc {
        summary: "the input bytes of each record",
        text: "\
Each record is written as the bytes it was read from, whatever its format, with LF behind it. The chain may \
only drop or reorder records. A header line of the input is no record and is not written.",
        examples: &[Example {
            command: "--from logfmt --to raw filter 'status >= 500'",
            input: "status=200  a=1\nstatus=503  a=2\n",
            output: "status=503  a=2\n",
        }],
    },
};

/// Raw bytes as an output.
struct RawOutput {
    sources: Arc<Sources>,
}

struct RawEncoder {
    sources: Arc<Sources>,
}

impl RawOutput {
    fn new(options: &OutputOptions) -> Result<Self> {
        if options.shape.is_input() {
            return Ok(Self { sources: Arc::clone(&options.sources) });
        }
        Err(Error::new("--to raw writes input records, but the chain makes records of its own")
            .help("choose a format that writes fields: --to ndjson"))
    }
}

impl OutputFormat for RawOutput {
    fn any_order(&self) -> bool {
        true
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(RawEncoder { sources: Arc::clone(&self.sources) })
    }
}

impl Encoder for RawEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, _findings: &mut Findings) {
        for &row in &batch.live {
            let source = batch.source(row).and_then(|source| self.sources.get(source));
            let raw = batch.raw(row);
            out.extend_from_slice(source.map_or(raw, |source| source.as_it_stood(raw)));
            match source {
                // A CR after a JSON text is a blank, whose line end is there already.
                Some(source) if source.is_json() => out.push(b'\n'),
                _ => end_line(out),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ndjson;
    use crate::format::trial::TestInput;
    use crate::record::Shape;

    #[test]
    fn live_records_leave_as_their_bytes() {
        let given = TestInput::new(&ndjson::FORMAT, &["a"]);
        let mut trial = given.read(b" {\"a\":1} \r\n{\"a\":2}\n{}");
        assert_eq!(given.write_trial(&FORMAT, Shape::input(), &trial), " {\"a\":1} \n{\"a\":2}\n{}\n");
        trial.batches[0].live = vec![0, 2];
        assert_eq!(given.write_trial(&FORMAT, Shape::input(), &trial), " {\"a\":1} \n{}\n");
    }

    #[test]
    fn chains_that_make_records_are_refused_with_a_remedy() {
        let given = TestInput::new(&ndjson::FORMAT, &["a"]);
        let error = FORMAT.output.unwrap()(&given.output_options(given.just(&["a"]))).err().unwrap();
        assert!(error.to_string().contains("--to ndjson"), "{error}");
    }
}
