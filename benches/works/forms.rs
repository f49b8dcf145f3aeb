//! The forms by name.

use std::io::{self, Write};

use crate::random::Random;
use crate::{access, keys, users, weather};

/// Writes so many records of one form.
pub(crate) type WriteForm = fn(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()>;

/// All of them.
pub(crate) const FORMS: &[(&str, WriteForm)] = &[
    ("access", access::ndjson),
    ("access-csv", access::csv),
    ("combined", access::combined),
    ("keys", keys::ndjson),
    ("owners", keys::owners),
    ("users", users::csv),
    ("weather", weather::lines),
];

/// The form of a name.
pub(crate) fn find(name: &str) -> Option<WriteForm> {
    FORMS.iter().find(|(own, _)| *own == name).map(|(_, write)| *write)
}
