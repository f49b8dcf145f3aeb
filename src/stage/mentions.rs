//! Which fields the chain names, where, and which of them could only come from the input: what neither a record nor a
//! header has is said.

use std::ops::Range;
use std::sync::Arc;

use super::Scope;
use crate::error::{Result, nearest};
use crate::record::{ColumnRef, Path, Segment, Site};

impl Scope<'_> {
    /// Notes that a text of the stage names the field of a column at a place. `may_be_absent`: the chain says what
    /// holds then.
    pub(super) fn note_named(&mut self, column: ColumnRef, site: Site, may_be_absent: bool) {
        let ColumnRef::Input(slot) = column else { return };
        if may_be_absent {
            self.fields.may_be_absent(slot);
        }
        if !self.shape.is_open() {
            let named = self.shape.before.iter().chain(&self.shape.after).map(|field| field.name.as_str());
            self.fields.named_at(slot, site, |path| nearest(path.joined(), named).map(str::to_owned));
        }
    }

    /// Notes that the SPEC takes out a field by its name. An error if no record can have it here.
    pub fn removes(&mut self, name: &str, place: &Range<usize>) -> Result<()> {
        if self.shape.field(name).is_some() {
            return Ok(());
        }
        let path = Path::name(name);
        let unfolded = self.shape.as_unfolded();
        if !self.shape.passes(name) || self.behind_aggregate && unfolded.is_none() {
            return Err(self.absent(&path).at(&self.spec, place.clone()));
        }
        if let Some(unfolded) = unfolded {
            // A member of an object may be it: what finds it says whether no record has it.
            let unfolded = Arc::clone(unfolded);
            return self.resolve_among(&unfolded, &path, true).map(drop);
        }
        let slot = self.fields.slot_removed(&path);
        self.note_named(ColumnRef::Input(slot), self.place_in(&self.spec, place.clone()), false);
        Ok(())
    }

    /// A place in some text of the stage.
    pub(super) fn place_in(&self, text: &str, place: Range<usize>) -> Site {
        Site { stage: self.stage, spec: Arc::from(text), place }
    }

    /// Notes names of the fields of a table, where options name fields: pins hold for them too.
    pub fn note_table<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        if !self.env.pins.named.is_empty() {
            self.table_names.extend(names.into_iter().map(str::to_owned));
        }
    }

    /// Notes the names of the fields that the chain has made or placed up to here.
    pub fn note_names_here(&mut self) {
        if !self.env.pins.named.is_empty() {
            let fields = self.shape.before.iter().chain(&self.shape.after);
            self.made_names.extend(fields.map(|field| field.name.clone()));
        }
    }

    /// Asks the input for the fields that `--types` names, unless the chain or a table has such fields.
    pub fn watch_options(&mut self) {
        for (path, option) in self.names_of_options() {
            let mut names = self.made_names.iter().chain(&self.table_names);
            if !names.any(|name| is_called(&path, name)) {
                let near = nearest(path.joined(), self.table_names.iter().map(String::as_str));
                let near = near.map(str::to_owned);
                self.fields.slot_of_option(&path, option, near);
            }
        }
    }

    fn names_of_options(&self) -> Vec<(Path, &'static str)> {
        self.env.pins.named.iter().map(|(name, _)| (as_path(name), "--types")).collect()
    }
}

/// Whether a field of this name is the one of the path, or holds it.
fn is_called(path: &Path, name: &str) -> bool {
    name == path.joined() || name == path.first()
}

/// A name that may be a path: `user.id`.
fn as_path(name: &str) -> Path {
    match name.split('.').any(str::is_empty) {
        true => Path::name(name),
        false => Path::new(name.split('.').map(|part| Segment::Name(part.to_owned())).collect()),
    }
}
