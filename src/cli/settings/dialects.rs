//! Whether the bytes of CSV that the options name can be told apart.

use super::{Mistake, Options};
use crate::engine::Settings;
use crate::error::Result;
use crate::format::csv::{DELIMITER, QUOTE};

impl Options<'_> {
    /// Refuses a delimiter that is also the quote or the escape, in what is read and in what is written. A quote that
    /// is the escape too is the doubled quote of RFC 4180.
    pub(super) fn check_dialects(&self, settings: &Settings) -> Result<()> {
        let input = &settings.input;
        let delimiter = input.delimiter.unwrap_or(DELIMITER);
        let quote = input.quote.unwrap_or(Some(QUOTE));
        let out = settings.delimiter_out.map(|delimiter| (delimiter, "delimiter-out"));
        for (delimiter, option) in [(delimiter, "delimiter")].into_iter().chain(out) {
            if quote == Some(delimiter) {
                self.refuse_same(
                    ["quote", option],
                    ["the delimiter", "the quote"],
                    "choose another byte, or --quote none",
                )?;
            }
            if input.escape == Some(delimiter) {
                self.refuse_same(["escape", option], ["the delimiter", "the escape"], "choose another byte")?;
            }
        }
        Ok(())
    }

    /// The error at the last of two options that was given; `also`: what the byte of each is already.
    fn refuse_same(&self, options: [&str; 2], also: [&str; 2], help: &str) -> Result<()> {
        let place = |option: &str| self.given.iter().rposition(|given| given.option.long == option);
        let last = usize::from(place(options[1]) > place(options[0]));
        let Some(given) = self.find(options[last]) else { return Ok(()) };
        let reason = format!("the same byte as {}: \"{}\"", also[last], given.value);
        Err(self.error(given, &Mistake::new(reason, help)))
    }
}
