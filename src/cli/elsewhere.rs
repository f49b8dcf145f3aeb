//! What people type who come from another tool, and what does it here: one table of stages, one of options, one
//! of formats. What is made of the rows is in `foreign`.

/// A stage of other tools.
pub(super) struct StageRow {
    /// What it is called there, in lower case.
    pub(super) words: &'static [&'static str],
    /// What does it here, the likeliest first: the words of stages, with a [`Hole`] in them. The first one that can
    /// be read with what the user wrote is proposed.
    pub(super) with: &'static [&'static [&'static str]],
    /// What does it here where nothing was written after the word; nothing if it cannot be known.
    pub(super) alone: &'static [&'static str],
    /// What is said where no stage does it.
    pub(super) told: &'static str,
}

/// What a word of a row has for the user's own SPEC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hole {
    /// `{}`: any SPEC.
    Spec,
    /// `{?}`: a SPEC that is a condition.
    Condition,
    /// `{1}` and `{2}`: the two names of a SPEC, old and new.
    Names,
    /// `{"}`: a SPEC as a quoted text.
    Text,
}

impl Hole {
    /// All of them, with their spelling.
    pub(super) const ALL: [(Self, &'static str); 4] =
        [(Self::Condition, "{?}"), (Self::Names, "{1}"), (Self::Text, "{\"}"), (Self::Spec, "{}")];

    /// The words of a template with names in its holes.
    pub(super) fn named(template: &str) -> String {
        let names = [("{}", "SPEC"), ("{?}", "SPEC"), ("{\"}", "\"TEXT\""), ("{1}", "OLD"), ("{2}", "NEW")];
        names.iter().fold(template.to_owned(), |text, (mark, name)| text.replace(mark, name))
    }
}

const COUNT: &[&str] = &["aggregate", "count()"];
const COUNT_BY: &[&str] = &["aggregate", "count()", "--by", "{}"];
const FILTER: &[&str] = &["filter", "{}"];
const PROJECT: &[&str] = &["project", "{}"];
const CONTAINS: &[&str] = &["--from", "text", "filter", "contains(line, {\"})"];
const DISTINCT: &[&str] = &["aggregate", "distinct({})"];

/// Stages, commands and clauses of awk, sed, grep, coreutils, jq, Miller, xan, angle-grinder, SQL, pandas and Splunk.
pub(super) const STAGES: &[StageRow] = &[
    row(&["where", "awk", "having", "matching", "when", "query"], &[FILTER], &[]),
    row(
        &["grep", "rg", "ag", "ack", "egrep", "fgrep", "search", "find"],
        &[&["filter", "{?}"], CONTAINS],
        &[],
    ),
    row(
        &["grep -v"],
        &[&["filter", "not ({?})"], &["--from", "text", "filter", "not contains(line, {\"})"]],
        &[],
    ),
    row(
        &["grep -i"],
        &[&["filter", "{?}"], &["--from", "text", "filter", "contains(lower(line), lower({\"}))"]],
        &[],
    ),
    row(
        &["convert", "export", "to", "as", "into", "format"],
        &[&["--to", "{}", "filter", "true"]],
        &["--to", "ndjson", "filter", "true"],
    ),
    row(
        &["csv2json", "csvtojson", "csv2ndjson", "csvjson", "tojson", "to_json", "to-json"],
        &[&["--to", "ndjson", "filter", "{?}"]],
        &["--to", "ndjson", "filter", "true"],
    ),
    row(
        &["json2csv", "jsontocsv", "in2csv", "tocsv", "to_csv", "to-csv"],
        &[&["--to", "csv", "filter", "{?}"]],
        &["--to", "csv", "filter", "true"],
    ),
    row(&["version"], &[], &["--version"]),
    row(&["select", "keep", "only"], &[&["filter", "{?}"], &["aggregate", "{}"], PROJECT], &["project", "*"]),
    row(
        &[
            "cut", "reorder", "fields", "field", "columns", "column", "pluck", "pick", "get", "template",
            "table",
        ],
        &[PROJECT],
        &["project", "*"],
    ),
    row(&["cat", "pass", "all", "nothing", "print", "echo", "identity", "."], &[FILTER], &["filter", "true"]),
    row(&["head", "take", "first"], &[&["limit", "{}"]], &["limit", "10"]),
    row(&["count", "wc", "length", "len", "size", "nrow", "n"], &[COUNT_BY], COUNT),
    row(
        &[
            "group",
            "groupby",
            "group_by",
            "group-by",
            "by",
            "summarize",
            "summarise",
            "agg",
            "stats",
            "statistics",
        ],
        &[&["aggregate", "{}"], COUNT_BY],
        COUNT,
    ),
    row(
        &["stats1", "aggr", "rollup", "reduce", "aggregation", "summary", "describe"],
        &[&["aggregate", "{}"]],
        &[],
    ),
    row(
        &["uniq", "unique", "distinct", "unique_by", "drop_duplicates", "duplicates"],
        &[&["dedup", "{}"]],
        &[],
    ),
    row(&["nunique", "count_distinct", "countdistinct", "dc"], &[DISTINCT], &[]),
    row(
        &[
            "freq",
            "frequency",
            "frequencies",
            "value_counts",
            "count-distinct",
            "count_values",
            "histogram",
            "rare",
        ],
        &[&["aggregate", "n = count()", "--by", "{}", "then", "sort", "n desc"]],
        &[],
    ),
    row(
        &["order", "orderby", "order_by", "order-by", "sort_by", "sort_values", "arrange", "sortby"],
        &[&["sort", "{}"]],
        &[],
    ),
    row(&["rename", "renames"], &[&["project", "* except ({1}), {2} = {1}"]], &[]),
    row(
        &["drop", "del", "delete", "remove", "exclude", "without", "omit", "hide"],
        &[&["filter", "not ({?})"], &["project", "* except ({})"]],
        &[],
    ),
    row(
        &["map", "eval", "put", "mutate", "assign", "extend", "transform", "let", "set", "add", "with"],
        &[&["project", "*, {}"]],
        &[],
    ),
    row(&["unnest", "flatten", "nest", "mv-expand", "mvexpand", "flat_map"], &[&["explode", "{}"]], &[]),
    row(
        &["timeslice", "resample", "bucket", "bin", "tumble", "timechart"],
        &[&["window", "{}", "then", "aggregate", "count()"]],
        &[],
    ),
    row(&["shuf", "shuffle", "bootstrap", "tablesample"], &[&["sample", "{}"]], &[]),
    row(&["largest", "nlargest", "max_by", "topk"], &[&["top", "{}"]], &[]),
    row(&["sum"], &[&["aggregate", "sum({})"]], &[]),
    row(&["min"], &[&["aggregate", "min({})"]], &[]),
    row(&["max"], &[&["aggregate", "max({})"]], &[]),
    row(&["avg", "mean", "average"], &[&["aggregate", "avg({})"]], &[]),
    row(&["median"], &[&["aggregate", "median({})"]], &[]),
    StageRow {
        words: &["tail", "last"],
        with: &[],
        alone: &[],
        told: "no stage keeps the last records: tail -n 10 FILE before the pipe does; top 'EXPR' keeps the greatest",
    },
];

const fn row(
    words: &'static [&'static str],
    with: &'static [&'static [&'static str]],
    alone: &'static [&'static str],
) -> StageRow {
    StageRow { words, with, alone, told: "" }
}

/// What an option of other tools is here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OptionHere {
    /// These words in its place; `{}` is its value.
    Words(&'static [&'static str]),
    /// A stage of these words, before or after the others; `{}` is its value.
    Stage(&'static [&'static str]),
    /// These words at the end of the line, where files are; `{}` is its value.
    File(&'static [&'static str]),
    /// No words in its place, but this advice.
    Told(&'static str),
}

/// Options of other tools, with their dashes.
pub(super) const OPTIONS: &[(&[&str], OptionHere)] = {
    use OptionHere::{File, Stage, Told, Words};
    &[
        (&["--csv", "--icsv"], Words(&["--from", "csv"])),
        (&["--tsv", "--itsv"], Words(&["--from", "tsv"])),
        (&["--json", "--ijson"], Words(&["--from", "json"])),
        (&["--ndjson", "--jsonl", "--jsonlines", "--ijsonl"], Words(&["--from", "ndjson"])),
        (&["--logfmt", "--idkvp", "--dkvp"], Words(&["--from", "logfmt"])),
        (&["--combined", "--nginx", "--apache", "--accesslog"], Words(&["--from", "combined"])),
        (&["--syslog"], Words(&["--from", "syslog"])),
        (&["--ocsv"], Words(&["--to", "csv"])),
        (&["--otsv"], Words(&["--to", "tsv"])),
        (&["--ojson", "--ojsonl"], Words(&["--to", "ndjson"])),
        (&["--oxtab", "--opprint", "--pprint", "--pretty"], Words(&["--to", "table"])),
        (&["--omd"], Words(&["--to", "markdown"])),
        (&["--c2j", "--c2l"], Words(&["--from", "csv", "--to", "ndjson"])),
        (&["--c2t"], Words(&["--from", "csv", "--to", "tsv"])),
        (&["--c2p"], Words(&["--from", "csv", "--to", "table"])),
        (&["--c2m"], Words(&["--from", "csv", "--to", "markdown"])),
        (&["--t2j"], Words(&["--from", "tsv", "--to", "ndjson"])),
        (&["--t2c"], Words(&["--from", "tsv", "--to", "csv"])),
        (&["--j2c", "--l2c"], Words(&["--from", "json", "--to", "csv"])),
        (&["--j2p"], Words(&["--from", "json", "--to", "table"])),
        (&["--input-format", "--format", "--informat", "--input-type"], Words(&["--from", "{}"])),
        (&["--output-format", "--outformat", "--of"], Words(&["--to", "{}"])),
        (&["-F", "-d", "--sep", "--separator", "--ifs", "--fs", "--delim"], Words(&["--delimiter", "{}"])),
        (&["--ofs"], Words(&["--delimiter-out", "{}"])),
        (&["--group-by", "--groupby", "--group", "-g"], Words(&["--by", "{}"])),
        (&["--implicit-csv-header", "--no-headers", "--headerless", "--noheader"], Words(&["--no-header"])),
        (&["--timezone", "--time-zone"], Words(&["--tz", "{}"])),
        (&["--threads", "--parallel"], Words(&["--jobs", "{}"])),
        (&["--where", "--filter", "--grep", "--having"], Stage(&["filter", "{}"])),
        (&["--select", "--fields", "--columns", "--cut"], Stage(&["project", "{}"])),
        (&["--order-by", "--sort", "--sort-by"], Stage(&["sort", "{}"])),
        (&["--head", "--limit", "--first", "--lines", "-n"], Stage(&["limit", "{}"])),
        (&["-e", "--expr", "--expression"], Stage(&["filter", "{}"])),
        (&["-i", "--input", "--in", "--file", "--infile", "--input-file"], File(&["{}"])),
        (&["--out", "--outfile", "--output-file"], Words(&["--output", "{}"])),
        (&["--last"], Words(&["--since", "{}"])),
        (&["--start", "--begin", "--after", "--start-time"], Words(&["--since", "{}"])),
        (&["--end", "--stop", "--before", "--end-time"], Words(&["--until", "{}"])),
        (&["--count"], Stage(&["aggregate", "count()"])),
        // Each record is one line of the output, and text is written as it is.
        (&["--slurp", "--raw-output", "--compact-output", "-r", "-s", "-c", "-R", "--stream"], Words(&[])),
        (&["--in-place"], Told("write to a new file: -o FILE")),
    ]
};

/// Formats by the names of who writes them, and what they are called here.
pub(super) const FORMATS: &[(&[&str], &str)] = &[
    (&["nginx", "apache", "apache2", "httpd", "access_log", "accesslog", "ncsa", "caddy-clf"], "combined"),
    (&["clf", "common-log"], "common"),
    (
        &[
            "journald",
            "journalctl",
            "journal",
            "docker",
            "cloudtrail",
            "pino",
            "bunyan",
            "json-lines",
            "jsonlines",
        ],
        "ndjson",
    ),
    (&["iis", "cloudfront", "elf", "extended"], "w3c"),
    (&["bro", "zeek-tsv"], "zeek"),
    (&["rsyslog", "auth", "messages", "rfc3164", "rfc5424"], "syslog"),
    (&["heroku", "kv", "keyvalue", "key-value", "dkvp"], "logfmt"),
    (&["plain", "lines", "line", "txt", "log", "raw", "none"], "text"),
    (&["grok", "pattern"], "regex"),
    (&["pprint", "pretty", "xtab", "column"], "table"),
    (&["md"], "markdown"),
];

/// Other programs, whose name is before their own words.
pub(super) const PROGRAMS: &[&str] = &[
    "agrind", "awk", "csvtk", "duckdb", "gawk", "jq", "mlr", "qsv", "sqlite3", "tamis", "xan", "xsv", "zcat",
];

/// What joins the stages of other tools, where `then` is meant.
pub(super) const JOINERS: &[&str] =
    &["then", "and", "and-then", "|", "||", "&&", ",", ";", "|>", "->", "=>", "+", "--then"];

/// Clauses of SQL that are stages of their own here, and never a part of the SPEC before them.
pub(super) const CLAUSES: &[&str] = &["having", "order", "orderby", "order_by", "order-by"];

/// The stages, options and formats here of a word that another tool has for a stage, an option or a format.
pub(super) fn named_here(typed: &str) -> Vec<&'static str> {
    let word = typed.to_lowercase();
    let stages = STAGES.iter().filter(|row| row.words.contains(&word.as_str())).flat_map(|row| {
        let templates = row.with.iter().copied().chain([row.alone]);
        templates.flat_map(|template| template.split(|word| *word == "then").filter_map(<[_]>::first))
    });
    let options = OPTIONS.iter().filter(|(names, _)| names.iter().any(|name| is_option(name, typed)));
    let options = options.filter_map(|(_, here)| match here {
        OptionHere::Words(words) | OptionHere::Stage(words) => words.first(),
        OptionHere::Told(_) | OptionHere::File(_) => None,
    });
    let formats =
        FORMATS.iter().filter(|(names, _)| names.contains(&word.as_str())).map(|(_, format)| format);
    let mut found = Vec::new();
    for name in stages.chain(options).chain(formats) {
        let name = name.trim_start_matches('-');
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Whether another tool has a stage of this name, in lower case.
pub(super) fn is_stage_elsewhere(word: &str) -> bool {
    STAGES.iter().any(|row| row.words.contains(&word))
}

/// Whether a word is an option's name, with its dashes or without those of a long one.
fn is_option(name: &str, word: &str) -> bool {
    name == word || name.strip_prefix("--") == Some(word)
}

/// All words that lead somewhere: those of rows that tell only what to do have no name here.
#[cfg(test)]
pub(super) fn all_words() -> Vec<&'static str> {
    let stages = STAGES.iter().filter(|row| row.told.is_empty()).flat_map(|row| row.words);
    let options = OPTIONS.iter().filter(|(_, here)| match here {
        OptionHere::Words(words) | OptionHere::Stage(words) => !words.is_empty(),
        OptionHere::Told(_) | OptionHere::File(_) => false,
    });
    let options = options.flat_map(|(names, _)| *names);
    let formats = FORMATS.iter().flat_map(|(words, _)| *words);
    stages.chain(options).chain(formats).copied().collect()
}
