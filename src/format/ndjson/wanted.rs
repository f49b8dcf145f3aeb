//! The wanted fields as member names to look for, and what follows from the members found.

use crate::record::{Fields, Path, Segment};
use crate::scan::json::{Item, Kind};
use crate::value::json;

/// The names to look for in an object, and for each slot how its value follows from them.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Without repetitions, in slot order.
    names: Vec<Vec<u8>>,
    /// Bit `n` is set if some name has the length `n`; the last bit stands for all greater lengths.
    lengths: u64,
    slots: Vec<SlotRoutes>,
    /// Each slot has a name of its own, of the same number, and takes its value as it stands.
    direct: bool,
}

/// The ways to a slot's value, the first of which that exists counts.
#[derive(Debug)]
struct SlotRoutes {
    /// The chain reads the value with all inside it.
    whole: bool,
    joined: Route,
    first: Option<Route>,
}

/// A member, and the path from its value on.
#[derive(Debug)]
struct Route {
    name: usize,
    behind: Vec<Segment>,
}

impl Wanted {
    pub(super) fn new(fields: &Fields) -> Self {
        let mut wanted = Self { names: Vec::new(), lengths: 0, slots: Vec::new(), direct: true };
        for (slot, path) in fields.paths().iter().enumerate() {
            let routes = SlotRoutes { whole: fields.is_read_whole(slot), ..wanted.routes(path) };
            wanted.direct &= path.is_single() && routes.joined.name == slot;
            wanted.slots.push(routes);
        }
        wanted
    }

    /// Number of names.
    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    /// The names, each once.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(Vec::as_slice)
    }

    /// Number of slots.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Whether the chain reads the value of a slot with all inside it, not just passes it on.
    #[inline]
    pub(super) fn is_read_whole(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(|routes| routes.whole)
    }

    /// The place of `key` among the names. `next` is where to look first: records of one input mostly have
    /// their members in the same order.
    #[inline]
    pub(super) fn find(&self, key: &[u8], next: &mut usize) -> Option<usize> {
        if self.lengths >> key.len().min(63) & 1 == 0 {
            return None;
        }
        let (behind, ahead) = self.names.split_at_checked(*next)?;
        let found = match ahead.iter().position(|name| name == key) {
            Some(at) => *next + at,
            None => behind.iter().position(|name| name == key)?,
        };
        *next = found + 1;
        Some(found)
    }

    /// Where the value of a slot stands in `text`, given the values of the names found.
    #[inline]
    pub(super) fn item(&self, slot: usize, text: &[u8], found: &[Option<Item>]) -> Option<Item> {
        if self.direct {
            return found.get(slot).copied().flatten();
        }
        let routes = self.slots.get(slot)?;
        let member = |route: &Route| found.get(route.name).copied().flatten();
        if let Some(item) = member(&routes.joined) {
            return descend(text, item, &routes.joined.behind);
        }
        let route = routes.first.as_ref()?;
        descend(text, member(route)?, &route.behind)
    }

    fn routes(&mut self, path: &Path) -> SlotRoutes {
        let joined = Route { name: self.name(path.joined()), behind: path.behind_joined().to_vec() };
        let first = (path.first() != path.joined())
            .then(|| Route { name: self.name(path.first()), behind: path.behind_first().to_vec() });
        SlotRoutes { whole: false, joined, first }
    }

    fn name(&mut self, name: &str) -> usize {
        let name = name.as_bytes();
        self.lengths |= 1 << name.len().min(63);
        self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_vec());
            self.names.len() - 1
        })
    }
}

/// Walks down from a value; `None` where the path does not fit what stands there.
fn descend(text: &[u8], mut item: Item, path: &[Segment]) -> Option<Item> {
    for segment in path {
        let within = text.get(item.start..item.end)?;
        let found = match (segment, item.kind) {
            (Segment::Name(name), Kind::Object) => json::member(within, name.as_bytes())?,
            (Segment::Index(index), Kind::Array) => json::element(within, *index)?,
            _ => return None,
        };
        item = Item { start: item.start + found.start, end: item.start + found.end, ..found };
    }
    Some(item)
}
