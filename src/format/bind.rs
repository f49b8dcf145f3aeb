//! Binds the fields that a chain names to the places of a format whose records are lists of named fields.

use crate::record::Fields;

/// For each slot of `wanted` the place of its field among `names`, if there is one.
///
/// A value of such a format is text, so a path into it (`tags[0]`, or `user.id` where there is only
/// `user`) leads nowhere.
pub fn bind<T: AsRef<str>>(names: &[T], wanted: &Fields) -> Vec<Option<usize>> {
    let place = |name: &str| names.iter().position(|known| known.as_ref() == name);
    let bound = wanted.paths().iter().map(|path| {
        let whole = path.behind_joined().is_empty();
        if whole { place(path.joined()) } else { None }
    });
    bound.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Path, Segment};

    #[test]
    fn names_are_found_and_paths_into_text_are_not() {
        let mut wanted = Fields::default();
        let name = |name: &str| Segment::Name(name.to_owned());
        for path in [
            Path::name("b"),
            Path::new(vec![name("user"), name("id")]),
            Path::new(vec![name("b"), Segment::Index(0)]),
            Path::name("user"),
            Path::new(vec![name("b"), name("x")]),
        ] {
            wanted.slot(&path);
        }
        assert_eq!(bind(&["a", "b", "user.id"], &wanted), [Some(1), Some(2), None, None, None]);
    }
}
