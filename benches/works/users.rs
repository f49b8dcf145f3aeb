//! Who makes the accesses: one record for each user, in CSV.

use std::io::{self, Write};

use crate::random::Random;

const SEGMENTS: u64 = 12;
const COUNTRIES: &[&str] = &["br", "de", "fr", "id", "in", "jp", "mx", "ng", "us", "vn"];

/// Writes users with the numbers from 0.
pub(crate) fn csv(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "user_id,segment,country")?;
    for number in 0..records {
        writeln!(out, "{number},segment-{:02},{}", random.below(SEGMENTS), random.one(COUNTRIES))?;
    }
    Ok(())
}
