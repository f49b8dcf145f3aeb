//! Binding of calls: which function, how many arguments, literal arguments prepared once.

use std::ops::Range;

use super::bind::{Binding, Usage, all_known};
use super::branch::{Fallback, If};
use super::call::Call;
use super::constant::Constant;
use super::forms::{SPECIAL_FORMS, SpecialForm, find_form};
use super::node::Node;
use super::proposals::of_one_record;
use super::{Ast, AstKind, Literal, elsewhere};
use crate::aggregate;
use crate::error::{Error, Result, nearest};
use crate::function::{self, Argument, Asks, FUNCTIONS, FunctionDef};
use crate::value::Value;

/// Binds a call of a function or special form.
pub(super) fn bind_call(
    binding: &mut Binding<'_, '_>,
    name: &str,
    name_place: &Range<usize>,
    args: &[Ast],
    place: &Range<usize>,
) -> Result<Box<dyn Node>> {
    if let Some(form) = find_form(name) {
        check_arity(binding, name, form.usage, form.arity, args.len(), place)?;
        return bind_form(binding, form, args, place);
    }
    match function::find(name) {
        Some(function) => bind_function(binding, function, args, place),
        None => Err(unknown(binding, (name, name_place), args, place)),
    }
}

/// Binds a call of a function from the table.
pub(super) fn bind_function(
    binding: &mut Binding<'_, '_>,
    function: &'static FunctionDef,
    args: &[Ast],
    place: &Range<usize>,
) -> Result<Box<dyn Node>> {
    check_arity(binding, function.name, function.usage, function.arity, args.len(), place)?;
    let usage = if function.asks == Asks::Type { Usage::Asked } else { Usage::Whole };
    binding.ordered = function.asks == Asks::Times;
    let nodes: Vec<Box<dyn Node>> = binding.used_as(usage, |binding| {
        args.iter().map(|arg| argument(binding, function, arg)).collect::<Result<_>>()
    })?;
    let written: Vec<Argument<'_>> =
        args.iter().zip(&nodes).map(|(ast, node)| as_known(ast, &**node)).collect();
    let prepared = match function.prepare.map(|prepare| prepare(&written, binding.env())) {
        None => None,
        Some(Ok(prepared)) => Some(prepared),
        Some(Err(bad)) => {
            let place = args.get(bad.index).map_or(place, |arg| &arg.place);
            let error = binding.error(format!("{}: {}", function.name, bad.reason), place);
            return Err(error.help(format!("usage: {}", function.usage)));
        }
    };
    check_sizes(binding, function, args, &written)?;
    // Functions without arguments tell of the run or the record, all others of their arguments alone.
    let known = !nodes.is_empty() && all_known(&nodes);
    let site = binding.site(place);
    if nodes.iter().any(|node| node.is_text()) {
        binding.note_text(site);
    }
    let node = Box::new(Call { function, args: nodes, prepared, site });
    Ok(binding.folded(node, known, site))
}

fn bind_form(
    binding: &mut Binding<'_, '_>,
    form: &SpecialForm,
    args: &[Ast],
    place: &Range<usize>,
) -> Result<Box<dyn Node>> {
    if let ("if", [condition, then, otherwise]) = (form.name, args) {
        let ordered = std::mem::replace(&mut binding.ordered, false);
        let condition = binding.used_as(Usage::Whole, |binding| binding.condition(condition))?;
        binding.ordered = ordered;
        let (then, otherwise) = (binding.node(then)?, binding.node(otherwise)?);
        return Ok(Box::new(If { condition, then, otherwise, site: binding.site(place) }));
    }
    let operands = binding.provided(|binding| binding.nodes(args))?;
    Ok(Box::new(Fallback { operands, site: binding.site(place) }))
}

/// An argument; a calendar unit, which is no value, only for functions that prepare their literals.
fn argument(binding: &mut Binding<'_, '_>, function: &FunctionDef, arg: &Ast) -> Result<Box<dyn Node>> {
    match &arg.kind {
        AstKind::Literal(Literal::Length { exact: None, size: Some(_) }) if function.prepare.is_some() => {
            Ok(Box::new(Constant::new(Value::Null, binding.site(&arg.place))))
        }
        _ => binding.node(arg),
    }
}

/// Refuses calendar units where the function does not insist on a literal: it would take them as values.
fn check_sizes(
    binding: &Binding<'_, '_>,
    function: &FunctionDef,
    args: &[Ast],
    written: &[Argument<'_>],
) -> Result<()> {
    for (index, arg) in args.iter().enumerate() {
        let AstKind::Literal(Literal::Length { exact: None, .. }) = arg.kind else { continue };
        let mut asked = written.to_vec();
        if let Some(argument) = asked.get_mut(index) {
            *argument = Argument::Computed;
        }
        let insists = function.prepare.map(|prepare| prepare(&asked, binding.env()));
        if !matches!(insists, Some(Err(bad)) if bad.index == index) {
            return Err(binding.no_fixed_length(&arg.place));
        }
    }
    Ok(())
}

fn as_known<'a>(ast: &Ast, node: &'a dyn Node) -> Argument<'a> {
    match (&ast.kind, node.constant()) {
        (AstKind::Literal(Literal::Length { size: Some(size), .. }), _) => Argument::Size(*size),
        (_, Some(value)) => Argument::Literal(value),
        (_, None) => Argument::Computed,
    }
}

fn check_arity(
    binding: &Binding<'_, '_>,
    name: &str,
    usage: &str,
    (fewest, most): (usize, usize),
    given: usize,
    place: &Range<usize>,
) -> Result<()> {
    if (fewest..=most).contains(&given) {
        return Ok(());
    }
    let arguments = |count: usize| match count {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let wanted = match (fewest, most) {
        (fewest, most) if fewest == most => arguments(fewest),
        (fewest, usize::MAX) => format!("at least {}", arguments(fewest)),
        (fewest, most) => format!("{fewest} to {}", arguments(most)),
    };
    let error = binding.error(format!("{name} takes {wanted}, not {given}"), place);
    Err(error.help(format!("usage: {usage}")))
}

fn unknown(
    binding: &Binding<'_, '_>,
    (name, place): (&str, &Range<usize>),
    args: &[Ast],
    call: &Range<usize>,
) -> Error {
    let error = binding.error(format!("unknown function \"{name}\""), place);
    if let Some(found) = aggregate::find(name) {
        let written = binding.text(call);
        return error.help(match of_one_record(name) {
            Some(meant) if args.len() > found.row.arity.1 => {
                format!(
                    "of several values of one record that is {meant}{}",
                    written.get(name.len()..).unwrap_or("")
                )
            }
            _ => format!("{name} is an aggregate: aggregate 'n = {written}' --by KEY, then use n"),
        });
    }
    if let Some(help) = elsewhere::function(name, args, binding.spec()) {
        return error.help(help);
    }
    if let Some(help) = elsewhere::called_elsewhere(name, args, binding.spec()) {
        return error.help(format!("it is an aggregate: {help} in the stage aggregate"));
    }
    let names =
        FUNCTIONS.iter().map(|function| function.name).chain(SPECIAL_FORMS.iter().map(|form| form.name));
    match nearest(name, names).and_then(usage_of) {
        Some(usage) => error.help(format!("did you mean {usage}?")),
        None => error.help("tamis help functions lists them"),
    }
}

fn usage_of(name: &str) -> Option<&'static str> {
    let function = function::find(name).map(|function| function.usage);
    function.or_else(|| find_form(name).map(|form| form.usage))
}
