//! A query of SQL in the place of a chain: `select path, count(*) from access.csv where status >= 500 group by path`.

use super::known::{Known, is_percentile};
use super::line::Line;
use super::proposal::{Advice, first_read, is_there};

/// The clauses of a query, in lower case, and what each holds.
#[derive(Default)]
struct Query {
    select: String,
    from: String,
    filter: String,
    group: String,
    having: String,
    order: String,
    limit: String,
    /// Whether there is more than `select`.
    has_clauses: bool,
}

/// The words of a line with the stages that answer a query which begins at `at`.
pub(super) fn chain(line: Line<'_>, known: &Known, at: usize) -> Option<Advice> {
    let words = line.all().get(at..)?;
    let end = words.iter().position(|word| word.starts_with("--")).unwrap_or(words.len());
    // Files that the shell has given after a query without FROM.
    let files = words.get(..end)?.iter().rev().take_while(|word| is_there(word)).count();
    let (query, files) = words.get(..end)?.split_at(end - files);
    let query = Query::read(&query.join(" "))?;
    let before = line.all().get(..at)?;
    // One word is a stage of another tool, unless a clause follows.
    if !query.has_clauses {
        return None;
    }
    let proposed = [before, &query.stages(known), files, words.get(end..)?].concat();
    Some(match first_read(line, known, &[proposed]) {
        Some((_, words)) => Advice::Write(words),
        None => Advice::Told(
            "that is SQL: where is filter, group by is aggregate --by, order by is sort, the items are project"
                .to_owned(),
        ),
    })
}

impl Query {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(';');
        let mut query = Self::default();
        let mut words = pieces(text, char::is_whitespace).into_iter().peekable();
        words.next().filter(|word| word.eq_ignore_ascii_case("select"))?;
        let mut clause = &mut query.select;
        while let Some(word) = words.next() {
            let is_by = words.peek().is_some_and(|next| next.eq_ignore_ascii_case("by"));
            clause = match (word.to_lowercase().as_str(), is_by) {
                ("from", _) => &mut query.from,
                ("where", _) => &mut query.filter,
                ("having", _) => &mut query.having,
                ("limit", _) => &mut query.limit,
                ("group", true) => &mut query.group,
                ("order", true) => &mut query.order,
                (lower, _) => {
                    let word = if KEYWORDS.contains(&lower) { lower } else { word };
                    clause.push_str(if clause.is_empty() { "" } else { " " });
                    clause.push_str(if word == "<>" { "!=" } else { word });
                    continue;
                }
            };
            query.has_clauses = true;
            words.next_if(|_| is_by);
        }
        (!query.select.is_empty()).then_some(query)
    }

    /// The stages and the file.
    fn stages(&self, known: &Known) -> Vec<String> {
        let mut stages: Vec<Vec<String>> = Vec::new();
        let mut add = |words: &[&str]| stages.push(words.iter().map(|word| (*word).to_owned()).collect());
        if !self.filter.is_empty() {
            add(&["filter", &here(&self.filter, known)]);
        }
        let (select, is_distinct) = match self.select.strip_prefix("distinct ") {
            Some(select) => (select, true),
            None => (self.select.as_str(), false),
        };
        let items: Vec<String> = list(select).iter().map(|item| item_here(item, known)).collect();
        let (aggregates, fields): (Vec<&String>, Vec<&String>) =
            items.iter().partition(|item| is_aggregate(item, known));
        let keys: Vec<String> = list(&self.group).iter().map(|key| key_here(key, &fields)).collect();
        let joined =
            |items: &[&String]| items.iter().map(|item| item.as_str()).collect::<Vec<_>>().join(", ");
        match (aggregates.is_empty(), keys.is_empty()) {
            (true, true) if is_distinct => add(&["dedup", &joined(&fields)]),
            (true, true) => {}
            (true, false) => add(&["dedup", &keys.join(", ")]),
            (false, true) => add(&["aggregate", &joined(&aggregates)]),
            (false, false) => add(&["aggregate", &joined(&aggregates), "--by", &keys.join(", ")]),
        }
        let named = |text: &str| names_of(&here(text, known), &aggregates);
        if !self.having.is_empty() {
            add(&["filter", &named(&self.having)]);
        }
        if !self.order.is_empty() {
            add(&["sort", &named(&self.order)]);
        }
        if !self.limit.is_empty() {
            add(&["limit", &self.limit]);
        }
        if aggregates.is_empty() && joined(&fields) != "*" {
            add(&["project", &joined(&fields)]);
        }
        if stages.is_empty() {
            stages.push(vec!["filter".to_owned(), "true".to_owned()]);
        }
        let mut words = stages.join(&"then".to_owned());
        words.extend((!self.from.is_empty()).then(|| file_of(&self.from)));
        words
    }
}

/// Words of expressions that are written in small letters here.
const KEYWORDS: &[&str] =
    &["and", "as", "asc", "between", "desc", "distinct", "false", "in", "is", "not", "null", "or", "true"];

/// The pieces of a text between separators that are in no quotes and no parentheses.
fn pieces(text: &str, separates: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_u32, None, 0);
    let mut pieces = Vec::new();
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"' | '`', None) => quote = Some(c),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (c, None) if depth == 0 && separates(c) => {
                pieces.extend(text.get(start..at));
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    pieces.extend(text.get(start..));
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

fn list(text: &str) -> Vec<&str> {
    pieces(text, |c| c == ',').into_iter().map(str::trim).collect()
}

/// An expression with the names of functions, and `count(*)` and `count(distinct x)`, as they are here.
fn here(text: &str, known: &Known) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('(') {
        let (before, call) = rest.split_at(at);
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let (head, name) = before.split_at(start);
        let lower = name.to_lowercase();
        out.push_str(head);
        out.push_str(if is_known(&lower, known) { &lower } else { name });
        out.push('(');
        rest = call.get(1..).unwrap_or("");
        if lower == "count" {
            if let Some(after) = rest.trim_start().strip_prefix("*") {
                rest = after;
            } else if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("distinct ")) {
                out.truncate(out.len() - "count(".len());
                out.push_str("distinct(");
                rest = rest.get(9..).unwrap_or("");
            }
        }
    }
    out + rest
}

fn is_known(name: &str, known: &Known) -> bool {
    is_percentile(name)
        || known.aggregates.iter().any(|row| row.name == name)
        || known.functions.iter().any(|row| row.name == name)
}

/// An item of `select` as one of `project` or `aggregate`: `x as y` is `y = x`.
fn item_here(item: &str, known: &Known) -> String {
    let item = here(item, known);
    match pieces(&item, char::is_whitespace).as_slice() {
        [expr @ .., word, name] if *word == "as" => format!("{name} = {}", expr.join(" ")),
        [expr, name] => format!("{name} = {expr}"),
        _ => item,
    }
}

fn is_aggregate(item: &str, known: &Known) -> bool {
    let calls = item.match_indices('(').map(|(at, _)| item.get(..at).unwrap_or(""));
    let mut names = calls.map(|before| {
        before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned()
    });
    names.any(|name| is_percentile(&name) || known.aggregates.iter().any(|row| row.name == name))
}

/// A key of `group by`, which may be the number of an item.
fn key_here(key: &str, fields: &[&String]) -> String {
    let item = key.parse::<usize>().ok().and_then(|number| fields.get(number.checked_sub(1)?));
    item.map_or(key, |item| item.as_str()).to_owned()
}

/// An expression with the aggregates in it by their names.
fn names_of(text: &str, aggregates: &[&String]) -> String {
    aggregates.iter().fold(text.to_owned(), |text, item| match item.split_once(" = ") {
        Some((name, expr)) => text.replace(expr, name),
        None => {
            let name = item.trim_end_matches(')').replacen('(', "_", 1);
            text.replace(item.as_str(), name.trim_end_matches('_'))
        }
    })
}

/// The file of a `from`, which may be in quotes or in a call that reads it.
fn file_of(from: &str) -> String {
    let inner = match from.split_once('(') {
        Some((_, rest)) => rest.trim_end_matches(')'),
        None => from,
    };
    inner.trim_matches(['\'', '"', '`', ' ']).to_owned()
}
