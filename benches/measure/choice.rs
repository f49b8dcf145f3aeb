//! Which works are meant.

use anyhow::{Result, bail};

/// Those that are named, or whose names begin with a word that is no name; all if there is no word.
pub(crate) fn chosen<W>(
    all: Vec<&'static W>,
    name: fn(&W) -> &'static str,
    only: &[String],
) -> Result<Vec<&'static W>> {
    let is_name = |word: &str| all.iter().any(|work| name(work) == word);
    let means = |word: &str, work: &W| {
        if is_name(word) { name(work) == word } else { name(work).starts_with(word) }
    };
    if let Some(none) = only.iter().find(|word| !all.iter().any(|work| means(word, work))) {
        let names: Vec<&str> = all.iter().map(|work| name(work)).collect();
        bail!("no work \"{none}\"; there are {}", names.join(", "));
    }
    let is_meant = |work: &W| only.is_empty() || only.iter().any(|word| means(word, work));
    Ok(all.iter().copied().filter(|work| is_meant(work)).collect())
}
