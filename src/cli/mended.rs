//! SPECs that their stage cannot read because they are written as another language has them: the command with the SPEC as
//! it is written here.

use super::known::Known;
use super::line::Line;
use super::proposal::{propose, reads};
use super::words::{self, Asked, Split};
use super::{Chain, Request, Surroundings};
use crate::error::Error;
use crate::expr::mend::{Kind, mend};

/// An error about a SPEC, with the command that was meant as its remedy if that is known. `binds` tells whether the stages of
/// a chain can be bound, without reading anything.
#[cold]
pub fn mended(
    args: &[String],
    known: &Known,
    around: &Surroundings,
    error: Error,
    binds: &dyn Fn(&Chain) -> bool,
) -> Error {
    let line = Line::new(args);
    let unread = |_: &str| Err(std::io::Error::other("not read for a proposal"));
    let Ok(Asked::Chain(split)) = words::split(line, known, &unread) else { return error };
    let can_run = |words: &[String]| match super::parse(words, known, around, &unread) {
        Ok(Request::Run(chain) | Request::Explain(chain)) => binds(&chain),
        _ => false,
    };
    let place = error.shown_text().and_then(|text| place_of(text, line, &split));
    // A SPEC that can be read is not the fault, but what it meets.
    let Some((at, kind)) = place.filter(|_| !can_run(args)) else { return error };
    let with = |spec: &str| {
        let mut words = args.to_vec();
        if let Some(word) = words.get_mut(at) {
            spec.clone_into(word);
        }
        words
    };
    let can_be = |spec: &str| {
        let words = with(spec);
        reads(&words, known) && can_run(&words)
    };
    match line.word(at).and_then(|spec| mend(spec, kind, &can_be)) {
        Some(spec) => propose(error, "write", with(&spec)),
        None => error,
    }
}

/// The word of the line that an error shows, and what it holds.
fn place_of(shown: &str, line: Line<'_>, split: &Split) -> Option<(usize, Kind)> {
    let specs = split.stages.iter().zip(&split.spec_words).map(|((stage, _), at)| {
        let kind = match stage.name {
            "filter" | "top" => Some(Kind::Expression),
            "project" => Some(Kind::Items),
            "aggregate" => Some(Kind::Aggregates),
            "sort" => Some(Kind::Order),
            "dedup" | "split" => Some(Kind::Keys),
            "explode" => Some(Kind::Path),
            _ => None,
        };
        kind.map(|kind| (*at, kind))
    });
    let is_shown = |at: usize| line.word(at) == Some(shown);
    let spec = specs.flatten().find(|(at, _)| is_shown(*at));
    let keys = || {
        let words = line.all().iter().enumerate();
        let named = words.filter(|(_, word)| *word == "--by" || *word == "--on").map(|(at, _)| at + 1);
        named.into_iter().find(|at| is_shown(*at)).map(|at| (at, Kind::Keys))
    };
    spec.or_else(keys)
}
