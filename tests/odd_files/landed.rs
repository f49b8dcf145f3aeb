//! What the program can do so far.
use crate::file::File;
use crate::oracle::Meaning;
const LANDED: &[&str] = &["--quote", "--escape", "nulls", "ragged", "header", "counted"];
pub(crate) fn has(what: &str) -> bool {
    LANDED.contains(&what)
}
pub(crate) fn is_ready(file: &File, meaning: &Meaning) -> bool {
    let words = file.words();
    let options = ["--quote", "--escape", "--skip", "--comment", "--encoding"];
    let option = options.iter().all(|option| has(option) || !words.iter().any(|word| word == option));
    option
        && (has("nulls") || !file.dialect.nulls.iter().any(|null| null.quoted))
        && (has("cr") || meaning.refused != Some("CR"))
        && (has("ragged")
            || !file.ragged
            || !file.kinds.iter().any(|kind| kind.contains("extra") || kind.contains("made up")))
        && (has("header")
            || !file.kinds.iter().any(|kind| kind.contains("made up") || kind.contains("trailing")))
        && (has("counted") || file.names != crate::file::Names::Counted)
        && (has("header") || {
            let keeps = |cell: &crate::cell::Cell| {
                cell.spelled(&file.dialect).iter().all(|byte| *byte >= b' ' && !b"\"\\".contains(byte))
            };
            meaning.header.iter().flatten().all(keeps)
        })
}
