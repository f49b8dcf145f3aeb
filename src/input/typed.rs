//! A file as it is typed in the commands that remedies propose.

use super::open::Named;
use super::reader::ReaderOptions;
use crate::file_name;
use crate::format::by_suffix;
use crate::record::ReadAs;
use crate::spell;

/// What stands for a file without a name that lasts.
const NAMELESS: &str = "FILE";

/// A file in commands.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// Its name as a shell takes it; `FILE` for what comes through a pipe.
    name: String,
    /// The name without quotes, if it has one.
    plain: Option<String>,
    /// Its format, as far as `--from` or its name tells.
    format: Option<&'static str>,
    /// What it is read as.
    pub(super) read_as: ReadAs,
}

impl Typed {
    /// An input or a table as it was named.
    pub(super) fn of(named: &Named, options: &ReaderOptions) -> Self {
        let plain = named.file().filter(|name| !is_descriptor(name)).map(str::to_owned);
        // The suffix may be one of what is refused: that of an archive, or of a compression that is not read.
        let inner = plain.as_deref().and_then(|name| Some(name.rsplit_once('.')?.0));
        let by_name = || plain.as_deref().and_then(by_suffix).or_else(|| inner.and_then(by_suffix));
        let format = options.from.or_else(by_name).map(|def| def.name);
        let name = plain.as_deref().map_or_else(|| NAMELESS.to_owned(), spell::word);
        Self { name, plain, format, read_as: options.input.read_as }
    }

    /// A command about the file: `FILE` is its name.
    pub(super) fn command(&self, command: &str) -> String {
        // Within quotes a name is as it is, unless it ends them.
        let is_plain = |name: &&str| !name.contains(['\'', '"', '$', '`', '\\']) && file_name::is_text(name);
        if !command.contains("'FILE'") {
            return command.replace(NAMELESS, &self.name);
        }
        let name = self.plain.as_deref().filter(is_plain).unwrap_or(NAMELESS);
        command.replace(NAMELESS, name)
    }

    /// How what such a command writes is read: in the format that the command makes, or that of the file.
    pub(super) fn piped(&self, command: &str, makes: Option<&'static str>) -> String {
        self.read_as.piped(&self.command(command), makes.or(self.format))
    }

    /// The file that is left when it is unpacked to one by `gzip -dc` or its like, and that command.
    pub(super) fn unpacked_by(&self, tool: &str) -> (Self, String) {
        let plain = self.plain.as_deref().and_then(|name| Some(name.rsplit_once('.')?.0.to_owned()));
        let name = plain.as_deref().map_or_else(|| NAMELESS.to_owned(), spell::word);
        let command = format!("{tool} -dc {} > {name}", self.name);
        (Self { name, plain, ..self.clone() }, command)
    }

    /// The same file, where something else tells its format.
    pub(super) fn known_as(&self, format: Option<&'static str>) -> Self {
        Self { format: self.format.or(format), ..self.clone() }
    }

    #[cfg(test)]
    pub(super) fn nameless() -> Self {
        Self { name: NAMELESS.to_owned(), plain: None, format: None, read_as: ReadAs::Input }
    }
}

/// Whether a name is that of something opened, such as the `/dev/fd/63` of `<(…)`: no other command can read it again.
fn is_descriptor(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    matches!(parts[..], ["", "dev", "stdin"] | ["", "dev", "fd", _] | ["", "proc", _, "fd", _])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shells_open_has_no_name() {
        for name in ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0", "/proc/12/fd/11"] {
            assert!(is_descriptor(name), "{name}");
        }
        for name in ["dev/fd/63", "/dev/fd", "fd/1", "a.csv"] {
            assert!(!is_descriptor(name), "{name}");
        }
    }
}
