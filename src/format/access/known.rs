//! What is given in place of a log format, and says what is meant: names that a server's configuration knows, and
//! directives that name a format or a file.

use super::spelled::NAMED;

/// Names of formats in the configurations that Apache comes with, and what they are.
const NAMES: &[(&str, &str)] = &[
    ("agent", r"%{User-agent}i"),
    ("combinedio", r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O"#),
    ("proxy", r#"%{X-Forwarded-For}i %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#),
    ("referer", r"%{Referer}i -> %U"),
    ("vhost_combined", r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#),
    ("vhost_common", r#"%v %h %l %u %t "%r" %>s %b"#),
];

/// What to say of lines of an error log.
pub(super) const ERROR_LOG: &str =
    r"lines of an error log are read by --from regex --pattern '^\[(?<time>[^\]]+)\] (?<message>.*)'";

/// What is wrong with a format without variables, and what to write instead.
pub(super) fn advice(given: &str) -> Option<(String, String)> {
    let line = given.trim().trim_end_matches(';');
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let of_name = |name: &str| match NAMED.iter().any(|(known, _)| *known == name) {
        true => format!("--log-format {name}, or the string of the directive that says what {name} is"),
        false => match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => format!("as Apache's configuration has it: --log-format '{text}'"),
            None => format!("give the line of the configuration that says what {name} is, or its string"),
        },
    };
    let is = |directive: &str| first.eq_ignore_ascii_case(directive);
    if NAMES.iter().any(|(known, _)| *known == first) && words.next().is_none() {
        return Some((format!("{first} is a name in the server's configuration"), of_name(first)));
    }
    if is("error_log") || is("ErrorLog") || is("ErrorLogFormat") {
        return Some((format!("{first} is for error logs"), ERROR_LOG.to_owned()));
    }
    if is("access_log") || is("CustomLog") {
        let name = words.nth(1).filter(|word| !word.contains('='));
        let reason = format!("{first} names a log format and does not say what it is");
        // nginx takes combined where none is named.
        return Some((reason, of_name(name.unwrap_or("combined"))));
    }
    if is("TransferLog") {
        let help = "give the line LogFormat … before it, or --log-format common where there is none";
        return Some((format!("{first} names a file"), help.to_owned()));
    }
    if is("log_format") || is("LogFormat") {
        let help = "give the whole directive, with the string after the name";
        return Some((format!("{first} without the string of the format"), help.to_owned()));
    }
    None
}
