//! `=~` and `!~`.

use regex::bytes::Regex;

use super::node::{Column, Node, Run, Truth, bools_of};
use crate::error::regex_reason;
use crate::record::Fault;

/// Whether a text holds a match of a pattern.
pub(super) struct Match {
    pub(super) text: Box<dyn Node>,
    pub(super) regex: Regex,
    pub(super) negated: bool,
    pub(super) site: u32,
}

/// The pattern compiled, or the reason why it is none.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| regex_reason(&error))
}

impl Node for Match {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let column = self.text.eval(run, rows);
        truths.clear();
        for &row in rows {
            let value = column.get(row);
            truths.push(match value.as_text() {
                Some(text) => Truth::from(self.regex.is_match(text) != self.negated),
                None => {
                    if !value.is_null() {
                        run.log.add(row, self.site, Fault("not text (see text(x))"), Some(value));
                    }
                    Truth::Null
                }
            });
        }
    }
}
