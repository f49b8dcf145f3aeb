//! The ordered stages of a running chain, each handing to the next, the encoder behind the last.

use std::sync::Arc;

use super::block::Workshop;
use super::budget::Budget;
use super::conclude::{Behind, conclude};
use super::plan::{InOrder, Plan};
use super::tail::Tail;
use crate::error::Result;
use crate::record::Batch;
use crate::stage::{Each, Flow, Host, Partial, SideOutput, Sink, Stage, Step, Work};
use crate::time::Timestamp;

/// The running ordered part.
pub(super) struct Chain {
    stages: Vec<Box<dyn Stage>>,
    /// The stages that have said that they want nothing more.
    closed: Vec<bool>,
    /// The stages that write beside the chain, and so want all records whatever those behind them want.
    writing: Vec<bool>,
    /// Nothing is printed: the last stage passes nothing on.
    silent: bool,
    /// A window may end the input early: it must close before the records that come after it are pushed.
    closes_early: bool,
    /// The stages that must see records one at a time.
    singly: Vec<bool>,
    /// Those that look at each record alone.
    steps: Vec<Option<Arc<dyn Step>>>,
    /// Nothing but these from this stage on.
    steps_from: usize,
    /// `--strict`: nothing is pushed behind a reject.
    strict: bool,
    budget: Arc<Budget>,
    /// Bytes of records that stages have got since they were last asked what they hold.
    unchecked: usize,
    tail: Tail,
}

/// The stages from one on, as a sink of the stage before.
struct Next<'a> {
    stages: &'a mut [Box<dyn Stage>],
    singly: &'a [bool],
    index: usize,
    steps_from: usize,
    closed: &'a mut [bool],
    budget: &'a Budget,
    unchecked: &'a mut usize,
    tail: &'a mut Tail,
}

impl Chain {
    /// Starts the ordered part of a plan; `host` opens what its stages write beside it.
    pub(super) fn start(shop: &Workshop, host: &dyn Host, tail: Tail, strict: bool) -> Result<Self> {
        let plan = &shop.plan;
        let mut stages: Vec<Box<dyn Stage>> = Vec::new();
        let (mut writing, mut steps) = (Vec::new(), Vec::new());
        if let Some(fold) = &plan.fold {
            stages.push(fold.start(host)?);
            writing.push(false);
            steps.push(None);
        }
        for part in &plan.ordered {
            stages.push(match part {
                InOrder::Stage(plan) => plan.start(host)?,
                InOrder::Fold(fold) => fold.start(host)?,
                InOrder::Step(step) => Box::new(Each::new(step.clone(), false)),
                InOrder::Time(step) => Box::new(Each::new(step.clone(), true)),
            });
            writing.push(part.writes().is_some());
            steps.push(match part {
                InOrder::Step(step) => Some(Arc::clone(step)),
                InOrder::Stage(_) | InOrder::Fold(_) | InOrder::Time(_) => None,
            });
        }
        Ok(Self {
            closed: vec![false; stages.len()],
            stages,
            writing,
            silent: plan.ends_with.is_some(),
            singly: singly(plan),
            steps_from: steps.len() - steps.iter().rev().take_while(|step| step.is_some()).count(),
            steps,
            closes_early: plan.timed && closes_early(plan),
            strict,
            budget: Arc::clone(&shop.budget),
            unchecked: 0,
            tail,
        })
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
            if self.next().push(batch.single(row), work)? == Flow::Enough {
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
        match self.stage_and_next(0) {
            Some((fold, mut next)) => fold.absorb(partial, work, &mut next),
            None => Ok(Flow::More),
        }
    }

    /// Writes bytes that a worker encoded.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow> {
        if bytes.is_empty() {
            return Ok(Flow::More);
        }
        self.tail.write(bytes)
    }

    /// Tells the stages that no record before `mark` will follow.
    pub(super) fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>) -> Result<Flow> {
        self.next().advance(mark, work)
    }

    /// Pushes all that is held, stage by stage, and ends the outputs.
    pub(super) fn finish(&mut self, work: &mut Work<'_>, shop: &Workshop) -> Result<()> {
        for at in 0..self.stages.len() {
            if !self.is_wanted(at) {
                continue;
            }
            let steps = if self.silent { None } else { self.steps_behind(at, shop) };
            let Some((stage, mut next)) = self.stage_and_next(at) else { continue };
            stage.settle(work)?;
            let held = stage.held().0;
            let Some(conclusion) = stage.conclude(shop.part)? else {
                stage.finish(work, &mut next)?;
                continue;
            };
            let behind = match steps {
                Some(steps) => Behind::Steps { steps, tail: next.tail },
                None => Behind::Stages(&mut next),
            };
            let held = if conclusion.is_on_disk() { 0 } else { held };
            shop.budget.note_kept(0, held);
            conclude(&*conclusion, shop, behind, work)?;
            shop.budget.note_kept(held, 0);
        }
        self.sides().try_for_each(SideOutput::finish)?;
        if self.silent {
            return Ok(());
        }
        self.tail.finish().map(|_flow| ())
    }

    /// All stages behind one, if neither they nor the output format need order.
    fn steps_behind(&self, at: usize, shop: &Workshop) -> Option<Vec<Arc<dyn Step>>> {
        if !shop.output.any_order() {
            return None;
        }
        self.steps.iter().skip(at + 1).cloned().collect()
    }

    /// Whether anybody wants what a stage still holds: a stage behind it that has enough speaks for those in
    /// front of it, up to one that writes.
    fn is_wanted(&self, at: usize) -> bool {
        let behind = self.closed.iter().zip(&self.writing).skip(at + 1);
        let decisive =
            behind.map(|(closed, writing)| (*closed, *writing)).find(|(closed, writing)| *closed || *writing);
        !matches!(decisive, Some((true, _)))
    }

    /// Hands on what was written so far. A closed stdout ends the run, unless a side output is to be written.
    pub(super) fn flush(&mut self) -> Result<Flow> {
        self.sides().try_for_each(SideOutput::flush)?;
        let flow = self.tail.flush()?;
        Ok(if self.writing.contains(&true) { Flow::More } else { flow })
    }

    /// Completes the outputs: files take their names.
    pub(super) fn commit(&mut self) -> Result<()> {
        self.sides().try_for_each(SideOutput::commit)?;
        self.tail.commit()
    }

    /// Whether a record left the chain.
    pub(super) fn gave(&mut self) -> bool {
        self.tail.gave() || self.sides().any(|side| side.gave())
    }

    fn sides(&mut self) -> impl Iterator<Item = &mut dyn SideOutput> {
        self.stages.iter_mut().filter_map(|stage| stage.side())
    }

    /// Brings what the stages hold below the budget.
    pub(super) fn keep_within(&mut self, budget: &Budget) -> Result<()> {
        // What waits to be written is not asked for before the end.
        if budget.is_short(&self.stages, self.tail.heap_bytes()) {
            self.tail.spill()?;
        }
        budget.keep(&mut self.stages, (self.tail.heap_bytes(), self.tail.holder()))
    }

    fn next(&mut self) -> Next<'_> {
        Next {
            stages: &mut self.stages,
            singly: &self.singly,
            index: 0,
            steps_from: self.steps_from,
            closed: &mut self.closed,
            budget: &self.budget,
            unchecked: &mut self.unchecked,
            tail: &mut self.tail,
        }
    }

    /// A stage and those behind it.
    fn stage_and_next(&mut self, at: usize) -> Option<(&mut dyn Stage, Next<'_>)> {
        let next = self.next();
        let (stage, rest) = next.stages.get_mut(at..)?.split_first_mut()?;
        Some((&mut **stage, Next { stages: rest, index: at + 1, ..next }))
    }
}

/// About the bytes of the records of a batch.
fn bytes_of(batch: &Batch) -> usize {
    let raw = match batch.records.as_slice() {
        [only] => only.of(&batch.bytes).len(),
        _ => batch.bytes.len(),
    };
    raw + batch.live.len() * size_of::<crate::record::Bounds>()
}

impl Next<'_> {
    /// Sees now and then to what the first of the stages holds, which has got so many bytes: to ask costs time.
    fn look_after(&mut self, bytes: usize) -> Result<()> {
        *self.unchecked += bytes;
        if *self.unchecked <= self.budget.interval() {
            return Ok(());
        }
        *self.unchecked = 0;
        self.stages.first_mut().map_or(Ok(()), |stage| self.budget.keep_one(&mut **stage))
    }

    fn push_singly(&mut self, batch: &Batch, work: &mut Work<'_>) -> Result<Flow> {
        for &row in &batch.live {
            if self.push(batch.single(row), work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }
}

/// Which stages must see records one at a time: those from which records reach, on the way and not held
/// back, a stage that may end the input early, or one that closes windows in front of such a stage. What they
/// report depends on which records they saw.
fn singly(plan: &Plan) -> Vec<bool> {
    let (mut singly, mut ends_early, mut some_end) = (Vec::new(), false, false);
    for part in plan.ordered.iter().rev() {
        if part.writes().is_some() {
            // It takes all records, so that what those behind it want does not show in front of it.
            singly.push(false);
            (ends_early, some_end) = (false, false);
            continue;
        }
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
    // Behind a stage that writes, nothing ends the input.
    plan.ordered.iter().take_while(|part| part.writes().is_none()).any(|part| match part {
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
            return self.tail.push(&batch, &mut work.findings);
        }
        let bytes = bytes_of(&batch);
        let flow = self.through(|stage, next| stage.push(batch, work, next))?;
        self.look_after(bytes).map(|()| flow)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>) -> Result<Flow> {
        self.through(|stage, next| stage.advance(mark, work, next))
    }

    fn takes_windows_together(&self) -> bool {
        self.index >= self.steps_from
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
            steps_from: self.steps_from,
            closed: self.closed,
            budget: self.budget,
            unchecked: self.unchecked,
            tail: self.tail,
        };
        let flow = run(&mut **stage, &mut next)?;
        if flow == Flow::Enough
            && let Some(closed) = self.closed.get_mut(self.index)
        {
            *closed = true;
        }
        Ok(flow)
    }
}
