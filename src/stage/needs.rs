//! What of the settings a chain has a use for, noted while it is bound: an option that it has none for is worth a note.

use std::cell::Cell;

use crate::expr::{Ast, AstKind, Literal};
use crate::record::Type;

/// What a chain needs.
#[derive(Clone, Copy, Default, Debug)]
pub struct Needs {
    /// Some stage leaves out records that are late.
    pub lateness: bool,
    /// Some stage makes fields without types of their own, as text formats have them.
    pub untyped: bool,
    /// The field of `--time` is read.
    pub time_field: bool,
    /// Something may be read as a time: where nothing is, how times are spelled makes no difference.
    pub times: bool,
}

/// What the chain was seen to need so far.
#[derive(Default, Debug)]
pub struct Seen(Cell<Needs>);

impl Seen {
    /// All that was noted.
    pub fn needs(&self) -> Needs {
        self.0.get()
    }

    /// Notes that the field of `--time` is read.
    pub(super) fn time_field(&self) {
        self.0.set(Needs { time_field: true, times: true, ..self.0.get() });
    }

    /// Notes that something is read as a time.
    pub(super) fn times(&self) {
        self.0.set(Needs { times: true, ..self.0.get() });
    }

    /// Notes that a stage leaves out records that are late.
    pub(super) fn lateness(&self) {
        self.0.set(Needs { lateness: true, ..self.0.get() });
    }

    /// Notes that a stage makes an untyped field, which `--types` may pin.
    pub(super) fn untyped(&self, pin: Option<Type>) {
        self.0.set(Needs { untyped: true, ..self.0.get() });
        self.pin(pin);
    }

    /// Notes how a field is pinned.
    pub(super) fn pin(&self, pin: Option<Type>) {
        if pin == Some(Type::Time) {
            self.times();
        }
    }

    /// Notes whether an expression may read times: by a function, or because a literal makes one of what it meets.
    pub(super) fn expression(&self, ast: &Ast) {
        if may_read_times(ast) {
            self.times();
        }
    }
}

fn may_read_times(ast: &Ast) -> bool {
    let by_itself = match &ast.kind {
        AstKind::Call { .. } | AstKind::Literal(Literal::Length { .. }) => true,
        AstKind::Literal(Literal::Text(text)) => text.contains(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    by_itself || ast.kind.operands().into_iter().any(may_read_times)
}
