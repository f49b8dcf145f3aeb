//! Names of outputs that promise what is not written: spreadsheets, archives, databases. All that is written is text.

use std::path::Path;

use super::plan::Plan;
use super::settings::Settings;
use crate::error::{Error, Result, escaped};
use crate::file_name;
use crate::format::{suffix_of, written_by_suffix};
use crate::spell;
use crate::stage::Writes;

/// Suffixes of what is not text, each with what it is.
const FOREIGN: &[(&[&str], &str)] = &[
    (&["xlsx", "xls", "xlsm", "xlsb", "ods", "numbers"], "a spreadsheet"),
    (&["docx", "doc", "odt", "rtf", "pdf"], "a document"),
    (&["parquet", "feather", "arrow", "orc", "avro"], "a file of columns or blocks"),
    (&["sqlite", "sqlite3", "db", "duckdb", "mdb", "accdb", "dbf"], "a database"),
    (&["zip", "7z", "rar", "tar", "tgz", "tbz2", "txz", "tzst"], "an archive"),
    (&["z", "br", "lzma", "lzo"], "a file of this compression"),
];

/// Refuses outputs whose names say that they are no text.
pub(super) fn refuse_foreign_names(plan: &Plan, settings: &Settings) -> Result<()> {
    let options = [
        ("-o", &settings.output, "csv"),
        ("--rejects", &settings.rejects, "txt"),
        ("--late", &settings.late, "txt"),
    ];
    for (option, path, suffix) in options {
        path.as_deref().map_or(Ok(()), |path| refuse(option, path, suffix))?;
    }
    for writes in plan.writes() {
        if let Writes::File(file) = writes {
            refuse("tee", &file_name::path(file), "csv")?;
        }
    }
    Ok(())
}

/// Refuses one, unless it is a device or a FIFO, whose name says nothing.
fn refuse(option: &str, path: &Path, suffix: &str) -> Result<()> {
    let name = file_name::text(path);
    let Some(what) = foreign(&name).filter(|_| std::fs::metadata(path).map_or(true, |meta| meta.is_file()))
    else {
        return Ok(());
    };
    let proposed = spell::word(&proposed(&name, suffix));
    Err(Error::new(format!("{option} {}: what is written is text, not {what}", escaped(&name)))
        .help(format!("write {option} {proposed}")))
}

/// What a file of this name should be, if it is no text.
fn foreign(name: &str) -> Option<&'static str> {
    let (suffix, compression) = suffix_of(name);
    let has =
        |list: &[&str]| list.iter().any(|known| suffix.is_some_and(|own| own.eq_ignore_ascii_case(known)));
    let (_, what) = FOREIGN.iter().find(|(list, _)| has(list))?;
    // Text that is compressed may be called after its origin: `dump.db.gz`.
    (compression.is_none() || *what == "an archive").then_some(what)
}

/// The name with the suffix of what is written.
fn proposed(name: &str, suffix: &str) -> String {
    let (_, compression) = suffix_of(name);
    let without = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    let stem = without(name);
    match compression {
        Some(compression) => format!("{}.{suffix}.{compression}", without(&stem)),
        None if written_by_suffix(&stem).is_some() => format!("{stem}.gz"),
        None => format!("{stem}.{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_is_not_text_and_what_is_proposed() {
        for (name, expected) in [
            ("out.xlsx", Some("out.csv")),
            ("a.b/Out.XLS", Some("a.b/Out.csv")),
            ("out.tar.gz", Some("out.csv.gz")),
            ("out.csv.zip", Some("out.csv.gz")),
            ("out.tgz", Some("out.csv")),
            ("out.csv", None),
            ("out.csv.gz", None),
            ("dump.db.gz", None),
            ("db", None),
            ("xlsx", None),
            ("out.json", None),
        ] {
            assert_eq!(foreign(name).map(|_| proposed(name, "csv")).as_deref(), expected, "{name}");
        }
    }
}
