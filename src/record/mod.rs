//! Records in blocks and batches: where their bytes stand, which fields were located, what was made of them.
//!
//! A record is a span of a [`Block`]; a field that the chain names is a [`Cell`] in it, located by the
//! decoder and typed only on use; what stages compute is a [`Made`] column. Knows no formats and no stages.

mod batch;
mod block;
mod cell;
mod clock;
mod code;
mod column;
mod decimals;
mod dialect;
mod dropped;
mod env;
mod escapes;
mod faults;
mod fields;
mod findings;
mod header_doubt;
mod header_line;
mod held;
mod hint;
mod kept;
mod lead;
mod lined;
mod loaded;
mod looks;
mod lookups;
mod mentions;
mod name;
mod packed;
mod rank;
mod read_as;
mod repeats;
mod saved;
mod shape;
mod typed;
mod unfolded;

pub use batch::{Batch, Bounds, ColumnRef, FieldValue, Origins};
pub use block::{Block, FieldView, LineStarts, Origin, Source, Sources, Span, Undecoded, Walk, names_of};
pub use cell::{Cell, Form};
pub use clock::Clock;
pub use code::Code;
pub use column::{Made, Slot};
pub use decimals::{Decimal, Decimals};
pub use dialect::{Dialect, Escape, Marks};
pub use dropped::Dropped;
pub use env::{Env, Pins, Reading, TimeField, Type};
pub use faults::{Failed, Fault, FaultLog, Site, Sites, shown_value};
pub use fields::{Fields, Path, Segment};
pub use findings::{Faults, Findings, FirstStamp, Limits, NullCondition, YearBack};
pub use header_doubt::HeaderDoubt;
pub use header_line::{After, HeaderLine, Heading};
pub use held::{Builder, Held, Place};
pub use hint::{Hint, Title};
pub use kept::{Kept, Late, Mix, Places, Reject, Seen};
pub use lead::{Jump, Lead, Reign};
pub use lined::{Lined, Part, Parts};
pub use loaded::{Cells, Loaded, Plain};
pub use looks::Looks;
pub use lookups::{Lookup, Lookups, Unmatched};
pub use mentions::Mentions;
pub use name::Name;
pub use packed::Packed;
pub use rank::Rank;
pub use read_as::{ReadAs, Remedy};
pub use repeats::Repeats;
pub use shape::{Named, Rest, Shape, Taken};
pub use typed::write_plain;
pub use unfolded::{
    Object, Place as ObjectPlace, Unfolded, inside, is_numbered, nest_text, object_text, part, write_number,
};
