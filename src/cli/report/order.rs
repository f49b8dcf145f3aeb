//! Values that were ordered as text though they look like something else.

use std::sync::Arc;

use super::Ended;
use super::by::By;
use crate::error::{Error, shown_bytes};
use crate::record::Site;
use crate::value::looks::Looks;
use crate::value::{Misorder, Spelling};

/// One note for each expression of a stage whose values were ordered, in the order of the chain.
pub(super) fn misordered(ended: &Ended<'_>) -> Vec<Error> {
    let (mut notes, mut noted) = (Vec::new(), Vec::new());
    let is_meant = |number: u32| ended.sites.is_text(number);
    for (number, ordered) in ended.findings.ordered.iter().filter(|(number, _)| !is_meant(*number)) {
        let (Some(site), Some(misorder)) = (ended.sites.get(*number), ordered.misorder()) else { continue };
        let Some(text) = site.spec.get(site.place.clone()).map(str::trim) else { continue };
        let of = (site.stage, Arc::clone(&site.spec), text.to_owned());
        if !noted.contains(&of) {
            noted.push(of);
            notes.push(note(&site, text, misorder));
        }
    }
    notes
}

fn note(site: &Site, expr: &str, misorder: Misorder<'_>) -> Error {
    let (example, why) = match misorder {
        Misorder::Looks(looks, example) => {
            let kind = match looks {
                Looks::Duration => "a duration",
                Looks::YearFirst | Looks::Time | Looks::Yearless => "a time",
                Looks::Date => "a date",
                Looks::Plain | Looks::Dotted | Looks::Number | Looks::Grouped(_) | Looks::Comma => "a number",
            };
            (example, format!("it looks like {kind}"))
        }
        Misorder::Times(example) => (example, "times are spelled in several ways".to_owned()),
        Misorder::Mixed { text, among, times, .. } => {
            let kind = if times { "times" } else { "numbers" };
            (text, format!("it is among {kind} such as {}", shown_bytes(&among.text)))
        }
    };
    let text = format!("ordered as text, though {why}: {}", quoted(example));
    let help = By::of(expr, site.place.len(), example).remedy(misorder);
    Error::new(text).at(&site.spec, site.place.clone()).help(help).within(site.stage)
}

fn quoted(example: &Spelling) -> String {
    format!("\"{}\"", shown_bytes(&example.text))
}
