//! The program that is measured.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The program at a path; without one that of this tree, built first.
pub(crate) fn find(path: Option<&Path>) -> Result<PathBuf> {
    let path = path.map_or_else(built, |path| Ok(path.to_owned()))?;
    path.canonicalize().with_context(|| format!("no program {}", path.display()))
}

/// The program of this tree, which stands in the same target folder; built first if cargo runs this one.
fn built() -> Result<PathBuf> {
    if let Some(cargo) = env::var_os("CARGO") {
        let built = Command::new(cargo).args(["build", "--release", "--quiet"]).status()?;
        if !built.success() {
            bail!("tamis cannot be built");
        }
    }
    let own = env::current_exe()?;
    // target, profile, examples, this program.
    let target = own.ancestors().nth(3).context("this program stands in no target folder")?;
    Ok(target.join("release").join("tamis"))
}
