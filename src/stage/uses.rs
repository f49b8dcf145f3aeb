//! Which values the chain reads with all inside them, and which only leave: input fields are noted where they are
//! read, also under a new name and behind a stage that chose among them.

use crate::record::{ColumnRef, Fields, Path, Segment};

/// Where the values of computed columns come from, as far as these are input fields as they stand.
#[derive(Default, Debug)]
pub struct Uses {
    /// By computed column.
    carried: Vec<(usize, Vec<Carried>)>,
    /// What stood under a name where a table whose fields are not known was opened.
    named: Vec<(String, Vec<Carried>)>,
    /// Tables opened so far.
    tables: usize,
}

/// An input field whose value is handed on.
#[derive(Clone, Debug)]
pub struct Carried {
    path: Path,
    /// It stands somewhere inside what is handed on.
    inside: bool,
}

impl Uses {
    /// The input fields whose values stand in a column, at a path inside its values.
    pub fn sources(&self, column: ColumnRef, behind: &[Segment], fields: &Fields) -> Vec<Carried> {
        match column {
            ColumnRef::Input(slot) => {
                let path = fields.paths().get(slot).map(|path| path.inside(behind));
                path.into_iter().map(|path| Carried { path, inside: false }).collect()
            }
            ColumnRef::Made(made) => self.of_made(made).map(|carried| carried.at(behind)).collect(),
            ColumnRef::WindowStart | ColumnRef::WindowEnd => Vec::new(),
        }
    }

    /// Notes that a computed column holds values of these fields.
    pub fn carry(&mut self, made: usize, sources: Vec<Carried>) {
        if !sources.is_empty() {
            self.carried.push((made, sources));
        }
    }

    /// Notes that values at a path inside a column are read with all inside them.
    pub fn read(&self, column: ColumnRef, behind: &[Segment], fields: &mut Fields) {
        for carried in self.sources(column, behind, fields) {
            self.read_path(&carried.path, self.named.len(), fields);
        }
    }

    /// Notes that a table was opened. `named`: what the fields before it are, if they are not known behind it.
    pub fn open_table(&mut self, named: Vec<(String, Vec<Carried>)>) {
        self.tables += 1;
        self.named.extend(named);
    }

    /// Forgets the computed columns: what follows has others.
    pub fn restart(&mut self) {
        self.carried.clear();
    }

    fn of_made(&self, made: usize) -> impl Iterator<Item = &Carried> {
        self.carried.iter().filter(move |(to, _)| *to == made).flat_map(|(_, sources)| sources)
    }

    /// `names`: how many of the names before a table it may be; those given later know the earlier ones.
    fn read_path(&self, path: &Path, names: usize, fields: &mut Fields) {
        let slot = fields.slot_unasked(path);
        fields.read_whole(slot, self.tables);
        for (at, (name, sources)) in self.named.iter().enumerate().take(names) {
            let behind = match name.as_str() {
                name if name == path.joined() => path.behind_joined(),
                name if name == path.first() => path.behind_first(),
                _ => continue,
            };
            for carried in sources {
                self.read_path(&carried.at(behind).path, at, fields);
            }
        }
    }
}

impl Carried {
    /// The same, standing somewhere inside an array that is made of it.
    #[must_use]
    pub fn into_inside(self) -> Self {
        Self { inside: true, ..self }
    }

    /// What it is for those who read a path inside the value handed on.
    fn at(&self, behind: &[Segment]) -> Self {
        match self.inside {
            true => self.clone(),
            false => Self { path: self.path.inside(behind), inside: false },
        }
    }
}
