//! The front of an input: compression and encoding, what is not text, the ends of lines, lines that are dropped, the format
//! and its header.

use std::io;

use super::one::Handed;
use super::{Input, Reader};
use crate::error::{Error, Result};
use crate::format::Head;
use crate::input::bytes::ByteSource;
use crate::input::compression::decompress;
use crate::input::decoded::Decoded;
use crate::input::detect::by_front;
use crate::input::foreign::{Unread, refuse_foreign};
use crate::input::line_ends::{self, Ends};
use crate::input::open::Named;
use crate::input::typed::Typed;

/// A header may take so many bytes whatever `--max-record` says.
const LEAST_FRONT: usize = 1 << 20;

/// Why an input is not read.
pub(super) enum Unopened {
    /// It cannot be read, or reading was told to stop.
    Read(io::Error),
    /// It is not text.
    NotText(Error),
}

impl Reader {
    /// The text of an input: without compression, and decoded.
    pub(super) fn open_source(
        &self,
        named: &Named,
        source: Box<dyn ByteSource>,
    ) -> std::result::Result<Box<dyn ByteSource>, Unopened> {
        let encoding = self.options.input.encoding;
        let typed = Typed::of(named, &self.options);
        let decompressed = decompress(source, &self.stop, &self.options.windows).map_err(Unopened::Read)?;
        let source = refuse_foreign(decompressed, encoding, &typed).map_err(|unread| match unread {
            Unread::Stopped(error) => Unopened::Read(error),
            Unread::NotText(error) => Unopened::NotText(error),
        })?;
        Ok(match encoding {
            None => Box::new(source),
            Some(encoding) => Box::new(Decoded::new(Box::new(source), encoding)),
        })
    }

    /// Takes the header from the front of an input; false if more bytes are needed.
    pub(super) fn read_front(&mut self, input: &mut Input) -> Result<bool> {
        if input.feed.bytes().is_empty()
            || !input.drops_lines() && !self.find_format(input)?
            || !self.know_ends(input)?
            || !input.drop_lines()
            || input.feed.bytes().is_empty()
            || !self.find_format(input)?
        {
            return Ok(false);
        }
        self.note_dropped(input);
        let Some(framer) = &mut input.framer else { return Ok(false) };
        let front = input.feed.bytes();
        let most = self.options.max_record.max(LEAST_FRONT).saturating_add(1);
        let shown = front.get(..most).unwrap_or(front);
        let ended = input.feed.ended && shown.len() == front.len();
        let head = match framer.head(shown, ended)? {
            Head::More if !ended && shown.len() == most => framer.head_too_long(shown)?,
            head => head,
        };
        match head {
            Head::More if !ended && shown.len() < most => return Ok(false),
            Head::More | Head::None => {}
            Head::Names(names, len) => {
                let handed = Handed::of(front.get(..len).unwrap_or(&[]));
                if let Some((column, encoding)) = input.feed.undecoded_in(len) {
                    let message =
                        format!("the header line has bytes that {encoding} does not have (column {column})");
                    let option = self.options.input.read_as.option("encoding");
                    let help = format!("another encoding may be meant, such as {option} latin1");
                    return Err(Error::new(message).help(help));
                }
                input.header = names;
                input.spelled = framer.take_spelled_names();
                input.feed.drop_front(len);
                input.note_handed(handed);
            }
        }
        Ok(true)
    }

    /// Notes an input of which options dropped every line.
    pub(super) fn note_dropped(&self, input: &Input) {
        if let Some(what) = input.all_dropped_by(&self.options.input).filter(|_| self.broken.is_none()) {
            self.sources.note_dropped(input.index, what);
        }
    }

    /// Opens an input that broke off in its first line, unless that names the fields; false if there is no such line.
    pub(super) fn open_at_fragment(&mut self, input: &mut Input) -> Result<bool> {
        if input.feed.fragment.is_none() || input.def.is_none() || !self.find_format(input)? {
            return Ok(false);
        }
        if input.format.as_ref().is_some_and(|format| format.has_header_line()) {
            return Ok(false);
        }
        self.open_for_records(input, None);
        Ok(true)
    }

    /// Knows the format of an input, by its front if by nothing else; false if more bytes are needed.
    fn find_format(&mut self, input: &mut Input) -> Result<bool> {
        if input.framer.is_some() {
            return Ok(true);
        }
        let def = match input.def {
            Some(def) => def,
            None => match by_front(input.feed.bytes(), input.feed.ended, &self.options)? {
                Some(def) => def,
                None => return Ok(false),
            },
        };
        if input.def.is_none() {
            self.check_unmet(def)?;
        }
        input.def = Some(def);
        let Some(open) = def.input else {
            return Err(Error::new(format!("format {} cannot be read", def.name)));
        };
        let format = open(&self.options.input)?;
        input.framer = Some(format.framer());
        input.format = Some(format.into());
        Ok(true)
    }

    /// Refuses an input whose lines end in CR alone, unless the format has no lines; false if more bytes are needed to
    /// tell. What comes before the first line end holds no record yet.
    fn know_ends(&mut self, input: &mut Input) -> Result<bool> {
        if input.def.is_some() && !self.find_format(input)? {
            return Ok(false);
        }
        if input.ends_known || input.format.as_ref().is_some_and(|format| format.takes_lone_cr()) {
            return Ok(true);
        }
        match line_ends::look(input.feed.bytes(), input.feed.ended && !input.feed.stopped) {
            Ends::Open => return Ok(false),
            Ends::Cr => return Err(line_ends::error(&Typed::of(&input.named, &self.options))),
            Ends::Plain => input.ends_known = true,
        }
        Ok(true)
    }
}
