//! Windows side by side: each record is in one.

use super::{Ended, count_late, reject_beyond};
use crate::error::Result;
use crate::record::{Batch, Bounds};
use crate::stage::outline::Outline;
use crate::stage::take_time::{mark_of, reject_without_time};
use crate::stage::{Step, Work};
use crate::time::{Duration, Size};

/// `window SIZE`.
pub(super) struct Tumbling {
    pub(super) size: Size,
    pub(super) offset: Duration,
    pub(super) outline: Outline,
}

impl Step for Tumbling {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        // Those that an aggregate gave stay until all are judged: a late record has them.
        let mut windows = match batch.windows.is_empty() {
            true => std::mem::take(&mut batch.windows),
            false => Vec::new(),
        };
        windows.resize(batch.rows(), Bounds::NONE);
        let mut kept = Vec::with_capacity(batch.live.len());
        let incoming = work.incoming_watermark();
        let mut last = Bounds::NONE;
        let mut held = None;
        for &row in &batch.live {
            let Some(time) = batch.time(row) else {
                reject_without_time(&batch, row, &self.outline, work);
                continue;
            };
            if !(last.start <= time && time < last.end) {
                match self.size.bounds(time, self.offset, &work.env.zone) {
                    Some((start, end)) => last = Bounds { end, start },
                    None => {
                        reject_beyond(&batch, row, &self.outline, work);
                        continue;
                    }
                }
            }
            let mark = mark_of(&batch, row, incoming);
            if let Some(mark) = mark.filter(|mark| last.end <= *mark) {
                count_late(&batch, Ended { row, time, end: last.end, mark }, &self.outline, work);
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
