//! Bytes without sense, of those that mean something in some dialect.

use crate::cell::{Dialect, Null};
use crate::file::{File, Last, Names, Piece};
use crate::random::Random;

/// What bytes are put together of.
const PARTS: &[&[u8]] = &[
    b",",
    b",",
    b"\"",
    b"\"",
    b"\"\"",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\\",
    b"\\\\",
    b"'",
    b"a",
    b"a",
    b"1",
    b"NA",
    b"#",
    b" ",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"\xc3\xa9",
    b"\xef\xbb\xbf",
    b"some longer text",
    b"1,2\n",
    b"\"x\",\"y\"\n",
    b"\\N",
    b"1e5",
];

/// A file of such bytes, under any options.
pub(crate) fn soup(random: &mut Random) -> File {
    let mut file = File::empty();
    file.kinds.push("soup");
    let quotes = [Some(b'"'), Some(b'"'), Some(b'"'), Some(b'\''), None];
    file.dialect.quote = *random.pick(&quotes);
    file.dialect.escape = *random.pick(&[None, None, Some(b'\\')]);
    file.dialect.delimiter = *random.pick(b",,,,;\t ");
    if random.one_in(8) {
        file.dialect = Dialect::TSV;
    }
    file.comment = *random.pick(&[None, None, Some("#"), Some("1")]);
    file.ragged = random.one_in(5);
    file.mark = random.one_in(10);
    if random.one_in(3) {
        let quoted = random.one_in(2) && file.dialect.quote.is_some();
        file.dialect.nulls.push(Null { spelling: random.pick::<&str>(&["NA", "a", "\\N"]), quoted });
    }
    let delimiter = [file.dialect.delimiter];
    let mut bytes = Vec::new();
    match random.below(6) {
        0 => file.names = Names::Counted,
        1 => file.names = Names::Given(vec!["x", "y"]),
        2 => {}
        3 => bytes.extend(b"x\n"),
        _ => bytes.extend([b"x", &delimiter[..], b"y\n"].concat()),
    }
    for _ in 0..random.between(0, 40) {
        bytes.extend(file.dialect.respelled(random.pick::<&[u8]>(PARTS)));
    }
    file.pieces.push(Piece::Soup(bytes));
    file.last = Last::Open;
    file
}
