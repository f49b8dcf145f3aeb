//! What came of a work.

use crate::measure::table::MEBIBYTE;
use crate::measure::timing::Series;
use crate::works::{Peak, Work};

/// How many times as many records a large input has.
pub(crate) const LARGE: u64 = 20;
/// How much the memory for inputs of two sizes may differ, in MiB.
const SPREAD: f64 = 2.0;
/// What part of a rival's memory is a tenth.
const TENTH: f64 = 0.1;

/// How a work gets its input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    File,
    Pipe,
    /// A pipe, of many times the records.
    Large,
}

impl Way {
    /// The ways of a run.
    pub(crate) fn wanted(pipe: bool, large: bool) -> Vec<Self> {
        let all = [(Self::File, true), (Self::Pipe, pipe || large), (Self::Large, large)];
        all.into_iter().filter_map(|(way, is_wanted)| is_wanted.then_some(way)).collect()
    }

    /// Whether a work gets its input so.
    pub(crate) fn is_for(self, work: &Work) -> bool {
        self != Self::Large || work.is_endless
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pipe => "pipe",
            Self::Large => "long pipe",
        }
    }
}

/// What came of a work that got its input one way.
pub(crate) struct Outcome {
    pub(crate) work: &'static Work,
    pub(crate) way: Way,
    /// With the memory that the work has.
    pub(crate) held: Series,
    /// Without limit; none of a large input.
    pub(crate) free: Series,
    /// The other tool, if the work has one and it is here.
    pub(crate) rival: Series,
    /// Answers were compared.
    pub(crate) is_compared: bool,
    /// What was wrong, in words.
    pub(crate) wrong: Option<String>,
}

impl Outcome {
    /// Nothing yet.
    pub(crate) fn new(work: &'static Work, way: Way) -> Self {
        let [held, free, rival] = Default::default();
        Self { work, way, held, free, rival, is_compared: false, wrong: None }
    }

    /// The most memory that is good, in MiB; `others`: what came of other ways.
    pub(crate) fn most(&self, others: &[Self]) -> Option<f64> {
        match self.work.peak {
            Peak::Mebibytes(most) if self.way == Way::Large => {
                Some(self.peak_of_pipe(others).map_or(most as f64, |pipe| (pipe + SPREAD).min(most as f64)))
            }
            Peak::Mebibytes(most) => Some(most as f64),
            Peak::TenthOfRival => (self.rival.len() > 0).then(|| mebibytes(&self.rival) * TENTH),
        }
    }

    fn peak_of_pipe(&self, others: &[Self]) -> Option<f64> {
        let pipe = others.iter().find(|other| other.work.name == self.work.name && other.way == Way::Pipe)?;
        (pipe.held.len() > 0).then(|| mebibytes(&pipe.held))
    }
}

/// The highest resident memory of any run.
pub(crate) fn mebibytes(series: &Series) -> f64 {
    series.peak() as f64 / MEBIBYTE
}
