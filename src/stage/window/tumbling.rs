//! Windows side by side: each record is in one.

use super::{count_late, reject_beyond};
use crate::error::Result;
use crate::record::{Batch, Bounds};
use crate::stage::take_time::{mark_of, reject_without_time};
use crate::stage::{Step, Work};
use crate::time::{Duration, Size};

/// `window SIZE`.
pub(super) struct Tumbling {
    pub(super) size: Size,
    pub(super) offset: Duration,
}

impl Step for Tumbling {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let mut windows = std::mem::take(&mut batch.windows);
        windows.clear();
        windows.resize(batch.rows(), Bounds::NONE);
        let mut kept = Vec::with_capacity(batch.live.len());
        let incoming = work.incoming_watermark();
        let mut last = Bounds::NONE;
        let mut held = None;
        for &row in &batch.live {
            let Some(time) = batch.time(row) else {
                reject_without_time(&batch, row, batch.timed_by, work);
                continue;
            };
            if !(last.start <= time && time < last.end) {
                match self.size.bounds(time, self.offset, &work.env.zone) {
                    Some((start, end)) => last = Bounds { end, start },
                    None => {
                        reject_beyond(&batch, row, work);
                        continue;
                    }
                }
            }
            let mark = mark_of(&batch, row, incoming);
            if mark.is_some_and(|mark| last.end <= mark) {
                count_late(&batch, row, time, last.end, mark, work);
                continue;
            }
            if held != Some(last.end) {
                held = Some(last.end);
                work.holds_until(last.end);
            }
            if let Some(window) = windows.get_mut(row as usize) {
                *window = last;
            }
            kept.push(row);
        }
        batch.windows = windows;
        batch.live = kept;
        Ok(batch)
    }

    fn keeps(&self) -> String {
        "the highest event time".to_owned()
    }
}
