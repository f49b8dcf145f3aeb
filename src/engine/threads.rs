//! Where the threads of a run meet: each reads the next block, works on it, and puts results in order in turn.
//!
//! There is no reader thread and no serial twin: `-j1` is the same loop once. A thread that delivers the
//! block whose turn it is drains; the others go on. The number of blocks in flight is bounded.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

use super::block::{Kept, Product, Workshop};
use super::order::InputOrder;
use crate::error::{Error, Result};
use crate::input::{Reader, Recycled, Stop};
use crate::record::Block;
use crate::stage::{Flow, Partial, Stamps};

/// Blocks in flight for each thread.
const IN_FLIGHT: u64 = 4;
/// How often a thread looks for a lock before it sleeps: some tens of microseconds.
const LOOKS: u32 = 2000;

/// Where the threads of a run meet.
pub(super) struct Floor<'a> {
    shop: &'a Workshop,
    reader: Mutex<Reader>,
    line: Mutex<Line>,
    /// Products were taken, or the run is over.
    moved: Condvar,
    order: Mutex<InputOrder<'a>>,
    stop: Arc<Stop>,
    recycled: Arc<Recycled>,
    in_flight: u64,
    /// What threads have kept to the end.
    kept: Mutex<Vec<Partial>>,
}

/// Products that wait for their turn.
#[derive(Default)]
struct Line {
    pending: BTreeMap<u64, Result<(Block, Product)>>,
    /// The block whose turn it is.
    next: u64,
    /// Blocks read so far.
    read: u64,
    /// Some thread puts products in order.
    draining: bool,
    /// Nothing more is wanted.
    over: bool,
    /// What broke the run off.
    error: Option<Error>,
    /// What is known of event times after all blocks in front of `next`.
    stamps: Stamps,
}

impl<'a> Floor<'a> {
    /// Reads all blocks and works on them with `threads` threads. Gives back the ordered part and what broke
    /// the input off, or what broke the run off.
    pub(super) fn run(reader: Reader, order: InputOrder<'a>, stop: &Arc<Stop>, threads: usize) -> Worked<'a> {
        let floor = Self {
            shop: order.shop,
            recycled: reader.recycled(),
            reader: Mutex::new(reader),
            line: Mutex::new(Line { stamps: order.stamps, ..Line::default() }),
            moved: Condvar::new(),
            order: Mutex::new(order),
            stop: Arc::clone(stop),
            in_flight: IN_FLIGHT * threads as u64,
            kept: Mutex::default(),
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| floor.work());
            }
            floor.work();
        });
        let line = into_inner(floor.line);
        // Behind what satisfied the run an input may break off or not: nobody has asked.
        let broken = into_inner(floor.reader).broken.filter(|_| !line.over);
        let kept = into_inner(floor.kept);
        Worked { order: into_inner(floor.order), kept, broken, failed: line.error }
    }
}

/// What is left when all threads are done.
pub(super) struct Worked<'a> {
    /// The ordered part, not finished yet.
    pub order: InputOrder<'a>,
    /// Partial results that are not in it yet.
    pub kept: Vec<Partial>,
    /// An input broke off; what came before was worked on.
    pub broken: Option<Error>,
    /// The run broke off.
    pub failed: Option<Error>,
}

impl Floor<'_> {
    /// One thread's work.
    fn work(&self) {
        let mut kept = Kept::default();
        self.work_through(&mut kept);
        if lock(&self.line).over {
            return;
        }
        match self.shop.take_kept(kept) {
            Ok(parts) => lock(&self.kept).extend(parts),
            Err(error) => self.note(&mut lock(&self.line), Err(error)),
        }
    }

    /// One thread's loop; `kept` is what it folds over its blocks.
    fn work_through(&self, kept: &mut Kept) {
        while self.wait_for_room() {
            match self.read() {
                None => return,
                Some((seq, Err(error))) => return self.deliver(seq, Err(error)),
                Some((seq, Ok(block))) => {
                    let incoming = lock(&self.line).stamps;
                    let product = self.shop.process_into(kept, &block, incoming);
                    self.deliver(seq, product.map(|product| (block, product)));
                    if let Err(error) = self.shop.tidy(kept) {
                        return self.note(&mut lock(&self.line), Err(error));
                    }
                }
            }
        }
    }

    /// Waits until few enough blocks are in flight; false when the run is over.
    fn wait_for_room(&self) -> bool {
        let mut line = lock(&self.line);
        while !line.over && line.read - line.next >= self.in_flight {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        !line.over
    }

    /// The next block and its number; an error takes the place of the block that could not be read.
    fn read(&self) -> Option<(u64, Result<Block>)> {
        let mut reader = lock_soon(&self.reader);
        let block = reader.next_block().transpose()?;
        let mut line = lock(&self.line);
        let seq = line.read;
        line.read += 1;
        Some((seq, block))
    }

    /// Puts a product in line, and takes products in order while it is somebody's turn.
    fn deliver(&self, seq: u64, product: Result<(Block, Product)>) {
        let mut line = lock(&self.line);
        line.pending.insert(seq, product);
        if line.draining {
            return;
        }
        line.draining = true;
        while !line.over {
            let next = line.next;
            let Some(product) = line.pending.remove(&next) else {
                if line.next < line.read {
                    break;
                }
                // All that was read is done: the next read may wait, so that results must leave now.
                drop(line);
                let flushed = lock(&self.order).chain.flush();
                line = lock(&self.line);
                self.note(&mut line, flushed);
                if line.next == line.read {
                    break;
                }
                continue;
            };
            drop(line);
            let (taken, stamps) = self.take(product);
            line = lock(&self.line);
            line.next += 1;
            line.stamps = stamps;
            self.note(&mut line, taken);
            self.moved.notify_all();
        }
        line.draining = false;
    }

    fn take(&self, product: Result<(Block, Product)>) -> (Result<Flow>, Stamps) {
        let mut order = lock(&self.order);
        let taken = product.and_then(|(block, product)| {
            let flow = order.take(&block, product);
            self.recycle(block);
            flow
        });
        (taken, order.stamps)
    }

    /// Notes the end of the run, if this is one.
    fn note(&self, line: &mut Line, outcome: Result<Flow>) {
        match outcome {
            Ok(Flow::More) => return,
            Ok(Flow::Enough) => {}
            Err(error) => line.error = Some(error),
        }
        line.over = true;
        self.stop.satisfy();
        self.moved.notify_all();
    }

    fn recycle(&self, block: Block) {
        let mut recycled = lock(&self.recycled);
        if (recycled.len() as u64) < self.in_flight
            && let Ok(bytes) = Arc::try_unwrap(block.bytes)
        {
            recycled.push(bytes);
        }
    }
}

/// The lock, whoever panicked with it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, for which it is worth to look again some times before the thread sleeps: who holds it reads a block, which
/// takes less time than to be woken.
fn lock_soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..LOOKS {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => std::hint::spin_loop(),
        }
    }
    lock(mutex)
}

/// What a lock held.
pub(super) fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
