//! The chain, record by record: each stage keeps whole records until what it waits for has come.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::chain::{Item, Stage};
use super::chains::is_bound;
use super::decimal::Decimal;
use super::eval::{condition, eval};
use super::found::Outcome;
use super::held::{Held, groups, in_order, largest, same_key, values};
use super::members;
use super::nest::{is_path, last_name};
use super::pins::Pins;
use super::record::{Field, Record, Session, of_element, project};
use super::results::Calls;
use super::value::Value;
use super::windows::{Grid, Span, Window};

const SECOND: i128 = 1_000_000_000;

pub(crate) struct Engine<'a> {
    chain: &'a [Stage],
    lateness: i128,
    zone: TimeZone,
    zone_name: &'static str,
    pins: &'a Pins,
    held: Vec<Vec<Held>>,
    /// How many records have reached each stage that counts them.
    reached: Vec<i128>,
    /// The first stage that still wants records.
    from: usize,
    /// The first stage that needs the records in order.
    in_order: usize,
    max: Option<i128>,
    /// The stage that takes event time from what the chain made.
    takes_time: Option<usize>,
    pub(crate) outcome: Outcome,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(chain: &'a [Stage], lateness: u64, zone: &'static str, pins: &'a Pins) -> Self {
        let held = chain.iter().map(|_| Vec::new()).collect();
        let joins = chain.iter().filter_map(|stage| match stage {
            Stage::Join(join) => Some(join.faults(pins)),
            _ => None,
        });
        let outcome = Outcome { faults: joins.sum(), ..Outcome::default() };
        Self {
            chain,
            lateness: i128::from(lateness) * SECOND,
            zone: TimeZone::get(zone).expect("a zone"),
            zone_name: zone,
            pins,
            held,
            reached: vec![0; chain.len()],
            from: 0,
            in_order: chain.iter().position(Stage::needs_order).unwrap_or(chain.len()),
            max: None,
            takes_time: None,
            outcome,
        }
    }

    /// Event time is made by the chain.
    pub(crate) fn with_made_time(mut self) -> Self {
        self.takes_time = self.chain.iter().position(Stage::needs_time);
        self
    }

    /// Whether no record is wanted any more.
    pub(crate) fn is_satisfied(&self) -> bool {
        self.from > 0
    }

    /// Reads a record: it is judged and added, then the watermark advances, then windows close.
    pub(crate) fn read(&mut self, mut record: Record) {
        self.outcome.read += 1;
        record.mark = self.max.map(|max| max - self.lateness);
        let time = record.time;
        self.push(0, record);
        if let Some(time) = time {
            let max = self.max.map_or(time, |max| max.max(time));
            self.max = Some(max);
            self.pass_time(0, max - self.lateness);
        }
    }

    /// A line that is no record.
    pub(crate) fn reject(&mut self, line: usize) {
        self.outcome.read += 1;
        self.outcome.rejected.lines.insert(line);
    }

    pub(crate) fn finish(&mut self) {
        (0..self.chain.len()).for_each(|at| self.close(at, None));
    }

    /// Where the window begins that the stage works in.
    fn scope(&self, at: usize) -> Option<usize> {
        let is_window = |stage: &Stage| {
            matches!(stage, Stage::Window(_) | Stage::Session { .. } | Stage::Count(_) | Stage::WindowAll)
        };
        let scope = self.chain[..at].iter().rposition(is_window)?;
        (!matches!(self.chain[scope], Stage::WindowAll)).then_some(scope)
    }

    /// Whether the stage comes between a session, or windows that a record is in several of, and their aggregate, so that the
    /// bounds are not known yet.
    fn lacks_bounds(&self, at: usize) -> bool {
        let is_without = |scope: &usize| match &self.chain[*scope] {
            Stage::Session { .. } => true,
            Stage::Window(grid) => grid.every.is_some() && !self.asks_for_bounds(*scope),
            _ => false,
        };
        self.scope(at).filter(is_without).is_some_and(|scope| {
            !self.chain[scope..at].iter().any(|stage| matches!(stage, Stage::Aggregate { .. }))
        })
    }

    /// Whether the stage works in windows of a number of records.
    fn counts(&self, at: usize) -> bool {
        self.scope(at).is_some_and(|scope| matches!(self.chain[scope], Stage::Count(_)))
    }

    /// Closes the windows of event time, from a stage on, that end by `mark`.
    fn pass_time(&mut self, from: usize, mark: i128) {
        for at in from..self.chain.len() {
            if self.scope(at).is_some() && !self.counts(at) {
                self.close(at, Some(mark));
            }
        }
    }

    /// Closes the windows of a number of records, in a scope from a stage on, that end by `number`.
    fn pass_number(&mut self, scope: usize, from: usize, number: i128) {
        for at in from..self.chain.len() {
            if self.scope(at) == Some(scope) {
                self.close(at, Some(number));
            }
        }
    }

    fn push(&mut self, at: usize, record: Record) {
        match self.takes_time == Some(at) {
            true => self.take_time(at, record),
            false => self.enter(at, record),
        }
    }

    /// A record gets its time from what the chain made, at the first stage that needs it: there it is judged and added,
    /// and the watermark advances.
    fn take_time(&mut self, at: usize, mut record: Record) {
        record.mark = self.max.map(|max| max - self.lateness);
        record.time = record.field(record.time_path).and_then(|field| field.value.time());
        let time = record.time;
        self.enter(at, record);
        if let Some(time) = time {
            let max = self.max.map_or(time, |max| max.max(time));
            self.max = Some(max);
            self.pass_time(at, max - self.lateness);
        }
    }

    fn enter(&mut self, at: usize, mut record: Record) {
        // What one record of the input gives, by explode or join, is computed as one up to the first stage that
        // needs order, also where part of it satisfies a limit.
        if at < self.from && at >= self.in_order {
            return;
        }
        let Some(stage) = self.chain.get(at) else {
            self.outcome.out += &(record.write() + "\n");
            return;
        };
        let faults = &mut self.outcome.faults;
        match stage {
            Stage::Filter(test) => {
                let truth = condition(test, &record, faults);
                self.outcome.null_conditions += usize::from(truth.is_none());
                if truth == Some(true) {
                    self.push(at + 1, record);
                }
            }
            Stage::Project { items, star, except } => {
                let made = project(&record, items, *star, except, faults);
                self.push(at + 1, made);
            }
            Stage::Members(parts) => {
                let made = members::project(&record, parts, faults);
                self.push(at + 1, made);
            }
            Stage::Window(grid) => self.assign(at, record, grid),
            Stage::Session { gap, by } => self.await_session(at, record, *gap, by),
            Stage::Count(count) => self.number(at, record, *count as i128),
            Stage::WindowAll => {
                record.window = None;
                self.push(at + 1, record);
            }
            Stage::Explode(name) => self.explode(at, record, name),
            Stage::Parse { field, name } => match record.get(field).first_of(&['x', 'y']) {
                Some(found) => {
                    let found = found.to_string();
                    let json = format!("\"{found}\"");
                    record.set(Field::made(name, Value::Untyped(found), json));
                    self.push(at + 1, record);
                }
                None => {
                    if self.lacks_bounds(at) {
                        record.fields.retain(|field| !is_bound(&field.name));
                    }
                    self.outcome.rejected.note(&record);
                }
            },
            Stage::Join(join) => {
                let keys = join.keys(&record, faults);
                for joined in join.records(&record, &keys, self.pins) {
                    self.push(at + 1, joined);
                }
            }
            Stage::Dedup { within: Some(_), .. } if record.time.is_none() => {
                self.outcome.rejected.note(&record);
            }
            Stage::Dedup { keys, within } => {
                let keys = record.keys(keys, faults);
                self.pass(at, Held::new(record, keys, Vec::new()), within.map(Span::nanos));
            }
            Stage::Limit { by, .. } => {
                let keys = record.keys(by, faults);
                self.pass(at, Held::new(record, keys, Vec::new()), None);
            }
            Stage::Sort(keys) => {
                let keys = keys.iter().map(|(key, _)| record.key("", key, faults)).collect();
                self.held[at].push(Held::new(record, keys, Vec::new()));
            }
            Stage::Top { by_value, by, .. } => {
                let args = vec![Some(vec![eval(by_value, &record, faults)])];
                let keys = record.keys(by, faults);
                self.held[at].push(Held::new(record, keys, args));
            }
            Stage::Aggregate { items, by, computed } => {
                let mut own = 0;
                let args = Calls::of(items).arguments(&record, &mut own);
                let keys = record.keys_of(by, computed, &mut own);
                if self.add(at, Held::new(record, keys, args)) {
                    self.outcome.faults += own;
                }
            }
        }
    }

    fn assign(&mut self, at: usize, mut record: Record, grid: &Grid) {
        let Some(time) = record.time else {
            self.outcome.rejected.note(&record);
            return;
        };
        let all = grid.around(time, &self.zone);
        let open = all.iter().filter(|(_, end)| record.mark.is_none_or(|mark| *end > mark));
        let open: Vec<Window> = open.copied().collect();
        if open.is_empty() {
            self.outcome.late.note(&record);
            return;
        }
        if open.len() < all.len() {
            self.outcome.partly_late.note(&record);
        }
        if grid.every.is_some() && !self.asks_for_bounds(at) {
            (record.window, record.windows) = (None, open);
            self.push(at + 1, record);
            return;
        }
        for window in open {
            let mut one = record.clone();
            one.window = Some(window);
            self.bounds(at + 1, window).into_iter().for_each(|field| one.set(field));
            self.push(at + 1, one);
        }
    }

    /// Whether a stage between the window and its aggregate reads the bounds.
    fn asks_for_bounds(&self, window: usize) -> bool {
        let until_aggregate =
            self.chain[window + 1..].iter().take_while(|stage| !matches!(stage, Stage::Aggregate { .. }));
        until_aggregate.into_iter().any(Stage::reads_bounds)
    }

    /// A session is found where the aggregate is: what is filtered before then is in none.
    fn await_session(&mut self, at: usize, mut record: Record, gap: Span, by: &[String]) {
        if record.time.is_none() {
            self.outcome.rejected.note(&record);
            return;
        }
        record.window = None;
        let keys = (!by.is_empty()).then(|| record.keys(by, &mut self.outcome.faults));
        record.session = Some(Session { gap: gap.nanos(), keys });
        self.push(at + 1, record);
    }

    fn number(&mut self, at: usize, mut record: Record, count: i128) {
        self.reached[at] += 1;
        let number = self.reached[at];
        let start = (number - 1) / count * count + 1;
        let window = (start, start + count - 1);
        (record.time, record.mark, record.window) = (None, None, Some(window));
        self.bounds(at + 1, window).into_iter().for_each(|field| record.set(field));
        self.push(at + 1, record);
        if number == window.1 {
            self.pass_number(at, at + 1, number);
        }
    }

    /// The fields of a window, for a stage in it.
    fn bounds(&self, at: usize, (start, end): Window) -> [Field; 2] {
        let value = |bound: i128| {
            if self.counts(at) {
                return Value::Number(Decimal::count(bound.try_into().expect("few records")));
            }
            let time = Timestamp::from_nanosecond(bound).expect("a time of the tests");
            Value::Time(time.to_zoned(self.zone.clone()))
        };
        [("window_start", start), ("window_end", end)]
            .map(|(name, bound)| Field::made(name, value(bound), value(bound).json()))
    }

    /// Adds a record to an aggregate: to its windows, or to its session. Late ones are not computed with.
    fn add(&mut self, at: usize, mut held: Held) -> bool {
        if let Some(session) = held.record.session.take() {
            return self.add_to_session(at, held, session);
        }
        match std::mem::take(&mut held.record.windows) {
            windows if windows.is_empty() => self.held[at].push(held),
            windows => self.held[at].extend(windows.into_iter().map(|window| held.clone().within(window))),
        }
        true
    }

    /// All records of an open session have its bounds; they stay in the order in which they came.
    fn add_to_session(&mut self, at: usize, mut held: Held, Session { gap, keys }: Session) -> bool {
        let by = keys.unwrap_or_else(|| held.keys.clone());
        held.session = values(&by).iter().map(|value| value.identity() + "\n").collect();
        let unnamed = by.into_iter().filter(|key| held.keys.iter().all(|other| other.name != key.name));
        held.keys = unnamed.chain(held.keys.iter().cloned()).collect();
        let time = held.record.time.expect("checked at the window");
        let (session, mark) = (held.session.clone(), held.record.mark);
        let own = |other: &Held| if other.session == session { other.record.window } else { None };
        let is_near = |(start, end): &Window| start - gap <= time && time <= *end;
        let near: Vec<Window> = self.held[at].iter().filter_map(own).filter(is_near).collect();
        if near.is_empty() && mark.is_some_and(|mark| time + gap <= mark) {
            self.outcome.late.note(&held.record);
            return false;
        }
        let start = near.iter().fold(time, |start, window| start.min(window.0));
        let end = near.iter().fold(time + gap, |end, window| end.max(window.1));
        for other in &mut self.held[at] {
            if own(other).is_some_and(|window| near.contains(&window)) {
                other.record.window = Some((start, end));
            }
        }
        self.held[at].push(held.within((start, end)));
        true
    }

    fn explode(&mut self, at: usize, record: Record, name: &str) {
        let value = record.get(name);
        let elements = match &value {
            Value::Array(_) => value.elements(),
            _ => record.field(name).map(|field| field.json.clone()).into_iter().collect(),
        };
        let elements = if elements.is_empty() { vec!["null".to_owned()] } else { elements };
        for json in elements {
            let mut one = record.clone();
            let element = Field::made(last_name(name), of_element(&value, &json), json).timed(self.zone_name);
            if is_path(name) {
                one.elements.push((name.to_owned(), element.clone()));
            }
            one.set(element);
            self.push(at + 1, one);
        }
    }

    /// dedup and limit: they hold what has passed.
    fn pass(&mut self, at: usize, record: Held, within: Option<i128>) {
        let limit = match &self.chain[at] {
            Stage::Limit { count, .. } => *count,
            _ if record.keys.iter().any(|key| key.value.is_null()) => usize::MAX,
            _ => 1,
        };
        if let (Some(within), Some(mark)) = (within, record.record.mark) {
            self.held[at].retain(|held| held.record.time.is_some_and(|time| time + within >= mark));
        }
        let is_near = |held: &Held| match (within, held.record.time, record.record.time) {
            (Some(within), Some(one), Some(other)) => (one - other).abs() <= within,
            _ => true,
        };
        let before = self.held[at]
            .iter()
            .filter(|held| held.record.window == record.record.window && same_key(held, &record))
            .filter(|held| is_near(held))
            .count();
        if before >= limit {
            return;
        }
        let is_last = record.keys.is_empty() && self.scope(at).is_none() && before + 1 == limit;
        self.held[at].push(record.clone());
        if is_last {
            self.from = at + 1;
        }
        self.push(at + 1, record.record);
    }

    /// Lets go of what ended by `mark`, or of everything at the end.
    fn close(&mut self, at: usize, mark: Option<i128>) {
        let stage = &self.chain[at];
        if at < self.from || !matches!(stage, Stage::Sort(_) | Stage::Top { .. } | Stage::Aggregate { .. }) {
            return;
        }
        let has_ended =
            |window: Option<Window>| mark.is_none_or(|mark| window.is_some_and(|(_, end)| end <= mark));
        let (ended, open): (Vec<Held>, Vec<Held>) =
            std::mem::take(&mut self.held[at]).into_iter().partition(|held| has_ended(held.record.window));
        self.held[at] = open;
        let mut windows: Vec<Option<Window>> = ended.iter().map(|held| held.record.window).collect();
        windows.sort_by_key(|window| window.map(|(start, end)| (end, start)));
        windows.dedup();
        if windows.is_empty() && mark.is_none() && self.scope(at).is_none() {
            windows.push(None);
        }
        for (number, window) in windows.iter().enumerate() {
            let within: Vec<&Held> = ended.iter().filter(|held| held.record.window == *window).collect();
            for (mut record, results) in self.release(at, *window, within) {
                // What a limit leaves out is not computed.
                if let (Stage::Aggregate { items, .. }, false) = (&self.chain[at], at + 1 < self.from) {
                    Calls::of(items).add_items(items, &results, &mut record, &mut self.outcome.faults);
                }
                self.push(at + 1, record);
            }
            let end = window.map(|(_, end)| end);
            let is_last_of_its_end =
                windows.get(number + 1).is_none_or(|next| next.map(|(_, end)| end) != end);
            match (end, mark, self.scope(at)) {
                (Some(end), Some(_), Some(scope)) if self.counts(at) => self.pass_number(scope, at + 1, end),
                (Some(end), Some(_), _) if is_last_of_its_end => self.pass_time(at + 1, end),
                _ => {}
            }
        }
    }

    /// What a holding stage makes of a window's records; of an aggregate with the results of its calls.
    fn release(&self, at: usize, window: Option<Window>, held: Vec<&Held>) -> Vec<(Record, Vec<Value>)> {
        let alone = |record| (record, Vec::new());
        match &self.chain[at] {
            Stage::Sort(keys) => in_order(held, keys).into_iter().map(alone).collect(),
            Stage::Top { count, .. } => {
                groups(held).into_iter().flat_map(|group| largest(group, *count)).map(alone).collect()
            }
            Stage::Aggregate { items, by, .. } => {
                let mut all = groups(held);
                if all.is_empty() && by.is_empty() {
                    all.push(Vec::new());
                }
                all.into_iter().map(|group| self.summary(at, items, window, &group)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The bounds and keys of a group, and what its calls give.
    fn summary(
        &self,
        at: usize,
        items: &[Item],
        window: Option<Window>,
        group: &[&Held],
    ) -> (Record, Vec<Value>) {
        let mut fields: Vec<Field> = window.into_iter().flat_map(|window| self.bounds(at, window)).collect();
        let keys = group.first().into_iter().flat_map(|first| first.keys.clone());
        fields.extend(keys.map(|key| key.timed(self.zone_name)));
        let args: Vec<&[Option<Vec<Value>>]> = group.iter().map(|held| held.args.as_slice()).collect();
        let results = Calls::of(items).results(&args);
        let time = window.filter(|_| !self.counts(at)).map(|(_, end)| end - 1);
        (Record { fields, time, window, zone: self.zone_name, ..Record::default() }, results)
    }
}
