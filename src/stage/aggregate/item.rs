//! The items of `aggregate`: bound, named, and their input computed a batch at a time.

use super::tables::ItemInput;
use crate::aggregate::{Aggregator, Argument, Given, Taking};
use crate::error::{Error, Result, nearest};
use crate::expr::{AggregateItem, Expr};
use crate::record::{Batch, ColumnRef, Decimals, Loaded, Reading};
use crate::stage::uses::Carried;
use crate::stage::{Scope, Work};
use crate::value::Value;

/// One bound item.
pub(super) struct Item {
    args: Vec<Expr>,
    condition: Option<Expr>,
    takes_decimals: bool,
    /// How the field is read whose values it gives, if it gives some.
    pub(super) reading: Reading,
    /// Where faults are noted.
    pub(super) site: u32,
}

/// What an item takes from the records of a batch.
pub(super) struct Taken<'b> {
    /// Each with its site.
    columns: Vec<(Loaded<'b>, u32)>,
    /// Which of the batch's numbers are those of its first argument.
    numbers: Option<usize>,
    rows: Option<Vec<u32>>,
    site: u32,
}

/// The numbers of a batch that items take, each column's once.
#[derive(Default)]
pub(super) struct Numbers {
    all: Vec<Decimals>,
    /// The plain fields among them, of all records.
    known: Vec<(ColumnRef, usize)>,
}

impl Numbers {
    /// Where the numbers of a column stand; `field`: it is this one, of all records.
    fn place(&mut self, field: Option<ColumnRef>, values: &Loaded<'_>, rows: &[u32]) -> usize {
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
    /// The records of `rows` that the item's condition keeps; `None`: all.
    pub(super) fn kept(&self, batch: &Batch, rows: &[u32], work: &mut Work<'_>) -> Option<Vec<u32>> {
        let condition = self.condition.as_ref()?;
        let (mut kept, mut nulls) = (Vec::new(), Vec::new());
        condition.keep(batch, rows, work.env, &mut work.log, &mut kept, &mut nulls);
        work.count_faults(batch);
        Some(kept)
    }

    /// Computes the arguments. What the condition keeps out is not computed either, so that it can guard
    /// against faults.
    pub(super) fn take<'b>(
        &self,
        batch: &'b Batch,
        rows: &[u32],
        kept: Option<Vec<u32>>,
        numbers: &mut Numbers,
        work: &mut Work<'_>,
    ) -> Taken<'b> {
        let of = kept.as_deref().unwrap_or(rows);
        let columns: Vec<(Loaded<'b>, u32)> =
            self.args.iter().map(|arg| (arg.eval(batch, of, work.env, &mut work.log), arg.site())).collect();
        work.count_faults(batch);
        let numbers = match (self.args.first(), columns.first()) {
            (Some(arg), Some((values, _))) if self.takes_decimals => {
                let field = if kept.is_none() { arg.as_column() } else { None };
                Some(numbers.place(field, values, of))
            }
            _ => None,
        };
        Taken { columns, numbers, rows: kept, site: self.site }
    }
}

impl Taken<'_> {
    /// As the tables want it.
    pub(super) fn input<'a>(&'a self, numbers: &'a Numbers) -> ItemInput<'a> {
        let decimals = |argument: usize| numbers.all.get(self.numbers.filter(|_| argument == 0)?);
        let columns = self.columns.iter().enumerate();
        ItemInput {
            args: columns
                .map(|(at, (values, site))| Argument { values, decimals: decimals(at), site: *site })
                .collect(),
            rows: self.rows.as_deref(),
            site: self.site,
        }
    }
}

/// The name of an item: its own, or one made of the aggregate and its field.
pub(super) fn item_name(item: &AggregateItem, spec: &str) -> Result<String> {
    if let Some(name) = &item.name {
        return Ok(name.clone());
    }
    match item.args.first() {
        None => Ok(item.function.clone()),
        Some(arg) => match arg.as_field() {
            Some(path) => Ok(format!("{}_{}", item.function, path.last_name())),
            None => {
                let typed = spec.get(item.place.clone()).unwrap_or("…");
                Err(Error::new("an item over an expression needs a name")
                    .at(spec, item.place.clone())
                    .help(format!("name = {typed}")))
            }
        },
    }
}

/// Binds an item; also an empty aggregator that those of each table are made from, and the input fields whose values its
/// result may be, or hold, as they stand.
pub(super) fn bind_item(
    item: &AggregateItem,
    spec: &str,
    scope: &mut Scope<'_>,
) -> Result<(Item, Box<dyn Aggregator>, Vec<Carried>)> {
    let function = item.function.as_str();
    let Some(found) = crate::aggregate::find(function) else {
        return Err(unknown(function).at(spec, item.function_place.clone()));
    };
    let (fewest, most) = found.row.arity;
    let given = item.args.len();
    if given < fewest || given > most {
        return Err(Error::new(format!("wrong number of arguments for \"{function}\""))
            .at(spec, item.place.clone())
            .help(format!("it is called as {}", found.row.usage)));
    }
    let taking = found.row.taking;
    let ordered = found.ordered_argument();
    let bind = |(at, arg)| {
        let bind = |scope: &mut Scope<'_>| {
            if at == 0 && taking != Taking::Reads { scope.passing(arg) } else { scope.expression(arg) }
        };
        if ordered == Some(at) { scope.ordered(bind) } else { bind(scope) }
    };
    let mut args: Vec<Expr> = item.args.iter().enumerate().map(bind).collect::<Result<_>>()?;
    let parameters = args.split_off(given.min(found.row.computed));
    let mut literals: Vec<Value<'_>> = Vec::new();
    for (parameter, ast) in parameters.iter().zip(item.args.iter().skip(args.len())) {
        literals.push(parameter.as_literal().ok_or_else(|| {
            Error::new(format!("this argument of \"{function}\" must be a literal"))
                .at(spec, ast.place.clone())
                .help(format!("it is called as {}", found.row.usage))
        })?);
    }
    let aggregator = found
        .start(&Given { args: given, literals: &literals, zone: &scope.env.zone })
        .map_err(|reason| Error::new(reason).at(spec, item.place.clone()))?;
    let condition = item.condition.as_ref().map(|ast| scope.condition(ast)).transpose()?;
    let takes_decimals = aggregator.takes_decimals();
    let mut carried = args.first().map_or(Vec::new(), |arg| scope.carried(arg));
    if taking == Taking::Gathers {
        carried = carried.into_iter().map(Carried::into_inside).collect();
    }
    let site = scope.site(item.place.clone());
    let reading = match taking {
        Taking::Reads => Reading::Plain,
        Taking::Chooses | Taking::Gathers => args.first().map_or(Reading::Plain, Expr::reading),
    };
    Ok((Item { args, condition, takes_decimals, reading, site }, aggregator, carried))
}

fn unknown(function: &str) -> Error {
    let error = Error::new(format!("unknown aggregate \"{function}\""));
    match nearest(function, crate::aggregate::names()) {
        Some(name) => error.help(format!("did you mean {name}?")),
        None if crate::function::find(function).is_some() => {
            error.help(format!("{function} is a function of one record; compute it first, by project"))
        }
        None => error.help("tamis help aggregates lists them"),
    }
}
