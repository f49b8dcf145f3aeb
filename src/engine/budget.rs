//! The memory of a run: one budget for all that stages, threads and tables hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};
use crate::input::Windows;
use crate::spill::Disk;
use crate::stage::Stage;

/// What may be held, and where goes what may not.
pub(super) struct Budget {
    /// Bytes that tables hold.
    pub(super) tables: usize,
    /// Bytes that threads keep of partial results.
    pub(super) kept: AtomicUsize,
    /// What decoders of inputs hold.
    pub(super) windows: Arc<Windows>,
    pub(super) disk: Arc<Disk>,
}

impl Budget {
    /// Bytes of input, or of records in the chain, after which it is worth to ask what is held.
    pub(super) fn interval(&self) -> usize {
        if self.disk.is_eager() { 0 } else { self.disk.memory() / 64 }
    }

    /// Bytes of a partial result that a thread of so many keeps: most of the memory, since stages behind it get
    /// nothing before it leaves.
    pub(super) fn share(&self, threads: usize) -> usize {
        if self.disk.is_eager() {
            0
        } else {
            self.disk.room().saturating_sub(self.held_aside()) / threads.max(1)
        }
    }

    /// Bytes that neither stages nor threads hold.
    fn held_aside(&self) -> usize {
        self.tables + self.windows.held()
    }

    /// Adds to what threads keep, or takes from it.
    pub(super) fn note_kept(&self, before: usize, now: usize) {
        self.kept.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
    }

    /// Notes that what threads have kept is with the stages.
    pub(super) fn nothing_is_kept(&self) {
        self.kept.store(0, Ordering::Relaxed);
    }

    /// Brings what one stage holds to disk if that and what is held elsewhere are too much.
    pub(super) fn keep_one(&self, stage: &mut dyn Stage) -> Result<()> {
        let elsewhere = self.held_aside() + self.kept.load(Ordering::Relaxed);
        if !self.disk.is_eager() && elsewhere + stage.held().0 <= self.disk.room()
            || stage.spill(&self.disk)?
        {
            return Ok(());
        }
        let (bytes, what) = stage.held();
        if elsewhere + bytes <= self.disk.memory() { Ok(()) } else { Err(exceeded(&self.disk, &what)) }
    }

    /// Whether what is held is so much that something goes to disk. `more`: bytes held beside stages, tables and threads.
    pub(super) fn is_short(&self, stages: &[Box<dyn Stage>], more: usize) -> bool {
        let stages: usize = stages.iter().map(|stage| stage.held().0).sum();
        self.tables + self.kept.load(Ordering::Relaxed) + more + stages > self.disk.room()
    }

    /// Brings what stages hold below the budget: the largest goes to disk, then the next. An error names the largest
    /// if none can. `more`: bytes held elsewhere, and by what.
    pub(super) fn keep(&self, stages: &mut [Box<dyn Stage>], more: (usize, &str)) -> Result<()> {
        if self.disk.is_eager() {
            for stage in &mut *stages {
                stage.spill(&self.disk)?;
            }
        }
        let kept = self.kept.load(Ordering::Relaxed);
        let elsewhere = self.held_aside() + kept + more.0;
        let sizes = |stages: &[Box<dyn Stage>]| stages.iter().map(|stage| stage.held().0).collect::<Vec<_>>();
        let mut held = sizes(stages);
        if elsewhere + held.iter().sum::<usize>() <= self.disk.room() {
            return Ok(());
        }
        let mut order: Vec<usize> = (0..stages.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(held.get(at).copied()));
        for at in order {
            // What a stage brings to disk it may bring there step by step.
            while let Some(stage) = stages.get_mut(at)
                && stage.spill(&self.disk)?
            {
                held = sizes(stages);
                if elsewhere + held.iter().sum::<usize>() <= self.disk.room() {
                    return Ok(());
                }
            }
        }
        if elsewhere + held.iter().sum::<usize>() <= self.disk.memory() {
            return Ok(());
        }
        let mut stages: Vec<(usize, String)> = stages.iter().map(|stage| stage.held()).collect();
        if let Some((bytes, _)) = stages.first_mut() {
            // What threads keep is for the first.
            *bytes += kept;
        }
        stages.push((more.0, more.1.to_owned()));
        let largest = stages.into_iter().max_by_key(|(bytes, _)| *bytes);
        match largest {
            Some((bytes, what)) if bytes > 0 => Err(exceeded(&self.disk, &what)),
            _ => Ok(()),
        }
    }
}

/// The error for something that cannot go to disk.
#[cold]
pub(super) fn exceeded(disk: &Disk, what: &str) -> Error {
    Error::new(format!("{what}: holds more than --memory {} MiB", disk.memory() >> 20))
        .help("give more with --memory")
}
