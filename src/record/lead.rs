//! The record whose event time is ahead of all others, and how many were late because of it alone: a clock that was
//! wrong once makes all that follow late, and no lateness is the remedy.

use super::{Late, Origin};
use crate::time::{Duration, Timestamp};

/// Records that are many, and a jump that is far even if it made fewer late: between a clock that was wrong and a record
/// that took long nothing else decides.
const MANY: u64 = 3;
const FAR: Duration = Duration::of_seconds(86_400);

/// The latest of some records that follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lead {
    /// Its event time.
    pub time: Timestamp,
    /// Where it is; `None` if it came before these, or is ahead by no more than the lateness.
    pub origin: Option<Origin>,
    /// The highest event time before it, as far as it is known.
    pub before: Option<Timestamp>,
    /// The highest event time of all others.
    pub second: Option<Timestamp>,
}

impl Lead {
    /// The latest of these and of later ones. Both may have seen the same record; only one of them says where it is.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        let second = self.second.max(later.second);
        match self.time.cmp(&later.time) {
            std::cmp::Ordering::Less => Self {
                before: later.before.max(Some(self.time)),
                second: second.max(Some(self.time)),
                ..later
            },
            std::cmp::Ordering::Greater => Self { second: second.max(Some(later.time)), ..self },
            // Two that say where they are are two records.
            std::cmp::Ordering::Equal if self.origin.is_some() && later.origin.is_some() => {
                Self { second: Some(self.time), ..self }
            }
            std::cmp::Ordering::Equal => Self { origin: self.origin.or(later.origin), second, ..self },
        }
    }
}

/// The records that were late while one record was the latest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reign {
    /// Those of them that would not have been late without it.
    late: u64,
    /// The highest event time of those so far.
    floor: Option<Timestamp>,
    /// How far the latest record must be ahead, so that none that came after it was on time: the lateness and the
    /// longest of their windows.
    reach: Duration,
}

impl Default for Reign {
    fn default() -> Self {
        Self { late: 0, floor: None, reach: Duration::ZERO }
    }
}

impl Reign {
    /// Takes a record that was late, in the order of the input.
    pub fn note(&mut self, lead: &Lead, late: &Late) {
        if late.highest != lead.time || late.origin.is_none() {
            return;
        }
        let lateness = late.highest.since(late.mark);
        let others = self.floor.max(lead.before);
        let is_on_time = others.is_none_or(|others| others.saturating_sub(lateness) < late.end);
        self.late += u64::from(is_on_time);
        self.floor = self.floor.max(Some(late.time));
        let window = late.end.since(late.time).to_nanos();
        let reach = Duration::from_nanos(lateness.to_nanos().saturating_add(window));
        self.reach = self.reach.max(reach.unwrap_or(self.reach));
    }
}

/// A record whose time was far ahead of all others, which made most of those late that were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Jump {
    /// Where it is.
    pub origin: Origin,
    /// Its event time.
    pub time: Timestamp,
    /// How far it is ahead of all others.
    pub ahead: Duration,
    /// How many it made late.
    pub late: u64,
}

impl Jump {
    /// The jump that explains most of `late` records: without it more than half of them would have been on time, and
    /// it is so far ahead that none was on time after it. `MANY` or `FAR`.
    pub fn of(lead: &Lead, reign: &Reign, late: u64) -> Option<Self> {
        let ahead = lead.time.since(lead.second?);
        let is_much = reign.late >= MANY || reign.late > 0 && ahead >= FAR;
        let explains = is_much && reign.late > late / 2 && ahead > reign.reach;
        let origin = lead.origin.filter(|_| explains)?;
        Some(Self { origin, time: lead.time, ahead, late: reign.late })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(second, 0).unwrap()
    }

    fn seconds(seconds: i64) -> Duration {
        Duration::of_seconds(seconds)
    }

    /// The lead of records as a worker finds it that knows `incoming` as the highest before them; `lateness` in seconds.
    fn lead_of(times: &[(u64, i64)], incoming: Option<i64>, lateness: i64) -> Option<Lead> {
        let mut lead: Option<Lead> =
            incoming.map(|time| Lead { time: at(time), origin: None, before: None, second: None });
        for &(line, time) in times {
            let time = at(time);
            lead = Some(match lead {
                Some(lead) if time <= lead.time => Lead { second: lead.second.max(Some(time)), ..lead },
                lead => {
                    let before = lead.map(|lead| lead.time);
                    Lead { time, origin: Some(Origin { source: 0, line, nth: 0 }), before, second: before }
                }
            });
        }
        let is_ahead =
            |lead: &Lead| lead.second.is_none_or(|second| lead.time.since(second) > seconds(lateness));
        lead.map(|lead| Lead { origin: lead.origin.filter(|_| is_ahead(&lead)), ..lead })
    }

    proptest! {
        /// However records are cut into blocks, and whatever a worker knew of those before.
        #[test]
        fn the_lead_is_that_of_all_records(times in prop::collection::vec(0..30_i64, 1..12), cuts in prop::collection::vec(1..5_usize, 1..12), stale in 0..12_usize) {
            let all: Vec<(u64, i64)> = (1..).zip(times.iter().copied()).collect();
            let whole = lead_of(&all, None, 3).unwrap();
            let (mut rest, mut known) = (&all[..], None::<Lead>);
            for cut in cuts.iter().chain(std::iter::repeat(&3)) {
                if rest.is_empty() {
                    break;
                }
                let (block, behind) = rest.split_at((*cut).min(rest.len()));
                let before = all.len() - rest.len();
                let incoming = times[..before.min(stale)].iter().copied().max();
                let lead = lead_of(block, incoming, 3).unwrap();
                known = Some(known.map_or(lead, |known| known.and(lead)));
                rest = behind;
            }
            let known = known.unwrap();
            // Of one that others come near nothing but that is known.
            let is_ahead = |lead: &Lead| lead.second.is_none_or(|second| lead.time.since(second) > seconds(3));
            prop_assert_eq!((known.time, is_ahead(&known)), (whole.time, is_ahead(&whole)));
            if is_ahead(&whole) {
                prop_assert_eq!(known, whole);
            }
        }
    }

    fn late(time: i64, highest: i64) -> Late {
        let origin = Some(Origin { source: 0, line: 1, nth: 0 });
        let (time, highest) = (at(time), at(highest));
        Late {
            origin,
            time,
            end: time.saturating_add(seconds(1)),
            mark: highest.saturating_sub(seconds(10)),
            highest,
            kept: None,
        }
    }

    fn jump(lead: (i64, i64, i64), lates: &[(i64, i64)]) -> Option<(Duration, u64)> {
        let (time, before, second) = lead;
        let origin = Some(Origin { source: 0, line: 7, nth: 0 });
        let lead = Lead { time: at(time), origin, before: Some(at(before)), second: Some(at(second)) };
        let mut reign = Reign::default();
        lates.iter().for_each(|&(time, highest)| reign.note(&lead, &late(time, highest)));
        Jump::of(&lead, &reign, lates.len() as u64).map(|jump| (jump.ahead, jump.late))
    }

    #[test]
    fn a_jump_explains_most() {
        let day = 86_400;
        let cases = [
            // Three of four would have been on time.
            (
                (1000, 100, 103),
                &[(20, 100), (101, 1000), (102, 1000), (103, 1000)][..],
                Some((seconds(897), 3)),
            ),
            // Two that followed are few, unless it is far ahead.
            ((1000, 100, 102), &[(101, 1000), (102, 1000)], None),
            ((2 * day, 100, 102), &[(101, 2 * day), (102, 2 * day)], Some((seconds(2 * day - 102), 2))),
            // They would have been late all the same.
            ((2 * day, 500, 500), &[(101, 2 * day), (102, 2 * day), (103, 2 * day)], None),
            // Others came near it.
            ((1000, 100, 995), &[(101, 1000), (102, 1000), (103, 1000)], None),
            // Most were late before it.
            (
                (1000, 100, 103),
                &[(20, 100), (21, 100), (22, 100), (101, 1000), (102, 1000), (103, 1000)],
                None,
            ),
        ];
        for (lead, lates, expected) in cases {
            assert_eq!(jump(lead, lates), expected, "{lead:?} {lates:?}");
        }
    }
}
