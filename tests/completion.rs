//! Completion by the shells themselves: the scripts that `tamis completions` prints, in bash, zsh and fish.
//!
//! Where a shell is not installed its tests do nothing, unless `TAMIS_NEED_SHELLS` is set.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

/// Whether a shell is installed.
fn has(shell: &str) -> bool {
    let answer = Command::new(shell).arg("-c").arg("true").stdin(Stdio::null()).status();
    let has = answer.is_ok_and(|status| status.success());
    assert!(has || std::env::var_os("TAMIS_NEED_SHELLS").is_none(), "{shell} is not installed");
    has
}

/// A folder with two files to name fields of.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("web.csv", "route,status code,bytes\n/a,200,1\n");
    file("app.ndjson", "{\"level\":\"info\",\"latency_ms\":5,\"@timestamp\":\"2024-05-14T00:00:00Z\"}\n");
    file("theory.txt", "");
    folder
}

fn path() -> String {
    let bin = Path::new(TAMIS).parent().unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

/// What a command prints; it must end well and say nothing else.
fn output(folder: &Path, command: &str, args: &[&str]) -> String {
    let done = Command::new(command)
        .args(args)
        .current_dir(folder)
        .env("PATH", path())
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{args:?}\n{out}\n{err}");
    out
}

/// The words of a line that was completed in a pseudo-terminal.
fn typed(folder: &Path, shell: &str, line: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/completion/terminal.py");
    output(folder, "python3", &[script.to_str().unwrap(), shell, TAMIS, line]).trim_end().to_owned()
}

/// Lines in which each of the shells has one candidate, and the words that they then have.
const ONE: &[(&str, &str)] = &[
    ("tamis sor", "[tamis][sort]"),
    ("tamis sort x then|", "[tamis][sort][x][then]"),
    ("tamis filter x then agg", "[tamis][filter][x][then][aggregate]"),
    ("tamis top x --cou", "[tamis][top][x][--count]"),
    ("tamis --from ndj", "[tamis][--from][ndjson]"),
    ("tamis --from=ndj", "[tamis][--from=ndjson]"),
    ("tamis --tz Europe/Berl", "[tamis][--tz][Europe/Berlin]"),
    ("tamis sort x app", "[tamis][sort][x][app.ndjson]"),
    ("tamis -o the", "[tamis][-o][theory.txt]"),
    ("tamis help latenes", "[tamis][help][lateness]"),
    ("tamis top x web.csv --by ro", "[tamis][top][x][web.csv][--by][route]"),
    ("tamis sort by| web.csv", "[tamis][sort][bytes][web.csv]"),
    ("tamis sort \\`st| web.csv", "[tamis][sort][`status code`][web.csv]"),
    ("tamis aggregate x --by ro| web.csv", "[tamis][aggregate][x][--by][route][web.csv]"),
    ("tamis --time @tim| filter x app.ndjson", "[tamis][--time][@timestamp][filter][x][app.ndjson]"),
];

#[test]
fn bash_is_told_by_its_own_variables() {
    if !has("bash") {
        return;
    }
    let folder = folder();
    let script = r#"source <(tamis completions bash)
        compopt() { echo "compopt $*"; }
        COMP_WORDBREAKS=$' \t\n"\'><=;|&(:@' COMP_LINE=$1$2 COMP_POINT=${#1}
        _tamis tamis "${1##* }" ""
        printf '%s\n' "${COMPREPLY[@]}""#;
    let ask =
        |before: &str, after: &str| output(folder.path(), "bash", &["-c", script, "bash", before, after]);
    assert_eq!(ask("tamis filter ", " web.csv"), "route\n\\`status\\ code\\`\nbytes\n");
    assert_eq!(ask("tamis filter 'sta", "' web.csv"), "`status code`\n");
    assert_eq!(ask("tamis sort ", " app.ndjson"), "level\nlatency_ms\n@timestamp\n");
    assert_eq!(ask("tamis sort x the", ""), "compopt -o filenames\nthen\ntheory.txt\n");
    assert_eq!(ask("tamis sort x web", ""), "compopt -o default\n\n");
    assert_eq!(ask("tamis filter -", ""), "-f\n--help\n");
    assert_eq!(ask("tamis filter ", ""), "\n");
    assert_eq!(ask("tamis --types ro", " filter x web.csv"), "compopt -o nospace\nroute:\n");
}

/// Completes each line in a pseudo-terminal.
fn completes_in_a_terminal(shell: &str) {
    if !has(shell) {
        return;
    }
    let folder = folder();
    // Fish tells completions of the line up to the cursor only.
    let shows_all = shell != "fish";
    for (line, words) in ONE.iter().filter(|(line, _)| shows_all || !line.contains('|')) {
        assert_eq!(typed(folder.path(), shell, line), *words, "{shell}: {line}");
    }
}

#[test]
fn bash_completes_in_a_terminal() {
    completes_in_a_terminal("bash");
}

#[test]
fn zsh_completes_in_a_terminal() {
    completes_in_a_terminal("zsh");
}

#[test]
fn fish_completes_in_a_terminal() {
    completes_in_a_terminal("fish");
}

#[test]
fn fish_says_what_it_would_complete() {
    if !has("fish") {
        return;
    }
    let folder = folder();
    let script = "tamis completions fish | source; complete -C $argv[1]";
    let ask = |line: &str| output(folder.path(), "fish", &["--no-config", "-c", script, line]);
    assert_eq!(ask("tamis sor"), "sort\torder records\n");
    assert!(ask("tamis --from nd").starts_with("ndjson\t"));
    assert_eq!(ask("tamis filter "), "");
    assert!(ask("tamis --time-format m").starts_with("ms\tmilliseconds"));
}
