//! What is not text: files that begin as no text does are refused, whatever their format is said to be. Told by the bytes at the
//! front of an input, after decompression.

mod archives;
mod kinds;

use std::io;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::compression::{Decompressed, TooFew, compression_of};
use super::peeked::Peeked;
use super::typed::Typed;
use crate::error::Error;
use kinds::KINDS;

/// Something that is not text, one row a kind.
struct Kind {
    /// What it is, with its article.
    name: &'static str,
    /// How it is known.
    by: By,
    /// What to do about it.
    way: Way,
}

/// What to do about a file that is not text. `FILE` in a command is the file.
#[derive(Clone, Copy)]
enum Way {
    /// Something that no command does.
    Words(&'static str),
    /// A command makes another file of it: why, and how.
    Made(&'static str, &'static str),
    /// A command writes text, in the format that the file's name tells.
    Unpacked(&'static str),
    /// A command writes text in this format.
    Piped(&'static str, &'static str),
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

/// The file that is looked at.
#[derive(Clone, Copy)]
struct File<'a> {
    typed: &'a Typed,
    /// The encoding that is named: then byte order marks are what one expects.
    encoding: Option<&'static Encoding>,
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

/// Looks at the front of a source, as long as it can still be something else than text. `encoding`: the one that is named;
/// `typed`: the file, for the remedy.
pub(super) fn refuse_foreign(
    decompressed: Decompressed,
    encoding: Option<&'static Encoding>,
    typed: &Typed,
) -> Result<Peeked, Unread> {
    let file = File { typed, encoding, compression: decompressed.compression };
    let mut peeked = Peeked::new(decompressed);
    let mut at_end = false;
    loop {
        match judge(peeked.front(), at_end, file) {
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

fn judge(bytes: &[u8], at_end: bool, file: File<'_>) -> Verdict {
    let mut open = false;
    if let Some(outer) = file.compression {
        match compression_of(bytes) {
            Ok(Some(inner)) => {
                let name = format!("{inner} data within {outer} data");
                let help = file.typed.piped(&format!("{outer} -dc FILE"), None);
                return Verdict::NotText(Error::new(format!("{name}, not text")).help(help));
            }
            Ok(None) => {}
            Err(TooFew) => open = true,
        }
    }
    for verdict in [unicode(bytes, at_end, file), ascii(bytes, at_end, file)] {
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
            Look::This => return Verdict::NotText(error(kind.name, kind.way, file)),
            Look::Open => open = true,
            Look::Other => {}
        }
    }
    if open { Verdict::Open } else { Verdict::Text }
}

/// Text of two or four bytes a character, by its mark; `None` if it has none.
fn unicode(bytes: &[u8], at_end: bool, file: File<'_>) -> Option<Verdict> {
    const MARKS: [(&[u8], bool); 4] = [
        // That of UTF-32 begins as that of UTF-16 does.
        (b"\xff\xfe\0\0", true),
        (b"\0\0\xfe\xff", true),
        (b"\xff\xfe", false),
        (b"\xfe\xff", false),
    ];
    let mut marks = MARKS.iter().filter(|(_, wide)| *wide || file.encoding.is_none());
    let is_open = |mark: &[u8]| bytes.len() < mark.len() && mark.starts_with(bytes);
    if !at_end && marks.clone().any(|(mark, _)| is_open(mark)) {
        return Some(Verdict::Open);
    }
    let (_, wide) = marks.find(|(mark, _)| bytes.starts_with(mark))?;
    let read_as = file.typed.read_as;
    Some(Verdict::NotText(match wide {
        true => {
            let help = file.typed.piped("iconv -f UTF-32 -t UTF-8 FILE", None);
            Error::new("UTF-32 by its byte order mark, not UTF-8").help(help)
        }
        false => Error::new("UTF-16 by its byte order mark, not UTF-8")
            .help(format!("{} utf-16 reads it", read_as.option("encoding"))),
    }))
}

/// Text of one byte a character where two are said to be; `None` if it can be two.
fn ascii(bytes: &[u8], at_end: bool, file: File<'_>) -> Option<Verdict> {
    const ENOUGH: usize = 64;
    let wide = file.encoding.filter(|named| [UTF_16LE, UTF_16BE].contains(named))?;
    let front = bytes.get(..ENOUGH).unwrap_or(bytes);
    if !front.iter().all(|byte| byte.is_ascii() && *byte != 0) || front.is_empty() {
        return None;
    }
    if front.len() < ENOUGH && !at_end {
        return Some(Verdict::Open);
    }
    let option = file.typed.read_as.option("encoding");
    let what = format!("the input is not {}: it begins with text of one byte a character", wide.name());
    Some(Verdict::NotText(
        Error::new(what).help(format!("leave out {option}, or name the encoding it has, such as latin1")),
    ))
}

/// The error for what is not text.
#[cold]
fn error(name: &str, way: Way, file: File<'_>) -> Error {
    let typed = file.typed;
    // Another tool reads the file itself, which has to be unpacked first; tar does that on its own.
    let unpacked = |command: &str| match file.compression {
        Some(tool) if !command.starts_with("tar ") => {
            let (inner, unpack) = typed.unpacked_by(tool);
            format!("{unpack} && {}", inner.command(command))
        }
        _ => typed.command(command),
    };
    Error::new(format!("{name}, not text")).help(match way {
        Way::Words(words) => words.to_owned(),
        Way::Made(why, command) => format!("{why}: {}", unpacked(command)),
        Way::Unpacked(command) => typed.piped(&unpacked(command), None),
        Way::Piped(command, format) => typed.piped(&unpacked(command), Some(format)),
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
