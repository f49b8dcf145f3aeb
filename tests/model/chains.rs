//! The generator of chains that the program accepts.

use super::chain::{Expr, Stage};
use super::expressions::may_be_time;
use super::input::{Input, NAMES};
use super::nest::{is_path, last_name};
use super::pools::{CSV_DATES, CSV_KEYS, CSV_NUMBERS, CSV_TEXTS, DATES, KEYS, NUMBERS, TEXTS};
use super::record::TIME_NAMES;
use super::stamps::Spellings;
use super::table::{Join, Table};
use super::windows::{Grid, Span};

/// Makes stages out of drawn numbers; when they are used up, the first choice is taken everywhere, so that
/// fewer and smaller numbers give simpler chains.
pub(crate) struct Chains {
    draws: std::vec::IntoIter<u16>,
    /// Some fields are untyped.
    pub(super) is_untyped: bool,
    /// `--time` is given: another field of that kind is not taken for it.
    is_chosen: bool,
    /// The event time of a table may be that of the input, since a first record may lack its own.
    may_lack_time: bool,
    /// `--types` has the field that `parse` reads.
    is_pinned: bool,
    /// Fields that a record may have here.
    pub(super) fields: Vec<String>,
    /// What a window's records stand in until an aggregate.
    open: Option<Open>,
    /// Stamps may lack the year, which follows from the records that reach a stage.
    is_yearless: bool,
    /// Members of an object are among the fields.
    pub(super) has_members: bool,
    /// Event time is in order here.
    pub(super) has_time: bool,
    /// Records are in the order of the input here.
    is_in_order: bool,
    pub(super) is_windowed: bool,
    /// The table of the chain, and how many joins look into it.
    pub(super) table: Option<Table>,
    pub(super) joins: usize,
    made: usize,
}

/// A window that no aggregate has ended.
#[derive(Clone, Debug)]
enum Open {
    /// Any stage may follow.
    Plain,
    /// Few stages may follow, up to an aggregate.
    Sliding,
    /// As of a sliding one; these keys keep their meaning.
    Session(Vec<String>),
}

impl Chains {
    pub(crate) fn new(draws: Vec<u16>, input: &Input) -> Self {
        let fields = NAMES.map(|name| format!("{}{name}", input.nest.prefix())).into();
        Self {
            draws: draws.into_iter(),
            is_untyped: input.is_csv,
            is_chosen: input.is_chosen,
            may_lack_time: input.may_lack_time(),
            is_pinned: input.pins.of("t").is_some(),
            is_yearless: matches!(input.spellings, Spellings::Yearless(_)),
            fields,
            open: None,
            has_members: false,
            has_time: true,
            is_in_order: true,
            is_windowed: false,
            table: None,
            joins: 0,
            made: 0,
        }
    }

    pub(crate) fn chain(mut self) -> Vec<Stage> {
        let count = 1 + self.below(5);
        let mut chain: Vec<Stage> = (0..count).map(|_| self.stage()).collect();
        if self.is_narrow() {
            chain.push(self.aggregate());
        }
        chain
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.draws.next().unwrap_or(0)) % bound
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn is_narrow(&self) -> bool {
        matches!(self.open, Some(Open::Sliding | Open::Session(_)))
    }

    fn stage(&mut self) -> Stage {
        if self.is_narrow() {
            return match self.below(10) {
                0 | 1 => Stage::Filter(self.whole_condition(2)),
                2 | 3 => self.project(),
                4 => self.explode(),
                5 => self.join(),
                6 => self.parse(),
                _ => self.aggregate(),
            };
        }
        match self.below(15) {
            // A time field that the chain makes is taken later; the model always takes that of the input.
            1 => self.explode(),
            2 if !self.is_yearless && self.below(2) == 1 => self.members(),
            2 => self.project(),
            3..=5 if self.open.is_none() => self.window(),
            3 | 12 if self.is_windowed => {
                (self.is_windowed, self.has_time) = (false, false);
                Stage::WindowAll
            }
            4..=7 => self.aggregate(),
            8 => {
                self.hold();
                let count = 1 + self.below(2);
                Stage::Sort((0..count).map(|_| (self.plain(), self.below(2) == 1)).collect())
            }
            9 => {
                self.hold();
                let (by_value, by) = (self.plain(), self.keys(0));
                // Whether keys are looked at of which nothing is wanted is left open.
                let least = usize::from(!by.is_empty());
                Stage::Top { by_value, count: least + self.below(4 - least), by }
            }
            10 => self.dedup(),
            11 => {
                let by = self.keys(0);
                let most = if by.is_empty() { 12 } else { 4 };
                let count = self.below(most);
                Stage::Limit { count, by }
            }
            13 => self.join(),
            14 => self.parse(),
            _ => Stage::Filter(self.whole_condition(2)),
        }
    }

    fn explode(&mut self) -> Stage {
        match self.scalar() {
            Expr::Field(field) if !self.keeps(&field) => {
                self.add(last_name(&field));
                // Behind an array, longer paths lead into the element.
                if last_name(&field) == "v" {
                    self.add("v.z");
                }
                if is_path(&field) && field.ends_with(".v") {
                    self.add(&format!("{field}.z"));
                }
                Stage::Explode(field)
            }
            _ if self.is_narrow() => Stage::Filter(self.whole_condition(2)),
            _ => self.dedup(),
        }
    }

    /// Of text that the input has, mostly; what it makes is untyped.
    fn parse(&mut self) -> Stage {
        if self.is_pinned || !self.fields.iter().any(|field| field == "t") {
            return Stage::Filter(self.whole_condition(2));
        }
        let name = self.fresh('p');
        self.add(&name);
        self.is_untyped = true;
        Stage::Parse { field: "t".to_owned(), name }
    }

    fn dedup(&mut self) -> Stage {
        let can_within = self.has_time && self.is_in_order;
        let within = (can_within && self.below(2) == 1).then(|| self.one(&["5s", "1s", "1m", "10m", "24h"]));
        Stage::Dedup { keys: self.keys(1), within: within.map(Span) }
    }

    fn window(&mut self) -> Stage {
        let mut ways: Vec<fn(&mut Self) -> Stage> = Vec::new();
        if self.has_time {
            ways.extend([Self::tumbling as fn(&mut Self) -> Stage, Self::tumbling]);
        }
        // Their aggregate must find a field that is no bound.
        if self.has_time && self.fields.iter().any(|field| !is_bound(field)) {
            ways.extend([Self::sliding as fn(&mut Self) -> Stage, Self::session, Self::session]);
        }
        ways.push(Self::count);
        self.is_windowed = true;
        self.one(&ways)(self)
    }

    fn tumbling(&mut self) -> Stage {
        self.open_with_bounds(Open::Plain);
        let is_calendar = self.below(3) == 2;
        let sizes = if is_calendar {
            &["1d", "2d", "1w", "1mo", "3mo", "1y"][..]
        } else {
            &["10s", "7s", "60s", "3600s", "1500ms", "24h"]
        };
        let size = Span(self.one(sizes));
        Stage::Window(Grid { offset: self.offset(is_calendar), ..Grid::tumbling(size) })
    }

    fn sliding(&mut self) -> Stage {
        self.open_with_bounds(Open::Sliding);
        let is_calendar = self.below(4) == 3;
        let (size, every) = if is_calendar {
            self.one(&[("2d", "1d"), ("1w", "1d"), ("2w", "1w"), ("3mo", "1mo"), ("1y", "3mo"), ("1d", "1d")])
        } else {
            self.one(&[
                ("10s", "5s"),
                ("60s", "10s"),
                ("10s", "1s"),
                ("1h", "10m"),
                ("3s", "1500ms"),
                ("24h", "6h"),
                ("7s", "7s"),
            ])
        };
        Stage::Window(Grid { size: Span(size), every: Some(Span(every)), offset: self.offset(is_calendar) })
    }

    fn offset(&mut self, is_calendar: bool) -> Option<Span> {
        let some = if is_calendar { ["6h", "-90m", "150m"] } else { ["1s", "-1s", "250ms"] };
        (self.below(3) == 2).then(|| Span(self.one(&some)))
    }

    fn session(&mut self) -> Stage {
        let fields: Vec<String> = self.fields.iter().filter(|field| !is_bound(field)).cloned().collect();
        let count = if fields.is_empty() { 0 } else { self.below(3) };
        let mut by: Vec<String> = (0..count).map(|_| self.one(&fields)).collect();
        by.sort();
        let by = once_each(by);
        self.fields.retain(|field| !is_bound(field));
        self.open = Some(Open::Session(by.clone()));
        Stage::Session { gap: Span(self.one(&["10s", "1s", "5s", "60s", "10m", "24h"])), by }
    }

    fn count(&mut self) -> Stage {
        self.open_with_bounds(Open::Plain);
        self.has_time = false;
        Stage::Count(self.one(&[3, 1, 2, 5, 20]))
    }

    fn open_with_bounds(&mut self, open: Open) {
        self.open = Some(open);
        self.add("window_start");
        self.add("window_end");
    }

    /// Whether a field is a key of an open session.
    pub(super) fn keeps(&self, field: &str) -> bool {
        matches!(&self.open, Some(Open::Session(by)) if by.iter().any(|key| last_name(key) == last_name(field)))
    }

    fn has_session_keys(&self) -> bool {
        matches!(&self.open, Some(Open::Session(by)) if !by.is_empty())
    }

    /// At most two joins, which may clash with each other.
    fn join(&mut self) -> Stage {
        // Whether a number is one under other names, where it was event time, is left open.
        let is_left = |field: &&String| !is_timely(field) || TIME_NAMES.contains(&field.as_str());
        let lefts: Vec<String> = self.fields.iter().filter(is_left).cloned().collect();
        if self.joins == 2 || lefts.is_empty() {
            return Stage::Filter(self.whole_condition(2));
        }
        let table = self.table.take().unwrap_or_else(|| self.new_table());
        self.table = Some(table.clone());
        let names = &table.names;
        // Where records have lost theirs, that of the table is event time.
        let is_time = names.contains(&"ts") && !self.fields.iter().any(|field| field == "ts");
        if is_time || names.contains(&"k") && self.has_session_keys() {
            return Stage::Filter(self.whole_condition(2));
        }
        let mut on: Vec<(String, &'static str)> = Vec::new();
        let second = if TIME_NAMES.contains(&names[1]) { names[1] } else { "t" };
        let both = [(names[0], "k"), (names[1], second)];
        let some = self.one(&[0..1, 0..2, 1..2]);
        for (right, likely) in both[some].iter().copied() {
            let has_likely = lefts.iter().any(|left| left == likely);
            let left = if has_likely && self.below(4) > 0 { likely.to_owned() } else { self.one(&lefts) };
            if on.iter().all(|(other, _)| *other != left) {
                on.push((left, right));
            }
        }
        let kind = self.one(&[None, Some("left"), Some("inner"), Some("semi"), Some("anti"), None]);
        let is_csv = table.is_csv;
        let mut join = Join { table, on, kind, take: Vec::new(), prefix: "" };
        if !join.only_selects() {
            if self.below(3) == 2 {
                join.take = join.taken().into_iter().rev().filter(|_| self.below(3) > 0).collect();
            }
            join.prefix = if self.below(4) == 3 { "p_" } else { "" };
            for name in join.taken() {
                let name = format!("{}{name}", join.prefix);
                let again = (2..=3).map(|number| format!("{name}_{number}"));
                let taken =
                    std::iter::once(name.clone()).chain(again).find(|name| !self.fields.contains(name));
                self.add(&taken.unwrap_or(name));
            }
        }
        self.joins += 1;
        self.is_untyped |= is_csv;
        Stage::Join(join)
    }

    /// A table of the same form has fields that the records have too; that of another form has not, since
    /// fields that are untyped in some records only are no good keys.
    fn new_table(&mut self) -> Table {
        let is_csv = self.below(2) == 1;
        let clashes = is_csv == self.is_untyped && !self.has_session_keys() && !self.has_members;
        let mut names = if clashes { ["k", "t", "n", "u"] } else { ["id", "tag", "z", "u"] };
        let mut pools = if is_csv {
            [CSV_KEYS, CSV_TEXTS, CSV_NUMBERS, CSV_TEXTS]
        } else {
            [KEYS, TEXTS, NUMBERS, TEXTS]
        };
        if clashes && self.below(2) == 1 {
            names[1] = if self.may_lack_time { "date" } else { self.one(&TIME_NAMES) };
            pools[1] = if is_csv { CSV_DATES } else { DATES };
        }
        let count = self.below(7);
        let rows = (0..count)
            .map(|_| pools.map(|pool| (self.below(8) < 7).then(|| self.one(pool))).to_vec())
            .collect();
        Table { is_csv, names: names.to_vec(), rows }
    }

    /// What is held to the end of input leaves without event time in order.
    fn hold(&mut self) {
        self.has_time &= self.is_windowed;
        self.is_in_order = false;
    }

    pub(super) fn add(&mut self, name: &str) {
        if !self.fields.iter().any(|field| field == name) {
            self.fields.push(name.to_owned());
        }
    }

    pub(super) fn fresh(&mut self, letter: char) -> String {
        self.made += 1;
        format!("{letter}{}", self.made)
    }

    pub(super) fn field(&mut self) -> String {
        let fields = self.fields.clone();
        self.one(&fields)
    }

    fn project(&mut self) -> Stage {
        let mut items: Vec<(String, Expr)> = Vec::new();
        let count = 1 + self.below(3);
        for _ in 0..count {
            let name = self.field();
            let last = last_name(&name).to_owned();
            let (name, expr) = match self.below(4) {
                0 => (last, Expr::Field(name)),
                1 if self.makes_date() => ("date".to_owned(), Expr::Field(name)),
                1 => (self.fresh(if is_timely(&name) { 'w' } else { 'p' }), Expr::Field(name)),
                2 if self.below(3) == 0 => (self.fresh('w'), self.of_time()),
                2 if !is_timely(&name) && !self.keeps(&name) => (last, self.computed()),
                _ => {
                    let expr = self.computed();
                    (self.name_of(&expr), expr)
                }
            };
            if items.iter().all(|(other, _)| *other != name) {
                items.push((name, expr));
            }
        }
        // The aggregate finds a field that is no bound.
        if self.is_narrow() && items.iter().all(|(name, _)| is_bound(name)) {
            items.push((self.fresh('p'), self.computed()));
        }
        let has_star = self.below(3) > 0;
        let star = has_star.then(|| if self.below(4) == 0 { items.len() } else { 0 });
        let drop: Vec<String> =
            if star.is_some() && self.below(3) == 0 { vec![self.field()] } else { Vec::new() };
        let mut except: Vec<String> =
            drop.into_iter().filter(|name| items.iter().all(|(item, _)| item != name)).collect();
        // Whether an exception reads the bounds, which copies the record for each window, is left open.
        except.retain(|name| !(self.is_narrow() && is_bound(name) || is_path(name)));
        if star.is_some() {
            self.fields.retain(|field| !except.contains(field));
        } else {
            self.fields.clear();
        }
        for (name, _) in &items {
            self.add(name);
        }
        Stage::Project { items, star, except }
    }

    /// The text of an expression, or a new name. Of what may be a time the name must tell so.
    fn name_of(&mut self, expr: &Expr) -> String {
        let text = expr.to_string();
        let is_named = self.below(2) == 0 || expr.is_constant() || may_be_time(expr) || text.len() > 100;
        // A path alone is called as its last name is.
        if is_named || is_path(&text) || self.keeps(&text) { self.fresh('p') } else { text }
    }

    /// Whether a field is to be event time by its name.
    fn makes_date(&mut self) -> bool {
        self.is_chosen && !self.keeps("date") && self.below(3) == 0
    }

    fn aggregate(&mut self) -> Stage {
        if self.is_narrow() {
            self.fields.retain(|field| !is_bound(field));
        }
        let mut by = if self.fields.is_empty() { Vec::new() } else { self.keys(0) };
        by.retain(|key| !is_bound(key));
        let computed = self.computed_keys(&by);
        by.extend(computed.iter().map(|(name, _)| name.clone()));
        let items = self.items(&by);
        let bounds = ["window_start", "window_end"].map(str::to_owned);
        self.fields = bounds.into_iter().filter(|_| self.is_windowed).collect();
        if let Some(Open::Session(keys)) = self.open.take() {
            let by: Vec<&str> = by.iter().map(|key| last_name(key)).collect();
            let keys = keys.iter().map(|key| last_name(key)).filter(|key| !by.contains(key));
            self.fields.extend(keys.map(str::to_owned));
        }
        let by_names = by.iter().map(|key| last_name(key).to_owned());
        self.fields.extend(by_names.chain(items.iter().map(|item| item.name.clone())));
        self.hold();
        self.is_in_order = true;
        Stage::Aggregate { items, by, computed }
    }

    /// At most one key that is an expression. What it is made of is no bound, which is no field of sliding windows and
    /// sessions before they end.
    fn computed_keys(&mut self, by: &[String]) -> Vec<(String, Expr)> {
        let is_possible =
            self.below(3) == 1 && self.fields.iter().any(|field| !is_timely(field) && !is_bound(field));
        if !is_possible {
            return Vec::new();
        }
        let expr =
            Expr::Arithmetic(self.one(&['+', '-', '*']), Box::new(self.scalar()), Box::new(self.number(0)));
        let text = expr.to_string();
        let is_bad = expr.is_constant() || text.contains("window_") || text.len() > 100 || by.contains(&text);
        if is_bad { Vec::new() } else { vec![(text, expr)] }
    }
}

/// Fields that are or may be read as times: by their names, those made of such ones too.
pub(super) fn is_timely(field: &str) -> bool {
    let name = last_name(field.strip_prefix("p_").unwrap_or(field));
    TIME_NAMES.iter().any(|time| name.starts_with(time)) || field.starts_with('w')
}

/// Those whose name no other before has.
pub(super) fn once_each(keys: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for key in keys {
        if once.iter().all(|other| last_name(other) != last_name(&key)) {
            once.push(key);
        }
    }
    once
}

/// The bounds of windows.
pub(super) fn is_bound(field: &str) -> bool {
    field.starts_with("window_")
}
