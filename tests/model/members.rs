//! The members of objects as fields.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::chain::{Expr, Part, Stage};
use super::chains::Chains;
use super::nest::{is_path, last_name};
use super::record::{Field, Record};
use super::value::Value;

/// What a project with members makes of a record.
pub(crate) fn project(record: &Record, parts: &[Part], faults: &mut usize) -> Record {
    let star = parts.iter().position(|part| matches!(part, Part::Star(_)));
    let named: Vec<Option<Field>> = parts.iter().map(|part| named(record, part, faults)).collect();
    let mut placed = vec![false; parts.len()];
    // The fields of `*`, those that are replaced with them.
    let mut others = Vec::new();
    if let Some((at, Part::Star(except))) = star.map(|at| (at, &parts[at])) {
        others = record.fields.clone();
        let is_front = |field: &Field| named[..at].iter().flatten().any(|front| front.name == field.name);
        others.retain(|field| !except.contains(&field.name) && !is_front(field));
        for (later, made) in
            named.iter().enumerate().skip(at).filter_map(|(later, made)| Some((later, made.as_ref()?)))
        {
            let first = others.iter().position(|field| field.name == made.name);
            let Some(first) = first else { continue };
            let head = others[first].head.clone();
            others[first] = Field { head, ..made.clone() };
            placed[later] = true;
            let mut place = 0;
            others.retain(|field| {
                place += 1;
                field.name != made.name || place == first + 1
            });
        }
    }
    let mut taken: BTreeMap<String, Option<(usize, String)>> =
        named.iter().flatten().chain(&others).map(|field| (field.name.clone(), None)).collect();
    let mut fields = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Star(_) => fields.append(&mut others),
            Part::Item(..) if placed[at] => {}
            Part::Item(..) => fields.extend(named[at].clone()),
            Part::Of(name) => {
                for (own, head, json) in members(record, name, faults) {
                    let name = free_name(&own, at, &mut taken);
                    let mut made = Field::made(&name, Value::of_json(&json), json);
                    if name == own {
                        made.head = head;
                    }
                    fields.push(made.timed(record.zone));
                }
            }
        }
    }
    Record { fields, line: None, ..record.clone() }
}

fn named(record: &Record, part: &Part, faults: &mut usize) -> Option<Field> {
    match part {
        Part::Item(name, expr) => Some(record.item(name, expr, faults).timed(record.zone)),
        Part::Star(_) | Part::Of(_) => None,
    }
}

/// The first of `name`, `name_2` that no field has, nor a member of another name or object.
fn free_name(own: &str, object: usize, taken: &mut BTreeMap<String, Option<(usize, String)>>) -> String {
    let this = Some((object, own.to_owned()));
    for number in 1.. {
        let name = if number == 1 { own.to_owned() } else { format!("{own}_{number}") };
        match taken.get(&name) {
            Some(other) if *other != this => {}
            _ => {
                taken.insert(name.clone(), this);
                return name;
            }
        }
    }
    unreachable!("some number is free")
}

/// The members of the object in a field: name, what is before the value, and the value, as they are spelled.
fn members(record: &Record, name: &str, faults: &mut usize) -> Vec<(String, String, String)> {
    match record.key(name, &Expr::Field(name.to_owned()), faults).value {
        Value::Null => Vec::new(),
        Value::Object(json) => in_order(&json),
        _ => {
            *faults += 1;
            Vec::new()
        }
    }
}

/// All members of an object, those that have one name too.
fn in_order(json: &str) -> Vec<(String, String, String)> {
    let mut rest = &json[1..];
    let mut members = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if rest.starts_with('}') {
            return members;
        }
        let before = rest;
        let name = first_value(&mut rest);
        rest = rest.trim_start_matches([' ', ':']);
        let head = before[..before.len() - rest.len()].to_owned();
        let name = serde_json::from_str(&name).expect("a string");
        members.push((name, head, first_value(&mut rest)));
    }
}

/// Reads the value that a text begins with.
fn first_value(rest: &mut &str) -> String {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Box<RawValue>>();
    let value = values.next().expect("a value").expect("a value").get().to_owned();
    *rest = &rest[values.byte_offset()..];
    value
}

impl Chains {
    /// The members of one object or two among other items.
    pub(super) fn members(&mut self) -> Stage {
        let mut parts: Vec<Part> = Vec::new();
        let mut fields: Vec<String> = Vec::new();
        for _ in 0..=self.below(2) {
            let object = if self.below(3) > 0 && self.fields.iter().any(|field| field == "v") {
                "v".to_owned()
            } else {
                self.field()
            };
            parts.push(Part::Of(object));
        }
        // A record with a name and both of its numbers has no room for a field of a table.
        if self.has_members || self.table.is_some() || parts.len() > 1 {
            self.joins = 2;
        }
        self.has_members = true;
        for _ in 0..self.below(3) {
            let (name, expr) = match self.below(3) {
                0 => (self.fresh('p'), self.computed()),
                _ => {
                    let field = self.field();
                    (last_name(&field).to_owned(), Expr::Field(field))
                }
            };
            if !fields.contains(&name) {
                let at = self.below(parts.len() + 1);
                fields.push(name.clone());
                parts.insert(at, Part::Item(name, expr));
            }
        }
        if self.below(3) > 0 {
            let except = if self.below(3) == 0 { vec![self.field()] } else { Vec::new() };
            let is_whole = |name: &String| !fields.contains(name) && !is_path(name);
            let except: Vec<String> = except.into_iter().filter(is_whole).collect();
            let kept = self.fields.iter().filter(|field| !except.contains(field)).cloned();
            fields.extend(kept.collect::<Vec<_>>());
            let at = self.below(parts.len() + 1);
            parts.insert(at, Part::Star(except));
        }
        self.fields = Vec::new();
        let likely = ["z", "n", "z_2", "k_2", "k", "date"];
        for name in fields.into_iter().chain(likely.map(str::to_owned)) {
            self.add(&name);
        }
        // The model always takes the event time of the input, not one that is a member.
        self.has_time &= self.is_windowed;
        Stage::Members(parts)
    }
}
