//! The global options that only some formats know, as the rows say, and what is said of one where no input or
//! output has such a format.

use super::{FORMATS, FormatDef};
use crate::error::{Error, Mistake, shown};

/// One ASCII byte that is not part of a line end, as itself or spelled `tab`, `\t`, `\\`, `\0` or `\x1f`.
pub fn byte(text: &str) -> Option<u8> {
    let byte = match text.as_bytes() {
        b"tab" | b"\\t" => b'\t',
        b"\\\\" => b'\\',
        b"\\0" => 0,
        [byte] => *byte,
        [b'\\', b'x', first, _] if *first != b'+' => u8::from_str_radix(text.get(2..)?, 16).ok()?,
        _ => return None,
    };
    (byte.is_ascii() && !matches!(byte, b'\n' | b'\r')).then_some(byte)
}

/// What separates fields: one byte.
pub fn delimiter(text: &str) -> Result<u8, Mistake> {
    byte(text).ok_or_else(|| {
        Mistake::new(
            format!("not a delimiter: \"{}\"", shown(text)),
            "one byte other than a line end, such as ';', tab or '\\x01'",
        )
    })
}

/// A number of lines.
pub fn skip(text: &str) -> Result<u64, Mistake> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let lines = text.parse().ok().filter(|_| is_number);
    lines.ok_or_else(|| {
        Mistake::new(
            format!("not a number of lines: \"{}\"", shown(text)),
            "a whole number of zero or more, such as 5",
        )
    })
}

/// How comments begin.
pub fn comment(text: &str) -> Result<Vec<u8>, Mistake> {
    let help = "what comments begin with, such as '#'";
    match text {
        "" => Err(Mistake::new("every line begins with nothing", help)),
        text if text.contains(['\n', '\r']) => Err(Mistake::new("no line begins with a line end", help)),
        text => Ok(text.as_bytes().to_vec()),
    }
}

/// Whether any format is read or written as an option says.
pub fn is_of_formats(option: &str) -> bool {
    FORMATS.iter().any(|format| reads(format, option) || writes(format, option))
}

/// Whether an option says how a format is read.
pub fn reads(format: &FormatDef, option: &str) -> bool {
    format.reads_with.contains(&option)
}

/// Whether an option says how a format is written.
pub fn writes(format: &FormatDef, option: &str) -> bool {
    format.writes_with.contains(&option)
}

/// The error for an option that neither what is read nor what is written knows; the formats of both.
#[cold]
pub fn means_nothing(option: &str, read: &[&str], written: &[&str]) -> Error {
    let of = |knows: fn(&FormatDef, &str) -> bool| -> Vec<&str> {
        FORMATS.iter().filter(|format| knows(format, option)).map(|format| format.name).collect()
    };
    let (readers, writers) = (of(reads), of(writes));
    let mut all: Vec<&str> = readers.iter().chain(&writers).copied().collect();
    all.sort_unstable();
    all.dedup();
    let sides = [(&readers, "what is read is", read), (&writers, "what is written is", written)];
    let found: Vec<String> = sides
        .iter()
        .filter(|(knowing, _, found)| !knowing.is_empty() && !found.is_empty())
        .map(|(_, what, found)| format!("{what} {}", listed(found, "and")))
        .collect();
    let remedies = [("--from", &readers), ("--to", &writers)];
    let remedies = remedies.iter().filter(|(_, formats)| !formats.is_empty());
    let remedies: Vec<String> =
        remedies.map(|(option, formats)| format!("{option} {}", listed(formats, "or"))).collect();
    Error::new(format!("--{option} is for {}, but {}", listed(&all, "and"), found.join(", ")))
        .help(format!("leave it out, or give {}", remedies.join(" or ")))
}

/// `csv, table and tsv`; each once.
fn listed(names: &[&str], word: &str) -> String {
    let mut each: Vec<&str> = Vec::new();
    for name in names {
        if !each.contains(name) {
            each.push(name);
        }
    }
    match each.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} {word} {last}", before.join(", ")),
        _ => each.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_list_options_in_order_and_only_for_what_they_do() {
        for format in FORMATS {
            for (options, does) in
                [(format.reads_with, format.input.is_some()), (format.writes_with, format.output.is_some())]
            {
                assert!(options.windows(2).all(|pair| pair[0] < pair[1]), "{}", format.name);
                assert!(does || options.is_empty(), "{}", format.name);
            }
        }
    }

    #[test]
    fn the_remedy_names_each_side_that_knows_the_option() {
        for (option, read, written, said) in [
            (
                "no-header",
                &["ndjson"][..],
                &["ndjson"][..],
                "--no-header is for csv and tsv, but what is read is ndjson\n  help: leave it out, or give --from csv or tsv",
            ),
            (
                "delimiter",
                &["tsv", "tsv"],
                &["ndjson"],
                "--delimiter is for csv, but what is read is tsv, what is written is ndjson\n  help: leave it out, or \
                 give --from csv or --to csv",
            ),
            (
                "no-header-out",
                &["csv"],
                &["ndjson", "logfmt"],
                "--no-header-out is for csv, markdown, table and tsv, but what is written is ndjson and logfmt\n  help: \
                 leave it out, or give --to csv, markdown, table or tsv",
            ),
        ] {
            assert_eq!(means_nothing(option, read, written).to_string(), said);
        }
    }
}
