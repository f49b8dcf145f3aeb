//! Reads NDJSON: checks the structure of each line and locates the wanted members on the way.

use std::cell;

use memchr::{memchr, memchr_iter, memrchr};

use super::keys::{Guesses, Keys, Room};
use super::layout::Layout;
use super::scalar;
use super::wanted::Wanted;
use crate::format::Decoder;
use crate::format::lines::mark_len;
use crate::format::located::Located;
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Origin, Span, Walk};
use crate::scan::json::{Border, Borders, Broken, Item, Kind, Line, Member, Objects, Scan, blanks, members};
use crate::value::json::{bad_escape, inside, unescape};
use crate::value::tokens::{self, BAD_SCALAR, NOT_UTF8, Rules, not_utf8};

thread_local! {
    /// The lists of the last search of a thread, to be filled again.
    static SPARE: cell::Cell<Objects> = cell::Cell::default();
}

/// Locates the wanted fields in objects.
#[derive(Debug)]
pub(in crate::format) struct NdjsonDecoder {
    wanted: Wanted,
    keys: Keys,
    validate: bool,
    /// Records need not be on a line of their own in the input.
    any_lines: bool,
}

/// What is known of the record at hand; kept from record to record for its memory.
struct Reader<'a> {
    decoder: &'a NdjsonDecoder,
    /// By name: the last member of that name.
    found: Vec<Option<Item>>,
    /// By slot.
    cells: Vec<Cell>,
    guesses: Guesses,
    layout: Layout,
    scratch: Vec<u8>,
}

/// The records of one block in the making.
pub(in crate::format) struct Blocked<'a, 'f> {
    reader: Reader<'a>,
    /// What was accepted.
    pub(in crate::format) located: Located<'a>,
    /// What was not.
    pub(in crate::format) findings: &'f mut Findings,
}

/// Says where a record was that cannot be read.
pub(in crate::format) trait Places {
    /// Rejects `record`, of which the bytes are those that were decoded.
    fn reject(&mut self, bytes: &[u8], record: Span, broken: Broken, findings: &mut Findings);
}

/// Records that are where the bytes of their block are.
pub(in crate::format) struct InBlock<'a> {
    block: &'a Block,
    /// A place in the block, and how many of its lines are before that.
    counted: (usize, u64),
    /// Lines are numbered as in the file, also where some were dropped.
    in_file: bool,
}

impl NdjsonDecoder {
    pub(super) fn new(fields: &Fields, validate: bool) -> Self {
        let wanted = Wanted::new(fields);
        Self { keys: Keys::new(&wanted), wanted, validate, any_lines: false }
    }

    /// For objects that are put on a line each, wherever they were.
    pub(in crate::format) fn of_any_lines(fields: &Fields, validate: bool) -> Self {
        Self { any_lines: true, ..Self::new(fields, validate) }
    }
}

/// Does something with the lists of the last search of the thread.
pub(in crate::format) fn with_objects<T>(work: impl FnOnce(&mut Objects) -> T) -> T {
    let mut objects = SPARE.take();
    let done = work(&mut objects);
    SPARE.set(objects);
    done
}

impl Decoder for NdjsonDecoder {
    /// Records are looked for as whole objects first. A line that is odd in any way is read by bytes, which says
    /// whether it is a record.
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut blocked = Blocked::new(self, block, spare, findings);
        let (bytes, mut places) = (block.bytes.as_slice(), InBlock::new(block));
        with_objects(|objects| {
            let mut at = mark_len(block);
            while at < bytes.len() {
                let stop = objects.find(bytes, at);
                blocked.take_found(bytes, &mut places, objects);
                at = if stop.odd { blocked.take_line(bytes, &mut places, stop.at) } else { stop.at };
            }
        });
        blocked.located.finish(blocked.findings)
    }
}

impl<'a> InBlock<'a> {
    /// No record yet.
    pub(in crate::format) fn new(block: &'a Block) -> Self {
        Self { block, counted: (0, 0), in_file: false }
    }

    /// The same with lines numbered as in the file.
    pub(in crate::format) fn in_file(block: &'a Block) -> Self {
        Self { in_file: true, ..Self::new(block) }
    }

    /// The number of the line at a place, which is not before the one asked of last.
    pub(in crate::format) fn line_at(&mut self, at: usize) -> u64 {
        let (from, lines) = self.counted;
        let passed = self.block.bytes.get(from..at).unwrap_or(&[]);
        let lines = lines + memchr_iter(b'\n', passed).count() as u64;
        self.counted = (at, lines);
        if self.in_file { self.block.line(lines) } else { self.block.first_line + lines }
    }
}

impl Places for InBlock<'_> {
    fn reject(&mut self, bytes: &[u8], record: Span, broken: Broken, findings: &mut Findings) {
        let line = self.line_at(record.start as usize);
        let origin = Some(Origin { source: self.block.source, line, nth: 0 });
        let before = bytes.get(..record.start as usize).unwrap_or(&[]);
        let start = memrchr(b'\n', before).map_or(mark_len(self.block), |at| at + 1);
        let column = (broken.at as u64).saturating_sub(start as u64) + 1;
        findings.reject(origin, Some(column), broken.reason, record.of(bytes));
    }
}

impl<'a, 'f> Blocked<'a, 'f> {
    /// No record yet.
    pub(in crate::format) fn new(
        decoder: &'a NdjsonDecoder,
        block: &'a Block,
        spare: Batch,
        findings: &'f mut Findings,
    ) -> Self {
        let located = Located::new(block, decoder.wanted.slots(), spare);
        Self { reader: Reader::new(decoder), located, findings }
    }

    /// Takes the records that a search has found.
    pub(in crate::format) fn take_found(&mut self, bytes: &[u8], places: &mut dyn Places, objects: &Objects) {
        for (line, borders) in objects.iter() {
            self.take(bytes, places, objects, line, borders);
        }
    }

    /// Takes a record whose structure is known.
    #[inline]
    fn take(
        &mut self,
        bytes: &[u8],
        places: &mut dyn Places,
        objects: &Objects,
        line: Line,
        borders: Borders<'_>,
    ) {
        let text = bytes.get(..line.end as usize).unwrap_or(&[]);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let outcome = self.reader.locate(text, objects, line.brace as usize, borders);
        self.settle(bytes, places, Span::new(line.start as usize, text.len()), outcome);
    }

    /// Takes the line at `line`, of which nothing is known, and returns the place of the next one.
    #[cold]
    pub(in crate::format) fn take_line(
        &mut self,
        bytes: &[u8],
        places: &mut dyn Places,
        line: usize,
    ) -> usize {
        let rest = bytes.get(line..).unwrap_or(&[]);
        let (len, next) = match memchr(b'\n', rest) {
            Some(len) => (len - usize::from(rest.get(..len).unwrap_or(&[]).ends_with(b"\r")), line + len + 1),
            None => (rest.len(), bytes.len()),
        };
        let text = bytes.get(..line + len).unwrap_or(&[]);
        let start = blanks(text, line);
        if start < text.len() {
            let outcome = self.reader.read(text, start);
            self.settle(bytes, places, Span::new(line, text.len()), outcome);
        }
        next
    }

    /// Takes over the record that was read, or rejects it.
    #[inline]
    fn settle(&mut self, bytes: &[u8], places: &mut dyn Places, record: Span, outcome: Scan<()>) {
        self.findings.read += 1;
        match outcome {
            Ok(()) => self.located.push(record, &self.reader.cells),
            Err(broken) => places.reject(bytes, record, broken, self.findings),
        }
    }
}

impl Walk for NdjsonDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let text = bytes.get(..record.end as usize).unwrap_or(&[]);
        let mut buffer = Vec::new();
        // The decoder found the structure whole, so that the scan does not fail.
        let _ = members(text, blanks(text, record.start as usize), |Member { key, value }| {
            visit(FieldView {
                name: key_name(text, key, &mut buffer),
                spelled: Span::new(key.start, value.end),
                cell: unread_cell(text, value),
            });
        });
    }
}

impl<'a> Reader<'a> {
    fn new(decoder: &'a NdjsonDecoder) -> Self {
        let found = vec![None; decoder.wanted.names()];
        Self {
            decoder,
            found,
            cells: Vec::new(),
            guesses: Guesses::new(),
            layout: Layout::default(),
            scratch: Vec::new(),
        }
    }

    /// Reads the record from `start` to the end of `text` into `cells`.
    fn read(&mut self, text: &[u8], start: usize) -> Scan<()> {
        let any_lines = self.decoder.any_lines;
        if text.get(start) != Some(&b'{') {
            return Err(if any_lines {
                Broken { at: start, reason: "not an object" }
            } else {
                no_object(text, start)
            });
        }
        let end = self
            .find_members(text, start)
            .map_err(|broken| if any_lines { broken } else { several_lines(broken, text, start) })?;
        let rest = blanks(text, end);
        if rest < text.len() {
            return Err(Broken { at: rest, reason: "more text after the object" });
        }
        self.fill_cells(text, start, |_, _| false)
    }

    /// Reads a record whose structure is known, from its brace at `start`; `text` ends with it.
    #[inline]
    fn locate(&mut self, text: &[u8], objects: &Objects, start: usize, borders: Borders<'_>) -> Scan<()> {
        self.found.fill(None);
        let is_known = self.layout.is_of(start, &borders, objects.blanks());
        if is_known && !objects.has_backslash(start, text.len()) {
            let mut at = 0;
            while let Some(number) = self.layout.look(at) {
                let before = number.checked_sub(1).and_then(|before| borders.get(before));
                if let Some(border) = borders.get(number) {
                    let from = before.map_or(start, |before| before.end) + 1;
                    self.look(text, objects, from, border, number);
                }
                at += 1;
            }
        } else {
            self.look_at_all(text, objects, start, borders);
        }
        self.fill_cells(text, start, |from, to| objects.is_ascii(from, to))
    }

    /// Looks at all members of an object.
    #[inline(never)]
    fn look_at_all(&mut self, text: &[u8], objects: &Objects, start: usize, borders: Borders<'_>) {
        let (mut from, mut number) = (start + 1, 0);
        while let Some(border) = borders.get(number) {
            self.look(text, objects, from, border, number);
            from = border.end + 1;
            number += 1;
        }
        self.layout.learn(start, &borders, objects.blanks(), &self.decoder.keys);
    }

    /// Looks at the member `number`, which begins at `from`: it is found if it is wanted.
    #[inline(always)]
    fn look(&mut self, text: &[u8], objects: &Objects, from: usize, border: Border, number: usize) {
        let Border { colon, end } = border;
        let room = Room { from, colon };
        let known = self.decoder.keys.recall(text, room, number, &self.guesses);
        let name = match known {
            Some(name) if !objects.has_backslash(room.from, colon) => name,
            _ => self.look_up(text, objects, room, number),
        };
        if let Some(name) = name
            && let Some(item) = self.found.get_mut(name)
        {
            *item = Some(value_between(text, objects, colon, end));
        }
    }

    /// The name that a key spells, if it is wanted.
    fn look_up(&mut self, text: &[u8], objects: &Objects, room: Room, number: usize) -> Option<usize> {
        let Self { decoder, guesses, scratch, .. } = self;
        let (start, end) = (blanks(text, room.from), without_blanks(text, room.colon));
        if objects.has_backslash(start, end) {
            let key = Item { start, end, kind: Kind::Escaped };
            return decoder.wanted.find(key_name(text, key, scratch), &mut 0);
        }
        decoder.keys.find(text, (start, end), room, number, guesses)
    }

    /// Fills `cells` from what was found. `is_ascii` says where text is known to be that.
    #[inline]
    fn fill_cells(&mut self, text: &[u8], start: usize, is_ascii: impl Fn(usize, usize) -> bool) -> Scan<()> {
        let Self { decoder, found, cells, .. } = self;
        if decoder.validate {
            tokens::check(text, start, Rules::Full)?;
        }
        cells.clear();
        for slot in 0..decoder.wanted.slots() {
            let cell = match decoder.wanted.item(slot, text, found) {
                Some(item) => checked_cell(text, item, is_ascii(item.start, item.end))?,
                None => Cell::MISSING,
            };
            if matches!(cell.form, Form::Array | Form::Object) && decoder.wanted.is_read_whole(slot) {
                check_inside(text, cell)?;
            }
            cells.push(cell);
        }
        Ok(())
    }

    fn find_members(&mut self, text: &[u8], start: usize) -> Scan<usize> {
        let Self { decoder, found, scratch, .. } = self;
        found.fill(None);
        let mut next = 0;
        members(text, start, |Member { key, value }| {
            if let Some(name) = decoder.wanted.find(key_name(text, key, scratch), &mut next)
                && let Some(item) = found.get_mut(name)
            {
                *item = Some(value);
            }
        })
    }
}

/// The name that a key spells; one whose escapes mean nothing is its own spelling.
#[inline]
fn key_name<'a>(text: &'a [u8], key: Item, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    let spelled = inside(text.get(key.start..key.end).unwrap_or(&[]));
    if key.kind == Kind::Plain {
        return spelled;
    }
    buffer.clear();
    if unescape(spelled, buffer) { buffer } else { spelled }
}

/// The value behind a colon, in front of a comma or brace.
#[inline(always)]
fn value_between(text: &[u8], objects: &Objects, colon: usize, end: usize) -> Item {
    let start = blanks(text, colon + 1);
    let end = without_blanks(text, end);
    let kind = match text.get(start) {
        Some(b'"') if objects.has_backslash(start, end) => Kind::Escaped,
        Some(b'"') => Kind::Plain,
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Object,
        _ => Kind::Scalar,
    };
    Item { start, end, kind }
}

/// The end of what stands in front of `end`, blanks aside.
#[inline]
fn without_blanks(text: &[u8], mut end: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r') = text.get(end.wrapping_sub(1)) {
        end -= 1;
    }
    end
}

/// The cell of a wanted value, checked but for the inside of arrays and objects; it is known to be UTF-8 if it `is_ascii`.
#[inline(always)]
fn checked_cell(text: &[u8], item: Item, is_ascii: bool) -> Scan<Cell> {
    let cell = unread_cell(text, item);
    let spelling = cell.spelling(text);
    match cell.form {
        Form::Untyped => return Err(Broken { at: item.start, reason: BAD_SCALAR }),
        Form::Text | Form::Escaped | Form::Array | Form::Object if !is_ascii => {
            if let Some(at) = not_utf8(spelling) {
                return Err(Broken { at: cell.start as usize + at, reason: NOT_UTF8 });
            }
        }
        _ => {}
    }
    if cell.form == Form::Escaped
        && let Some(reason) = bad_escape(spelling)
    {
        return Err(Broken { at: item.start, reason });
    }
    Ok(cell)
}

/// Checks all that stands inside an array or object whose bytes are known to be UTF-8.
#[inline(never)]
fn check_inside(text: &[u8], cell: Cell) -> Scan<()> {
    let (start, end) = (cell.start as usize, (cell.start + cell.len) as usize);
    tokens::check_text(text.get(..end).unwrap_or(text), start, Rules::Read)
}

/// The cell of a value by its first byte and, if a scalar, its spelling. Rubbish is untyped.
#[inline(always)]
fn unread_cell(text: &[u8], item: Item) -> Cell {
    let Item { start, end, .. } = item;
    match item.kind {
        Kind::Plain => Cell::new(start + 1, end - 1, Form::Text),
        Kind::Escaped => Cell::new(start + 1, end - 1, Form::Escaped),
        Kind::Array => Cell::new(start, end, Form::Array),
        Kind::Object => Cell::new(start, end, Form::Object),
        Kind::Scalar => Cell::new(start, end, scalar::form(text.get(..end).unwrap_or(&[]), end - start)),
    }
}

#[cold]
fn no_object(text: &[u8], start: usize) -> Broken {
    let reason = match text.get(start) {
        Some(b'[') => "an array, not an object (--from json reads its elements)",
        _ => "not an object (jq -c . writes each value on one line)",
    };
    Broken { at: start, reason }
}

/// A brace alone on its line is the start of an object written over several lines.
#[cold]
fn several_lines(broken: Broken, text: &[u8], start: usize) -> Broken {
    let reason = if blanks(text, start + 1) == text.len() {
        "an object over several lines (--from json reads it)"
    } else {
        broken.reason
    };
    Broken { reason, ..broken }
}
