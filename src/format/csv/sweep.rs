//! Decodes a block stretch by stretch: records that have what most have go into the columns run by run, all others
//! one at a time as the [`Splitter`] says.

use super::decode::{DelimitedDecoder, column};
use super::index::Index;
use super::split::{Record, Splitter};
use crate::format::located::{Located, not_utf8};
use crate::record::{Batch, Block, Cell, Findings, Form, Origin, Span};

/// Bytes looked at in one go: what is found in them stays in the nearest cache.
const STRETCH: usize = 8 << 10;

/// At most so many records in a row are read one at a time before the next stretch is tried.
const MOST_ODD: usize = 64;

/// A block on its way into a batch.
pub(super) struct Sweep<'a> {
    decoder: &'a DelimitedDecoder,
    bytes: &'a [u8],
    located: Located<'a>,
    findings: &'a mut Findings,
    /// For odd records.
    splitter: Splitter<'a>,
    places: Places<'a>,
    ends: Vec<u32>,
    cells: Vec<Cell>,
    /// Whether the whole block is UTF-8, once somebody asked.
    clean: Option<bool>,
    /// The first escape from where the next record begins; the end of the bytes if there is none.
    escape: usize,
}

/// Records of a stretch that have just the named fields each.
#[derive(Clone, Copy)]
struct Run<'a> {
    /// What stands before the first record, then the line ends.
    lines: &'a [u32],
    /// The delimiters of these records and those behind them.
    delimiters: &'a [u32],
    /// Delimiters of a record.
    stride: usize,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(
        decoder: &'a DelimitedDecoder,
        block: &'a Block,
        spare: Batch,
        findings: &'a mut Findings,
    ) -> Self {
        let bytes = block.bytes.as_slice();
        Self {
            decoder,
            bytes,
            located: Located::new(block, decoder.bound.len(), spare),
            findings,
            splitter: Splitter::new(bytes, decoder.dialect),
            places: Places::of(block),
            ends: Vec::new(),
            cells: vec![Cell::MISSING; decoder.bound.len()],
            clean: None,
            escape: 0,
        }
    }

    /// The records of the block.
    pub(super) fn batch(mut self) -> Batch {
        let mut index = Index::new(self.decoder.dialect);
        let mut at = 0;
        let mut len = STRETCH;
        let mut odd = 1;
        while at < self.bytes.len() {
            let escape = self.escape_from(at);
            // A record with an escape is read alone.
            let escaped = escape < self.bytes.len() && escape - at <= len;
            index.read(self.bytes, at, len.min(escape - at));
            if self.decoder.names.is_empty() || (index.high && !self.is_clean()) {
                self.odd_records(at, usize::MAX);
                break;
            }
            let behind = self.stretch(&index, at);
            // Odd records come in rows where a file has quotes of its own.
            odd = if behind > at { 1 } else { MOST_ODD.min(odd * 2) };
            // A record that is longer doubles the stretch, so that looking at it again stays linear.
            let is_odd = index.odd || escaped;
            len = if behind > at || is_odd { STRETCH } else { len.saturating_mul(2) };
            at = if is_odd { self.odd_records(behind, odd) } else { behind };
        }
        self.located.finish(self.findings)
    }

    /// The place of the first escape from `at` on, or the end of the bytes; each byte is searched once.
    #[inline]
    fn escape_from(&mut self, at: usize) -> usize {
        let Some(escape) = self.decoder.dialect.escape_byte() else { return self.bytes.len() };
        if self.escape <= at {
            let found = memchr::memchr(escape, self.bytes.get(at..).unwrap_or(&[]));
            self.escape = found.map_or(self.bytes.len(), |found| at + found);
        }
        self.escape
    }

    /// Takes the whole records of a stretch that begins at `at`; the place behind them.
    fn stretch(&mut self, index: &Index, at: usize) -> usize {
        let mut lines = index.lines();
        let mut delimiters = index.delimiters();
        let stride = self.decoder.names.len().saturating_sub(1);
        while lines.len() > 1 {
            let most = Run { lines, delimiters, stride };
            let count = most.count();
            let run = Run { lines: lines.get(..=count).unwrap_or(lines), ..most };
            if count > 0 {
                self.take(run, index);
            }
            lines = lines.get(count..).unwrap_or(&[]);
            delimiters = delimiters.get(count * stride..).unwrap_or(&[]);
            if let [before, line, ..] = *lines {
                let own = delimiters.iter().take_while(|place| **place < line).count();
                self.odd_records(before.wrapping_add(1) as usize, 1);
                lines = lines.get(1..).unwrap_or(&[]);
                delimiters = delimiters.get(own..).unwrap_or(&[]);
            }
        }
        match lines {
            [last] => (last.wrapping_add(1) as usize).min(self.bytes.len()),
            _ => at,
        }
    }

    /// Takes over a run of records, column by column.
    fn take(&mut self, run: Run<'_>, index: &Index) {
        let bytes = self.bytes;
        let from = self.located.rows();
        self.findings.read += run.len() as u64;
        self.located.extend(run.spans().map(|span| without_return(bytes, span)));
        let decoder = self.decoder;
        // A loop for each, as one for both would ask at each cell.
        match !index.special && decoder.nulls.is_empty() {
            true => self.take_columns(run, from, plain_cell),
            false => self.take_columns(run, from, |span| decoder.cell(bytes, span, index.doubled)),
        }
    }

    /// Takes the wanted fields of the records of a run, which are those from `from` on.
    #[inline(always)]
    fn take_columns(&mut self, run: Run<'_>, from: usize, form: impl Fn(Span) -> Cell) {
        for (slot, place) in self.decoder.bound.iter().enumerate() {
            let Some((records, column)) = self.located.column(slot) else { continue };
            let records = records.get(from..).unwrap_or(&[]);
            let first = records.iter().map(|span| span.start);
            let last = records.iter().map(|span| span.end);
            match *place {
                Some(0) if run.stride == 0 => put(column, first, last, &form),
                Some(0) => put(column, first, run.delimiters(0), &form),
                Some(place) if place < run.stride => {
                    put(column, run.behind(place), run.delimiters(place), &form)
                }
                Some(place) if place == run.stride => put(column, run.behind(place), last, &form),
                _ => column.extend(records.iter().map(|_| Cell::MISSING)),
            }
        }
    }

    /// Takes or rejects `count` records from `at` on, one at a time; the place behind them.
    fn odd_records(&mut self, at: usize, count: usize) -> usize {
        self.splitter.go_to(at);
        for _ in 0..count {
            let Some(record) = self.splitter.next(&mut self.ends) else { break };
            self.take_odd(record);
        }
        self.splitter.at()
    }

    /// Takes or rejects a record whose fields were found.
    fn take_odd(&mut self, record: Record) {
        if record.is_blank() && !self.decoder.keeps_blank_lines() {
            return;
        }
        self.findings.read += 1;
        let span = Span::new(record.start, record.end);
        let mut fault = self.decoder.fault(record, &self.ends);
        if fault.is_none() {
            self.decoder.locate(self.bytes, record, &self.ends, &mut self.cells);
            let bad = if self.is_clean() { None } else { first_bad(self.bytes, &self.cells) };
            fault = bad.map(|at| ("not UTF-8".to_owned(), Some(column(record, at))));
        }
        match fault {
            None => self.located.push(span, &self.cells),
            Some((reason, column)) => {
                let hint = self.decoder.hint(self.bytes, record, self.ends.len());
                let origin = self.places.origin(record);
                self.findings.reject_with(hint, origin, column, reason, span.of(self.bytes));
            }
        }
    }

    /// Whether the block is UTF-8: one look at the whole spares one at each value.
    fn is_clean(&mut self) -> bool {
        *self.clean.get_or_insert_with(|| simdutf8::basic::from_utf8(self.bytes).is_ok())
    }
}

impl<'a> Run<'a> {
    fn len(self) -> usize {
        self.lines.len() - 1
    }

    /// The records with their CR.
    fn spans(self) -> impl Iterator<Item = Span> + use<'a> {
        let ends = self.lines.get(1..).unwrap_or(&[]);
        self.lines.iter().zip(ends).map(|(before, end)| Span { start: before.wrapping_add(1), end: *end })
    }

    /// How many records in front have as many delimiters as they should.
    #[inline]
    fn count(self) -> usize {
        let stride = self.stride;
        let mut from = 0;
        self.spans()
            .take_while(|span| {
                let last = stride.checked_sub(1).map(|last| self.delimiters.get(from + last));
                let next = self.delimiters.get(from + stride);
                from += stride;
                last.is_none_or(|last| last.is_some_and(|last| *last < span.end))
                    && next.is_none_or(|next| *next > span.end)
            })
            .count()
    }

    /// The place of a delimiter in each record.
    #[inline]
    fn delimiters(self, nth: usize) -> impl Iterator<Item = u32> + use<'a> {
        let Self { delimiters, stride, .. } = self;
        (0..self.len()).map(move |row| delimiters.get(row * stride + nth).copied().unwrap_or(0))
    }

    /// Where the field at `place` begins in each record.
    #[inline]
    fn behind(self, place: usize) -> impl Iterator<Item = u32> + use<'a> {
        self.delimiters(place - 1).map(|delimiter| delimiter + 1)
    }
}

/// Appends the cells of fields by their first byte and the place behind the last.
#[inline]
fn put(
    column: &mut Vec<Cell>,
    starts: impl Iterator<Item = u32>,
    ends: impl Iterator<Item = u32>,
    cell: impl Fn(Span) -> Cell,
) {
    column.extend(starts.zip(ends).map(|(start, end)| cell(Span { start, end })));
}

/// The cell of a field without quotes, escapes and spellings of null.
#[inline]
fn plain_cell(Span { start, end }: Span) -> Cell {
    Cell { start, len: end - start, form: if start == end { Form::Null } else { Form::Untyped } }
}

/// The record without the CR of its line end.
#[inline]
fn without_return(bytes: &[u8], Span { start, end }: Span) -> Span {
    let last = (end as usize).wrapping_sub(1);
    let returns = start < end && bytes.get(last) == Some(&b'\r');
    Span { start, end: end - u32::from(returns) }
}

/// Line numbers of records in order, for rejects.
struct Places<'a> {
    block: &'a Block,
    at: usize,
    line: u64,
}

impl<'a> Places<'a> {
    fn of(block: &'a Block) -> Self {
        Self { block, at: 0, line: block.first_line }
    }

    #[cold]
    fn origin(&mut self, record: Record) -> Option<Origin> {
        let between = self.block.bytes.get(self.at..record.start).unwrap_or(&[]);
        self.line += memchr::memchr_iter(b'\n', between).count() as u64;
        self.at = record.start;
        Some(Origin { source: self.block.source, line: self.line, nth: 0 })
    }
}

/// The place of the first byte in a cell that is not UTF-8.
#[cold]
fn first_bad(bytes: &[u8], cells: &[Cell]) -> Option<usize> {
    let bad = cells.iter().filter_map(|cell| Some(cell.start as usize + not_utf8(cell.spelling(bytes))?));
    bad.min()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::format::InputOptions;
    use crate::format::trial::limits;
    use crate::record::{Dialect, Escape, Fields, Path};

    const NAMES: [&str; 3] = ["x", "y", "z"];

    fn decoder(dialect: Dialect, names: usize, ragged: bool, nulls: bool) -> DelimitedDecoder {
        let nulls = if nulls { vec![b"NA".to_vec(), b"a".to_vec()] } else { Vec::new() };
        let options = InputOptions { ragged, nulls, ..InputOptions::default() };
        let mut wanted = Fields::default();
        for name in ["y", "z", "x", "c4", "nope"] {
            wanted.slot(&Path::name(name));
        }
        let header: Vec<String> = NAMES.iter().take(names).map(|&name| name.to_owned()).collect();
        DelimitedDecoder::new(dialect, &options, Some(&header), &Arc::new(wanted))
    }

    /// All that a block gives: records, cells, findings.
    fn shown(batch: Batch, findings: &Findings) -> String {
        let Findings { read, rejected, rejects, present, .. } = findings;
        format!(
            "{:?} {:?} {read} {rejected} {rejects:?} {present:?} {:?}",
            batch.records, batch.inputs, batch.live
        )
    }

    fn swept(decoder: &DelimitedDecoder, block: &Block) -> String {
        let mut findings = Findings::new(limits(), 5);
        let batch = Sweep::new(decoder, block, Batch::default(), &mut findings).batch();
        shown(batch, &findings)
    }

    /// What the splitter alone makes of a block.
    fn split(decoder: &DelimitedDecoder, block: &Block) -> String {
        let mut findings = Findings::new(limits(), 5);
        let mut sweep = Sweep::new(decoder, block, Batch::default(), &mut findings);
        while let Some(record) = sweep.splitter.next(&mut sweep.ends) {
            sweep.take_odd(record);
        }
        let batch = sweep.located.finish(sweep.findings);
        shown(batch, &findings)
    }

    fn check(decoder: &DelimitedDecoder, text: &[u8]) {
        let bytes = Arc::new(text.to_vec());
        let block = Block { bytes, first_line: 1, ..Block::default() };
        assert_eq!(swept(decoder, &block), split(decoder, &block), "{}", text.escape_ascii());
    }

    fn field() -> impl Strategy<Value = Vec<u8>> {
        let odd: &[&[u8]] = &[
            b"5\" disk",
            b"\"a\" b",
            b"\"",
            b"\"\"\"",
            b"\"a",
            b"a\"",
            b"\"\"a\"\"",
            b"\"a\"\r",
            b"\xff",
            b"\"\xc3\"",
            b"a,b",
            b"a\tb",
            b"\n",
            b"\r",
            b"\\",
            b"\\\n",
            b"\"a\\\"",
            b"a\\",
            b"'a,\n''b'",
            b"'",
            b"\xc3\xa9",
        ];
        let even: &[&[u8]] =
            &[b"", b"a", b"NA", b"\"\"", b"\"a,;b\"", b"\"\"\"\"", b"\"a\"\"b\"", b"\"a\r\nb\"", b"a b"];
        prop_oneof![
            30 => prop::sample::select(even.to_vec()).prop_map(<[u8]>::to_vec),
            2 => prop::sample::select(odd.to_vec()).prop_map(<[u8]>::to_vec),
            4 => (0_usize..90).prop_map(|len| vec![b'l'; len]),
            1 => (0_usize..90).prop_map(|len| [&b"\""[..], &b"l,\"\"\n"[..4].repeat(len), b"\""].concat()),
        ]
    }

    fn record() -> impl Strategy<Value = (Vec<Vec<u8>>, &'static [u8])> {
        let fields = prop_oneof![40 => Just(3_usize), 1 => 0..6_usize]
            .prop_flat_map(|count| prop::collection::vec(field(), count));
        let ends: Vec<&[u8]> = vec![b"\n", b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b"\r\r\n"];
        (fields, prop::sample::select(ends))
    }

    fn dialect() -> impl Strategy<Value = Dialect> {
        let quotes = vec![Some(b'"'), Some(b'"'), Some(b'"'), Some(b'\''), None];
        let escapes = vec![Escape::None, Escape::None, Escape::Byte(b'\\'), Escape::Letters];
        let parts = (
            prop::sample::select(b",;\t".to_vec()),
            prop::sample::select(quotes),
            prop::sample::select(escapes),
        );
        parts.prop_map(|(delimiter, quote, escape)| match quote {
            Some(_) if escape == Escape::Letters => Dialect { delimiter, quote, escape: Escape::None },
            _ => Dialect { delimiter, quote, escape },
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn agrees_with_the_splitter(
            records in prop::collection::vec(record(), 0..60),
            dialect in dialect(),
            (ragged, nulls) in (prop::bool::weighted(0.2), prop::bool::weighted(0.2)),
            names in prop_oneof![20 => Just(3_usize), 1 => 0..3_usize],
            cut in 0_usize..6,
        ) {
            let mut text = Vec::new();
            for (fields, end) in records {
                text.extend(fields.join(&dialect.delimiter));
                text.extend(end);
            }
            text.truncate(text.len().saturating_sub(cut));
            check(&decoder(dialect, names, ragged, nulls), &text);
        }

        #[test]
        fn any_bytes(
            text in prop::collection::vec(prop::sample::select(b"aaaa,,,\"\"\n\n\r\xff\\'".to_vec()), 0..400),
            dialect in dialect(),
            names in 1_usize..4,
        ) {
            check(&decoder(dialect, names, false, false), &text);
        }
    }

    /// Records longer than a stretch, and as many as fill several.
    #[test]
    fn stretches_do_not_matter() {
        let csv = crate::format::csv::RFC_4180;
        for dialect in [csv, Dialect { escape: Escape::Byte(b'\\'), ..csv }] {
            stretches(&decoder(dialect, 3, false, false));
        }
    }

    fn stretches(decoder: &DelimitedDecoder) {
        let long = [&b"1,\""[..], &b"a,\n"[..].repeat(STRETCH), b"\",3\r\n"].concat();
        let short = b"1,,\xc3\xa9\n".repeat(2 * STRETCH / 7);
        let odd = b"1,2,5\" disk\n1,2\n\xff,2,3\n1,\"2\" ,3\n".repeat(STRETCH / 20);
        let open = b"1,\"2,3\n";
        let escaped = b"1,\\,,3\n1,\"\\\"\",3\n1,2,3\n".repeat(STRETCH / 20);
        check(
            decoder,
            &[&short[..], &escaped, &long, &escaped, &odd, &escaped, &short, b"1,2,\\\n\n"].concat(),
        );
        check(decoder, &b"1,5\" disk,3\n".repeat(200));
        check(decoder, &[&short[..], &long, &short, &odd, &long, &short, open, &short, open].concat());
        check(decoder, &[&odd[..], &short, &long, &long, &short, open].concat());
    }
}
