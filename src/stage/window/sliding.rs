//! Sliding windows: a record is put into its slice, one STEP long, and the aggregate puts slices together. Where
//! some stage before the aggregate reads the bounds, the record stands once in each of its windows instead.

use std::sync::{Arc, OnceLock};

use super::{Ended, count_late, count_partly_late, reject_beyond};
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds};
use crate::stage::outline::Outline;
use crate::stage::take_time::{mark_of, reject_without_time};
use crate::stage::{Step, Work};
use crate::time::{Duration, Size, Timestamp, Zone};

/// Windows that start every step and are several steps long.
#[derive(Debug)]
pub struct Sliding {
    step: Size,
    /// Steps of a window.
    steps: i128,
    offset: Duration,
    outline: Outline,
    /// Set while a later stage is bound: it reads the bounds.
    bounds_read: OnceLock<()>,
}

/// The slice that holds a time, and the windows over it.
#[derive(Clone, Copy)]
struct Slice {
    number: i128,
    start: Timestamp,
    /// Where the slice and the first window over it end.
    end: Timestamp,
    /// Where the last window over it ends.
    last_end: Timestamp,
}

impl Sliding {
    /// Windows of `steps` times `step`.
    pub(super) fn new(step: Size, steps: u64, offset: Duration, outline: Outline) -> Self {
        Self { step, steps: steps.into(), offset, outline, bounds_read: OnceLock::new() }
    }

    /// Notes that a stage before the aggregate reads the bounds of a record's windows.
    pub(in crate::stage) fn note_bounds_read(&self) {
        let _ = self.bounds_read.set(());
    }

    /// Whether a record stands once in each of its windows.
    pub(in crate::stage) fn repeats_records(&self) -> bool {
        self.bounds_read.get().is_some()
    }

    /// Slices of a window.
    pub(in crate::stage) fn steps(&self) -> i128 {
        self.steps
    }

    /// The number of the slice that holds `t`.
    pub(in crate::stage) fn number(&self, t: Timestamp, zone: &Zone) -> Option<i128> {
        self.step.number(t, self.offset, zone)
    }

    /// When the slice of a number starts.
    pub(in crate::stage) fn start(&self, number: i128, zone: &Zone) -> Option<Timestamp> {
        self.step.start(number, self.offset, zone)
    }

    /// The slice that holds `t`; `None` if a window over it reaches beyond the years 1 to 9999.
    fn slice(&self, t: Timestamp, zone: &Zone) -> Option<Slice> {
        let number = self.number(t, zone)?;
        let _first_start = self.start(number + 1 - self.steps, zone)?;
        Some(Slice {
            number,
            start: self.start(number, zone)?,
            end: self.start(number + 1, zone)?,
            last_end: self.start(number + self.steps, zone)?,
        })
    }

    /// The number of the first slice behind the first window over `slice` that has not ended at `mark`, and
    /// where that window ends; `None` if all have ended.
    fn first_open(&self, slice: &Slice, mark: Option<Timestamp>, zone: &Zone) -> Option<(i128, Timestamp)> {
        match mark {
            Some(mark) if mark >= slice.last_end => None,
            Some(mark) if mark >= slice.end => {
                let next = self.number(mark, zone)? + 1;
                Some((next, self.start(next, zone)?))
            }
            _ => Some((slice.number + 1, slice.end)),
        }
    }

    /// Whether there is room for each live record in each of its windows.
    fn fits(&self, batch: &Batch, room: usize) -> bool {
        let records = i128::try_from(batch.live.len()).unwrap_or(i128::MAX);
        let most = i128::try_from(room / batch.record_bytes(0)).unwrap_or(i128::MAX);
        records.saturating_mul(self.steps) <= most
    }

    #[cold]
    fn too_many(&self) -> Error {
        Error::new(format!("a record in each of its {} windows does not fit into --memory", self.steps))
            .help("read window_start and window_end after the aggregate only, or take a longer --every")
    }

    /// The windows over a slice from the one on that ends in front of slice `next`.
    fn windows(&self, slice: &Slice, next: i128, zone: &Zone) -> impl Iterator<Item = Bounds> {
        (next..=slice.number + self.steps).filter_map(move |next| {
            let (start, end) = (self.start(next - self.steps, zone)?, self.start(next, zone)?);
            Some(Bounds { end, start })
        })
    }
}

impl Step for Arc<Sliding> {
    fn apply(&self, batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        if self.repeats_records() && !self.fits(&batch, work.room) {
            work.too_large = Some(self.too_many());
            return Ok(batch);
        }
        let incoming = work.incoming_watermark();
        let zone = &work.env.zone;
        // One place in a window each: a record once with its slice, or once for each window.
        let mut places: Vec<(u32, Bounds)> = Vec::with_capacity(batch.live.len());
        let mut last: Option<Slice> = None;
        for &row in &batch.live {
            let Some(time) = batch.time(row) else {
                reject_without_time(&batch, row, &self.outline, work);
                continue;
            };
            let known = last.filter(|slice| slice.start <= time && time < slice.end);
            let Some(slice) = known.or_else(|| self.slice(time, zone)) else {
                reject_beyond(&batch, row, &self.outline, work);
                continue;
            };
            last = Some(slice);
            let mark = mark_of(&batch, row, incoming);
            let Some((next, end)) = self.first_open(&slice, mark, zone) else {
                if let Some(mark) = mark {
                    let ended = Ended { row, time, end: slice.end, mark };
                    count_late(&batch, ended, &self.outline, work);
                }
                continue;
            };
            if let Some(mark) = mark.filter(|_| next > slice.number + 1) {
                count_partly_late(&batch, Ended { row, time, end: slice.end, mark }, work);
            }
            work.holds_until(end);
            if self.repeats_records() {
                places.extend(self.windows(&slice, next, zone).map(|window| (row, window)));
            } else {
                places.push((row, Bounds { end, start: slice.start }));
            }
        }
        Ok(place(batch, &places, self.repeats_records()))
    }

    fn repeats(&self) -> bool {
        self.repeats_records()
    }

    fn keeps(&self) -> String {
        "the highest event time".to_owned()
    }
}

/// The records in their windows.
fn place(mut batch: Batch, places: &[(u32, Bounds)], repeat: bool) -> Batch {
    if repeat {
        let rows: Vec<u32> = places.iter().map(|(row, _)| *row).collect();
        batch = batch.gather(&rows);
        batch.windows = places.iter().map(|(_, window)| *window).collect();
        return batch;
    }
    let mut windows = vec![Bounds::NONE; batch.rows()];
    for (row, window) in places {
        if let Some(place) = windows.get_mut(*row as usize) {
            *place = *window;
        }
    }
    batch.windows = windows;
    batch.live = places.iter().map(|(row, _)| *row).collect();
    batch
}
