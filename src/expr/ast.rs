//! The syntax tree of an expression: what was written and where, nothing about what it means.

use std::ops::Range;

use crate::record::{Path, Segment};
use crate::time::{Duration, Size};
use crate::value::Number;

/// An expression as written.
#[derive(Clone, Debug)]
pub struct Ast {
    /// What it is.
    pub kind: AstKind,
    /// Its bytes in the SPEC, parentheses around it included.
    pub place: Range<usize>,
    /// Nodes from here down to the deepest leaf.
    pub(super) depth: usize,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum AstKind {
    /// A constant.
    Literal(Literal),
    /// A field.
    Field(Path),
    /// `[a, b]`.
    List(Vec<Ast>),
    /// `a and b and c`: at least two.
    And(Vec<Ast>),
    /// `a or b or c`: at least two.
    Or(Vec<Ast>),
    /// `not a`.
    Not(Box<Ast>),
    /// `a == b`.
    Compare(Comparison, Box<[Ast; 2]>),
    /// `a =~ 'regex'`, or `!~` if negated.
    Match {
        /// Text and pattern.
        operands: Box<[Ast; 2]>,
        /// Whether a match gives false.
        negated: bool,
    },
    /// `a in [b, c]`.
    In {
        /// What is looked for.
        value: Box<Ast>,
        /// Where.
        list: Vec<Ast>,
        /// `not in`.
        negated: bool,
    },
    /// `a in tags`, an array: value and array.
    InArray {
        /// Value and array.
        operands: Box<[Ast; 2]>,
        /// `not in`.
        negated: bool,
    },
    /// `a between b and c`: value, least and greatest.
    Between {
        /// Value, least and greatest.
        operands: Box<[Ast; 3]>,
        /// `not between`.
        negated: bool,
    },
    /// `a is null`.
    IsNull {
        /// What is looked at.
        value: Box<Ast>,
        /// `is not null`.
        negated: bool,
    },
    /// `a ?? b ?? c`: at least two.
    Fallback(Vec<Ast>),
    /// `a ++ b ++ c`: at least two.
    Concat(Vec<Ast>),
    /// `a + b`.
    Arithmetic(Operator, Box<[Ast; 2]>),
    /// `-a`.
    Minus(Box<Ast>),
    /// `f(a).b`, `(a ?? b)[0]`: what stands at a path inside a value.
    Inside(Box<Ast>, Vec<Segment>),
    /// `f(a, b)`.
    Call {
        /// The function's name.
        name: String,
        /// Where the name stands.
        name_place: Range<usize>,
        /// The arguments.
        args: Vec<Ast>,
    },
    /// What an aggregate gives for the group: the one at this place of the stage's list.
    Aggregate(usize),
}

/// A constant as written.
#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// `1.5e3`.
    Number(Number),
    /// A number of more than 38 digits, spelled as in JSON.
    Long(String),
    /// `'text'`, escapes undone.
    Text(String),
    /// `5m`, `1h30m`, `1mo`: at least one of the two is there.
    Length {
        /// The exact duration; `1mo` and `1y` have none.
        exact: Option<Duration>,
        /// The size of a window; units that do not mix (`1d12h`) have none.
        size: Option<Size>,
    },
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `==`, also `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// How two values are computed with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `//`.
    FloorDivide,
    /// `%`.
    Remainder,
}

impl Literal {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Comparison {
    /// Whether it asks which side comes first.
    pub fn is_by_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Ast {
    pub(super) fn new(kind: AstKind, place: Range<usize>) -> Self {
        let depth = 1 + kind.operands().iter().map(|operand| operand.depth).max().unwrap_or(0);
        Self { kind, place, depth }
    }

    /// The expression that is just a field.
    pub fn field(path: Path, place: Range<usize>) -> Self {
        Self::new(AstKind::Field(path), place)
    }

    /// The expression as written.
    pub fn spelled<'s>(&self, spec: &'s str) -> &'s str {
        spec.get(self.place.clone()).unwrap_or("")
    }

    /// Whether this is spelled as a condition: a comparison, a test, or what `and`, `or` and `not` make of them.
    pub fn is_condition(&self) -> bool {
        matches!(
            self.kind,
            AstKind::And(_)
                | AstKind::Or(_)
                | AstKind::Not(_)
                | AstKind::Compare(..)
                | AstKind::Match { .. }
                | AstKind::In { .. }
                | AstKind::InArray { .. }
                | AstKind::Between { .. }
                | AstKind::IsNull { .. }
        )
    }

    /// The path, if this is a plain field.
    pub fn as_field(&self) -> Option<&Path> {
        match &self.kind {
            AstKind::Field(path) => Some(path),
            _ => None,
        }
    }

    /// The expressions that a place is in, the outermost first.
    pub(super) fn around(&self, place: &Range<usize>) -> Vec<&Self> {
        let holds = |ast: &Self| ast.place.start <= place.start && place.end <= ast.place.end;
        let mut found = Vec::new();
        let mut next = Some(self).filter(|ast| holds(ast));
        while let Some(ast) = next {
            found.push(ast);
            next = ast.kind.operands().into_iter().find(|operand| holds(operand));
        }
        found
    }

    /// Whether this is a field name with hyphens that was read as a subtraction: `user-agent`.
    pub fn is_hyphenated(&self, spec: &str) -> bool {
        fn only_names(ast: &Ast) -> bool {
            match &ast.kind {
                AstKind::Field(_) => true,
                AstKind::Arithmetic(Operator::Subtract, sides) => sides.iter().all(only_names),
                _ => false,
            }
        }
        let plain = |c: char| !c.is_whitespace() && !matches!(c, '(' | '`' | '[');
        self.as_field().is_none() && only_names(self) && self.spelled(spec).chars().all(plain)
    }
}

impl AstKind {
    /// The expressions directly below.
    pub fn operands(&self) -> Vec<&Ast> {
        match self {
            Self::Literal(_) | Self::Field(_) | Self::Aggregate(_) => Vec::new(),
            Self::List(list)
            | Self::And(list)
            | Self::Or(list)
            | Self::Fallback(list)
            | Self::Concat(list)
            | Self::Call { args: list, .. } => list.iter().collect(),
            Self::Not(one) | Self::Minus(one) | Self::Inside(one, _) | Self::IsNull { value: one, .. } => {
                vec![one]
            }
            Self::Compare(_, two)
            | Self::Arithmetic(_, two)
            | Self::Match { operands: two, .. }
            | Self::InArray { operands: two, .. } => two.iter().collect(),
            Self::Between { operands, .. } => operands.iter().collect(),
            Self::In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
        }
    }

    /// As [`Self::operands`], to be changed.
    pub fn operands_mut(&mut self) -> Vec<&mut Ast> {
        match self {
            Self::Literal(_) | Self::Field(_) | Self::Aggregate(_) => Vec::new(),
            Self::List(list)
            | Self::And(list)
            | Self::Or(list)
            | Self::Fallback(list)
            | Self::Concat(list)
            | Self::Call { args: list, .. } => list.iter_mut().collect(),
            Self::Not(one) | Self::Minus(one) | Self::Inside(one, _) | Self::IsNull { value: one, .. } => {
                vec![one]
            }
            Self::Compare(_, two)
            | Self::Arithmetic(_, two)
            | Self::Match { operands: two, .. }
            | Self::InArray { operands: two, .. } => two.iter_mut().collect(),
            Self::Between { operands, .. } => operands.iter_mut().collect(),
            Self::In { value, list, .. } => std::iter::once(&mut **value).chain(list).collect(),
        }
    }
}
