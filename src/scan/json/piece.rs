//! What a search for JSON texts finds.

/// One piece of the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What it is.
    pub what: What,
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// How many pieces begin on its first line before it, or reach into it.
    pub nth: u32,
}

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// An object at the top, whole as far as brackets and strings tell.
    Text,
    /// Bytes at the top that are no text, to be read by lines; the last line end is among them.
    Lines,
    /// The same of a text that is longer than a record may be.
    TooLong,
    /// An element in brackets, whole as far as brackets and strings tell.
    Element,
    /// A text at the top without brackets.
    Bare,
    /// An element that is neither array nor object.
    Scalar,
    /// The place of an element that is missing.
    NoValue,
    /// The place of a comma that is missing.
    NoComma,
    /// An element, or a place between two, after which nothing of the array can be told.
    GivenUp {
        /// The place of the damage.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
}

/// A piece that has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// First byte.
    pub start: usize,
    /// As of the piece.
    pub nth: u32,
    /// It is an element of an array.
    pub in_array: bool,
    /// It is neither array nor object: only what follows tells whether it has ended.
    pub is_scalar: bool,
}
