//! For tests: lines of JSON in many spellings, whole and damaged.

use proptest::prelude::*;

/// Stands where blanks may stand.
const GAP: char = '\u{1}';

/// Lines of objects, some of them damaged. Line ends differ, and the last may have none.
pub(crate) fn lines() -> impl Strategy<Value = Vec<u8>> {
    let ends = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\n\n", " \n", "\r\r\n", "\n \t\n"]);
    let line = (line(), ends).prop_map(|(line, end)| line + end);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, byte()), 0..4);
    (prop::collection::vec(line, 0..12), damage, any::<prop::sample::Index>(), 0..8).prop_map(
        |(lines, damage, cut, keep)| {
            let mut text = lines.concat().into_bytes();
            for (at, way, byte) in damage {
                damage_one(&mut text, at, way, byte);
            }
            if keep == 0 && !text.is_empty() {
                text.truncate(cut.index(text.len()));
            }
            text
        },
    )
}

fn damage_one(text: &mut Vec<u8>, at: prop::sample::Index, way: u8, byte: u8) {
    if text.is_empty() {
        return;
    }
    let at = at.index(text.len());
    match way {
        0 => text[at] = byte,
        1 => drop(text.remove(at)),
        _ => text.insert(at, byte),
    }
}

fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        4 => prop::sample::select(b"\"\\\n\r\t :,{}[]0a\0\x0c\x1a".to_vec()),
        1 => any::<u8>(),
    ]
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
