//! What records look like at one place of a chain, for what is said of them there.

use super::Scope;
use super::scope::Windowed;
use crate::format::object;
use crate::record::{Batch, ColumnRef, Env, Kept, Shape};

/// The records that reach a stage which may reject them or find them late.
#[derive(Clone, Debug)]
pub struct Outline {
    shape: Shape,
    /// The stage, by its place in the chain.
    pub(super) place: u32,
}

impl Outline {
    /// Of the records that enter the chain.
    pub fn input() -> Self {
        Self { shape: Shape::input(), place: 0 }
    }

    /// Of the records that reach the stage which is being bound.
    pub(super) fn of(scope: &Scope<'_>) -> Self {
        let mut shape = scope.shape.clone();
        if matches!(scope.windowed, Windowed::Session(_)) {
            // The bounds of a session are not known before its end.
            let is_bound =
                |column: ColumnRef| matches!(column, ColumnRef::WindowStart | ColumnRef::WindowEnd);
            shape.before.retain(|field| !is_bound(field.column));
            shape.after.retain(|field| !is_bound(field.column));
        }
        Self { shape, place: scope.place }
    }

    /// What a side file keeps of a record.
    pub(super) fn kept(&self, batch: &Batch, row: u32, env: &Env) -> Kept {
        object::kept(batch, row, &self.shape, &env.zone)
    }
}
