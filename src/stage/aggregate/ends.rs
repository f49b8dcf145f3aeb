//! When open sessions end.
//!
//! Most sessions are extended several times before they end, and none needs to be in order before its end is near. So
//! they wait in buckets of some time each, unordered, at the end that they had when they were put there. Once that
//! bucket's time has come they move on to that of their end by now, or into a heap.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::time::{Duration, Timestamp};

/// Buckets in the pause that ends a session.
const BUCKETS: i64 = 256;

/// Places of sessions, each once, by their ends.
pub(super) struct Ends {
    /// Seconds of a bucket.
    width: i64,
    /// Sessions by the bucket of an end that they have reached.
    far: BTreeMap<i64, Vec<u32>>,
    /// Those whose bucket's time has come, each at an end that it has reached.
    near: BinaryHeap<Reverse<(Timestamp, u32)>>,
    /// The buckets below this one are in the heap.
    next: i64,
    places: usize,
}

impl Ends {
    /// None; sessions end `gap` behind their last event.
    pub(super) fn new(gap: Duration) -> Self {
        let width = (gap.seconds() / BUCKETS).max(1);
        Self { width, far: BTreeMap::new(), near: BinaryHeap::new(), next: i64::MIN, places: 0 }
    }

    /// Adds a session that ends then, or later if it is extended.
    pub(super) fn push(&mut self, end: Timestamp, place: u32) {
        self.places += 1;
        self.put(end, place);
    }

    /// Takes out the session that ends first, if it ends at or before `mark` or there is no mark. `end_of` gives
    /// the end of a session by now; `None`: it has none any more, and is taken out whenever it is met.
    pub(super) fn pop(
        &mut self,
        mark: Option<Timestamp>,
        end_of: impl Fn(u32) -> Option<Timestamp>,
    ) -> Option<u32> {
        loop {
            self.come_near(mark, &end_of);
            let Reverse((end, place)) = *self.near.peek()?;
            if mark.is_some_and(|mark| end > mark) {
                return None;
            }
            self.near.pop();
            match end_of(place) {
                Some(now) if now > end => self.put(now, place),
                _ => {
                    self.places -= 1;
                    return Some(place);
                }
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        // A bucket has room for at most twice its places.
        self.near.capacity() * size_of::<(Timestamp, u32)>() + 2 * self.places * size_of::<u32>()
    }

    fn put(&mut self, end: Timestamp, place: u32) {
        let bucket = self.bucket(end);
        if bucket < self.next {
            self.near.push(Reverse((end, place)));
        } else {
            self.far.entry(bucket).or_default().push(place);
        }
    }

    /// Moves the buckets whose time has come into the heap, or the first if there is no mark and the heap is empty.
    fn come_near(&mut self, mark: Option<Timestamp>, end_of: impl Fn(u32) -> Option<Timestamp>) {
        while let Some(first) = self.far.first_entry() {
            let has_come = match mark {
                Some(mark) => *first.key() <= mark.seconds().div_euclid(self.width),
                None => self.near.is_empty(),
            };
            if !has_come {
                return;
            }
            let (bucket, places) = first.remove_entry();
            self.next = bucket + 1;
            for place in places {
                // One that has no end any more must only be met.
                self.put(end_of(place).unwrap_or(Timestamp::MIN), place);
            }
        }
    }

    fn bucket(&self, end: Timestamp) -> i64 {
        end.seconds().div_euclid(self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(tenths: i64) -> Timestamp {
        Timestamp::new(tenths.div_euclid(10), tenths.rem_euclid(10) as u32 * 100_000_000).unwrap()
    }

    proptest! {
        /// Sessions begin, are extended, lose their ends, and the mark moves on; they come out as from a list that is
        /// searched. How wide buckets are, which `gap` says, must not show.
        #[test]
        fn sessions_end_in_order(
            gap in 1..2000i64,
            pause in 1..100i64,
            steps in prop::collection::vec((0..4u8, 0..60i64, 0..1000usize), 0..80),
        ) {
            let mut ends = Ends::new(Duration::parse(format!("{gap}s").as_bytes()).unwrap());
            let mut sessions: Vec<Option<Timestamp>> = Vec::new();
            let mut inside: Vec<u32> = Vec::new();
            let mut now = 0;
            let marks = steps.len();
            for (step, (kind, by, which)) in steps.into_iter().chain([(9, 0, 0)]).enumerate() {
                let place = if inside.is_empty() { None } else { Some(inside[which % inside.len()]) };
                match (kind, place) {
                    (0, _) => {
                        inside.push(sessions.len() as u32);
                        ends.push(at(now + pause - by.min(pause)), sessions.len() as u32);
                        sessions.push(Some(at(now + pause - by.min(pause))));
                    }
                    (1, Some(place)) => {
                        let end = &mut sessions[place as usize];
                        *end = end.map(|end| end.max(at(now + pause + by)));
                    }
                    (2, Some(place)) => sessions[place as usize] = None,
                    _ => {
                        now += by;
                        let mark = (step < marks).then(|| at(now));
                        let mut out = Vec::new();
                        while let Some(place) = ends.pop(mark, |place| sessions[place as usize]) {
                            inside.retain(|other| *other != place);
                            out.extend(sessions[place as usize]);
                        }
                        prop_assert!(out.is_sorted() && out.iter().all(|end| mark.is_none_or(|mark| *end <= mark)));
                        let left = inside.iter().filter_map(|place| sessions[*place as usize]);
                        for end in left {
                            prop_assert!(mark.is_some_and(|mark| end > mark));
                        }
                    }
                }
            }
            prop_assert!(inside.is_empty());
        }
    }
}
