//! Everything that a command line can name, so that tests can bring their own names.

use crate::aggregate::{self, AggregateDef};
use crate::error::nearest;
use crate::format::{self, FormatDef};
use crate::function::{self, FunctionDef};
use crate::stage::{self, StageDef};

/// The registries.
#[derive(Clone, Copy)]
pub struct Known {
    /// Stages.
    pub stages: &'static [&'static StageDef],
    /// Formats.
    pub formats: &'static [&'static FormatDef],
    /// Functions.
    pub functions: &'static [&'static FunctionDef],
    /// Aggregates.
    pub aggregates: &'static [&'static AggregateDef],
    /// Formats that are yet to come.
    pub planned_formats: &'static [&'static str],
}

impl Known {
    /// The registries of the program.
    pub const ALL: Self = Self {
        stages: stage::STAGES,
        formats: format::FORMATS,
        functions: function::FUNCTIONS,
        aggregates: aggregate::AGGREGATES,
        planned_formats: format::PLANNED,
    };

    /// The stage of a name.
    pub fn stage(&self, name: &str) -> Option<&'static StageDef> {
        self.stages.iter().find(|row| row.name == name).copied()
    }

    /// The format of a name.
    pub fn format(&self, name: &str) -> Option<&'static FormatDef> {
        self.formats.iter().find(|row| row.name == name).copied()
    }

    /// The stage whose name is nearest to a word.
    pub fn nearest_stage(&self, word: &str) -> Option<&'static str> {
        nearest(word, self.stages.iter().map(|row| row.name))
    }
}

/// Whether an aggregate's name is that of a percentile (`p50`, `p999`), all of which are found under `p99`.
pub(super) fn is_percentile(name: &str) -> bool {
    let digits = name.strip_prefix('p').unwrap_or("");
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
