//! For tests: lines of JSON in many spellings, whole and damaged.

use proptest::prelude::*;

/// Stands where blanks may stand.
const GAP: char = '\u{1}';

/// One thing that is wrong with a text.
#[derive(Clone, Debug)]
struct Damage {
    /// Which byte of its structure is hit; a few times any byte.
    at: prop::sample::Index,
    anywhere: bool,
    /// How many bytes of the structure go, with what stands between them.
    gone: usize,
    /// What comes in their place.
    instead: Vec<u8>,
}

/// Lines of objects, some of them damaged. Line ends differ, and the last may have none.
pub(crate) fn lines() -> impl Strategy<Value = Vec<u8>> {
    let ends = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\n\n", " \n", "\r\r\n", "\n \t\n"]);
    let mixed = prop::collection::vec((line(), ends).prop_map(|(line, end)| line + end), 0..10);
    let flat = (prop::collection::vec(flat_line(), 1..6), prop::sample::select(vec!["\n", "\n", "\r\n"]))
        .prop_map(|(lines, end)| {
            let lines: Vec<String> = lines.into_iter().map(|line| line + end).collect();
            let flat = format!("{{\"key\":\"value\",\"n\":-1.5}}{end}").repeat(25);
            vec![flat.clone(), lines.concat(), flat]
        });
    let text = prop_oneof![mixed, flat].prop_map(|lines| lines.concat().into_bytes());
    let damage = prop_oneof![
        1 => Just(Vec::new()),
        3 => prop::collection::vec(damage(), 1),
        1 => prop::collection::vec(damage(), 2..4),
    ];
    (text, damage, any::<prop::sample::Index>(), 0..8).prop_map(|(mut text, damage, cut, keep)| {
        damage.iter().for_each(|damage| damage.apply(&mut text));
        if keep == 0 && !text.is_empty() {
            text.truncate(cut.index(text.len()));
        }
        text
    })
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = b"{}[]:,\"\\\n\r\t 0a\0\x0c\x1a".map(|byte| vec![byte]).to_vec();
    let some = [",1", ",\"a\"", ":1", "1:", "{\"a\":1", "[1]", "\\\"", "\"a\":", "}{", "{}"];
    let instead = prop_oneof![
        2 => Just(Vec::new()),
        4 => prop::sample::select(bytes),
        3 => prop::sample::select(some.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    (any::<prop::sample::Index>(), 0..5, 0..4_usize, instead)
        .prop_map(|(at, anywhere, gone, instead)| Damage { at, anywhere: anywhere == 0, gone, instead })
}

impl Damage {
    fn apply(&self, text: &mut Vec<u8>) {
        let is_hit = |byte: &u8| self.anywhere || b"{}[]:,\"\n".contains(byte);
        let places: Vec<usize> = (0..text.len()).filter(|&at| is_hit(&text[at])).collect();
        if places.is_empty() {
            return;
        }
        let first = self.at.index(places.len());
        let to = places.get(first + self.gone).copied().unwrap_or(text.len());
        text.splice(places[first]..to, self.instead.iter().copied());
    }
}

/// An object without nests, its blanks alike.
fn flat_line() -> impl Strategy<Value = String> {
    let blanks = prop::sample::select(vec!["", "", " "]);
    (members(scalar()), blanks).prop_map(|(members, blank)| {
        let members = members.replace(&format!("{GAP}:"), ":").replace(&format!("{GAP},"), ",");
        format!("{{{}}}", members.replace(GAP, blank))
    })
}

/// One object, sometimes with blanks around it, sometimes something else.
fn line() -> impl Strategy<Value = String> {
    let inner = prop_oneof![4 => members(scalar()), 3 => members(nested())];
    let object = inner.prop_map(|inner| format!("{{{GAP}{inner}{GAP}}}"));
    let line = prop_oneof![
        12 => object,
        1 => nested(),
        1 => Just(format!("{{{}}}", "[".repeat(70) + &"]".repeat(70))),
        1 => Just(format!("{{\"a\":{}{}}}", "[".repeat(66), "]".repeat(66))),
    ];
    (line, style()).prop_map(|(line, style)| with_blanks(&line, &style))
}

/// The blanks that stand at the gaps, in turn; before a colon none but in the last.
fn style() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        4 => Just(vec![String::new()]),
        2 => Just(vec![" ".to_owned()]),
        2 => prop::collection::vec("[ ]{0,1}", 1..9),
        1 => prop::collection::vec("[ \t\r]{0,3}", 1..9),
        1 => prop::collection::vec("[ ]{0,140}", 1..5),
    ]
}

fn with_blanks(line: &str, style: &[String]) -> String {
    let mut blanks = style.iter().cycle();
    let mut out = String::new();
    for c in line.chars() {
        match c {
            GAP => out.extend(blanks.next().map(String::as_str)),
            _ => out.push(c),
        }
    }
    out
}

fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec((key(), value), 0..14).prop_map(|members| {
        let member = |(key, value): &(String, String)| format!("{key}{GAP}:{GAP}{value}");
        members.iter().map(member).collect::<Vec<_>>().join(&format!("{GAP},{GAP}"))
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "\"[a-d]{1,2}\"",
        1 => "\"(latency_ms|latency_us|user|b|c)\"",
        1 => "\"[a-z]{0,140}\"",
        1 => string(),
    ]
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => string(),
        2 => "-?[1-9][0-9]{0,9}(\\.[0-9]{1,4})?(e[+-]?[0-9])?",
        1 => prop::sample::select(vec!["true", "false", "null", "0", "-", "nul", "01", "1.", "x"]).prop_map(str::to_owned),
    ]
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\"[a-z0-9 :,{}\\[\\]]{0,40}\"",
        1 => "\"[a-zé😀 ]{0,150}\"",
        1 => r#""([a-z]|\\\\|\\"|\\n|\\u00e9|\\q){0,50}""#,
        1 => r#""(\\\\){0,70}""#,
    ]
}

fn nested() -> impl Strategy<Value = String> {
    scalar().prop_recursive(4, 24, 5, |value| {
        let array = prop::collection::vec(value.clone(), 0..5)
            .prop_map(|values| format!("[{GAP}{}{GAP}]", values.join(&format!("{GAP},{GAP}"))));
        let object = prop::collection::vec((key(), value), 0..4).prop_map(|members| {
            let member = |(key, value): &(String, String)| format!("{key}{GAP}:{GAP}{value}");
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{{GAP}{}{GAP}}}", members.join(&format!("{GAP},{GAP}")))
        });
        prop_oneof![array, object]
    })
}
