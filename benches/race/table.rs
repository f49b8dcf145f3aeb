//! A table as text or Markdown.

use unicode_width::UnicodeWidthStr;

/// Lines of cells under a head; the first columns are text, the others stand to the right.
pub(crate) struct Table {
    texts: usize,
    lines: Vec<Vec<String>>,
}

impl Table {
    /// A table with its head, of which the first `texts` columns are text.
    pub(crate) fn new(texts: usize, head: &[&str]) -> Self {
        Self { texts, lines: vec![head.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    pub(crate) fn push(&mut self, line: Vec<String>) {
        self.lines.push(line);
    }

    /// The table, each line with its end.
    pub(crate) fn print(&self, markdown: bool) -> String {
        let columns = self.lines.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        let mut out = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            let cells: Vec<String> = line
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(at, (cell, width))| self.pad(at, cell, *width))
                .collect();
            let line = if markdown { format!("| {} |", cells.join(" | ")) } else { cells.join("  ") };
            out.push_str(line.trim_end());
            out.push('\n');
            if markdown && number == 0 {
                out.push_str(&self.rule(&widths));
            }
        }
        out
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.lines.iter().filter_map(|line| line.get(column));
        // A rule in Markdown needs three characters.
        cells.map(|cell| cell.width()).max().unwrap_or_default().max(3)
    }

    fn pad(&self, column: usize, cell: &str, width: usize) -> String {
        let space = " ".repeat(width.saturating_sub(cell.width()));
        if column < self.texts { format!("{cell}{space}") } else { format!("{space}{cell}") }
    }

    fn rule(&self, widths: &[usize]) -> String {
        let line = |(column, width): (usize, &usize)| {
            if column < self.texts { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) }
        };
        format!("| {} |\n", widths.iter().enumerate().map(line).collect::<Vec<_>>().join(" | "))
    }
}

#[test]
fn a_table_is_aligned() {
    let mut table = Table::new(1, &["work", "×"]);
    table.push(vec!["sort".to_owned(), "12.5".to_owned()]);
    table.push(vec!["a join".to_owned(), "3".to_owned()]);
    assert_eq!(table.print(false), "work       ×\nsort    12.5\na join     3\n");
    assert_eq!(
        table.print(true),
        "| work   |    × |\n| ------ | ---: |\n| sort   | 12.5 |\n| a join |    3 |\n"
    );
}
