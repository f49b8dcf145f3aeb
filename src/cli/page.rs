//! A page of documentation: one page is a man page (`man`) and the text of `tamis help`.
//!
//! Prose is written in a small markup: paragraphs with an empty line between; `# Heading`; a paragraph
//! indented by four blanks is code; lines that start with `- ` are bullets; a paragraph whose first line
//! stands at the margin and whose others are indented is a term and what it means.

use unicode_width::UnicodeWidthStr;

/// Columns of plain text.
const WIDTH: usize = 80;

/// Columns of the names in a table, with the gap after them.
pub(super) const NAMES: usize = 16;

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its name: `tamis-time`.
    pub(super) name: String,
    /// The section of the manual.
    pub(super) section: u8,
    /// What it is about, in a line.
    pub(super) summary: String,
    /// The text.
    pub(super) parts: Vec<Part>,
}

/// A part of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// A heading.
    Heading(String),
    /// A heading below the last one.
    Subheading(String),
    /// A paragraph.
    Text(String),
    /// One item of a list.
    Bullet(String),
    /// A term and what it means.
    Term(String, String),
    /// Names, each with what it is in a line.
    Table(Vec<(String, String)>),
    /// Lines as they are.
    Code(Vec<String>),
}

impl Page {
    /// The page as plain text.
    pub(super) fn to_text(&self) -> String {
        let mut out = format!("{} - {}\n", self.name, self.summary);
        write_parts(&self.parts, &mut out);
        out
    }
}

/// Reads the markup.
pub(super) fn parts(markup: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let lines: Vec<&str> = markup.lines().collect();
    for block in lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty()) {
        read_block(block, &mut parts);
    }
    parts
}

fn read_block(block: &[&str], parts: &mut Vec<Part>) {
    let (first, rest) = block.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    if let Some(heading) = first.strip_prefix("# ") {
        parts.push(Part::Heading(heading.to_owned()));
    } else if block.iter().all(|line| line.starts_with("    ")) {
        let lines = block.iter().map(|line| line.get(4..).unwrap_or("").to_owned()).collect();
        parts.push(Part::Code(lines));
    } else if first.starts_with("- ") {
        let mut items: Vec<String> = Vec::new();
        for line in block {
            match (line.strip_prefix("- "), items.last_mut()) {
                (None, Some(last)) => {
                    last.push(' ');
                    last.push_str(line.trim());
                }
                (item, _) => items.push(item.unwrap_or(line).trim().to_owned()),
            }
        }
        parts.extend(items.into_iter().map(Part::Bullet));
    } else if !rest.is_empty() && rest.iter().all(|line| line.starts_with("    ")) {
        parts.push(Part::Term(first.to_owned(), joined(rest)));
    } else {
        parts.push(Part::Text(joined(block)));
    }
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Appends parts as plain text, each with an empty line before it, but bullets and short terms close together.
pub(super) fn write_parts(parts: &[Part], out: &mut String) {
    let mut before: Option<&Part> = None;
    for part in parts {
        let close = matches!(
            (before, part),
            (Some(Part::Bullet(_)), Part::Bullet(_)) | (Some(Part::Heading(_) | Part::Subheading(_)), _)
        );
        if !close {
            out.push('\n');
        }
        match part {
            Part::Heading(text) => out.push_str(&format!("{}\n", text.to_uppercase())),
            Part::Subheading(text) => out.push_str(&format!("  {text}\n")),
            Part::Text(text) => wrap(text, 4, 4, out),
            Part::Bullet(text) => wrap(&format!("- {text}"), 4, 6, out),
            Part::Term(term, text) => {
                out.push_str(&format!("    {term}\n"));
                wrap(text, 8, 8, out);
            }
            Part::Table(rows) => {
                for (name, text) in rows {
                    let padding = " ".repeat(NAMES.saturating_sub(name.width()));
                    out.push_str(&format!("    {name}{padding}"));
                    wrap_on(text, 4 + name.width().max(NAMES), 4 + NAMES, out);
                }
            }
            Part::Code(lines) => {
                for line in lines {
                    out.push_str(format!("        {line}").trim_end());
                    out.push('\n');
                }
            }
        }
        before = Some(part);
    }
}

/// Appends text in lines of at most [`WIDTH`] columns.
fn wrap(text: &str, first_indent: usize, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(first_indent));
    wrap_on(text, first_indent, indent, out);
}

/// The same in a line that has come to a column.
fn wrap_on(text: &str, mut column: usize, indent: usize, out: &mut String) {
    let mut at_start = true;
    for word in text.split_whitespace() {
        if !at_start && column + 1 + word.width() > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
            at_start = true;
        }
        if !at_start {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.width();
        at_start = false;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKUP: &str = "First line\nof a paragraph.\n\n# Heading\n\n- one\n  more\n- two\n\nterm\n    what it\n    means\n\n    code  here\n      deeper\n";

    #[test]
    fn markup_is_read() {
        let text = |text: &str| text.to_owned();
        assert_eq!(
            parts(MARKUP),
            [
                Part::Text(text("First line of a paragraph.")),
                Part::Heading(text("Heading")),
                Part::Bullet(text("one more")),
                Part::Bullet(text("two")),
                Part::Term(text("term"), text("what it means")),
                Part::Code(vec![text("code  here"), text("  deeper")]),
            ]
        );
    }

    #[test]
    fn plain_text() {
        let page = Page { name: text("tamis-x"), section: 7, summary: text("about x"), parts: parts(MARKUP) };
        assert_eq!(
            page.to_text(),
            "tamis-x - about x\n\n    First line of a paragraph.\n\nHEADING\n    - one more\n    - two\n\n    term\n        what it means\n\n        code  here\n          deeper\n"
        );
    }

    #[test]
    fn long_text_is_wrapped() {
        let mut out = String::new();
        wrap(&"word ".repeat(40), 4, 4, &mut out);
        assert!(out.lines().all(|line| line.len() <= WIDTH));
        assert_eq!(out.split_whitespace().count(), 40);
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }
}
