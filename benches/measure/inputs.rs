//! The files that works read: made once, by the generator beside, always with the same seed.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::forms;
use crate::random::Random;

const SEED: u64 = 1;
/// Enough for copying; more would count in the peak memory of the processes that this one starts.
const BUFFER: usize = 64 << 10;
/// Bytes that are written at a time: a file then stands in the page cache in large pieces, as one does that was read from
/// a disk, and all tools read it up to three times as fast as one written in small pieces.
const PIECE: usize = 4 << 20;
/// What zstd and gzip use when nothing is said.
const ZSTD_LEVEL: i32 = 3;
const GZIP_LEVEL: u32 = 6;

/// An input.
pub(crate) struct Input {
    /// The file.
    pub(crate) name: &'static str,
    content: Content,
}

enum Content {
    /// A form, and its records at full size.
    Form(&'static str, u64),
    /// A form of which the same number of records is written at any scale.
    Table(&'static str, u64),
    /// Another input, compressed.
    Gzip(&'static Input),
    Zstd(&'static Input),
}

pub(crate) const ACCESS: Input = Input { name: "access.ndjson", content: Content::Form("access", 2_500_000) };
pub(crate) const ACCESS_CSV: Input =
    Input { name: "access.csv", content: Content::Form("access-csv", 4_000_000) };
pub(crate) const ACCESS_GZIP: Input = Input { name: "access.ndjson.gz", content: Content::Gzip(&ACCESS) };
pub(crate) const ACCESS_ZSTD: Input = Input { name: "access.ndjson.zst", content: Content::Zstd(&ACCESS) };
pub(crate) const COMBINED: Input =
    Input { name: "access.log", content: Content::Form("combined", 2_500_000) };
pub(crate) const WEATHER: Input =
    Input { name: "weather.csv", content: Content::Form("weather", 50_000_000) };
pub(crate) const USERS: Input = Input { name: "users.csv", content: Content::Table("users", 100_000) };
pub(crate) const KEYS: Input = Input { name: "keys.ndjson", content: Content::Form("keys", 10_000_000) };
pub(crate) const OWNERS: Input =
    Input { name: "owners.ndjson", content: Content::Form("owners", 10_000_000) };
pub(crate) const ONE: Input = Input { name: "one.ndjson", content: Content::Table("access", 1) };

impl Input {
    /// Makes the file in a folder, unless it is there.
    pub(crate) fn make(&self, folder: &Path, scale: f64) -> Result<()> {
        let path = folder.join(self.name);
        if path.exists() {
            return Ok(());
        }
        if let Content::Gzip(plain) | Content::Zstd(plain) = self.content {
            plain.make(folder, scale)?;
        }
        eprintln!("making {}", path.display());
        let part = path.with_extension("part");
        self.write(folder, scale, &part).with_context(|| format!("cannot make {}", path.display()))?;
        fs::rename(&part, &path).with_context(|| format!("cannot make {}", path.display()))
    }

    /// Writes the file's records, and if `times` is more as many more; only of what is not made of another input.
    pub(crate) fn pour(&self, scale: f64, times: u64, out: &mut dyn Write) -> Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, out);
        match self.content {
            Content::Form(form, records) => write_form(form, scaled(records, scale) * times, &mut out)?,
            Content::Table(form, records) => write_form(form, records * times, &mut out)?,
            Content::Gzip(_) | Content::Zstd(_) => bail!("{} is made of a file", self.name),
        }
        Ok(out.flush()?)
    }

    fn write(&self, folder: &Path, scale: f64, path: &Path) -> Result<()> {
        let mut out = BufWriter::with_capacity(PIECE, File::create(path)?);
        let open = |plain: &Input| -> io::Result<_> {
            Ok(BufReader::with_capacity(BUFFER, File::open(folder.join(plain.name))?))
        };
        match self.content {
            Content::Form(form, records) => write_form(form, scaled(records, scale), &mut out)?,
            Content::Table(form, records) => write_form(form, records, &mut out)?,
            Content::Gzip(plain) => {
                let mut packed = GzEncoder::new(&mut out, Compression::new(GZIP_LEVEL));
                io::copy(&mut open(plain)?, &mut packed)?;
                packed.finish()?;
            }
            Content::Zstd(plain) => {
                zstd::stream::copy_encode(open(plain)?, &mut out, ZSTD_LEVEL)?;
            }
        }
        Ok(out.flush()?)
    }
}

fn scaled(records: u64, scale: f64) -> u64 {
    (records as f64 * scale).round() as u64
}

fn write_form(form: &str, records: u64, out: &mut dyn Write) -> Result<()> {
    let Some(write) = forms::find(form) else { bail!("no form \"{form}\"") };
    Ok(write(records, &mut Random::new(SEED), out)?)
}

#[test]
fn an_input_is_made_and_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    for input in [&ACCESS_GZIP, &ACCESS_ZSTD, &USERS, &ONE] {
        input.make(folder.path(), 0.00004).expect("a file");
    }
    let text = fs::read_to_string(folder.path().join("access.ndjson")).expect("a file");
    assert_eq!(text.lines().count(), 100);
    let packed = fs::read(folder.path().join("access.ndjson.zst")).expect("a file");
    assert_eq!(zstd::decode_all(packed.as_slice()).expect("zstd"), text.as_bytes());
    let mut unpacked = Vec::new();
    let packed = File::open(folder.path().join("access.ndjson.gz")).expect("a file");
    io::copy(&mut flate2::read::GzDecoder::new(packed), &mut unpacked).expect("gzip");
    assert_eq!(unpacked, text.as_bytes());
    let one = fs::read_to_string(folder.path().join("one.ndjson")).expect("a file");
    assert!(text.starts_with(&one) && one.ends_with('\n'));
}
