//! What a registry holds at a glance: a line a row, before the text of a topic.

use crate::aggregate;
use crate::cli::known::Known;
use crate::cli::page::Part;
use crate::cli::topic::List;
use crate::doc::Doc;
use crate::expr::SPECIAL_FORMS;
use crate::function;

/// The rows of a topic's list, under the families they are of; nothing for options, which are short already.
pub(super) fn at_a_glance(list: List, known: &Known) -> Vec<Part> {
    match list {
        List::Stages => one_table(known.stages.iter().map(|row| (row.name, &row.doc))),
        List::Formats => one_table(known.formats.iter().map(|row| (row.name, &row.doc))),
        List::Functions => {
            let forms = SPECIAL_FORMS.iter().map(|row| (row.family, row.name, &row.doc));
            let rows = known.functions.iter().map(|row| (row.family, row.name, &row.doc)).chain(forms);
            by_family(rows.collect(), function::Family::ALL.map(|family| (family, family.title())))
        }
        List::Aggregates => {
            let rows = known.aggregates.iter().map(|row| (row.family, row.name, &row.doc));
            by_family(rows.collect(), aggregate::Family::ALL.map(|family| (family, family.title())))
        }
        List::Options => Vec::new(),
    }
}

/// The heading of the entries themselves, after the text.
pub(super) fn heading(list: List) -> Option<Part> {
    let title = match list {
        List::Formats => "The formats",
        List::Functions => "The functions",
        List::Aggregates => "The aggregates",
        List::Stages | List::Options => return None,
    };
    Some(Part::Heading(title.to_owned()))
}

fn one_table<'a>(rows: impl Iterator<Item = (&'a str, &'a Doc)>) -> Vec<Part> {
    vec![at_a_glance_heading(), table(rows)]
}

fn by_family<F: PartialEq + Copy, const N: usize>(
    mut rows: Vec<(F, &str, &Doc)>,
    families: [(F, &str); N],
) -> Vec<Part> {
    rows.sort_unstable_by_key(|(_, name, _)| *name);
    let tables = families.into_iter().flat_map(|(family, title)| {
        let of_family = rows.iter().filter(|(row, ..)| *row == family).map(|(_, name, doc)| (*name, *doc));
        [Part::Subheading(title.to_owned()), table(of_family)]
    });
    std::iter::once(at_a_glance_heading()).chain(tables).collect()
}

fn at_a_glance_heading() -> Part {
    Part::Heading("At a glance".to_owned())
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a Doc)>) -> Part {
    Part::Table(rows.map(|(name, doc)| (name.to_owned(), doc.summary.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::page::write_parts;

    #[test]
    fn all_rows_are_in_lines_of_their_own() {
        for list in [List::Functions, List::Aggregates] {
            let parts = at_a_glance(list, &Known::ALL);
            let mut text = String::new();
            write_parts(&parts, &mut text);
            let rows = text.lines().filter(|line| line.starts_with("    ")).count();
            let known = match list {
                List::Functions => Known::ALL.functions.len() + SPECIAL_FORMS.len(),
                _ => Known::ALL.aggregates.len(),
            };
            assert_eq!(rows, known, "{text}");
        }
    }
}
