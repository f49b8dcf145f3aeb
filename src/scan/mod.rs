//! Byte scanning: the structure of JSON text and line ends. Knows bytes only, no records and no values.

pub mod json;
