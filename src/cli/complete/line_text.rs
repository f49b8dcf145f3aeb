//! A line of a shell as text, with the cursor in it, split into the words of the command that the cursor is in.

/// A quote that is open at the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Open {
    /// `'`
    Single,
    /// `"`
    Double,
}

/// A line in its words, without quotes.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Words before that of the cursor.
    pub(super) words: Vec<String>,
    /// The word of the cursor up to it.
    pub(super) current: String,
    /// Bytes of the word of the cursor before the part that the line editor replaces.
    pub(super) kept: usize,
    /// The quote that is open at the cursor.
    pub(super) open: Option<Open>,
    /// Words after that of the cursor, and the file that is stdin.
    pub(super) after: Vec<String>,
}

/// Splits a line. The line editor replaces the word from the last of `breaks` on, or from an open quote.
pub(super) fn split(before: &str, after: &str, breaks: &str) -> Split {
    let mut scan = Scan { breaks, ..Scan::default() };
    before.chars().for_each(|c| scan.take(c));
    let open = scan.open;
    // What is right of the cursor is another word if nothing is left of it.
    let is_whole = !scan.is_word;
    let (current, kept) = (std::mem::take(&mut scan.word), scan.kept);
    let into = scan.target.take();
    let mut words = std::mem::take(&mut scan.words);
    let stdin = std::mem::take(&mut scan.stdin);
    scan.is_word = !is_whole;
    let count = usize::from(!is_whole);
    for c in after.chars() {
        if scan.open.is_none() && !scan.is_escaped && ";|&\n".contains(c) {
            break;
        }
        scan.take(c);
    }
    scan.end_word();
    let mut rest: Vec<String> = scan.words.into_iter().skip(count).collect();
    rest.extend(stdin.into_iter().chain(scan.stdin));
    if into.is_some() {
        // The file of a redirection is not a word of the command.
        words.clear();
    }
    Split { words, current, kept, open, after: rest }
}

/// Where a redirection leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Stdin,
    Other,
}

#[derive(Default)]
struct Scan<'a> {
    breaks: &'a str,
    words: Vec<String>,
    word: String,
    /// A word has begun, which may be empty: `''`.
    is_word: bool,
    open: Option<Open>,
    is_escaped: bool,
    kept: usize,
    /// The next word is the file of a redirection.
    target: Option<Target>,
    stdin: Option<String>,
}

impl Scan<'_> {
    fn take(&mut self, c: char) {
        if std::mem::take(&mut self.is_escaped) {
            // In double quotes a backslash is for these alone.
            if self.open == Some(Open::Double) && !"\"\\$`".contains(c) {
                self.word.push('\\');
            }
            self.word.push(c);
            return;
        }
        match (self.open, c) {
            (Some(Open::Single), '\'') | (Some(Open::Double), '"') => self.open = None,
            (Some(Open::Double) | None, '\\') => {
                self.is_escaped = true;
                self.is_word = true;
            }
            (Some(_), c) => self.word.push(c),
            (None, '\'') => self.open(Open::Single),
            (None, '"') => self.open(Open::Double),
            (None, ' ' | '\t') => self.end_word(),
            (None, ';' | '|' | '&' | '\n') => self.end_command(),
            (None, '<' | '>') => self.redirect(c),
            (None, c) => {
                self.is_word = true;
                let before = self.word.len();
                self.word.push(c);
                if self.breaks.contains(c) {
                    // Readline takes this one into the word that it begins.
                    self.kept = if c == '@' { before } else { self.word.len() };
                }
            }
        }
    }

    fn open(&mut self, quote: Open) {
        self.is_word = true;
        self.open = Some(quote);
        self.kept = self.word.len();
    }

    fn end_word(&mut self) {
        self.kept = 0;
        let word = std::mem::take(&mut self.word);
        if !std::mem::take(&mut self.is_word) {
            return;
        }
        match self.target.take() {
            None => self.words.push(word),
            Some(Target::Stdin) => self.stdin = Some(word),
            Some(Target::Other) => {}
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.words.clear();
        self.stdin = None;
    }

    fn redirect(&mut self, c: char) {
        // `2>` has a number, which is not a word.
        if self.word.bytes().all(|byte| byte.is_ascii_digit()) {
            self.word.clear();
            self.is_word = false;
        }
        self.end_word();
        self.target = Some(if c == '<' { Target::Stdin } else { Target::Other });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is before the cursor and after it; the words before, the word at the cursor, what of it the shell keeps, and the
    /// words after.
    type Case = (
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static str,
        &'static str,
        &'static [&'static str],
    );

    #[test]
    fn lines_are_split_as_shells_do() {
        let cases: &[Case] = &[
            ("tamis so", "", &["tamis"], "so", "", &[]),
            ("tamis sort ", "", &["tamis", "sort"], "", "", &[]),
            ("tamis filter ", "a.csv", &["tamis", "filter"], "", "", &["a.csv"]),
            ("tamis filter st", "at a.csv", &["tamis", "filter"], "st", "", &["a.csv"]),
            ("tamis filter 'a b", "c' d", &["tamis", "filter"], "a b", "", &["d"]),
            ("tamis --from=nd", "", &["tamis"], "--from=nd", "--from=", &[]),
            ("tamis --time=@t", "", &["tamis"], "--time=@t", "--time=", &[]),
            ("tamis x a\\ b'c", "", &["tamis", "x"], "a bc", "a b", &[]),
            ("cat x | tamis sort ", " < a.csv | wc", &["tamis", "sort"], "", "", &["a.csv"]),
            ("tamis sort ms 2> /dev/null ", "", &["tamis", "sort", "ms"], "", "", &[]),
            ("tamis sort > x", "", &[], "x", "", &[]),
            ("tamis '' \"a\\\"b\\n\" ", "", &["tamis", "", "a\"b\\n"], "", "", &[]),
        ];
        for (before, after, words, current, kept, rest) in cases {
            let found = split(before, after, "=:@");
            let kept_text = found.current.get(..found.kept).unwrap_or("");
            let all =
                (found.words.iter().map(|word| &**word).collect::<Vec<_>>(), &*found.current, kept_text);
            assert_eq!(all, (words.to_vec(), *current, *kept), "{before}|{after}");
            assert_eq!(found.after, *rest, "{before}|{after}");
        }
    }
}
