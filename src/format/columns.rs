//! The columns of an output, and where the fields of a record go among them.

use std::borrow::Cow;
use std::fmt;

use crate::error::shown_bytes;
use crate::format::OutputOptions;
use crate::format::flatten::{self, LeafPath, flatten, is_nested};
use crate::hash::Map;
use crate::record::{FieldValue, Shape, Source, Sources};
use crate::scan::json::Broken;
use crate::value::Value;

/// Named columns that records of any order of fields are sorted into.
#[derive(Debug, Default)]
pub struct Columns {
    names: Vec<String>,
    index: Map<Vec<u8>, usize>,
    /// The column of the n-th field of the record before: most often that of this record's too.
    guesses: Vec<usize>,
    leaves: Leaves,
    /// The names that are not UTF-8 as they are spelled.
    raw: Map<usize, Vec<u8>>,
    /// Bytes of the names and of their places in the index.
    bytes: usize,
}

/// About what the index and the heap take for a name beside its bytes.
const ENTRY: usize = 2 * size_of::<(Vec<u8>, usize)>();

/// Why a record does not fit into the columns: the name it is about, as the record spells it.
#[derive(Debug)]
pub enum Misfit {
    /// No column has the name.
    Unknown(Vec<u8>),
    /// Two fields of the record have the name once nested values are fields of their own.
    Clash(Vec<u8>),
    /// Something in a nested value is not JSON.
    Broken {
        /// Its place in the bytes that its cell points into.
        at: Option<usize>,
        /// The reason in the user's words.
        reason: &'static str,
    },
    /// The value of the column holds this byte, which the dialect has no spelling for.
    Unspelled(Vec<u8>, u8),
    /// The name of the column does.
    Misnamed(Vec<u8>, u8),
}

/// The paths of the leaves of the record at hand.
#[derive(Debug, Default)]
struct Leaves {
    /// For each leaf its column and where its path's dots end in `dots`.
    columns: Vec<(usize, usize)>,
    dots: Vec<usize>,
}

/// Formats whose header line an empty file lacks.
const WITH_HEADER: &[&str] = &["csv", "tsv", "w3c", "zeek"];

/// The columns that are known without a record: those the chain fixed, or the first input's header under the shape of
/// the records; with `--union` the headers of all inputs, if these name all fields.
pub fn known(options: &OutputOptions) -> Option<Columns> {
    match options.shape.fixed_names() {
        Some(names) => Some(Columns::of(names)),
        None => Some(under_shape(&headers(options)?, &options.shape)),
    }
}

/// Whether columns are known without a record: to ask costs little.
pub fn are_known(options: &OutputOptions) -> bool {
    options.shape.rest.is_none() || headers(options).is_some()
}

/// The header lines that give an output its columns, if it has those of its inputs.
fn headers(options: &OutputOptions) -> Option<Vec<&[String]>> {
    let OutputOptions { shape, sources, union, .. } = options;
    match union {
        _ if shape.as_unfolded().is_some() => None,
        None => leading(sources)?.header.as_deref().map(|header| vec![header]),
        Some(union) => {
            let lines = sources.all_headers().filter(|_| union.is_named(shape))?;
            (!lines.is_empty()).then(|| lines.iter().map(|line| line.names.as_slice()).collect())
        }
    }
}

/// Whether an output may take its columns from the front of an input of this format.
pub fn has_columns(format: &str) -> bool {
    WITH_HEADER.contains(&format)
}

/// The input whose header the output has: the first that is not empty; the next one where only blank lines are in a file
/// that should have one.
pub fn leading(sources: &Sources) -> Option<&Source> {
    let first = sources.read().find(|source| source.header.is_some() || !has_columns(source.format))?;
    Some(first).filter(|source| source.header.is_some())
}

/// The columns of records whose inputs have these headers. A repeated name counts once.
pub(super) fn under_shape(headers: &[&[String]], shape: &Shape) -> Columns {
    let before = shape.before.iter().map(|field| field.name.as_str());
    let rest = headers.iter().copied().flatten().map(String::as_str).filter(|name| shape.passes(name));
    let after = headers.iter().flat_map(|header| shape.after_own(header));
    Columns::of(before.chain(rest).chain(after.map(|field| field.name.as_str())))
}

impl Columns {
    /// Columns of these names; a repeated one counts once.
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut columns = Self::default();
        for name in names {
            columns.add(name.as_bytes());
        }
        columns
    }

    /// These, then those of records that came, then what `trailing` has beside them; and where each that came is.
    pub fn around(mut self, came: &Self, trailing: &Self) -> (Self, Vec<usize>) {
        let mut add_all = |others: &Self| {
            (0..others.names.len()).map(|place| self.add(others.spelled(place))).collect::<Vec<_>>()
        };
        let places = add_all(came);
        add_all(trailing);
        (self, places)
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Adds columns for a field of the first record, one for each leaf of a nested value.
    pub fn add_field(&mut self, name: &[u8], value: FieldValue<'_>) {
        flatten(name, value, &mut |path, _| _ = self.add(&path.name));
    }

    /// Forgets the record before: the next field put is the first of another one.
    pub fn next_record(&mut self) {
        self.leaves.columns.clear();
        self.leaves.dots.clear();
    }

    /// The column of a name, a new one if there is none yet.
    pub fn add(&mut self, name: &[u8]) -> usize {
        if let Some(&column) = self.index.get(name) {
            return column;
        }
        self.bytes += 2 * name.len() + ENTRY;
        self.index.insert(name.to_vec(), self.names.len());
        let shown = String::from_utf8_lossy(name);
        if matches!(shown, Cow::Owned(_)) {
            self.raw.insert(self.names.len(), name.to_vec());
        }
        self.names.push(shown.into_owned());
        self.names.len() - 1
    }

    /// Puts the `nth` field of a record into its column of `values`; a nested value without a column of its
    /// own goes leaf by leaf. Of one field given twice the last one stays; null needs no column, and gives way
    /// to another field of its name.
    pub fn put<'a>(
        &mut self,
        nth: usize,
        name: &[u8],
        value: FieldValue<'a>,
        values: &mut [FieldValue<'a>],
    ) -> Result<(), Misfit> {
        if let Some(column) = self.place(nth, name) {
            let put = self.leaves.put(column, &[], value, values);
            return put.map_err(|()| Misfit::Clash(name.to_vec()));
        }
        if !is_nested(value) {
            return without_column(name, value);
        }
        let Self { index, leaves, .. } = self;
        put_leaves(name, value, &mut |path, leaf| match index.get(&path.name) {
            Some(&column) => {
                leaves.put(column, &path.dots, leaf, values).map_err(|()| Misfit::Clash(path.name.clone()))
            }
            None => without_column(&path.name, leaf),
        })
    }

    /// The name of a column as it is spelled, UTF-8 or not.
    pub fn spelled(&self, column: usize) -> &[u8] {
        let raw = self.raw.get(&column).map(Vec::as_slice);
        raw.or_else(|| self.names.get(column).map(String::as_bytes)).unwrap_or(&[])
    }

    /// The column of a name.
    pub(super) fn column(&self, name: &[u8]) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes
            + self.names.capacity() * size_of::<String>()
            + self.guesses.capacity() * size_of::<usize>()
    }

    /// The column of the `nth` field of a record, which has this name.
    #[inline]
    pub(super) fn place(&mut self, nth: usize, name: &[u8]) -> Option<usize> {
        if let Some(&guess) = self.guesses.get(nth)
            && self.names.get(guess).is_some_and(|known| known.as_bytes() == name)
        {
            return Some(guess);
        }
        let column = *self.index.get(name)?;
        if self.guesses.len() <= nth {
            self.guesses.resize(nth + 1, usize::MAX);
        }
        self.guesses[nth] = column;
        Some(column)
    }
}

/// Puts a nested value leaf by leaf, each by `put`: all leaves are put, and the first misfit is the outcome.
pub(super) fn put_leaves<'a>(
    name: &[u8],
    value: FieldValue<'a>,
    put: &mut dyn FnMut(&LeafPath, FieldValue<'a>) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    flatten::check(value).map_err(|broken| Misfit::broken(broken, value))?;
    let mut outcome = Ok(());
    flatten(name, value, &mut |path, leaf| {
        let put = put(path, leaf);
        if outcome.is_ok() {
            outcome = put;
        }
    });
    outcome
}

/// What becomes of a value that has no column: null needs none.
pub(super) fn without_column(name: &[u8], value: FieldValue<'_>) -> Result<(), Misfit> {
    if value.is_null() { Ok(()) } else { Err(Misfit::Unknown(name.to_vec())) }
}

/// A value that no field gave.
pub const ABSENT: FieldValue<'static> = FieldValue::Value(Value::Null);

impl Leaves {
    /// Puts a value into its column. `dots`: the dots of its path, none for a field that is whole. An error if
    /// the value of another path stands there.
    #[inline]
    fn put<'a>(
        &mut self,
        column: usize,
        dots: &[usize],
        value: FieldValue<'a>,
        values: &mut [FieldValue<'a>],
    ) -> Result<(), ()> {
        let Some(place) = values.get_mut(column) else { return Ok(()) };
        if !place.is_null() && self.path_in(column) != dots {
            return if value.is_null() { Ok(()) } else { Err(()) };
        }
        *place = value;
        if !dots.is_empty() || !self.columns.is_empty() {
            self.dots.extend_from_slice(dots);
            self.columns.push((column, self.dots.len()));
        }
        Ok(())
    }

    /// The dots of the path whose value was put into a column last.
    fn path_in(&self, column: usize) -> &[usize] {
        let Some(at) = self.columns.iter().rposition(|leaf| leaf.0 == column) else { return &[] };
        let start = at.checked_sub(1).and_then(|before| self.columns.get(before)).map_or(0, |leaf| leaf.1);
        let end = self.columns.get(at).map_or(start, |leaf| leaf.1);
        self.dots.get(start..end).unwrap_or(&[])
    }
}

impl Misfit {
    /// Something in a value is not JSON.
    #[cold]
    fn broken(broken: Broken, value: FieldValue<'_>) -> Self {
        let at = matches!(value, FieldValue::Cell(..)).then_some(broken.at);
        Self::Broken { at, reason: broken.reason }
    }

    /// The same about a value; a place that is none in `bytes`, those of the batch, is dropped.
    #[must_use]
    pub fn of(self, value: FieldValue<'_>, bytes: &[u8]) -> Self {
        match (self, value) {
            (Self::Broken { reason, .. }, FieldValue::Cell(_, others)) if !std::ptr::eq(others, bytes) => {
                Self::Broken { at: None, reason }
            }
            (misfit, _) => misfit,
        }
    }

    /// Where in the bytes of the batch it stands, if that is known.
    pub fn place(&self) -> Option<usize> {
        match self {
            Self::Broken { at, .. } => *at,
            Self::Unknown(_) | Self::Clash(_) | Self::Unspelled(..) | Self::Misnamed(..) => None,
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                let name = shown_bytes(name);
                let remedy = "name its columns with project, or give --union";
                write!(out, "field \"{name}\" is no column of the output ({remedy})")
            }
            Self::Clash(name) => {
                let name = shown_bytes(name);
                write!(out, "two fields make the column \"{name}\" (name the fields with project)")
            }
            Self::Broken { reason, .. } => out.write_str(reason),
            Self::Unspelled(name, byte) => {
                let (name, what) = (shown_bytes(name), unspelled(*byte));
                write!(out, "field \"{name}\" holds {what}, which --quote none cannot spell (--escape can)")
            }
            Self::Misnamed(name, byte) => {
                let (name, what) = (shown_bytes(name), unspelled(*byte));
                write!(
                    out,
                    "the name \"{name}\" holds {what}, which --quote none cannot spell (--escape can)"
                )
            }
        }
    }
}

/// What a byte is that a dialect without quotes and escapes cannot spell.
pub fn unspelled(byte: u8) -> &'static str {
    match byte {
        b'\n' => "a line end",
        b'\r' => "a carriage return",
        _ => "the delimiter",
    }
}
