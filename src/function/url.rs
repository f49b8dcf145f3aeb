//! `url`: a URL taken apart.

use bstr::ByteSlice;

use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::function::argument::text;
use crate::value::json::write_string;

pub(super) static URL: FunctionDef = FunctionDef {
    name: "url",
    usage: "url(text)",
    family: Family::Network,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: url,
    doc: Doc {
        summary: "the parts of a URL, as an object",
        text: "Gives `scheme`, `user`, `host`, `port`, `path`, `query` and `fragment`, as RFC 3986 splits \
               them, in this order. A part that is absent is null, but for `path`, which may be empty; a query \
               or fragment that is there but empty is empty text. `url(referer).host` asks for one part.\n\n\
               Any text can be split, also a path alone (`/a?b=c`), and nothing is changed: no case, no \
               percent-encoding, no default port. `user` holds the password too; an IPv6 host comes without \
               its brackets; `port` is a number, and what is no port stays with the host. Text in front of a \
               colon is a scheme, so that `localhost:8080` has the path 8080: write `url(\"//\" ++ x)` for a \
               host without scheme.",
        examples: &[
            Example {
                command: "--from ndjson project 'u = url(x)'",
                input: "{\"x\":\"https://ada@example.org:8443/a/b?q=1#top\"}\n{\"x\":\"/a?b=c\"}\n",
                output: "{\"u\":{\"scheme\":\"https\",\"user\":\"ada\",\"host\":\"example.org\",\"port\":8443,\
                         \"path\":\"/a/b\",\"query\":\"q=1\",\"fragment\":\"top\"}}\n\
                         {\"u\":{\"scheme\":null,\"user\":null,\"host\":null,\"port\":null,\
                         \"path\":\"/a\",\"query\":\"b=c\",\"fragment\":null}}\n",
            },
            Example {
                command: "--from ndjson filter 'url(referer).host == \"example.org\"'",
                input: "{\"referer\":\"http://example.org/a\"}\n{\"referer\":\"-\"}\n{\"referer\":\"http://example.net/\"}\n",
                output: "{\"referer\":\"http://example.org/a\"}\n",
            },
        ],
    },
};

/// What RFC 3986, appendix B splits a reference into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Parts<'a> {
    scheme: Option<&'a [u8]>,
    authority: Option<&'a [u8]>,
    path: &'a [u8],
    query: Option<&'a [u8]>,
    fragment: Option<&'a [u8]>,
}

/// The parts of an authority.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Authority<'a> {
    user: Option<&'a [u8]>,
    host: &'a [u8],
    port: Option<u16>,
}

fn url(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        let parts = Parts::of(text(value)?);
        slot.object_with(|out| parts.write(out));
        Ok(())
    });
}

impl<'a> Parts<'a> {
    fn of(text: &'a [u8]) -> Self {
        let (rest, fragment) = cut_behind(text, b'#');
        let (rest, query) = cut_behind(rest, b'?');
        let (scheme, rest) = match rest.find_byte(b':').map(|at| rest.split_at(at)) {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest.get(1..).unwrap_or(&[])),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix(b"//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find_byte(b'/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Self { scheme, authority, path, query, fragment }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let authority = self.authority.map(Authority::of);
        out.extend_from_slice(b"{\"scheme\":");
        write_part(self.scheme, out);
        out.extend_from_slice(b",\"user\":");
        write_part(authority.and_then(|authority| authority.user), out);
        out.extend_from_slice(b",\"host\":");
        write_part(authority.map(|authority| authority.host), out);
        out.extend_from_slice(b",\"port\":");
        match authority.and_then(|authority| authority.port) {
            Some(port) => out.extend_from_slice(itoa::Buffer::new().format(port).as_bytes()),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"path\":");
        write_part(Some(self.path), out);
        out.extend_from_slice(b",\"query\":");
        write_part(self.query, out);
        out.extend_from_slice(b",\"fragment\":");
        write_part(self.fragment, out);
        out.push(b'}');
    }
}

impl<'a> Authority<'a> {
    /// The user ends at the last `@`, as browsers see it: what stands in front of an earlier one may pretend
    /// to be the host.
    fn of(text: &'a [u8]) -> Self {
        let (user, rest) = match text.rfind_byte(b'@') {
            Some(at) => (text.get(..at), text.get(at + 1..).unwrap_or(&[])),
            None => (None, text),
        };
        let (host, port) = match rest.rfind_byte(b':').map(|at| rest.split_at(at)) {
            Some((host, b":")) => (host, None),
            Some((host, port)) => match port.get(1..).and_then(read_port) {
                // The colons of an address without brackets are no port's.
                Some(port) if !host.contains(&b':') || host.ends_with(b"]") => (host, Some(port)),
                _ => (rest, None),
            },
            None => (rest, None),
        };
        let bare = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
        Self { user, host: bare.unwrap_or(host), port }
    }
}

/// A text in front of a sign and, if it is there, what stands behind it.
fn cut_behind(text: &[u8], sign: u8) -> (&[u8], Option<&[u8]>) {
    match text.find_byte(sign) {
        Some(at) => (text.get(..at).unwrap_or(text), text.get(at + 1..)),
        None => (text, None),
    }
}

fn is_scheme(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
}

fn read_port(text: &[u8]) -> Option<u16> {
    let digits = text.iter().all(u8::is_ascii_digit).then_some(text)?;
    digits.to_str().ok()?.parse().ok()
}

fn write_part(part: Option<&[u8]>, out: &mut Vec<u8>) {
    match part {
        Some(part) => write_string(part, out),
        None => out.extend_from_slice(b"null"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;
    use crate::function::tests::check;

    /// What is not null of the parts of a URL.
    fn told(url: &str) -> String {
        let mut out = Vec::new();
        Parts::of(url.as_bytes()).write(&mut out);
        let parts: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let known = parts.as_object().unwrap().iter().filter(|(_, part)| !part.is_null());
        known.map(|(name, part)| format!("{name}={part}")).collect::<Vec<_>>().join(" ").replace('"', "'")
    }

    #[test]
    fn parts_of_urls() {
        for (url, expected) in [
            (
                "http://u:p@h.example:8080/p/a?q=1&r#f?g",
                "fragment='f?g' host='h.example' path='/p/a' port=8080 query='q=1&r' scheme='http' user='u:p'",
            ),
            ("", "path=''"),
            ("-", "path='-'"),
            ("/a?b=c", "path='/a' query='b=c'"),
            ("?#", "fragment='' path='' query=''"),
            ("//h", "host='h' path=''"),
            ("http:///p", "host='' path='/p' scheme='http'"),
            ("http://[2001:db8::1]:443/", "host='2001:db8::1' path='/' port=443 scheme='http'"),
            ("http://[::1]", "host='::1' path='' scheme='http'"),
            ("http://::1/", "host='::1' path='/' scheme='http'"),
            ("http://h:/", "host='h' path='/' scheme='http'"),
            ("http://h:x/", "host='h:x' path='/' scheme='http'"),
            ("http://h:65536/", "host='h:65536' path='/' scheme='http'"),
            ("http://h:0080/", "host='h' path='/' port=80 scheme='http'"),
            (
                "http://bank.example@evil.example@h/",
                "host='h' path='/' scheme='http' user='bank.example@evil.example'",
            ),
            ("mailto:ada@example.org", "path='ada@example.org' scheme='mailto'"),
            ("localhost:8080", "path='8080' scheme='localhost'"),
            ("1a:b", "path='1a:b'"),
            ("/a:b", "path='/a:b'"),
            ("HTTP://H/%7Ea", "host='H' path='/%7Ea' scheme='HTTP'"),
        ] {
            assert_eq!(told(url), expected, "{url}");
        }
    }

    #[test]
    fn as_a_function() {
        let empty = r#"{"scheme":null,"user":null,"host":null,"port":null,"path":"a\"b","query":null,"fragment":null}"#;
        check(&[
            ("url('a\"b')", empty),
            ("url(`a\"b`)", empty),
            ("url(null)", "null"),
            ("url(7)", "!not text (see text(x)): 7"),
        ]);
    }

    proptest! {
        /// RFC 3986, appendix B, with the characters that a scheme may have.
        #[test]
        fn parts_are_those_of_the_rfc(url in "([a-z]{0,2}[:/?#@\\[]?){0,9}") {
            let appendix = r"(?s)^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$";
            let groups = Regex::new(appendix).unwrap().captures(&url).unwrap();
            let group = |at: usize| groups.get(at).map(|part| part.as_str().as_bytes());
            let expected = Parts {
                scheme: group(1),
                authority: group(2),
                path: group(3).unwrap(),
                query: group(4),
                fragment: group(5),
            };
            prop_assert_eq!(Parts::of(url.as_bytes()), expected);
        }
    }
}
