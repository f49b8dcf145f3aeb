//! Names as keys of logfmt: what a key cannot hold becomes `_`, and no two names of a record one key.

use std::collections::BTreeSet;

/// The keys of a record that has a name which is no key.
///
/// A name that is one stays as it is; another gives way to those and to earlier ones, as `a_b_2`.
#[derive(Default)]
pub(super) struct Keys {
    names: Vec<u8>,
    /// Where each name ends, and whether it is a key as it stands.
    ends: Vec<(usize, bool)>,
    /// Of the record before, whose keys are known.
    known: (Vec<u8>, Vec<(usize, bool)>),
    keys: Vec<Vec<u8>>,
}

impl Keys {
    /// Begins a record.
    pub(super) fn begin(&mut self) {
        self.known = (std::mem::take(&mut self.names), std::mem::take(&mut self.ends));
    }

    /// Adds the name of the next field.
    pub(super) fn add(&mut self, (name, fits): (&[u8], bool)) {
        self.names.extend_from_slice(name);
        self.ends.push((self.names.len(), fits));
    }

    /// The keys of the fields, in their order.
    pub(super) fn spelled(&mut self) -> impl Iterator<Item = &[u8]> {
        if self.known.0 != self.names || self.known.1 != self.ends {
            self.keys = keys_of(&self.listed());
        }
        self.keys.iter().map(Vec::as_slice)
    }

    fn listed(&self) -> Vec<(&[u8], bool)> {
        let mut start = 0;
        let mut name = |end| self.names.get(std::mem::replace(&mut start, end)..end).unwrap_or(&[]);
        self.ends.iter().map(|&(end, fits)| (name(end), fits)).collect()
    }
}

fn keys_of(names: &[(&[u8], bool)]) -> Vec<Vec<u8>> {
    let mut taken: BTreeSet<Vec<u8>> =
        names.iter().filter(|(_, fits)| *fits).map(|(name, _)| name.to_vec()).collect();
    let key = |&(name, fits): &(&[u8], bool)| {
        if fits {
            return name.to_vec();
        }
        let mut key = Vec::new();
        write_key(name, &mut key);
        let (stem, mut number) = (key.len(), 1);
        while !taken.insert(key.clone()) {
            number += 1;
            key.truncate(stem);
            key.extend_from_slice(format!("_{number}").as_bytes());
        }
        key
    };
    names.iter().map(key).collect()
}

/// Whether a name is a key as it stands.
pub(super) fn fits(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(fits_byte)
}

/// Appends a name as a key; what a key cannot hold becomes `_`.
fn write_key(name: &[u8], out: &mut Vec<u8>) {
    if name.is_empty() {
        out.push(b'_');
    }
    out.extend(name.iter().map(|byte| if fits_byte(byte) { *byte } else { b'_' }));
}

fn fits_byte(byte: &u8) -> bool {
    !matches!(byte, 0..=b' ' | b'"' | b'=' | 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_one_key() {
        let keys = |names: &[&str]| -> Vec<String> {
            let names: Vec<_> = names.iter().map(|name| (name.as_bytes(), fits(name.as_bytes()))).collect();
            keys_of(&names).into_iter().map(|key| String::from_utf8(key).unwrap()).collect()
        };
        assert_eq!(keys(&["a b", "a_b", "a=b"]), ["a_b_2", "a_b", "a_b_3"]);
        assert_eq!(keys(&["", "_", "a b", "a_b_2", "a\"b"]), ["__2", "_", "a_b", "a_b_2", "a_b_3"]);
        // Names that are keys may come twice, as they do in JSON.
        assert_eq!(keys(&["a", "a", " "]), ["a", "a", "_"]);
    }

    #[test]
    fn keys_of_records_alike_are_kept() {
        let mut keys = Keys::default();
        for (names, spelled) in [(["a b", "c"], "a_b c"), (["a b", "c"], "a_b c"), (["a", " b"], "a _b")] {
            keys.begin();
            names.iter().for_each(|name| keys.add((name.as_bytes(), fits(name.as_bytes()))));
            let found: Vec<String> =
                keys.spelled().map(|key| String::from_utf8_lossy(key).into_owned()).collect();
            assert_eq!(found.join(" "), spelled);
        }
    }
}
