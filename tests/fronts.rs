//! The front of inputs: encodings against Python's codecs and in pieces, comments at random places, what is not text in files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "fronts/codecs.rs"]
mod codecs;
#[path = "fronts/comments.rs"]
mod comments;
mod harness;
#[path = "harness/pack.rs"]
mod pack;
#[path = "fronts/refused.rs"]
mod refused;
