//! The pictures in `docs/pictures/`: what the program shows in a terminal of 80 and one of 160 columns, as SVG.
//! Each is made again from real runs and must be the same, byte for byte.
//! `BLESS=1 cargo test --test pictures` makes them.

#[path = "pictures/drawing.rs"]
mod drawing;
#[path = "docs/shell.rs"]
mod shell;
#[path = "pictures/terminal.rs"]
mod terminal;

use std::path::{Path, PathBuf};
use std::{env, fs};

use terminal::Terminal;

/// Columns of the terminals.
const WIDTHS: [u16; 2] = [80, 160];

/// No picture takes more.
const MOST_BYTES: usize = 30_000;

/// What is typed in one terminal, and shown with what the commands print.
struct Picture {
    /// The file is this, the width and `.svg`.
    name: &'static str,
    /// What a reader sees who cannot see pictures.
    title: &'static str,
    /// Where the commands run, from the folder of the crate.
    folder: &'static str,
    commands: &'static [&'static str],
}

const PICTURES: &[Picture] = &[
    Picture {
        name: "table",
        title: "Two questions to an access log, answered by tables with a bold header",
        folder: "docs/tasks",
        commands: &[
            "tamis --from combined --to table aggregate 'count(), sum(bytes)' --by path \\\n  then top count -n 4 access.log",
            "tamis --from combined --to table filter 'status >= 400' \\\n  then project 'time, ip, status, path' access.log",
        ],
    },
    Picture {
        name: "wide",
        title: "Whole records of an access log as a table",
        folder: "docs/tasks",
        commands: &["tamis --from combined --to table limit 4 access.log"],
    },
    Picture {
        name: "mistakes",
        title: "Three mistakes, each with carets under its place and the words that were meant",
        folder: "docs/tasks",
        commands: &[
            "tamis filter 'strlen(route) > 5' requests.ndjson",
            "tamis sort -r ms requests.ndjson",
            "tamis aggregate 'count(), percentile(ms, 99)' --by route requests.ndjson",
        ],
    },
    Picture {
        name: "long",
        title: "A mistake in a long line, of which only the part around the place is shown",
        folder: "docs/tasks",
        commands: &[
            "tamis aggregate 'requests = count(), users = distinct(user), slow = percentile(ms, 99), errors = count() where status >= 500, agents = distinct(agent)' --by route requests.ndjson",
        ],
    },
    Picture {
        name: "reports",
        title: "Errors per minute, then a line that could not be read and one that came late, each with its place",
        folder: "examples/errors-per-minute",
        commands: &[
            "tamis --from combined --to table window 1m \\\n  then aggregate 'n = count(), errors = count() where status >= 500' access.log",
        ],
    },
    Picture {
        name: "ndjson",
        title: "NDJSON in colours: names, texts, numbers and null",
        folder: "docs/tasks",
        commands: &[
            "tamis filter 'ms > 90 or ms is null' requests.ndjson",
            "tamis aggregate 'count(), p50(ms)' --by user requests.ndjson",
        ],
    },
];

#[test]
fn pictures_are_what_is_shown() {
    let mut wrong = Vec::new();
    for (picture, columns) in all() {
        let (path, drawn) = (file(picture, columns), draw(picture, columns));
        assert!(drawn.len() <= MOST_BYTES, "{}: {} bytes", path.display(), drawn.len());
        if env::var_os("BLESS").is_some() {
            fs::write(&path, &drawn).expect("a picture");
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&drawn) {
            wrong.push(path.display().to_string());
        }
    }
    assert!(
        wrong.is_empty(),
        "these show something else: BLESS=1 cargo test --test pictures\n{}",
        wrong.join("\n")
    );
}

/// The folder holds these pictures and no others, and each is shown or linked somewhere.
#[test]
fn each_picture_is_shown() {
    let made: Vec<PathBuf> = all().map(|(picture, columns)| file(picture, columns)).collect();
    let documents =
        ["README.md", "docs/pictures.md"].map(|name| fs::read_to_string(root().join(name)).expect(name));
    for entry in fs::read_dir(root().join("docs/pictures")).expect("the pictures") {
        let path = entry.expect("an entry").path();
        assert!(made.contains(&path), "{} is not made", path.display());
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let shown = documents.iter().any(|text| text.contains(&format!("pictures/{name})")));
        assert!(shown, "{name} is in no document");
    }
}

fn all() -> impl Iterator<Item = (&'static Picture, u16)> {
    PICTURES.iter().flat_map(|picture| WIDTHS.map(|columns| (picture, columns)))
}

fn draw(picture: &Picture, columns: u16) -> String {
    let mut terminal = Terminal::new(columns);
    for (at, command) in picture.commands.iter().enumerate() {
        if at > 0 {
            terminal.shows(b"\r\n");
        }
        terminal.shows(format!("\x1b[1;32m$\x1b[0m {}\r\n", command.replace('\n', "\r\n")).as_bytes());
        let commands = shell::pipeline(command).unwrap_or_else(|error| panic!("{error}"));
        let [words] = &commands[..] else { panic!("a pipeline: {command}") };
        assert_eq!(words[0], "tamis", "{command}");
        terminal.runs(env!("CARGO_BIN_EXE_tamis"), &words[1..], &root().join(picture.folder));
    }
    drawing::svg(terminal.screen(), picture.title)
}

fn file(picture: &Picture, columns: u16) -> PathBuf {
    root().join(format!("docs/pictures/{}-{columns}.svg", picture.name))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
