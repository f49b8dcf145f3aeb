//! Golden cases: text files that hold commands as typed, their inputs, and what must come out.
//!
//! ```text
//! === The rule that the case checks.
//! $ tamis filter 'x > 1' in.ndjson
//! --- in.ndjson
//! {"x":2}
//! --- stdout
//! {"x":2}
//! --- stderr
//! --- status 0
//! ```
//!
//! Lines in front of the first `===` introduce the file. Several `$` lines must all give the same result.
//! `|` joins two commands as in a shell. Sections are files, by name, or one of `stdin`, `stdout`, `stderr`,
//! `status N` and `wrote NAME`, which is what a file holds after the run; empty results may be left out.
//! Marks in parentheses behind a name: `escaped` (`\xff`, `\n`, `\r`, `\t`, `\\`; a backslash at the end of
//! a line joins it with the next), `gzip`, `zstd`, `bzip2`, `xz`, `lz4` (files are compressed, `wrote` is read
//! back), `cut N` (the last N bytes are missing), `only` (a file that is not tried as stdin too).

#![allow(unreachable_pub, reason = "a module of a test binary")]

use std::fmt::Write as _;
use std::path::Path;

use crate::pack::{COMPRESSIONS, SUFFIXES, pack, unpack};

/// What a command must give.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Given {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub status: u8,
    /// Content of the files named under `wrote`.
    pub wrote: Vec<Vec<u8>>,
}

/// A file or stdin.
#[derive(Clone)]
pub struct Section {
    pub name: String,
    /// Marks in parentheses.
    pub marks: Vec<String>,
    /// The lines as they stand in the case file.
    lines: String,
}

/// One case.
pub struct Case {
    pub rule: String,
    pub commands: Vec<String>,
    /// Files and stdin.
    pub inputs: Vec<Section>,
    /// Files whose content after the run counts.
    pub wrote: Vec<Section>,
    pub expected: Given,
}

/// The introduction and the cases of a file.
pub fn parse(text: &str) -> (String, Vec<Case>) {
    let mut intro = String::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut section: Option<Section> = None;
    for line in text.split_inclusive('\n') {
        let plain = line.strip_suffix('\n').unwrap_or(line);
        if let Some(rule) = plain.strip_prefix("=== ") {
            if let Some(last) = &mut section {
                last.drop_empty_line();
            }
            close(&mut cases, section.take());
            cases.push(Case::new(rule));
        } else if let Some(head) = plain.strip_prefix("--- ") {
            close(&mut cases, section.take());
            section = Some(Section::parse(head));
        } else if let Some(section) = &mut section {
            section.lines.push_str(line);
        } else if let Some(case) = cases.last_mut() {
            match plain.strip_prefix("$ ") {
                Some(command) => case.commands.push(command.to_owned()),
                None => assert!(plain.is_empty(), "no section, no command: {plain:?}"),
            }
        } else {
            intro.push_str(line);
        }
    }
    close(&mut cases, section);
    (intro, cases)
}

/// The text of a case file.
pub fn print(intro: &str, cases: &[Case]) -> String {
    let cases: Vec<String> = cases.iter().map(Case::text).collect();
    format!("{intro}{}", cases.join("\n"))
}

fn close(cases: &mut [Case], section: Option<Section>) {
    let Some(section) = section else { return };
    let case = cases.last_mut().expect("a section belongs to a case");
    match section.name.split_once(' ') {
        Some(("status", number)) => case.expected.status = number.parse().expect("a status"),
        Some(("wrote", name)) => {
            case.expected.wrote.push(section.bytes());
            case.wrote.push(Section { name: name.to_owned(), ..section });
        }
        _ if section.name == "stdout" => case.expected.stdout = section.bytes(),
        _ if section.name == "stderr" => case.expected.stderr = section.bytes(),
        _ => case.inputs.push(section),
    }
}

impl Case {
    fn new(rule: &str) -> Self {
        Self {
            rule: rule.to_owned(),
            commands: Vec::new(),
            inputs: Vec::new(),
            wrote: Vec::new(),
            expected: Given::default(),
        }
    }

    fn text(&self) -> String {
        let mut out = format!("=== {}\n", self.rule);
        for command in &self.commands {
            let _ = writeln!(out, "$ {command}");
        }
        for input in &self.inputs {
            out.push_str(&input.text());
        }
        let Given { stdout, stderr, status, wrote } = &self.expected;
        for (name, bytes) in [("stdout", stdout), ("stderr", stderr)] {
            if !bytes.is_empty() {
                out.push_str(&Section::of(name, &[], bytes).text());
            }
        }
        for (section, bytes) in self.wrote.iter().zip(wrote) {
            out.push_str(&Section::of(&format!("wrote {}", section.name), &section.marks, bytes).text());
        }
        if *status != 0 {
            let _ = writeln!(out, "--- status {status}");
        }
        out
    }

    /// What `- stdin` holds.
    pub fn stdin(&self) -> Vec<u8> {
        self.inputs.iter().find(|input| input.name == "stdin").map_or(Vec::new(), Section::content)
    }

    /// Fills a folder with the files of the case.
    pub fn write_files(&self, folder: &Path) {
        for input in self.inputs.iter().filter(|input| input.name != "stdin") {
            let path = folder.join(&input.name);
            std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder");
            std::fs::write(path, input.content()).expect("a file");
        }
    }

    /// What a run left in the files that count.
    pub fn read_files(&self, folder: &Path) -> Vec<Vec<u8>> {
        let read = |section: &Section| match std::fs::read(folder.join(&section.name)) {
            Err(_) => b"(no such file)\n".to_vec(),
            Ok(bytes) => match section.compression() {
                Some(compression) => unpack(compression, &bytes),
                None => bytes,
            },
        };
        self.wrote.iter().map(read).collect()
    }

    /// The commands that give the case's input as stdin instead of as its one file, if that is possible.
    pub fn piped(&self) -> Option<Piped> {
        let [input] = self.inputs.as_slice() else { return None };
        let [command] = self.commands.as_slice() else { return None };
        let words = words(command).pop().filter(|_| !input.is("only") && input.name != "stdin")?;
        let (last, front) = words.split_last()?;
        if last != &input.name || front.iter().any(|word| word == "explain" || word == "--") {
            return None;
        }
        let mut piped = front.to_vec();
        if !front.iter().any(|word| word == "--from") {
            let packed = SUFFIXES.into_iter().find_map(|suffix| input.name.strip_suffix(suffix));
            let name = packed.unwrap_or(&input.name);
            let (_, suffix) = name.rsplit_once('.')?;
            let from = match suffix {
                "csv" | "tsv" | "ndjson" => suffix,
                _ => return None,
            };
            piped.splice(0..0, ["--from".to_owned(), from.to_owned()]);
        }
        let stderr = String::from_utf8_lossy(&self.expected.stderr);
        let stderr = stderr.replace(&format!("{}:", input.name), "stdin:").into_bytes();
        Some(Piped {
            words: piped,
            stdin: input.content(),
            expected: Given { stderr, ..self.expected.clone() },
        })
    }
}

/// A case with its input as stdin.
pub struct Piped {
    pub words: Vec<String>,
    pub stdin: Vec<u8>,
    pub expected: Given,
}

impl Section {
    fn parse(head: &str) -> Self {
        let (name, marks) = match head.split_once(" (") {
            Some((name, marks)) => (name, marks.trim_end_matches(')')),
            None => (head, ""),
        };
        let marks = marks.split(", ").filter(|mark| !mark.is_empty()).map(str::to_owned).collect();
        Self { name: name.to_owned(), marks, lines: String::new() }
    }

    /// A section that holds `bytes`, escaped if they are no plain lines.
    fn of(name: &str, marks: &[String], bytes: &[u8]) -> Self {
        let mut marks = marks.to_vec();
        marks.retain(|mark| mark != "escaped");
        let lines = match std::str::from_utf8(bytes) {
            Ok(text) if is_plain(text) => text.to_owned(),
            _ => {
                marks.insert(0, "escaped".to_owned());
                escape(bytes)
            }
        };
        Self { name: name.to_owned(), marks, lines }
    }

    fn text(&self) -> String {
        let marks = match self.marks.as_slice() {
            [] => String::new(),
            marks => format!(" ({})", marks.join(", ")),
        };
        format!("--- {}{marks}\n{}", self.name, self.lines)
    }

    fn is(&self, mark: &str) -> bool {
        self.marks.iter().any(|own| own == mark)
    }

    /// The compression among the marks.
    fn compression(&self) -> Option<&'static str> {
        COMPRESSIONS.into_iter().find(|name| self.is(name))
    }

    /// The empty line before the next case is no part of a section.
    fn drop_empty_line(&mut self) {
        if self.lines == "\n" || self.lines.ends_with("\n\n") {
            self.lines.pop();
        }
    }

    /// The bytes that the lines stand for.
    fn bytes(&self) -> Vec<u8> {
        if self.is("escaped") { unescape(&self.lines) } else { self.lines.clone().into_bytes() }
    }

    /// The bytes of the file.
    fn content(&self) -> Vec<u8> {
        let mut bytes = self.bytes();
        if let Some(compression) = self.compression() {
            bytes = pack(compression, &bytes);
        }
        let cut = self.marks.iter().find_map(|mark| mark.strip_prefix("cut "));
        bytes.truncate(bytes.len() - cut.map_or(0, |cut| cut.parse().expect("a number")));
        bytes
    }
}

/// Whether a text reads back from the lines it is written as.
fn is_plain(text: &str) -> bool {
    let odd = |c: char| c.is_control() && c != '\n';
    let marked = |line: &str| line.starts_with("=== ") || line.starts_with("--- ") || line.ends_with(' ');
    (text.is_empty() || text.ends_with('\n'))
        && !text.ends_with("\n\n")
        && text != "\n"
        && !text.contains(odd)
        && !text.lines().any(marked)
}

fn escape(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str("\\n\\\n"),
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if c.is_ascii_control() => {
                    let _ = write!(out, "\\x{:02x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    if !out.ends_with("\\\n") {
        out.push_str("\\\n");
    }
    out
}

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'\n') | None => {}
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'\\') => out.push(b'\\'),
            Some(b'x') => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).expect("two hexadecimal digits"));
            }
            Some(other) => panic!("unknown escape \\{}", char::from(other)),
        }
    }
    out
}

/// The words of a line as a POSIX shell splits it, without `tamis`, for each command of a pipe.
pub fn words(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '|' => {
                commands.last_mut().expect("one at least").extend(word.take());
                if c == '|' {
                    commands.push(Vec::new());
                }
            }
            '\'' => word.get_or_insert_default().extend(chars.by_ref().take_while(|c| *c != '\'')),
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match (c, chars.clone().next()) {
                        ('\\', Some(next @ ('"' | '\\' | '$' | '`'))) => {
                            chars.next();
                            word.push(next);
                        }
                        _ => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    commands.last_mut().expect("one at least").extend(word);
    for command in &mut commands {
        assert_eq!(command.first().map(String::as_str), Some("tamis"), "{line}");
        command.remove(0);
    }
    commands
}
