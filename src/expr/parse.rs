//! The grammar of expressions, by precedence climbing. Loosest first: `or`, `and`, `not`, comparisons
//! (which do not chain), `??`, `++`, `+ -`, `* / // %`, unary `-`.

use std::ops::Range;

use super::cursor::Parser;
use super::lex::TokenKind;
use super::{Ast, AstKind, Comparison, Literal, Operator};
use crate::error::{Error, Result};

/// How deep expressions may nest.
const MAX_DEPTH: usize = 200;

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const FALLBACK: u8 = 5;
const CONCAT: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;
const UNARY: u8 = 9;

/// Reads an expression.
pub fn parse_expression(spec: &str) -> Result<Ast> {
    let mut parser = Parser::new(spec, "an expression is expected, for example status >= 500")?;
    let ast = parser.expression()?;
    if let TokenKind::Sign(",") = parser.peek() {
        let error = parser.error("expected one expression, not a list", parser.place());
        return Err(error.help("put conditions together with and"));
    }
    parser.end("an operator")?;
    Ok(ast)
}

impl Parser<'_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Result<Ast> {
        self.climb(OR)
    }

    /// An expression of operators that bind at least as strongly as `least`.
    fn climb(&mut self, least: u8) -> Result<Ast> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(self.place()));
        }
        let mut left = self.operand(least)?;
        let mut compared = false;
        while let Some((sign, power)) = self.infix()
            && power >= least
        {
            if power == COMPARE && std::mem::replace(&mut compared, true) {
                return Err(self.chained());
            }
            left = self.operator(left, sign, power)?;
            if left.depth > MAX_DEPTH {
                return Err(self.too_deep(left.place));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn infix(&self) -> Option<(&'static str, u8)> {
        let TokenKind::Sign(sign) = *self.peek() else { return None };
        let power = match sign {
            "or" | "||" => OR,
            "and" | "&&" => AND,
            "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "=~" | "!~" | "in" | "between" | "is" | "not" => {
                COMPARE
            }
            "??" => FALLBACK,
            "++" => CONCAT,
            "+" | "-" => SUM,
            "*" | "/" | "//" | "%" => PRODUCT,
            _ => return None,
        };
        Some((sign, power))
    }

    fn operator(&mut self, left: Ast, sign: &'static str, power: u8) -> Result<Ast> {
        self.skip();
        let start = left.place.start;
        let kind = match sign {
            "or" | "||" => AstKind::Or(self.operands(left, power)?),
            "and" | "&&" => AstKind::And(self.operands(left, power)?),
            "??" => AstKind::Fallback(self.operands(left, power)?),
            "++" => AstKind::Concat(self.operands(left, power)?),
            "not" => self.negated(left)?,
            "is" => self.is_null(left)?,
            "in" => self.member(left, false)?,
            "between" => self.between(left, false)?,
            "=~" | "!~" => {
                let operands = Box::new([left, self.climb(power + 1)?]);
                AstKind::Match { operands, negated: sign == "!~" }
            }
            _ => {
                let sides = Box::new([left, self.climb(power + 1)?]);
                match comparison(sign) {
                    Some(comparison) => AstKind::Compare(comparison, sides),
                    None => AstKind::Arithmetic(arithmetic(sign), sides),
                }
            }
        };
        Ok(Ast::new(kind, start..self.behind()))
    }

    /// The operands of a chain of one operator, which is one node however long it is.
    fn operands(&mut self, first: Ast, power: u8) -> Result<Vec<Ast>> {
        let mut operands = vec![first];
        loop {
            operands.push(self.climb(power + 1)?);
            match self.infix() {
                Some((_, next)) if next == power => self.skip(),
                _ => return Ok(operands),
            }
        }
    }

    fn negated(&mut self, left: Ast) -> Result<AstKind> {
        if self.accept("in") {
            self.member(left, true)
        } else if self.accept("between") {
            self.between(left, true)
        } else {
            Err(self.misplaced("\"in\" or \"between\" after \"not\""))
        }
    }

    fn is_null(&mut self, left: Ast) -> Result<AstKind> {
        let negated = self.accept("not");
        if !matches!(self.peek(), TokenKind::Literal(Literal::Null)) {
            let wanted =
                if negated { "\"null\" after \"is not\"" } else { "\"null\" or \"not null\" after \"is\"" };
            let help = if negated { "write != to compare" } else { "write == to compare" };
            let help = match self.at_null_in_capitals() {
                Some(written) => format!("null is written in small letters: {written}"),
                None => help.to_owned(),
            };
            return Err(self.unexpected(wanted).help(help));
        }
        self.skip();
        Ok(AstKind::IsNull { value: Box::new(left), negated })
    }

    /// `x is NULL`: what is right up to here, if the next word is that.
    fn at_null_in_capitals(&self) -> Option<String> {
        let TokenKind::Field { path, word: true } = self.peek() else { return None };
        let before = self.spec.get(..self.place().start)?;
        path.first().eq_ignore_ascii_case("null").then(|| format!("{before}null"))
    }

    fn member(&mut self, left: Ast, negated: bool) -> Result<AstKind> {
        let open = self.place();
        match self.peek() {
            TokenKind::Sign("[") => {
                self.skip();
                let list = self.until("]", open)?;
                Ok(AstKind::In { value: Box::new(left), list, negated })
            }
            TokenKind::Field { .. } => {
                let operands = Box::new([left, self.climb(COMPARE + 1)?]);
                Ok(AstKind::InArray { operands, negated })
            }
            _ => {
                let error = self.unexpected("a list after \"in\"");
                Err(error.help("write a list in brackets: in [1, 2], or a field that is an array"))
            }
        }
    }

    fn between(&mut self, left: Ast, negated: bool) -> Result<AstKind> {
        let least = self.climb(COMPARE + 1)?;
        if !self.accept("and") && !self.accept("&&") {
            return Err(self.unexpected("\"and\"").help("write x between least and greatest"));
        }
        let greatest = self.climb(COMPARE + 1)?;
        Ok(AstKind::Between { operands: Box::new([left, least, greatest]), negated })
    }

    /// Expressions up to the closing sign.
    pub(super) fn until(&mut self, sign: &'static str, open: Range<usize>) -> Result<Vec<Ast>> {
        let mut list = Vec::new();
        if self.accept(sign) {
            return Ok(list);
        }
        loop {
            list.push(self.chosen()?);
            if !self.accept(",") {
                self.close(sign, open)?;
                return Ok(list);
            }
        }
    }

    /// An operand with the prefix operators in front of it.
    fn operand(&mut self, least: u8) -> Result<Ast> {
        let place = self.place();
        match self.peek() {
            TokenKind::Sign("not" | "!") if least > NOT => {
                Err(self.unexpected("a value").help("put it in parentheses: (not …)"))
            }
            TokenKind::Sign("not" | "!") => {
                self.skip();
                let operand = self.climb(NOT)?;
                Ok(Ast::new(AstKind::Not(Box::new(operand)), place.start..self.behind()))
            }
            TokenKind::Sign("-") => {
                self.skip();
                let operand = self.climb(UNARY)?;
                Ok(Ast::new(AstKind::Minus(Box::new(operand)), place.start..self.behind()))
            }
            _ => self.primary(place),
        }
    }

    fn primary(&mut self, place: Range<usize>) -> Result<Ast> {
        let value = self.value(place)?;
        self.last_value = value.place.clone();
        Ok(value)
    }

    fn value(&mut self, place: Range<usize>) -> Result<Ast> {
        let kind = match self.peek().clone() {
            TokenKind::Literal(literal) => AstKind::Literal(literal),
            TokenKind::Field { path, word } => {
                if word && matches!(self.ahead(1), TokenKind::Sign("(")) {
                    let call = self.call(path.first().to_owned())?;
                    return Ok(self.inside(call));
                }
                AstKind::Field(path)
            }
            TokenKind::Sign("(") => {
                let inner = self.parenthesised(place)?;
                return Ok(self.inside(inner));
            }
            TokenKind::Sign("[") => {
                self.skip();
                let list = self.until("]", place.clone())?;
                return Ok(Ast::new(AstKind::List(list), place.start..self.behind()));
            }
            _ => return Err(self.no_value()),
        };
        self.skip();
        Ok(Ast::new(kind, place))
    }

    fn parenthesised(&mut self, open: Range<usize>) -> Result<Ast> {
        self.skip();
        let mut inner = self.chosen()?;
        self.close(")", open.clone())?;
        inner.place = open.start..self.behind();
        Ok(inner)
    }

    fn call(&mut self, name: String) -> Result<Ast> {
        if self.takes_aggregate(&name) {
            return self.aggregate_call(name);
        }
        let name_place = self.place();
        self.skip();
        let open = self.place();
        self.skip();
        let args = self.until(")", open)?;
        let place = name_place.start..self.behind();
        Ok(Ast::new(AstKind::Call { name, name_place, args }, place))
    }

    /// A value, or what stands inside it where a path follows.
    fn inside(&mut self, value: Ast) -> Ast {
        let TokenKind::Inside(path) = self.peek().clone() else { return value };
        self.skip();
        let place = value.place.start..self.behind();
        Ast::new(AstKind::Inside(Box::new(value), path), place)
    }

    fn no_value(&mut self) -> Error {
        let reserved = match self.peek() {
            TokenKind::Sign(sign) if sign.starts_with(char::is_alphabetic) => Some(*sign),
            _ => None,
        };
        let error = self.unexpected("a value");
        match reserved {
            Some(word) => error.help(format!("a field of this name is `{word}`")),
            None => error,
        }
    }

    #[cold]
    fn chained(&self) -> Error {
        let error = self.error("comparisons do not chain", self.place());
        error.help("write x between a and b, or use and, or parentheses")
    }

    #[cold]
    fn too_deep(&self, place: Range<usize>) -> Error {
        let error = self.error(format!("nested more than {MAX_DEPTH} deep"), place);
        error.help("compute parts of it in an earlier project")
    }
}

fn comparison(sign: &str) -> Option<Comparison> {
    Some(match sign {
        "=" | "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn arithmetic(sign: &str) -> Operator {
    match sign {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "//" => Operator::FloorDivide,
        _ => Operator::Remainder,
    }
}
