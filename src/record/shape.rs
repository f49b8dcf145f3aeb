//! The shape of the records at one place of a chain: which fields they have and in which order.

use super::ColumnRef;

/// A field with its name and where its values stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The field's name.
    pub name: String,
    /// The column that holds it.
    pub column: ColumnRef,
}

/// All fields of the input record, except those named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rest {
    /// Fields that were taken out, or that stand in `before`.
    pub except: Vec<String>,
}

/// The fields of a record in their order: some in front, then the input record's own, then more; those of
/// `after` replace a field of the input record in place if it has one of that name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Fields in front of the rest.
    pub before: Vec<Named>,
    /// The input record's fields, unless the chain fixed the fields.
    pub rest: Option<Rest>,
    /// Fields made later; all of them if there is no rest.
    pub after: Vec<Named>,
}

impl Shape {
    /// Records as they came.
    pub fn input() -> Self {
        Self { before: Vec::new(), rest: Some(Rest::default()), after: Vec::new() }
    }

    /// Records of just these fields.
    pub fn of(fields: Vec<Named>) -> Self {
        Self { before: Vec::new(), rest: None, after: fields }
    }

    /// Whether the records are as they came.
    pub fn is_input(&self) -> bool {
        self.before.is_empty()
            && self.after.is_empty()
            && self.rest.as_ref().is_some_and(|rest| rest.except.is_empty())
    }

    /// The names in order, if the chain fixed them.
    pub fn fixed_names(&self) -> Option<impl Iterator<Item = &str>> {
        match self.rest {
            Some(_) => None,
            None => Some(self.before.iter().chain(&self.after).map(|field| field.name.as_str())),
        }
    }

    /// The column of a field that the chain made or placed.
    pub fn find(&self, name: &str) -> Option<ColumnRef> {
        self.before.iter().chain(&self.after).find(|field| field.name == name).map(|field| field.column)
    }

    /// Whether `name` may come from the input record.
    pub fn passes(&self, name: &str) -> bool {
        self.rest.as_ref().is_some_and(|rest| !rest.except.iter().any(|gone| gone == name))
    }

    /// Adds a field, in place of one of the same name.
    pub fn set(&mut self, name: &str, column: ColumnRef) {
        match self.before.iter_mut().chain(&mut self.after).find(|field| field.name == name) {
            Some(field) => field.column = column,
            None => self.after.push(Named { name: name.to_owned(), column }),
        }
    }

    /// Lets the fields of one column stand in another.
    pub fn replace(&mut self, old: ColumnRef, new: ColumnRef) {
        for field in self.before.iter_mut().chain(&mut self.after) {
            if field.column == old {
                field.column = new;
            }
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) {
        self.before.retain(|field| field.name != name);
        self.after.retain(|field| field.name != name);
        if let Some(rest) = &mut self.rest
            && !rest.except.iter().any(|gone| gone == name)
        {
            rest.except.push(name.to_owned());
        }
    }
}
