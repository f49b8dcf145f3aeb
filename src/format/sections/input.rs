//! An input of sections.

use std::sync::Arc;

use super::{Directives, SectionDecoder, SectionFramer, Sections};
use crate::error::{Error, Result};
use crate::format::{Decoder, Framer, InputFormat, InputOptions};
use crate::record::Fields;

/// A format whose records are read as the directives `D` say.
pub(in crate::format) struct SectionInput<D: Directives> {
    sections: Arc<Sections<D::Layout>>,
    nulls: Vec<Vec<u8>>,
    time_names: Option<&'static [&'static str]>,
    dayless: Option<Dayless>,
}

/// A field that has the time of day alone, and what gives it a day.
#[derive(Clone, Copy)]
pub(in crate::format) struct Dayless {
    pub(in crate::format) time: &'static str,
    pub(in crate::format) help: &'static str,
}

impl<D: Directives> SectionInput<D> {
    /// Reads as the options say, unless they take the directives away, which begin as `spelled`.
    pub(in crate::format) fn new(options: &InputOptions, spelled: &[&str], format: &str) -> Result<Self> {
        check_comments(options.comment.as_deref(), spelled, format)?;
        Ok(Self { sections: Arc::default(), nulls: options.nulls.clone(), time_names: None, dayless: None })
    }

    /// What is said where there is but such a field.
    pub(in crate::format) fn with_dayless(self, dayless: Dayless) -> Self {
        Self { dayless: Some(dayless), ..self }
    }

    /// The names among which event time is looked for, in place of the usual ones.
    pub(in crate::format) fn with_time_names(self, names: &'static [&'static str]) -> Self {
        Self { time_names: Some(names), ..self }
    }
}

impl<D: Directives> InputFormat for SectionInput<D> {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(SectionFramer::<D>::new(Arc::clone(&self.sections)))
    }

    fn time_names(&self) -> Option<&'static [&'static str]> {
        self.time_names
    }

    fn no_time_help(&self, names: &[String]) -> Option<&'static str> {
        let dayless = self.dayless?;
        names.iter().any(|name| name == dayless.time).then_some(dayless.help)
    }

    fn keeps_stood(&self) -> bool {
        true
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(SectionDecoder::new(&self.sections, wanted, &self.nulls))
    }
}

/// Refuses `--comment` where it would take directives away; these begin so.
fn check_comments(comment: Option<&[u8]>, directives: &[&str], format: &str) -> Result<()> {
    let Some(comment) = comment else { return Ok(()) };
    if !directives.iter().any(|directive| directive.as_bytes().starts_with(comment)) {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(comment).into_owned();
    let lines = directives.join(" ");
    Err(Error::new(format!("lines that begin with \"{shown}\" say how {format} is read ({lines})"))
        .help("leave --comment out: those that say something else are passed over"))
}
