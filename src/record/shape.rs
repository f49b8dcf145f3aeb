//! The shape of the records at one place of a chain: which fields they have and in which order.

use std::sync::Arc;

use super::{ColumnRef, Reading, Unfolded};

/// A field with its name and where its values stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The field's name.
    pub name: String,
    /// The column that holds what leaves under this name here.
    pub column: ColumnRef,
    /// How its spellings are read, wherever it came from; plain where the name alone decides.
    pub reading: Reading,
    /// Set where the field was taken from a table.
    pub taken: Option<Taken>,
    /// Set where the field was set in place of a spare one: it stands here in the records for which the column
    /// of the spare one holds something, and in the others where the next field of this name stands.
    pub instead: Option<ColumnRef>,
}

/// A field that a stage took from a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Set where the record may have a field of this name already: that one stays as it is, and where the
    /// column of this one holds nothing the record has no such field here. The column given holds whichever
    /// of the two a record has: it is what stages read under the name.
    pub spare: Option<ColumnRef>,
}

impl Named {
    /// A field that the chain made or placed.
    pub fn new(name: impl Into<String>, column: ColumnRef) -> Self {
        Self { name: name.into(), column, reading: Reading::Plain, taken: None, instead: None }
    }

    /// The same field, read so.
    #[must_use]
    pub fn read_as(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// Whether a record may lack the field, or have its own instead.
    pub fn is_spare(&self) -> bool {
        self.taken.is_some_and(|taken| taken.spare.is_some())
    }

    /// The column without a value of which the field does not stand here; `None` if it always does.
    pub fn only_with(&self) -> Option<ColumnRef> {
        if self.is_spare() { Some(self.column) } else { self.instead }
    }

    /// The column that stages read under this name.
    pub fn read(&self) -> ColumnRef {
        self.taken.and_then(|taken| taken.spare).unwrap_or(self.column)
    }
}

/// All fields of the input record, except those named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rest {
    /// Fields that were taken out, or that stand in `before`.
    pub except: Vec<String>,
    /// Set where members of objects are among the fields: these are in place of the input record's own.
    pub unfolded: Option<Arc<Unfolded>>,
    /// Whether records may have other fields than those of the input and the named ones: a stage made of each record
    /// what it found there. Then no name is missing because the input lacks it.
    pub open: bool,
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
    /// For each spare field the names that it may have, in order, with the columns of `after` that hold it
    /// under each: in a record it has the first name that is free there.
    pub spares: Vec<Vec<(String, ColumnRef)>>,
}

impl Shape {
    /// Records as they came.
    pub fn input() -> Self {
        Self { before: Vec::new(), rest: Some(Rest::default()), after: Vec::new(), spares: Vec::new() }
    }

    /// Records of just these fields.
    pub fn of(fields: Vec<Named>) -> Self {
        Self { before: Vec::new(), rest: None, after: fields, spares: Vec::new() }
    }

    /// Records with members of objects among their fields.
    pub fn of_unfolded(unfolded: Arc<Unfolded>) -> Self {
        let rest = Rest { except: Vec::new(), unfolded: Some(unfolded), open: true };
        Self { rest: Some(rest), ..Self::of(Vec::new()) }
    }

    /// Whether the records are as they came.
    pub fn is_input(&self) -> bool {
        self.before.is_empty()
            && self.after.is_empty()
            && self.rest.as_ref().is_some_and(|rest| rest.except.is_empty() && rest.unfolded.is_none())
    }

    /// What is in place of the input record's own fields, where members of objects are among the fields.
    pub fn as_unfolded(&self) -> Option<&Arc<Unfolded>> {
        self.rest.as_ref()?.unfolded.as_ref()
    }

    /// The names in order, if the chain fixed them.
    pub fn fixed_names(&self) -> Option<impl Iterator<Item = &str>> {
        match self.rest {
            Some(_) => None,
            None => Some(self.before.iter().chain(&self.after).map(|field| field.name.as_str())),
        }
    }

    /// Whether records may have fields that neither the input nor the chain names.
    pub fn is_open(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.open)
    }

    /// A field that the chain made or placed.
    pub fn field(&self, name: &str) -> Option<&Named> {
        // Of several spare ones the last knows the others.
        self.before.iter().chain(&self.after).rev().find(|field| field.name == name)
    }

    /// A field that every record has since the chain made or placed it, here or before members became fields.
    pub fn certain(&self, name: &str) -> Option<&Named> {
        match self.field(name) {
            Some(field) => Some(field).filter(|field| !field.is_spare()),
            None if self.passes(name) => self.as_unfolded()?.shape.certain(name),
            None => None,
        }
    }

    /// The column of a field that the chain made or placed.
    pub fn find(&self, name: &str) -> Option<ColumnRef> {
        self.field(name).map(Named::read)
    }

    /// The fields of `after` that records have whose input has just the fields `own`.
    pub fn after_own(&self, own: &[String]) -> Vec<&Named> {
        let mut had: Vec<&str> = own.iter().map(String::as_str).collect();
        let mut taken = Vec::new();
        for names in &self.spares {
            if let Some((name, column)) = names.iter().find(|(name, _)| !had.contains(&name.as_str())) {
                had.push(name);
                taken.push(*column);
            }
        }
        let mut there: Vec<&Named> = Vec::new();
        for field in &self.after {
            let is_here = field.only_with().is_none_or(|column| taken.contains(&column));
            if is_here && there.iter().all(|other| other.name != field.name) {
                there.push(field);
            }
        }
        there
    }

    /// Whether `name` may come from the input record, or from what is in place of it.
    pub fn passes(&self, name: &str) -> bool {
        self.rest.as_ref().is_some_and(|rest| !rest.except.iter().any(|gone| gone == name))
    }

    /// Adds a field, in place of one of the same name; where that is a spare one which a record does not have,
    /// behind all others.
    pub fn set(&mut self, name: &str, column: ColumnRef) {
        self.set_read(name, column, Reading::Plain);
    }

    /// [`Self::set`] of a field that is read so.
    pub fn set_read(&mut self, name: &str, column: ColumnRef, reading: Reading) {
        let mut stands = false;
        for field in self.before.iter_mut().chain(&mut self.after).filter(|field| field.name == name) {
            if field.is_spare() {
                field.instead = Some(field.column);
            }
            stands |= field.instead.is_none();
            (field.column, field.taken, field.reading) = (column, None, reading);
        }
        if !stands {
            self.after.push(Named::new(name, column).read_as(reading));
        }
    }

    /// Lets the fields of one column stand in another.
    pub fn replace(&mut self, old: ColumnRef, new: ColumnRef) {
        for field in self.before.iter_mut().chain(&mut self.after) {
            if field.column == old {
                field.column = new;
            }
        }
        if let Some(unfolded) = self.rest.as_mut().and_then(|rest| rest.unfolded.as_mut()) {
            Arc::make_mut(unfolded).replace(old, new);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn spare(name: &str, column: usize) -> Named {
        let column = ColumnRef::Made(column);
        Named { taken: Some(Taken { spare: Some(column) }), ..Named::new(name, column) }
    }

    #[test]
    fn a_spare_field_has_the_first_name_that_is_free() {
        let mut shape = Shape::input();
        for (first, names) in [(0, ["name", "name_2"]), (2, ["name_2", "name_3"])] {
            let named = names.iter().zip(first..).map(|(name, column)| spare(name, column));
            let fields: Vec<Named> = named.collect();
            shape.spares.push(fields.iter().map(|field| (field.name.clone(), field.column)).collect());
            shape.after.extend(fields);
        }
        let after = |own: &[&str]| -> Vec<ColumnRef> {
            let own: Vec<String> = own.iter().map(|&name| name.to_owned()).collect();
            shape.after_own(&own).into_iter().map(|field| field.column).collect()
        };
        let columns = |list: &[usize]| list.iter().map(|&at| ColumnRef::Made(at)).collect::<Vec<_>>();
        assert_eq!(after(&["id"]), columns(&[0, 2]));
        assert_eq!(after(&["id", "name"]), columns(&[1, 3]));
        assert_eq!(after(&["name_2"]), columns(&[0, 3]));
        assert_eq!(shape.find("name_2"), Some(ColumnRef::Made(2)));
    }

    #[test]
    fn a_field_that_is_set_anew_stands_in_place_of_a_spare_one_or_at_the_end() {
        let mut shape = Shape::input();
        shape.after = vec![spare("name", 0), spare("seg", 1), spare("name", 2)];
        for column in [ColumnRef::Made(3), ColumnRef::Made(4)] {
            shape.set("name", column);
            let new = Named::new("name", column);
            let instead = |of| Named { instead: Some(ColumnRef::Made(of)), ..new.clone() };
            assert_eq!(shape.after, [instead(0), spare("seg", 1), instead(2), new.clone()]);
            assert_eq!(shape.field("name"), Some(&new));
        }
    }
}
