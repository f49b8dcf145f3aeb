//! The scripts that `tamis completions` prints.

use crate::error::{Error, Result, nearest, shown};

/// Shells that have a script.
pub(super) const SHELLS: &[&str] = &["bash", "fish", "zsh"];

/// Their scripts.
const SCRIPTS: &[&str] = &[include_str!("tamis.bash"), include_str!("tamis.fish"), include_str!("tamis.zsh")];

/// The completion script of a shell.
pub(in super::super) fn script(shell: &str) -> Result<String> {
    let found = SHELLS.iter().zip(SCRIPTS).find(|(name, _)| **name == shell);
    if let Some((_, script)) = found {
        return Ok((*script).to_owned());
    }
    let help = match nearest(shell, SHELLS.iter().copied()) {
        Some(name) => format!("did you mean {name}?"),
        None => "bash, zsh or fish".to_owned(),
    };
    Err(Error::new(format!("no completions for \"{}\"", shown(shell))).help(help))
}
