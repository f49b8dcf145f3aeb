//! The options of a join as typed, checked as far as they can be without the table.

use super::step::Kind;
use crate::error::{Error, Result, escaped, listed, nearest};
use crate::expr::{ProjectItem, parse_project, refuse_constant_key};
use crate::record::Path;
use crate::spell;
use crate::stage::Words;
use std::ops::Range;

/// What a join is asked for.
pub(super) struct Asked<'a> {
    file: &'a str,
    /// `--on`.
    pub(super) on: &'a str,
    /// `--kind`.
    pub(super) kind: Kind,
    take: &'a str,
    /// `--take`; all fields without it.
    pub(super) takes: Option<Vec<TakeItem>>,
    prefix: &'a str,
}

/// An item of `--take`.
pub(super) struct TakeItem {
    /// The field of the table.
    pub(super) path: Path,
    /// The name that it gets.
    pub(super) name: String,
    place: Range<usize>,
}

/// Refuses joins of two streams.
pub(super) fn refuse_streams(words: &Words) -> Result<()> {
    const STREAMS: [&str; 5] = ["within", "asof", "tolerance", "direction", "right-time"];
    match STREAMS.iter().find(|long| words.has(long)) {
        Some(long) => Err(words.not_yet(long, "without it, FILE is a table: its records match at any time")),
        None => Ok(()),
    }
}

impl Kind {
    /// The kind of a word; the default without one.
    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("inner") => Self::Inner,
            Some("semi") => Self::Semi,
            Some("anti") => Self::Anti,
            _ => Self::Left,
        }
    }
}

impl<'a> Asked<'a> {
    /// Reads the options.
    pub(super) fn read(words: &'a Words) -> Result<Self> {
        let Some(on) = words.option("on") else {
            let help = "name the fields that must be equal: --on user_id, or --on 'user_id = id'";
            return Err(Error::new("a join needs --on").help(help));
        };
        let kind = Kind::of(words.option("kind"));
        let take = words.option("take");
        let asked = Self {
            file: &words.spec,
            on,
            kind,
            take: take.unwrap_or_default(),
            takes: take.map(take_items).transpose()?,
            prefix: words.option("prefix").unwrap_or_default(),
        };
        for long in ["take", "prefix"] {
            if words.has(long) && !asked.adds_fields() {
                let kind = words.option("kind").unwrap_or_default();
                return Err(Error::new(format!(
                    "--kind {kind} adds no fields, so that --{long} means nothing"
                ))
                .help("leave it out, or take --kind inner"));
            }
        }
        Ok(asked)
    }

    /// Whether records get fields of the table.
    pub(super) fn adds_fields(&self) -> bool {
        matches!(self.kind, Kind::Left | Kind::Inner)
    }

    /// The name under which a field of the table comes.
    pub(super) fn prefixed(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The table's name in messages.
    pub(super) fn shown_name(&self) -> String {
        if self.file == "-" { "stdin".to_owned() } else { escaped(self.file) }
    }

    /// The error for a field that no record of the table has; `names` are those it has.
    pub(super) fn no_such_field(&self, item: &TakeItem, names: &[String]) -> Error {
        let error = Error::new(format!("no record of {} has the field \"{}\"", self.shown_name(), item.path));
        let error = error.at(self.take, item.place.clone());
        match nearest(item.path.joined(), names.iter().map(String::as_str)) {
            Some(name) => error.help(format!("did you mean {}?", spell::field(name))),
            None => error.help(format!("its fields are: {}", listed(names.iter().map(String::as_str)))),
        }
    }
}

fn take_items(text: &str) -> Result<Vec<TakeItem>> {
    let mut items: Vec<TakeItem> = Vec::new();
    for item in parse_project(text)? {
        let (path, name, place) = match item {
            ProjectItem::Field { path, name, place } => (path, name, place),
            ProjectItem::All { place, .. } => {
                let error = Error::new("--take names fields one by one").at(text, place);
                return Err(error.help("without --take all fields are taken"));
            }
            ProjectItem::Members { object, place } => {
                let help = match object.as_field() {
                    Some(path) => {
                        format!(
                            "take {path}, and its members after the join: then project '*, {}.*'",
                            path.last_name()
                        )
                    }
                    None => "take the field, and its members after the join".to_owned(),
                };
                return Err(Error::new("--take names fields one by one").at(text, place).help(help));
            }
            ProjectItem::Computed { expr, place, .. } => {
                refuse_constant_key(&expr, text, false)?;
                let error = Error::new("--take computes nothing").at(text, place);
                return Err(
                    error.help("take the field, and compute after the join: then project '*, name = …'")
                );
            }
        };
        let name = name.unwrap_or_else(|| path.last_name().to_owned());
        if items.iter().any(|known| known.name == name) {
            let error = Error::new(format!("two fields named \"{name}\"")).at(text, place);
            return Err(error.help(format!("name one of them: {} = …", spell::field(&format!("{name}_2")))));
        }
        items.push(TakeItem { path, name, place });
    }
    Ok(items)
}
