//! How what a message proposes is typed: a field's name in an expression, and a word in a shell.

use crate::file_name;

/// Words that an expression does not take for the name of a field.
pub const RESERVED: &[&str] = &["and", "between", "in", "is", "not", "null", "or", "true", "false"];

/// Whether a name in an expression begins so.
pub fn starts_name(c: char) -> bool {
    c == '@' || c == '_' || c.is_alphabetic()
}

/// Whether a name in an expression goes on so.
pub fn continues_name(c: char) -> bool {
    // Combining accents, so that decomposed spellings of names work too.
    c == '_' || c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// The field of this name as an expression spells it: as it is, between backticks, or as `.["…"]`.
pub fn field(name: &str) -> String {
    if !RESERVED.contains(&name) && name.split('.').all(is_plain_name) {
        name.to_owned()
    } else {
        quoted_field(name)
    }
}

/// The field of this name where a plain word is not taken for it: between backticks, or as `.["…"]`.
pub fn quoted_field(name: &str) -> String {
    match !name.is_empty() && !name.contains(|c: char| c == '`' || c.is_control()) {
        true => format!("`{name}`"),
        false => format!(".[{}]", text(name)),
    }
}

/// The field of this path, whose names are joined by dots.
pub fn path(joined: &str) -> String {
    let names: Vec<&str> = joined.split('.').collect();
    if names.contains(&"") {
        return field(joined);
    }
    let mut out = String::new();
    for name in names {
        let spelled = field(name);
        if !out.is_empty() && !spelled.starts_with('.') {
            out.push('.');
        }
        out.push_str(&spelled);
    }
    out
}

/// A list of fields.
pub fn fields(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| field(name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn is_plain_name(name: &str) -> bool {
    let rest = name.trim_start_matches('@');
    name.starts_with(starts_name) && rest.chars().all(continues_name)
}

/// A text literal of an expression.
pub fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The field of `--types NAME:KIND`, as a word of a shell.
pub fn pin(name: &str, kind: &str) -> String {
    let item = format!("{name}:{kind}");
    // The items are a list as in csv.
    let has_signs = item.contains(['"', ',', '\n', '\r']) || item.trim() != item;
    word(&if has_signs { format!("\"{}\"", item.replace('"', "\"\"")) } else { item })
}

/// A word as a POSIX shell needs it; with control characters as bash, zsh and ksh read them.
pub fn word(text: &str) -> String {
    if !file_name::is_text(text) {
        let pieces = file_name::pieces(text).map(|piece| match piece {
            file_name::Piece::Text(text) => escaped(text),
            file_name::Piece::Byte(byte) => format!("\\x{byte:02x}"),
        });
        return format!("$'{}'", pieces.collect::<String>());
    }
    if text.chars().any(char::is_control) {
        return format!("$'{}'", escaped(text));
    }
    let quotes = Quotes::of(text);
    let inner = if quotes == Quotes::Single { text.replace('\'', "'\\''") } else { text.to_owned() };
    format!("{0}{inner}{0}", quotes.mark())
}

/// Text between `$'` and `'`.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// What a shell needs around a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quotes {
    /// It takes the word as it is.
    None,
    /// Single ones, in which a single one is `'\''`.
    Single,
    /// Double ones.
    Double,
}

impl Quotes {
    /// Those that show best what is typed.
    pub fn of(text: &str) -> Self {
        let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
        if !text.is_empty() && text.chars().all(is_plain) {
            Self::None
        } else if text.contains('\'') && !text.contains(['"', '$', '`', '\\', '!']) {
            Self::Double
        } else {
            Self::Single
        }
    }

    /// The sign.
    pub fn mark(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Single => "'",
            Self::Double => "\"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (name, expected) in [
            ("ts", "ts"),
            ("@timestamp", "@timestamp"),
            ("user.id", "user.id"),
            ("größe", "größe"),
            ("my ts", "`my ts`"),
            ("user-agent", "`user-agent`"),
            ("1st", "`1st`"),
            ("a..b", "`a..b`"),
            ("a.", "`a.`"),
            ("null", "`null`"),
            ("it's", "`it's`"),
            ("a`b", ".[\"a`b\"]"),
            ("", ".[\"\"]"),
            ("a\n\"b", ".[\"a\\n\\\"b\"]"),
        ] {
            assert_eq!(field(name), expected);
        }
    }

    #[test]
    fn paths() {
        for (joined, expected) in [
            ("meta.time", "meta.time"),
            ("my meta.the time", "`my meta`.`the time`"),
            ("a`.b", ".[\"a`\"].b"),
            ("b.a`", "b.[\"a`\"]"),
            ("a..b", "`a..b`"),
        ] {
            assert_eq!(path(joined), expected);
        }
    }

    #[test]
    fn words() {
        for (text, expected) in [
            ("a.log", "a.log"),
            ("my log", "'my log'"),
            ("", "''"),
            ("it's", "\"it's\""),
            ("`it's`", "'`it'\\''s`'"),
            ("a\tb", "$'a\\u0009b'"),
            ("~", "'~'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn pins() {
        for (name, expected) in
            [("id", "id:text"), ("my id", "'my id:text'"), ("a,b", "'\"a,b:text\"'"), ("a:b", "a:b:text")]
        {
            assert_eq!(pin(name, "text"), expected);
        }
    }
}
