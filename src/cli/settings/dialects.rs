//! Whether the bytes of CSV that the options name can be told apart.

use super::{Mistake, Options};
use crate::engine::Settings;
use crate::error::Result;
use crate::format::csv::{DELIMITER, QUOTE};
use crate::spell;

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
                let options = [("quote", "the delimiter"), (option, "the quote")];
                self.refuse_same(options, "choose another byte, or --quote none")?;
            }
            if input.escape == Some(delimiter) {
                let options = [("escape", "the delimiter"), (option, "the escape")];
                self.refuse_same(options, "choose another byte")?;
            }
        }
        self.check_header(settings)
    }

    /// Refuses names of `--header` between the delimiter of the file, as a header line would have them.
    fn check_header(&self, settings: &Settings) -> Result<()> {
        let delimiter = char::from(settings.input.delimiter.unwrap_or(DELIMITER));
        let (Some(given), Some([name])) = (self.find("header"), settings.input.header.as_deref()) else {
            return Ok(());
        };
        if delimiter == ',' || !name.contains(delimiter) {
            return Ok(());
        }
        let names = spell::word(&name.replace(delimiter, ","));
        let help = format!("names are separated by commas whatever the delimiter is: --header {names}");
        Err(self.error(given, &Mistake::new(format!("one name that holds the delimiter: \"{name}\""), help)))
    }

    /// The error at the last of two options that was given; each with what its byte is already.
    fn refuse_same(&self, options: [(&str, &str); 2], help: &str) -> Result<()> {
        let last = self.given.iter().rev().find_map(|given| {
            options
                .into_iter()
                .find(|(option, _)| *option == given.option.long)
                .map(|(_, also)| (given, also))
        });
        let Some((given, also)) = last else { return Ok(()) };
        let reason = format!("the same byte as {also}: \"{}\"", given.value);
        Err(self.error(given, &Mistake::new(reason, help)))
    }
}
