//! `install.sh`: what it installs is where shells and `man` look for it, and it takes it away again. The program is the
//! one under test, so that nothing is built.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

/// Runs the script from a folder, with paths that are told from there.
fn install(from: &Path, args: &[&str]) -> Output {
    let script = root().join("install.sh");
    let program = relative(from, Path::new(TAMIS));
    let mut command = Command::new("sh");
    command.arg(script).args(args).current_dir(from).env("TAMIS", program).env("PREFIX", "pre fix");
    command.output().unwrap()
}

/// A path that leads from one folder to a file.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let up = from.components().count() - 1;
    let mut path: PathBuf = std::iter::repeat_n("..", up).collect();
    path.push(to.strip_prefix("/").unwrap());
    path
}

/// The files of a folder, by their paths in it, sorted.
fn files(folder: &Path) -> Vec<String> {
    let (mut folders, mut found) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn all_is_where_it_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().canonicalize().unwrap();
    let done = install(&from, &[]);
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && err.is_empty(), "{out}{err}");
    let prefix = from.join("pre fix");
    let mut expected: Vec<String> = [
        "bin/tamis",
        "share/bash-completion/completions/tamis",
        "share/fish/vendor_completions.d/tamis.fish",
        "share/zsh/site-functions/_tamis",
    ]
    .map(str::to_owned)
    .to_vec();
    for page in files(&root().join("man")) {
        let (_, section) = page.rsplit_once('.').unwrap();
        expected.push(format!("share/man/man{section}/{page}"));
    }
    expected.sort();
    assert_eq!(files(&prefix), expected);
    for place in [prefix.join("bin"), prefix.join("share/zsh/site-functions")] {
        assert!(out.contains(place.to_str().unwrap()), "{out}");
    }
    let program = prefix.join("bin/tamis");
    for (shell, file) in [
        ("bash", "share/bash-completion/completions/tamis"),
        ("zsh", "share/zsh/site-functions/_tamis"),
        ("fish", "share/fish/vendor_completions.d/tamis.fish"),
    ] {
        let script = Command::new(&program).args(["completions", shell]).output().unwrap();
        assert!(script.status.success() && script.stdout == fs::read(prefix.join(file)).unwrap(), "{shell}");
    }
    // Zsh takes a file of a folder for a completion if its first line says for what.
    assert!(
        fs::read_to_string(prefix.join("share/zsh/site-functions/_tamis"))
            .unwrap()
            .starts_with("#compdef tamis\n")
    );

    // Again, over what is there, and then away.
    assert!(install(&from, &[]).status.success());
    assert_eq!(files(&prefix), expected);
    assert!(install(&from, &["--remove"]).status.success());
    assert!(files(&prefix).is_empty(), "{:?}", files(&prefix));
}

#[test]
fn other_words_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let done = install(&folder.path().canonicalize().unwrap(), &["--help-me"]);
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&done.stderr),
        "install.sh: unknown option \"--help-me\": there is --remove\n"
    );
    assert!(files(folder.path()).is_empty());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
