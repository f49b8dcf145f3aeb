//! The input fields that a chain names, each with a slot; decoders locate these and no others.

use std::fmt;

use super::{Mentions, Site};

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Segment {
    /// A member of an object.
    Name(String),
    /// An element of an array; negative counts from the end.
    Index(i64),
}

/// A field as an expression names it: `status`, `user.id`, `tags[0]`.
///
/// `user.id` means the field spelled `user.id` if the record has one, else the path; in general the leading
/// names joined by dots are tried as one name first, then the first name alone.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Path {
    segments: Vec<Segment>,
    joined: String,
    names: usize,
}

impl Path {
    /// A path of at least one segment, the first a name.
    pub fn new(segments: Vec<Segment>) -> Self {
        let mut joined = String::new();
        let mut names = 0;
        for segment in &segments {
            let Segment::Name(name) = segment else { break };
            if names > 0 {
                joined.push('.');
            }
            joined.push_str(name);
            names += 1;
        }
        Self { segments, joined, names }
    }

    /// A path of one name.
    pub fn name(name: impl Into<String>) -> Self {
        Self::new(vec![Segment::Name(name.into())])
    }

    /// The leading names joined by dots: tried first as one field name.
    pub fn joined(&self) -> &str {
        &self.joined
    }

    /// What follows when the joined name was found.
    pub fn behind_joined(&self) -> &[Segment] {
        self.segments.get(self.names..).unwrap_or(&[])
    }

    /// The first name alone: tried when there is no field of the joined name.
    pub fn first(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Name(name)) => name,
            _ => "",
        }
    }

    /// What follows when the first name was found.
    pub fn behind_first(&self) -> &[Segment] {
        self.segments.get(1..).unwrap_or(&[])
    }

    /// The path of what lies at `behind` inside this field. A field that is spelled like all of it is not meant.
    pub fn inside(&self, behind: &[Segment]) -> Self {
        let segments = self.segments.iter().chain(behind).cloned().collect();
        Self { segments, joined: self.joined.clone(), names: self.names }
    }

    /// All segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The leading names joined by dots, as the path is written: what `--types` names.
    pub fn dotted(&self) -> String {
        let names = self.segments.iter().map_while(|segment| match segment {
            Segment::Name(name) => Some(name.as_str()),
            Segment::Index(_) => None,
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// Whether records with just these fields can have it: one is spelled so, or the path leads into one.
    pub fn is_among<T: AsRef<str>>(&self, names: &[T]) -> bool {
        names.iter().map(AsRef::as_ref).any(|name| name == self.joined() || name == self.first())
    }

    /// Whether this is one plain name.
    pub fn is_single(&self) -> bool {
        self.segments.len() == 1
    }

    /// Whether this ends with an index: `tags[0]`.
    pub fn is_element(&self) -> bool {
        matches!(self.segments.last(), Some(Segment::Index(_)))
    }

    /// The last name in it: `user.id` has `id`, `tags[0]` has `tags`.
    pub fn last_name(&self) -> &str {
        let name = self.segments.iter().rev().find_map(|segment| match segment {
            Segment::Name(name) => Some(name.as_str()),
            Segment::Index(_) => None,
        });
        name.unwrap_or("")
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.joined)?;
        for segment in self.behind_joined() {
            match segment {
                Segment::Name(name) => write!(out, ".{name}")?,
                Segment::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The fields that a chain reads from its input; a slot is a place in this list.
#[derive(Clone, Default, Debug)]
pub struct Fields {
    paths: Vec<Path>,
    /// By slot, what the chain does with the field.
    mentions: Vec<Mentions>,
    /// By slot, how many tables had been opened when its value was last read with all inside it, and one more;
    /// 0 where values only leave.
    read_whole: Vec<usize>,
}

impl Fields {
    /// The slot of `path`, a new one if it has none yet.
    pub fn slot(&mut self, path: &Path) -> usize {
        let slot = self.slot_unasked(path);
        self.note(slot, |mentions| mentions.reads = true);
        slot
    }

    /// The slot of a field that the chain takes out by its name.
    pub fn slot_removed(&mut self, path: &Path) -> usize {
        let slot = self.slot_unasked(path);
        self.note(slot, |mentions| mentions.removes = true);
        slot
    }

    /// The slot of a field that an option names for all that comes under the name. `near`: the nearest of the names
    /// of tables.
    pub fn slot_of_option(&mut self, path: &Path, option: &'static str, near: Option<String>) -> usize {
        let slot = self.slot_unasked(path);
        self.note(slot, |mentions| {
            mentions.option = Some(option);
            mentions.near = mentions.near.take().or(near);
        });
        slot
    }

    /// Notes where a field of the input is named; the first place counts. `near`: the name there that is nearest.
    pub fn named_at(&mut self, slot: usize, site: Site, near: impl FnOnce(&Path) -> Option<String>) {
        let near = match (self.paths.get(slot), self.mentions.get(slot)) {
            (Some(path), Some(Mentions { first: None, .. })) => near(path),
            _ => return,
        };
        self.note(slot, |mentions| (mentions.first, mentions.near) = (Some(site), near));
    }

    /// Notes that the chain says what holds where the field is absent.
    pub fn may_be_absent(&mut self, slot: usize) {
        self.note(slot, |mentions| mentions.may_be_absent = true);
    }

    fn note(&mut self, slot: usize, note: impl FnOnce(&mut Mentions)) {
        if let Some(mentions) = self.mentions.get_mut(slot) {
            note(mentions);
        }
    }

    /// The slot of a field that the user did not name: records need not have it.
    pub fn slot_unasked(&mut self, path: &Path) -> usize {
        self.find(path).unwrap_or_else(|| {
            self.paths.push(path.clone());
            self.mentions.push(Mentions::default());
            self.read_whole.push(0);
            self.paths.len() - 1
        })
    }

    /// Notes that something reads the value of a slot with all inside it: compares it, takes it apart. Then what
    /// JSON does not allow there rejects the record. `tables`: how many were opened before that place.
    pub fn read_whole(&mut self, slot: usize, tables: usize) {
        if let Some(known) = self.read_whole.get_mut(slot) {
            *known = (*known).max(tables + 1);
        }
    }

    /// Whether something reads the value of a slot with all inside it.
    pub fn is_read_whole(&self, slot: usize) -> bool {
        self.is_read_whole_behind(slot, 0)
    }

    /// The same, behind the opening of that many tables.
    pub fn is_read_whole_behind(&self, slot: usize, tables: usize) -> bool {
        self.read_whole.get(slot).is_some_and(|&known| known > tables)
    }

    /// The paths whose values the chain reads, with their slots.
    pub fn asked(&self) -> impl Iterator<Item = (usize, &Path)> {
        self.named().filter(|(_, _, mentions)| mentions.reads).map(|(slot, path, _)| (slot, path))
    }

    /// The paths that the user named, with their slots and what the chain does with them.
    pub fn named(&self) -> impl Iterator<Item = (usize, &Path, &Mentions)> {
        let all = self.paths.iter().zip(&self.mentions).enumerate();
        all.filter(|(_, (_, mentions))| mentions.is_named())
            .map(|(slot, (path, mentions))| (slot, path, mentions))
    }

    /// The slot of `path`, if the chain names it.
    pub fn find(&self, path: &Path) -> Option<usize> {
        self.paths.iter().position(|known| known == path)
    }

    /// The paths in slot order.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_whole_once_stays_so() {
        let mut fields = Fields::default();
        let slots = ["a", "b"].map(|name| fields.slot(&Path::name(name)));
        fields.read_whole(slots[1], 1);
        fields.read_whole(slots[1], 0);
        assert_eq!(slots.map(|slot| fields.is_read_whole(slot)), [false, true]);
        assert_eq!([1, 2].map(|tables| fields.is_read_whole_behind(slots[1], tables)), [true, false]);
        assert_eq!(fields.slot(&Path::name("b")), slots[1]);
        assert!(fields.is_read_whole(slots[1]));
    }

    #[test]
    fn what_lies_inside_a_field_is_no_field_that_is_spelled_so() {
        let name = |name: &str| Segment::Name(name.to_owned());
        let inside = Path::name("a").inside(&[name("b"), Segment::Index(0)]);
        let typed = Path::new(vec![name("a"), name("b"), Segment::Index(0)]);
        assert_eq!((inside.joined(), typed.joined()), ("a", "a.b"));
        assert_eq!((inside.dotted(), typed.dotted()), ("a.b".to_owned(), "a.b".to_owned()));
        assert_eq!((inside.to_string(), inside.segments()), (typed.to_string(), typed.segments()));
        let mut fields = Fields::default();
        assert_ne!(fields.slot(&inside), fields.slot(&typed));
    }

    #[test]
    fn a_field_is_asked_for_once_somebody_names_it() {
        let mut fields = Fields::default();
        let paths = ["a", "b", "c"].map(Path::name);
        assert_eq!((fields.slot(&paths[0]), fields.slot_unasked(&paths[1])), (0, 1));
        assert_eq!((fields.slot_unasked(&paths[2]), fields.slot_unasked(&paths[0])), (2, 0));
        assert_eq!(fields.asked().map(|(slot, _)| slot).collect::<Vec<_>>(), [0]);
        assert_eq!(fields.slot(&paths[2]), 2);
        assert_eq!(fields.asked().map(|(slot, _)| slot).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn a_field_is_counted_on_where_it_is_named_unless_null_is_provided_for() {
        let mut fields = Fields::default();
        let site = |stage| Site { stage, spec: "x".into(), place: 0..1 };
        let read = fields.slot(&Path::name("a"));
        fields.named_at(read, site("filter"), |_| Some("ab".to_owned()));
        fields.named_at(read, site("sort"), |_| None);
        let removed = fields.slot_removed(&Path::name("b"));
        fields.named_at(removed, site("project"), |_| None);
        let pinned = fields.slot_of_option(&Path::name("c"), "--types", None);
        let made = fields.slot(&Path::name("d"));
        fields.slot_unasked(&Path::name("e"));
        let stages = |fields: &Fields| -> Vec<(usize, Option<&'static str>)> {
            let named = fields.named();
            named.map(|(slot, _, mentions)| (slot, mentions.counts_on_it().map(|site| site.stage))).collect()
        };
        let expected = [(read, Some("filter")), (removed, Some("project")), (pinned, None), (made, None)];
        assert_eq!(stages(&fields), expected);
        assert_eq!(fields.named().next().unwrap().2.near.as_deref(), Some("ab"));
        fields.may_be_absent(read);
        assert_eq!(stages(&fields)[0], (read, None));
    }
}
