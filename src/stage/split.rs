//! `split 'KEY' --into DIR`: writes the records to a file for each key.

use std::sync::Arc;

use hashbrown::hash_map::Entry;
use sha2::{Digest, Sha256};

use super::groups::KeyColumn;
use super::keys::{KeyNames, Keys};
use super::side::{Files, Host, SideOutput, Writes};
use super::{Bound, Flow, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::hash::Map;
use crate::record::{Batch, Shape};
use crate::spill::Disk;
use crate::time::Zone;
use crate::value::key::write_identity;
use crate::value::{Value, write_text};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "split",
    spec: "'KEY, …'",
    options: &[OptionDef::valued("into", "DIR", "the folder of the files; made if it is missing")],
    bind,
    doc: Doc {
        summary: "write the records to a file for each key",
        text: "The last stage of a chain: it prints nothing. `split host --into logs` writes the records of the \
               host example.org to logs/example.org.ndjson, in input order, in the format of `--to`, or without \
               it in the one that the output would have. Each file has its header, unless `--no-header-out`, \
               with `--union` of the fields of its records. A file is emptied when the run first writes to it; those of other keys stay.\n\n\
               A name is the key as `text(x)` writes it, with every byte percent-encoded that is no ASCII letter, \
               digit, `-`, `_`, `~` or `.` (in front, that too); several keys are joined by a comma. A null key \
               goes to `null` and an empty one to `empty`; text that is spelled so is written `%6Eull` and \
               `%65mpty`. Of a name above 200 bytes the first 160 are kept, and `%~` with a hash stands for the \
               rest. There may be more files than the system lets be open: the one that was not written to for the \
               longest time is closed.",
        examples: &[Example {
            command: "--from ndjson split host --into logs",
            input: "{\"host\":\"a\",\"n\":1}\n{\"host\":\"b\",\"n\":2}\n{\"host\":\"a\",\"n\":3}\n",
            output: "",
        }],
    },
};

/// Names of more bytes are cut: file systems allow 255, and a suffix follows.
const LONGEST: usize = 200;
/// What is kept of them.
const KEPT: usize = 160;
/// Bytes of the hash that stands for the rest, as hexadecimal digits.
const HASH_DIGITS: usize = 32;

struct Split {
    keys: Arc<Keys>,
    folder: String,
    shape: Shape,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let _windowed = scope.per_window()?;
    let keys = Arc::new(Keys::bind(Some(&words.spec), KeyNames::Unused, scope)?);
    let Some(folder) = words.option("into").filter(|folder| !folder.is_empty()) else {
        return Err(
            Error::new("the folder of the files is missing").help("name it after the key: --into DIR")
        );
    };
    scope.ends_with = Some(STAGE.name);
    let split = Split { keys, folder: folder.to_owned(), shape: scope.shape.clone() };
    Ok(vec![Bound::Ordered(Box::new(split))])
}

impl Plan for Split {
    fn start(&self, host: &dyn Host) -> Result<Box<dyn Stage>> {
        let files = host.files(&self.folder, &self.shape)?;
        Ok(Box::new(Running {
            keys: Arc::clone(&self.keys),
            folder: self.folder.clone(),
            names: Names::default(),
            files,
        }))
    }

    fn keeps(&self) -> String {
        format!("a name for each key, in memory (at most --memory); records are written to {}", self.folder)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }

    fn written_shape(&self) -> Option<&Shape> {
        Some(&self.shape)
    }

    fn writes(&self) -> Option<Writes<'_>> {
        Some(Writes::Folder(&self.folder))
    }
}

struct Running {
    keys: Arc<Keys>,
    folder: String,
    names: Names,
    files: Box<dyn Files>,
}

/// The names of keys with stamps: a time has one file however it is spelled, named by the spelling that came first.
#[derive(Default)]
struct Names {
    by_key: Map<Vec<u8>, String>,
    bytes: usize,
}

impl Names {
    /// The file name of a record's key, without suffix.
    fn of(&mut self, row: u32, columns: &[KeyColumn<'_>], zone: &Zone) -> String {
        if !columns.iter().any(|column| matches!(column.values.get(row), Value::Stamp(_))) {
            return name_of(row, columns, zone);
        }
        let mut key = Vec::new();
        columns.iter().for_each(|column| write_identity(column.values.get(row), &mut key));
        if let Some(name) = self.by_key.get(&key) {
            return name.clone();
        }
        let name = name_of(row, columns, zone);
        self.bytes += key.len() + name.len() + size_of::<(Vec<u8>, String)>();
        self.by_key.insert(key, name.clone());
        name
    }
}

impl Stage for Running {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let columns = self.keys.eval(&batch, &batch.live, work);
        let parts = by_name(&batch.live, &columns, &work.env.zone, &mut self.names);
        drop(columns);
        for (name, rows) in parts {
            batch.live = rows;
            self.files.push(&name, &batch, work)?;
        }
        Ok(Flow::More)
    }

    fn side(&mut self) -> Option<&mut dyn SideOutput> {
        Some(&mut *self.files)
    }

    fn spill(&mut self, _disk: &Arc<Disk>) -> Result<bool> {
        self.files.spill()
    }

    fn held(&self) -> (usize, String) {
        (self.files.heap_bytes() + self.names.bytes, format!("split --into {}", self.folder))
    }
}

/// The records of each name, names in the order of their first records.
fn by_name(
    rows: &[u32],
    columns: &[KeyColumn<'_>],
    zone: &Zone,
    names: &mut Names,
) -> Vec<(String, Vec<u32>)> {
    let mut parts: Vec<(String, Vec<u32>)> = Vec::new();
    let mut places: Map<String, usize> = Map::default();
    for &row in rows {
        let at = match places.entry(names.of(row, columns, zone)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                parts.push((new.key().clone(), Vec::new()));
                *new.insert(parts.len() - 1)
            }
        };
        if let Some((_, rows)) = parts.get_mut(at) {
            rows.push(row);
        }
    }
    parts
}

/// The file name of a record's key, without suffix.
fn name_of(row: u32, columns: &[KeyColumn<'_>], zone: &Zone) -> String {
    let (mut name, mut text) = (String::new(), Vec::new());
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            name.push(',');
        }
        let value = column.values.get(row);
        if value.is_null() {
            name.push_str("null");
            continue;
        }
        text.clear();
        write_text(value, zone, &mut text);
        encode(&text, &mut name);
    }
    if name.len() > LONGEST { shorten(&name) } else { name }
}

/// Appends a text as a name: percent-encoded, and different from the names of null and of the empty text.
fn encode(text: &[u8], name: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    if text.is_empty() {
        name.push_str("empty");
    }
    let reserved = matches!(text, b"null" | b"empty");
    for (at, &byte) in text.iter().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) || (byte == b'.' && at > 0);
        if plain && !(reserved && at == 0) {
            name.push(char::from(byte));
        } else {
            let digits = [byte >> 4, byte & 15].map(|digit| HEX.get(usize::from(digit)).copied());
            name.push('%');
            name.extend(digits.into_iter().flatten());
        }
    }
}

/// A name that is short enough for a file system; names that differ stay different.
fn shorten(name: &str) -> String {
    let hash: String = Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect();
    // No encoded byte is cut in two.
    let kept = name.get(..KEPT).unwrap_or(name);
    let cut = kept.rfind('%').filter(|at| kept.len() - at < 3).unwrap_or(kept.len());
    let (kept, hash) = (kept.get(..cut).unwrap_or(kept), hash.get(..HASH_DIGITS).unwrap_or(&hash));
    format!("{kept}%~{hash}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::Made;
    use crate::value::Number;

    fn name(values: &[Value<'_>]) -> String {
        let made: Vec<Made> = values
            .iter()
            .map(|value| {
                let mut made = Made::default();
                made.push(*value);
                made
            })
            .collect();
        let columns: Vec<KeyColumn<'_>> = made
            .iter()
            .map(|made| KeyColumn {
                values: crate::record::Loaded::Borrowed(made),
                spelled: None,
                keeps_times: false,
            })
            .collect();
        name_of(0, &columns, &Zone::utc())
    }

    fn text(text: &str) -> String {
        name(&[Value::Text(text.as_bytes())])
    }

    #[test]
    fn names_are_percent_encoded() {
        for (key, expected) in [
            ("example.org", "example.org"),
            ("a b/c", "a%20b%2Fc"),
            ("..", "%2E."),
            (".a", "%2Ea"),
            ("50%", "50%25"),
            ("é", "%C3%A9"),
            ("a,b", "a%2Cb"),
            ("", "empty"),
            ("null", "%6Eull"),
            ("empty", "%65mpty"),
            ("nullo", "nullo"),
        ] {
            assert_eq!(text(key), expected, "{key}");
        }
        let one = Value::Number(Number::from_u64(1));
        assert_eq!(name(&[one]), text("1"));
        assert_eq!(name(&[Value::Untyped(b"1.0"), Value::Null, Value::Bool(true)]), "1.0,null,true");
        assert_eq!(name(&[Value::Text(b""), Value::Text(b"null")]), "empty,%6Eull");
    }

    #[test]
    fn long_names_are_cut_but_differ() {
        let (long, longer) = ("x".repeat(200), "x".repeat(201));
        assert_eq!(text(&long), long);
        let cut = text(&longer);
        assert_eq!((cut.len(), cut.starts_with(&format!("{}%~", "x".repeat(160)))), (160 + 2 + 32, true));
        assert_ne!(cut, text(&format!("{}y", "x".repeat(200))));
        // The byte at the cut is left out whole.
        let cut = text(&format!("{}{}", "x".repeat(159), "é".repeat(90)));
        assert!(cut.starts_with(&format!("{}%~", "x".repeat(159))), "{cut}");
    }

    proptest! {
        #[test]
        fn different_texts_have_different_names(left in "(null|empty|[%.~,a/é]){0,4}", right in "(null|empty|[%.~,a/é]){0,4}") {
            let (first, second) = (text(&left), text(&right));
            prop_assert_eq!(first == second, left == right);
            prop_assert!(first != "null" && !first.starts_with('.') && !first.contains('/'));
        }
    }
}
