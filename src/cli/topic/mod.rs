//! The topics of `tamis help`: one text a topic, one row each in [`TOPICS`].

/// A topic.
#[derive(Debug)]
pub(super) struct Topic {
    /// The name.
    pub(super) name: &'static str,
    /// What it is about, in a line.
    pub(super) summary: &'static str,
    /// The text in the markup of `page`.
    pub(super) text: &'static str,
    /// What is listed behind the text.
    pub(super) list: Option<List>,
}

/// A list that a registry gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    /// Stages.
    Stages,
    /// Functions.
    Functions,
    /// Aggregates.
    Aggregates,
    /// Formats.
    Formats,
    /// Global options.
    Options,
}

/// What stands in front of `tamis.1`.
pub(super) const OVERVIEW: &str = include_str!("tamis.md");

/// All topics, in reading order.
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "stages",
        summary: "what a chain is made of",
        text: include_str!("stages.md"),
        list: Some(List::Stages),
    },
    Topic {
        name: "expressions",
        summary: "fields, literals, operators, and how values of different types meet",
        text: include_str!("expressions.md"),
        list: None,
    },
    Topic {
        name: "functions",
        summary: "the functions of expressions",
        text: include_str!("functions.md"),
        list: Some(List::Functions),
    },
    Topic {
        name: "aggregates",
        summary: "what the stage aggregate computes",
        text: include_str!("aggregates.md"),
        list: Some(List::Aggregates),
    },
    Topic {
        name: "formats",
        summary: "how records are read and written",
        text: include_str!("formats.md"),
        list: Some(List::Formats),
    },
    Topic {
        name: "time",
        summary: "event time, windows, watermarks and late records",
        text: include_str!("time.md"),
        list: None,
    },
    Topic {
        name: "reports",
        summary: "what is said on stderr, and the exit status",
        text: include_str!("reports.md"),
        list: None,
    },
    Topic {
        name: "options",
        summary: "the global options",
        text: include_str!("options.md"),
        list: Some(List::Options),
    },
];
