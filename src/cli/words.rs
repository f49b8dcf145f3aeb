//! Splits the words of a command line, left to right, into stages, options and files:
//! `tamis [OPTIONS] STAGE SPEC [STAGE OPTIONS] [then STAGE SPEC …]… [FILE…]`.
//!
//! The word behind a stage's name is its SPEC whatever it looks like, but for `-f` and `--help`. Knows the
//! names of options, not what their values mean (see `settings`).

use std::io;
use std::ops::Range;

use super::known::Known;
use super::line::{Line, Place};
use super::mistakes;
use super::options;
use super::repair;
use crate::doc::OptionDef;
use crate::error::{Error, Result, nearest, shown};
use crate::file_name;
use crate::stage::{StageDef, Words};

/// What a command line asks for.
pub(super) enum Asked {
    /// To run or explain a chain.
    Chain(Split),
    /// `--help` or, short, `-h`.
    Overview(Detail),
    /// Help about a stage.
    Stage(&'static StageDef),
    /// `help [TOPIC|NAME]`: the number of the word.
    Help(Option<usize>),
    /// `completions SHELL`: the number of the word.
    Completions(usize),
    /// `--version`.
    Version,
}

/// How much help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Detail {
    /// One screen.
    Short,
    /// Two screens.
    Long,
}

/// A command line in its parts.
#[derive(Default)]
pub(super) struct Split {
    /// Whether `explain` stands in front.
    pub(super) explain: bool,
    /// The chain.
    pub(super) stages: Vec<(&'static StageDef, Words)>,
    /// The inputs as typed.
    pub(super) files: Vec<String>,
    /// The number of the word of each input.
    pub(super) file_words: Vec<usize>,
    /// The number of the word of each stage's SPEC.
    pub(super) spec_words: Vec<usize>,
    /// The global options, in order.
    pub(super) given: Vec<Given>,
}

/// A global option as given.
pub(super) struct Given {
    /// Its row.
    pub(super) option: &'static OptionDef,
    /// Its value; empty for a flag.
    pub(super) value: String,
    /// Where the option stands.
    pub(super) place: Place,
    /// Where its value stands.
    pub(super) value_place: Place,
}

/// What takes the name of a file, and of a folder: in rows of options and stages.
const FILE: &str = "FILE";
const FOLDER: &str = "DIR";

/// Reads a file that a command line names in the place of a SPEC.
pub(super) type ReadFile<'a> = &'a dyn Fn(&str) -> io::Result<Vec<u8>>;

/// Splits a command line.
pub(super) fn split(line: Line<'_>, known: &Known, read_file: ReadFile<'_>) -> Result<Asked> {
    let splitter = Splitter {
        line,
        known,
        read_file,
        next: 0,
        expects_stage: true,
        first_file: None,
        only_files: 0..0,
        stdin_at: None,
        asked: None,
        split: Split::default(),
    };
    splitter.run()
}

struct Splitter<'a> {
    line: Line<'a>,
    known: &'a Known,
    read_file: ReadFile<'a>,
    /// The next word to look at.
    next: usize,
    /// At the start and behind `then`.
    expects_stage: bool,
    first_file: Option<usize>,
    /// The words after `--`.
    only_files: Range<usize>,
    stdin_at: Option<usize>,
    /// What was asked for instead of a chain.
    asked: Option<Asked>,
    split: Split,
}

/// Whose option it is.
#[derive(Clone, Copy)]
enum Owner {
    Stage,
    Run,
}

impl<'a> Splitter<'a> {
    fn run(mut self) -> Result<Asked> {
        while let Some((at, word)) = self.take() {
            if word == "--" {
                self.only_files(at)?;
            } else if let Some(long) = word.strip_prefix("--") {
                self.long_option(at, long)?;
            } else if word.len() > 1 && word.starts_with('-') {
                self.short_options(at, word)?;
            } else if self.expects_stage {
                self.verb_or_stage(at, word)?;
            } else if word == "then" {
                self.then(at)?;
            } else {
                self.push_file(at, word)?;
            }
            if let Some(asked) = self.asked {
                return Ok(asked);
            }
        }
        match (self.expects_stage, self.split.stages.is_empty()) {
            (true, true) => Err(mistakes::no_stage(self.line)),
            (true, false) => Err(mistakes::then_without_stage(self.line, self.known)),
            (false, _) => self.chain(),
        }
    }

    /// The chain, if each word in the place of a file can be one.
    fn chain(self) -> Result<Asked> {
        if self.proposes()
            && let Some(error) = repair::check(self.line, self.known, &self.split)
        {
            return Err(error);
        }
        let first = self.split.file_words.first().filter(|at| !self.only_files.contains(at));
        let is_operator = |at: &&usize| self.line.word(**at).is_some_and(mistakes::is_operator);
        match first.filter(is_operator) {
            Some(at) => Err(mistakes::unquoted_spec(self.line, *at)),
            None => Ok(Asked::Chain(self.split)),
        }
    }

    /// Whether an error proposes what to write.
    fn proposes(&self) -> bool {
        self.line.faults() > 0
    }

    fn take(&mut self) -> Option<(usize, &'a str)> {
        let at = self.next;
        let word = self.line.word(at)?;
        self.next += 1;
        Some((at, word))
    }

    /// The stage that options belong to.
    fn current(&self) -> Option<&'static StageDef> {
        let last = self.split.stages.last().map(|(stage, _)| *stage);
        last.filter(|_| !self.expects_stage)
    }

    fn verb_or_stage(&mut self, at: usize, word: &'a str) -> Result<()> {
        let first = self.split.stages.is_empty() && !self.split.explain;
        match word {
            "explain" if first => self.split.explain = true,
            "help" if first => self.asked = Some(Asked::Help(self.only_word(at)?)),
            "completions" if first => {
                let shell = self.only_word(at)?;
                self.asked = Some(Asked::Completions(shell.ok_or_else(|| mistakes::no_shell(self.line))?));
            }
            _ => self.stage(at, word)?,
        }
        Ok(())
    }

    /// The one word that `help` or `completions` may have behind it.
    fn only_word(&mut self, verb: usize) -> Result<Option<usize>> {
        let word = self.take().map(|(at, _)| at);
        match self.take() {
            Some((at, _)) => Err(mistakes::too_many_words(self.line, verb, at)),
            None => Ok(word),
        }
    }

    fn stage(&mut self, at: usize, word: &'a str) -> Result<()> {
        self.check_text(word, &self.line.whole(at), "a stage's name")?;
        let Some(stage) = self.known.stage(word) else {
            return Err(match self.proposes() {
                true => mistakes::unknown_stage(self.line, self.known, at),
                false => Error::new("unknown stage"),
            });
        };
        self.split.spec_words.push(self.next);
        let spec = match self.take() {
            Some((_, "--help")) => {
                self.asked = Some(Asked::Stage(stage));
                return Ok(());
            }
            Some((at, "-f")) => self.spec_file(at, stage)?,
            Some((at, spec)) => {
                if stage.spec != FILE {
                    self.check_text(spec, &self.line.whole(at), &format!("the SPEC of {}", stage.name))?;
                }
                spec.to_owned()
            }
            None => return Err(mistakes::no_spec(self.line, stage)),
        };
        self.split.stages.push((stage, Words { spec, options: Vec::new() }));
        self.expects_stage = false;
        Ok(())
    }

    /// The SPEC of `-f FILE`; blanks at its end, such as the last newline, do not count.
    fn spec_file(&mut self, flag: usize, stage: &StageDef) -> Result<String> {
        let Some((at, name)) = self.take() else {
            let error =
                self.line.error(&self.line.whole(flag + 1), format!("{}: -f needs a file", stage.name));
            return Err(error.help(format!("-f FILE takes the SPEC of {} from a file", stage.name)));
        };
        let wrong = |reason: &str| {
            self.line.error(
                &self.line.whole(at),
                format!("{}: cannot read \"{}\": {reason}", stage.name, shown(name)),
            )
        };
        if name == "-" {
            return Err(wrong("stdin is for records").help("name a file that holds the SPEC"));
        }
        let bytes = (self.read_file)(name).map_err(|error| {
            wrong(&error.to_string())
                .help("-f FILE takes the SPEC from a file; write (-f) for a field named f")
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| wrong("it is not UTF-8").help("the file holds the SPEC as text"))?;
        Ok(text.trim_end().to_owned())
    }

    fn then(&mut self, at: usize) -> Result<()> {
        if let Some(file) = self.first_file {
            return Err(self.file_before_then(file, at));
        }
        self.expects_stage = true;
        Ok(())
    }

    #[cold]
    fn file_before_then(&self, file: usize, then: usize) -> Error {
        let repaired = self.proposes().then(|| repair::repaired(self.line, self.known, &self.split, file));
        repaired.flatten().unwrap_or_else(|| match self.line.word(file) {
            Some(word) if mistakes::is_operator(word) => mistakes::unquoted_spec(self.line, file),
            _ => mistakes::file_before_then(self.line, self.known, file, then),
        })
    }

    fn push_file(&mut self, at: usize, word: &str) -> Result<()> {
        if word.is_empty() {
            let error = self.line.error(&self.line.whole(at), "a file without a name");
            return Err(error.help("leave it out to read stdin"));
        }
        if word == "-" && self.stdin_at.replace(at).is_some() {
            let error = self.line.error(&self.line.whole(at), "stdin is named twice");
            return Err(error.help("\"-\" can be read only once"));
        }
        self.first_file.get_or_insert(at);
        self.split.files.push(word.to_owned());
        self.split.file_words.push(at);
        Ok(())
    }

    fn only_files(&mut self, at: usize) -> Result<()> {
        if self.expects_stage {
            let error = self.line.error(&self.line.whole(at), "a stage must come before \"--\"");
            return Err(error.help("after -- every word is a file: tamis STAGE SPEC -- FILE"));
        }
        self.only_files = self.next..self.line.len();
        while let Some((at, word)) = self.take() {
            self.push_file(at, word)?;
        }
        Ok(())
    }

    fn long_option(&mut self, at: usize, typed: &'a str) -> Result<()> {
        let (name, glued) = match typed.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (typed, None),
        };
        let place = Place { word: at, range: 0..name.len() + 2 };
        let own = self.current().and_then(|stage| stage.options.iter().find(|option| option.long == name));
        let found = own.map(|option| (option, Owner::Stage));
        let Some((option, owner)) = found.or_else(|| options::find(name).map(|option| (option, Owner::Run)))
        else {
            return Err(match self.proposes() {
                true => {
                    mistakes::unknown_option(self.line, self.known, self.current(), &place, (name, glued))
                }
                false => Error::new("unknown option"),
            });
        };
        match (option.value, glued) {
            (None, Some(_)) => {
                let all = Place { word: at, range: place.range.end..typed.len() + 2 };
                Err(self
                    .line
                    .error(&all, format!("--{name} takes no value"))
                    .help(format!("write --{name} alone")))
            }
            (None, None) => self.give(option, owner, String::new(), place.clone(), place),
            (Some(_), Some(value)) => {
                let value_place = Place { word: at, range: typed.len() + 2 - value.len()..typed.len() + 2 };
                self.give(option, owner, value.to_owned(), place, value_place)
            }
            (Some(_), None) => self.give_next(option, owner, place),
        }
    }

    fn short_options(&mut self, at: usize, word: &'a str) -> Result<()> {
        if mistakes::is_long_name(word.trim_start_matches('-'), self.current()) {
            return Err(mistakes::single_dash(self.line, self.known, at, word));
        }
        for (start, short) in word.char_indices().skip(1) {
            let end = start + short.len_utf8();
            let place = Place { word: at, range: start..end };
            if short == file_name::BYTE {
                self.check_text(word, &self.line.whole(at), "an option")?;
            }
            let own =
                self.current().and_then(|stage| stage.options.iter().find(|row| row.short == Some(short)));
            let found = own.map(|option| (option, Owner::Stage));
            let Some((option, owner)) =
                found.or_else(|| options::find_short(short).map(|row| (row, Owner::Run)))
            else {
                return Err(match self.proposes() {
                    true => mistakes::unknown_short(self.line, self.known, self.current(), at, &place),
                    false => Error::new("unknown option"),
                });
            };
            let glued = word.get(end..).unwrap_or("");
            match (option.value, glued) {
                (None, _) => self.give(option, owner, String::new(), place.clone(), place)?,
                (Some(_), "") => return self.give_next(option, owner, place),
                (Some(_), value) => {
                    let value_place = Place { word: at, range: end..word.len() };
                    return self.give(option, owner, value.to_owned(), place, value_place);
                }
            }
        }
        Ok(())
    }

    /// Gives an option the next word as its value, whatever that looks like.
    fn give_next(&mut self, option: &'static OptionDef, owner: Owner, place: Place) -> Result<()> {
        match self.take() {
            Some((at, value)) => self.give(option, owner, value.to_owned(), place, self.line.whole(at)),
            None => Err(mistakes::no_value(self.line, option)),
        }
    }

    fn give(
        &mut self,
        option: &'static OptionDef,
        owner: Owner,
        value: String,
        place: Place,
        value_place: Place,
    ) -> Result<()> {
        if !matches!(option.value, Some(FILE | FOLDER)) {
            self.check_text(&value, &value_place, &format!("the value of --{}", option.long))?;
        }
        self.check_choice(option, &value, &value_place)?;
        match (owner, option.long) {
            (Owner::Stage, _) => self.give_stage(option, value, &place),
            (Owner::Run, "help") => {
                let short = self.line.word(place.word).is_some_and(|word| !word.starts_with("--"));
                let detail = if short { Detail::Short } else { Detail::Long };
                // `--help filter`, as `git --help add`.
                let next = || self.line.word(self.next).and_then(|word| self.known.stage(word));
                let stage = self.current().or_else(next);
                self.asked.get_or_insert(stage.map_or(Asked::Overview(detail), Asked::Stage));
                Ok(())
            }
            (Owner::Run, "version") => {
                self.asked.get_or_insert(Asked::Version);
                Ok(())
            }
            (Owner::Run, _) => {
                self.split.given.push(Given { option, value, place, value_place });
                Ok(())
            }
        }
    }

    fn give_stage(&mut self, option: &'static OptionDef, value: String, place: &Place) -> Result<()> {
        let Some((stage, words)) = self.split.stages.last_mut() else { return Ok(()) };
        if option.value.is_some() && !option.repeats && words.has(option.long) {
            return Err(mistakes::given_twice(self.line, self.known, stage, option, place));
        }
        words.options.push((option.long, value));
        Ok(())
    }

    /// Refuses a word that is not UTF-8 where no file is named.
    fn check_text(&self, word: &str, place: &Place, what: &str) -> Result<()> {
        if file_name::is_text(word) {
            return Ok(());
        }
        let error = self.line.error(place, format!("{what} is not UTF-8: \"{}\"", shown(word)));
        Err(error.help("only names of files may hold other bytes"))
    }

    fn check_choice(&self, option: &OptionDef, value: &str, place: &Place) -> Result<()> {
        if option.value.is_none() || option.choices.is_empty() || option.choices.contains(&value) {
            return Ok(());
        }
        let error: Error = self.line.error(place, format!("--{}: no such choice: \"{value}\"", option.long));
        Err(match nearest(value, option.choices.iter().copied()) {
            Some(choice) => error.help(format!("did you mean {choice}?")),
            None => error.help(format!("one of {}", option.choices.join(", "))),
        })
    }
}
