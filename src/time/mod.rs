//! Timestamps, durations, zones and window sizes. Knows no values and no records.
//!
//! A point in time is seconds and nanoseconds, since nanoseconds in an `i64` end in 2262. The calendar of
//! the hot paths is our own arithmetic; `jiff` supplies the zones and the directives of a stated format.

mod calendar;
mod civil;
mod duration;
mod foreign_months;
mod format;
mod propose;
mod read;
mod relative;
mod size;
mod timestamp;
mod write;
mod zone;
mod zone_names;

pub use civil::{Civil, civil};
pub use duration::Duration;
pub use format::TimeFormat;
pub use propose::{Proposal, formats_of, propose};
pub use read::{Minute, NotATime, Stated, TimeReader, Year, stamp_len};
pub use relative::relative;
pub use size::Size;
pub use timestamp::Timestamp;
pub use write::write_rfc3339;
pub use zone::Zone;
pub use zone_names::zones_by_clock;

const NANOS_PER_SECOND: u32 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
