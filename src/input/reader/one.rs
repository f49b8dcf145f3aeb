//! One input while it is read: what is known of its front.

use std::sync::Arc;

use crate::format::lines::MARK;
use crate::format::{FormatDef, Framer, InputFormat, InputOptions};
use crate::hash::Map;
use crate::input::bytes::ByteSource;
use crate::input::feed::Feed;
use crate::input::open::Named;
use crate::scan::json::Place;
use crate::spell;

/// One input while it is read.
pub(super) struct Input {
    pub(super) index: u32,
    pub(super) named: Named,
    pub(super) feed: Feed,
    /// Dropping the rest of a record that was too long.
    pub(super) skipping: bool,
    pub(super) format: Option<Arc<dyn InputFormat>>,
    pub(super) def: Option<&'static FormatDef>,
    pub(super) framer: Option<Box<dyn Framer>>,
    pub(super) header: Option<Vec<String>>,
    /// How the header line spells names that it does not spell as they are.
    pub(super) spelled: Map<String, Vec<u8>>,
    pub(super) opened: Opened,
    /// Lines at the front that are still to be dropped.
    to_skip: u64,
    /// Whether lines are dropped that are no records.
    drops_lines: bool,
    /// The ends of lines were looked at.
    pub(super) ends_known: bool,
    /// Where its first byte is that was not handed out.
    pub(super) place: Place,
    /// What of its lines was handed out.
    handed: Handed,
    /// The framer was asked how it ended.
    pub(super) ended: bool,
}

/// Lines that were handed out, as names, records or rejects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Handed {
    /// None.
    None,
    /// Blank ones alone.
    Blank,
    /// Others.
    Some,
}

impl Handed {
    /// What these bytes from the front of an input are.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let lines = bytes.strip_prefix(MARK).unwrap_or(bytes);
        match lines.trim_ascii() {
            [] if lines.is_empty() => Self::None,
            [] => Self::Blank,
            _ => Self::Some,
        }
    }
}

impl Input {
    /// An input of which nothing is understood yet.
    pub(super) fn new(
        index: u32,
        named: Named,
        def: Option<&'static FormatDef>,
        source: Box<dyn ByteSource>,
        options: &InputOptions,
    ) -> Self {
        Self {
            index,
            named,
            feed: Feed::new(source, options.comment.as_deref()),
            skipping: false,
            format: None,
            def,
            framer: None,
            header: None,
            spelled: Map::default(),
            opened: Opened::Nothing,
            to_skip: options.skip,
            drops_lines: options.skip > 0 || options.comment.is_some(),
            ends_known: false,
            place: Place::default(),
            handed: Handed::None,
            ended: false,
        }
    }

    /// Whether lines may be before the format and the header that are for neither.
    pub(super) fn drops_lines(&self) -> bool {
        self.drops_lines
    }

    /// That options dropped every line of an input that was read to its end, in words, if they did.
    pub(super) fn all_dropped_by(&self, options: &InputOptions) -> Option<String> {
        let left = self.feed.bytes();
        let is_all = self.feed.ended && !self.feed.stopped && left.trim_ascii().is_empty();
        let is_all = is_all && self.handed < Handed::Some && self.feed.has_passed_lines();
        if !self.drops_lines || !is_all {
            return None;
        }
        let skip = (options.skip > 0).then(|| format!("--skip {}", options.skip));
        let comment = options.comment.as_deref().filter(|_| self.to_skip == 0);
        let comment =
            comment.map(|prefix| format!("--comment {}", spell::word(&String::from_utf8_lossy(prefix))));
        let options: Vec<String> = skip.into_iter().chain(comment).collect();
        let drop = if options.len() > 1 { "drop" } else { "drops" };
        let has_blank = !left.is_empty() || self.handed == Handed::Blank;
        let but = if has_blank { " but blank ones" } else { "" };
        Some(format!("{} {drop} every line{but}", options.join(" and ")))
    }

    /// Notes what is handed out.
    pub(super) fn note_handed(&mut self, handed: Handed) {
        self.handed = self.handed.max(handed);
    }

    /// Drops the lines of `--skip` and `--comment` from the front; false if more bytes are needed.
    pub(super) fn drop_lines(&mut self) -> bool {
        (self.to_skip == 0 || self.feed.skip_lines(&mut self.to_skip)) && self.feed.drop_front_comments()
    }
}

/// How far the front of an input was understood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// The format or the header is not known yet.
    Nothing,
    /// Records can be framed, but the event-time field is not known yet.
    Header,
    /// Blocks can leave.
    All,
}
