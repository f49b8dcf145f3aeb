//! One input while it is read: what is known of its front.

use crate::format::{FormatDef, Framer, InputFormat};
use crate::hash::Map;
use crate::input::bytes::ByteSource;
use crate::input::feed::Feed;
use crate::input::open::Named;

/// One input while it is read.
pub(super) struct Input {
    pub(super) index: u32,
    pub(super) named: Named,
    pub(super) feed: Feed,
    /// Dropping the rest of a record that was too long.
    pub(super) skipping: bool,
    pub(super) format: Option<Box<dyn InputFormat>>,
    pub(super) def: Option<&'static FormatDef>,
    pub(super) framer: Option<Box<dyn Framer>>,
    pub(super) header: Option<Vec<String>>,
    /// How the header line spells names that it does not spell as they are.
    pub(super) spelled: Map<String, Vec<u8>>,
    pub(super) opened: Opened,
}

impl Input {
    /// An input of which nothing is understood yet.
    pub(super) fn new(
        index: u32,
        named: Named,
        def: Option<&'static FormatDef>,
        source: Box<dyn ByteSource>,
    ) -> Self {
        Self {
            index,
            named,
            feed: Feed::new(source),
            skipping: false,
            format: None,
            def,
            framer: None,
            header: None,
            spelled: Map::default(),
            opened: Opened::Nothing,
        }
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
