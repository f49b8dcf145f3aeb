//! Writes the inputs of benchmarks to stdout: `works FORM RECORDS [SEED]`. The same words give the same bytes,
//! everywhere. What is measured with them stands in `README.md` beside this file.

mod access;
mod forms;
#[cfg(test)]
#[path = "../../tests/harness/mod.rs"]
mod harness;
mod keys;
mod random;
mod users;
mod weather;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use forms::{FORMS, WriteForm};
use random::Random;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((form, records, seed)) = read(&words) else {
        let names: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: works FORM RECORDS [SEED]; forms: {}", names.join(", "));
        return ExitCode::from(2);
    };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    match form(records, &mut Random::new(seed), &mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("works: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(words: &[String]) -> Option<(WriteForm, u64, u64)> {
    let (form, records, seed) = match words {
        [form, records] => (form, records, "1"),
        [form, records, seed] => (form, records, seed.as_str()),
        _ => return None,
    };
    Some((forms::find(form)?, records.parse().ok()?, seed.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{PLAIN, run};

    /// FNV-1a.
    fn hash(bytes: &[u8]) -> u64 {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
    }

    fn written(form: &str, records: u64, seed: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let write = forms::find(form).expect("a form");
        write(records, &mut Random::new(seed), &mut out).expect("memory takes all");
        out
    }

    #[test]
    fn forms_have_the_same_bytes_everywhere() {
        for (form, expected, bytes_a_record) in [
            ("access", 0x9c8793ddf808f882_u64, 385..398),
            ("access-csv", 0x4a3b8867e8ffc67e, 180..194),
            ("combined", 0x141df051089a5f6f, 250..300),
            ("keys", 0x226c091b81eca6bf, 80..110),
            ("owners", 0x542e73f50cbdccb3, 80..110),
            ("users", 0x6fbc5e49d103977c, 16..20),
            ("weather", 0xe5f446c15dcdd3d5, 13..15),
        ] {
            let out = written(form, 2000, 1);
            assert!(bytes_a_record.contains(&(out.len() / 2000)), "{form}: {}", out.len() / 2000);
            assert_eq!(hash(&out), expected, "{form}: {:#x}", hash(&out));
            assert_ne!(out, written(form, 2000, 2), "{form}");
        }
    }

    #[test]
    fn every_record_is_read() {
        for (form, words) in [
            ("access", &["--from", "ndjson", "--validate"][..]),
            ("access-csv", &["--from", "csv"]),
            ("combined", &["--from", "combined"]),
            ("keys", &["--from", "ndjson", "--validate"]),
            ("owners", &["--from", "ndjson", "--validate"]),
            ("users", &["--from", "csv"]),
            ("weather", &["--from", "csv", "--delimiter", ";", "--header", "station,t"]),
        ] {
            let items = ["--strict", "--to", "csv", "--no-header-out", "aggregate", "count()"];
            let ran = run(&[words, &items].concat(), &written(form, 500, 1), PLAIN);
            assert_eq!((ran.out().as_str(), ran.status), ("500\n", 0), "{form}: {}", ran.err());
        }
    }
}
