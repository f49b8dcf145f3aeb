//! Patterns of other tools for `parse`: those of grok, and text with stars.

/// Names of grok's patterns, each with a regex for what they match in a well-formed line; any other is a run without
/// blanks.
const GROK: &[(&str, &str)] = &[
    ("BASE10NUM", r"-?\d+(?:\.\d+)?"),
    ("DATA", ".*?"),
    ("GREEDYDATA", ".*"),
    ("HTTPDATE", r"\S+ \S+"),
    ("INT", r"-?\d+"),
    ("LOGLEVEL", r"\w+"),
    ("NUMBER", r"-?\d+(?:\.\d+)?"),
    ("QS", "\"[^\"]*\""),
    ("QUOTEDSTRING", "\"[^\"]*\""),
    ("SPACE", r"\s*"),
    ("WORD", r"\w+"),
];

/// A pattern of grok as a regex with named groups: `%{IP:client} %{WORD:method}`.
pub(super) fn from_grok(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("%{") {
        let (inner, next) = after.split_once('}')?;
        let mut parts = inner.split(':');
        let name = parts.next()?;
        let regex = GROK.iter().find(|(known, _)| *known == name).map_or(r"\S+", |(_, regex)| *regex);
        out.push_str(before);
        match parts.next() {
            Some(field) => out.push_str(&format!("(?<{}>{regex})", group(field))),
            None => out.push_str(&format!("(?:{regex})")),
        }
        rest = next;
    }
    (!out.is_empty()).then(|| out + rest)
}

/// Text with stars, and the names of what they are for: `"* - [*]" as ip, time`.
pub(super) fn from_stars(pattern: &str, names: &str) -> Option<String> {
    let names: Vec<&str> = names.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    let parts: Vec<&str> = pattern.split('*').collect();
    if names.is_empty() || parts.len() != names.len() + 1 {
        return None;
    }
    let mut out = format!("^{}", regex::escape(parts.first()?));
    for (at, (name, after)) in names.iter().zip(parts.iter().skip(1)).enumerate() {
        let is_last = at + 1 == names.len() && after.is_empty();
        out.push_str(&format!("(?<{}>{})", group(name), if is_last { ".*" } else { ".*?" }));
        out.push_str(&regex::escape(after));
    }
    Some(out)
}

/// A name as that of a group.
fn group(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_as_regexes() {
        assert_eq!(
            from_grok(r"%{IP:client.ip} \[%{HTTPDATE:ts}\] %{WORD} %{NUMBER:ms:float}").as_deref(),
            Some(r"(?<client_ip>\S+) \[(?<ts>\S+ \S+)\] (?:\w+) (?<ms>-?\d+(?:\.\d+)?)")
        );
        assert_eq!(from_grok("GET %{X"), None);
        assert_eq!(from_grok(r"\d+"), None);
        assert_eq!(
            from_stars("* - [*] *", "ip, time,rest").as_deref(),
            Some(r"^(?<ip>.*?) \- \[(?<time>.*?)\] (?<rest>.*)")
        );
        assert_eq!(from_stars("* *", "ip"), None);
    }
}
