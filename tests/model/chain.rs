//! Chains as trees, and how they are written on a command line.

use std::cmp::Ordering;
use std::fmt;

use super::nest::{is_path, last_name};
use super::table::Join;
use super::windows::{Grid, Span};

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Field(String),
    /// A JSON spelling, which is also a literal of the language.
    Literal(String),
    Length(Span),
    /// `json(text)`.
    Json(Box<Expr>),
    /// A function of one time; `floor 1d` has its size with it.
    OfTime(&'static str, Box<Expr>),
    /// `least` or `greatest`.
    Extreme(Ordering, Box<Expr>, Box<Expr>),
    Compare(&'static str, Box<Expr>, Box<Expr>),
    Arithmetic(char, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    IsNull(Box<Expr>),
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Literals of one type.
    In(Box<Expr>, Vec<Expr>),
    Default(Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    Quantile(&'static str),
    Distinct,
    ExactDistinct,
    Collect,
    CollectSome(usize),
    ArgMin,
    ArgMax,
    Frequent(usize),
}

/// An item of `aggregate`.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) calls: Vec<Call>,
    /// Over the results of the calls, which are the fields `#0`, `#1` …, and the keys; `None`: it is the only call.
    pub(crate) expr: Option<Expr>,
    /// The condition at the end of the item.
    pub(crate) only: Option<Expr>,
}

/// An aggregate in an item, with its own condition.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) args: Vec<Expr>,
    pub(crate) only: Option<Expr>,
}

impl Item {
    /// An item that is one aggregate.
    pub(crate) fn plain(name: String, kind: Kind, args: Vec<Expr>, only: Option<Expr>) -> Self {
        Self { name, calls: vec![Call { kind, args, only: None }], expr: None, only }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Stage {
    Filter(Expr),
    /// `items`, where `None` is the star with its exceptions.
    Project {
        items: Vec<(String, Expr)>,
        star: Option<usize>,
        except: Vec<String>,
    },
    /// A project with the members of an object among its items.
    Members(Vec<Part>),
    Window(Grid),
    /// `by` is empty if the keys of the aggregate hold.
    Session {
        gap: Span,
        by: Vec<String>,
    },
    Count(usize),
    WindowAll,
    /// `computed` are those of `by` that are expressions, under their text.
    Aggregate {
        items: Vec<Item>,
        by: Vec<String>,
        computed: Vec<(String, Expr)>,
    },
    Sort(Vec<(Expr, bool)>),
    Top {
        by_value: Expr,
        count: usize,
        by: Vec<String>,
    },
    Dedup {
        keys: Vec<String>,
        within: Option<Span>,
    },
    Join(Join),
    Limit {
        count: usize,
        by: Vec<String>,
    },
    Explode(String),
    /// Takes the first `x` or `y` of a field's text.
    Parse {
        field: String,
        name: String,
    },
}

/// An item of a project with members.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Item(String, Expr),
    /// All fields but these.
    Star(Vec<String>),
    /// The members of the object in a field.
    Of(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(name, Expr::Field(field)) if field == name => f.write_str(&spelled(name)),
            Self::Item(name, expr) => write!(f, "{} = {expr}", spelled(name)),
            Self::Star(except) if except.is_empty() => f.write_str("*"),
            Self::Star(except) => write!(f, "* except ({})", fields(except)),
            Self::Of(field) => write!(f, "{}.*", spelled(field)),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "{}", spelled(name)),
            Self::Literal(name) => write!(f, "{name}"),
            Self::Length(span) => write!(f, "{}", span.0),
            Self::Json(inner) => write!(f, "json({inner})"),
            Self::OfTime(name, inner) => match name.split_once(' ') {
                Some((name, size)) => write!(f, "{name}({inner}, {size})"),
                None => write!(f, "{name}({inner})"),
            },
            Self::Extreme(Ordering::Less, left, right) => write!(f, "least({left}, {right})"),
            Self::Extreme(_, left, right) => write!(f, "greatest({left}, {right})"),
            Self::Compare(operator, left, right) => write!(f, "({left} {operator} {right})"),
            Self::Arithmetic('f', left, right) => write!(f, "({left} // {right})"),
            Self::Arithmetic(operator, left, right) => write!(f, "({left} {operator} {right})"),
            Self::And(left, right) => write!(f, "({left} and {right})"),
            Self::Or(left, right) => write!(f, "({left} or {right})"),
            Self::Not(inner) => write!(f, "(not {inner})"),
            Self::IsNull(inner) => write!(f, "({inner} is null)"),
            Self::Between(inner, least, most) => write!(f, "({inner} between {least} and {most})"),
            Self::In(inner, among) => write!(f, "({inner} in [{}])", list(among)),
            Self::Default(left, right) => write!(f, "({left} ?? {right})"),
            Self::If(condition, left, right) => write!(f, "if({condition}, {left}, {right})"),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, more) = match self.kind {
            Kind::Count | Kind::CountValues => ("count", String::new()),
            Kind::CountIf => ("count_if", String::new()),
            Kind::Sum => ("sum", String::new()),
            Kind::Avg => ("avg", String::new()),
            Kind::Min => ("min", String::new()),
            Kind::Max => ("max", String::new()),
            Kind::First => ("first", String::new()),
            Kind::Last => ("last", String::new()),
            Kind::Variance => ("variance", String::new()),
            Kind::Stddev => ("stddev", String::new()),
            Kind::Median => ("median", String::new()),
            Kind::Quantile(share) => ("quantile", format!(", {share}")),
            Kind::Distinct => ("distinct", String::new()),
            Kind::ExactDistinct => ("exact_distinct", String::new()),
            Kind::Collect => ("collect", String::new()),
            Kind::CollectSome(count) => ("collect", format!(", {count}")),
            Kind::ArgMin => ("arg_min", String::new()),
            Kind::ArgMax => ("arg_max", String::new()),
            Kind::Frequent(count) => ("frequent", format!(", {count}")),
        };
        match &self.only {
            None => write!(f, "{name}({}{more})", list(&self.args)),
            Some(only) => write!(f, "({name}({}{more}) where {only})", list(&self.args)),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.expr.as_ref().map_or("#0".to_owned(), ToString::to_string);
        for (number, call) in self.calls.iter().enumerate() {
            text = text.replace(&format!("#{number}"), &call.to_string());
        }
        write!(f, "{} = {text}", self.name)?;
        self.only.iter().try_for_each(|only| write!(f, " where {only}"))
    }
}

impl Stage {
    /// The words of this stage.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = match self {
            Self::Filter(condition) => vec!["filter".into(), condition.to_string()],
            Self::Project { items, star, except } => {
                let mut parts: Vec<String> = items
                    .iter()
                    .map(|(name, expr)| match expr {
                        Expr::Field(field) if last_name(field) == name => spelled(field),
                        _ if expr.to_string() == *name => name.clone(),
                        _ => format!("{} = {expr}", spelled(name)),
                    })
                    .collect();
                if let Some(place) = star {
                    let except = if except.is_empty() {
                        String::new()
                    } else {
                        format!(" except ({})", fields(except))
                    };
                    parts.insert(*place, format!("*{except}"));
                }
                vec!["project".into(), parts.join(", ")]
            }
            Self::Members(parts) => vec!["project".into(), list(parts)],
            Self::Window(grid) => vec!["window".into(), grid.size.0.into()],
            Self::Session { gap, .. } => vec!["window".into(), format!("session:{}", gap.0)],
            Self::Count(count) => vec!["window".into(), format!("count:{count}")],
            Self::WindowAll => vec!["window".into(), "all".into()],
            Self::Aggregate { items, .. } => vec!["aggregate".into(), list(items)],
            Self::Sort(keys) => {
                let keys =
                    keys.iter().map(|(key, down)| format!("{key}{}", if *down { " desc" } else { "" }));
                vec!["sort".into(), keys.collect::<Vec<_>>().join(", ")]
            }
            Self::Top { by_value, count, .. } => {
                vec!["top".into(), by_value.to_string(), "-n".into(), count.to_string()]
            }
            Self::Dedup { keys, .. } => vec!["dedup".into(), fields(keys)],
            Self::Join(join) => join.words(),
            Self::Limit { count, .. } => vec!["limit".into(), count.to_string()],
            Self::Explode(field) => vec!["explode".into(), spelled(field)],
            Self::Parse { field, name } => {
                vec!["parse".into(), format!("(?<{name}>[xy])"), "--field".into(), spelled(field)]
            }
        };
        match self {
            Self::Aggregate { by, computed, .. } if !computed.is_empty() => {
                let is_computed = |name: &&String| computed.iter().any(|(other, _)| other == *name);
                let key = |name| if is_computed(&name) { name.clone() } else { spelled(name) };
                words.extend(["--by".into(), by.iter().map(key).collect::<Vec<_>>().join(", ")]);
            }
            Self::Aggregate { by, .. }
            | Self::Top { by, .. }
            | Self::Limit { by, .. }
            | Self::Session { by, .. }
                if !by.is_empty() =>
            {
                words.extend(["--by".into(), fields(by)]);
            }
            Self::Window(grid) => {
                words.extend(grid.every.into_iter().flat_map(|every| ["--every".into(), every.0.into()]));
                words.extend(grid.offset.into_iter().flat_map(|offset| ["--offset".into(), offset.0.into()]));
            }
            Self::Dedup { within: Some(within), .. } => words.extend(["--within".into(), within.0.into()]),
            _ => {}
        }
        words
    }

    /// Whether it goes by event time.
    pub(crate) fn needs_time(&self) -> bool {
        matches!(self, Self::Window(_) | Self::Session { .. } | Self::Dedup { within: Some(_), .. })
    }

    /// Whether it needs the records in order.
    pub(crate) fn needs_order(&self) -> bool {
        !matches!(
            self,
            Self::Filter(_)
                | Self::Project { .. }
                | Self::Explode(_)
                | Self::Parse { .. }
                | Self::Join(_)
                | Self::Window(_)
        )
    }

    /// Whether an expression of a filter or project names the bounds of the window.
    pub(crate) fn reads_bounds(&self) -> bool {
        self.words().iter().any(|word| word.contains("window_start") || word.contains("window_end"))
    }
}

fn list(parts: &[impl ToString]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn fields(names: &[String]) -> String {
    names.iter().map(|name| spelled(name)).collect::<Vec<_>>().join(", ")
}

/// A field's name as an expression has it.
pub(crate) fn spelled(name: &str) -> String {
    // A result of an aggregate is written out where it is shown.
    if name.starts_with('#') || is_path(name) || name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        name.to_owned()
    } else if name.contains('`') {
        format!(".[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("`{name}`")
    }
}

impl Expr {
    /// Whether it names no field.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Self::Field(_) => false,
            Self::Literal(_) | Self::Length(_) => true,
            Self::Json(one) | Self::OfTime(_, one) | Self::Not(one) | Self::IsNull(one) => one.is_constant(),
            Self::Extreme(_, left, right)
            | Self::Compare(_, left, right)
            | Self::Arithmetic(_, left, right)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Default(left, right) => left.is_constant() && right.is_constant(),
            Self::Between(one, two, three) | Self::If(one, two, three) => {
                [one, two, three].iter().all(|part| part.is_constant())
            }
            Self::In(one, among) => one.is_constant() && among.iter().all(Self::is_constant),
        }
    }
}
