//! Byte scanning: 64 bytes at a time as bit masks, with SIMD chosen at run time; the structure of JSON text.
//! Knows bytes only, no records and no values. The only place where `unsafe` may stand.

pub mod chunk;
pub mod count;
pub mod json;
pub mod word;
