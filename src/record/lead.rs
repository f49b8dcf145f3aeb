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
    /// Where it stands; `None` if it came before these, or is ahead by no more than the lateness.
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
    /// Where it stands.
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
    /// it is so far ahead that none was on time after it. [`MANY`] or [`FAR`].
    pub fn of(lead: &Lead, reign: &Reign, late: u64) -> Option<Self> {
        let ahead = lead.time.since(lead.second?);
        let is_much = reign.late >= MANY || reign.late > 0 && ahead >= FAR;
        let explains = is_much && reign.late > late / 2 && ahead > reign.reach;
        let origin = lead.origin.filter(|_| explains)?;
        Some(Self { origin, time: lead.time, ahead, late: reign.late })
    }
}
