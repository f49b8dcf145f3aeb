//! What a file is read as: an input or a table of a join. Remedies name other options for one than for the other, and what
//! a command makes of a file comes in another way.

/// What a file is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReadAs {
    /// An input.
    #[default]
    Input,
    /// A table of a join.
    Table,
}

impl ReadAs {
    /// The option of this name, which exists for both: `--from` or `--table-from`.
    pub fn option(self, name: &str) -> String {
        match self {
            Self::Input => format!("--{name}"),
            Self::Table => format!("--table-{name}"),
        }
    }

    /// How what a command writes is read. `format`: what nothing else tells then, since the name of the file does not come
    /// with its bytes.
    pub fn piped(self, command: &str, format: Option<&str>) -> String {
        let from = format.map_or_else(String::new, |format| format!(" {} {format}", self.option("from")));
        match self {
            Self::Input => format!("{command} | tamis{from} …"),
            Self::Table => format!("join <({command}){from} …"),
        }
    }
}

/// What to do about something, in words for an input and for a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Remedy {
    /// Where the file is an input.
    pub input: &'static str,
    /// Where it is a table of a join.
    pub table: &'static str,
}

impl Remedy {
    /// The words for one of them.
    pub fn of(self, read_as: ReadAs) -> &'static str {
        match read_as {
            ReadAs::Input => self.input,
            ReadAs::Table => self.table,
        }
    }
}
