//! The One Billion Row form: `station;temperature`, 413 stations, one decimal.

use std::io::{self, Write};

use crate::random::Random;

const STATIONS: u64 = 413;

/// Writes measurements.
pub(crate) fn lines(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    let stations: Vec<String> = (0..STATIONS).map(|number| station(number, random)).collect();
    for _ in 0..records {
        let station = &stations[random.below(STATIONS) as usize];
        // The sum of three has the bell that weather has.
        let tenths = (0..3).map(|_| random.below(500) as i64).sum::<i64>() - 500;
        let sign = if tenths < 0 { "-" } else { "" };
        writeln!(out, "{station};{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)?;
    }
    Ok(())
}

/// A name of three to twelve letters that ends in the station's number in letters, so that all differ.
fn station(number: u64, random: &mut Random) -> String {
    const SYLLABLES: &[&str] = &["ba", "den", "kor", "li", "ma", "no", "rä", "sal", "to", "vik"];
    let mut name = String::new();
    for _ in 0..1 + random.below(3) {
        name.push_str(random.one(SYLLABLES));
    }
    let letter = |digit: u64| char::from(b'a' + (digit % 8) as u8);
    name.extend([letter(number / 64), letter(number / 8), letter(number)]);
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}
