//! Why a record has no event time, and what would read it.

use std::borrow::Cow;

use crate::record::{ColumnRef, Env, FieldValue};
use crate::time::{NotATime, Proposal, Stated, TimeReader, propose, zones_by_clock};
use crate::value::Value;

/// That a field is absent or null: of a path into what the chain made the user may not see which field is meant.
pub(super) fn absent(column: Option<ColumnRef>, env: &Env) -> Cow<'static, str> {
    let is_made = matches!(column, Some(ColumnRef::Made(_)));
    match env.time.as_ref().filter(|path| is_made && !path.is_single()) {
        Some(path) => {
            let shown = crate::error::shown(&path.to_string());
            Cow::Owned(format!("no event time: the field \"{shown}\" is absent or null"))
        }
        None => Cow::Borrowed("no event time: the field is absent or null"),
    }
}

/// The reason why something is not a time, and the options that would read it, if its shape tells them.
fn advised(reason: NotATime, spelled: &[u8], env: &Env) -> String {
    if reason == NotATime::UnknownZone {
        return match zones_by_clock(spelled) {
            Some((name, zones)) => {
                format!("{} (--tz {zones}, or the zone that uses {name})", reason.reason())
            }
            None => reason.to_string(),
        };
    }
    if !matches!(reason, NotATime::Malformed | NotATime::Unformatted | NotATime::UnknownUnit) {
        return reason.to_string();
    }
    let adds = reason == NotATime::Unformatted;
    if adds && TimeReader::new(env.zone.clone()).read(spelled).is_ok() {
        return format!("{} (add --time-format auto)", reason.reason());
    }
    match propose(spelled, &env.zone) {
        Ok(Proposal { formats, zone }) => {
            let lacks_year = |format: &String| Stated::parse(format).is_ok_and(|stated| stated.is_yearless());
            let year =
                if env.times.year().is_none() && formats.iter().any(lacks_year) { " --year now" } else { "" };
            let zone = zone.map_or(String::new(), |zone| format!(" --tz {zone}"));
            let add = if adds { "add " } else { "" };
            format!("{} ({add}--time-format '{}'{year}{zone})", reason.reason(), formats.join("', or '"))
        }
        Err(graver) if reason == NotATime::Malformed => graver.to_string(),
        Err(_) => reason.to_string(),
    }
}

/// Why a field is not a time.
pub(super) fn why(field: FieldValue<'_>, env: &Env) -> String {
    let mut buffer = Vec::new();
    let value = field.value(&mut buffer).plain();
    let mut spelled = Vec::new();
    let outcome = match value {
        Value::Text(text) | Value::Untyped(text) => {
            spelled.extend_from_slice(text);
            env.times.read(text)
        }
        Value::Number(number) => {
            number.write(&mut spelled);
            env.times.read_epoch(&spelled)
        }
        Value::Spelled(text) => {
            spelled.extend_from_slice(text);
            env.times.read_epoch(text)
        }
        other => return format!("no event time: {} is not a time", other.type_name()),
    };
    let shown = crate::error::shown_bytes(&spelled);
    match outcome {
        Err(reason) => format!("no event time: {}: \"{shown}\"", advised(reason, &spelled, env)),
        Ok(_) if env.times.is_ten_digits(&spelled) => {
            format!("no event time: {}: \"{shown}\"", NotATime::HourDigits)
        }
        Ok(_) => format!("no event time: \"{shown}\""),
    }
}
