//! The bound chain, split into what any worker may do on a block alone and what runs in input order.

use std::sync::Arc;

use super::settings::Settings;
use crate::error::{Error, Result};
use crate::record::{Env, Fields, Shape, Sites, Sources};
use crate::stage::{
    self, Bound, Fold, Outline, Scope, StageDef, StampAt, Step, Tables, TakeTime, TimePlace, Windowed, Words,
    Writes,
};

/// A chain that is ready to run.
pub struct Plan {
    /// Input fields that the chain reads.
    pub fields: Arc<Fields>,
    /// Shape of the records at the end.
    pub shape: Shape,
    /// Settings of values.
    pub env: Arc<Env>,
    /// Places where values are computed.
    pub sites: Arc<Sites>,
    /// The inputs.
    pub sources: Arc<Sources>,
    /// Steps that the workers run on each block.
    pub steps: Vec<Box<dyn Step>>,
    /// The fold that ends the workers' part, if one does.
    pub fold: Option<Box<dyn Fold>>,
    /// What runs in input order, behind the fold if there is one.
    pub ordered: Vec<InOrder>,
    /// Whether event time is taken from a field of the input.
    pub input_time: bool,
    /// Whether it is taken there for an input that has the field, and from a table for others.
    pub own_time: bool,
    /// The field that event time is taken from, if the chain made it.
    pub time_made: Option<String>,
    /// Whether some stage goes by event time, so that the order of records between inputs counts.
    pub has_event_time: bool,
    /// Whether the watermark drives some stage.
    pub timed: bool,
    /// The stage that no other can follow, if the chain ends with one: nothing is printed.
    pub ends_with: Option<&'static str>,
    /// Which settings the chain has a use for.
    pub needs: stage::Needs,
    /// The stages in words, for `explain`.
    pub lines: Vec<PlanLine>,
}

/// A stage of the ordered part.
pub enum InOrder {
    /// A stage that needs order.
    Stage(Box<dyn stage::Plan>),
    /// A fold behind such a stage.
    Fold(Box<dyn Fold>),
    /// A step behind such a stage.
    Step(Arc<dyn Step>),
    /// A step that takes event time.
    Time(Arc<dyn Step>),
}

/// One stage in words.
pub struct PlanLine {
    /// Name, SPEC and options.
    pub stage: String,
    /// Whether it runs in the workers.
    pub in_workers: bool,
    /// What it keeps.
    pub keeps: String,
}

/// What keeps records by event time, among the stages in words.
const RANGE: &str = "--since, --until";

/// A stage as typed.
pub type TypedStage = (&'static StageDef, Words);

impl Plan {
    /// Binds a chain. `env` and `sources` are shared with formats; stages read their tables by `tables`.
    pub fn bind(
        chain: &[TypedStage],
        settings: &Settings,
        env: &Arc<Env>,
        sources: &Arc<Sources>,
        tables: &dyn Tables,
    ) -> Result<Self> {
        let mut fields = Fields::default();
        let sites = Arc::new(Sites::default());
        let mut scope = Scope {
            stage: "",
            place: 0,
            spec: String::new(),
            shape: Shape::input(),
            fields: &mut fields,
            made: 0,
            env,
            sites: &sites,
            tables,
            time_option: settings.time.as_ref(),
            range: (settings.since, settings.until),
            stamped: StampAt::Nowhere,
            time_made: None,
            has_event_time: false,
            input_time: false,
            own_time: false,
            ahead: Vec::new(),
            taken_for_years: false,
            ordered: false,
            windowed: Windowed::No,
            behind_aggregate: false,
            ends_with: None,
            uses: stage::Uses::default(),
            members: stage::Members::default(),
            exploded: Vec::new(),
            time_places: Vec::new(),
            made_names: Vec::new(),
            table_names: Vec::new(),
            needs: stage::Seen::default(),
        };
        let mut parts = Parts::default();
        for (def, words) in chain {
            (scope.stage, scope.place) = (def.name, scope.place.saturating_add(1));
            scope.spec.clone_from(&words.spec);
            if let Some(last) = scope.ends_with {
                return Err(Error::new(format!("{last} must be the last stage: it prints nothing")).help(
                    format!("move {} in front of it; tee FILE writes records and passes them on", def.name),
                ));
            }
            scope.note_time_place();
            let time = stage::RangeTime::of(&mut scope);
            let bound = (def.bind)(words, &mut scope).map_err(|error| error.within(def.name))?;
            let range = stage::before_range_ends(&mut scope, time, &bound);
            if !range.is_empty() {
                parts.add_stage(RANGE.to_owned(), range);
            }
            scope.note_names_here();
            let ahead = std::mem::take(&mut scope.ahead);
            parts.add_stage(as_typed(def.name, words), ahead.into_iter().chain(bound));
        }
        scope.check_end()?;
        // Nothing in the chain needed time, but the range does.
        if scope.range != (None, None) && scope.stamped == StampAt::Nowhere && !scope.behind_aggregate {
            let bound = stage::take_time_for_values(&mut scope)?;
            parts.add_stage(RANGE.to_owned(), bound);
        }
        scope.watch_options();
        let (shape, input_time, ends_with) = (scope.shape.clone(), scope.input_time, scope.ends_with);
        let (has_event_time, time_made) = (scope.has_event_time, scope.time_made.take());
        let needs = scope.needs.needs();
        if input_time {
            let place = TimePlace::Input(Arc::clone(sources));
            let (range, outline) = ((settings.since, settings.until), Outline::input());
            parts.steps.insert(0, Box::new(TakeTime { place, range, outline }));
        }
        let own_time = scope.own_time && !input_time;
        if own_time {
            let place = TimePlace::Own(Arc::clone(sources));
            let (range, outline) = ((settings.since, settings.until), Outline::input());
            parts.steps.insert(0, Box::new(TakeTime { place, range, outline }));
        }
        let timed = input_time || parts.timed;
        Ok(Self {
            fields: Arc::new(fields),
            shape,
            env: Arc::clone(env),
            sites,
            sources: Arc::clone(sources),
            steps: parts.steps,
            fold: parts.fold,
            ordered: parts.ordered,
            time_made,
            has_event_time,
            input_time,
            own_time,
            timed,
            ends_with,
            needs,
            lines: parts.lines,
        })
    }

    /// Whether no input is needed: some stage lets nothing pass, and none in front of it writes records.
    pub fn wants_nothing(&self) -> bool {
        self.ordered
            .iter()
            .take_while(|part| part.writes().is_none())
            .any(|part| matches!(part, InOrder::Stage(plan) if plan.wants_nothing()))
    }

    /// What stages write beside the chain.
    pub fn writes(&self) -> impl Iterator<Item = Writes<'_>> {
        self.ordered.iter().filter_map(InOrder::writes)
    }

    /// The same with the shapes of the records.
    pub fn writes_shapes(&self) -> impl Iterator<Item = (Writes<'_>, &Shape)> {
        self.ordered.iter().filter_map(|part| match part {
            InOrder::Stage(plan) => plan.writes().zip(plan.written_shape()),
            InOrder::Fold(_) | InOrder::Step(_) | InOrder::Time(_) => None,
        })
    }

    /// Whether a record of the input may be found again: where several records are made of it, or some output beside
    /// the last one may reject it.
    pub fn finds_again(&self) -> bool {
        let repeats = |part: &InOrder| match part {
            InOrder::Stage(plan) => plan.repeats() || plan.writes().is_some(),
            InOrder::Fold(_) => false,
            InOrder::Step(step) | InOrder::Time(step) => step.repeats(),
        };
        self.steps.iter().any(|step| step.repeats()) || self.ordered.iter().any(repeats)
    }

    /// Whether all that is found of a record of the input is found with its block: nothing waits.
    pub fn finds_at_once(&self) -> bool {
        self.fold.as_ref().is_none_or(|fold| !fold.keeps_records())
            && self.ordered.iter().all(|part| matches!(part, InOrder::Step(_) | InOrder::Time(_)))
    }

    /// Whether a record leaves the chain whatever it reads.
    pub fn gives_always(&self) -> bool {
        let steps = self.steps.iter().map(|step| Gives::Step(&**step));
        let fold = self.fold.iter().map(|fold| Gives::Plan(&**fold));
        let ordered = self.ordered.iter().map(|part| match part {
            InOrder::Stage(plan) => Gives::Plan(&**plan),
            InOrder::Fold(fold) => Gives::Plan(&**fold),
            InOrder::Step(step) | InOrder::Time(step) => Gives::Step(&**step),
        });
        steps.chain(fold).chain(ordered).fold(false, |gets, part| match part {
            Gives::Step(step) => step.gives(gets),
            Gives::Plan(plan) => plan.gives(gets),
        })
    }

    /// Whether every stage runs in the workers and none holds anything.
    pub fn is_parallel(&self) -> bool {
        self.fold.is_none() && self.ordered.is_empty()
    }
}

impl InOrder {
    /// What the stage writes beside the chain.
    pub fn writes(&self) -> Option<Writes<'_>> {
        match self {
            Self::Stage(plan) => plan.writes(),
            Self::Fold(_) | Self::Step(_) | Self::Time(_) => None,
        }
    }
}

/// A part of the chain that is asked whether it gives records.
enum Gives<'a> {
    Step(&'a dyn Step),
    Plan(&'a dyn stage::Plan),
}

/// A stage with its SPEC and options in one line.
fn as_typed(name: &str, words: &Words) -> String {
    let mut line = format!("{name} {}", words.spec);
    for (option, value) in &words.options {
        line.extend([" --", option]);
        if !value.is_empty() {
            line.extend([" ", value]);
        }
    }
    line
}

/// The plan as it comes together.
#[derive(Default)]
struct Parts {
    steps: Vec<Box<dyn Step>>,
    fold: Option<Box<dyn Fold>>,
    ordered: Vec<InOrder>,
    timed: bool,
    lines: Vec<PlanLine>,
}

impl Parts {
    fn add_stage(&mut self, stage: String, bound: impl IntoIterator<Item = Bound>) {
        let mut line = PlanLine { stage, in_workers: true, keeps: "nothing".to_owned() };
        let mut is_told = false;
        for part in bound {
            // What a step does with the results of its own stage is no more than a detail.
            let is_detail = is_told && matches!(part, Bound::Step(_));
            is_told |= matches!(part, Bound::Fold(_) | Bound::Ordered(_));
            let (in_workers, keeps) = self.add(part);
            if is_detail {
                continue;
            }
            line.in_workers &= in_workers;
            line.keeps = keeps;
        }
        self.lines.push(line);
    }

    /// Places a part; whether it runs in the workers, and what it keeps.
    fn add(&mut self, part: Bound) -> (bool, String) {
        let in_workers = self.fold.is_none() && self.ordered.is_empty();
        let keeps = match part {
            Bound::Time(step) => {
                self.timed = true;
                let keeps = step.keeps();
                if in_workers {
                    self.steps.push(step)
                } else {
                    self.ordered.push(InOrder::Time(Arc::from(step)))
                }
                keeps
            }
            Bound::Step(step) => {
                let keeps = step.keeps();
                if in_workers {
                    self.steps.push(step)
                } else {
                    self.ordered.push(InOrder::Step(Arc::from(step)))
                }
                keeps
            }
            Bound::Fold(fold) => {
                let keeps = fold.keeps();
                if in_workers {
                    self.fold = Some(fold)
                } else {
                    self.ordered.push(InOrder::Fold(fold))
                }
                keeps
            }
            Bound::Ordered(plan) => {
                let keeps = plan.keeps();
                self.ordered.push(InOrder::Stage(plan));
                return (false, keeps);
            }
        };
        (in_workers, keeps)
    }
}
