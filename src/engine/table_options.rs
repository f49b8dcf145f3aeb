//! How a table is read: as the run says of all files of its format, and as its join says otherwise.

use crate::error::{Error, Result, escaped, nearest};
use crate::format::encodings::encoding;
use crate::format::options::{self, reads};
use crate::format::{self, FORMATS, FormatDef, InputOptions};
use crate::input::{Named, told};
use crate::record::ReadAs;
use crate::stage::Words;

/// The options of reading that hold for tables too; all others are the input's alone.
pub(super) const SHARED: [&str; 6] = ["delimiter", "escape", "null", "quote", "types", "validate"];

/// Options of a join about its table that only some formats know, each with that of the run which it is like.
const OWN: [(&str, &str); 2] = [("table-delimiter", "delimiter"), ("table-no-header", "no-header")];

/// How the table that `words` name is read.
pub(super) fn input_options(words: &Words, run: &InputOptions) -> Result<InputOptions> {
    Ok(InputOptions {
        delimiter: delimiter(words, run)?.or(run.delimiter),
        quote: run.quote,
        escape: run.escape,
        nulls: run.nulls.clone(),
        validate: run.validate,
        no_header: words.has("table-no-header"),
        comment: words.read("table-comment", options::comment)?,
        encoding: words.read("table-encoding", |name| encoding(name, ReadAs::Table))?,
        skip: words.read("table-skip", options::skip)?.unwrap_or(0),
        read_as: ReadAs::Table,
        ..InputOptions::default()
    })
}

/// What separates the fields of the table, which must not be what the run says of quotes and escapes.
fn delimiter(words: &Words, run: &InputOptions) -> Result<Option<u8>> {
    const OPTION: &str = "table-delimiter";
    let Some(delimiter) = words.read(OPTION, options::delimiter)? else { return Ok(None) };
    let other = match delimiter {
        _ if Some(delimiter) == run.quote.unwrap_or(Some(b'"')) => "quote",
        _ if Some(delimiter) == run.escape => "escape",
        _ => return Ok(Some(delimiter)),
    };
    let message = format!("--{OPTION}: the same byte as the {other}");
    Err(words.error_at(OPTION, &message).help("choose another byte"))
}

/// The format of a table, if its join or its name tells it. Refuses options of the join that this format does not know.
pub(super) fn told_format(words: &Words, named: &Named) -> Result<Option<&'static FormatDef>> {
    let format = told(named, format_of(words)?);
    let is_known = |like: &str| format.is_some_and(|def| reads(def, like));
    match OWN.iter().find(|(own, like)| words.has(own) && !is_known(like)) {
        Some((own, like)) => Err(means_nothing(words, own, like, named, format)),
        None => Ok(format),
    }
}

/// The format of `--table-from`. One that needs options of its own is none for a table.
pub(super) fn format_of(words: &Words) -> Result<Option<&'static FormatDef>> {
    let Some(name) = words.option("table-from") else { return Ok(None) };
    let opens = |def: &FormatDef| def.input.is_some_and(|open| open(&InputOptions::default()).is_ok());
    if let Some(def) = format::find(name).filter(|def| opens(def)) {
        return Ok(Some(def));
    }
    let typed = format!("--table-from {name}");
    let place = typed.len() - name.len()..typed.len();
    let known: Vec<&str> = FORMATS.iter().filter(|def| opens(def)).map(|def| def.name).collect();
    let error = Error::new(format!("no format \"{name}\" that a table can be read in")).at(&typed, place);
    Err(match nearest(name, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error.help(format!("one of {}", known.join(", "))),
    })
}

#[cold]
fn means_nothing(words: &Words, own: &str, like: &str, named: &Named, format: Option<&FormatDef>) -> Error {
    let knowing: Vec<&str> = FORMATS.iter().filter(|def| reads(def, like)).map(|def| def.name).collect();
    let name = escaped(named.shown());
    let found = match format {
        Some(def) => format!("{name} is read as {}", def.name),
        None => format!("nothing tells that {name} is such a file"),
    };
    words
        .error_at(own, &format!("--{own} is for {}, but {found}", knowing.join(" and ")))
        .help(format!("leave it out, or give --table-from {}", knowing.join(" or ")))
}
