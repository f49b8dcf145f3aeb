//! Fields that the chain counts on and an input lacks: refused before a record is read where all header lines are
//! known, else noted when the inputs were read.

use super::fronts::doubt_of;
use super::header_lines::HeaderLines;
use crate::error::{Error, Result, escaped, listed, nearest, shown};
use crate::format::InputOptions;
use crate::hash::Set;
use crate::input::{Front, Named, Reader};
use crate::record::{Fields, Mentions, Path, ReadAs, Site, Source, Sources};
use crate::spell;

/// Names of header lines that are kept to find the nearest among them.
const MOST_NAMES: usize = 1 << 16;

/// Inputs that are named for each field which they lack.
const MOST_INPUTS: usize = 5;

/// How far the inputs were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// To their end.
    End,
    /// To the record that satisfied a `limit`, which is the same one in every run.
    Limit,
    /// To no place that says anything: the run broke off, a signal came, or nobody took the results.
    Anywhere,
}

/// What header lines say of the fields that the chain counts on.
#[derive(Default)]
pub(super) struct Headers {
    /// By slot, the first input whose header has the field.
    having: Vec<Option<String>>,
}

/// A field that the chain counts on.
struct Wanted<'a> {
    slot: usize,
    path: &'a Path,
    mentions: &'a Mentions,
    site: &'a Site,
}

fn wanted<'a>(fields: &'a Fields, options: &InputOptions) -> Vec<Wanted<'a>> {
    let wanted = fields.named().filter_map(|(slot, path, mentions)| {
        let site = mentions.counts_on_it()?;
        // Records may have more fields than the header.
        let may_be_extra = options.ragged && is_counted(path.joined());
        (!may_be_extra).then_some(Wanted { slot, path, mentions, site })
    });
    wanted.collect()
}

/// Whether fields without a name may be called so: `c5`, and `c5_2` where that is the name of another.
fn is_counted(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = name.strip_prefix('c') else { return false };
    let (number, again) = number.split_once('_').unwrap_or((number, "2"));
    is_number(number) && is_number(again)
}

/// Looks at the header lines, if each input has one that can be looked at, and refuses a field that none of them has;
/// `lines` is shown them too.
pub(super) fn refuse_missing(
    fields: &Fields,
    reader: &mut Reader,
    options: &InputOptions,
    lines: Option<&mut HeaderLines>,
) -> Result<Headers> {
    let wanted = wanted(fields, options);
    let mut headers = Headers { having: vec![None; fields.paths().len()] };
    if wanted.is_empty() && lines.is_none() || !reader.can_look() {
        return Ok(headers);
    }
    let mut unasked = HeaderLines::default();
    let lines = lines.unwrap_or(&mut unasked);
    lines.are_looked_at = true;
    let (mut names, mut known) = (Vec::new(), Set::default());
    let mut is_unclear = false;
    reader.look(&mut |input, front| match front {
        Front::Empty => {}
        Front::Unknown => (is_unclear, lines.is_unclear) = (true, true),
        Front::Names(heading) => {
            lines.note(heading);
            let header = heading.names;
            headers.note(input, header, &wanted);
            for name in header {
                if names.len() < MOST_NAMES && known.insert(name.clone()) {
                    names.push(name.clone());
                }
            }
        }
    })?;
    let missing: Vec<&Wanted<'_>> = wanted.iter().filter(|wanted| !headers.has(wanted.slot)).collect();
    match missing.first() {
        Some(first) if !is_unclear && !names.is_empty() => {
            let doubt = doubt_among(reader, options, &wanted);
            Err(refusal(fields, &missing, first, (&names, options.skip), doubt))
        }
        _ => Ok(headers),
    }
}

/// The first doubt about a header line, in words.
#[cold]
fn doubt_among(reader: &mut Reader, options: &InputOptions, wanted: &[Wanted<'_>]) -> Option<String> {
    let asked: Vec<&Path> = wanted.iter().map(|wanted| wanted.path).collect();
    let mut found = None;
    reader.look_on(&mut |input, heading| {
        found = doubt_of(heading, options, Some(&asked)).map(|doubt| {
            let (file, what) = (escaped(input.shown()), doubt.what(heading.names));
            format!("{file}: {what}; {}", doubt.remedy(heading.format, ReadAs::Input))
        });
        found.is_some()
    });
    found
}

impl Headers {
    fn note(&mut self, input: &Named, header: &[String], wanted: &[Wanted<'_>]) {
        for wanted in wanted {
            if let Some(having @ None) = self.having.get_mut(wanted.slot)
                && wanted.path.is_among(header)
            {
                *having = Some(input.shown().to_owned());
            }
        }
    }

    fn of(&self, slot: usize) -> Option<&str> {
        self.having.get(slot)?.as_deref()
    }

    fn has(&self, slot: usize) -> bool {
        self.of(slot).is_some()
    }
}

#[cold]
fn refusal(
    fields: &Fields,
    missing: &[&Wanted<'_>],
    first: &Wanted<'_>,
    (names, skip): (&[String], u64),
    doubt: Option<String>,
) -> Error {
    let paths: Vec<&Path> = missing.iter().map(|wanted| wanted.path).collect();
    let subtracted = names.iter().find_map(|name| Some((name, subtraction_of(name, fields, &paths)?)));
    if let Some((name, parts)) = subtracted {
        let is_part = |wanted: &&&Wanted<'_>| parts.contains(&wanted.path.joined());
        let site = missing.iter().find(is_part).map_or(first.site, |wanted| wanted.site);
        let message = format!("no input has the fields of the subtraction {}", shown(&parts.join(" - ")));
        let place = around(site, name);
        return placed(Error::new(message), site, place)
            .help(format!("for the field write {}, in backticks", spell::quoted_field(name)));
    }
    let message = format!("no input has the field \"{}\"", shown(&first.path.to_string()));
    let error = placed(Error::new(message), first.site, first.site.place.clone());
    if let Some(doubt) = doubt {
        return error.help(doubt);
    }
    let known = names.iter().map(String::as_str);
    let meant = match near(first.path, known.clone().chain(first.mentions.near.as_deref())) {
        Some(name) => format!("did you mean {}?", spell::field(name)),
        None if skip > 0 => format!("the fields after --skip {skip} are: {}", listed(known)),
        None => format!("the fields are: {}", listed(known)),
    };
    let without = if first.mentions.reads { "lets it be null" } else { "goes on without it" };
    error.help(format!("{meant} (--allow missing {without})"))
}

fn placed(error: Error, site: &Site, place: std::ops::Range<usize>) -> Error {
    let error = if site.spec.is_empty() { error } else { error.at(&site.spec, place) };
    error.within(site.stage)
}

/// The place of a name in the text of a site that holds the site's own place, else that.
fn around(site: &Site, name: &str) -> std::ops::Range<usize> {
    let places = site.spec.match_indices(name).map(|(start, found)| start..start + found.len());
    let holds =
        |range: &std::ops::Range<usize>| range.start <= site.place.start && site.place.end <= range.end;
    places.into_iter().find(holds).unwrap_or_else(|| site.place.clone())
}

/// The name among `known` that a path most likely meant.
pub fn near<'k>(path: &Path, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    // Of a path whose object is there, only the first name can be compared.
    let near = nearest(path.joined(), known.clone()).or_else(|| nearest(path.first(), known))?;
    (near != path.first()).then_some(near)
}

/// The names between the dashes of `name`, if the chain names all of them and at least one is missing.
pub fn subtraction_of<'a>(name: &'a str, fields: &Fields, missing: &[&Path]) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = name.split('-').collect();
    let is_named = |part: &&str| fields.asked().any(|(_, path)| path.joined() == *part);
    let is_missing = |part: &&str| missing.iter().any(|path| path.joined() == *part);
    (parts.len() > 1 && parts.iter().all(is_named) && parts.iter().any(is_missing)).then_some(parts)
}

/// The inputs that were read and whose header lacks a field that another's has, each in words. `was_read`: the inputs
/// of which a record was read, by number.
pub(super) fn lacking(
    fields: &Fields,
    options: &InputOptions,
    headers: &Headers,
    sources: &Sources,
    reach: Reach,
    was_read: &[bool],
) -> Vec<String> {
    let read = (0..).zip(was_read).filter(|(_, was_read)| reach == Reach::End || **was_read);
    let read: Vec<(&Source, &[String])> = read
        .filter_map(|(number, _)| sources.get(number).filter(|source| source.header_line))
        .filter_map(|source| Some((source, source.header.as_deref()?)))
        .collect();
    let wanted = wanted(fields, options);
    let mut notes = Vec::new();
    for one in &wanted {
        let having = read.iter().find(|(_, header)| one.path.is_among(header));
        let having = having.map(|(source, _)| source.shown()).or(headers.of(one.slot));
        let Some(having) = having else { continue };
        let mut named = Set::default();
        let lacking = read.iter().filter(|(_, header)| !one.path.is_among(header));
        // A file that is named twice lacks it once.
        let lacking: Vec<_> = lacking.filter(|(source, _)| named.insert(source.shown())).collect();
        for (source, header) in lacking.iter().take(MOST_INPUTS) {
            notes.push(note(one, source, header, having, &wanted));
        }
        let more = lacking.len().saturating_sub(MOST_INPUTS);
        if more > 0 {
            let inputs = if more == 1 { "input lacks" } else { "inputs lack" };
            notes.push(format!("{more} more {inputs} the field \"{}\"", shown(&one.path.to_string())));
        }
    }
    notes
}

fn note(one: &Wanted<'_>, source: &Source, header: &[String], having: &str, wanted: &[Wanted<'_>]) -> String {
    let (file, having) = (escaped(source.shown()), escaped(having));
    let text =
        format!("{file}: the header has no field \"{}\", but {having} has one", shown(&one.path.to_string()));
    // What the chain reads too is itself, and not what was meant by another name.
    let free = header
        .iter()
        .map(String::as_str)
        .filter(|name| wanted.iter().all(|other| other.path.joined() != *name));
    match near(one.path, free) {
        Some(name) => format!("{text}\n  help: its field {} may be what is meant", spell::field(name)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_fields_of_ragged_records_are_counted() {
        let names = ["c1", "c12", "c5_2", "c", "cx", "c1_", "c_2", "count"].map(is_counted);
        assert_eq!(names, [true, true, true, false, false, false, false, false]);
    }

    #[test]
    fn a_subtraction_is_shown_whole() {
        let site = |place| Site { stage: "filter", spec: "agent > 1 and user-agent == 'x'".into(), place };
        assert_eq!(around(&site(19..24), "user-agent"), 14..24);
        assert_eq!(around(&site(0..5), "user-agent"), 0..5);
    }
}
