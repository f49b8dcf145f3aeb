//! Records of which none has the key of another, in random order, and who owns them.

use std::io::{self, Write};

use crate::random::Random;

/// A prime, larger than any number of records: its multiples meet all of them, in another order.
const STRIDE: u64 = 1_000_000_007;
const NOTE: &str = "some text to be longer";

/// Writes one object a line, about 100 bytes.
pub(crate) fn ndjson(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..records {
        let (id, status, path) = (id(number), 200 + 100 * random.below(4), random.skewed(200));
        writeln!(
            out,
            "{{\"id\":\"{id:016x}\",\"n\":{number},\"status\":{status},\"path\":\"/a/{path}\",\"note\":\"{NOTE}\"}}"
        )?;
    }
    Ok(())
}

/// Writes a record for each of as many ids, in another order.
pub(crate) fn owners(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..records {
        let (id, owner, size) = (id(number * STRIDE % records), random.below(100_000), random.skewed(60_000));
        writeln!(
            out,
            "{{\"id\":\"{id:016x}\",\"owner\":\"owner-{owner}\",\"size\":{size},\"text\":\"{NOTE}\"}}"
        )?;
    }
    Ok(())
}

/// The id of a number, all different: what a generator makes of a state is as good as the state.
fn id(number: u64) -> u64 {
    Random::new(number).bits()
}
