//! Archives and documents that take more than a magic to be known.

use super::{File, Look, Way, begins, error};
use crate::error::Error;
use crate::format::by_suffix;

/// A zip archive: a file in it, none, or one of several disks.
pub(super) fn zip(bytes: &[u8]) -> Look {
    let fronts = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
    let looks = fronts.map(|front| begins(bytes, &front.map(|byte| (byte, byte))));
    [Look::This, Look::Open].into_iter().find(|look| looks.contains(look)).unwrap_or(Look::Other)
}

/// What a zip archive is, by its front: office documents are told by the names of the files in them.
pub(super) fn of_zip(front: &[u8], file: File<'_>) -> Error {
    const OFFICE: Way = Way::Made("save it as CSV", "libreoffice --headless --convert-to csv FILE");
    const TEXT: Way = Way::Made("save it as text", "libreoffice --headless --convert-to txt FILE");
    let has = |name: &str| memchr::memmem::find(front, name.as_bytes()).is_some();
    let first = first_name(front);
    let (name, way) = match first {
        // The first file says what the others are, not compressed.
        b"mimetype" if has("application/vnd.oasis.opendocument.spreadsheet") => {
            ("an OpenDocument spreadsheet", OFFICE)
        }
        b"mimetype" if has("application/vnd.oasis.opendocument.") => ("an OpenDocument file", TEXT),
        _ if has("[Content_Types].xml") && has("xl/") => ("an Excel workbook", OFFICE),
        _ if has("[Content_Types].xml") && has("word/") => ("a Word document", TEXT),
        b"[Content_Types].xml" => ("an office document", Way::Words("save it as CSV or text")),
        name => {
            // All files in it come one after the other; most often there is one.
            let inner = std::str::from_utf8(name).ok().and_then(by_suffix).map(|def| def.name);
            let typed = file.typed.known_as(inner);
            return error("a zip archive", Way::Unpacked("unzip -p FILE"), File { typed: &typed, ..file });
        }
    };
    error(name, way, file)
}

/// The name of the first file in a zip archive (APPNOTE 4.3.7).
fn first_name(front: &[u8]) -> &[u8] {
    let len = front.get(26..28).and_then(|len| len.try_into().ok()).map_or(0, u16::from_le_bytes);
    front.get(30..30 + usize::from(len)).unwrap_or(&[])
}

/// A tar archive, by the header of its first file (POSIX pax, "ustar Interchange Format"): a name that is filled up with NUL,
/// numbers, and the sum of all bytes. Text ends its first line before, or has no NUL.
pub(super) fn tar(bytes: &[u8]) -> Look {
    const NAME: usize = 100;
    const HEADER: usize = 512;
    let name = bytes.get(..NAME).unwrap_or(bytes);
    let len = name.iter().position(|byte| *byte < b' ').unwrap_or(name.len());
    // JSON texts leave before their line ends.
    let is_json = matches!(bytes.first(), Some(b'{' | b'['));
    let is_name = !is_json && (len > 0 || bytes.is_empty()) && name.iter().skip(len).all(|byte| *byte == 0);
    let mode = bytes.get(NAME..).unwrap_or(&[]).iter().take(8);
    if !is_name || !mode.copied().all(is_octal) {
        return Look::Other;
    }
    let Some(header) = bytes.get(..HEADER) else { return Look::Open };
    let Some((before, sum, after)) = header
        .split_at_checked(148)
        .and_then(|(before, rest)| Some((before, rest.get(..8)?, rest.get(8..)?)))
    else {
        return Look::Other;
    };
    let octal = sum.iter().filter(|byte| matches!(byte, b'0'..=b'7'));
    let written = octal.fold(0_u32, |sum, byte| sum * 8 + u32::from(byte - b'0'));
    // The sum itself counts as blanks.
    let counted: u32 = before.iter().chain(after).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 32;
    if sum.iter().copied().all(is_octal) && written == counted { Look::This } else { Look::Other }
}

fn is_octal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'7' | b' ' | 0)
}

/// A PDF document: its first line is text; the second is a comment of bytes that are not, as the standard asks for.
pub(super) fn pdf(bytes: &[u8]) -> Look {
    const FRONT: &[u8] = b"%PDF-";
    if bytes.len() < FRONT.len() {
        return if FRONT.starts_with(bytes) { Look::Open } else { Look::Other };
    }
    let Some(rest) = bytes.strip_prefix(FRONT) else { return Look::Other };
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let mut rest = rest.get(len..).unwrap_or(&[]);
    rest = rest.strip_prefix(b"\r").unwrap_or(rest);
    rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    match rest {
        [] | [b'%'] if len < 8 => Look::Open,
        [b'%', bytes @ ..] if bytes.iter().take(4).all(|byte| *byte >= 0x80) => {
            match std::str::from_utf8(bytes.get(..4).unwrap_or(bytes)) {
                Err(error) if error.error_len().is_some() => Look::This,
                _ if bytes.len() < 4 => Look::Open,
                _ => Look::Other,
            }
        }
        _ => Look::Other,
    }
}
