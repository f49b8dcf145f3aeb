//! A record as a side file keeps it: as it was read, or the object that it is where the chain made it.

use super::arrange::{Arranged, Arranger, Loose, Spelled};
use super::value_text::write_json;
use crate::record::{Batch, Kept, Reading, Shape, Sources};
use crate::time::Zone;
use crate::value::json::write_string;

/// What a side file keeps of a record. `shape`: that of the records here, if an aggregate made them.
pub fn kept(batch: &Batch, row: u32, shape: &Shape, zone: &Zone) -> Kept {
    match batch.origin(row) {
        Some(_) => Kept::Raw(batch.raw(row).to_vec()),
        None => Kept::Object(object(batch, row, shape, zone)),
    }
}

/// The JSON object of a record that has no fields of an input.
fn object(batch: &Batch, row: u32, shape: &Shape, zone: &Zone) -> Vec<u8> {
    let pins: Vec<_> = Arranger::fields(shape).map(|field| (&field.name, field.reading.pin())).collect();
    let mut out = vec![b'{'];
    Arranger::new(shape).visit(batch, row, &Sources::new(0), &mut |field| {
        let (name, value, pin) = match &field {
            Arranged::Made(place, value) => match pins.get(*place) {
                Some((name, pin)) => (name.as_bytes(), value, *pin),
                None => return,
            },
            Arranged::Loose(loose) => (loose.name, &loose.value, loose.reading.and_then(Reading::pin)),
            // The record has no fields of an input.
            Arranged::Input(_) | Arranged::Replaced(..) => return,
        };
        if out.len() > 1 {
            out.push(b',');
        }
        if let Arranged::Loose(Loose { spelled: Spelled::Member(member), .. }) = field {
            out.extend_from_slice(member);
            return;
        }
        write_string(name, &mut out);
        out.push(b':');
        write_json(*value, pin, zone, &mut out);
    });
    out.push(b'}');
    out
}
