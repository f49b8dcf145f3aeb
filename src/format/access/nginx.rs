//! Variables of nginx and the fields that they are.

use super::shape::Shape;

/// Variables that nginx has, the fields that they are, and what they hold; sorted.
const FIELDS: &[(&str, &str, Shape)] = &[
    ("args", "args", Shape::Free),
    ("body_bytes_sent", "bytes", Shape::Atom),
    ("bytes", "bytes", Shape::Atom),
    ("bytes_received", "bytes_received", Shape::Atom),
    ("bytes_sent", "bytes_sent", Shape::Atom),
    ("connection", "connection", Shape::Atom),
    ("connection_requests", "connection_requests", Shape::Atom),
    ("connection_time", "connection_time", Shape::Atom),
    ("content_length", "content_length", Shape::Atom),
    ("content_type", "content_type", Shape::Free),
    ("document_root", "document_root", Shape::Free),
    ("document_uri", "path", Shape::Free),
    ("gzip_ratio", "gzip_ratio", Shape::Atom),
    ("host", "host", Shape::Word),
    ("hostname", "hostname", Shape::Word),
    ("http_host", "host", Shape::Word),
    ("http_referer", "referer", Shape::Free),
    ("http_user_agent", "agent", Shape::Free),
    ("https", "https", Shape::Word),
    ("ident", "ident", Shape::Word),
    ("ip", "ip", Shape::Address),
    ("limit_conn_status", "limit_conn_status", Shape::Word),
    ("limit_req_status", "limit_req_status", Shape::Word),
    ("msec", "time", Shape::Free),
    ("pid", "pid", Shape::Atom),
    ("pipe", "pipe", Shape::Word),
    ("proxy_add_x_forwarded_for", "proxy_add_x_forwarded_for", Shape::Free),
    ("proxy_host", "proxy_host", Shape::Word),
    ("proxy_port", "proxy_port", Shape::Digits),
    ("proxy_protocol_addr", "proxy_protocol_addr", Shape::Address),
    ("proxy_protocol_port", "proxy_protocol_port", Shape::Digits),
    ("proxy_protocol_server_addr", "proxy_protocol_server_addr", Shape::Address),
    ("proxy_protocol_server_port", "proxy_protocol_server_port", Shape::Digits),
    ("query_string", "query_string", Shape::Free),
    ("realip_remote_addr", "realip_remote_addr", Shape::Address),
    ("realip_remote_port", "realip_remote_port", Shape::Digits),
    ("realpath_root", "realpath_root", Shape::Free),
    ("remote_addr", "ip", Shape::Address),
    ("remote_port", "remote_port", Shape::Digits),
    ("remote_user", "user", Shape::Free),
    ("request", "request", Shape::Request),
    ("request_body", "request_body", Shape::Free),
    ("request_completion", "request_completion", Shape::Word),
    ("request_filename", "request_filename", Shape::Free),
    ("request_id", "request_id", Shape::Word),
    ("request_length", "request_length", Shape::Atom),
    ("request_method", "method", Shape::Word),
    ("request_time", "request_time", Shape::Atom),
    ("request_uri", "path", Shape::Free),
    ("scheme", "scheme", Shape::Word),
    ("server_addr", "server_addr", Shape::Address),
    ("server_name", "server_name", Shape::Word),
    ("server_port", "server_port", Shape::Digits),
    ("server_protocol", "protocol", Shape::Word),
    ("session_time", "session_time", Shape::Atom),
    ("ssl_cipher", "ssl_cipher", Shape::Word),
    ("ssl_client_fingerprint", "ssl_client_fingerprint", Shape::Word),
    ("ssl_client_i_dn", "ssl_client_i_dn", Shape::Free),
    ("ssl_client_s_dn", "ssl_client_s_dn", Shape::Free),
    ("ssl_client_serial", "ssl_client_serial", Shape::Word),
    ("ssl_client_v_end", "ssl_client_v_end", Shape::Free),
    ("ssl_client_v_remain", "ssl_client_v_remain", Shape::Atom),
    ("ssl_client_v_start", "ssl_client_v_start", Shape::Free),
    ("ssl_client_verify", "ssl_client_verify", Shape::Free),
    ("ssl_protocol", "ssl_protocol", Shape::Word),
    ("ssl_server_name", "ssl_server_name", Shape::Word),
    ("ssl_session_id", "ssl_session_id", Shape::Word),
    ("ssl_session_reused", "ssl_session_reused", Shape::Word),
    ("status", "status", Shape::Atom),
    ("time_iso8601", "time", Shape::Free),
    ("time_local", "time", Shape::Free),
    ("upstream_addr", "upstream_addr", Shape::List),
    ("upstream_bytes_received", "upstream_bytes_received", Shape::List),
    ("upstream_bytes_sent", "upstream_bytes_sent", Shape::List),
    ("upstream_cache_status", "upstream_cache_status", Shape::Word),
    ("upstream_connect_time", "upstream_connect_time", Shape::List),
    ("upstream_first_byte_time", "upstream_first_byte_time", Shape::List),
    ("upstream_header_time", "upstream_header_time", Shape::List),
    ("upstream_queue_time", "upstream_queue_time", Shape::List),
    ("upstream_response_length", "upstream_response_length", Shape::List),
    ("upstream_response_time", "upstream_response_time", Shape::List),
    ("upstream_session_time", "upstream_session_time", Shape::List),
    ("upstream_status", "upstream_status", Shape::List),
    ("uri", "path", Shape::Free),
];

/// How the names of variables begin that hold what a client or another server sent, and cities and the like.
const FREE: &[&str] = &[
    "arg_",
    "cookie_",
    "geoip_",
    "http_",
    "sent_http_",
    "sent_trailer_",
    "upstream_cookie_",
    "upstream_http_",
    "upstream_trailer_",
];

/// What the variables of time write, as `strftime` spells it.
pub(super) fn time(name: &str) -> Option<&'static str> {
    match name {
        "msec" => Some("%s.%N"),
        "time_iso8601" => Some("%Y-%m-%dT%H:%M:%S+%z:%z"),
        "time_local" => Some("%d/%b/%Y:%H:%M:%S %z"),
        _ => None,
    }
}

/// The field of a variable, and what it holds; `request` is three of them. Any that nginx does not have is a field of its
/// own name: it may be the user's, for logs of another program.
pub(super) fn field(name: &str) -> (&str, Shape) {
    let known = FIELDS.binary_search_by_key(&name, |row| row.0).ok().and_then(|at| FIELDS.get(at));
    if let Some((_, field, shape)) = known {
        return (field, *shape);
    }
    let is_free = |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|rest| !rest.is_empty());
    let shape = if FREE.iter().any(is_free) { Shape::Free } else { Shape::Own };
    (name.strip_prefix("http_").filter(|rest| !rest.is_empty()).unwrap_or(name), shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_others_keep_their_names() {
        assert!(FIELDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, expected) in [
            ("remote_addr", "ip"),
            ("http_x_forwarded_for", "x_forwarded_for"),
            ("http_user_agent", "agent"),
            ("upstream_response_time", "upstream_response_time"),
            ("http_", "http_"),
            ("status", "status"),
            ("mine", "mine"),
        ] {
            assert_eq!(field(name).0, expected);
        }
        assert_eq!(field("mine").1, Shape::Own);
        assert_eq!(field("http_x").1, Shape::Free);
    }
}
