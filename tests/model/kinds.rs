//! The switchboard: which kinds of stages the generator makes. What is off here is written, in the generator
//! and in the model, and waits for the program.

/// A kind of stage, or of what a stage is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// `--tz` of zones whose clocks change, and times before 1970.
    Zones,
    /// `window 1d`, `1w`, `3mo`, `1y`.
    Calendar,
    /// `window 10s --offset 1s`.
    Offset,
    /// `window 1d --offset 6h`: by the clocks of the zone.
    CalendarOffset,
    /// `window 10s --every 5s`.
    Sliding,
    /// `window session:10s`.
    Session,
    /// A key of `window session:10s --by KEY` that a `project` drops before the aggregate.
    DroppedKey,
    /// `window count:3`.
    Count,
    /// `dedup KEY --within 10s`.
    DedupWithin,
    /// `join TABLE --on KEY`.
    Join,
}

/// The kinds; only those with `true` are made.
pub(crate) const KINDS: &[(Feature, bool)] = &[
    (Feature::Zones, true),
    (Feature::Calendar, true),
    (Feature::Offset, true),
    (Feature::CalendarOffset, true),
    (Feature::Sliding, true),
    (Feature::Session, true),
    (Feature::DroppedKey, true),
    (Feature::Count, true),
    (Feature::DedupWithin, true),
    (Feature::Join, true),
];

impl Feature {
    /// Whether it is made.
    pub(crate) fn is_on(self) -> bool {
        KINDS.contains(&(self, true))
    }
}
