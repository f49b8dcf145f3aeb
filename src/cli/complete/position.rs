//! Where in a command line the cursor is. Words are read as `words` reads them, but nothing is an error.

use super::super::known::Known;
use super::super::options;
use super::FieldsAsked;
use crate::doc::OptionDef;
use crate::stage::StageDef;

/// What may be typed at the cursor.
#[derive(Clone, Copy)]
pub(super) enum Due {
    /// A stage; `first`: or `explain`, and where that is not there yet, `help` and `completions`.
    Stage {
        /// No stage before it, nor `explain`.
        first: bool,
    },
    /// The SPEC of the last stage, or `-f`.
    Spec,
    /// The name of an option.
    Option,
    /// The value of an option.
    Value(&'static OptionDef),
    /// `then`, options, or a file.
    AfterSpec,
    /// A file.
    File,
    /// What `help` is about.
    Topic,
    /// A shell.
    Shell,
    /// Nothing that is known.
    Nothing,
}

/// The cursor's place in a command line.
pub(super) struct Position {
    /// What may be typed.
    pub(super) due: Due,
    /// What of the word is kept: `--from=`.
    pub(super) head: String,
    /// What of the word stands for what is due.
    pub(super) typed: String,
    /// The stage that options and SPEC belong to.
    pub(super) stage: Option<&'static StageDef>,
    /// Long names of options that were given, those of other stages left out.
    pub(super) given: Vec<&'static str>,
    /// A file was named, or has to be: no stage can follow.
    pub(super) has_file: bool,
    stages: Vec<StageAt>,
    globals: Vec<String>,
    files: Vec<String>,
}

/// A stage before the cursor.
struct StageAt {
    stage: &'static StageDef,
    /// The words of its SPEC and options; no SPEC yet if there are none.
    words: Vec<String>,
}

/// What the next word is.
#[derive(Clone, Copy)]
enum Next {
    /// A stage, an option, `then` or a file.
    Any,
    Spec,
    SpecFile,
    Value(&'static OptionDef, Owner),
    /// After `--`.
    File,
    Topic,
    Shell,
    /// After a mistake, or the end of what can be known.
    Lost,
}

#[derive(Clone, Copy)]
enum Owner {
    Stage,
    Run,
}

struct Walk<'a> {
    known: &'a Known,
    next: Next,
    /// At the start and after `then`.
    expects_stage: bool,
    explain: bool,
    /// The cursor is passed: what follows belongs to no stage before it.
    past: bool,
    at: Position,
}

impl Position {
    /// The place of a cursor in the word `current`.
    pub(super) fn of(before: &[String], current: &str, after: &[String], known: &Known) -> Self {
        let at = Self {
            due: Due::Nothing,
            head: String::new(),
            typed: current.to_owned(),
            stage: None,
            given: Vec::new(),
            has_file: false,
            stages: Vec::new(),
            globals: Vec::new(),
            files: Vec::new(),
        };
        let mut walk = Walk { known, next: Next::Any, expects_stage: true, explain: false, past: false, at };
        before.iter().for_each(|word| walk.take(word));
        walk.stop_at(current);
        walk.pass_cursor();
        after.iter().for_each(|word| walk.take(word));
        walk.at
    }

    /// The fields of the records that reach the last stage.
    pub(super) fn fields_asked(&self) -> FieldsAsked {
        let mut words = [self.globals.clone(), front()].concat();
        let reaching = self.stages.len().saturating_sub(1);
        let before = self.stages.get(..reaching).unwrap_or_default();
        // Files that stages write are not written for this.
        for at in before.iter().filter(|at| !writes(at.stage)) {
            words.extend(["then", at.stage.name].map(str::to_owned));
            words.extend(at.words.iter().cloned());
        }
        FieldsAsked { words, files: self.files.clone() }
    }

    /// The fields of the table of the last stage.
    pub(super) fn table_asked(&self) -> Option<FieldsAsked> {
        let at = self.stages.last()?;
        let file = at.words.first()?;
        let from = at.words.iter().position(|word| word == "--table-from");
        let from = from.and_then(|option| at.words.get(option + 1));
        let mut words = Vec::new();
        if let Some(from) = from {
            words.extend(["--from".to_owned(), from.clone()]);
        }
        words.extend(front());
        Some(FieldsAsked { words, files: vec![file.clone()] })
    }

    /// The fields of the input.
    pub(super) fn input_asked(&self) -> FieldsAsked {
        FieldsAsked { words: [self.globals.clone(), front()].concat(), files: self.files.clone() }
    }

    /// Whether a stage may follow the last one.
    pub(super) fn may_go_on(&self) -> bool {
        !self.has_file && !self.stage.is_some_and(is_last)
    }
}

/// The stage before all others: many records have more names than one, and these are few enough to be quick.
fn front() -> Vec<String> {
    ["limit", "100"].map(str::to_owned).to_vec()
}

/// Whether a stage writes files beside the chain.
fn writes(stage: &StageDef) -> bool {
    let is_table = stage.options.iter().any(|option| option.long == "table-from");
    is_last(stage) || (stage.spec == "FILE" && !is_table)
}

/// Whether a stage prints nothing, since all that reaches it goes to a folder.
fn is_last(stage: &StageDef) -> bool {
    stage.options.iter().any(|option| option.value == Some("DIR"))
}

impl Walk<'_> {
    fn take(&mut self, word: &str) {
        match std::mem::replace(&mut self.next, Next::Any) {
            Next::Lost | Next::Topic | Next::Shell => self.next = Next::Lost,
            Next::File => {
                self.file(word);
                self.next = Next::File;
            }
            Next::Value(option, owner) => self.give(option, owner, word),
            Next::Spec if word == "-f" => {
                self.add(word);
                self.next = Next::SpecFile;
            }
            Next::Spec if word == "--help" => self.next = Next::Lost,
            Next::Spec | Next::SpecFile => self.add(word),
            Next::Any => self.take_any(word),
        }
    }

    fn take_any(&mut self, word: &str) {
        if word == "--" {
            self.next = if self.expects_stage { Next::Lost } else { Next::File };
        } else if let Some(long) = word.strip_prefix("--") {
            self.long_option(long);
        } else if word.len() > 1 && word.starts_with('-') {
            self.short_options(word);
        } else if self.expects_stage {
            self.verb_or_stage(word);
        } else if word == "then" {
            self.expects_stage = self.past || self.at.may_go_on();
            self.lose_unless(self.expects_stage);
        } else {
            self.file(word);
        }
    }

    fn lose_unless(&mut self, is_right: bool) {
        if !is_right {
            self.next = Next::Lost;
        }
    }

    fn verb_or_stage(&mut self, word: &str) {
        let first = self.at.stages.is_empty() && !self.explain;
        match word {
            "explain" if first => self.explain = true,
            "help" if first => self.next = Next::Topic,
            "completions" if first => self.next = Next::Shell,
            _ => match self.known.stage(word) {
                Some(stage) => self.stage(stage),
                None => self.next = Next::Lost,
            },
        }
    }

    fn stage(&mut self, stage: &'static StageDef) {
        self.next = Next::Spec;
        self.expects_stage = false;
        if !self.past {
            self.at.given.retain(|long| options::find(long).is_some());
            self.at.stage = Some(stage);
            self.at.stages.push(StageAt { stage, words: Vec::new() });
        }
    }

    fn file(&mut self, word: &str) {
        self.at.files.push(word.to_owned());
        self.at.has_file |= !self.past;
    }

    /// A word of the last stage.
    fn add(&mut self, word: &str) {
        if let Some(stage) = self.at.stages.last_mut().filter(|_| !self.past) {
            stage.words.push(word.to_owned());
        }
    }

    fn find(&self, is_it: impl Fn(&OptionDef) -> bool) -> Option<(&'static OptionDef, Owner)> {
        let stage = self.at.stage.filter(|_| !self.expects_stage);
        let own = stage.and_then(|stage| stage.options.iter().find(|option| is_it(option)));
        let mut globals = options::GLOBALS.iter().map(|row| &row.option);
        own.map(|option| (option, Owner::Stage))
            .or_else(|| globals.find(|option| is_it(option)).map(|option| (option, Owner::Run)))
    }

    fn long_option(&mut self, typed: &str) {
        let (name, glued) = typed.split_once('=').map_or((typed, None), |(name, value)| (name, Some(value)));
        match (self.find(|option| option.long == name), glued) {
            (Some((option, owner)), Some(value)) if option.value.is_some() => self.give(option, owner, value),
            (Some((option, owner)), None) => self.name_option(option, owner),
            _ => self.lose_unless(self.past),
        }
    }

    fn short_options(&mut self, word: &str) {
        for (start, short) in word.char_indices().skip(1) {
            let Some((option, owner)) = self.find(|option| option.short == Some(short)) else {
                return self.lose_unless(self.past);
            };
            let glued = word.get(start + short.len_utf8()..).unwrap_or("");
            if option.value.is_some() && !glued.is_empty() {
                return self.give(option, owner, glued);
            }
            self.name_option(option, owner);
        }
    }

    fn name_option(&mut self, option: &'static OptionDef, owner: Owner) {
        if option.value.is_some() {
            self.next = Next::Value(option, owner);
        } else {
            self.give(option, owner, "");
        }
        // What comes after these is not read.
        self.lose_unless(self.past || !["help", "version"].contains(&option.long));
    }

    fn give(&mut self, option: &'static OptionDef, owner: Owner, value: &str) {
        let words = match owner {
            Owner::Run => Some(&mut self.at.globals),
            Owner::Stage if self.past => None,
            Owner::Stage => self.at.stages.last_mut().map(|at| &mut at.words),
        };
        let Some(words) = words else { return };
        words.push(format!("--{}", option.long));
        words.extend(option.value.map(|_| value.to_owned()));
        self.at.given.push(option.long);
    }

    /// Sets what is due at the cursor.
    fn stop_at(&mut self, current: &str) {
        let first = self.at.stages.is_empty() && !self.explain;
        self.at.due = match self.next {
            Next::Lost => Due::Nothing,
            Next::Topic => Due::Topic,
            Next::Shell => Due::Shell,
            Next::File | Next::SpecFile => Due::File,
            Next::Value(option, _) => Due::Value(option),
            Next::Spec => Due::Spec,
            Next::Any if current.starts_with('-') => self.option_at(current),
            Next::Any if self.expects_stage => Due::Stage { first },
            Next::Any => Due::AfterSpec,
        };
        if self.expects_stage {
            self.at.stage = None;
        }
    }

    /// An option, or the value that is typed right after one.
    fn option_at(&mut self, current: &str) -> Due {
        let glued = current.strip_prefix("--").and_then(|long| long.split_once('='));
        let Some((name, value)) = glued else { return Due::Option };
        self.at.head = format!("--{name}=");
        self.at.typed = value.to_owned();
        let found = self.find(|option| option.long == name && option.value.is_some());
        found.map_or(Due::Nothing, |(option, _)| Due::Value(option))
    }

    /// Goes on after the word of the cursor.
    fn pass_cursor(&mut self) {
        self.past = true;
        self.next = match (self.next, self.at.due) {
            (Next::Lost, _) => Next::Lost,
            (_, Due::Stage { .. }) => Next::Spec,
            (Next::File, _) => Next::File,
            _ => Next::Any,
        };
        self.expects_stage &= !matches!(self.at.due, Due::Stage { .. });
    }
}
