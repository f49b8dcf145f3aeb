//! What a stage keeps of each open window, in the order in which windows close. Shared by aggregate, sort and
//! top.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Flow, Sink, Work};
use crate::error::Result;
use crate::record::Bounds;
use crate::time::Timestamp;

/// Something of each window; without windows one thing under `None`.
pub(super) struct Windows<T> {
    open: BTreeMap<Option<Bounds>, T>,
}

impl<T> Default for Windows<T> {
    fn default() -> Self {
        Self { open: BTreeMap::new() }
    }
}

impl<T> Windows<T> {
    /// What is kept of a window, made if there is nothing yet.
    pub(super) fn of(&mut self, window: Option<Bounds>, make: impl FnOnce() -> T) -> &mut T {
        self.open.entry(window).or_insert_with(make)
    }

    /// Adds what a later part kept: as it is, or by `merge` into what is here.
    pub(super) fn absorb(&mut self, part: Self, merge: impl Fn(&mut T, T) -> Result<()>) -> Result<()> {
        for (window, later) in part.open {
            match self.open.entry(window) {
                Entry::Vacant(entry) => {
                    entry.insert(later);
                }
                Entry::Occupied(mut entry) => merge(entry.get_mut(), later)?,
            }
        }
        Ok(())
    }

    /// Hands out the windows that end at or before `mark`, in order, for as long as more is wanted. Without a
    /// mark the input has ended: all windows close. The window that satisfied a limit is noted.
    fn close(
        &mut self,
        mark: Option<Timestamp>,
        work: &mut Work<'_>,
        mut emit: impl FnMut(Option<Bounds>, T, &mut Work<'_>) -> Result<Flow>,
    ) -> Result<Flow> {
        while let Some(entry) = self.open.first_entry() {
            if !is_closed(*entry.key(), mark) {
                break;
            }
            let (window, kept) = entry.remove_entry();
            if emit(window, kept, work)? == Flow::Enough {
                work.satisfied_by_window(window.map(|bounds| bounds.end));
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    /// [`Self::close`] in front of `next`: `emit` pushes what was kept of a window, then `next` learns that the
    /// window has closed, before the next one's records come. Windows that close together then do what they
    /// do when each closes alone. At the end of input, without a `mark`, stages close one after the other.
    pub(super) fn close_into(
        &mut self,
        mark: Option<Timestamp>,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
        mut emit: impl FnMut(Option<Bounds>, T, &mut Work<'_>, &mut dyn Sink) -> Result<Flow>,
    ) -> Result<Flow> {
        self.close(mark, work, |window, kept, work| {
            let flow = emit(window, kept, work, next)?;
            window.map_or(Ok(flow), |bounds| tell(flow, bounds.end, mark, work, next))
        })
    }

    /// Bytes held on the heap; `of` says what something of a window holds there.
    pub(super) fn heap_bytes(&self, of: impl Fn(&T) -> usize) -> usize {
        // The nodes of a map that grows at its end are hardly more than half full.
        2 * self.open.len() * size_of::<(Option<Bounds>, T)>() + self.open.values().map(of).sum::<usize>()
    }

    /// The window that closes next.
    pub(super) fn first(&self) -> Option<Bounds> {
        *self.open.first_key_value()?.0
    }

    /// Takes out everything.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (Option<Bounds>, T)> {
        std::mem::take(&mut self.open).into_iter()
    }

    /// Takes out what is kept where there are no windows.
    pub(super) fn take_whole(&mut self) -> Option<T> {
        self.open.remove(&None)
    }

    /// Takes out what is kept of a window.
    pub(super) fn remove(&mut self, window: Bounds) -> Option<T> {
        self.open.remove(&Some(window))
    }
}

/// Lets `next` know that a window has closed whose records were pushed, unless the input has ended.
fn tell(
    flow: Flow,
    end: Timestamp,
    mark: Option<Timestamp>,
    work: &mut Work<'_>,
    next: &mut dyn Sink,
) -> Result<Flow> {
    if mark.is_some() && flow == Flow::More { next.advance(end, work) } else { Ok(flow) }
}

/// What follows when the records of a window that ends at `end` were pushed, where windows are not kept in
/// [`Windows`]: `next` learns of it, and the window that satisfied a limit is noted.
pub(super) fn closed(
    flow: Flow,
    end: Timestamp,
    mark: Option<Timestamp>,
    work: &mut Work<'_>,
    next: &mut dyn Sink,
) -> Result<Flow> {
    let flow = tell(flow, end, mark, work, next)?;
    if flow == Flow::Enough {
        work.satisfied_by_window(Some(end));
    }
    Ok(flow)
}

/// Bytes of a window in front of a key on disk.
pub(super) const BOUNDS: usize = 24;

/// Appends a window as bytes whose order is that in which windows close.
pub(super) fn write_bounds(bounds: Bounds, out: &mut Vec<u8>) {
    for time in [bounds.end, bounds.start] {
        out.extend_from_slice(&time.order_bytes());
    }
}

/// The window in front of a key.
pub(super) fn read_bounds(key: &[u8]) -> Option<Bounds> {
    let time = |at: usize| {
        let seconds = i64::from_be_bytes(*key.get(at..)?.first_chunk()?) ^ i64::MIN;
        Timestamp::new(seconds, u32::from_be_bytes(*key.get(at + size_of::<i64>()..)?.first_chunk()?))
    };
    Some(Bounds { end: time(0)?, start: time(BOUNDS / 2)? })
}

/// Records of one window that a stage gives away when it closes.
pub(super) trait Contents {
    /// Pushes them.
    fn emit(self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow>;

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;
}

/// The windows of a stage that holds records back. Without windows they leave at the end of the input.
pub(super) struct HeldBack<T> {
    windowed: bool,
    windows: Windows<T>,
}

impl<T: Contents> HeldBack<T> {
    /// No records yet.
    pub(super) fn new(windowed: bool) -> Self {
        Self { windowed, windows: Windows::default() }
    }

    /// The records of a window, made if there are none yet.
    pub(super) fn of(&mut self, window: Option<Bounds>, make: impl FnOnce() -> T) -> &mut T {
        self.windows.of(window, make)
    }

    /// [`super::Stage::advance`]: where records leave at the end, no watermark may run ahead of them.
    pub(super) fn advance(
        &mut self,
        mark: Timestamp,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        if !self.windowed {
            return Ok(Flow::More);
        }
        if self.close(Some(mark), work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        next.advance(mark, work)
    }

    /// [`super::Stage::finish`].
    pub(super) fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.close(None, work, next).map(drop)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.windows.heap_bytes(T::heap_bytes)
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.windows.close_into(mark, work, next, |_, records, work, next| records.emit(work, next))
    }
}

/// Whether a window ends at or before `mark`; without a mark all do.
pub(super) fn is_closed(window: Option<Bounds>, mark: Option<Timestamp>) -> bool {
    match (window, mark) {
        (_, None) => true,
        (Some(bounds), Some(mark)) => bounds.end <= mark,
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Env, Findings, Limits, Pins};
    use crate::stage::work::Enough;
    use crate::time::{Duration, TimeReader, Zone};

    fn second(second: i64) -> Timestamp {
        Timestamp::new(second, 0).unwrap()
    }

    fn window(start: i64) -> Option<Bounds> {
        Some(Bounds { start: second(start), end: second(start + 10) })
    }

    /// What closes, and what satisfied the reader, who wants `most`.
    fn closed(
        windows: &mut Windows<u32>,
        mark: Option<Timestamp>,
        most: usize,
    ) -> (Vec<u32>, Option<Enough>) {
        let zone = Zone::utc();
        let times = TimeReader::new(zone.clone());
        let env = Env { zone, times, now: Timestamp::MIN, pins: Pins::default(), time: None, sources: None };
        let limits = Limits { details: 0, keep_rejects: false, keep_late: false };
        let mut work = Work::new(&env, Findings::new(limits, 0), Duration::NANOSECOND);
        let mut out = Vec::new();
        let flow = windows.close(mark, &mut work, |_, kept, _| {
            out.push(kept);
            Ok(if out.len() < most { Flow::More } else { Flow::Enough })
        });
        assert_eq!(flow.unwrap() == Flow::Enough, out.len() == most);
        (out, work.enough)
    }

    #[test]
    fn windows_close_in_order_at_their_end() {
        let mut windows = Windows::default();
        for start in [20, 0, 10] {
            *windows.of(window(start), || 0) += start as u32;
        }
        assert_eq!(closed(&mut windows, Some(second(9)), 9).0, [0; 0]);
        assert_eq!(closed(&mut windows, Some(second(20)), 9).0, [0, 10]);
        assert_eq!(closed(&mut windows, None, 9).0, [20]);
    }

    #[test]
    fn bounds_on_disk_are_in_the_order_of_closing() {
        let times = [
            Timestamp::MIN,
            Timestamp::new(-1, 5).unwrap(),
            second(0),
            Timestamp::new(0, 1).unwrap(),
            Timestamp::MAX,
        ];
        let mut all: Vec<(Bounds, Vec<u8>)> = Vec::new();
        for (end, start) in times.iter().flat_map(|end| times.map(|start| (*end, start))) {
            let mut key = Vec::new();
            write_bounds(Bounds { end, start }, &mut key);
            assert_eq!((key.len(), read_bounds(&key)), (BOUNDS, Some(Bounds { end, start })));
            all.push((Bounds { end, start }, key));
        }
        all.sort_by(|left, right| left.1.cmp(&right.1));
        assert!(all.is_sorted_by_key(|(bounds, _)| *bounds));
        assert_eq!(read_bounds(&[0; BOUNDS - 1]), None);
    }

    #[test]
    fn enough_leaves_the_rest() {
        let mut windows = Windows::default();
        for start in [0, 10] {
            windows.of(window(start), || start as u32);
        }
        let satisfied = Some(Enough::Window(second(10)));
        assert_eq!(closed(&mut windows, None, 1), (vec![0], satisfied));
        assert_eq!(windows.open.values().count(), 1);
    }

    #[test]
    fn no_watermark_closes_what_has_no_window() {
        let mut windows = Windows::default();
        windows.of(None, || 1);
        assert_eq!(closed(&mut windows, Some(Timestamp::MAX), 9).0, [0; 0]);
        assert_eq!(closed(&mut windows, None, 9).0, [1]);
    }
}
