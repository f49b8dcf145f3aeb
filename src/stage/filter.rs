//! `filter 'EXPR'`: keeps the records for which the condition is true.

use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::expr::{Expr, parse_expression};
use crate::record::Batch;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "filter",
    spec: "'EXPR'",
    options: &[],
    bind,
    doc: Doc {
        summary: "keep the records for which a condition is true",
        text: "Records for which EXPR is false or null leave the chain. How many had a null condition, and by \
               which field, is reported once at the end; that does not change the exit status.\n\n\
               EXPR must give a bool: `status != 0`, not `status`.",
        examples: &[
            Example {
                command: "--from ndjson filter 'status >= 500'",
                input: "{\"path\":\"/\",\"status\":200}\n{\"path\":\"/api\", \"status\":503}\n",
                output: "{\"path\":\"/api\", \"status\":503}\n",
            },
            Example {
                command: "--from logfmt filter 'level in [\"error\", \"fatal\"]'",
                input: "level=info msg=up\nlevel=error msg=\"disk full\"\n",
                output: "{\"level\":\"error\",\"msg\":\"disk full\"}\n",
            },
        ],
    },
};

struct Filter {
    condition: Expr,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let ast = parse_expression(&words.spec)?;
    let condition = scope.condition(&ast)?;
    Ok(vec![Bound::Step(Box::new(Filter { condition }))])
}

impl Step for Filter {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let mut kept = Vec::with_capacity(batch.live.len());
        let mut nulls = Vec::new();
        self.condition.keep(&batch, &batch.live, work.env, &mut work.log, &mut kept, &mut nulls);
        work.count_faults(&batch);
        for row in nulls {
            work.findings.null_condition(self.condition.site(), self.condition.null_field(&batch, row), 1);
        }
        batch.live = kept;
        Ok(batch)
    }
}
