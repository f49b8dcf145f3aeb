//! The variables of a log format, and the text between them.

use std::ops::Range;

use super::known::{ERROR_LOG, advice};
use super::shape::Shape;
use super::spelled::{NAMED, Refusal, Spelled};
use super::{apache, nginx};
use crate::error::nearest;

/// A variable in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Variable {
    /// The field that it is; `request` is three of them.
    pub(super) field: String,
    /// As it is spelled in the format.
    pub(super) spelled: String,
    /// What it may hold where it is not between quotes.
    pub(super) shape: Shape,
    /// Of a time what is written, as `strftime` spells it.
    pub(super) written: Option<String>,
    /// A part of a time that several directives write.
    is_part_of_time: bool,
    /// Where it is in the text of the format.
    range: Range<usize>,
}

/// A part of a log format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Text(String),
    Variable(Variable),
}

/// Variables that are one field where they come right after each other.
const JOINED: &[&[&str]] = &[
    &["%U", "%q"],
    &["$document_uri", "$is_args", "$args"],
    &["$document_uri", "$is_args", "$query_string"],
    &["$uri", "$is_args", "$args"],
    &["$uri", "$is_args", "$query_string"],
];

/// Reads the parts of a format.
pub(super) fn parts(spelled: &Spelled) -> Result<Vec<Part>, Refusal> {
    let mut reader = Reader { spelled, at: 0, parts: Vec::new() };
    let is_nginx = is_nginx(&spelled.text);
    while reader.at < spelled.text.len() {
        if is_nginx { reader.nginx()? } else { reader.apache()? }
    }
    if !reader.parts.iter().any(|part| matches!(part, Part::Variable(_))) {
        if let Some((reason, help)) = advice(spelled.given()) {
            return Err(refusal(&reason, &help, spelled.place(0..spelled.text.len())));
        }
        let help = match nearest(spelled.text.trim(), NAMED.iter().map(|(name, _)| *name)) {
            Some(name) => format!("did you mean {name}?"),
            None => {
                "such as '$remote_addr $status' or '%h %>s', or main, combined, common or vhost".to_owned()
            }
        };
        return Err(refusal("a format without variables", &help, spelled.place(0..spelled.text.len())));
    }
    Ok(reader.parts)
}

/// Two variables without text between them.
pub(super) fn adjacent(spelled: &Spelled, parts: &[Part]) -> Option<Refusal> {
    parts.windows(2).find_map(|pair| {
        let [Part::Variable(first), Part::Variable(second)] = pair else { return None };
        let reason = format!("nothing between {} and {} says where one ends", first.spelled, second.spelled);
        let help = "separate them in the configuration, or read the lines by --from regex --pattern";
        Some(refusal(&reason, help, spelled.place(second.range.clone())))
    })
}

/// Whether a format has `$name`s.
fn is_nginx(text: &str) -> bool {
    let begins_name = |char: char| char.is_ascii_alphabetic() || char == '_' || char == '{';
    text.match_indices('$')
        .any(|(at, _)| text.get(at + 1..).is_some_and(|rest| rest.starts_with(begins_name)))
}

fn refusal(reason: &str, help: &str, range: Range<usize>) -> Refusal {
    Refusal { reason: reason.to_owned(), help: help.to_owned(), range }
}

struct Reader<'a> {
    spelled: &'a Spelled,
    at: usize,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.spelled.text.get(self.at..).unwrap_or("")
    }

    /// Takes text up to a mark, and says whether one is there.
    fn text_up_to(&mut self, mark: char) -> bool {
        let len = self.rest().find(mark).unwrap_or(self.rest().len());
        let text = self.rest().get(..len).unwrap_or("").to_owned();
        self.at += len;
        self.push_text(&text);
        !self.rest().is_empty()
    }

    fn push_text(&mut self, more: &str) {
        match self.parts.last_mut() {
            _ if more.is_empty() => {}
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.parts.push(Part::Text(more.to_owned())),
        }
    }

    /// Text, and the `$name` or `${name}` after it.
    fn nginx(&mut self) -> Result<(), Refusal> {
        if !self.text_up_to('$') {
            return Ok(());
        }
        let start = self.at;
        let rest = self.rest().get(1..).unwrap_or("");
        let is_braced = rest.starts_with('{');
        let rest = rest.get(usize::from(is_braced)..).unwrap_or("");
        let name_len = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_');
        let name = rest.get(..name_len.unwrap_or(rest.len())).unwrap_or("").to_owned();
        let closes = !is_braced || rest.get(name.len()..).is_some_and(|rest| rest.starts_with('}'));
        let len = 1 + name.len() + 2 * usize::from(is_braced);
        if !name.is_empty() && !closes {
            let place = self.spelled.place(start + 1..start + 2);
            return Err(refusal(
                "a brace that does not close",
                &format!("write ${{{name}}} or ${name}"),
                place,
            ));
        }
        if name.is_empty() {
            let place = self.spelled.place(start..start + 1);
            return Err(refusal("a $ without the name of a variable", "write $name or ${name}", place));
        }
        self.at += len;
        let spelled = if is_braced { format!("${{{name}}}") } else { format!("${name}") };
        let (field, shape) = nginx::field(&name);
        // Of a name that stands for a format, nobody sees its variables.
        let spelled = if self.spelled.is_name { field.to_owned() } else { spelled };
        let of = (field.to_owned(), shape, nginx::time(&name).map(str::to_owned));
        self.push(of, spelled, false, start);
        Ok(())
    }

    /// Text, and the directive after it.
    fn apache(&mut self) -> Result<(), Refusal> {
        if !self.text_up_to('%') {
            return Ok(());
        }
        let start = self.at;
        self.at += 1;
        if self.rest().starts_with('%') {
            self.at += 1;
            self.push_text("%");
            return Ok(());
        }
        let mut braces = None;
        loop {
            let modifiers = self.rest().find(|char: char| !char.is_ascii_digit() && !"!<>,".contains(char));
            self.at += modifiers.unwrap_or(self.rest().len());
            let Some(rest) = self.rest().strip_prefix('{') else { break };
            let Some(len) = rest.find('}') else {
                let place = self.spelled.place(self.at..self.at + 1);
                return Err(refusal("a brace that does not close", "such as %{Referer}i", place));
            };
            braces = rest.get(..len).map(str::to_owned);
            self.at += len + 2;
        }
        let letter = apache::letter(self.rest()).to_owned();
        self.at += letter.len();
        if letter == "-" && self.rest().starts_with(|char: char| char.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let place = || self.spelled.place(start..self.at);
        if letter.trim().is_empty() {
            return Err(refusal("a % without a directive", "a percent sign is %%", place()));
        }
        let field = apache::field(&letter, braces.as_deref()).map_err(|help| {
            let help = if apache::is_of_errors(&letter) { ERROR_LOG.to_owned() } else { help };
            let spelled = self.spelled.text.get(start..self.at).unwrap_or("");
            refusal(&format!("unknown directive {spelled}"), &help, place())
        })?;
        let spelled = self.spelled.text.get(start..self.at).unwrap_or("").to_owned();
        let written = (letter == "t").then(|| apache::time(braces.as_deref()));
        let of = (field, apache::shape(&letter), written);
        match (letter.as_str(), braces) {
            ("t", None) => {
                self.push_text("[");
                self.push(of, spelled, false, start);
                self.push_text("]");
            }
            (letter, braces) => {
                self.push(of, spelled, letter == "t" && braces.is_some(), start);
            }
        }
        Ok(())
    }

    /// Adds a variable, or adds it to those before it that it is one field with.
    fn push(
        &mut self,
        (field, shape, written): (String, Shape, Option<String>),
        spelled: String,
        is_part_of_time: bool,
        start: usize,
    ) {
        let range = start..self.at;
        if self.joins(&spelled, is_part_of_time) {
            let between = match self.parts.last() {
                Some(Part::Text(text)) => text.clone(),
                _ => String::new(),
            };
            if let Some(Part::Text(_)) = self.parts.last() {
                self.parts.pop();
            }
            if let Some(Part::Variable(before)) = self.parts.last_mut() {
                if let (Some(before), Some(written)) = (&mut before.written, written) {
                    before.push_str(&between);
                    before.push_str(&written);
                }
                before.range.end = range.end;
                before.spelled = self.spelled.text.get(before.range.clone()).unwrap_or("").to_owned();
            }
            return;
        }
        self.parts.push(Part::Variable(Variable { field, spelled, shape, written, is_part_of_time, range }));
    }

    /// Whether a variable is one field with the one before it.
    fn joins(&self, spelled: &str, is_part_of_time: bool) -> bool {
        match self.parts.as_slice() {
            [.., Part::Variable(before)] => {
                let both = bare(&format!("{}{spelled}", before.spelled));
                (before.is_part_of_time && is_part_of_time)
                    || JOINED.iter().any(|names| (2..=names.len()).any(|len| names[..len].concat() == both))
            }
            [.., Part::Variable(before), Part::Text(_)] => before.is_part_of_time && is_part_of_time,
            _ => false,
        }
    }
}

/// Variables without the braces around their names.
fn bare(spelled: &str) -> String {
    spelled.replace("${", "$").replace('}', "")
}
