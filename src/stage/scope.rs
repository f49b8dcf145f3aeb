//! What is known of the records at one place of a chain while it is bound: their shape, event time, windows.

use std::ops::Range;
use std::sync::Arc;

use super::located::{Exploded, Found, MadeTime};
use super::members::Members;
use super::needs::Seen;
use super::uses::{Carried, Uses};
use super::{Bound, Tables, take_time};
use crate::error::{Error, Result, nearest};
use crate::expr::{Ast, Binder, Expr, Names, Resolved, is_spelled_alike, refuse_constant_condition};
use crate::record::{
    ColumnRef, Env, Fields, Named, Path, Reading, Segment, Shape, Site, Sites, TimeField, Type,
};
use crate::spell;
use crate::stage::window::{Session, Sliding};
use crate::time::Timestamp;

/// Fields that are event time when `--time` is not given, in order of preference.
pub const TIME_NAMES: [&str; 6] = ["timestamp", "@timestamp", "ts", "time", "datetime", "date"];

/// The chain as bound so far.
pub struct Scope<'a> {
    /// The stage being bound.
    pub stage: &'static str,
    /// Its place in the chain, from 1.
    pub place: u32,
    /// Its SPEC.
    pub spec: String,
    /// The records that reach it; it leaves the shape of those that leave it.
    pub shape: Shape,
    /// Input fields that the chain reads.
    pub fields: &'a mut Fields,
    /// Number of computed columns.
    pub made: usize,
    /// Settings of the run.
    pub env: &'a Arc<Env>,
    /// Places where values are computed.
    pub sites: &'a Arc<Sites>,
    /// Where tables are read.
    pub tables: &'a dyn Tables,
    /// `--time`.
    pub time_option: Option<&'a Path>,
    /// `--since` and `--until`.
    pub range: (Option<Timestamp>, Option<Timestamp>),
    /// How the records got their event time.
    pub stamped: StampAt,
    /// The field of event time, if the chain made it before an aggregate.
    pub time_made: Option<String>,
    /// Whether some stage goes by event time, so that the order of records between inputs counts.
    pub has_event_time: bool,
    /// Whether every record read gets its event time from a field of the input.
    pub input_time: bool,
    /// Whether that holds only for an input whose first record has the field: others get theirs from a table.
    pub own_time: bool,
    /// What must come before the stage that is bound: event time, where the year of a stamp depends on it.
    pub ahead: Vec<Bound>,
    /// Whether event time was taken for the years of stamps alone: a stage that needs it may take another.
    pub taken_for_years: bool,
    /// Whether the values of the expression that is bound are ordered.
    pub ordered: bool,
    /// How the records are bounded by a window.
    pub windowed: Windowed,
    /// Whether an aggregate stands before this place.
    pub behind_aggregate: bool,
    /// The stage that no other can follow, once it was bound.
    pub ends_with: Option<&'static str>,
    /// Which values are read, and which only leave.
    pub uses: Uses,
    /// Which members of objects are read as fields.
    pub members: Members,
    /// Arrays inside of fields that were taken apart so far.
    pub exploded: Vec<Exploded>,
    /// Where the field of `--time` stood so far, as the chain made it.
    pub time_places: Vec<Found>,
    /// Names of fields that the chain made, where options name fields.
    pub made_names: Vec<String>,
    /// Names of fields of tables, where options name fields.
    pub table_names: Vec<String>,
    /// Which settings the chain has a use for.
    pub needs: Seen,
}

/// Where event time is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StampAt {
    /// Nowhere yet.
    Nowhere,
    /// From a field of the input, for every record read.
    Input,
    /// From a field that the chain made.
    Chain,
    /// From the window of an aggregate.
    Window,
    /// Nowhere any more: a count of records has taken the place of time.
    Gone,
}

/// Whether and how records are bounded by a window.
#[derive(Clone, Debug)]
pub enum Windowed {
    /// Not at all.
    No,
    /// By one window each, which no aggregate has seen yet.
    Open(Clock),
    /// By sliding windows, which the next aggregate puts together.
    Sliding(Arc<Sliding>),
    /// By sessions, which the next aggregate puts together.
    Session(Arc<Session>),
    /// By the window of an aggregate.
    Aggregated(Clock),
}

/// What the bounds of windows are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// Times.
    Time,
    /// Numbers of records.
    Records,
}

impl Scope<'_> {
    /// A place for a new computed column.
    pub fn new_column(&mut self) -> usize {
        self.made += 1;
        self.made - 1
    }

    /// Binds an expression of the SPEC.
    pub fn expression(&mut self, ast: &Ast) -> Result<Expr> {
        self.needs.expression(ast);
        let spec = self.spec.clone();
        self.bind_in(&spec, |binder| binder.expression(ast))
    }

    /// Binds in `bind` expressions whose values are ordered.
    pub fn ordered<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> T {
        self.ordered = true;
        let bound = bind(self);
        self.ordered = false;
        bound
    }

    /// Binds an expression of the SPEC whose values only leave. See [`Self::carried`].
    pub fn passing(&mut self, ast: &Ast) -> Result<Expr> {
        self.needs.expression(ast);
        let spec = self.spec.clone();
        self.bind_in(&spec, |binder| binder.passing(ast))
    }

    /// The input fields of which an expression that only passes them on gives values as they stand.
    pub fn carried(&self, expr: &Expr) -> Vec<Carried> {
        let parts = expr.passed().iter();
        parts.flat_map(|(column, behind)| self.uses.sources(*column, behind, self.fields)).collect()
    }

    /// Binds a condition of the SPEC; one that names no field is an error.
    pub fn condition(&mut self, ast: &Ast) -> Result<Expr> {
        self.needs.expression(ast);
        let spec = self.spec.clone();
        let condition = self.bind_in(&spec, |binder| binder.condition(ast))?;
        refuse_constant_condition(ast, &spec)?;
        Ok(condition)
    }

    /// Binds an expression of some other text of the stage (`--by`).
    pub fn expression_in(&mut self, text: &str, ast: &Ast) -> Result<Expr> {
        self.needs.expression(ast);
        self.bind_in(text, |binder| binder.expression(ast))
    }

    fn bind_in(&mut self, text: &str, bind: impl FnOnce(&mut Binder<'_>) -> Result<Expr>) -> Result<Expr> {
        let (stage, env, sites) = (self.stage, Arc::clone(self.env), Arc::clone(self.sites));
        let ordered = self.ordered;
        bind(&mut Binder { stage, spec: text, names: self, sites: &sites, env: &env, ordered })
    }

    /// Numbers a site at a place of the SPEC.
    pub fn site(&self, place: Range<usize>) -> u32 {
        self.site_in(&self.spec, place)
    }

    /// Numbers a site in some other text of the stage.
    pub fn site_in(&self, text: &str, place: Range<usize>) -> u32 {
        self.sites.add(Site { stage: self.stage, spec: Arc::from(text), place })
    }

    /// The error for a field that no record at this place can have.
    pub fn absent(&self, path: &Path) -> Error {
        let known: Vec<&str> =
            self.shape.before.iter().chain(&self.shape.after).map(|field| field.name.as_str()).collect();
        let error = Error::new(format!("no field \"{path}\" here"));
        match nearest(path.joined(), known.iter().copied()) {
            Some(name) => error.help(format!("did you mean {}?", spell::field(name))),
            None if self.shape.rest.is_some() => error.help("it was taken out before"),
            None => error.help(format!("the fields here are: {}", spell::fields(&known))),
        }
    }

    /// Makes sure that records have an event time from here on. `Some`: where to take it from here;
    /// `None`: they have it already, or get it where they enter the chain.
    pub(super) fn need_time(&mut self) -> Result<Option<MadeTime>> {
        if !self.takes_time() {
            return Ok(None);
        }
        let is_taken = self.stamped == StampAt::Input;
        self.needs.times();
        if let Some(made) = self.made_time() {
            self.needs.time_field();
            // Windows before an aggregate or a count of records go by the input's time all the same.
            self.input_time &= !is_taken;
            self.stamped = StampAt::Chain;
            return Ok(Some(made));
        }
        if is_taken {
            return Ok(None);
        }
        if self.behind_aggregate || self.stamped == StampAt::Gone {
            return Err(self.no_time());
        }
        self.stamped = StampAt::Input;
        self.input_time = true;
        if let Some(path) = self.time_option {
            self.needs.time_field();
            // Named like any field, it is missed where no record has it.
            let slot = self.fields.slot(path);
            let site = Site { stage: "--time", ..self.place_in("", 0..0) };
            self.note_named(ColumnRef::Input(slot), site, false);
        }
        Ok(None)
    }

    /// Whether event time may be taken here: records have none, or only for the years of stamps.
    pub(super) fn takes_time(&self) -> bool {
        let is_taken = !matches!(self.stamped, StampAt::Nowhere | StampAt::Gone);
        !is_taken || self.taken_for_years && self.stamped == StampAt::Input
    }

    fn no_time(&self) -> Error {
        let names: Vec<&str> =
            self.shape.before.iter().chain(&self.shape.after).map(|field| field.name.as_str()).collect();
        let message = match self.time_option {
            Some(path) => {
                format!("{} needs event time, but no field is \"{path}\" after the aggregate", self.stage)
            }
            None if self.is_counted() => {
                format!("{} needs event time, which a window of count:N leaves none of", self.stage)
            }
            None => format!(
                "{} needs event time, which records after an aggregate without window have none of",
                self.stage
            ),
        };
        Error::new(message)
            .help(format!("name a key with --time; the fields here are: {}", spell::fields(&names)))
    }

    /// Whether a count of records has taken the place of time.
    fn is_counted(&self) -> bool {
        matches!(self.windowed, Windowed::Open(Clock::Records) | Windowed::Aggregated(Clock::Records))
            || self.stamped == StampAt::Gone
    }

    /// Whether the stage works per window. An error inside windows that only an aggregate puts together.
    pub fn per_window(&self) -> Result<bool> {
        match self.windowed {
            Windowed::No => Ok(false),
            Windowed::Open(_) | Windowed::Aggregated(_) => Ok(true),
            Windowed::Sliding(_) | Windowed::Session(_) => Err(self.needs_aggregate()),
        }
    }

    /// The error for what stands between a sliding window or a session and its aggregate.
    pub fn needs_aggregate(&self) -> Error {
        let windows = match self.windowed {
            Windowed::Session(_) => "sessions",
            _ => "sliding windows",
        };
        Error::new(format!("{} cannot be inside {windows}", self.stage))
            .help("aggregate first: only filter, project, parse, explode and join may come before")
    }

    /// The error for a chain that ends inside windows that only an aggregate puts together.
    pub fn check_end(&self) -> Result<()> {
        let windows = match self.windowed {
            Windowed::Session(_) => "sessions",
            Windowed::Sliding(_) => "sliding windows",
            _ => return Ok(()),
        };
        Err(Error::new(format!("{windows} must reach an aggregate"))
            .help("add: then aggregate 'count()'")
            .within("window"))
    }

    /// Records from here on have just these fields, and nothing of the input.
    pub fn restart(&mut self, fields: Vec<Named>, made: usize) {
        self.shape = Shape::of(fields);
        self.uses.restart();
        self.members.restart();
        self.exploded.clear();
        self.time_places.clear();
        self.made = made;
        self.behind_aggregate = true;
    }
}

impl Names for Scope<'_> {
    fn read_whole(&mut self, column: ColumnRef, behind: &[Segment]) {
        self.uses.read(column, behind, self.fields);
    }

    fn named_at(&mut self, column: ColumnRef, site: Site, may_be_absent: bool) {
        self.note_named(column, site, may_be_absent);
    }

    fn named_by(&self, text: &str) -> Option<String> {
        let mut fields = self.shape.before.iter().chain(&self.shape.after);
        fields.find(|field| is_spelled_alike(&field.name, text)).map(|field| field.name.clone())
    }

    fn resolve(&mut self, path: &Path) -> Result<Resolved> {
        if let Some(field) = self.field_of(path) {
            self.read_bounds(&field.name, field.read())?;
            let (found, carried) = (self.found_in(field, path), field.reading);
            let resolved = self.resolved(path, found, carried);
            self.need_years(resolved.reading, path)?;
            return Ok(resolved);
        }
        let passes = [path.joined(), path.first()].map(|name| self.shape.passes(name));
        if passes == [true, true]
            && let Some(unfolded) = self.shape.as_unfolded()
        {
            let unfolded = Arc::clone(unfolded);
            return self.resolve_among(&unfolded, path, true);
        }
        let own = match passes {
            [true, true] => Some(path.clone()),
            // Of the two that a path may mean, a field can have been taken out.
            [true, false] => Some(Path::name(path.joined()).inside(path.behind_joined())),
            [false, true] => Some(Path::name(path.first()).inside(path.behind_first())),
            [false, false] => None,
        };
        let found = match self.follow(Found::Input(path.clone()), false) {
            Found::Input(_) if self.behind_aggregate => None,
            Found::Input(_) => own.map(Found::Input),
            found => Some(found),
        };
        let Some(found) = found else { return Err(self.absent(path)) };
        let resolved = self.resolved(path, found, Reading::Plain);
        self.need_years(resolved.reading, path)?;
        Ok(resolved)
    }
}

impl Scope<'_> {
    /// Notes that a window's bounds are read, where that makes a difference.
    pub(super) fn read_bounds(&self, name: &str, column: ColumnRef) -> Result<()> {
        if !matches!(column, ColumnRef::WindowStart | ColumnRef::WindowEnd) {
            return Ok(());
        }
        match &self.windowed {
            Windowed::Sliding(sliding) => sliding.note_bounds_read(),
            Windowed::Session(_) => {
                return Err(Error::new(format!("{name} of a session is known only when it ends"))
                    .help("read it after the aggregate"));
            }
            _ => {}
        }
        Ok(())
    }

    /// How a field of the input, or of a table, is read: as `--types` says, else as times if it is event time or has
    /// one of its names.
    pub fn reading_of(&self, path: &Path) -> Reading {
        let pin = self.env.pins.of(&path.dotted());
        self.needs.pin(pin);
        Reading::from(pin).or(self.time_of_name(path))
    }

    /// How a field is read for its name alone: event time is.
    pub(super) fn time_of_name(&self, path: &Path) -> Reading {
        if self.time_option.is_some_and(|time| time.to_string() == path.to_string()) {
            self.needs.time_field();
            return Reading::Times(TimeField::Chosen);
        }
        if !path.is_single() || !TIME_NAMES.contains(&path.joined()) {
            return Reading::Plain;
        }
        self.needs.times();
        let is_formatted = self.time_option.is_none() && self.env.times.has_format();
        Reading::Times(if is_formatted { TimeField::Formatted } else { TimeField::Named })
    }

    /// Takes event time before a stage that reads a field of times, if stamps may lack the year: which it is follows
    /// from the stamps before, as windows see them. Behind an aggregate stamps have their times with them.
    pub(super) fn need_years(&mut self, reading: Reading, path: &Path) -> Result<()> {
        let is_pinned = reading.pin() == Some(Type::Time) && self.time_of_name(path) != Reading::Plain;
        let is_needed = (is_pinned || matches!(reading, Reading::Times(_)))
            && self.env.times.has_year()
            && self.stamped == StampAt::Nowhere
            && !self.behind_aggregate;
        if is_needed {
            self.taken_for_years = true;
            let ahead = take_time::for_values(self)?;
            self.ahead.extend(ahead);
        }
        Ok(())
    }
}
