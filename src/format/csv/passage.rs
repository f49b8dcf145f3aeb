//! How records of an input pass into an output of CSV.

/// How the records of one input pass into the output.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Passage {
    /// They are spelled in the dialect of the output.
    pub(super) own: bool,
    /// So are the inputs, and the nulls of what comes beside their records keep their spelling.
    pub(super) nulls: bool,
    /// Their bytes are the first columns of the output as they are; fields that the chain made follow.
    pub(super) whole: bool,
    /// Nothing follows them.
    pub(super) alone: bool,
    /// Of such a record, how many columns are after these: with `--union` there may be some.
    pub(super) missing: u32,
}

impl Passage {
    /// That of records that pass as they are.
    pub(super) const WHOLE: Self = Self { own: true, nulls: true, whole: true, alone: false, missing: 0 };

    /// That of records whose fields are written one by one; `own`: they are spelled in the dialect of the output.
    pub(super) fn of(own: bool) -> Self {
        Self { own, nulls: own, whole: false, alone: false, missing: 0 }
    }
}
