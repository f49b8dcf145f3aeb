//! The little of a POSIX shell that documents use: words, quotes, pipes.

/// The commands of a pipeline, each as its words. `Err` says what the documents must not use.
pub(crate) fn pipeline(line: &str) -> Result<Vec<Vec<String>>, String> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => end_word(&mut word, &mut commands),
            '|' => {
                end_word(&mut word, &mut commands);
                commands.push(Vec::new());
            }
            '\'' => quoted(&mut chars, '\'', word.get_or_insert_default())?,
            '"' => quoted(&mut chars, '"', word.get_or_insert_default())?,
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(next) => word.get_or_insert_default().push(next),
            },
            '$' | '`' | '*' | '?' | '(' | ')' | '<' | '>' | '&' | ';' => {
                return Err(format!("{c:?} outside quotes in: {line}"));
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    end_word(&mut word, &mut commands);
    match commands.iter().any(Vec::is_empty) {
        true => Err(format!("an empty command in: {line}")),
        false => Ok(commands),
    }
}

fn end_word(word: &mut Option<String>, commands: &mut [Vec<String>]) {
    if let (Some(word), Some(last)) = (word.take(), commands.last_mut()) {
        last.push(word);
    }
}

fn quoted(chars: &mut impl Iterator<Item = char>, quote: char, word: &mut String) -> Result<(), String> {
    while let Some(c) = chars.next() {
        match c {
            _ if c == quote => return Ok(()),
            '$' | '`' if quote == '"' => return Err(format!("{c:?} in double quotes after: {word}")),
            '\\' if quote == '"' => match chars.next() {
                Some(next @ ('"' | '\\')) => word.push(next),
                Some('\n') => {}
                Some(next) => word.extend(['\\', next]),
                None => {}
            },
            _ => word.push(c),
        }
    }
    Err(format!("a quote is not closed after: {word}"))
}

#[test]
fn words_as_in_a_shell() {
    for (line, words) in [
        ("a  b", vec![vec!["a", "b"]]),
        ("a 'b  c'\"d\"", vec![vec!["a", "b  cd"]]),
        ("a '' | b \\\n c", vec![vec!["a", ""], vec!["b", "c"]]),
        (r#"a '\d"' "\d\"" \'"#, vec![vec!["a", r#"\d""#, r#"\d""#, "'"]]),
    ] {
        assert_eq!(pipeline(line).unwrap(), words, "{line}");
    }
    for line in ["a 'b", "a > b", "a $x", "a | | b", "a \"$x\"", ""] {
        assert!(pipeline(line).is_err(), "{line}");
    }
}
