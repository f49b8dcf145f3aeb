//! A table as text or Markdown.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

/// Bytes.
pub(crate) const MEBIBYTE: f64 = 1_048_576.0;

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

/// A cell about a goal.
pub(crate) fn reached(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// How many times the one is the other.
pub(crate) fn quotient(left: Duration, right: Duration) -> f64 {
    left.as_secs_f64() / right.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// Seconds, or milliseconds of what is short.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.1 { format!("{:.1} ms", seconds * 1000.0) } else { format!("{seconds:.2} s") }
}

#[test]
fn times_are_short() {
    assert_eq!(span(Duration::from_micros(2140)), "2.1 ms");
    assert_eq!(span(Duration::from_millis(12_345)), "12.35 s");
    assert!((quotient(Duration::from_secs(3), Duration::from_secs(2)) - 1.5).abs() < 1e-9);
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
