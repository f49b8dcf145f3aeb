//! Console blocks of a document: commands behind `$ `, and what a terminal then shows.
//!
//! Known commands: `tamis …` and `cargo run --release -- …` (run in this process), `cat`, `head -N` and
//! `echo $?`; `tail -F` gives what the file holds, `kcat …` the file `topic` beside the document, and `nc …` prints what
//! it is sent. A command whose exit status is not 0 must be followed by `echo $?`. A line `…` stands for any lines.

use std::path::Path;
use std::{env, fs};

use crate::harness::{self, Ran, VARIANTS, Variant};
use crate::shell;

/// Files that a command writes go to the folder of the run, behind these words.
const WRITES: [&str; 6] = ["-o", "--output", "--rejects", "--late", "--into", "tee"];

/// One command and the lines below it.
struct Step<'a> {
    command: String,
    /// As typed, with continuation lines.
    typed: Vec<&'a str>,
    shown: Vec<&'a str>,
}

/// Runs the console blocks of a document in every variant, with files taken from `folder`. Gives the standard
/// outputs of the `tamis` commands; panics where the document is wrong.
pub(crate) fn check(document: &Path, folder: &Path) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(document).unwrap_or_else(|error| panic!("{}: {error}", document.display()));
    let (mut outputs, mut blessed, mut wrong) = (Vec::new(), String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        blessed.push_str(line);
        blessed.push('\n');
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let steps = steps(&block);
        let shown = run_steps(&steps, folder, &mut outputs);
        for (step, got) in steps.iter().zip(&shown) {
            for line in &step.typed {
                blessed.push_str(line);
                blessed.push('\n');
            }
            if matches(&step.shown, &got.lines().collect::<Vec<_>>()) {
                step.shown.iter().for_each(|line| blessed.extend([line, "\n"]));
            } else {
                blessed.push_str(got);
                wrong.push(format!("$ {}\n{got}", step.command));
            }
        }
        blessed.push_str("```\n");
    }
    if env::var_os("BLESS").is_some() {
        fs::write(document, blessed).expect("the document can be written");
    } else {
        assert!(
            wrong.is_empty(),
            "{}: these commands print something else:\n{}",
            document.display(),
            wrong.join("\n")
        );
    }
    outputs
}

fn steps<'a>(block: &[&'a str]) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut continued = false;
    for &line in block {
        if continued {
            let step = steps.last_mut().expect("a command that goes on");
            step.command.push('\n');
            step.command.push_str(line);
            step.typed.push(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), typed: vec![line], shown: Vec::new() });
        } else {
            steps.last_mut().unwrap_or_else(|| panic!("output without a command: {line}")).shown.push(line);
            continue;
        }
        continued = line.ends_with('\\');
    }
    steps
}

/// What a terminal shows for each step; the same in every variant.
fn run_steps(steps: &[Step<'_>], folder: &Path, outputs: &mut Vec<Vec<u8>>) -> Vec<String> {
    let mut all = VARIANTS.iter().map(|&variant| (variant, run_once(steps, folder, variant)));
    let (_, first) = all.next().expect("a variant");
    for (variant, (shown, _)) in all {
        for ((step, shown), first) in steps.iter().zip(&shown).zip(&first.0) {
            let (folder, command) = (folder.display(), &step.command);
            assert!(shown == first, "{folder}: {command}: {variant:?} prints\n{shown}instead of\n{first}");
        }
    }
    outputs.extend(first.1);
    first.0
}

/// What is shown for each step, and the outputs of the commands that run the program.
fn run_once(steps: &[Step<'_>], folder: &Path, variant: Variant) -> (Vec<String>, Vec<Vec<u8>>) {
    let written = tempfile::tempdir().expect("a folder for what commands write");
    let place = Place { folder, written: written.path(), variant };
    let (mut shown, mut outputs, mut status): (Vec<String>, _, _) = (Vec::new(), Vec::new(), 0);
    let ended = "ends with another status than 0, so that 'echo $?' must follow";
    for step in steps {
        if step.command == "echo $?" {
            shown.push(format!("{status}\n"));
            status = 0;
            continue;
        }
        assert!(status == 0, "{}: what prints this {ended}:\n{}", folder.display(), shown.concat());
        let ran = place.run(&step.command);
        status = ran.status;
        if step.command.contains("tamis ") || step.command.starts_with("cargo ") {
            outputs.push(ran.stdout.clone());
        }
        shown.push(ran.out() + &ran.err());
    }
    assert!(status == 0, "{}: what prints this {ended}:\n{}", folder.display(), shown.concat());
    (shown, outputs)
}

/// Where commands run.
struct Place<'a> {
    folder: &'a Path,
    written: &'a Path,
    variant: Variant,
}

impl Place<'_> {
    /// Runs a pipeline. Its status is that of the last command; messages of all come behind the output.
    fn run(&self, command: &str) -> Ran {
        let commands = shell::pipeline(command).unwrap_or_else(|error| panic!("{error}"));
        let mut ran = Ran { status: 0, stdout: Vec::new(), stderr: Vec::new() };
        for words in &commands {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let next = self.run_one(&words, &ran.stdout);
            ran = Ran { stderr: [ran.stderr, next.stderr].concat(), ..next };
        }
        ran
    }

    fn run_one(&self, words: &[&str], stdin: &[u8]) -> Ran {
        let stdout = match words {
            ["tamis", args @ ..] | ["cargo", "run", "--release", "--", args @ ..] => {
                return self.run_tamis(args, stdin);
            }
            ["cat", files @ ..] | ["tail", "-F", files @ ..] => {
                files.iter().flat_map(|file| self.read(file)).collect()
            }
            ["head", count, files @ ..] => {
                let count: usize = count.trim_start_matches('-').parse().expect("head -N");
                let all = match files {
                    [] => stdin.to_vec(),
                    files => files.iter().flat_map(|file| self.read(file)).collect(),
                };
                all.split_inclusive(|&byte| byte == b'\n').take(count).flatten().copied().collect()
            }
            ["kcat", ..] => self.read("topic"),
            ["nc", ..] => stdin.to_vec(),
            _ => panic!("documents cannot use: {words:?}"),
        };
        Ran { status: 0, stdout, stderr: Vec::new() }
    }

    /// Runs the program with its files found from anywhere, and takes their folders out of what it says.
    fn run_tamis(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut words: Vec<String> = Vec::new();
        for (at, &arg) in args.iter().enumerate() {
            let writes = at > 0 && WRITES.contains(&args[at - 1]);
            words.push(match writes {
                true => self.written.join(arg).to_string_lossy().into_owned(),
                false if self.folder.join(arg).is_file() => {
                    self.folder.join(arg).to_string_lossy().into_owned()
                }
                false => arg.to_owned(),
            });
        }
        let ran = harness::run(&words, stdin, self.variant);
        let bare = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("documents show text");
            let folders = [self.folder, self.written].map(|folder| format!("{}/", folder.display()));
            folders.iter().fold(text, |text, folder| text.replace(folder, "")).into_bytes()
        };
        Ran { stdout: bare(ran.stdout), stderr: bare(ran.stderr), ..ran }
    }

    fn read(&self, file: &str) -> Vec<u8> {
        let path = [self.written, self.folder].map(|folder| folder.join(file));
        let path = path.iter().find(|path| path.is_file()).unwrap_or_else(|| panic!("no file {file}"));
        fs::read(path).expect("a file")
    }
}

/// Whether the shown lines are the lines got, where `…` stands for any.
fn matches(shown: &[&str], got: &[&str]) -> bool {
    match (shown, got) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=got.len()).any(|skip| matches(rest, &got[skip..])),
        ([line, shown @ ..], [first, got @ ..]) => line == first && matches(shown, got),
        _ => false,
    }
}

#[test]
fn dots_stand_for_any_lines() {
    assert!(matches(&["a", "…", "c"], &["a", "b", "b", "c"]));
    assert!(matches(&["…"], &[]));
    assert!(!matches(&["a", "…", "c"], &["a", "b"]));
    assert!(!matches(&["a"], &["a", "b"]));
}
