//! A log format as it is in the configuration of a server: raw, in quoted pieces, or as a whole directive.

use std::ops::Range;

/// Why a log format cannot serve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: String,
    /// The bytes of the format, as it was given, that are wrong.
    pub range: Range<usize>,
}

/// Formats that have names. Such a one reads the logs of both servers, so the ident is a variable.
pub(super) const NAMED: &[(&str, &str)] = &[
    (
        "combined",
        r#"$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    ),
    ("common", r#"$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent"#),
    (
        "main",
        r#"$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#,
    ),
    (
        "vhost",
        r#"$vhost $remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    ),
];

/// The text of a log format, and where each byte of it was given.
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) text: String,
    /// It was given by a name.
    pub(super) is_name: bool,
    places: Vec<usize>,
    given: String,
    /// What was read as quoted pieces may be text that begins with a quote.
    pub(super) may_be_raw: bool,
}

/// What is to be read as JSON.
const AS_JSON: &str = "each line is a JSON object then: --from ndjson";

impl Spelled {
    /// Reads a log format as it was given.
    pub(super) fn read(given: &str) -> Result<Self, Refusal> {
        let whole = 0..given.len();
        let body = given.trim();
        if body.is_empty() {
            let help = "as in the configuration of the server, or main, combined, common or vhost".to_owned();
            return Err(Refusal { reason: "an empty format".to_owned(), help, range: whole });
        }
        if let Some((_, text)) = NAMED.iter().find(|(name, _)| *name == body) {
            return Ok(Self::of_name(text, given));
        }
        let spelled = Self::pieces(given)?;
        let text = spelled.text.trim();
        if text.starts_with('{') && text.ends_with('}') && text.contains("\":") {
            let reason = "a format that writes JSON objects".to_owned();
            return Err(Refusal { reason, help: AS_JSON.to_owned(), range: whole });
        }
        if let Some(at) = spelled.text.find('\n') {
            let reason = "a line end, which no line of a log has".to_owned();
            let help = "keep the quotes around each piece: '…' '…'".to_owned();
            return Err(Refusal { reason, help, range: spelled.place(at..at + 1) });
        }
        Ok(spelled)
    }

    /// The text as it is, though it begins with a quote.
    pub(super) fn raw(given: &str) -> Self {
        let mut spelled = Self::empty(given);
        let start = given.len() - given.trim_start().len();
        spelled.push_unescaped(given, start..given.trim_end().len());
        spelled
    }

    /// All that was given.
    pub(super) fn given(&self) -> &str {
        &self.given
    }

    /// Where a range of the text was given.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.places.get(range.start).copied().unwrap_or(0);
        let last = range.end.checked_sub(1).and_then(|last| self.places.get(last));
        let end = last.map_or(self.given.len(), |last| last + 1);
        if start < end { start..end } else { 0..self.given.len() }
    }

    fn empty(given: &str) -> Self {
        Self {
            text: String::new(),
            is_name: false,
            places: Vec::new(),
            given: given.to_owned(),
            may_be_raw: false,
        }
    }

    fn of_name(text: &str, given: &str) -> Self {
        let places = vec![0; text.len()];
        Self { text: text.to_owned(), is_name: true, places, ..Self::empty(given) }
    }

    fn pieces(given: &str) -> Result<Self, Refusal> {
        let mut words = Words { given, at: 0 };
        let directive = words.directive()?;
        let mut spelled = Self::empty(given);
        let mut count = 0;
        loop {
            words.skip_blanks();
            if directive != Directive::Apache
                && (count > 0 || directive == Directive::Nginx)
                && words.skip_comment()
            {
                continue;
            }
            let Some(quote) = words.peek().filter(|char| matches!(char, '\'' | '"')) else { break };
            let range = words.quoted()?;
            spelled.push_unescaped(given, range);
            count += 1;
            spelled.may_be_raw = quote == '"' && directive == Directive::None;
            if directive == Directive::Apache {
                return Ok(spelled);
            }
        }
        let rest = words.rest();
        match directive {
            Directive::None if count == 0 || spelled.may_be_raw && !rest.is_empty() && rest != ";" => {
                Ok(Self::raw(given))
            }
            Directive::None if !rest.is_empty() && !rest.starts_with(';') => Err(Refusal {
                reason: "text after the quoted pieces".to_owned(),
                help: "quote each piece, or none".to_owned(),
                range: words.at..given.trim_end().len(),
            }),
            Directive::None => Ok(spelled),
            _ => {
                let start = words.at;
                let end = rest.find([';', '\'', '"']).map_or(given.trim_end().len(), |len| start + len);
                spelled.push_unescaped(given, start..end);
                Ok(spelled)
            }
        }
    }

    /// Appends text with its escapes undone.
    fn push_unescaped(&mut self, given: &str, range: Range<usize>) {
        let base = range.start;
        let mut chars = given.get(range).unwrap_or("").char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            // Apache's lines go on after a backslash.
            if char == '\\' && chars.next_if(|next| next.1 == '\n').is_some() {
                continue;
            }
            let meant = match (char, chars.peek().map(|next| next.1)) {
                ('\\', Some(next @ ('"' | '\'' | '\\'))) => Some(next),
                ('\\', Some('t')) => Some('\t'),
                _ => None,
            };
            if meant.is_some() {
                chars.next();
            }
            let char = meant.unwrap_or(char);
            self.text.push(char);
            self.places.extend((0..char.len_utf8()).map(|byte| base + at + byte));
        }
    }
}

/// What a format is within.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    None,
    Nginx,
    Apache,
}

/// The words of a configuration.
struct Words<'a> {
    given: &'a str,
    at: usize,
}

impl Words<'_> {
    /// Steps over what is before the format: the name of the directive, of the format or file, and options.
    fn directive(&mut self) -> Result<Directive, Refusal> {
        loop {
            self.skip_blanks();
            if !self.skip_comment() {
                break;
            }
        }
        let before = self.at;
        let (directive, names) = match self.word() {
            "log_format" => (Directive::Nginx, 1),
            word if word.eq_ignore_ascii_case("LogFormat") => (Directive::Apache, 0),
            word if word.eq_ignore_ascii_case("CustomLog") => (Directive::Apache, 1),
            _ => {
                self.at = before;
                (Directive::None, 0)
            }
        };
        for _ in 0..names {
            self.skip_blanks();
            match self.peek() {
                Some('"') => _ = self.quoted()?,
                _ => _ = self.word(),
            }
        }
        loop {
            let before = self.at;
            let word = self.word().to_owned();
            match word.strip_prefix("escape=") {
                Some("json") => {
                    let range = self.at - word.len()..self.at;
                    let reason = "a format that writes JSON".to_owned();
                    return Err(Refusal { reason, help: AS_JSON.to_owned(), range });
                }
                Some(_) => {}
                None => {
                    self.at = before;
                    return Ok(directive);
                }
            }
        }
    }

    fn rest(&self) -> &str {
        self.given.get(self.at..).unwrap_or("").trim_end()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Steps over a line from a `#` on, if one is here; what is on the last line may be a format.
    fn skip_comment(&mut self) -> bool {
        let len = if self.peek() == Some('#') { self.rest().find('\n') } else { None };
        self.at += len.unwrap_or(0);
        len.is_some()
    }

    /// The next word, and steps over it.
    fn word(&mut self) -> &str {
        self.skip_blanks();
        let start = self.at;
        self.at += self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
        self.given.get(start..self.at).unwrap_or("")
    }

    /// What is within the quotes that begin here, and steps over them.
    fn quoted(&mut self) -> Result<Range<usize>, Refusal> {
        let start = self.at;
        let mut chars = self.rest().char_indices();
        let quote = chars.next().map(|first| first.1);
        while let Some((at, char)) = chars.next() {
            if char == '\\' {
                chars.next();
            } else if Some(char) == quote {
                self.at = start + at + 1;
                return Ok(start + 1..start + at);
            }
        }
        let reason = "a quote that does not close".to_owned();
        let help = "close it, or write the format without quotes around it".to_owned();
        Err(Refusal { reason, help, range: start..start + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_configurations() {
        for (given, expected) in [
            ("$a $b", "$a $b"),
            ("  $a \"$b\"\n", "$a \"$b\""),
            ("'$a - ' '$b'", "$a - $b"),
            ("'$a - '\n    '\"$b\"';", "$a - \"$b\""),
            ("log_format main '$a - '\n  '\"$b\"';\naccess_log x main;", "$a - \"$b\""),
            ("log_format  main  escape=default '$a';", "$a"),
            ("log_format main $a;", "$a"),
            ("log_format main '$a - '\n  # the user's\n  '$b' # last\n ;", "$a - $b"),
            ("# see the manual\nlog_format main # x\n '$a';", "$a"),
            ("'$a - '\n# more\n'$b';", "$a - $b"),
            ("# $a $b", "# $a $b"),
            ("LogFormat \"%h \\\n%u\" x", "%h %u"),
            (r#"LogFormat "%h \"%r\" %>s" combined"#, "%h \"%r\" %>s"),
            (r#"CustomLog "|/bin/cat x" "%h %t""#, "%h %t"),
            (r#"%h \"%r\" %>s"#, "%h \"%r\" %>s"),
            (r#""%h \"%r\"""#, "%h \"%r\""),
            (r#""$request" $status"#, "\"$request\" $status"),
            ("$a\\t$b \\x \\\\", "$a\t$b \\x \\"),
        ] {
            assert_eq!(Spelled::read(given).unwrap().text, expected, "{given}");
        }
        assert!(Spelled::read("main").unwrap().text.ends_with("\"$http_x_forwarded_for\""));
        assert_eq!(Spelled::raw(" \"$a\" \"$b\" ").text, "\"$a\" \"$b\"");
    }

    #[test]
    fn what_cannot_serve() {
        for (given, reason, range) in [
            (" ", "an empty format", 0..1),
            ("'$a", "a quote that does not close", 0..1),
            ("'$a' \"$b", "a quote that does not close", 5..6),
            ("'$a' x", "text after the quoted pieces", 5..6),
            ("$a\n$b", "a line end, which no line of a log has", 2..3),
            ("log_format m escape=json '{\"a\":\"$a\"}';", "a format that writes JSON", 13..24),
            ("{\"a\":\"$a\"}", "a format that writes JSON objects", 0..10),
            ("'{ \"a\": $a, ' '\"b\": $b }'", "a format that writes JSON objects", 0..25),
        ] {
            let refusal = Spelled::read(given).err().map(|refusal| (refusal.reason, refusal.range));
            assert_eq!(refusal, Some((reason.to_owned(), range)), "{given}");
        }
    }
}
