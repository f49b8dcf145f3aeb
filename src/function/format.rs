//! `format`: values in the places of a literal text.

use std::sync::Arc;

use super::argument::literal_text;
use super::convert::write_text;
use super::{Argument, Asks, BadArgument, Call, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::Env;

pub(super) static FORMAT: FunctionDef = FunctionDef {
    name: "format",
    usage: "format('{} of {}', x, …)",
    family: Family::Text,
    arity: (1, usize::MAX),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: Some(prepare),
    eval: format_values,
    doc: Doc {
        summary: "a text with values in the places of {}",
        text: "The first argument is literal text. Each `{}` in it stands for one of the other arguments, in \
               order, of any type, as `text` writes it; `{{` and `}}` stand for the braces themselves. If one \
               argument is null, so is the result. See `fixed` for the digits of a number.",
        examples: &[Example {
            command: "--from ndjson project 'x = format(\"{} of {}\", done, total)'",
            input: "{\"done\":3,\"total\":10}\n",
            output: "{\"x\":\"3 of 10\"}\n",
        }],
    },
};

/// The literal parts: the first stands in front, each other one behind a value.
struct Template(Vec<String>);

fn prepare(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    let Some(text) = literal_text(args, 0, "a format")? else { return Ok(Arc::new(())) };
    let bad = |reason: String| BadArgument { index: 0, reason };
    let template = Template::parse(text).map_err(|reason| bad(reason.to_owned()))?;
    let (places, values) = (template.0.len() - 1, args.len() - 1);
    if places != values {
        let mismatch = format!("{places} × {{}} in the format, but {values} values after it");
        return Err(bad(mismatch));
    }
    Ok(Arc::new(template))
}

impl Template {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts = vec![String::new()];
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let next = if matches!(c, '{' | '}') { chars.next() } else { None };
            match (c, next, parts.last_mut()) {
                ('{', Some('}'), _) => parts.push(String::new()),
                ('{' | '}', Some(next), Some(part)) if next == c => part.push(c),
                ('{' | '}', ..) => return Err("a brace that is not part of {} is written twice: {{ or }}"),
                (_, _, Some(part)) => part.push(c),
                (.., None) => {}
            }
        }
        Ok(Self(parts))
    }
}

fn format_values(call: &mut Call<'_>) {
    let Some(Template(parts)) = call.prepared::<Template>() else { return };
    let env = call.env;
    call.each_known(|args, slot| {
        slot.text_with(|out| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write_text(args.value(index), env, out);
                }
                out.extend_from_slice(part.as_bytes());
            }
        });
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn formatted() {
        check(&[
            ("format('{} of {}', 3, `010`)", "'3 of 010'"),
            ("format('{}', 'é')", "'é'"),
            ("format('{}{}!', true, 1.50)", "'true1.5!'"),
            ("format('{{{}}}', 1)", "'{1}'"),
            ("format('plain')", "'plain'"),
            ("format('{}', null)", "null"),
            ("format(null, 1)", "null"),
            ("format('{}')", "?0 1 × {} in the format, but 0 values after it"),
            ("format('a', 1, 2)", "?0 0 × {} in the format, but 2 values after it"),
            ("format('{:.2f}', 1)", "?0 a brace that is not part of {} is written twice: {{ or }}"),
            ("format('a}', 1)", "?0 a brace that is not part of {} is written twice: {{ or }}"),
            ("format($'{}', 1)", "?0 a format must be literal text, in quotes"),
        ]);
    }
}
