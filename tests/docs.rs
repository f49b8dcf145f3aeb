//! What is written about the program is true: the examples of the registries, the README's, those of `examples/`
//! and the commands of `docs/` are run, in every variant, and must give what is printed beside them.
//! `BLESS=1 cargo test --test docs` writes the outputs of the README, of `examples/` and of `docs/` anew.

#[path = "docs/coming_from.rs"]
mod coming_from;
mod harness;
#[path = "docs/session.rs"]
mod session;
#[path = "docs/shell.rs"]
mod shell;
#[path = "docs/tasks.rs"]
mod tasks;

use std::path::{Path, PathBuf};
use std::{env, fs};

use harness::VARIANTS;
use tamis::doc::Doc;

#[test]
fn registry_examples() {
    let stages = tamis::stage::STAGES.iter().map(|row| (row.name, &row.doc));
    let aggregates = tamis::aggregate::AGGREGATES.iter().map(|row| (row.name, &row.doc));
    let functions = tamis::function::FUNCTIONS.iter().map(|row| (row.name, &row.doc));
    let forms = tamis::expr::SPECIAL_FORMS.iter().map(|row| (row.name, &row.doc));
    let formats = tamis::format::FORMATS.iter().map(|row| (row.name, &row.doc));
    let rows = stages.chain(aggregates).chain(functions).chain(forms).chain(formats);
    // What an example writes goes to a folder of its own, in which the examples' inputs stand as they do here;
    // the other tests name their files in full.
    let written = tempfile::tempdir().expect("a folder for what examples write");
    std::os::unix::fs::symlink(root().join("examples"), written.path().join("examples")).expect("a link");
    env::set_current_dir(&written).expect("a folder");
    let wrong: Vec<String> = rows.flat_map(|(name, doc)| wrong_examples(name, doc)).collect();
    env::set_current_dir(root()).expect("the folder of the crate");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is wrong with the examples of a registry row.
fn wrong_examples(name: &str, doc: &Doc) -> Vec<String> {
    let mut wrong = Vec::new();
    for example in doc.examples {
        let words = match shell::pipeline(example.command).as_deref() {
            Ok([words]) => words.to_vec(),
            other => {
                wrong.push(format!("{name}: {}: not one command: {other:?}", example.command));
                continue;
            }
        };
        let first = harness::run(&words, example.input.as_bytes(), VARIANTS[0]);
        if first.out() != example.output {
            let (command, expected) = (example.command, example.output);
            let (out, err) = (first.out(), first.err());
            wrong.push(format!("{name}: {command}\n expected {expected:?}\n got      {out:?}\n {err}"));
        }
        for &variant in &VARIANTS[1..] {
            let ran = harness::run(&words, example.input.as_bytes(), variant);
            if ran != first {
                wrong.push(format!("{name}: {}: {variant:?}: {ran:?}, not {first:?}", example.command));
            }
        }
    }
    wrong
}

#[test]
fn readme() {
    session::check(&root().join("README.md"), &root());
}

#[test]
fn examples() {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("examples"))
        .expect("the folder examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 8, "{folders:?}");
    for folder in folders {
        let outputs = session::check(&folder.join("README.md"), &folder);
        let expected = folder.join("expected");
        let first = outputs.first().unwrap_or_else(|| panic!("{}: no command", folder.display()));
        if env::var_os("BLESS").is_some() {
            fs::write(&expected, first).expect("expected can be written");
        }
        let kept = fs::read(&expected).unwrap_or_default();
        assert_eq!(
            String::from_utf8_lossy(first),
            String::from_utf8_lossy(&kept),
            "{}: the first command's output",
            expected.display()
        );
    }
}

/// Links between the documents lead to files.
#[test]
fn links() {
    let mut documents =
        vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("CHANGELOG.md")];
    documents.extend(["tasks", "coming-from", "pictures"].map(|name| root().join(format!("docs/{name}.md"))));
    let folders = fs::read_dir(root().join("examples")).expect("the folder examples");
    documents.extend(folders.map(|entry| entry.expect("an entry").path().join("README.md")));
    for document in documents.iter().filter(|path| path.is_file()) {
        let text = fs::read_to_string(document).expect("a document");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = document.with_file_name(target.split('#').next().unwrap_or(""));
            assert!(target.contains("://") || file.exists(), "{}: {target}", document.display());
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
