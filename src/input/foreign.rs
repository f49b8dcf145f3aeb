//! What is not text: files that begin as no text does are refused, whatever their format is said to be. Told by the bytes at the
//! front of an input, after decompression.

mod archives;
mod kinds;

use std::io;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::compression::{Decompressed, TooFew, compression_of};
use super::peeked::Peeked;
use crate::error::Error;
use kinds::KINDS;

/// Something that is not text, one row a kind.
struct Kind {
    /// What it is, with its article.
    name: &'static str,
    /// How it is known.
    by: By,
    /// What to do about it; `FILE` is the file.
    help: &'static str,
}

/// How a kind is known.
enum By {
    /// By any of these fronts, which no text has.
    Fronts(&'static [&'static [(u8, u8)]]),
    /// By a look at the first bytes.
    Look(fn(&[u8]) -> Look),
}

/// What the first bytes say of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Look {
    /// It is not this.
    Other,
    /// It can still come to be this.
    Open,
    /// It is this.
    This,
}

/// What the options say about encodings.
#[derive(Clone, Copy)]
pub(super) struct Encodings {
    /// The encoding that is named: then byte order marks are what one expects.
    pub(super) named: Option<&'static Encoding>,
    /// The option that names one, where there is one.
    pub(super) option: Option<&'static str>,
}

/// The file that is looked at.
#[derive(Clone, Copy)]
struct File<'a> {
    /// Its name, as a shell takes it.
    name: &'a str,
    /// Its compression, whose name is that of its tool.
    compression: Option<&'static str>,
}

/// Why a source is not read.
pub(super) enum Unread {
    /// Reading was told to stop.
    Stopped(io::Error),
    /// It is not text.
    NotText(Error),
}

/// Looks at the front of a source, as long as it can still be something else than text. `name`: that of its file as a
/// shell takes it, for the remedy.
pub(super) fn refuse_foreign(
    decompressed: Decompressed,
    encodings: Encodings,
    name: &str,
) -> Result<Peeked, Unread> {
    let mut peeked = Peeked::new(decompressed.source);
    let file = File { name, compression: decompressed.compression };
    let mut at_end = false;
    loop {
        match judge(peeked.front(), at_end, encodings, file) {
            Verdict::Open if at_end => return Ok(peeked),
            Verdict::Open => at_end = !peeked.look_on().map_err(Unread::Stopped)?,
            Verdict::Text => return Ok(peeked),
            Verdict::Archive => {
                while peeked.look_on().map_err(Unread::Stopped)? {}
                return Err(Unread::NotText(archives::of_zip(peeked.front(), file)));
            }
            Verdict::NotText(error) => return Err(Unread::NotText(error)),
        }
    }
}

/// What the first bytes of an input are.
enum Verdict {
    /// They are too few to tell.
    Open,
    Text,
    /// A zip archive, which may be an office document.
    Archive,
    NotText(Error),
}

fn judge(bytes: &[u8], at_end: bool, encodings: Encodings, file: File<'_>) -> Verdict {
    let mut open = false;
    if let Some(outer) = file.compression {
        match compression_of(bytes) {
            Ok(Some(inner)) => {
                let name = format!("{inner} data within {outer} data");
                let file = File { compression: None, ..file };
                return Verdict::NotText(error(&name, &format!("{outer} -dc FILE | tamis …"), file));
            }
            Ok(None) => {}
            Err(TooFew) => open = true,
        }
    }
    for verdict in [unicode(bytes, at_end, encodings, file), ascii(bytes, at_end, encodings)] {
        match verdict {
            Some(Verdict::Open) => open = true,
            Some(verdict) => return verdict,
            None => {}
        }
    }
    match archives::zip(bytes) {
        Look::This => return Verdict::Archive,
        Look::Open => open = true,
        Look::Other => {}
    }
    for kind in KINDS {
        match kind.by.look(bytes) {
            Look::This => return Verdict::NotText(error(kind.name, kind.help, file)),
            Look::Open => open = true,
            Look::Other => {}
        }
    }
    if open { Verdict::Open } else { Verdict::Text }
}

/// Text of two or four bytes a character, by its mark; `None` if it has none.
fn unicode(bytes: &[u8], at_end: bool, encodings: Encodings, file: File<'_>) -> Option<Verdict> {
    const MARKS: [(&[u8], bool); 4] = [
        // That of UTF-32 begins as that of UTF-16 does.
        (b"\xff\xfe\0\0", true),
        (b"\0\0\xfe\xff", true),
        (b"\xff\xfe", false),
        (b"\xfe\xff", false),
    ];
    let mut marks = MARKS.iter().filter(|(_, wide)| *wide || encodings.named.is_none());
    let is_open = |mark: &[u8]| bytes.len() < mark.len() && mark.starts_with(bytes);
    if !at_end && marks.clone().any(|(mark, _)| is_open(mark)) {
        return Some(Verdict::Open);
    }
    let (_, wide) = marks.find(|(mark, _)| bytes.starts_with(mark))?;
    let name = if *wide { "UTF-32" } else { "UTF-16" };
    let help = match encodings.option.filter(|_| !*wide) {
        Some(option) => format!("{option} utf-16 reads it"),
        None => format!("iconv -f {name} -t UTF-8 FILE | tamis …"),
    };
    Some(Verdict::NotText(error(&format!("{name} by its byte order mark"), &help, file)))
}

/// Text of one byte a character where two are said to be; `None` if it can be two.
fn ascii(bytes: &[u8], at_end: bool, encodings: Encodings) -> Option<Verdict> {
    const ENOUGH: usize = 64;
    let wide = encodings.named.filter(|named| [UTF_16LE, UTF_16BE].contains(named))?;
    let front = bytes.get(..ENOUGH).unwrap_or(bytes);
    if !front.iter().all(|byte| byte.is_ascii() && *byte != 0) || front.is_empty() {
        return None;
    }
    if front.len() < ENOUGH && !at_end {
        return Some(Verdict::Open);
    }
    let option = encodings.option.unwrap_or("--encoding");
    let what = format!("the input is not {}: it begins with text of one byte a character", wide.name());
    Some(Verdict::NotText(
        Error::new(what).help(format!("leave out {option}, or name the encoding it has, such as latin1")),
    ))
}

/// The error for what is not text. `FILE` in the remedy is the file; what is compressed is unpacked to one first.
#[cold]
fn error(name: &str, help: &str, file: File<'_>) -> Error {
    let what = match name.starts_with("UTF-") {
        true => format!("{name}, not UTF-8"),
        false => format!("{name}, not text"),
    };
    // Tar unpacks by itself. A name that needs quotes of its own is not put within quotes.
    let takes_name = !help.contains("'FILE'") || !file.name.starts_with(['\'', '"', '$']);
    Error::new(what).help(match file.compression {
        Some(compression) if help.contains("FILE") && !help.starts_with("tar ") && file.name != "FILE" => {
            format!("{compression} -dc {} > FILE, then {help}", file.name)
        }
        _ if takes_name => help.replace("FILE", file.name),
        _ => help.to_owned(),
    })
}

impl By {
    fn look(&self, bytes: &[u8]) -> Look {
        match self {
            Self::Look(look) => look(bytes),
            Self::Fronts(fronts) => {
                let looks = fronts.iter().map(|front| begins(bytes, front));
                looks.fold(Look::Other, |known, look| match (known, look) {
                    (Look::This, _) | (_, Look::This) => Look::This,
                    (Look::Open, _) | (_, Look::Open) => Look::Open,
                    _ => Look::Other,
                })
            }
        }
    }
}

/// Whether bytes begin with one of each range, as far as they go.
fn begins(bytes: &[u8], front: &[(u8, u8)]) -> Look {
    if !front.iter().zip(bytes).all(|((low, high), byte)| (low..=high).contains(&byte)) {
        Look::Other
    } else if bytes.len() < front.len() {
        Look::Open
    } else {
        Look::This
    }
}

#[cfg(test)]
mod tests;
