//! What records look like at one place of a chain, for what is said of them there.

use std::sync::Arc;

use super::Scope;
use super::scope::Windowed;
use super::window::Sliding;
use crate::format::object;
use crate::record::{Batch, ColumnRef, Env, Kept, Shape};

/// The records that reach a stage which may reject them or find them late.
#[derive(Clone, Debug)]
pub struct Outline {
    shape: Shape,
    /// Sliding windows that the records are in: their bounds are known if each record is there once for each window.
    sliding: Option<Arc<Sliding>>,
    /// The stage, by its place in the chain.
    pub(super) place: u32,
}

impl Outline {
    /// Of the records that enter the chain.
    pub fn input() -> Self {
        Self { shape: Shape::input(), sliding: None, place: 0 }
    }

    /// Of the records that reach the stage which is being bound.
    pub(super) fn of(scope: &Scope<'_>) -> Self {
        let (shape, place) = (scope.shape.clone(), scope.place);
        match &scope.windowed {
            // The bounds of a session are not known before its end.
            Windowed::Session(_) => Self { shape: without_bounds(shape), sliding: None, place },
            Windowed::Sliding(sliding) => Self { shape, sliding: Some(Arc::clone(sliding)), place },
            _ => Self { shape, sliding: None, place },
        }
    }

    /// What a side file keeps of a record.
    pub(super) fn kept(&self, batch: &Batch, row: u32, env: &Env) -> Kept {
        // Which stages read the bounds is known after all are bound.
        match &self.sliding {
            Some(sliding) if !sliding.repeats_records() => {
                object::kept(batch, row, &without_bounds(self.shape.clone()), &env.zone)
            }
            _ => object::kept(batch, row, &self.shape, &env.zone),
        }
    }
}

fn without_bounds(mut shape: Shape) -> Shape {
    let is_bound = |column: ColumnRef| matches!(column, ColumnRef::WindowStart | ColumnRef::WindowEnd);
    shape.before.retain(|field| !is_bound(field.column));
    shape.after.retain(|field| !is_bound(field.column));
    shape
}
