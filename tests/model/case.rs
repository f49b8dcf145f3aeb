//! Random chains that the program accepts, and what the model makes of them.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::chain::{Expr, Item, Kind, Stage};
use super::engine::{Engine, Outcome};
use super::input::{Input, Line, NAMES, input};

/// A command and its input.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) input: Input,
    pub(crate) chain: Vec<Stage>,
    /// In seconds.
    pub(crate) lateness: u64,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.words().iter().map(|word| format!("'{word}'")).collect();
        write!(f, "\ntamis {}\n{}", words.join(" "), String::from_utf8_lossy(&self.input.bytes()))
    }
}

impl Case {
    pub(crate) fn words(&self) -> Vec<String> {
        let from = if self.input.is_csv { "csv" } else { "ndjson" };
        let mut words: Vec<String> = ["--from", from, "--time", "ts", "--lateness"].map(str::to_owned).into();
        words.push(format!("{}s", self.lateness));
        for (number, stage) in self.chain.iter().enumerate() {
            words.extend((number > 0).then(|| "then".to_owned()));
            words.extend(stage.words());
        }
        words
    }

    /// What the model says.
    pub(crate) fn outcome(&self) -> Outcome {
        let mut engine = Engine::new(&self.chain, self.lateness);
        let wants_any = !self.chain.iter().any(|stage| matches!(stage, Stage::Limit { count: 0, .. }));
        for line in self.input.lines.iter().filter(|_| wants_any) {
            match line {
                _ if engine.is_satisfied() => break,
                Line::Record { .. } => engine.read(self.input.record(line)),
                Line::Broken(_) => engine.reject(),
                Line::Blank => {}
            }
        }
        engine.finish();
        engine.outcome
    }
}

/// Any case.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    (input(), vec(any::<u16>(), 0..90), select(&[0_u64, 1, 10, 60][..])).prop_map(
        |(input, draws, lateness)| {
            let chain = Chains::new(draws, input.is_csv).chain();
            Case { input, chain, lateness }
        },
    )
}

/// Makes stages out of drawn numbers; when they are used up, the first choice is taken everywhere, so that
/// fewer and smaller numbers give simpler chains.
struct Chains {
    draws: std::vec::IntoIter<u16>,
    is_csv: bool,
    /// Fields that a record may have here.
    fields: Vec<String>,
    /// A window is open: no second one until an aggregate.
    is_bounded: bool,
    /// Event time is in order here.
    has_time: bool,
    is_windowed: bool,
    made: usize,
}

impl Chains {
    fn new(draws: Vec<u16>, is_csv: bool) -> Self {
        let fields = NAMES.map(str::to_owned).into();
        Self {
            draws: draws.into_iter(),
            is_csv,
            fields,
            is_bounded: false,
            has_time: true,
            is_windowed: false,
            made: 0,
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.draws.next().unwrap_or(0)) % bound
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn chain(mut self) -> Vec<Stage> {
        let count = 1 + self.below(4);
        (0..count).map(|_| self.stage()).collect()
    }

    fn stage(&mut self) -> Stage {
        match self.below(14) {
            // A time field that the chain makes is taken later; the model always takes that of the input.
            1 => match self.scalar() {
                Expr::Field(field) => Stage::Explode(field),
                _ => Stage::Dedup(self.keys(1)),
            },
            2 => self.project(),
            3..=5 if self.has_time && !self.is_bounded => self.window(),
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
                Stage::Top { by_value: self.plain(), count: self.below(4), by: self.keys(0) }
            }
            10 => Stage::Dedup(self.keys(1)),
            11 => {
                let by = self.keys(0);
                let most = if by.is_empty() { 12 } else { 4 };
                let count = self.below(most);
                Stage::Limit { count, by }
            }
            _ => Stage::Filter(self.condition(2)),
        }
    }

    fn window(&mut self) -> Stage {
        self.is_bounded = true;
        self.is_windowed = true;
        self.add("window_start");
        self.add("window_end");
        Stage::Window(self.one(&[10, 7, 60, 3600]))
    }

    /// What is held to the end of input leaves without event time in order.
    fn hold(&mut self) {
        self.has_time &= self.is_windowed;
    }

    fn add(&mut self, name: &str) {
        if !self.fields.iter().any(|field| field == name) {
            self.fields.push(name.to_owned());
        }
    }

    fn fresh(&mut self, letter: char) -> String {
        self.made += 1;
        format!("{letter}{}", self.made)
    }

    fn field(&mut self) -> String {
        let fields = self.fields.clone();
        self.one(&fields)
    }

    /// A field that is compared and calculated with: no time.
    fn scalar(&mut self) -> Expr {
        let fields: Vec<String> = self.fields.iter().filter(|field| !is_timely(field)).cloned().collect();
        if fields.is_empty() { Expr::Literal("1".to_owned()) } else { Expr::Field(self.one(&fields)) }
    }

    /// Different fields, `least` to 2.
    fn keys(&mut self, least: usize) -> Vec<String> {
        let count = least + self.below(3 - least);
        let mut keys: Vec<String> = (0..count).map(|_| self.field()).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// What sort and top order by.
    fn plain(&mut self) -> Expr {
        match self.below(5) {
            0 => self.number(1),
            _ => Expr::Field(self.field()),
        }
    }

    fn number(&mut self, depth: usize) -> Expr {
        match self.below(4) {
            1 if depth > 0 => {
                let operator = self.one(&['+', '-', '*', '/', 'f', '%']);
                Expr::Arithmetic(operator, Box::new(self.number(depth - 1)), Box::new(self.number(depth - 1)))
            }
            2 => Expr::Literal(self.one(&["1", "0", "2.5", "1000", "0.1"]).to_owned()),
            _ => self.scalar(),
        }
    }

    fn condition(&mut self, depth: usize) -> Expr {
        let some = |expr| Box::new(expr);
        match self.below(14) {
            0 => self.comparison(),
            1 if depth > 0 => Expr::And(some(self.condition(depth - 1)), some(self.condition(depth - 1))),
            2 if depth > 0 => Expr::Or(some(self.condition(depth - 1)), some(self.condition(depth - 1))),
            3 if depth > 0 => Expr::Not(some(self.condition(depth - 1))),
            4 => Expr::IsNull(some(Expr::Field(self.field()))),
            5 => Expr::Not(some(Expr::IsNull(some(self.number(1))))),
            6 => match self.scalar() {
                field @ Expr::Field(_) => field,
                _ => Expr::Literal("true".to_owned()),
            },
            7 if depth > 0 => {
                Expr::If(some(self.condition(0)), some(self.condition(depth - 1)), some(self.condition(0)))
            }
            8 => Expr::Default(some(self.comparison()), some(Expr::Literal("false".to_owned()))),
            9 => Expr::Literal(self.one(&["true", "false", "null"]).to_owned()),
            10 => {
                let [least, most] = ["0.1", "2"].map(|json| some(Expr::Literal(json.to_owned())));
                Expr::Between(some(self.number(1)), least, most)
            }
            11 => {
                let among =
                    self.one(&[["1", "1000"], ["\"x\"", "\"b\""]]).map(|json| Expr::Literal(json.to_owned()));
                Expr::In(some(self.scalar()), among.into())
            }
            _ => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Expr {
        let operator = self.one(&["==", "!=", "<", "<=", ">", ">="]);
        let (left, right) = match self.below(4) {
            0 => (self.number(1), Expr::Literal("1".to_owned())),
            1 => (self.scalar(), self.scalar()),
            2 => (self.scalar(), Expr::Literal(self.one(&["\"x\"", "\"b\"", "\"1\"", "true"]).to_owned())),
            _ => (self.number(1), self.number(1)),
        };
        Expr::Compare(operator, Box::new(left), Box::new(right))
    }

    /// A computed field; of an untyped field and a number no mix is made, whose keys the manual leaves open.
    fn computed(&mut self) -> Expr {
        match self.below(4) {
            1 => self.condition(1),
            2 if !self.is_csv => Expr::Default(Box::new(self.scalar()), Box::new(self.number(1))),
            3 if !self.is_csv => {
                Expr::If(Box::new(self.condition(0)), Box::new(self.scalar()), Box::new(self.scalar()))
            }
            _ => Expr::Arithmetic('+', Box::new(self.number(1)), Box::new(self.number(0))),
        }
    }

    fn project(&mut self) -> Stage {
        let mut items: Vec<(String, Expr)> = Vec::new();
        let count = 1 + self.below(3);
        for _ in 0..count {
            let name = self.field();
            let (name, expr) = match self.below(4) {
                0 => (name.clone(), Expr::Field(name)),
                1 => (self.fresh(if is_timely(&name) { 'w' } else { 'p' }), Expr::Field(name)),
                2 if !is_timely(&name) => (name, self.computed()),
                _ => (self.fresh('p'), self.computed()),
            };
            if items.iter().all(|(other, _)| *other != name) {
                items.push((name, expr));
            }
        }
        let star = (self.below(3) > 0).then(|| if self.below(4) == 0 { items.len() } else { 0 });
        let drop: Vec<String> =
            if star.is_some() && self.below(3) == 0 { vec![self.field()] } else { Vec::new() };
        let except: Vec<String> =
            drop.into_iter().filter(|name| items.iter().all(|(item, _)| item != name)).collect();
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

    fn aggregate(&mut self) -> Stage {
        let mut by = self.keys(0);
        by.retain(|key| !key.starts_with("window_"));
        let count = 1 + self.below(4);
        let items: Vec<Item> = (0..count).map(|_| self.item()).collect();
        let bounds = ["window_start", "window_end"].map(str::to_owned);
        self.fields = bounds.into_iter().filter(|_| self.is_windowed).collect();
        self.fields.extend(by.iter().cloned().chain(items.iter().map(|item| item.name.clone())));
        self.is_bounded = false;
        self.hold();
        Stage::Aggregate { items, by }
    }

    fn item(&mut self) -> Item {
        use Kind::{
            ArgMax, ArgMin, Avg, Collect, CollectSome, Count, CountIf, CountValues, Distinct, ExactDistinct,
            First, Frequent, Last, Max, Median, Min, Quantile, Stddev, Sum, Variance,
        };
        let kind = self.one(&[
            Count,
            CountValues,
            CountIf,
            Sum,
            Avg,
            Min,
            Max,
            First,
            Last,
            Variance,
            Stddev,
            Median,
            Quantile("0.25"),
            Quantile("0.9"),
            Distinct,
            ExactDistinct,
            Collect,
            CollectSome(2),
            ArgMin,
            ArgMax,
            Frequent(2),
            Frequent(9),
        ]);
        let args = match kind {
            Count => Vec::new(),
            CountIf => vec![self.condition(1)],
            Sum | Avg | Variance | Stddev | Median | Quantile(_) => vec![self.number(1)],
            ArgMin | ArgMax => vec![Expr::Field(self.field()), self.plain()],
            _ => vec![self.plain()],
        };
        let only = (self.below(4) == 1).then(|| self.condition(1));
        let is_time = matches!(args.first(), Some(Expr::Field(field)) if is_timely(field));
        Item { name: self.fresh(if is_time { 'w' } else { 'x' }), kind, args, only }
    }
}

/// Fields that are or may be read as times: by their names, those made of such ones too.
fn is_timely(field: &str) -> bool {
    field == "ts" || field.starts_with('w')
}
