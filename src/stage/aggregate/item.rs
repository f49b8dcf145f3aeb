//! The aggregates of the stage: bound, and their input computed a batch at a time.

use super::conditions::{Conditions, Kept};
use super::tables::ItemInput;
use crate::aggregate::{AggregateDef, Aggregator, Argument, Found, Given, SPELLED_BOOL, Taking};
use crate::error::{Error, Result};
use crate::expr::{
    AggregateCall, Ast, AstKind, Expr, Literal, of_one_record, refuse_constant, refuse_constant_condition,
};
use crate::record::{Batch, ColumnRef, Decimals, Loaded, Reading};
use crate::stage::uses::Carried;
use crate::stage::{Scope, Work};
use crate::value::{Number, Value};

/// One bound aggregate.
pub(super) struct Item {
    args: Vec<Expr>,
    /// The last condition of `where` that holds for it, by its place in [`Conditions`].
    condition: Option<usize>,
    takes_decimals: bool,
    /// How the field is read whose values it gives, if it gives some.
    pub(super) reading: Reading,
    /// Where faults are noted.
    pub(super) site: u32,
    /// Whether its result leaves as it is, and not only in expressions.
    pub(super) leaves: bool,
}

/// What an item takes from the records of a batch.
pub(super) struct Taken<'b> {
    /// Each with its site.
    columns: Vec<(Loaded<'b>, u32)>,
    /// Which of the batch's numbers are those of its first argument.
    numbers: Option<usize>,
    condition: Option<usize>,
    site: u32,
}

/// The numbers of a batch that items take, each column's once.
#[derive(Default)]
pub(super) struct Numbers {
    all: Vec<Decimals>,
    /// The plain fields among them, each with the condition on its records.
    known: Vec<((ColumnRef, Option<usize>), usize)>,
}

impl Numbers {
    /// Where the numbers of a column stand; `field`: it is this one, of the records of a condition.
    fn place(
        &mut self,
        field: Option<(ColumnRef, Option<usize>)>,
        values: &Loaded<'_>,
        rows: &[u32],
    ) -> usize {
        if let Some((_, place)) = self.known.iter().find(|(known, _)| Some(*known) == field) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(Decimals::of(values, rows));
        self.known.extend(field.map(|field| (field, place)));
        place
    }
}

impl Item {
    /// Computes the arguments. What the condition keeps out is not computed either, so that it can guard
    /// against faults.
    pub(super) fn take<'b>(
        &self,
        batch: &'b Batch,
        rows: &[u32],
        kept: &Kept,
        numbers: &mut Numbers,
        work: &mut Work<'_>,
    ) -> Taken<'b> {
        let of = kept.of(self.condition).unwrap_or(rows);
        let columns: Vec<(Loaded<'b>, u32)> =
            self.args.iter().map(|arg| (arg.eval(batch, of, work.env, &mut work.log), arg.site())).collect();
        work.count_faults(batch);
        let numbers = match (self.args.first(), columns.first()) {
            (Some(arg), Some((values, _))) if self.takes_decimals => {
                let field = arg.as_column().map(|field| (field, self.condition));
                Some(numbers.place(field, values, of))
            }
            _ => None,
        };
        Taken { columns, numbers, condition: self.condition, site: self.site }
    }
}

impl Taken<'_> {
    /// As the tables want it.
    pub(super) fn input<'a>(&'a self, numbers: &'a Numbers, kept: &'a Kept) -> ItemInput<'a> {
        let decimals = |argument: usize| numbers.all.get(self.numbers.filter(|_| argument == 0)?);
        let columns = self.columns.iter().enumerate();
        ItemInput {
            args: columns
                .map(|(at, (values, site))| Argument { values, decimals: decimals(at), site: *site })
                .collect(),
            rows: kept.of(self.condition),
            site: self.site,
        }
    }
}

/// A bound aggregate with what it is made from.
pub(super) struct Bound {
    pub(super) item: Item,
    /// An empty aggregator that those of each table are made from.
    pub(super) fresh: Box<dyn Aggregator>,
    /// The input fields whose values its result may be, or hold, as they stand.
    pub(super) carried: Vec<Carried>,
}

/// Binds an aggregate.
pub(super) fn bind_call(
    call: &AggregateCall,
    conditions: &mut Conditions,
    spec: &str,
    scope: &mut Scope<'_>,
) -> Result<Bound> {
    let function = call.function.as_str();
    // Only aggregates are read as calls of one.
    let found = crate::aggregate::find(function).ok_or_else(|| {
        Error::new(format!("unknown aggregate \"{function}\"")).at(spec, call.place.clone())
    })?;
    check_arity(call, &found, spec, "")?;
    check_by(call, found.row, spec)?;
    let taking = found.row.taking;
    let ordered = found.ordered_argument();
    let bind = |(at, arg)| {
        let bind = |scope: &mut Scope<'_>| {
            if at == 0 && matches!(taking, Taking::Chooses | Taking::Gathers) {
                scope.passing(arg)
            } else {
                scope.expression(arg)
            }
        };
        if ordered == Some(at) { scope.ordered(bind) } else { bind(scope) }
    };
    let mut args: Vec<Expr> = call.args.iter().enumerate().map(bind).collect::<Result<_>>()?;
    if taking == Taking::Tests {
        call.args.iter().try_for_each(|condition| refuse_constant_condition(condition, spec))?;
    }
    let parameters = args.split_off(call.args.len().min(found.row.computed));
    let mut literals: Vec<Value<'_>> = Vec::new();
    for (parameter, ast) in parameters.iter().zip(call.args.iter().skip(args.len())) {
        literals.push(parameter.as_literal().ok_or_else(|| {
            Error::new(format!("this argument of \"{function}\" must be a literal"))
                .at(spec, ast.place.clone())
                .help(format!("it is called as {}", found.usage(function)))
        })?);
    }
    let fresh = found
        .start(&Given { args: call.args.len(), literals: &literals, zone: &scope.env.zone })
        .map_err(|reason| Error::new(reason).at(spec, call.place.clone()))?;
    let condition = conditions.bind(&call.conditions, scope)?;
    let takes_decimals = fresh.takes_decimals();
    let mut carried = args.first().map_or(Vec::new(), |arg| scope.carried(arg));
    if taking == Taking::Gathers {
        carried = carried.into_iter().map(Carried::into_inside).collect();
    }
    let site = scope.site(call.place.clone());
    if let [arg] = call.args.as_slice() {
        scope.sites.advise(site, SPELLED_BOOL, format!("{function}(bool({}))", arg.spelled(spec)));
    }
    let reading = match taking {
        Taking::Reads | Taking::Tests => Reading::Plain,
        Taking::Chooses | Taking::Gathers => args.first().map_or(Reading::Plain, Expr::reading),
    };
    let item = Item { args, condition, takes_decimals, reading, site, leaves: false };
    Ok(Bound { item, fresh, carried })
}

/// `name` goes before what is proposed.
fn check_arity(call: &AggregateCall, found: &Found, spec: &str, name: &str) -> Result<()> {
    let (fewest, most) = found.row.arity;
    let (function, given) = (&call.function, call.args.len());
    if (fewest..=most).contains(&given) {
        return Ok(());
    }
    let error =
        Error::new(format!("wrong number of arguments for \"{function}\"")).at(spec, call.place.clone());
    let args: Vec<&str> = call.args.iter().map(|arg| arg.spelled(spec)).collect();
    Err(error.help(match of_one_record(function) {
        Some(meant) if given > most => {
            format!(
                "of several values of one record that is {meant}: {name}{function}({meant}({}))",
                args.join(", ")
            )
        }
        _ => format!("it is called as {}", found.usage(function)),
    }))
}

/// Refuses a constant that decides which record is taken: `arg_max(city, 2020)`.
fn check_by(call: &AggregateCall, row: &AggregateDef, spec: &str) -> Result<()> {
    let [first, by, ..] = call.args.as_slice() else { return Ok(()) };
    if row.computed < 2 {
        return Ok(());
    }
    refuse_constant(by, spec, |field| format!("{}({}, {field})", call.function, first.spelled(spec)))
}

/// Refuses a constant as all that an aggregate without a name is about: `sum(2020)`.
pub(super) fn check_argument(call: &AggregateCall, spec: &str) -> Result<()> {
    let Some(found) = crate::aggregate::find(&call.function) else { return Ok(()) };
    check_arity(call, &found, spec, "name = ")?;
    let Some((arg, others)) = call.args.split_first() else { return Ok(()) };
    let counts = found.row.arity.0 == 0
        || matches!(found.row.taking, Taking::Reads | Taking::Tests) && !found.row.orders && is_one(arg);
    let refused = refuse_constant(arg, spec, |field| {
        let others: String = others.iter().map(|other| format!(", {}", other.spelled(spec))).collect();
        let counting = if counts { "; records are counted by count()" } else { "" };
        format!("{}({field}{others}){counting}", call.function)
    });
    match (refused, &arg.kind) {
        (Err(error), AstKind::List(_)) if counts => Err(error.help("records are counted by count()")),
        (refused, _) => refused,
    }
}

/// Whether a literal is 1, or true.
fn is_one(literal: &Ast) -> bool {
    match &literal.kind {
        AstKind::Literal(Literal::Number(number)) => *number == Number::from_u64(1),
        AstKind::Literal(Literal::Bool(truth)) => *truth,
        _ => false,
    }
}
