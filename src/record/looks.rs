//! How the untyped values of each field left as JSON: as numbers, or as text though they may be meant as numbers.

use crate::hash::Map;

/// Fields of which a run knows; those that come first in the output.
const MOST: usize = 256;

/// What was seen of one field.
#[derive(Clone, Default, Debug)]
struct Look {
    /// The field's name.
    name: Vec<u8>,
    /// Some values left as numbers.
    numbers: bool,
    /// The first value like `598e033` that left as text.
    id: Option<Vec<u8>>,
}

/// What was seen of all fields, in the order in which they were met.
#[derive(Default, Debug)]
pub struct Looks {
    list: Vec<Look>,
    places: Map<Vec<u8>, usize>,
    /// Where the next field is expected: records are alike.
    next: usize,
}

impl Looks {
    /// Notes a value that left as a number.
    #[inline]
    pub fn number(&mut self, name: &[u8]) {
        self.of(name).numbers = true;
    }

    /// Notes a value that left as text.
    #[cold]
    pub fn id(&mut self, name: &[u8], spelled: &[u8]) {
        self.of(name).id.get_or_insert_with(|| spelled.to_vec());
    }

    /// Adds what was seen later.
    pub fn append(&mut self, later: Self) {
        for Look { name, numbers, id } in later.list {
            if self.list.len() >= MOST && !self.places.contains_key(&name) {
                continue;
            }
            let known = self.of(&name);
            known.numbers |= numbers;
            known.id = known.id.take().or(id);
        }
    }

    /// The fields that left both ways.
    pub fn mixed(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.list
            .iter()
            .filter(|look| look.numbers)
            .filter_map(|look| Some((&*look.name, look.id.as_deref()?)))
    }

    #[inline]
    fn of(&mut self, name: &[u8]) -> &mut Look {
        let at = match self.list.get(self.next) {
            Some(look) if look.name == name => self.next,
            _ => self.place(name),
        };
        self.next = if at + 1 < self.list.len() { at + 1 } else { 0 };
        &mut self.list[at]
    }

    #[inline(never)]
    fn place(&mut self, name: &[u8]) -> usize {
        if let Some(&at) = self.places.get(name) {
            return at;
        }
        self.places.insert(name.to_vec(), self.list.len());
        self.list.push(Look { name: name.to_vec(), ..Look::default() });
        self.list.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_does_not_depend_on_cuts() {
        let seen: [(&[u8], &[u8]); 6] =
            [(b"a", b""), (b"b", b"1e5"), (b"a", b"2e3"), (b"b", b"7e7"), (b"c", b""), (b"a", b"")];
        for cut in 0..=seen.len() {
            let mut run = Looks::default();
            for part in [&seen[..cut], &seen[cut..]] {
                let mut block = Looks::default();
                for (name, id) in part {
                    if id.is_empty() { block.number(name) } else { block.id(name, id) }
                }
                run.append(block);
            }
            assert_eq!(run.mixed().collect::<Vec<_>>(), [(&b"a"[..], &b"2e3"[..])], "{cut}");
        }
    }

    #[test]
    fn the_first_fields_are_known() {
        let mut run = Looks::default();
        for field in 0..2 * MOST {
            let mut block = Looks::default();
            let name = field.to_string();
            block.number(name.as_bytes());
            block.id(name.as_bytes(), b"1e1");
            run.append(block);
        }
        assert_eq!(run.mixed().count(), MOST);
    }
}
