//! The model on inputs whose answers are written by hand.
