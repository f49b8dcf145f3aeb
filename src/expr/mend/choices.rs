//! Choices between two values, which are calls of `if` here.

use super::tokens::Tokens;

/// `case when a then b when c then d else e end`.
pub(super) fn case_when(tokens: &Tokens<'_>) -> Option<String> {
    let start = tokens.find(|at| tokens.word(at) == "case" && tokens.get(at + 1).is_some())?;
    let end = tokens.find(|at| at > start && tokens.word(at) == "end").unwrap_or(tokens.all.len());
    let (mut when, mut arms, mut otherwise) = (None, Vec::new(), "null");
    let subject_end = (start + 1..end).find(|at| tokens.word(*at) == "when")?;
    let subject = tokens.between(start + 1..subject_end);
    let mut from = subject_end;
    for at in subject_end..=end {
        let word = if at == end { "end".to_owned() } else { tokens.word(at) };
        if !matches!(word.as_str(), "when" | "then" | "else" | "end") {
            continue;
        }
        if at > subject_end {
            let text = tokens.between(from + 1..at);
            match tokens.word(from).as_str() {
                "when" => when = Some(text),
                "then" => arms.push((when.take()?, text)),
                _ => otherwise = text,
            }
        }
        from = at;
    }
    let text = arms.iter().rev().fold(otherwise.to_owned(), |rest, (when, then)| {
        let when = if subject.is_empty() { (*when).to_owned() } else { format!("{subject} == {when}") };
        format!("if({when}, {then}, {rest})")
    });
    (!arms.is_empty()).then(|| tokens.with(start..(end + 1).min(tokens.all.len()), &text))
}

/// `if a then b else c`, `if a: b else: c`, and Python's `b if a else c`.
pub(super) fn if_then(tokens: &Tokens<'_>) -> Option<String> {
    let start = tokens.find(|at| tokens.word(at) == "if" && tokens.text(at + 1) != "(").or_else(|| {
        tokens.find(|at| {
            tokens.word(at) == "if"
                && tokens.close(at + 1).is_some_and(|close| tokens.word(close + 1) == "then")
        })
    })?;
    let otherwise = tokens.find(|at| at > start && tokens.word(at) == "else");
    let end = tokens.find(|at| at > start && tokens.word(at) == "end").unwrap_or(tokens.all.len());
    let last = otherwise.map_or("null", |at| tokens.between(at + 1..end));
    match (start..end).find(|at| tokens.word(*at) == "then") {
        Some(then) => {
            let value = tokens.between(then + 1..otherwise.unwrap_or(end));
            let text = format!("if({}, {value}, {last})", tokens.between(start + 1..then));
            Some(tokens.with(start..(end + 1).min(tokens.all.len()), &text))
        }
        None => {
            let otherwise = otherwise.filter(|_| start > 0)?;
            let value = tokens.operand_before(start)?;
            let condition = tokens.between(start + 1..otherwise);
            let text = format!("if({condition}, {}, {last})", tokens.between(value..start));
            Some(tokens.with(value..end, &text))
        }
    }
}

/// `a ? b : c`.
pub(super) fn question_mark(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| tokens.text(at) == "?")?;
    let colon = tokens.find(|colon| colon > at && tokens.text(colon) == ":")?;
    // An item may have its name before the condition.
    let is_named = at > 2 && tokens.text(1) == "=";
    let start = if is_named { 2 } else { 0 };
    let end = tokens.all.len();
    let parts = [start..at, at + 1..colon, colon + 1..end].map(|part| tokens.between(part));
    Some(tokens.with(start..end, &format!("if({})", parts.join(", "))))
}
