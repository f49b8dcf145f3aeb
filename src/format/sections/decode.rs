//! Locates fields in the records of a block by the layout of its section.

use std::sync::Arc;

use super::made::{Made, write};
use super::{Found, Layout, Refusal, Sections};
use crate::format::Decoder;
use crate::format::lines::{Framed, Lines};
use crate::format::located::{Located, not_utf8};
use crate::format::marked::{first_undecoded, not_decoded};
use crate::record::{
    Batch, Block, Cell, FieldView, Fields, Findings, Form, Hint, Origin, Origins, Segment, Span, Walk,
};
use crate::value::json;

/// Locates fields by the layouts of an input.
pub(in crate::format) struct SectionDecoder<L> {
    sections: Arc<Sections<L>>,
    wanted: Arc<Fields>,
    /// `--null`.
    nulls: Vec<Vec<u8>>,
}

/// Where the field of a slot is: a place among the names, and a path into it.
type Bound<'a> = Option<(usize, &'a [Segment])>;

/// Records that have what was made before them, in bytes of their own.
struct Anew {
    bytes: Vec<u8>,
    /// What was made for the record at hand, and where each field of it ends there.
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// The records of one block while they are read.
struct Blocked<'a, L> {
    layout: &'a L,
    block: &'a Block,
    findings: &'a mut Findings,
    located: Located<'a>,
    bound: Vec<Bound<'a>>,
    /// The fields of the record at hand by their places, and the places of those to be made.
    cells: Vec<Cell>,
    making: Vec<usize>,
    wanted: Vec<Cell>,
    /// The line of each record.
    lines: Vec<u64>,
    anew: Option<Anew>,
    /// All bytes of the block are UTF-8.
    clean: bool,
}

impl<L: Layout> SectionDecoder<L> {
    pub(in crate::format) fn new(
        sections: &Arc<Sections<L>>,
        wanted: &Arc<Fields>,
        nulls: &[Vec<u8>],
    ) -> Self {
        Self { sections: Arc::clone(sections), wanted: Arc::clone(wanted), nulls: nulls.to_vec() }
    }

    /// A field, null if that is what its spelling means.
    fn or_null(&self, text: &[u8], found: Found) -> Cell {
        let Found { cell, spelled: (start, end), .. } = found;
        if !self.nulls.is_empty() && cell.form.is_untyped() {
            let spelled = text.get(start..end).unwrap_or(&[]);
            if self.nulls.iter().any(|null| null == spelled) {
                return Cell::new(start, end, Form::NullText);
            }
        }
        cell
    }

    /// Where the layout has the wanted fields.
    fn bind(&self, layout: &L) -> Vec<Bound<'_>> {
        let place = |name: &str| layout.names().iter().position(|known| known == name);
        let bound = self.wanted.paths().iter().map(|path| {
            let joined = place(path.joined()).map(|place| (place, path.behind_joined()));
            joined.or_else(|| Some((place(path.first())?, path.behind_first())))
        });
        bound.collect()
    }

    /// Reads a line into `blocked`; the column and the reason if it is not a record.
    fn read(&self, blocked: &mut Blocked<'_, L>, line: Span) -> Result<(), (Option<usize>, String)> {
        let start = line.start as usize;
        let bytes = blocked.block.bytes.as_slice();
        let text = bytes.get(..line.end as usize).unwrap_or(bytes);
        let (cells, making) = (&mut blocked.cells, &mut blocked.making);
        cells.clear();
        cells.resize(blocked.layout.names().len(), Cell::MISSING);
        making.clear();
        let read = blocked.layout.read(text, start, |place, found| {
            if found.made {
                making.push(place);
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = self.or_null(text, found);
            }
        });
        read.map_err(|misfit| (Some(misfit.at), misfit.reason.to_owned()))?;
        if let Some(at) = first_undecoded(&blocked.block.undecoded, line) {
            return Err((Some(at as usize), not_decoded(blocked.block.undecoded.encoding)));
        }
        if blocked.clean {
            return Ok(());
        }
        let bad = |cell: Cell| Some(cell.start as usize + not_utf8(cell.spelling(bytes))?);
        let wanted = blocked.bound.iter().flatten().filter_map(|(place, _)| blocked.cells.get(*place));
        match wanted.filter_map(|cell| bad(*cell)).min() {
            Some(at) => Err((Some(at), "not UTF-8".to_owned())),
            None => Ok(()),
        }
    }

    /// Takes over the record that was read, with a line of its own before it where it needs one.
    fn push(&self, blocked: &mut Blocked<'_, L>, Framed { span, line }: Framed) {
        let own = blocked.making.is_empty() && self.sections.is_first(blocked.block.section);
        let record = match own && blocked.anew.is_none() {
            true => span,
            false => blocked.put_anew(span, own),
        };
        let bytes = blocked.anew.as_ref().map_or(blocked.block.bytes.as_slice(), |anew| &anew.bytes);
        for (cell, bound) in blocked.wanted.iter_mut().zip(&blocked.bound) {
            let found = bound.and_then(|(place, path)| Some((*blocked.cells.get(place)?, path)));
            *cell = found.and_then(|(cell, path)| inside(bytes, cell, path)).unwrap_or(Cell::MISSING);
        }
        blocked.located.push(record, &blocked.wanted);
        blocked.lines.push(line);
    }
}

impl<L: Layout> Blocked<'_, L> {
    /// Writes the record of a line to the bytes that are made anew, and moves its cells there.
    fn put_anew(&mut self, span: Span, own: bool) -> Span {
        let bytes = self.block.bytes.as_slice();
        let start = span.start as usize;
        // The records before it stay where they are.
        let Anew { bytes: out, text, ends } = self.anew.get_or_insert_with(|| Anew {
            bytes: bytes.get(..start).unwrap_or(&[]).to_vec(),
            text: Vec::new(),
            ends: Vec::new(),
        });
        let record = out.len();
        text.clear();
        ends.clear();
        for place in &self.making {
            self.layout.make(*place, bytes, &self.cells, text);
            ends.push(text.len());
        }
        let made = if own { record } else { write(self.block.section, text, ends, out) };
        let line = out.len();
        out.extend_from_slice(span.of(bytes));
        out.push(b'\n');
        self.cells.iter_mut().for_each(|cell| *cell = cell.moved(start, line));
        let mut at = 0;
        for (place, end) in self.making.iter().zip(ends) {
            if let Some(cell) = self.cells.get_mut(*place) {
                *cell = Cell::new(made + at, made + *end, self.layout.made_form());
            }
            at = *end;
        }
        Span::new(record, line + (span.end - span.start) as usize)
    }

    /// Notes the time of day of the record at hand.
    fn tick(&mut self, Framed { line, .. }: Framed) {
        if let Some(second) = self.layout.second_of_day(&self.block.bytes, &self.cells) {
            let origin = Origin { source: self.block.source, line, nth: 0 };
            self.findings.tick(self.block.section, second, origin);
        }
    }

    fn reject(&mut self, framed: Framed, at: Option<usize>, reason: String) {
        let Framed { span, line } = framed;
        let origin = Origin { source: self.block.source, line, nth: 0 };
        let column = at.map(|at| at.saturating_sub(span.start as usize) as u64 + 1);
        self.findings.reject(Some(origin), column, reason, span.of(&self.block.bytes));
    }

    fn refuse(&mut self, Framed { span, line }: Framed, Refusal { reason, remedy }: Refusal) {
        let origin = Origin { source: self.block.source, line, nth: 0 };
        let hint = remedy.map(Hint::Headless);
        self.findings.reject_with(hint, Some(origin), None, reason, span.of(&self.block.bytes));
    }

    fn finish(self) -> Batch {
        let Self { block, findings, located, lines, anew, .. } = self;
        let mut batch = located.finish(findings);
        if let Some(anew) = anew {
            let origin = |line: &u64| Origin { source: block.source, line: *line, nth: 0 };
            batch.origins = Origins::Each(lines.iter().map(origin).collect());
            batch.bytes = Arc::new(anew.bytes);
        }
        batch
    }
}

impl<L: Layout> Decoder for SectionDecoder<L> {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let slots = self.wanted.paths().len();
        let located = Located::new(block, slots, spare);
        // A block without a section has nothing but directives.
        let Some(layout) = self.sections.get(block.section) else { return located.finish(findings) };
        let mut blocked = Blocked {
            layout: &*layout,
            block,
            findings,
            located,
            bound: self.bind(&layout),
            cells: Vec::new(),
            making: Vec::new(),
            wanted: vec![Cell::MISSING; slots],
            lines: Vec::new(),
            anew: None,
            clean: simdutf8::basic::from_utf8(&block.bytes).is_ok(),
        };
        let refusal = layout.refusal();
        for framed in Lines::of(block) {
            let line = framed.span.of(&block.bytes);
            if line.first() == Some(&b'#') || L::is_blank(line) {
                continue;
            }
            let line = block.line(framed.line.saturating_sub(block.first_line));
            let framed = Framed { line, ..framed };
            blocked.findings.read += 1;
            if let Some(refusal) = refusal {
                blocked.refuse(framed, refusal);
                continue;
            }
            match self.read(&mut blocked, framed.span) {
                Ok(()) => {
                    blocked.tick(framed);
                    self.push(&mut blocked, framed);
                }
                Err((at, reason)) => blocked.reject(framed, at, reason),
            }
        }
        blocked.finish()
    }

    fn sees_marks(&self) -> bool {
        true
    }
}

impl<L: Layout> Walk for SectionDecoder<L> {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let mut made = Made::of(record.of(bytes), record.start as usize);
        let line = made.as_ref().map_or(record.start as usize, |made| made.line);
        let text = bytes.get(..record.end as usize).unwrap_or(bytes);
        let section = made.as_ref().map(|made| made.section);
        let mut walk = |layout: &L| {
            // The decoder read the record before, so that this does not fail.
            let _ = layout.read(text, line, |place, found| {
                let Some(name) = layout.names().get(place) else { return };
                let cell = match (found.made, &mut made) {
                    (true, Some(made)) => {
                        let (start, end) = made.next().unwrap_or((line, line));
                        Cell::new(start, end, layout.made_form())
                    }
                    _ => self.or_null(text, found),
                };
                let spelled = Span { start: cell.start, end: cell.start + cell.len };
                visit(FieldView { name: name.as_bytes(), spelled, cell });
            });
        };
        match section {
            Some(section) => self.sections.get(section).iter().for_each(|layout| walk(layout)),
            None => self.sections.first.get().iter().for_each(|(_, layout)| walk(layout)),
        }
    }

    fn is_varied(&self) -> bool {
        self.sections.are_many()
    }
}

/// What is at a path in an array; the cell itself where the path is of no length.
fn inside(bytes: &[u8], cell: Cell, path: &[Segment]) -> Option<Cell> {
    let [first, rest @ ..] = path else { return Some(cell) };
    let (Segment::Index(index), Form::Array, []) = (first, cell.form, rest) else { return None };
    let start = cell.start as usize;
    let item = json::element(cell.spelling(bytes), *index)?;
    Some(Cell::of_item(cell.spelling(bytes), item).moved(0, start))
}
