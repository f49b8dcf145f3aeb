//! The works: what tamis does, what others do for the same answer, and how much faster tamis has to be.

mod csv;
mod lines;
mod ndjson;

use std::time::Duration;

use anyhow::Result;

use crate::measure::choice;
use crate::measure::inputs::Input;
use crate::measure::peers::Peer;

/// One work.
pub(crate) struct Work {
    /// For `--only`.
    pub(crate) name: &'static str,
    /// For the table.
    pub(crate) title: &'static str,
    pub(crate) inputs: &'static [&'static Input],
    /// The words behind `tamis -jN`.
    pub(crate) tamis: &'static [&'static str],
    /// The hash of the answer at full size.
    pub(crate) answer: &'static str,
    /// Highest resident memory in MiB.
    pub(crate) memory: Option<u64>,
    /// For what is about the start: the longest that a run may take. Other tools' starts are not taken off then,
    /// and threads do not count.
    pub(crate) at_most: Option<Duration>,
    pub(crate) against: &'static [Entry],
}

/// How another tool does a work.
pub(crate) struct Entry {
    pub(crate) peer: &'static Peer,
    /// How many times as long it has to take, at least.
    pub(crate) goal: f64,
    /// The words behind a program, or the statement for a package. What it writes has as many lines as tamis' answer.
    pub(crate) words: &'static [&'static str],
}

/// What memory is held to where nothing has to be kept.
const MEMORY: Option<u64> = Some(48);

/// All of them.
fn all() -> impl Iterator<Item = &'static Work> {
    [ndjson::WORKS, csv::WORKS, lines::WORKS].into_iter().flatten()
}

/// Those that are named, or whose names begin with a word that is no name; all if there is no word.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<&'static Work>> {
    choice::chosen(all().collect(), |work| work.name, only)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn works_are_told_apart() {
        let names: BTreeSet<&str> = all().map(|work| work.name).collect();
        let titles: BTreeSet<&str> = all().map(|work| work.title).collect();
        assert_eq!((names.len(), titles.len()), (all().count(), all().count()));
    }

    #[test]
    fn each_work_has_an_input_an_answer_and_somebody_to_beat() {
        for work in all() {
            assert!(!work.inputs.is_empty() && !work.against.is_empty(), "{}", work.name);
            assert_eq!(work.answer.len(), 16, "{}", work.name);
            assert!(work.inputs.iter().any(|input| work.tamis.last() == Some(&input.name)), "{}", work.name);
        }
    }

    #[test]
    fn works_are_chosen_by_name_or_how_they_begin() {
        let names = |only: &str| chosen(&[only.to_owned()]).expect("works").len();
        assert_eq!(chosen(&[]).expect("works").len(), all().count());
        assert_eq!((names("csv-sort"), names("csv-group"), names("csv-gr")), (1, 1, 2));
        assert!(names("csv") > 3);
        assert!(chosen(&["csv".to_owned(), "xml".to_owned()]).is_err());
    }
}
