//! The formats whose fields are fixed: `combined`, `common` and `vhost`.

use std::sync::Arc;

use super::scan::{self, EXTRA, HOST, Layout};
use crate::format::bind::bind;
use crate::format::first_line::Reads;
use crate::format::lines::LineFramer;
use crate::format::located::{Misfit, decode_lines, fill};
use crate::format::named::{NamedFramer, Optional};
use crate::format::{Decoder, Framer, InputFormat, InputOptions};
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};

/// The fields by their place among the cells of a line.
const NAMES: [&str; 13] = [
    "vhost", "ip", "ident", "user", "time", "method", "path", "protocol", "status", "bytes", "referer",
    "agent", "extra",
];

/// The field that only some lines have.
const OPTIONAL: &str = "extra";

/// The places of referer and agent among the cells.
const AGENT: std::ops::Range<usize> = 10..12;

/// An access log of fixed fields.
#[derive(Debug)]
pub(super) struct FixedLog {
    layout: Layout,
    nulls: Vec<Vec<u8>>,
}

impl FixedLog {
    pub(super) fn new(layout: Layout, options: &InputOptions) -> Self {
        Self { layout, nulls: options.nulls.clone() }
    }
}

/// Whether a first line is one of such a log.
pub(super) fn first_line(line: &[u8], layout: Layout) -> Option<Reads> {
    scan::reads_well(line, layout).then_some(Reads::AsItIs)
}

/// The places of the fields that lines may have, in order.
fn places(layout: Layout) -> impl Iterator<Item = usize> {
    let is_there = move |place: &usize| match *place {
        HOST => layout.with_host,
        place => layout.with_agent || !AGENT.contains(&place),
    };
    (0..NAMES.len()).filter(is_there)
}

impl InputFormat for FixedLog {
    fn framer(&self) -> Box<dyn Framer> {
        let layout = self.layout;
        let names = places(layout).filter(|place| *place != EXTRA).filter_map(|place| NAMES.get(place));
        let has = move |line: &[u8]| scan::has_extra(line, layout);
        let optional = Optional { name: OPTIONAL, has: Box::new(has) };
        let names = names.map(|&name| name.to_owned()).collect();
        Box::new(NamedFramer::new(Box::new(LineFramer::default()), names).with_optional(optional))
    }

    fn optional(&self) -> &'static [&'static str] {
        &[OPTIONAL]
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        let mut bound = bind(&NAMES, wanted);
        for place in &mut bound {
            *place = place.filter(|&place| places(self.layout).any(|own| own == place));
        }
        Arc::new(FixedDecoder { layout: self.layout, nulls: self.nulls.clone(), bound })
    }
}

struct FixedDecoder {
    layout: Layout,
    nulls: Vec<Vec<u8>>,
    /// By slot the place of the field among the cells.
    bound: Vec<Option<usize>>,
}

impl FixedDecoder {
    /// A cell is null where it is spelled so.
    #[inline]
    fn note_null(&self, bytes: &[u8], cell: &mut Cell) {
        let spelling = cell.spelling(bytes);
        if spelling == b"-" {
            cell.form = Form::Null;
        } else if cell.form != Form::Missing && self.nulls.iter().any(|null| null == spelling) {
            cell.form = Form::NullText;
        }
    }
}

impl Decoder for FixedDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        decode_lines(block, self.bound.len(), spare, findings, |bytes, span, wanted| {
            fill(wanted, &self.bound, &scan::read(bytes, span, self.layout)?);
            wanted.iter_mut().for_each(|cell| self.note_null(bytes, cell));
            Ok::<(), Misfit>(())
        })
    }
}

impl Walk for FixedDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let Ok(cells) = scan::read(bytes, record, self.layout) else { return };
        for (name, mut cell) in NAMES.iter().zip(cells) {
            self.note_null(bytes, &mut cell);
            if cell.form != Form::Missing {
                let spelled = Span { start: cell.start, end: cell.start + cell.len };
                visit(FieldView { name: name.as_bytes(), spelled, cell });
            }
        }
    }
}
