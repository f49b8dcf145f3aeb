//! `join FILE --on KEY`: looks each record up in a table that was read before.

mod asked;
mod class;
mod header;
mod index;
mod on_disk;
mod places;
mod step;
mod store;
mod table;
mod tables;

pub use tables::{TableFile, TableRead, Tables, TakeBatch};

use std::sync::Arc;

use super::outline::Outline;
use super::{Bound, Scope, StageDef, StampAt, Words};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Result, shown};
use crate::expr::{Expr, parse_on};
use crate::record::{Fields, Named, Path, Shape, Type};
use asked::{Asked, TakeItem, refuse_streams};
use header::WithKeys;
use index::Common;
use on_disk::JoinOnDisk;
use places::{Places, Take};
use step::{Join, Rules};
use store::{Keep, KeyField, Store};
use table::Table;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "join",
    spec: "FILE",
    options: OPTIONS,
    bind,
    doc: Doc {
        summary: "look each record up in a table",
        text: TEXT,
        examples: &[
            Example {
                command: "--from ndjson join examples/enrich-events/services.csv --on service",
                input: "{\"service\":\"cart\",\"ms\":12.0}\n{\"service\":\"mail\",\"ms\":7}\n",
                output: "{\"service\":\"cart\",\"ms\":12.0,\"team\":\"shop\",\"tier\":1}\n\
                         {\"service\":\"mail\",\"ms\":7,\"team\":null,\"tier\":null}\n",
            },
            Example {
                command: "--from ndjson join examples/enrich-events/services.csv --on 'lower(app) = service' --kind inner --take team",
                input: "{\"app\":\"Search\"}\n{\"app\":\"mail\"}\n",
                output: "{\"app\":\"Search\",\"team\":\"find\"}\n",
            },
        ],
    },
};

const OPTIONS: &[OptionDef] = &[
    OptionDef::valued(
        "on",
        "KEYS",
        "the fields that must be equal: id, or left = right; several with commas",
    ),
    OptionDef {
        choices: &["left", "inner", "semi", "anti"],
        ..OptionDef::valued(
            "kind",
            "KIND",
            "which records leave: left (all, the default), inner, semi or anti",
        )
    },
    OptionDef::valued("take", "FIELDS", "the fields of the table to add; without it, all but its keys"),
    OptionDef::valued("prefix", "TEXT", "put this in front of the names of the added fields"),
    OptionDef::valued(
        "table-comment",
        "TEXT",
        "drop lines of the table that begin so where a record could begin",
    ),
    OptionDef::valued(
        "table-encoding",
        "NAME",
        "encoding of the table: latin1, windows-1252, utf-16, ...; default UTF-8",
    ),
    OptionDef::valued(
        "table-from",
        "FORMAT",
        "format of the table; without it, by suffix, else by the first byte",
    ),
    OptionDef::valued(
        "table-delimiter",
        "BYTE",
        "what separates the fields of a csv table; without it, as --delimiter says",
    ),
    OptionDef::flag("table-no-header", "the table has no header line: its fields are c1, c2, …"),
    OptionDef::valued("table-skip", "N", "drop the first N lines of the table, such as a title"),
    OptionDef::planned("within", "D"),
    OptionDef { value: None, ..OptionDef::planned("asof", "") },
    OptionDef::planned("tolerance", "D"),
    OptionDef { choices: &["backward", "forward", "nearest"], ..OptionDef::planned("direction", "WHERE") },
    OptionDef::planned("right-time", "FIELD"),
];

const TEXT: &str = "\
FILE is a table of any format (`--table-from`, else by its suffix, else by its first byte; compressed or not; \
`-` is stdin). It is read to its end before the first record, and held in memory: its keys and the fields that \
are taken. If they do not fit into `--memory` with all else, they go to `--tmp`; then all records wait there too, and \
leave at the end of the input, in its order; a `limit` behind does not end it early then. `--types`, `--null`, \
`--validate`, `--tz` and `--time-format` hold for it as for the input, and `--delimiter`, `--quote` and `--escape` if it is csv; the \
other options of reading (`--from`, `--header`, `--no-header`, `--skip`, `--comment`, `--ragged`, `--encoding`) are the \
input's alone. `--table-delimiter`, `--table-no-header`, `--table-comment`, `--table-encoding` and `--table-skip` say otherwise \
for this table. Its \
records that cannot be read are \
rejected like those of the input.

Each item of `--on` is a field of both sides (`user_id`), or `left = right`: on the left a field or an \
expression, on the right a field of the table (`lower(user) = name, user.org = org`). Keys are equal as keys of \
groups are: JSON numbers by value, untyped values by spelling. An untyped value takes the type of what it meets: \
`007` of a CSV table matches the number 7, the text \"007\" and another untyped `007`. Text that meets a time or \
a duration is read as one. A number and text never match. Neither does a key with a field that is null or absent.

`--kind left` lets every record leave, and every one has all the added fields: null where nothing matched. \
`inner` drops records without a match. Both make several records of one with several matches, in the table's \
order. `semi` keeps records with a match, once, and `anti` those without; both leave them as they are.

Without `--take` all fields of the table are added, but for its key fields, in the order of their first \
appearance. `--take 'f, address.city, new = f'` names them. A record that has a field of that name keeps it: the \
table's comes as `name_2`, or `name_3` if there is one too; one that has all three of its own is rejected. `--prefix` \
keeps them apart. Values leave as the table spells them, also a null that `--null` names, where the output is as the input. An array or object that is taken is inspected inside only if \
the chain compares it or takes it apart later; a path into it that ends at what JSON does not allow gives a value that \
cannot be computed.

Event time and windows stay those of the record. A field of the table is event time only if `--time` names it, and for \
an input whose first record has a field of that name it is that one.

A key that the header line of a csv or tsv table lacks is an error, before its records are read; one that no record of \
another table has is noted.

If no record found a match though both sides had keys, a note says so with a value of each. `explain` says what is \
held, and where. What records of the table with one key hold must fit into half of `--memory`. In `--tmp` keys are \
parted so that those come together which can be equal; with `--time-format` that needs to be known of times: \
`--types hour:time` pins the field of the table, else a record whose key is a time is an error.

The table of the examples has the lines `service,team,tier`, `cart,shop,1`, `checkout,shop,1` and `search,find,2`.";

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    refuse_streams(words)?;
    let asked = Asked::read(words)?;
    let outline = Outline::of(scope);
    let mut wanted = Fields::default();
    let key = Key::bind(&asked, scope, &mut wanted)?;
    let takes: Option<Vec<usize>> = asked.takes.as_ref().map(|takes| {
        let slot = |take: &TakeItem| {
            let slot = wanted.slot(&take.path);
            if scope.tables.is_read_behind(&asked.prefixed(&take.name)) {
                wanted.read_whole(slot, 0);
            }
            slot
        };
        takes.iter().map(slot).collect()
    });
    let all = takes.is_none() && asked.adds_fields();
    let keep = match &takes {
        Some(slots) => Keep::Only(slots.clone()),
        None if all => Keep::AllBut(key.fields.iter().map(|field| field.slot).collect()),
        None => Keep::Only(Vec::new()),
    };
    let are_times = |field: &KeyField| field.reading.pin() == Some(Type::Time);
    let common = key.fields.iter().map(|field| Common::of(scope.env, are_times(field))).collect();
    let store = Store::new(asked.shown_name(), key.fields, keep, Arc::clone(scope.env));
    let mut table = WithKeys { table: Table::new(store, common, scope.env), asked: &asked };
    let prefix = words.option("prefix").unwrap_or_default();
    let file = TableFile { words, prefix };
    let Some(read) = scope.tables.read(file, &mut wanted, all, &mut table)? else {
        if asked.adds_fields() {
            open(scope);
        } else {
            scope.uses.open_table(Vec::new());
        }
        return Ok(Vec::new());
    };
    let WithKeys { mut table, .. } = table;
    check_keys(&asked, &wanted, &read, scope);
    scope.note_table(read.names.iter().map(String::as_str));
    let had = wanted.paths().iter().zip(&read.present).filter(|(_, present)| **present);
    scope.note_table(had.map(|(path, _)| path.joined()));
    let takes = match takes {
        None if !all => Vec::new(),
        None => {
            let takes = all_takes(&asked, &wanted, &read, &key.paths, scope)?;
            scope.shape.rest.iter_mut().for_each(|rest| rest.open |= !read.fixed);
            takes
        }
        Some(slots) => named_takes(&asked, &slots, &read, scope)?,
    };
    let slots: Vec<Option<usize>> = takes.iter().map(|take| take.slot).collect();
    let described = table.described();
    let on_disk = table.take_disk()?;
    // Beside the records that a part makes of a batch, the part stands in memory itself.
    let room = if on_disk.is_some() { read.room / 2 } else { read.room };
    let rules = Rules { kind: asked.kind, keys: key.exprs, site: key.site, takes, room, outline };
    let Table { mut store, common, .. } = table;
    if let Some(on_disk) = on_disk {
        let join = JoinOnDisk::new(rules, (store, common), on_disk, slots, described);
        return Ok(vec![Bound::Ordered(Box::new(join))]);
    }
    store.index.set_room(read.room);
    store.finish(&slots);
    Ok(vec![Bound::Step(Box::new(Join { rules: Arc::new(rules), table: store, described }))])
}

/// What is known of the records where the table is not: nothing is an error that need not be one.
fn open(scope: &mut Scope<'_>) {
    let fields = scope.shape.before.iter().chain(&scope.shape.after);
    let sources = |field: &Named| (field.name.clone(), scope.uses.sources(field.read(), &[], scope.fields));
    let named = fields.map(sources).collect();
    scope.uses.open_table(named);
    scope.shape = Shape::input();
    scope.behind_aggregate = false;
    if scope.stamped == StampAt::Nowhere {
        scope.stamped = StampAt::Chain;
    }
}

/// `--on`, bound.
struct Key {
    exprs: Vec<(String, Expr)>,
    paths: Vec<Path>,
    fields: Vec<KeyField>,
    site: u32,
}

impl Key {
    fn bind(asked: &Asked<'_>, scope: &mut Scope<'_>, wanted: &mut Fields) -> Result<Self> {
        let mut key = Self {
            exprs: Vec::new(),
            paths: Vec::new(),
            fields: Vec::new(),
            site: scope.site_in(asked.on, 0..asked.on.len()),
        };
        for item in parse_on(asked.on)? {
            let name = item.left.spelled(asked.on).to_owned();
            key.exprs.push((name, scope.expression_in(asked.on, &item.left)?));
            let site = scope.site_in(asked.on, item.right_place);
            let reading = scope.reading_of(&item.right);
            let slot = wanted.slot(&item.right);
            wanted.read_whole(slot, 0);
            key.fields.push(KeyField { slot, reading, site });
            key.paths.push(item.right);
        }
        Ok(key)
    }
}

/// A key that no record of the table has matches nothing, which is worth saying.
fn check_keys(asked: &Asked<'_>, wanted: &Fields, read: &TableRead, scope: &Scope<'_>) {
    if read.records == 0 || read.stopped {
        return;
    }
    let keys = parse_on(asked.on).unwrap_or_default();
    for item in keys {
        let slot = wanted.find(&item.right);
        if slot.and_then(|slot| read.present.get(slot)) == Some(&false) {
            let text = format!(
                "join: no record of {} has the field \"{}\"",
                asked.shown_name(),
                shown(&item.right.to_string())
            );
            scope.tables.note(match read.names.is_empty() {
                false => format!("{text}\n  help: {}", header::meant(&item, &read.names)),
                true => text,
            });
        }
    }
}

/// All fields of the table but its keys.
fn all_takes(
    asked: &Asked<'_>,
    wanted: &Fields,
    read: &TableRead,
    keys: &[Path],
    scope: &mut Scope<'_>,
) -> Result<Vec<Take>> {
    let mut takes = Vec::new();
    for name in &read.names {
        let path = Path::name(name);
        if keys.iter().any(|key| key.joined() == name && key.behind_joined().is_empty()) {
            continue;
        }
        let reading = scope.reading_of(&path);
        let (places, names) = Places::bind(&asked.prefixed(name), reading, scope)?;
        takes.push(Take { slot: wanted.find(&path), names, places });
    }
    Ok(takes)
}

/// The fields of `--take`.
fn named_takes(
    asked: &Asked<'_>,
    slots: &[usize],
    read: &TableRead,
    scope: &mut Scope<'_>,
) -> Result<Vec<Take>> {
    let mut takes = Vec::new();
    for (item, &slot) in asked.takes.iter().flatten().zip(slots) {
        let in_header = read.records == 0 && read.names.iter().any(|name| name == item.path.joined());
        let is_there = read.present.get(slot) == Some(&true) || in_header;
        let is_known = read.records > 0 || !read.names.is_empty();
        if !is_there && is_known && !read.stopped {
            return Err(asked.no_such_field(item, &read.names));
        }
        let reading = scope.reading_of(&item.path);
        let (places, names) = Places::bind(&asked.prefixed(&item.name), reading, scope)?;
        takes.push(Take { slot: is_there.then_some(slot), names, places });
    }
    Ok(takes)
}

#[cfg(test)]
mod tests {
    use super::step::Kind;
    use super::*;

    #[test]
    fn the_default_is_the_first_choice() {
        let kinds = OPTIONS.iter().find(|option| option.long == "kind").unwrap();
        let read: Vec<Kind> = kinds.choices.iter().map(|choice| Kind::of(Some(choice))).collect();
        assert_eq!(read, [Kind::Left, Kind::Inner, Kind::Semi, Kind::Anti]);
        assert_eq!(Kind::of(None), Kind::Left);
    }
}
