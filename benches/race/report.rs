//! What is printed: who takes part, and two tables.

use std::fmt::Write as _;
use std::time::Duration;

use crate::measure::machine;
use crate::measure::options::Options;
use crate::measure::peers::THREADS;
use crate::measure::table::{MEBIBYTE, Table, quotient, reached, span};
use crate::measure::timing::Series;
use crate::race::{Contest, Outcome, Race};
use crate::works::Work;

/// How much faster two threads have to be than one.
const THREADS_GOAL: f64 = 1.7;

/// The works by name, with those they are measured against and the goals.
pub(crate) fn list(works: &[&Work]) -> String {
    let mut table = Table::new(3, &["work", "what it is", "against"]);
    for work in works {
        let against: Vec<String> =
            work.against.iter().map(|entry| format!("{} {}", entry.peer.name, entry.goal)).collect();
        table.push(vec![work.name.to_owned(), work.title.to_owned(), against.join(", ")]);
    }
    table.print(false)
}

/// The machine and those who take part, and those who do not.
pub(crate) fn head(race: &Race, options: &Options) -> String {
    let mut out = format!("{}; {THREADS} threads a side, {} runs", machine::describe(), options.runs);
    if options.scale < 1.0 {
        let _ = write!(out, ", inputs at {} of full size", options.scale);
    }
    out.push_str("\n\n");
    let mut table = Table::new(2, &["tool", "version", "start taken off"]);
    for found in &race.found {
        table.push(vec![found.peer.name.to_owned(), found.version.clone(), span(found.start)]);
    }
    for peer in &race.missing {
        let how = format!("not installed ({})", peer.brought_by);
        table.push(vec![peer.name.to_owned(), how, String::new()]);
    }
    out + &table.print(options.markdown) + "\n"
}

/// The tables of others against tamis, and of tamis alone.
pub(crate) fn tables(outcomes: &[Outcome], markdown: bool) -> String {
    format!("{}\n{}", against(outcomes).print(markdown), alone(outcomes).print(markdown))
}

fn against(outcomes: &[Outcome]) -> Table {
    let head = [
        "work",
        "against",
        "tamis",
        "min – max",
        "cpu",
        "other",
        "min – max",
        "cpu",
        "ratio",
        "goal",
        "reached",
    ];
    let mut table = Table::new(2, &head);
    for outcome in outcomes {
        for contest in &outcome.contests {
            table.push(contest_line(outcome, contest));
        }
    }
    table
}

fn contest_line(outcome: &Outcome, contest: &Contest) -> Vec<String> {
    let (tamis, other, start) = (&outcome.tamis, &contest.series, contest.start);
    let ratio = quotient(other.median().saturating_sub(start), tamis.median());
    let goal = contest.entry.goal;
    vec![
        outcome.work.title.to_owned(),
        contest.entry.peer.name.to_owned(),
        span(tamis.median()),
        range(tamis, Duration::ZERO),
        span(tamis.cpu()),
        span(other.median().saturating_sub(start)),
        range(other, start),
        span(other.cpu()),
        format!("{ratio:.2}"),
        format!("{goal:.1}"),
        reached(ratio >= goal),
    ]
}

fn alone(outcomes: &[Outcome]) -> Table {
    let head =
        ["tamis", "-j2", "-j1", "-j1 / -j2", "goal", "reached", "peak MiB", "goal", "reached", "answer"];
    let mut table = Table::new(1, &head);
    for outcome in outcomes {
        table.push(alone_line(outcome));
    }
    table
}

fn alone_line(outcome: &Outcome) -> Vec<String> {
    let Outcome { work, alone, tamis, wrong, .. } = outcome;
    let ratio = quotient(alone.median(), tamis.median());
    let (goal, in_time) = match work.at_most {
        Some(most) => (format!("≤ {}", span(most)), reached(tamis.median() <= most)),
        None => (format!("{THREADS_GOAL:.1}"), reached(ratio >= THREADS_GOAL)),
    };
    let peak = tamis.peak() as f64 / MEBIBYTE;
    let most = work.memory.map(|most| (format!("≤ {most}"), reached(peak <= most as f64)));
    let (most, in_memory) = most.unwrap_or_default();
    vec![
        work.title.to_owned(),
        span(tamis.median()),
        span(alone.median()),
        format!("{ratio:.2}"),
        goal,
        in_time,
        format!("{peak:.1}"),
        most,
        in_memory,
        if wrong.is_empty() { "right" } else { "WRONG" }.to_owned(),
    ]
}

fn range(series: &Series, start: Duration) -> String {
    format!("{} – {}", span(series.min().saturating_sub(start)), span(series.max().saturating_sub(start)))
}
