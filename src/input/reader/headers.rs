//! Header lines before the first record is read: those of all inputs, where none of them keeps the others waiting.

use std::fs;
use std::sync::Arc;

use super::{Input, Opened, Reader};
use crate::error::Result;
use crate::format::{self, FormatDef, InputOptions};
use crate::input::bytes::{ByteSource, FdSource};
use crate::input::detect::told;
use crate::input::open::{Named, open};
use crate::record::{After, Heading};

/// Bytes that are read at a time of a file that is only looked at.
const LOOK: usize = 16 << 10;

/// Bytes after a header line that are looked at.
const LOOK_ON: usize = 64 << 10;

/// What is before the first record of an input.
pub enum Front<'a> {
    /// A header line, or what `--header` gives in its place.
    Names(Heading<'a>),
    /// Nothing, as the input is empty.
    Empty,
    /// What cannot be told yet: reading the input will say why.
    Unknown,
}

impl Reader {
    /// Whether the header lines of all inputs can be looked at before records are read: each has one, and is the only
    /// input or a regular file.
    pub fn can_look(&self) -> bool {
        let named: Vec<Named> = self.inputs.iter().map(|(_, named)| named.clone()).collect();
        can_look(&named, self.options.from, &self.options.input)
    }

    /// Shows what is before the first record of each input, with the name of the input. The only input stays open,
    /// and nothing after its header line is waited for; of several each is closed again.
    pub fn look(&mut self, show: &mut dyn FnMut(&Named, Front<'_>)) -> Result<()> {
        if self.inputs.len() == 1 {
            return self.look_at_only(show);
        }
        for (index, named) in self.inputs.clone() {
            let file = self.open_to_look(index, named.clone());
            show(&named, file.as_ref().map_or(Front::Unknown, Input::front));
        }
        Ok(())
    }

    /// Shows header lines once more, after [`Reader::look`], with what comes after them, until `show` wants no more. Of
    /// inputs that may keep one waiting nothing more is read, and nothing of what came is shown: that depends on when.
    pub fn look_on(&mut self, show: &mut dyn FnMut(&Named, Heading<'_>) -> bool) {
        if let Some(mut input) = self.current.take() {
            while input.feed.never_waits() && input.feed.len() < LOOK_ON && self.fill(&mut input) {}
            input.show(show);
            self.current = Some(input);
            return;
        }
        for (index, named) in self.inputs.clone() {
            let Some(mut input) = self.open_to_look(index, named) else { continue };
            while input.feed.len() < LOOK_ON
                && !input.feed.ended
                && input.feed.fill(LOOK, || vec![0; LOOK]).is_ok()
            {}
            if input.show(show) {
                return;
            }
        }
    }

    /// An error is one of the input's front, which reading would end with too.
    fn look_at_only(&mut self, show: &mut dyn FnMut(&Named, Front<'_>)) -> Result<()> {
        let Some((_, named)) = self.inputs.front().cloned() else { return Ok(()) };
        self.open_next()?;
        let Some(mut input) = self.current.take() else {
            show(&named, Front::Unknown);
            return Ok(());
        };
        self.understand(&mut input)?;
        show(&named, if self.is_broken() || input.feed.stopped { Front::Unknown } else { input.front() });
        self.current = Some(input);
        Ok(())
    }

    /// Reads no record, but what outputs take their columns from: the front of the first input, if its format has a header
    /// line; while that is empty, the next one's too. Then all inputs count as read.
    pub fn read_no_record(&mut self) -> Result<()> {
        while let Some(mut input) = self.next_with_columns()? {
            self.understand(&mut input)?;
            if input.opened == Opened::Header {
                // No record was accepted, so that no event time was missed.
                self.open_for_records(&mut input, None);
            }
            if input.header.is_some() {
                break;
            }
        }
        self.inputs.clear();
        self.current = None;
        Ok(())
    }

    /// The input at hand, or the next one if its format has a header line.
    fn next_with_columns(&mut self) -> Result<Option<Input>> {
        if self.current.is_none() {
            let has_columns = |(_, named): &(u32, Named)| {
                told(named, self.options.from).is_some_and(|def| format::columns::has_columns(def.name))
            };
            if !self.inputs.front().is_some_and(has_columns) {
                return Ok(None);
            }
            self.open_next()?;
        }
        Ok(self.current.take())
    }

    /// Reads an input until its front is understood, or nothing more comes.
    fn understand(&mut self, input: &mut Input) -> Result<()> {
        while input.opened == Opened::Nothing && !input.feed.stopped {
            let understood = self
                .open_front(input)
                .map_err(|error| error.within(&crate::error::escaped(input.named.shown())))?;
            if !understood && !self.fill(input) {
                break;
            }
        }
        Ok(())
    }

    /// A file as far as its header line; `None` if that cannot be told.
    fn open_to_look(&mut self, index: u32, named: Named) -> Option<Input> {
        let file = open(named.file()?).ok()?;
        let source: Box<dyn ByteSource> = Box::new(FdSource::new(file, Arc::clone(&self.stop)));
        let source = self.open_source(&named, source).ok()?;
        let def = told(&named, self.options.from);
        let mut input = Input::new(index, named, def, source, &self.options.input);
        while !self.read_front(&mut input).ok()? {
            if input.feed.ended {
                break;
            }
            input.feed.fill(LOOK, || vec![0; LOOK]).ok()?;
        }
        (!input.feed.stopped).then_some(input)
    }
}

/// Whether the header lines of all inputs can be looked at before records are read: each has one, and is the only input
/// or a regular file.
pub fn can_look(inputs: &[Named], from: Option<&'static FormatDef>, options: &InputOptions) -> bool {
    let is_file = |named: &Named| {
        named
            .file()
            .is_some_and(|name| fs::metadata(crate::file_name::path(name)).is_ok_and(|meta| meta.is_file()))
    };
    (inputs.len() == 1 || inputs.iter().all(is_file))
        && inputs.iter().all(|named| has_header_line(named, from, options))
}

/// Whether an input has a header line, as far as that is known before it is opened.
pub fn has_header_line(named: &Named, from: Option<&'static FormatDef>, options: &InputOptions) -> bool {
    let open = told(named, from).and_then(|def| def.input);
    open.and_then(|open| open(options).ok()).is_some_and(|format| format.has_header_line())
}

impl Input {
    fn front(&self) -> Front<'_> {
        let Some(names) = self.header.as_deref() else { return Front::Empty };
        let dialect = self.format.as_ref().and_then(|format| format.dialect());
        let format = self.def.map_or("", |def| def.name);
        let after = match self.feed.never_waits() {
            true => After { bytes: self.feed.bytes(), line: self.feed.line },
            false => After::default(),
        };
        Front::Names(Heading { names, spelled: &self.spelled, format, dialect, after })
    }

    fn show(&self, show: &mut dyn FnMut(&Named, Heading<'_>) -> bool) -> bool {
        match self.front() {
            Front::Names(heading) => show(&self.named, heading),
            Front::Empty | Front::Unknown => false,
        }
    }
}
