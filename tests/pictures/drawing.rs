//! Draws the screen of a terminal as SVG: a dark sheet with a frame, which is readable on a light page and on a dark
//! one. The text is text. A line says how wide it is, so that columns are aligned whatever font is found.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// Tenths of pixels: the width of a character, the height of a line, and what is around the text.
const CHARACTER: usize = 84;
const LINE: usize = 190;
const MARGIN: usize = 140;

/// From the top of a line to where its letters stand.
const BASELINE: usize = 145;

/// The sixteen colours of a terminal, on a dark sheet.
const COLOURS: [&str; 16] = [
    "#6e7681", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#c9d1d9", "#8b949e",
    "#ffa198", "#a5f3b5", "#f2cc60", "#a5d6ff", "#e2c5ff", "#a6f0f5", "#ffffff",
];

/// How a character looks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    /// One of `COLOURS`.
    colour: Option<u8>,
    bold: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        assert!(!cell.inverse() && cell.bgcolor() == Color::Default, "a background, which is not drawn");
        let colour = match cell.fgcolor() {
            Color::Default => None,
            Color::Idx(colour @ ..16) => Some(colour),
            other => panic!("{other:?}, which is not drawn"),
        };
        Self { colour, bold: cell.bold(), dim: cell.dim() }
    }

    /// The names of its rules.
    fn classes(self) -> String {
        let colour = self.colour.map(|colour| format!("c{colour}"));
        let weights = [self.bold.then(|| "b".to_owned()), self.dim.then(|| "d".to_owned())];
        let all: Vec<String> = colour.into_iter().chain(weights.into_iter().flatten()).collect();
        all.join(" ")
    }
}

/// The screen up to its last line that shows something.
pub(crate) fn svg(screen: &Screen, title: &str) -> String {
    let (_, columns) = screen.size();
    let lines: Vec<String> = screen.rows(0, columns.get()).map(|line| line.trim_end().to_owned()).collect();
    let shown = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let width = usize::from(columns.get()) * CHARACTER + 2 * MARGIN;
    let height = shown * LINE + 2 * MARGIN;
    let mut out = head(width, height, title);
    let mut used = Vec::new();
    let mut body = String::new();
    for (number, line) in lines.iter().enumerate().take(shown).filter(|(_, line)| !line.is_empty()) {
        let runs = runs(screen, number);
        used.extend(runs.iter().filter_map(|(look, _)| look.colour));
        let long = unicode_width::UnicodeWidthStr::width(line.as_str()) * CHARACTER;
        let y = MARGIN + number * LINE + BASELINE;
        let (x, y, long) = (pixels(MARGIN), pixels(y), pixels(long));
        let _ = write!(body, "<text x=\"{x}\" y=\"{y}\" textLength=\"{long}\">");
        runs.iter().for_each(|(look, text)| write_run(*look, text, &mut body));
        body.push_str("</text>\n");
    }
    used.sort_unstable();
    used.dedup();
    for colour in used {
        let _ = writeln!(out, ".c{colour}{{fill:{}}}", COLOURS[usize::from(colour)]);
    }
    out + "</style>\n" + &body + "</svg>\n"
}

/// The sheet, and the rules of all pictures; the element with the rules stays open.
fn head(width: usize, height: usize, title: &str) -> String {
    let (inner_width, inner_height) = (pixels(width - 10), pixels(height - 10));
    let (width, height, title) = (pixels(width), pixels(height), escaped(title));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" xml:space=\"preserve\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{inner_width}\" height=\"{inner_height}\" rx=\"6\" fill=\"#161b22\" \
         stroke=\"#6e7681\"/>\n\
         <style>\n\
         text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\"Liberation Mono\",\
         monospace;fill:#e6edf3;white-space:pre}}\n\
         .b{{font-weight:bold}}\n\
         .d{{fill-opacity:0.6}}\n"
    )
}

/// The characters of a line up to its last that is not blank, those that look alike together.
fn runs(screen: &Screen, line: usize) -> Vec<(Look, String)> {
    let (_, columns) = screen.size();
    let mut runs: Vec<(Look, String)> = Vec::new();
    for column in 0..columns.get() {
        let cell = screen.cell(line as u16, column).expect("a cell of the screen");
        if cell.is_wide_continuation() {
            continue;
        }
        let (look, text) = match cell.contents() {
            // A blank looks as what is before it.
            "" | " " => (runs.last().map_or_else(Look::default, |(look, _)| *look), " "),
            text => (Look::of(cell), text),
        };
        match runs.last_mut() {
            Some((last, run)) if *last == look => run.push_str(text),
            _ => runs.push((look, text.to_owned())),
        }
    }
    if let Some((_, last)) = runs.last_mut() {
        last.truncate(last.trim_end().len());
    }
    runs
}

fn write_run(look: Look, text: &str, out: &mut String) {
    let text = escaped(text);
    let _ = match look == Look::default() {
        true => write!(out, "{text}"),
        false => write!(out, "<tspan class=\"{}\">{text}</tspan>", look.classes()),
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Tenths of pixels as pixels.
fn pixels(tenths: usize) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

#[test]
fn a_line_is_drawn_as_text() {
    let size = |size| std::num::NonZeroU16::new(size).expect("a size");
    let mut parser = vt100::Parser::new(size(3), size(6), 0);
    parser.process(b"\x1b[1;31ma<\x1b[0m  b\r\n\r\n\x1b[2m\xe4\xb8\xad\x1b[0m");
    let svg = svg(parser.screen(), "a & b");
    for part in [
        "<title>a &amp; b</title>",
        ".c1{fill:#ff7b72}",
        "<text x=\"14\" y=\"28.5\" textLength=\"42\"><tspan class=\"c1 b\">a&lt;  </tspan>b</text>",
        "<text x=\"14\" y=\"66.5\" textLength=\"16.8\"><tspan class=\"d\">\u{4e2d}</tspan></text>",
    ] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
    assert_eq!(svg.matches("<text ").count(), 2);
}

/// A line that is as long as the screen is wide goes on in the next.
#[test]
fn long_lines_wrap() {
    let size = |size| std::num::NonZeroU16::new(size).expect("a size");
    let mut parser = vt100::Parser::new(size(3), size(4), 0);
    parser.process(b"abcdef");
    let svg = svg(parser.screen(), "");
    assert!(svg.contains(">abcd</text>") && svg.contains(">ef</text>"), "{svg}");
}
