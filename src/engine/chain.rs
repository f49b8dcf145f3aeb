//! The ordered stages of a running chain, each handing to the next, the encoder behind the last.

use super::plan::{InOrder, Plan};
use crate::error::Result;
use crate::format::Encoder;
use crate::output::{Output, Written};
use crate::record::{Batch, Builder};
use crate::stage::{Each, Flow, Partial, Sink, Stage, Work};
use crate::time::Timestamp;

/// The running ordered part.
pub(super) struct Chain {
    stages: Vec<Box<dyn Stage>>,
    /// Stages before this one have said that they want nothing more.
    closed: usize,
    /// A window may end the input early: it must close before the records that come after it are pushed.
    closes_early: bool,
    /// The stages that must see records one at a time.
    singly: Vec<bool>,
    /// `--strict`: nothing is pushed behind a reject.
    strict: bool,
    tail: Tail,
}

/// The end of the chain: records become bytes.
pub(super) struct Tail {
    encoder: Box<dyn Encoder>,
    begun: bool,
    output: Output,
}

/// The stages from one on, as a sink of the stage before.
struct Next<'a> {
    stages: &'a mut [Box<dyn Stage>],
    singly: &'a [bool],
    index: usize,
    closed: &'a mut usize,
    tail: &'a mut Tail,
}

impl Chain {
    /// Starts the ordered part of a plan.
    pub(super) fn start(plan: &Plan, encoder: Box<dyn Encoder>, output: Output, strict: bool) -> Self {
        let mut stages: Vec<Box<dyn Stage>> = Vec::new();
        stages.extend(plan.fold.as_ref().map(|fold| fold.start()));
        for part in &plan.ordered {
            stages.push(match part {
                InOrder::Stage(plan) => plan.start(),
                InOrder::Fold(fold) => fold.start(),
                InOrder::Step(step) => Box::new(Each::new(step.clone(), false)),
                InOrder::Time(step) => Box::new(Each::new(step.clone(), true)),
            });
        }
        Self {
            stages,
            closed: 0,
            singly: singly(plan),
            closes_early: plan.timed && closes_early(plan),
            strict,
            tail: Tail { encoder, begun: false, output },
        }
    }

    /// Pushes the records of a block.
    pub(super) fn push(&mut self, batch: Batch, work: &mut Work<'_>) -> Result<Flow> {
        if !self.strict && !self.closes_early {
            return self.next().push(batch, work);
        }
        for &row in &batch.live {
            if let Some(&mark) = batch.marks.get(row as usize)
                && self.closes_early
                && self.advance(mark, work)? == Flow::Enough
            {
                return Ok(Flow::Enough);
            }
            if self.next().push(single(&batch, row), work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
            if self.strict && work.findings.rejected > 0 {
                break;
            }
        }
        Ok(Flow::More)
    }

    /// Hands the partial result of a block to the fold.
    pub(super) fn absorb(&mut self, partial: Partial, work: &mut Work<'_>) -> Result<Flow> {
        let Self { stages, singly, closed, tail, .. } = self;
        match stages.split_first_mut() {
            Some((fold, rest)) => {
                fold.absorb(partial, work, &mut Next { stages: rest, singly, index: 1, closed, tail })
            }
            None => Ok(Flow::More),
        }
    }

    /// Writes bytes that a worker encoded.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow> {
        if bytes.is_empty() {
            return Ok(Flow::More);
        }
        self.tail.begin();
        let written = self.tail.output.write(bytes)?;
        Ok(flow_of(written))
    }

    /// Tells the stages that no record before `mark` will follow.
    pub(super) fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>) -> Result<Flow> {
        self.next().advance(mark, work)
    }

    /// Pushes all that is held, stage by stage, and ends the output.
    pub(super) fn finish(&mut self, work: &mut Work<'_>) -> Result<()> {
        for at in self.closed..self.stages.len() {
            // A limit may have closed this one meanwhile.
            if at < self.closed {
                continue;
            }
            let Self { stages, singly, closed, tail, .. } = self;
            if let Some((stage, rest)) = stages.get_mut(at..).and_then(<[_]>::split_first_mut) {
                stage.finish(work, &mut Next { stages: rest, singly, index: at + 1, closed, tail })?;
            }
        }
        self.tail.begin();
        self.tail.encoder.finish(self.tail.output.buffer());
        self.flush().map(|_flow| ())
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<Flow> {
        let written = self.tail.output.flush()?;
        Ok(flow_of(written))
    }

    /// Gives the output back, to be committed.
    pub(super) fn into_output(self) -> Output {
        self.tail.output
    }

    /// What the stages hold: the largest, and the sum in bytes.
    pub(super) fn held(&self) -> (usize, Option<(usize, String)>) {
        let encoder = (self.tail.encoder.heap_bytes(), "the output format".to_owned());
        let stages = self.stages.iter().map(|stage| stage.held());
        let held: Vec<(usize, String)> = stages.chain([encoder]).collect();
        let sum = held.iter().map(|(bytes, _)| bytes).sum();
        (sum, held.into_iter().max_by_key(|(bytes, _)| *bytes))
    }

    fn next(&mut self) -> Next<'_> {
        Next {
            stages: &mut self.stages,
            singly: &self.singly,
            index: 0,
            closed: &mut self.closed,
            tail: &mut self.tail,
        }
    }
}

impl Tail {
    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.encoder.begin(self.output.buffer());
        }
    }
}

/// Nothing more is wanted once nobody reads.
fn flow_of(written: Written) -> Flow {
    match written {
        Written::All => Flow::More,
        Written::Closed => Flow::Enough,
    }
}

impl Next<'_> {
    fn push_singly(&mut self, batch: &Batch, work: &mut Work<'_>) -> Result<Flow> {
        for &row in &batch.live {
            if self.push(single(batch, row), work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }
}

/// A batch of one record.
fn single(batch: &Batch, row: u32) -> Batch {
    let mut one = Builder::default();
    one.append(batch, row);
    Batch { timed_by: batch.timed_by, ..one.finish() }
}

/// Which stages must see records one at a time: those from which records reach, on the way and not held
/// back, a stage that may end the input early, or one that closes windows in front of such a stage. What they
/// report depends on which records they saw.
fn singly(plan: &Plan) -> Vec<bool> {
    let (mut singly, mut ends_early, mut some_end) = (Vec::new(), false, false);
    for part in plan.ordered.iter().rev() {
        let (holds_back, may_end, closes) = match part {
            InOrder::Stage(plan) => (plan.holds_back(), plan.may_end_early(), plan.closes_windows()),
            InOrder::Fold(_) => (true, false, false),
            InOrder::Step(_) | InOrder::Time(_) => (false, false, false),
        };
        let ends_by_closing = closes && some_end;
        singly.push(ends_early && !holds_back || ends_by_closing);
        ends_early = may_end || ends_by_closing || ends_early && !holds_back;
        some_end |= may_end;
    }
    singly.extend(plan.fold.as_ref().map(|_| false));
    singly.reverse();
    singly
}

/// Whether a stage that may end the input early gets what another has held back.
fn closes_early(plan: &Plan) -> bool {
    let mut holds = plan.fold.is_some();
    plan.ordered.iter().any(|part| match part {
        InOrder::Stage(plan) => {
            holds |= plan.holds_back();
            holds && plan.may_end_early()
        }
        InOrder::Fold(_) => {
            holds = true;
            false
        }
        InOrder::Step(_) | InOrder::Time(_) => false,
    })
}

impl Sink for Next<'_> {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>) -> Result<Flow> {
        if batch.live.is_empty() {
            return Ok(Flow::More);
        }
        if batch.live.len() > 1 && self.singly.get(self.index) == Some(&true) {
            return self.push_singly(&batch, work);
        }
        if self.stages.is_empty() {
            self.tail.begin();
            self.tail.encoder.encode(&batch, self.tail.output.buffer(), &mut work.findings);
            let written = self.tail.output.drain(1 << 16)?;
            return Ok(flow_of(written));
        }
        self.through(|stage, next| stage.push(batch, work, next))
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>) -> Result<Flow> {
        self.through(|stage, next| stage.advance(mark, work, next))
    }
}

impl Next<'_> {
    /// Runs the first of the stages, if there is one, with those behind it as its sink, and notes whether it
    /// has enough.
    fn through(&mut self, run: impl FnOnce(&mut dyn Stage, &mut Next<'_>) -> Result<Flow>) -> Result<Flow> {
        let Some((stage, rest)) = self.stages.split_first_mut() else { return Ok(Flow::More) };
        let mut next = Next {
            stages: rest,
            singly: self.singly,
            index: self.index + 1,
            closed: self.closed,
            tail: self.tail,
        };
        let flow = run(&mut **stage, &mut next)?;
        if flow == Flow::Enough {
            *self.closed = (*self.closed).max(self.index);
        }
        Ok(flow)
    }
}
