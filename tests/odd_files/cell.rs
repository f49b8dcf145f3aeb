//! One field: what it says, and how it is spelled.

/// How the fields of a file are told apart, and which of them are null.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    pub(crate) tsv: bool,
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) escape: Option<u8>,
    /// What `--null` names.
    pub(crate) nulls: Vec<Null>,
}

/// A spelling of null, with quotes around it or without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Null {
    pub(crate) spelling: &'static str,
    pub(crate) quoted: bool,
}

/// How the text of a field is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// Between quotes, quotes in it twice.
    Quoted,
    /// Without quotes, an escape before what would end it.
    Escaped,
    /// Between quotes, an escape before quotes in it.
    QuotedEscaped,
}

/// A field of a record or of the header line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    pub(crate) text: Vec<u8>,
    pub(crate) style: Style,
    /// Its bytes in the file, where these were not made from its text.
    pub(crate) given: Option<Vec<u8>>,
}

impl Dialect {
    /// What RFC 4180 says.
    pub(crate) const RFC: Self =
        Self { tsv: false, delimiter: b',', quote: Some(b'"'), escape: None, nulls: Vec::new() };

    /// Backslashes instead of quotes.
    pub(crate) const TSV: Self =
        Self { tsv: true, delimiter: b'\t', quote: None, escape: None, nulls: Vec::new() };

    /// The options that name it.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
        add("--from", if self.tsv { "tsv" } else { "csv" }.to_owned());
        if !self.tsv && self.delimiter != b',' {
            add("--delimiter", char::from(self.delimiter).to_string());
        }
        if !self.tsv && self.quote != Some(b'"') {
            add("--quote", self.quote.map_or("none".to_owned(), |quote| char::from(quote).to_string()));
        }
        if let Some(escape) = self.escape.filter(|_| !self.tsv) {
            add("--escape", char::from(escape).to_string());
        }
        for Null { spelling, quoted } in &self.nulls {
            let quote =
                self.quote.filter(|_| *quoted).map(|quote| char::from(quote).to_string()).unwrap_or_default();
            add("--null", format!("{quote}{spelling}{quote}"));
        }
        words
    }

    /// A line of the dialect of RFC 4180 in this one.
    pub(crate) fn respelled(&self, line: &[u8]) -> Vec<u8> {
        let byte = |byte: &u8| match byte {
            b',' => self.delimiter,
            b'"' => self.quote.unwrap_or(*byte),
            byte => *byte,
        };
        line.iter().map(byte).collect()
    }

    /// Whether an open quote before these bytes finds one that closes it and ends a field.
    pub(crate) fn closes(&self, bytes: &[u8]) -> bool {
        let mut at = 0;
        while let Some(found) = bytes[at..].iter().position(|byte| Some(*byte) == self.quote) {
            at += found + 1;
            match &bytes[at..] {
                [byte, ..] if Some(*byte) == self.quote => at += 1,
                [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..] => return true,
                [byte, ..] => return *byte == self.delimiter,
            }
        }
        false
    }

    /// Bytes that end an unquoted field or its line.
    fn ends_a_field(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n'
    }
}

impl Cell {
    /// Text as it is.
    pub(crate) fn plain(text: impl AsRef<[u8]>) -> Self {
        Self::styled(text, Style::Plain)
    }

    /// Text between quotes.
    pub(crate) fn quoted(text: impl AsRef<[u8]>) -> Self {
        Self::styled(text, Style::Quoted)
    }

    /// Text in another style.
    pub(crate) fn styled(text: impl AsRef<[u8]>, style: Style) -> Self {
        Self { text: text.as_ref().to_vec(), style, given: None }
    }

    /// Its bytes in the file.
    pub(crate) fn spelled(&self, dialect: &Dialect) -> Vec<u8> {
        if let Some(given) = &self.given {
            return given.clone();
        }
        let quote = dialect.quote.unwrap_or(0);
        let mut out = Vec::new();
        match self.style {
            _ if dialect.tsv => spell_backslashed(&self.text, &mut out),
            Style::Plain => out.extend_from_slice(&self.text),
            Style::Escaped => {
                for (place, &byte) in self.text.iter().enumerate() {
                    let special = dialect.ends_a_field(byte) || Some(byte) == dialect.escape || byte == b'\r';
                    if special || place == 0 && Some(byte) == dialect.quote {
                        out.extend(dialect.escape);
                    }
                    out.push(byte);
                }
            }
            Style::Quoted | Style::QuotedEscaped => {
                out.push(quote);
                for &byte in &self.text {
                    if Some(byte) == dialect.escape {
                        out.push(byte);
                    } else if byte == quote {
                        out.push(if self.style == Style::Quoted {
                            quote
                        } else {
                            dialect.escape.unwrap_or(quote)
                        });
                    }
                    out.push(byte);
                }
                out.push(quote);
            }
        }
        out
    }

    /// What it says; nothing if it is null.
    pub(crate) fn value(&self, dialect: &Dialect) -> Option<&[u8]> {
        let spelled = self.spelled(dialect);
        let quoted = matches!(self.style, Style::Quoted | Style::QuotedEscaped) && !dialect.tsv;
        let compared = if quoted { &spelled[1..spelled.len() - 1] } else { &spelled };
        let named = |null: &Null| null.quoted == quoted && null.spelling.as_bytes() == compared;
        let null = !quoted && spelled.is_empty() || dialect.nulls.iter().any(named);
        (!null).then_some(&self.text)
    }

    /// Takes another style, or loses bytes, where the dialect cannot spell it.
    pub(crate) fn settle(&mut self, dialect: &Dialect) {
        if dialect.tsv {
            return self.style = Style::Plain;
        }
        if dialect.escape.is_none() {
            self.style = match self.style {
                Style::Escaped => Style::Plain,
                Style::QuotedEscaped => Style::Quoted,
                style => style,
            };
        }
        if dialect.quote.is_none() && matches!(self.style, Style::Quoted | Style::QuotedEscaped) {
            self.style = Style::Plain;
        }
        if self.style == Style::Plain && !self.fits_plain(dialect) {
            match (dialect.quote, dialect.escape) {
                (Some(_), _) => self.style = Style::Quoted,
                (None, Some(_)) => self.style = Style::Escaped,
                (None, None) => self.text.retain(|&byte| !dialect.ends_a_field(byte) && byte != b'\r'),
            }
        }
    }

    fn fits_plain(&self, dialect: &Dialect) -> bool {
        let special = |&byte: &u8| dialect.ends_a_field(byte) || Some(byte) == dialect.escape;
        // A CR at its end would belong to the line end.
        !self.text.iter().any(special)
            && self.text.last() != Some(&b'\r')
            && (self.text.is_empty() || self.text.first().copied() != dialect.quote)
    }
}

/// Whether there is a CR that is neither before LF nor before such a CR.
pub(crate) fn has_lone_return(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| bytes[at] == b'\r' && !matches!(bytes.get(at + 1), Some(b'\r' | b'\n')))
}

/// TSV: backslashes before what it cannot hold.
pub(crate) fn spell_backslashed(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte => out.push(byte),
        }
    }
}
