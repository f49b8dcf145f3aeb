//! Timestamps, durations, zones and window sizes. Knows no values and no records.
