//! The man pages: the pages of `help` in roff.

use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::help;
use super::known::Known;
use super::page::{NAMES, Page, Part};

/// All man pages: file name and text, sorted by name.
pub fn man_pages(known: &Known) -> Vec<(String, String)> {
    help::man_pages(known)
        .iter()
        .map(|page| (format!("{}.{}", page.name, page.section), to_roff(page)))
        .collect()
}

fn to_roff(page: &Page) -> String {
    let mut roff = Roff::new();
    let section = page.section.to_string();
    let version = format!("tamis {}", env!("CARGO_PKG_VERSION"));
    // Groff separates the arguments of a request by blanks and knows quotes, not the empty argument.
    let title = [page.name.to_uppercase(), section, "\"\"".to_owned(), version];
    roff.control("TH", title.iter().map(String::as_str));
    roff.control("SH", ["NAME"]);
    roff.text([roman(&page.name), roman(" - "), roman(&page.summary)]);
    if !matches!(page.parts.first(), Some(Part::Heading(_))) {
        roff.control("SH", ["DESCRIPTION"]);
    }
    for part in &page.parts {
        write_part(part, &mut roff);
    }
    ascii(&roff.render())
}

/// With other characters as groff escapes, so that no preprocessor is needed.
fn ascii(roff: &str) -> String {
    let mut out = String::with_capacity(roff.len());
    for c in roff.chars() {
        if c.is_ascii() { out.push(c) } else { out.push_str(&format!("\\[u{:04X}]", u32::from(c))) }
    }
    out
}

fn write_part(part: &Part, roff: &mut Roff) {
    match part {
        Part::Heading(text) => {
            roff.control("SH", [text.to_uppercase().as_str()]);
        }
        Part::Subheading(text) => {
            roff.control("SS", [text.as_str()]);
        }
        Part::Text(text) => {
            roff.control("PP", []);
            roff.text(prose(text));
        }
        Part::Bullet(text) => {
            roff.control("IP", ["\\(bu", "2"]);
            roff.text(prose(text));
        }
        Part::Term(term, text) => {
            roff.control("TP", []);
            roff.text([bold(term)]);
            roff.text(prose(text));
        }
        Part::Table(rows) => {
            roff.control("PD", ["0"]);
            for (name, text) in rows {
                roff.control("TP", [NAMES.to_string().as_str()]);
                roff.text([bold(name)]);
                roff.text(prose(text));
            }
            roff.control("PD", []);
        }
        Part::Code(lines) => {
            roff.control("PP", []);
            roff.control("RS", ["4"]);
            roff.control("nf", []);
            for code in lines {
                roff.text(line(code));
            }
            roff.control("fi", []);
            roff.control("RE", []);
        }
    }
}

/// Prose, in which code stands in backticks; it is set in bold.
fn prose(text: &str) -> Vec<Inline> {
    let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    pieces.map(|(at, piece)| if at % 2 == 1 { bold(piece) } else { roman(piece) }).collect()
}

/// A line of code. An empty one would end the page's indentation.
fn line(text: &str) -> [Inline; 1] {
    [roman(if text.is_empty() { " " } else { text })]
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{env, fs};

    use super::*;
    use crate::cli::page::parts;

    #[test]
    fn parts_as_roff() {
        let page = Page {
            name: "tamis-x".to_owned(),
            section: 7,
            summary: "about x".to_owned(),
            parts: parts("A\\d … `-x`.\n\n# See\n\n.dot\n    'means'\n\n    .code\n"),
        };
        let roff = to_roff(&page);
        let body = roff.split_once(".TH").unwrap().1;
        let expected = format!(
            " TAMIS-X 7 \"\" \"tamis {}\"\n.SH NAME\ntamis\\-x \\- about x\n.SH DESCRIPTION\n.PP\nA\\\\d \\[u2026] \\fB\\-x\\fR.\n.SH SEE\n.TP\n\\fB.dot\\fR\n\\*(Aqmeans\\*(Aq\n.PP\n.RS 4\n.nf\n\\&.code\n.fi\n.RE\n",
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(body, expected);
    }

    /// `BLESS=1 cargo test` writes `man/` anew.
    #[test]
    fn the_folder_man_is_up_to_date() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
        let pages = man_pages(&Known::ALL);
        if env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            for (name, text) in &pages {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        for (name, text) in &pages {
            let found = fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                found == *text,
                "man/{name} is not what the registries say: BLESS=1 cargo test rewrites it"
            );
        }
        let files = fs::read_dir(&folder).unwrap().count();
        assert_eq!(files, pages.len(), "man/ holds a file that no page is");
    }
}
