//! Puts the products of blocks back in input order: judges whether a worker's verdicts on late records
//! hold, runs the ordered stages, and collects findings.

use super::block::{Payload, Product, Workshop};
use super::chain::Chain;
use crate::error::{Error, Result};
use crate::output::SideFile;
use crate::record::{Block, Findings, Hint, Origin, Rank, ReadAs, Reject, Seen, names_of};
use crate::stage::{Enough, Flow, NoTime, Partial, Stamps, no_year};

/// The part of a run that sees blocks in input order.
pub(super) struct InputOrder<'a> {
    pub shop: &'a Workshop,
    pub chain: Chain,
    /// Findings of the run so far.
    pub total: Findings,
    /// What is known of event times after the blocks so far.
    pub stamps: Stamps,
    /// Field names of the first accepted record of each input.
    pub names: Vec<Option<Vec<String>>>,
    /// The records that were found so far, where one may be found again.
    pub seen: Option<Seen>,
    pub rejects: Option<SideFile>,
    pub late: Option<SideFile>,
    pub strict: bool,
    /// The place behind the records of the last block.
    pub behind: Rank,
    /// Bytes of input since the budget was last checked.
    pub unchecked: usize,
    /// A `limit` was satisfied: what comes after that record is not read.
    pub met_limit: bool,
}

impl InputOrder<'_> {
    /// Takes the product of the next block.
    pub(super) fn take(&mut self, block: &Block, mut product: Product) -> Result<Flow> {
        if !self.holds(block, &product) {
            product = self.shop.process(block, self.stamps)?;
        }
        if self.strict && product.findings.rejected > 0 {
            return self.stop_at_reject(block, product);
        }
        self.note_names(block, &product);
        if let Payload::TooLarge(error) = product.payload {
            return self.take_halves(block, error);
        }
        self.behind = block.first_place.within_block(product.rows).ok_or_else(too_many_records)?;
        self.run(block, product)
    }

    /// Works on a block whose records become too many at once, half by half: what fits must not depend on how
    /// the input was cut into blocks.
    fn take_halves(&mut self, block: &Block, error: Error) -> Result<Flow> {
        let on_lines = self.shop.on_lines(block)?;
        let block = on_lines.as_ref().unwrap_or(block);
        let ends = self.shop.record_ends(block)?;
        if ends.len() < 2 {
            return Err(error);
        }
        let end = ends.get(ends.len() / 2 - 1).map_or(0, |(_, end)| *end);
        let rest = block.bytes.get(end..).unwrap_or(&[]);
        let start = memchr::memchr(b'\n', rest).map_or(block.bytes.len(), |at| end + at + 1);
        self.behind = block.first_place;
        let front = Block { rejects: block.rejects.clone(), ..block.front(start) };
        if self.take_again(&front)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        self.take_again(&block.back(start, self.behind))
    }

    fn take_again(&mut self, block: &Block) -> Result<Flow> {
        let product = self.shop.process(block, self.stamps)?;
        self.take(block, product)
    }

    /// A worker that did not know all earlier blocks may have judged records by too low a watermark. Then
    /// the block is worked on again: that costs only where records are late.
    fn holds(&self, block: &Block, product: &Product) -> bool {
        if product.incoming == self.stamps || !self.shop.plan.timed {
            return true;
        }
        let watermark = self.stamps.highest.map(|highest| highest.saturating_sub(self.shop.lateness));
        let reached = match (product.holds_below, watermark) {
            (Some(end), Some(mark)) => mark >= end,
            _ => false,
        };
        let late = product.findings.late + product.findings.partly_late;
        let hours = |stamps: Stamps| stamps.hours(Some(block.source));
        let (knew, knows) = (hours(product.incoming), hours(self.stamps));
        // In an input of dates with hours no ten digits are seconds.
        let (chose, chosen) = (product.stamps.chosen, self.stamps.chosen);
        let follows = product.times_follow
            || chosen.is_some() && chose.is_some() && chose != chosen
            || knew != knows && (product.hours_follow || knows == Some(true))
            || product.incoming.highest != self.stamps.highest && (late > 0 || reached);
        !follows
    }

    fn run(&mut self, block: &Block, product: Product) -> Result<Flow> {
        if let Some(NoTime { origin, error }) = product.no_time {
            if let Some(origin) = origin {
                let findings = self.findings_up_to(block, Enough::Record(origin), product.incoming)?;
                self.collect(findings)?;
            }
            return Err(error);
        }
        if let Some(origin) = self.total.without_year(&product.findings).and_then(|stamp| stamp.origin) {
            // Before anything of the block is written; what comes after the record is not reported.
            let findings = self.findings_up_to(block, Enough::Record(origin), product.incoming)?;
            return self.collect(findings).map(|()| Flow::More);
        }
        let mut work = self.shop.work(self.stamps.highest, block.first_place);
        self.stamps = product.stamps.after(self.stamps);
        let mut flow = match product.payload {
            Payload::Encoded(bytes) => {
                let flow = self.chain.write(&bytes)?;
                self.shop.recycle(bytes);
                flow
            }
            Payload::Batch(batch) => self.chain.push(*batch, &mut work)?,
            Payload::Partial(Some(partial)) => self.chain.absorb(partial, &mut work)?,
            Payload::Partial(None) => Flow::More,
            Payload::TooLarge(error) => return Err(error),
        };
        if flow == Flow::More
            && self.shop.plan.timed
            && !self.must_stop(&work.findings)
            && let Some(highest) = self.stamps.highest
        {
            flow = self.chain.advance(highest.saturating_sub(self.shop.lateness), &mut work)?;
        }
        let stopped_at = self.must_stop(&work.findings).then(|| work.findings.take_first_reject()).flatten();
        let enough = match &stopped_at {
            Some(reject) => reject.origin.map(Enough::Record),
            None => work.enough.filter(|_| flow == Flow::Enough),
        };
        if stopped_at.is_none() && enough.is_some() {
            self.met_limit = true;
            // Which inputs after this one were opened meanwhile must not show.
            self.shop.plan.sources.end_with(block.source);
        }
        let mut findings = match enough {
            Some(enough) => self.findings_up_to(block, enough, product.incoming)?,
            None => product.findings,
        };
        findings.extend(work.findings);
        self.collect(findings)?;
        if let Some(NoTime { error, .. }) = work.no_time {
            return Err(error);
        }
        match stopped_at {
            Some(reject) => self.refuse(&reject),
            None => self.check_memory(block).map(|()| flow),
        }
    }

    /// Whether `--strict` ends the run here.
    fn must_stop(&self, findings: &Findings) -> bool {
        self.strict && findings.rejected > 0
    }

    /// Lets out what came before a reject, and ends the run with it.
    fn refuse(&mut self, reject: &Reject) -> Result<Flow> {
        let _flow = self.chain.flush()?;
        let source = reject.origin.and_then(|origin| self.shop.plan.sources.get(origin.source));
        let name = source.map_or("stdin", |source| source.shown());
        let stops = "--strict stops at the first reject";
        // What may be a title is told by the records after it.
        let hint = reject.hint.filter(|hint| !matches!(hint, Hint::Title(_)));
        let help =
            hint.map_or_else(|| stops.to_owned(), |hint| format!("{stops}; {}", hint.remedy(ReadAs::Input)));
        Err(reject_error(reject, name).help(help))
    }

    /// Takes what threads have kept to the end.
    pub(super) fn absorb_kept(&mut self, kept: Vec<Partial>) -> Result<()> {
        let mut work = self.shop.work(self.stamps.highest, Rank::default());
        for kept in kept {
            let _more = self.chain.absorb(kept, &mut work)?;
        }
        self.shop.budget.nothing_is_kept();
        self.collect(work.findings)?;
        self.check_memory_now()
    }

    /// Ends the chain at the end of the input.
    pub(super) fn finish(&mut self) -> Result<()> {
        let mut work = self.shop.work(self.stamps.highest, Rank::default());
        self.chain.finish(&mut work, self.shop)?;
        let stopped_at = self.must_stop(&work.findings).then(|| work.findings.take_first_reject()).flatten();
        self.collect(work.findings)?;
        if let Some(NoTime { error, .. }) = work.no_time {
            return Err(error);
        }
        match stopped_at {
            Some(reject) => self.refuse(&reject).map(|_flow| ()),
            None => Ok(()),
        }
    }

    /// Adds findings to those of the run, and writes side files.
    pub(super) fn collect(&mut self, mut findings: Findings) -> Result<()> {
        findings.sort();
        self.drop_again(&mut findings);
        let no_year = self.check_years(&findings);
        if let Some(file) = &mut self.rejects {
            for reject in &findings.rejects {
                file.reject(reject)?;
            }
        }
        if let Some(file) = &mut self.late {
            for late in &findings.late_records {
                file.late(late)?;
            }
        }
        self.total.append(findings);
        no_year
    }

    /// A record of the input counts once, and is written once.
    fn drop_again(&mut self, findings: &mut Findings) {
        if let Some(seen) = &mut self.seen {
            findings.drop_again(seen);
            if self.shop.plan.finds_at_once() {
                *seen = Seen::default();
            }
        }
    }

    /// Ends the run if the first stamp of an input that something orders has no year.
    fn check_years(&self, findings: &Findings) -> Result<()> {
        match self.total.without_year(findings) {
            Some(stamp) => Err(no_year(Some(&self.shop.plan.sources), stamp.origin)),
            None => Ok(()),
        }
    }

    /// What the records of a block gave rise to up to the one that satisfied a limit: what comes after it is
    /// not reported. The block is worked on again, once in a run.
    fn findings_up_to(&self, block: &Block, enough: Enough, incoming: Stamps) -> Result<Findings> {
        let on_lines = self.shop.on_lines(block)?;
        let block = on_lines.as_ref().unwrap_or(block);
        let ends = self.shop.record_ends(block)?;
        let part = |records: usize| {
            let end = records.checked_sub(1).and_then(|last| ends.get(last)).map_or(0, |(_, end)| *end);
            self.shop.process(&block.front(end), incoming)
        };
        let records = match enough {
            Enough::Record(origin) => {
                ends.iter().position(|(found, _)| *found == origin).map_or(0, |at| at + 1)
            }
            Enough::Window(end) => {
                let (mut least, mut most) = (0, ends.len());
                while least < most {
                    let middle = least.midpoint(most);
                    let highest = part(middle)?.stamps.highest;
                    let closes =
                        highest.is_some_and(|highest| highest.saturating_sub(self.shop.lateness) >= end);
                    if closes { most = middle } else { least = middle + 1 }
                }
                most
            }
        };
        Ok(part(records)?.findings)
    }

    /// `--strict`: what came before the first reject leaves, then the run ends.
    fn stop_at_reject(&mut self, block: &Block, mut product: Product) -> Result<Flow> {
        product.findings.sort();
        let Some(reject) = product.findings.rejects.first().cloned() else { return Ok(Flow::More) };
        let on_lines = self.shop.on_lines(block)?;
        let block = on_lines.as_ref().unwrap_or(block);
        let end = match (reject.origin, &block.lined) {
            (Some(origin), Some(lined)) => lined.start_of(origin),
            (Some(Origin { line, .. }), None) => block.start_of_line(line),
            (None, _) => 0,
        };
        let before = self.shop.process(&block.front(end), self.stamps)?;
        if before.findings.rejected == 0 && self.run(block, before)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        self.refuse(&reject)
    }

    fn note_names(&mut self, block: &Block, product: &Product) {
        let Some(names) = self.names.get_mut(block.source as usize) else { return };
        if let (None, Some((record, bytes)), Some(source)) =
            (&names, &product.first, self.shop.plan.sources.get(block.source))
        {
            *names = Some(names_of(&*source.walk, bytes.as_ref().unwrap_or(&block.bytes), *record));
        }
    }

    /// Compares what stages hold with `--memory`, now and then: asking costs time.
    fn check_memory(&mut self, block: &Block) -> Result<()> {
        self.unchecked += block.bytes.len();
        if self.unchecked < self.shop.budget.interval() {
            return Ok(());
        }
        self.check_memory_now()
    }

    /// Compares what stages and threads hold with `--memory`, and brings to disk what is too much.
    pub(super) fn check_memory_now(&mut self) -> Result<()> {
        self.unchecked = 0;
        self.chain.keep_within(&self.shop.budget)
    }
}

/// The error for a block from which more records are made than have places.
#[cold]
fn too_many_records() -> Error {
    Error::new("a part of the input became more than 17 trillion records")
        .help("a join with fewer matches, or windows that overlap less, make fewer")
}

/// The error that names a reject of an input as the cause.
pub(super) fn reject_error(reject: &Reject, name: &str) -> Error {
    let place = match reject.origin {
        Some(origin) => format!("{}:{}: ", crate::error::escaped(name), origin.line),
        None => String::new(),
    };
    let column = reject.column.map_or(String::new(), |column| format!(" (column {column})"));
    Error::new(format!("{place}rejected: {}{column}", reject.reason))
}
