//! Variables of nginx and the fields that they are.

/// Those that are fields of `combined`, or part of one, and others of which it is known that nginx escapes quotes in
/// them; sorted. Any other is a field of its own name, without `http_`.
const FIELDS: &[(&str, &str)] = &[
    ("body_bytes_sent", "bytes"),
    ("bytes_sent", "bytes_sent"),
    ("document_uri", "path"),
    ("http_referer", "referer"),
    ("http_user_agent", "agent"),
    ("ident", "ident"),
    ("msec", "time"),
    ("remote_addr", "ip"),
    ("remote_user", "user"),
    ("request", "request"),
    ("request_length", "request_length"),
    ("request_method", "method"),
    ("request_time", "request_time"),
    ("request_uri", "path"),
    ("server_protocol", "protocol"),
    ("status", "status"),
    ("time_iso8601", "time"),
    ("time_local", "time"),
    ("upstream_addr", "upstream_addr"),
    ("upstream_connect_time", "upstream_connect_time"),
    ("upstream_header_time", "upstream_header_time"),
    ("upstream_response_time", "upstream_response_time"),
    ("uri", "path"),
];

/// The field of a variable, and whether it is known as one of nginx; `request` is three of them. The names of others may
/// be those of the user, for logs of another program.
pub(super) fn field(name: &str) -> (&str, bool) {
    if let Some((_, field)) =
        FIELDS.binary_search_by_key(&name, |(known, _)| known).ok().and_then(|at| FIELDS.get(at))
    {
        return (field, true);
    }
    match name.strip_prefix("http_").filter(|rest| !rest.is_empty()) {
        Some(header) => (header, true),
        None => (name, false),
    }
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
        ] {
            assert_eq!(field(name).0, expected);
        }
    }
}
