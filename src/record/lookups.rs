//! How many records found what they were asked for, a match in a table or a member of an object: that none did is
//! worth a note.

/// The lookups of one stage.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Where its key is written.
    pub site: u32,
    /// Records that had a key, or were asked for a member.
    pub keyed: u64,
    /// Those of them that found a match, or had the member.
    pub matched: u64,
    /// What to say if none does, by the first record that had a key, or any members.
    pub note: Option<Unmatched>,
}

/// Why nothing may have matched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmatched {
    /// The stage that the note is about, if it is about one.
    pub stage: Option<&'static str>,
    /// The table, and a value of each side; or the member.
    pub text: String,
    /// Whether a record gave what the remedy follows from: a later one gives none then.
    pub is_known: bool,
    /// The remedy, where there is one.
    pub help: Option<String>,
}

/// The lookups of all stages, in the order of their sites.
#[derive(Default, Debug)]
pub struct Lookups {
    list: Vec<Lookup>,
}

impl Lookups {
    /// Adds later lookups of a stage. The first note stays that gives what the remedy follows from, or else the first.
    pub fn add(&mut self, later: Lookup) {
        match self.list.binary_search_by_key(&later.site, |known| known.site) {
            Err(at) => self.list.insert(at, later),
            Ok(at) => {
                if let Some(known) = self.list.get_mut(at) {
                    known.keyed += later.keyed;
                    known.matched += later.matched;
                    let is_known = |note: &Option<Unmatched>| note.as_ref().is_some_and(|note| note.is_known);
                    if known.note.is_none() || !is_known(&known.note) && is_known(&later.note) {
                        known.note = later.note;
                    }
                }
            }
        }
    }

    /// Adds later lookups of all stages.
    pub fn append(&mut self, later: Self) {
        later.list.into_iter().for_each(|lookup| self.add(lookup));
    }

    /// What to say of stages in which no record found a match though some had a key.
    pub fn unmatched(&self) -> impl Iterator<Item = (u32, &Unmatched)> {
        let none = self.list.iter().filter(|lookup| lookup.matched == 0 && lookup.keyed > 0);
        none.filter_map(|lookup| Some((lookup.site, lookup.note.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_note_stays_however_records_are_cut(
            found in prop::collection::vec((0..3u32, any::<bool>(), any::<bool>()), 0..8),
            cuts in prop::collection::vec(any::<bool>(), 8),
        ) {
            let lookups = (0..).zip(&found).map(|(number, &(site, has_note, is_known))| {
                let text = format!("{number}");
                let note = has_note.then_some(Unmatched { stage: None, text, is_known, help: None });
                Lookup { site, keyed: 1, matched: 0, note }
            });
            let all: Vec<Lookup> = lookups.collect();
            let (mut run, mut block) = (Lookups::default(), Lookups::default());
            for (lookup, cut) in all.iter().cloned().zip(cuts) {
                if cut {
                    run.append(std::mem::take(&mut block));
                }
                block.add(lookup);
            }
            run.append(block);
            let expected = |site: u32| {
                let notes = || all.iter().filter(move |lookup| lookup.site == site).filter_map(|lookup| lookup.note.as_ref());
                notes().find(|note| note.is_known).or_else(|| notes().next()).map(|note| (site, note))
            };
            prop_assert_eq!(run.unmatched().collect::<Vec<_>>(), (0..3).filter_map(expected).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_single_match_is_enough() {
        let lookup = |site, keyed, matched, note: &str| {
            let note = Unmatched { stage: None, text: note.to_owned(), is_known: true, help: None };
            Lookup { site, keyed, matched, note: Some(note) }
        };
        let mut run = Lookups::default();
        for (site, keyed, matched, note) in [(7, 1, 0, "x"), (3, 2, 0, "a"), (7, 5, 1, "y"), (3, 1, 0, "b")] {
            let mut block = Lookups::default();
            block.add(lookup(site, keyed, matched, note));
            run.append(block);
        }
        let said: Vec<_> = run.unmatched().map(|(site, note)| (site, note.text.as_str())).collect();
        assert_eq!(said, [(3, "a")]);
    }
}
