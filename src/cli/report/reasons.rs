//! Why an exit status is 1: the totals of what `--allow` does not accept.

use super::{late, not_computed, partly_late, records};
use crate::engine::{Allow, Allowance};
use crate::record::Findings;

/// The reasons, in the order of the report; none where the exit status is 0.
pub(super) fn of(found: &Findings, allow: &Allow) -> Vec<String> {
    let is_over = |count: u64, allowed: Option<Allowance>| {
        count > 0 && !allowed.is_some_and(|allowance| allowance.holds(count, found.read))
    };
    let faults = found.faults.iter().map(|faults| faults.count).sum();
    // Late and partly late records are allowed together.
    let is_late = is_over(found.late.saturating_add(found.partly_late), allow.late);
    let reasons = [
        is_over(found.rejected, allow.rejected).then(|| format!("{} rejected", records(found.rejected))),
        (is_late && found.late > 0).then(|| late(found)),
        (is_late && found.partly_late > 0).then(|| partly_late(found)),
        is_over(faults, allow.values).then(|| not_computed(faults)),
    ];
    reasons.into_iter().flatten().collect()
}
