//! Functions and aggregates of other languages, and what computes the same here.

use super::aggregates::parse_aggregate;
use super::{Ast, parse_expression};

/// Functions by their names elsewhere, in lower case: what is written here, where `{}` is all arguments, and `{1}`
/// and `{2}` are the first two.
const FUNCTIONS: &[(&[&str], &str)] = &[
    (
        &["strlen", "len", "char_length", "character_length", "size", "array_length", "cardinality"],
        "length({})",
    ),
    (&["isnull", "is_null", "isna", "is_empty", "isempty", "is_absent", "is_none"], "{1} is null"),
    (
        &["notnull", "not_null", "isnotnull", "is_not_null", "notna", "exists", "is_present"],
        "{1} is not null",
    ),
    (&["ifelse", "if_else", "iff", "iif", "cond"], "if({})"),
    (&["lcase", "tolower", "tolowercase", "to_lower", "downcase", "ascii_downcase"], "lower({})"),
    (&["ucase", "toupper", "touppercase", "to_upper", "upcase", "ascii_upcase"], "upper({})"),
    (&["nvl", "ifnull", "fillna", "fill_null", "default"], "coalesce({})"),
    (
        &["tonumber", "to_number", "int", "integer", "float", "double", "decimal", "parseint", "toint"],
        "number({})",
    ),
    (&["tostring", "to_string", "str", "string", "to_text"], "text({})"),
    (
        &[
            "todatetime",
            "to_timestamp",
            "to_datetime",
            "strptime",
            "timestamp",
            "datetime",
            "sec2gmt",
            "parse_time",
        ],
        "time({})",
    ),
    (&["strftime", "date_format", "to_char", "formatdate", "dateformat"], "format_time({})"),
    (
        &["regexp_matches", "regexp_like", "regex_match", "rlike", "matches", "match", "test", "re_match"],
        "{1} =~ {2}",
    ),
    (&["like", "ilike", "includes", "strpos", "instr", "str_contains", "strcontains"], "contains({})"),
    (&["gsub", "sub", "regexp_replace", "re_replace"], "regex_replace({})"),
    (&["regexp_extract", "regexp_substr", "re_extract"], "regex_extract({})"),
    (&["startswith", "hasprefix", "has_prefix", "prefix"], "starts_with({})"),
    (&["endswith", "hassuffix", "has_suffix", "suffix"], "ends_with({})"),
    (&["ceiling", "roundup"], "ceil({})"),
    (&["log", "loge"], "ln({})"),
    (&["power"], "pow({})"),
    (&["typeof", "type", "pg_typeof", "asserting_type"], "type_of({})"),
    (&["strip", "clean_whitespace", "lstrip", "rstrip"], "trim({})"),
    (&["fromjson", "from_json", "parse_json", "json_parse", "json_decode"], "json({})"),
    (&["unix_timestamp", "to_unixtime", "mktime", "strptime_epoch", "toepoch"], "epoch({})"),
    (&["dayofweek", "dow", "day_of_week"], "weekday({})"),
    (&["dayofmonth", "day_of_month"], "day({})"),
    (&["sprintf", "printf", "strfmt"], "format({})"),
    (&["splitax", "split_part", "string_split", "str_split"], "split({})"),
    (&["sha2", "sha2_256"], "sha256({})"),
];

/// Aggregates in the same way.
const AGGREGATES: &[(&[&str], &str)] = &[
    (&["mean", "average"], "avg({})"),
    (
        &[
            "nunique",
            "countdistinct",
            "count_distinct",
            "distinct_count",
            "approx_distinct",
            "approx_count_distinct",
            "n_distinct",
            "unique",
            "uniq",
            "dc",
        ],
        "distinct({})",
    ),
    (&["mode", "most_common", "antimode"], "frequent({1}, 1)"),
    (&["topk", "top_k", "approx_top_k"], "frequent({})"),
    (&["stdev", "std", "stddev_samp", "stddev_pop", "sd"], "stddev({})"),
    (&["var", "var_samp", "var_pop"], "variance({})"),
    (&["total", "add"], "sum({})"),
    (&["n", "rows", "count_all"], "count()"),
    (&["countif", "count_where", "countwhere"], "count_if({})"),
    (&["earliest", "any_value", "any"], "first({1})"),
    (&["latest"], "last({1})"),
    (&["maximum"], "max({})"),
    (&["minimum"], "min({})"),
    (&["list", "array_agg", "collect_list", "group_concat", "string_agg", "groupconcat"], "collect({1})"),
    (&["argmax", "max_by"], "arg_max({})"),
    (&["argmin", "min_by"], "arg_min({})"),
    (&["percentile", "pct", "quantiles", "percentile_cont", "approx_percentile"], "p{2}({1})"),
    (&["p0"], "min({})"),
    (&["p100"], "max({})"),
];

/// What to write for a call of a function that another language has; `args` are its arguments in `spec`.
pub(super) fn function(name: &str, args: &[Ast], spec: &str) -> Option<String> {
    let written = written(FUNCTIONS, name, &texts(args, spec))?;
    parse_expression(&written).is_ok().then(|| format!("write {written}"))
}

/// What to write for a call of an aggregate that another language has, or for that of one of its functions.
pub fn called_elsewhere(name: &str, args: &[Ast], spec: &str) -> Option<String> {
    let written = written(AGGREGATES, name, &texts(args, spec))?;
    parse_aggregate(&written).is_ok().then(|| format!("write {written}"))
}

fn texts<'a>(args: &[Ast], spec: &'a str) -> Vec<&'a str> {
    args.iter().map(|arg| spec.get(arg.place.clone()).unwrap_or("")).collect()
}

/// The call here of a function or an aggregate of another language.
pub(super) fn call(name: &str, args: &[&str]) -> Option<String> {
    written(AGGREGATES, name, args).or_else(|| written(FUNCTIONS, name, args))
}

/// Whether another language has an aggregate of this name, in lower case.
pub(super) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.iter().any(|(names, _)| names.contains(&name))
}

/// The name of the function or aggregate here of one that another language has; `expressions` if an operator does it.
pub fn named_here(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let row = FUNCTIONS.iter().chain(AGGREGATES).find(|(names, _)| names.contains(&lower.as_str()));
    let (_, here) = row?;
    Some(match here.split_once('(') {
        Some((name, _)) if !name.contains('{') => name,
        Some(_) => "quantile",
        None => "expressions",
    })
}

fn written(rows: &[(&[&str], &str)], name: &str, args: &[&str]) -> Option<String> {
    let lower = name.to_lowercase();
    let (_, here) = rows.iter().find(|(names, _)| names.contains(&lower.as_str()))?;
    let first = args.first().copied().unwrap_or("");
    let second = args.get(1).copied().unwrap_or("");
    if here.contains("{1}") && first.is_empty() || here.contains("{2}") && second.is_empty() {
        return None;
    }
    Some(here.replace("{2}", second).replace("{1}", first).replace("{}", &args.join(", ")))
}
