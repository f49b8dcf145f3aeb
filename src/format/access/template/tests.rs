//! Compiled log formats against lines, the regex alone, and the format `combined`.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::format::trial::read;
use crate::format::{FormatDef, InputOptions, access};

/// `name=value` of each field of the only line, null as `~`; else why it does not fit.
fn fields(log_format: &str, line: &str) -> String {
    all(&access::FORMAT, Some(log_format), line).join(" | ")
}

fn all(format: &FormatDef, log_format: Option<&str>, text: &str) -> Vec<String> {
    let log_format = log_format.map(|given| Arc::new(Template::parse(given).unwrap()));
    let options = InputOptions { log_format, ..InputOptions::default() };
    let trial = read(format, &options, &[], text.as_bytes(), 50).unwrap();
    let field = |(name, value): (String, Option<String>)| format!("{name}={}", value.unwrap_or("~".into()));
    let records = trial.records().into_iter();
    let records = records.map(|fields| fields.into_iter().map(field).collect::<Vec<_>>().join(" "));
    records.chain(trial.rejects()).collect()
}

#[test]
fn lines_by_their_formats() {
    for (log_format, line, expected) in [
        ("$a $b", "1  2", "a=1 b= 2"),
        ("$a - $b", "1 - 2 - 3", "a=1 b=2 - 3"),
        ("$a $status]", "1 2]3]  ", "a=1 status=2]3"),
        ("$remote_addr:$remote_port", "2001:db8::1:443", "ip=2001:db8::1 remote_port=443"),
        ("%h:%{remote}p %v:%p", "::1:80 [::2]:443", "ip=::1 port=80 host=[::2] port_2=443"),
        ("$http_host:$server_port $status", "a:80:443 200", "host=a:80 server_port=443 status=200"),
        ("$host:$status", "[::1]:200", "host=[::1] status=200"),
        ("$remote_addr:$remote_port $status", "1.1.1.1:x 200", "1:9: expected digits in $remote_port"),
        ("$remote_addr:$remote_port", "1.1.1.1:-", "ip=1.1.1.1 remote_port=~"),
        (
            "%{%Y-%m-%d %H:%M:%S}t %h %u",
            "2024-01-01 10:00:00 ::1 bob",
            "time=2024-01-01 10:00:00 ip=::1 user=bob",
        ),
        ("%{%e %b %Y}t %{Referer}i", " 1 Jan 2024 x y", "time= 1 Jan 2024 referer=x y"),
        ("%{%c}t %u", "Wed Oct  4 10:00:00 2023 bob", "time=Wed Oct  4 10:00:00 2023 user=bob"),
        (
            "%{%F}t %{%T}t.%{msec_frac}t %u",
            "2024-01-01 10:00:00.123 b",
            "time=2024-01-01 10:00:00.123 user=b",
        ),
        ("%{%F %T}t,%{msec_frac}t,%u", "2024-01-01 10:00:00,123,b", "time=2024-01-01 10:00:00,123 user=b"),
        ("%{%F}t-%u", "2024-01-01-bob", "time=2024-01-01 user=bob"),
        ("$time_iso8601:$mine", "2024-01-01T10:00:00+00:00:x", "time=2024-01-01T10:00:00+00:00 mine=x"),
        ("$time_local $http_x", "17/May/2015:10:05:03 +0000 a b", "time=17/May/2015:10:05:03 +0000 x=a b"),
        ("%{%F}t-%u", "2024-01-01-bob", "time=2024-01-01 user=bob"),
        ("$time_iso8601:$mine", "2024-01-01T10:00:00+00:00:x", "time=2024-01-01T10:00:00+00:00 mine=x"),
        ("$time_local $http_x", "17/May/2015:10:05:03", "1:1: expected ' ' after $time_local"),
        (
            "$upstream_response_time $request_time",
            "0.003, 0.004 : 0.002 0.010",
            "upstream_response_time=0.003, 0.004 : 0.002 request_time=0.010",
        ),
        (
            "$upstream_addr $upstream_status $mine",
            "unix:/a, 1.1.1.1:80 : 2.2.2.2:80 502, 502 : 200 x y",
            "upstream_addr=unix:/a, 1.1.1.1:80 : 2.2.2.2:80 upstream_status=502, 502 : 200 mine=x y",
        ),
        ("$upstream_addr, $upstream_status", "a, 200", "upstream_addr=a upstream_status=200"),
        (
            "$upstream_addr, $upstream_status",
            "a, b, 502, 200",
            "1:5: text after $upstream_status, where --log-format ends",
        ),
        (
            "[$upstream_addr]$upstream_status;",
            "[a, b]502, 200;",
            "upstream_addr=a, b upstream_status=502, 200",
        ),
        (
            "$upstream_response_time $mine",
            "0.003 : 0.002",
            "1:14: expected ' ' after $upstream_response_time",
        ),
        ("$remote_addr $remote_user $status", "::1 John Doe 200", "ip=::1 user=John Doe status=200"),
        ("$remote_user $upstream_addr $status", "J Doe a, b 200", "user=J Doe upstream_addr=a, b status=200"),
        ("$remote_user $http_x", "bob x", "user=bob x=x"),
        (
            "$remote_user $http_x",
            "John Doe x",
            "1:5: $remote_user may end here or later, since it may hold ' '",
        ),
        (
            "$remote_user $mine",
            "John Doe x",
            "1:5: $remote_user may end here or later, since it may hold ' '",
        ),
        ("$mine $remote_user", "John Doe x", "mine=John user=Doe x"),
        ("$remote_user,$http_x,$status", "a,b,200", "user=a x=b status=200"),
        (
            "$remote_user,$http_x,$status",
            "a,b,c,200",
            "1:2: $remote_user may end here or later, since it may hold ','",
        ),
        ("$remote_addr,$remote_user,$status", "::1,Doe, J,200", "ip=::1 user=Doe, J status=200"),
        ("$remote_user,$status", "Doe,John,200", "user=Doe,John status=200"),
        (
            "$http_x_forwarded_for - $remote_user [$time_local] $status",
            "1.1.1.1, 2.2.2.2 - - [t] 200",
            "x_forwarded_for=1.1.1.1, 2.2.2.2 user=~ time=t status=200",
        ),
        ("$remote_user [$time_local] $status", "a [b [t] 200", "user=a [b time=t status=200"),
        ("$request $http_x", "GET / HTTP/1.1 a b", "method=GET path=/ protocol=HTTP/1.1 x=a b"),
        (
            "$request $status",
            "GET /a b HTTP/1.1 200",
            "method=~ path=GET /a b HTTP/1.1 protocol=~ status=200",
        ),
        ("%r %>s", "- 408", "method=~ path=~ protocol=~ status=408"),
        ("$a $status", "1 \"2", "1:3: a quote in $status"),
        ("$a $status $b", "1 \\\"2 3", "a=1 status=\\\"2 b=3"),
        ("$a [$time_local] $b", "1 [t] x[1/May/2015:", "1:8: another line begins before this one ended"),
        ("$status $b", "200 ", "status=200 b=~"),
        ("\"$request\" $status", "\"GET / HTTP/1.1\" 200", "method=GET path=/ protocol=HTTP/1.1 status=200"),
        ("$x \"$request\"", "1 \"GET \\\"x\\\" H", "x=1 method=GET path=\"x\" protocol=H"),
        ("$remote_addr - $remote_user [$msec]", "::1 - - [1.5]", "ip=::1 ident=~ user=~ time=1.5"),
        ("$status $status $http_x", "1 2 \"\"", "status=1 status_2=2 x="),
        ("%h %t %{X-A}o %%", "h [t] - %", "ip=h time=t x_a=~"),
        (
            "[%{%F}t %{%T}t.%{msec_frac}t] %m %U%q",
            "[2024-01-01 10:00:00.123] GET /a?b",
            "time=2024-01-01 10:00:00.123 method=GET path=/a?b",
        ),
        ("%!200,304{Referer}i %>s %<s", "- 1 2", "referer=~ status=1 status_2=2"),
        ("${scheme}://$host$uri", "", ""),
        ("$a \"$b\" $c", "1 \"2\" \"3\" 4", "a=1 b=2 c=\"3\" 4"),
        ("$a \"$b\" $c\"", "1 \"2\"x\" 4\"", "1:5: expected '\" ' after $b"),
        ("x$a,$b", "y", "1:1: expected 'x' at the beginning"),
        ("$a,$b", "y", "1:1: expected ',' after $a"),
        ("\"$a\",$b", "\"y", "1:2: the quote of $a does not close"),
        ("$a \"$b\"", "1 \"2\" 3", "1:6: text after $b, where --log-format ends"),
        (
            "$uri$is_args$args $upstream_response_time",
            "/a?b 0.003, 0.004 : 0.002",
            "path=/a?b upstream_response_time=0.003, 0.004 : 0.002",
        ),
    ] {
        if Template::parse(log_format).is_ok() {
            assert_eq!(fields(log_format, line), expected, "{log_format}");
        }
    }
}

#[test]
fn formats_that_cannot_serve() {
    for (given, reason, range) in [
        ("$a$b", "nothing between $a and $b says where one ends", 2..4),
        ("'$a' '$b'", "nothing between $a and $b says where one ends", 6..8),
        ("${scheme}://$host$uri", "nothing between $host and $uri says where one ends", 17..21),
        ("%h%>s", "nothing between %h and %>s says where one ends", 2..5),
        ("plain", "a format without variables", 0..5),
        ("100%%", "a format without variables", 0..5),
        ("%h %Z", "unknown directive %Z", 3..5),
        ("'%h \\\"%d\\\"'", "unknown directive %d", 6..8),
        ("%h %", "a % without a directive", 3..4),
        ("%{Referer", "a brace that does not close", 1..2),
        ("$a $ $b", "a $ without the name of a variable", 3..4),
        ("$a ${b", "a brace that does not close", 4..5),
        ("$a ${}", "a $ without the name of a variable", 3..4),
        ("vhost_combined", "vhost_combined is a name in the server's configuration", 0..14),
        ("access_log /var/a.log main;", "access_log names a log format and does not say what it is", 0..27),
        ("CustomLog a.log common", "CustomLog names a log format and does not say what it is", 16..22),
        ("TransferLog a.log", "TransferLog names a file", 0..17),
        ("log_format main;", "log_format without the string of the format", 0..16),
        ("ErrorLogFormat \"x\"", "ErrorLogFormat is for error logs", 0..18),
        ("[%{u}t] [%-m:%l] %M", "unknown directive %-m", 9..12),
        ("%t %M", "unknown directive %M", 3..5),
    ] {
        let refusal = Template::parse(given).err().map(|refusal| (refusal.reason, refusal.range));
        assert_eq!(refusal, Some((reason.to_owned(), range)), "{given}");
    }
}

#[test]
fn many_fields_are_refused() {
    let format = |count: usize| vec!["$a"; count].join(" ");
    assert_eq!(Template::parse(&format(MOST)).unwrap().names.last().unwrap(), "a_64");
    assert!(Template::parse(&format(MOST + 1)).is_err());
}

/// Each of these formats is that of `combined`.
const COMBINED: &[&str] = &[
    "combined",
    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    r#"'$remote_addr - $remote_user [$time_local] "$request" '
       '$status $body_bytes_sent "$http_referer" ' '"$http_user_agent"';"#,
    r#"log_format combined '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';"#,
    r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#,
    r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" combined"#,
];

/// A line like those of `combined`, often damaged.
fn line() -> impl Strategy<Value = String> {
    let word = "[a-z0-9.:]{1,6}|-|::1|\"\"";
    let quoted = r#"([a-z /.(;\[\]]|\\"|\\\\|\\x41|\\x){0,8}|-|"#;
    let request = r"GET /[a-z?=]{0,4} HTTP/1\.1|[a-z ]{0,6}|-|";
    let end = r#"" {0,2}|"|"|"|\\||x"#;
    (word, word, r"[0-9/A-Za-z:+ ]{1,8}", request, "[0-9]{1,3}|-", "[0-9]{1,4}|-", quoted, (quoted, end))
        .prop_map(|(ip, user, time, request, status, bytes, referer, (agent, end))| {
            format!("{ip} - {user} [{time}] \"{request}\" {status} {bytes} \"{referer}\" \"{agent}{end}")
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_format_that_is_combined_gives_its_records(line in line()) {
        let expected = all(&access::combined::FORMAT, None, &line);
        let is_record = expected.iter().all(|record| record.starts_with("ip=") && !record.contains(" extra="));
        for log_format in COMBINED {
            let found = all(&access::FORMAT, Some(log_format), &line);
            match is_record {
                true => prop_assert_eq!(&found, &expected, "{}", log_format),
                false => prop_assert!(found.iter().all(|reject| reject.starts_with("1:")), "{:?}", found),
            }
        }
    }

    /// Reading from the left gives what the regex gives, and never fits where that does not.
    #[test]
    fn the_regex_agrees(
        choice in 0..3_usize,
        parts in prop::collection::vec(r#" |" "|a| \[|\] "|"|b,|, | : |:|"#, 1..6),
        lines in prop::collection::vec(r#"([ab,"\\ \[\]:0]|" "| \[|\] "|, | : |HTTP/1){0,14}"#, 1..8),
    ) {
        let names = [
            ["$x", "$status", "$z", "$request", "$uri"],
            ["$upstream_addr", "$server_port", "$remote_user", "$upstream_status", "$time_local"],
            ["$time_local", "$x", "$upstream_addr", "$remote_addr", "$request"],
        ];
        let names = names[choice];
        let format: String = parts.iter().zip(names).map(|(text, name)| format!("{name}{text}")).collect();
        let Ok(template) = Template::parse(&format!("{}{format}", parts[0])) else { return Ok(()) };
        for line in lines {
            let (mut fast, mut slow) = ([(0, 0); MOST], [(0, 0); MOST]);
            let count = template.slots.len();
            if template.left_to_right(line.as_bytes(), &mut fast).is_ok() {
                prop_assert!(template.by_regex(line.as_bytes(), &mut slow), "{} {:?}", format, line);
                prop_assert_eq!(&fast[..count], &slow[..count], "{} {:?}", format, line);
            }
        }
    }

    /// Any line: no panic, and it is a record or a reject.
    #[test]
    fn every_line_is_accounted_for(lines in prop::collection::vec(r#"([a-z0-9\-\[\]"\\ ]|\PC){1,30}"#, 1..6)) {
        let filled = lines.len();
        prop_assert_eq!(all(&access::FORMAT, Some("main"), &lines.join("\n")).len(), filled);
        prop_assert_eq!(all(&access::FORMAT, Some("$a \"$b\" $c"), &lines.join("\n")).len(), filled);
    }
}

/// Variables with the same text between them, on lines with much of it: the work is that of the regex, once a line.
#[test]
fn lines_made_to_be_slow_are_read() {
    let log_format = "$a $b $c $d $e $f $g $h $i $j]";
    let line = format!("{}]x", " ".repeat(200_000));
    assert!(fields(log_format, &format!("x{}", &line[..900])).contains("expected"));
    let template = Template::parse(log_format).unwrap();
    let mut found = [(0, 0); MOST];
    assert!(!template.by_regex(line.as_bytes(), &mut found));
    assert!(template.by_regex(&line.as_bytes()[..line.len() - 1], &mut found));
}
