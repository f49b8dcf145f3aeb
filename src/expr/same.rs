//! Whether two expressions mean the same, however they are spelled.

use std::mem::discriminant;

use super::{Ast, AstKind};

impl Ast {
    /// Whether another expression means the same: the same operators, functions, fields and constants in the same
    /// order. Blanks, parentheses, quotes and the several spellings of an operator make no difference.
    pub fn means_same(&self, other: &Self) -> bool {
        let (own, others) = (self.kind.operands(), other.kind.operands());
        is_same_kind(&self.kind, &other.kind)
            && own.len() == others.len()
            && own.iter().zip(&others).all(|(own, other)| own.means_same(other))
    }
}

/// Whether two kinds are the same but for their operands.
fn is_same_kind(left: &AstKind, right: &AstKind) -> bool {
    match (left, right) {
        (AstKind::Literal(left), AstKind::Literal(right)) => left == right,
        (AstKind::Field(left), AstKind::Field(right)) => left == right,
        (AstKind::Compare(left, _), AstKind::Compare(right, _)) => left == right,
        (AstKind::Arithmetic(left, _), AstKind::Arithmetic(right, _)) => left == right,
        (AstKind::Inside(_, left), AstKind::Inside(_, right)) => left == right,
        (AstKind::Call { name: left, .. }, AstKind::Call { name: right, .. }) => left == right,
        (AstKind::Aggregate(left), AstKind::Aggregate(right)) => left == right,
        (AstKind::Match { negated: left, .. }, AstKind::Match { negated: right, .. })
        | (AstKind::In { negated: left, .. }, AstKind::In { negated: right, .. })
        | (AstKind::InArray { negated: left, .. }, AstKind::InArray { negated: right, .. })
        | (AstKind::Between { negated: left, .. }, AstKind::Between { negated: right, .. })
        | (AstKind::IsNull { negated: left, .. }, AstKind::IsNull { negated: right, .. }) => left == right,
        _ => discriminant(left) == discriminant(right),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::parse_expression;

    fn is_same(left: &str, right: &str) -> bool {
        let read = |spec| parse_expression(spec).unwrap_or_else(|error| panic!("{spec}: {error}"));
        read(left).means_same(&read(right))
    }

    #[test]
    fn spellings_of_one_expression() {
        for (left, right) in [
            ("status >= 500", "( status>=500 )"),
            ("a = 1 and not b", ".a == 1.0 && !`b`"),
            ("x in ['a', \"b\"]", "x in [\"a\",'b']"),
            ("f(o.a, 1h).k", "f( o.a , 1h ).k"),
            ("a between 1 and 2", "a between 1 and 2"),
            ("x is null or y =~ 'z'", "(x is null) || y =~ \"z\""),
        ] {
            assert!(is_same(left, right), "{left} and {right}");
        }
    }

    #[test]
    fn different_ones() {
        for (left, right) in [
            ("a", "b"),
            ("1", "'1'"),
            ("a + b", "b + a"),
            ("a + b", "a - b"),
            ("a < b", "a <= b"),
            ("f(a)", "g(a)"),
            ("f(a)", "f(a, a)"),
            ("a is null", "a is not null"),
            ("x in [1]", "x not in [1]"),
            ("x in [1]", "x in [1, 2]"),
            ("f(a).b", "f(a).c"),
            ("a and b", "a or b"),
            ("a.b", "a[0]"),
        ] {
            assert!(!is_same(left, right), "{left} and {right}");
        }
    }
}
