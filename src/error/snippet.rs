//! A line of what the user wrote, with carets under a place in it. A long line is cut around the place.

use std::fmt;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escaped;

/// Columns that a line takes at most: with the two before it those of a terminal, which would wrap a longer one and
/// so take the carets away from their place.
const WIDTH: usize = 78;

/// A text, and the bytes of it that are shown under carets.
#[derive(Debug)]
pub(super) struct Snippet {
    pub(super) text: String,
    pub(super) place: Range<usize>,
}

impl Snippet {
    /// Writes the line of the place, and under it the carets with the remedy after them, or below them if it is too long
    /// for that line: a command is then copied from the start of one.
    pub(super) fn write(&self, out: &mut fmt::Formatter<'_>, help: Option<&str>) -> fmt::Result {
        let (before, under, after) = self.cut();
        let carets = "^".repeat(under.width().max(1));
        write!(out, "\n  {before}{under}{after}\n  {:width$}{carets}", "", width = before.width())?;
        let Some(help) = help else { return Ok(()) };
        let first = help.lines().next().unwrap_or("");
        let fits = before.width() + carets.len() + " help: ".len() + first.width() <= WIDTH;
        write!(out, "{}help: {help}", if fits { " " } else { "\n  " })
    }

    /// What is shown before, in and after the place; what was left out is a `…`.
    fn cut(&self) -> (String, String, String) {
        let (line, place) = self.line();
        let piece = |range: Range<usize>| escaped(line.get(range).unwrap_or(""));
        let (before, after) = (piece(0..place.start), piece(place.end..line.len()));
        let under = cut_end(piece(place), WIDTH * 2 / 3);
        let room = WIDTH.saturating_sub(under.width());
        let to_right = after.width().min((room / 3).max(room.saturating_sub(before.width())));
        (cut_start(before, room - to_right), under, cut_end(after, to_right))
    }

    /// The line of the text that holds the place, and the place within it.
    fn line(&self) -> (&str, Range<usize>) {
        let start = self.place.start.min(self.text.len());
        let head = self.text.get(..start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
        let rest = self.text.get(head..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        let end = self.place.end.saturating_sub(head).clamp(start - head, line.len().max(start - head));
        (line, (start - head).min(line.len())..end.min(line.len()))
    }
}

/// The front of a text, in so many columns at most.
pub(super) fn cut_end(text: String, most: usize) -> String {
    if text.width() <= most {
        return text;
    }
    let mut left = most.saturating_sub(1);
    let fitting = text.chars().take_while(|c| fits(*c, &mut left));
    fitting.chain(['…']).collect()
}

/// The end of a text, in so many columns at most.
fn cut_start(text: String, most: usize) -> String {
    if text.width() <= most {
        return text;
    }
    let mut left = most.saturating_sub(1);
    let fitting: Vec<char> = text.chars().rev().take_while(|c| fits(*c, &mut left)).collect();
    std::iter::once('…').chain(fitting.into_iter().rev()).collect()
}

/// Whether a character fits into the columns that are left, which become fewer.
fn fits(c: char, left: &mut usize) -> bool {
    let rest = left.checked_sub(c.width().unwrap_or(0));
    *left = rest.unwrap_or(0);
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, place: Range<usize>) -> (String, String, String) {
        Snippet { text: text.to_owned(), place }.cut()
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}word{}", "日".repeat(300), "x".repeat(300));
        let (before, under, after) = cut(&text, 900..904);
        assert_eq!((&*under, before.width() <= 50, after.width()), ("word", true, 24));
        assert!(before.starts_with("…日") && after.ends_with("x…"), "{before} {after}");
    }

    #[test]
    fn a_long_place_keeps_its_front() {
        let (before, under, after) = cut(&"x".repeat(3_000_000), 0..3_000_000);
        assert_eq!((&*before, under.width(), &*after), ("", 52, ""));
    }

    #[test]
    fn bytes_that_draw_are_cut_as_they_are_shown() {
        let (before, under, _) = cut(&format!("{}y", "\x1b".repeat(200)), 200..201);
        assert!(before.width() <= WIDTH && before.ends_with("\\u{1b}") && under == "y", "{before}");
    }
}
