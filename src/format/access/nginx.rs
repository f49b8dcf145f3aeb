//! Variables of nginx and the fields that they are.

/// Those that are fields of `combined`, or part of one; sorted. Any other is a field of its own name, without `http_`.
const FIELDS: &[(&str, &str)] = &[
    ("body_bytes_sent", "bytes"),
    ("document_uri", "path"),
    ("http_referer", "referer"),
    ("http_user_agent", "agent"),
    ("ident", "ident"),
    ("msec", "time"),
    ("remote_addr", "ip"),
    ("remote_user", "user"),
    ("request", "request"),
    ("request_method", "method"),
    ("request_uri", "path"),
    ("server_protocol", "protocol"),
    ("time_iso8601", "time"),
    ("time_local", "time"),
    ("uri", "path"),
];

/// The field of a variable; `request` is three of them.
pub(super) fn field(name: &str) -> &str {
    let name = match FIELDS.binary_search_by_key(&name, |(known, _)| known) {
        Ok(at) => FIELDS.get(at).map_or(name, |(_, field)| field),
        Err(_) => name,
    };
    name.strip_prefix("http_").filter(|rest| !rest.is_empty()).unwrap_or(name)
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
            assert_eq!(field(name), expected);
        }
    }
}
