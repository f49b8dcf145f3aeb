//! The commands that users come with first, on small input like theirs. (The access log and the flights
//! stand in `windows` and `flights`.)

use crate::harness::{VARIANTS, run};

/// Runs a command in every way on stdin.
#[track_caller]
fn gives(words: &[&str], stdin: &str, out: &str) {
    for variant in VARIANTS {
        let ran = run(words, stdin.as_bytes(), *variant);
        assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{variant:?}");
        assert_eq!(ran.out(), out, "{variant:?}");
    }
}

const ACCESS: &str = r#"{"ts":"2024-03-01T10:00:01Z","path":"/","status":200,"latency_ms":12}
{"ts":"2024-03-01T10:00:02Z","path":"/api","status":503,"latency_ms":250.5}
{"ts":"2024-03-01T10:00:59Z","path":"/","status":500,"latency_ms":31}
{"ts":"2024-03-01T10:01:00Z","path":"/","status":200,"latency_ms":9}
"#;

#[test]
fn failed_requests() {
    gives(
        &["filter", "status >= 500", "then", "project", "ts, path, status"],
        ACCESS,
        "{\"ts\":\"2024-03-01T10:00:02Z\",\"path\":\"/api\",\"status\":503}\n\
         {\"ts\":\"2024-03-01T10:00:59Z\",\"path\":\"/\",\"status\":500}\n",
    );
}

#[test]
fn latency_per_minute_and_path() {
    let items = "count(), p99(latency_ms), errors = count_if(status >= 500)";
    let window = |minute: u8| {
        format!(
            "{{\"window_start\":\"2024-03-01T10:0{minute}:00Z\",\"window_end\":\"2024-03-01T10:0{}:00Z\"",
            minute + 1
        )
    };
    let out = [
        // Of 12 and 31: 12 + 0.99 * 19.
        format!("{},\"path\":\"/\",\"count\":2,\"p99_latency_ms\":30.81,\"errors\":1}}\n", window(0)),
        format!("{},\"path\":\"/api\",\"count\":1,\"p99_latency_ms\":250.5,\"errors\":1}}\n", window(0)),
        format!("{},\"path\":\"/\",\"count\":1,\"p99_latency_ms\":9,\"errors\":0}}\n", window(1)),
    ];
    gives(&["window", "1m", "then", "aggregate", items, "--by", "path"], ACCESS, &out.concat());
}

#[test]
fn messages_of_some_levels() {
    let stdin = "ts=2024-03-01T10:00:00Z level=info msg=\"all well\"\n\
                 ts=2024-03-01T10:00:01Z level=error msg=\"disk \\\"a\\\" is full\" free=0\n\
                 level=fatal ts=2024-03-01T10:00:02Z msg=bye\n";
    let chain = ["filter", "level in [\"error\", \"fatal\"]", "then", "project", "ts, msg"];
    gives(
        &[&["--from", "logfmt"][..], &chain].concat(),
        stdin,
        "{\"ts\":\"2024-03-01T10:00:01Z\",\"msg\":\"disk \\\"a\\\" is full\"}\n\
         {\"ts\":\"2024-03-01T10:00:02Z\",\"msg\":\"bye\"}\n",
    );
    gives(
        &[&["--from", "logfmt", "--to", "logfmt"][..], &chain].concat(),
        stdin,
        "ts=2024-03-01T10:00:01Z msg=\"disk \\\"a\\\" is full\"\nts=2024-03-01T10:00:02Z msg=bye\n",
    );
}
