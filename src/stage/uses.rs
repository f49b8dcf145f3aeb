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

/// So many paths are told apart; of more the fields that they begin with are taken.
const MOST: usize = 64;

/// An input field whose value is handed on.
#[derive(Clone, PartialEq, Eq, Debug)]
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
            self.carried.push((made, few(sources)));
        }
    }

    /// Notes that values at a path inside a column are read with all inside them.
    pub fn read(&self, column: ColumnRef, behind: &[Segment], fields: &mut Fields) {
        let mut open: Vec<(Path, usize)> = Vec::new();
        let mut known: Vec<(Path, usize)> = Vec::new();
        let names = self.named.len();
        open.extend(self.sources(column, behind, fields).into_iter().map(|carried| (carried.path, names)));
        while let Some((path, names)) = open.pop() {
            if known.contains(&(path.clone(), names)) {
                continue;
            }
            if known.len() >= MOST && !path.is_single() {
                open.extend([path.first(), path.joined()].map(|name| (Path::name(name), names)));
                continue;
            }
            let slot = fields.slot_unasked(&path);
            fields.read_whole(slot, self.tables);
            open.extend(self.before_tables(&path, names));
            known.push((path, names));
        }
    }

    /// Notes that a table was opened. `named`: what the fields before it are, if they are not known behind it.
    pub fn open_table(&mut self, named: Vec<(String, Vec<Carried>)>) {
        self.tables += 1;
        self.named.extend(named.into_iter().map(|(name, sources)| (name, few(sources))));
    }

    /// Forgets the computed columns: what follows has others.
    pub fn restart(&mut self) {
        self.carried.clear();
    }

    fn of_made(&self, made: usize) -> impl Iterator<Item = &Carried> {
        self.carried.iter().filter(move |(to, _)| *to == made).flat_map(|(_, sources)| sources)
    }

    /// What a path is in the records before the tables, each with the number of names that were given before it: those
    /// given later know the earlier ones.
    fn before_tables(&self, path: &Path, names: usize) -> Vec<(Path, usize)> {
        let mut found = Vec::new();
        for (at, (name, sources)) in self.named.iter().enumerate().take(names) {
            let behind = match name.as_str() {
                name if name == path.joined() => path.behind_joined(),
                name if name == path.first() => path.behind_first(),
                _ => continue,
            };
            found.extend(sources.iter().map(|carried| (carried.at(behind).path, at)));
        }
        found
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

/// The same sources, each once, and not too many.
fn few(sources: Vec<Carried>) -> Vec<Carried> {
    let once = each_once(sources);
    if once.len() <= MOST {
        return once;
    }
    let whole = |name: &str| Carried { path: Path::name(name), inside: true };
    each_once(once.iter().flat_map(|carried| [carried.path.first(), carried.path.joined()]).map(whole))
}

fn each_once(sources: impl IntoIterator<Item = Carried>) -> Vec<Carried> {
    let mut once: Vec<Carried> = Vec::new();
    for carried in sources {
        if !once.contains(&carried) {
            once.push(carried);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &Fields) -> Vec<String> {
        let slots = fields.paths().iter().enumerate();
        slots.filter(|(slot, _)| fields.is_read_whole(*slot)).map(|(_, path)| path.to_string()).collect()
    }

    fn name(name: &str) -> Segment {
        Segment::Name(name.to_owned())
    }

    #[test]
    fn what_was_chosen_is_read_where_it_comes_from() {
        let (mut uses, mut fields) = (Uses::default(), Fields::default());
        let input = ["a", "b", "c"].map(|name| ColumnRef::Input(fields.slot(&Path::name(name))));
        let chosen = input[..2].iter().flat_map(|column| uses.sources(*column, &[], &fields)).collect();
        uses.carry(7, chosen);
        uses.read(ColumnRef::Made(7), &[name("k")], &mut fields);
        uses.read(ColumnRef::Made(8), &[], &mut fields);
        assert_eq!(read(&fields), ["b.k", "a.k"]);
        let gathered = uses.sources(input[2], &[], &fields).into_iter().map(Carried::into_inside).collect();
        uses.carry(8, gathered);
        uses.read(ColumnRef::Made(8), &[Segment::Index(0), name("k")], &mut fields);
        assert_eq!(read(&fields), ["c", "b.k", "a.k"]);
    }

    #[test]
    fn a_name_from_before_a_table_is_what_it_was() {
        let (mut uses, mut fields) = (Uses::default(), Fields::default());
        for (from, to) in [("a", "x"), ("x", "y")] {
            let slot = fields.slot(&Path::name(from));
            let sources = uses.sources(ColumnRef::Input(slot), &[name("k")], &fields);
            uses.open_table(vec![(to.to_owned(), sources)]);
        }
        let slot = fields.slot(&Path::name("y"));
        uses.read(ColumnRef::Input(slot), &[], &mut fields);
        assert_eq!(read(&fields), ["y", "x.k", "a.k.k"]);
    }

    #[test]
    fn paths_that_double_with_each_stage_stay_few() {
        let (mut uses, mut fields) = (Uses::default(), Fields::default());
        let mut column = ColumnRef::Input(fields.slot(&Path::name("a")));
        for made in 0..60 {
            let parts = ["b", "c"].map(|part| uses.sources(column, &[name(part)], &fields));
            uses.carry(made, parts.concat());
            uses.open_table(vec![("a".to_owned(), parts.concat())]);
            column = ColumnRef::Made(made);
        }
        uses.read(column, &[], &mut fields);
        assert!(fields.is_read_whole(0) && fields.paths().len() < 1000);
    }
}
