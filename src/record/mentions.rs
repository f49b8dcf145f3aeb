//! How a chain mentions a field of the input: whether a record, or a header, that lacks it is worth a word.

use super::Site;

/// What a chain does with one field of the input.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// It reads its values.
    pub reads: bool,
    /// It takes the field out by its name: `* except (token)`.
    pub removes: bool,
    /// The option that names it, if no stage makes a field of the name and no table has one.
    pub option: Option<&'static str>,
    /// Somewhere it says what holds where the field is absent: `??`, `coalesce`, `is null`.
    pub may_be_absent: bool,
    /// Where it is named first, and no stage before could have made it.
    pub first: Option<Site>,
    /// The nearest of the names that the chain itself gave to fields before that place; for an option of those of tables.
    pub near: Option<String>,
}

impl Mentions {
    /// Whether the user named the field.
    pub fn is_named(&self) -> bool {
        self.reads || self.removes || self.option.is_some()
    }

    /// Where the chain counts on the field: it must be one of the input's, and null is not provided for.
    pub fn counts_on_it(&self) -> Option<&Site> {
        self.first.as_ref().filter(|_| !self.may_be_absent)
    }
}
