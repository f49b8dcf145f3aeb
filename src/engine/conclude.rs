//! The end of a stage that threads share: each makes the next part of what the stage holds, and parts leave in
//! their order. As with blocks, whoever delivers the part whose turn it is drains, and few are in flight.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::block::Workshop;
use super::tail::Tail;
use super::threads::{into_inner, lock};
use crate::error::{Error, Result};
use crate::format::Encoder;
use crate::record::{Batch, Findings, Rank};
use crate::stage::{Conclusion, Each, Flow, Sink, Stage, Step, Work};
use crate::time::Timestamp;

/// Parts in flight for each thread.
const IN_FLIGHT: usize = 8;
/// Most bytes of a part that wait for its turn; a thread that has made more waits with them.
const WAITING: usize = 4 << 20;
/// Of the memory, what parts that were made may hold while they wait for their turn, and as much those that are made.
const SHARE: usize = 16;

/// What takes the records of the parts.
pub(super) enum Behind<'a> {
    /// Only steps, which each thread runs, and an encoder in any order.
    Steps {
        /// In the order of the chain.
        steps: Vec<Arc<dyn Step>>,
        /// Where the bytes go.
        tail: &'a mut Tail,
    },
    /// Stages or an encoder that need the records in order.
    Stages(&'a mut (dyn Sink + Send)),
}

/// Lets all parts out. What is found on the way is added to `work`.
pub(super) fn conclude(
    conclusion: &dyn Conclusion,
    shop: &Workshop,
    behind: Behind<'_>,
    work: &mut Work<'_>,
) -> Result<()> {
    let parts = conclusion.parts();
    let threads = shop.threads.clamp(1, parts.max(1));
    let (steps, out) = match behind {
        Behind::Steps { steps, tail } => (Some(steps), Out::Tail(tail)),
        Behind::Stages(next) => (None, Out::Next(next)),
    };
    let meeting = Meeting {
        conclusion,
        shop,
        parts,
        steps,
        in_flight: IN_FLIGHT * threads,
        share: shop.budget.disk.memory() / SHARE,
        waiting: (shop.budget.disk.memory() / SHARE / threads).min(WAITING),
        highest: work.highest,
        line: Mutex::default(),
        moved: Condvar::new(),
        out: Mutex::new((out, work)),
        spare: Mutex::default(),
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| meeting.work());
        }
        meeting.work();
    });
    into_inner(meeting.line).error.map_or(Ok(()), Err)
}

/// Where the threads meet.
struct Meeting<'a, 'w, 'e> {
    conclusion: &'a dyn Conclusion,
    shop: &'a Workshop,
    parts: usize,
    /// What each thread does with the records before it encodes them; `None`: nothing, nor does it encode.
    steps: Option<Vec<Arc<dyn Step>>>,
    in_flight: usize,
    /// Bytes that parts in line may hold.
    share: usize,
    /// Bytes of a part that wait for its turn.
    waiting: usize,
    highest: Option<Timestamp>,
    line: Mutex<Line>,
    /// Parts have left, or the run is over.
    moved: Condvar,
    out: Mutex<(Out<'a>, &'w mut Work<'e>)>,
    /// Buffers for the bytes of the next parts.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Where parts go.
enum Out<'a> {
    Tail(&'a mut Tail),
    Next(&'a mut (dyn Sink + Send)),
}

/// Parts that wait for their turn.
#[derive(Default)]
struct Line {
    pending: BTreeMap<usize, Result<Made>>,
    /// Bytes that they hold.
    bytes: usize,
    /// The part whose turn it is.
    next: usize,
    /// Parts that threads have begun.
    begun: usize,
    /// Some thread hands on parts.
    draining: bool,
    /// Nothing more is wanted.
    over: bool,
    error: Option<Error>,
}

/// What was made of a part, or of the front of it.
struct Made {
    findings: Findings,
    encoded: Vec<u8>,
    batches: Vec<Batch>,
    /// Bytes of both.
    bytes: usize,
}

/// What a thread makes parts with.
struct Tools {
    steps: Vec<Each<Arc<dyn Step>>>,
    /// Set where the thread encodes.
    encoder: Option<Box<dyn Encoder>>,
    /// A buffer for the bytes of the next batch: memory that comes and goes with each costs more than to fill it.
    spare: Vec<u8>,
}

impl Meeting<'_, '_, '_> {
    /// One thread's loop.
    fn work(&self) {
        let steps = self.steps.iter().flatten().map(|step| Each::new(Arc::clone(step), false));
        let mut tools = Tools {
            steps: steps.collect(),
            encoder: self.steps.as_ref().map(|_| self.shop.output.encoder()),
            spare: Vec::new(),
        };
        while let Some(index) = self.begin() {
            let made = self.make(index, &mut tools);
            self.deliver(index, made);
        }
    }

    /// Makes a part; of a large one what is left of it when the front has gone.
    fn make(&self, index: usize, tools: &mut Tools) -> Result<Made> {
        let mut work = self.shop.work(self.highest, Rank::default());
        work.spare = std::mem::take(&mut tools.spare);
        let mut made = self.empty(&work);
        self.conclusion.part(index, &mut work, &mut |batch, work| {
            made.add(batch, tools, work)?;
            if made.bytes >= self.waiting {
                let mut front = std::mem::replace(&mut made, self.empty(work));
                front.findings = std::mem::replace(&mut work.findings, front.findings.fresh());
                self.put_in_turn(index, front);
            }
            Ok(if lock(&self.line).over { Flow::Enough } else { Flow::More })
        })?;
        tools.spare = work.spare;
        made.findings = work.findings;
        Ok(made)
    }

    fn empty(&self, work: &Work<'_>) -> Made {
        let encoded = lock(&self.spare).pop().unwrap_or_default();
        Made { findings: work.findings.fresh(), encoded, batches: Vec::new(), bytes: 0 }
    }

    /// The next part, once few enough are in flight; `None` when there is none or the run is over.
    fn begin(&self) -> Option<usize> {
        let mut line = lock(&self.line);
        while !line.over && line.begun < self.parts && self.is_full(&line) {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        if line.over || line.begun >= self.parts {
            return None;
        }
        line.begun += 1;
        Some(line.begun - 1)
    }

    fn is_full(&self, line: &Line) -> bool {
        line.begun - line.next >= self.in_flight || line.bytes > self.share
    }

    /// Puts a part in line, and hands on parts while it is somebody's turn.
    fn deliver(&self, index: usize, made: Result<Made>) {
        let mut line = lock(&self.line);
        line.bytes += bytes_of(&made);
        line.pending.insert(index, made);
        if line.draining {
            return;
        }
        line.draining = true;
        while !line.over {
            let next = line.next;
            let Some(made) = line.pending.remove(&next) else { break };
            line.bytes -= bytes_of(&made);
            drop(line);
            let taken = made.and_then(|made| self.put(made));
            line = lock(&self.line);
            line.next += 1;
            note(&mut line, taken);
            self.moved.notify_all();
        }
        line.draining = false;
    }

    /// Hands on the front of a large part when its turn has come.
    fn put_in_turn(&self, index: usize, made: Made) {
        let mut line = lock(&self.line);
        while !line.over && line.next != index {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        if line.over {
            return;
        }
        drop(line);
        let taken = self.put(made);
        note(&mut lock(&self.line), taken);
        self.moved.notify_all();
    }

    fn put(&self, mut made: Made) -> Result<Flow> {
        let mut out = lock(&self.out);
        let (out, work) = &mut *out;
        work.findings.extend(made.findings);
        match out {
            Out::Tail(_) if made.encoded.is_empty() => Ok(Flow::More),
            Out::Tail(tail) => {
                let written = tail.write(&made.encoded);
                made.encoded.clear();
                let mut spare = lock(&self.spare);
                if spare.iter().map(Vec::capacity).sum::<usize>() <= self.share {
                    spare.push(made.encoded);
                }
                written
            }
            Out::Next(next) => {
                for batch in made.batches {
                    if next.push(batch, work)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                Ok(Flow::More)
            }
        }
    }
}

fn bytes_of(made: &Result<Made>) -> usize {
    made.as_ref().map_or(0, |made| made.bytes)
}

fn note(line: &mut Line, taken: Result<Flow>) {
    match taken {
        Ok(Flow::More) => return,
        Ok(Flow::Enough) => {}
        Err(error) => line.error = Some(error),
    }
    line.over = true;
}

impl Made {
    fn add(&mut self, batch: Batch, tools: &mut Tools, work: &mut Work<'_>) -> Result<()> {
        let Tools { steps, encoder, .. } = tools;
        let Some(encoder) = encoder else {
            self.bytes += batch.heap_bytes();
            self.batches.push(batch);
            return Ok(());
        };
        let _more = Encoding { steps, encoder: &mut **encoder, out: &mut self.encoded }.push(batch, work)?;
        self.bytes = self.encoded.len();
        Ok(())
    }
}

/// Steps with an encoder behind them.
struct Encoding<'a> {
    steps: &'a mut [Each<Arc<dyn Step>>],
    encoder: &'a mut dyn Encoder,
    out: &'a mut Vec<u8>,
}

impl Sink for Encoding<'_> {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>) -> Result<Flow> {
        let Some((step, rest)) = self.steps.split_first_mut() else {
            self.encoder.encode(&batch, self.out, &mut work.findings);
            if let Ok(bytes) = Arc::try_unwrap(batch.bytes) {
                work.spare = bytes;
            }
            return Ok(Flow::More);
        };
        step.push(
            batch,
            work,
            &mut Encoding { steps: rest, encoder: &mut *self.encoder, out: &mut *self.out },
        )
    }

    /// None of them waits for anything.
    fn advance(&mut self, _mark: Timestamp, _work: &mut Work<'_>) -> Result<Flow> {
        Ok(Flow::More)
    }
}
