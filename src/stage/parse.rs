//! `parse 'REGEX'`: adds the named groups of a regex as fields.

use regex::bytes::Regex;

use super::outline::Outline;
use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::expr::parse_path;
use crate::record::{Batch, ColumnRef, Reading};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "parse",
    spec: "'REGEX'",
    options: &[
        OptionDef::valued("field", "FIELD", "the field to match (default: line)"),
        OptionDef::flag("optional", "let records that do not match pass, with the new fields null"),
    ],
    bind,
    doc: Doc {
        summary: "add the named groups of a regex as fields",
        text: "Each named group `(?P<name>…)` or `(?<name>…)` becomes an untyped field, which `--types` can pin; one of the same name is \
               replaced in place. The regex may match anywhere in the text; anchor it with `^` and `$`. A record \
               that does not match, or whose field is absent or no text, is rejected; `--optional` lets it pass. FIELD may \
               be a path (`log.message`), also into what the chain made.\n\n\
               Regexes are those of Rust's regex crate: linear time, no look-around, no back references.",
        examples: &[Example {
            command: "--from text parse '^(?<level>[A-Z]+) (?<msg>.*)' then project 'level, msg'",
            input: "ERROR disk full\nINFO 7 files\n",
            output: "{\"level\":\"ERROR\",\"msg\":\"disk full\"}\n{\"level\":\"INFO\",\"msg\":\"7 files\"}\n",
        }],
    },
};

struct Parse {
    regex: Regex,
    field: ColumnRef,
    /// Group number and column.
    groups: Vec<(usize, usize)>,
    optional: bool,
    site: u32,
    outline: Outline,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let spec = &words.spec;
    let regex = Regex::new(spec).map_err(|error| {
        let reason = crate::error::regex_reason(&error);
        let error = Error::new(format!("not a regex: {reason}")).at(spec, 0..spec.len());
        // Patterns of other tools: `%{INT:job}`, `{job}`.
        let named = "a field is a named group, (?<name>\\S+); a brace as such is \\{";
        let is_brace = spec.contains('{')
            && ["valid decimal", "missing expression"].iter().any(|of| reason.contains(of));
        if is_brace { error.help(named) } else { error }
    })?;
    let field = words.option("field").unwrap_or("line");
    let path = parse_path(field)?;
    let (field, _) = scope.column(field, &path, 0..field.len())?;
    let outline = Outline::of(scope);
    let mut groups = Vec::new();
    for (number, name) in regex.capture_names().enumerate() {
        if let Some(name) = name {
            let column = scope.new_column();
            let pin = scope.env.pins.of(name);
            scope.needs.untyped(pin);
            scope.shape.set_read(name, ColumnRef::Made(column), pin.into());
            groups.push((number, column));
        }
    }
    if groups.is_empty() {
        return Err(Error::new("the regex has no named group")
            .at(spec, 0..spec.len())
            .help("name what becomes a field: (?<name>…)"));
    }
    let site = scope.site(0..spec.len());
    let optional = words.has("optional");
    Ok(vec![Bound::Step(Box::new(Parse { regex, field, groups, optional, site, outline }))])
}

impl Step for Parse {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let mut columns: Vec<_> = self.groups.iter().map(|_| batch.new_column()).collect();
        let mut locations = self.regex.capture_locations();
        let texts = batch.load(self.field, &batch.live, Reading::Plain, work.env, self.site, &mut work.log);
        let mut kept = Vec::with_capacity(batch.live.len());
        for &row in &batch.live {
            let text = texts.get(row).as_text();
            if let Some(text) = text
                && self.regex.captures_read(&mut locations, text).is_some()
            {
                for ((group, _), column) in self.groups.iter().zip(&mut columns) {
                    if let Some(part) = locations.get(*group).and_then(|(start, end)| text.get(start..end)) {
                        column.slot(row).untyped_with(|out| out.extend_from_slice(part));
                    }
                }
                kept.push(row);
            } else if self.optional {
                kept.push(row);
            } else {
                let reason = if text.is_some() {
                    "parse: the regex does not match"
                } else {
                    "parse: the field is no text"
                };
                work.reject(&batch, row, reason, &self.outline);
            }
        }
        drop(texts);
        work.count_faults(&batch);
        for ((_, place), column) in self.groups.iter().zip(columns) {
            batch.set_made(*place, column);
        }
        batch.live = kept;
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets && self.optional
    }
}
