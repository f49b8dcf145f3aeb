//! Records that wait for the columns of their output: encoders write them as *chunks*, in any order of the threads, each
//! with the names that it has. What puts the chunks in order knows all names at the end, and then writes the lines.

mod chunk;
mod encode;
mod lines;

pub use chunk::{Chunk, Kind};
pub(super) use encode::{Cells, GatherEncoder};
pub use lines::{LineForm, LineReader};

use super::columns::Columns;

/// How an output is written whose records were gathered.
pub trait Gatherer: Send {
    /// The columns that come before all others, whether a record has them or not. To be asked at the end.
    fn leading(&self) -> Columns;

    /// The columns that come after all others, if no record had them. To be asked at the end.
    fn trailing(&self) -> Columns;

    /// Appends what is written before the records. `kinds`: for each column what its first value is.
    fn header(&mut self, names: &[String], kinds: &[Kind], out: &mut Vec<u8>);

    /// How the cells of a record become a line.
    fn form(&self) -> LineForm;
}

#[cfg(test)]
mod tests {
    use super::chunk::ChunkWriter;
    use super::*;
    use crate::error::Result;
    use crate::format::columns::Misfit;
    use crate::format::row::{Filled, Growth, Row};
    use crate::record::FieldValue;
    use crate::value::Value;

    /// Records as a chunk; one with the value `stuck` cannot be written.
    fn chunk(records: &[&[(&str, &str)]]) -> Vec<u8> {
        let (mut columns, mut filled, mut writer) =
            (Columns::default(), Filled::default(), ChunkWriter::default());
        let mut out = Vec::new();
        writer.begin(&mut out);
        for record in records {
            let mut row = Row::default();
            row.clear(&mut filled);
            for (nth, (name, text)) in record.iter().enumerate() {
                let value = FieldValue::Value(Value::Text(text.as_bytes()));
                row.put((nth, name.as_bytes()), value, Growth::Leaves, &mut columns, &mut filled).unwrap();
            }
            let texts: Vec<&str> = record.iter().map(|(_, text)| *text).collect();
            let mut at = 0;
            let written = writer.push(
                row.cells(),
                |_, out| {
                    at += 1;
                    out.extend_from_slice(texts[at - 1].as_bytes());
                    if texts[at - 1] == "stuck" {
                        return Err(Misfit::Unspelled(Vec::new(), b','));
                    }
                    Ok(if texts[at - 1] == "1" { Kind::Number } else { Kind::Other })
                },
                &mut out,
            );
            assert_eq!(written.is_err(), texts.contains(&"stuck"));
        }
        writer.end(&columns, &mut out);
        out
    }

    fn names(chunk: Chunk<'_>) -> Vec<(String, Kind)> {
        let mut names = Vec::new();
        let visit = |name: &[u8], kind| names.push((String::from_utf8_lossy(name).into_owned(), kind));
        chunk.each_name(visit).unwrap();
        names
    }

    fn lines(rows: &[u8], columns: &[usize], count: usize, form: LineForm) -> Result<String> {
        let (mut reader, mut out) = (LineReader::default(), Vec::new());
        reader.begin(columns.iter().copied());
        while reader.write_next(rows, form, count, &mut out)? {}
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    const CSV: LineForm = LineForm { between: Some(b','), missing: b"", end: b"\n" };
    const BARS: LineForm = LineForm { between: None, missing: b"|-", end: b"|\n" };

    const RECORDS: &[&[(&str, &str)]] = &[
        &[("a", "1"), ("b", "x")],
        &[("a", "2"), ("b", "y")],
        &[("z", "1"), ("a", "stuck")],
        &[("c", "q"), ("a", "1")],
        &[],
    ];

    #[test]
    fn rows_become_lines_of_any_columns() {
        let bytes = chunk(RECORDS);
        let mut rest = bytes.as_slice();
        let chunk = Chunk::take(&mut rest).unwrap();
        assert!(rest.is_empty());
        let kinds = [("a", Kind::Number), ("b", Kind::Other), ("c", Kind::Other)];
        // What was left out has no columns.
        assert_eq!(names(chunk), kinds.map(|(name, kind)| (name.to_owned(), kind)));
        assert_eq!(lines(chunk.rows, &[0, 1, 2], 3, CSV).unwrap(), "1,x,\n2,y,\n1,,q\n,,\n");
        assert_eq!(lines(chunk.rows, &[3, 0, 1], 5, CSV).unwrap(), "x,,,1,\ny,,,2,\n,q,,1,\n,,,,\n");
        assert_eq!(lines(chunk.rows, &[2, 0, 1], 3, BARS).unwrap(), "x|-1|\ny|-2|\n|-q1|\n|-|-|-|\n");
    }

    #[test]
    fn no_rows_are_no_chunk() {
        assert!(chunk(&[]).is_empty());
        assert!(chunk(&[&[("a", "stuck")]]).is_empty());
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let bytes = chunk(RECORDS);
        for end in 0..bytes.len() {
            assert!(Chunk::take(&mut &bytes[..end]).is_err(), "{end}");
        }
        let rows = Chunk::take(&mut bytes.as_slice()).unwrap().rows.to_vec();
        for at in 0..rows.len() {
            for byte in [0, 0x7f, 0xff] {
                let mut damaged = rows.clone();
                damaged[at] = byte;
                // Whatever is read, nothing is read beyond the end.
                let _ = lines(&damaged, &[0, 1, 2], 3, CSV);
            }
        }
        assert!(lines(&rows, &[0, 1], 2, CSV).is_err());
    }
}
