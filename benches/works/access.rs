//! Records of web accesses: as NDJSON, as CSV, and as a web server logs them.

use std::io::{self, Write};

use crate::random::Random;

const HOSTS: u64 = 11;
const PATHS: u64 = 120;
const USERS: u64 = 100_000;
/// Addresses drawn from: 2.5 million records meet 641,000 of them.
const ADDRESSES: u64 = 655_000;
/// 2024-03-01T00:00:00Z in milliseconds.
const START: u64 = 1_709_251_200_000;
/// Records arrive about every 30 ms and up to half a second late.
const APART: u64 = 60;
const LATE: u64 = 500;

const METHODS: &[&str] = &["GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"];
const STATUSES: &[&str] = &[
    "200", "200", "200", "200", "200", "200", "200", "200", "201", "204", "301", "304", "304", "400", "401",
];
const ERRORS: &[&str] = &["403", "404", "404", "404", "500", "502", "503"];
const WORDS: &[&str] = &["orders", "users", "items", "search", "static", "cart", "login", "reports"];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4) Gecko Mobile/15E148",
];

/// One access.
struct Access {
    ts: String,
    host: u64,
    path: String,
    status: &'static str,
    latency: String,
    address: String,
    bytes: u64,
    method: &'static str,
    user: u64,
    session: u64,
}

/// Writes one object a line.
pub(crate) fn ndjson(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..records {
        let Access { ts, host, path, status, latency, address, bytes, method, user, session } =
            access(number, random);
        let agent = random.one(AGENTS);
        writeln!(
            out,
            "{{\"ts\":\"{ts}\",\"host\":\"web-{host:02}.example.net\",\"path\":\"{path}\",\"status\":{status},\
             \"latency_ms\":{latency},\"client_ip\":\"{address}\",\"bytes\":{bytes},\"method\":\"{method}\",\
             \"user_id\":{user},\"referer\":\"https://www.example.com{path}?session={session:016x}&v=1024\",\"agent\":\"{agent}\"}}"
        )?;
    }
    Ok(())
}

/// Writes the same accesses as CSV, without the agent.
pub(crate) fn csv(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "ts,host,path,status,latency_ms,client_ip,bytes,method,user_id,referer")?;
    for number in 0..records {
        let Access { ts, host, path, status, latency, address, bytes, method, user, session } =
            access(number, random);
        random.one(AGENTS);
        writeln!(
            out,
            "{ts},web-{host:02}.example.net,{path},{status},{latency},{address},{bytes},{method},{user},\
             https://www.example.com{path}?session={session:016x}&v=1024"
        )?;
    }
    Ok(())
}

/// Writes the same accesses as Apache and nginx do, in the combined form.
pub(crate) fn combined(records: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..records {
        let Access { ts, path, status, address, bytes, method, user, session, .. } = access(number, random);
        let agent = random.one(AGENTS);
        let (day, month, time) = (&ts[8..10], if &ts[5..7] == "03" { "Mar" } else { "Apr" }, &ts[11..19]);
        writeln!(
            out,
            "{address} - u{user} [{day}/{month}/2024:{time} +0000] \"{method} {path} HTTP/1.1\" {status} {bytes} \
             \"https://www.example.com{path}?session={session:016x}&v=1024\" \"{agent}\""
        )?;
    }
    Ok(())
}

fn access(number: u64, random: &mut Random) -> Access {
    let ceiling = ceiling(random);
    let latency = random.skewed(ceiling);
    Access {
        ts: stamp(START + LATE + number * APART / 2 - random.skewed(LATE)),
        host: random.below(HOSTS),
        path: path(random.skewed(PATHS)),
        status: if random.below(20) == 0 { random.one(ERRORS) } else { random.one(STATUSES) },
        latency: format!("{}.{:02}", latency / 100, latency % 100),
        address: address(random.below(ADDRESSES)),
        bytes: random.skewed(60_000),
        method: random.one(METHODS),
        user: random.below(USERS),
        session: random.bits(),
    }
}

/// Most answers come within a second, some take ten, in hundredths of a millisecond.
fn ceiling(random: &mut Random) -> u64 {
    if random.below(100) == 0 { 1_000_000 } else { 100_000 }
}

/// The path of a number, all different.
fn path(number: u64) -> String {
    let word = |at: u64| WORDS[(at % WORDS.len() as u64) as usize];
    format!("/api/v1/{}/{}/{number}", word(number), word(number / 8))
}

/// The address of a number, all different: an odd factor keeps 24 bits apart.
fn address(number: u64) -> String {
    let bits = (number * 0x9e_3779) & 0xff_ffff;
    format!("{}.{}.{}.{}", 11 + bits % 7, bits >> 16, bits >> 8 & 255, bits & 255)
}

/// RFC 3339 of milliseconds since 1970, in March and April 2024: 2.5 million records take a day.
fn stamp(milliseconds: u64) -> String {
    let (seconds, fraction) = (milliseconds / 1000, milliseconds % 1000);
    let (minute, hour) = (seconds / 60 % 60, seconds / 3600 % 24);
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{fraction:03}Z", seconds % 60)
}

/// Year, month and day of a day since 1970 (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + u64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}
