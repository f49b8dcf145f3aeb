//! How a table is read: as the run says of all files of its format, and as its join says otherwise.

use encoding_rs::Encoding;

use crate::error::{Error, Result, nearest, shown};
use crate::format::encodings::encoding;
use crate::format::options::{byte, reads};
use crate::format::{self, FORMATS, FormatDef, InputOptions};
use crate::input::{Named, told};
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
        comment: comment(words)?,
        encoding: table_encoding(words)?,
        ..InputOptions::default()
    })
}

/// An error of reading, whose remedy is for inputs, with what it is for a table: what a command makes of a file comes by
/// `<(…)`, and options have names of their own.
pub(super) fn for_table(error: Error) -> Error {
    error.map_help(|help| {
        // Names in place of a header line are the input's alone.
        let help = help.split(", or leave the line out").next().unwrap_or(help);
        let help = match help.split_once(" | tamis") {
            Some((command, rest)) => format!("join <({command}){rest}"),
            None => help.to_owned(),
        };
        TABLE_ONLY
            .iter()
            .fold(help, |help, option| help.replace(&format!("--{option} "), &format!("--table-{option} ")))
    })
}

/// Options of inputs for which tables have one of their own.
const TABLE_ONLY: [&str; 5] = ["comment", "delimiter", "encoding", "from", "no-header"];

fn delimiter(words: &Words, run: &InputOptions) -> Result<Option<u8>> {
    const OPTION: &str = "table-delimiter";
    let Some(text) = words.option(OPTION) else { return Ok(None) };
    let delimiter = byte(text).ok_or_else(|| {
        words
            .error_at(OPTION, &format!("not a delimiter: \"{}\"", shown(text)))
            .help("one byte other than a line end, such as ';', or tab or \\x01")
    })?;
    let other = match delimiter {
        _ if Some(delimiter) == run.quote.unwrap_or(Some(b'"')) => "quote",
        _ if Some(delimiter) == run.escape => "escape",
        _ => return Ok(Some(delimiter)),
    };
    let message = format!("--table-delimiter: the same byte as the {other}: \"{}\"", shown(text));
    Err(words.error_at(OPTION, &message).help("choose another byte"))
}

fn comment(words: &Words) -> Result<Option<Vec<u8>>> {
    const OPTION: &str = "table-comment";
    let wrong =
        |reason: &str| Err(words.error_at(OPTION, reason).help("what comments begin with, such as '#'"));
    match words.option(OPTION) {
        None => Ok(None),
        Some("") => wrong("every line begins with nothing"),
        Some(text) if text.contains(['\n', '\r']) => wrong("no line begins with a line end"),
        Some(text) => Ok(Some(text.as_bytes().to_vec())),
    }
}

fn table_encoding(words: &Words) -> Result<Option<&'static Encoding>> {
    const OPTION: &str = "table-encoding";
    let Some(name) = words.option(OPTION) else { return Ok(None) };
    encoding(name).map(Some).map_err(|unknown| words.error_at(OPTION, &unknown.reason).help(unknown.help))
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
    let name = shown(named.shown());
    let found = match format {
        Some(def) => format!("{name} is read as {}", def.name),
        None => format!("nothing tells that {name} is such a file"),
    };
    words
        .error_at(own, &format!("--{own} is for {}, but {found}", knowing.join(" and ")))
        .help(format!("leave it out, or give --table-from {}", knowing.join(" or ")))
}
