//! What is printed: one table.

use crate::measure::machine;
use crate::measure::options::Options;
use crate::measure::peers::THREADS;
use crate::measure::table::{Table, quotient, reached, span};
use crate::measure::timing::Series;
use crate::outcome::{Outcome, mebibytes};
use crate::works::{Peak, Rival, Work};

/// What stands where nothing is known, or nothing is asked.
const NONE: &str = "–";

/// The works by name, with their goals.
pub(crate) fn list(works: &[&Work]) -> String {
    let mut table =
        Table::new(2, &["work", "what it is", "--memory", "peak MiB", "/ no limit", "no slower than"]);
    for work in works {
        table.push(vec![
            work.name.to_owned(),
            work.title.to_owned(),
            memory(work),
            match work.peak {
                Peak::Mebibytes(most) => format!("≤ {most}"),
                Peak::TenthOfRival => "a tenth".to_owned(),
            },
            work.at_most.map_or(NONE.to_owned(), |most| format!("≤ {most:.1}")),
            rival(work).to_owned(),
        ]);
    }
    table.print(false)
}

/// The machine and how it is measured.
pub(crate) fn head(options: &Options) -> String {
    let scale = match options.scale < 1.0 {
        true => format!(", inputs at {} of full size", options.scale),
        false => String::new(),
    };
    format!("{}; {THREADS} threads a side, {} runs{scale}\n\n", machine::describe(), options.runs)
}

/// All that was measured.
pub(crate) fn table(outcomes: &[Outcome]) -> Table {
    let head = [
        "work",
        "input",
        "--memory",
        "peak MiB",
        "goal",
        "reached",
        "time",
        "cpu",
        "/ no limit",
        "cpu / no limit",
        "goal",
        "reached",
        "other",
        "/ other",
        "goal",
        "reached",
        "answers",
    ];
    let mut table = Table::new(2, &head);
    for outcome in outcomes {
        table.push(line(outcome, outcomes));
    }
    table
}

fn line(outcome: &Outcome, outcomes: &[Outcome]) -> Vec<String> {
    let Outcome { work, way, held, free, rival: other, .. } = outcome;
    let has_run = held.len() > 0;
    let most = outcome.most(outcomes);
    let mut cells = vec![work.title.to_owned(), way.name().to_owned(), memory(work)];
    cells.push(if has_run { format!("{:.1}", mebibytes(held)) } else { NONE.to_owned() });
    cells.extend(goal(most, has_run.then(|| mebibytes(held)), 1));
    cells.extend([held.median(), held.cpu()].map(|time| if has_run { span(time) } else { NONE.to_owned() }));
    let ratio = |of: &Series| (has_run && of.len() > 0).then(|| quotient(held.median(), of.median()));
    let of_cpu = (has_run && free.len() > 0).then(|| quotient(held.cpu(), free.cpu()));
    cells.extend([ratio(free), of_cpu].map(times));
    cells.extend(goal(work.at_most, ratio(free), 2));
    cells.extend([if other.len() > 0 { rival(work) } else { NONE }.to_owned(), times(ratio(other))]);
    cells.extend(goal(ratio(other).map(|_| 1.0), ratio(other), 2));
    cells.push(answers(outcome).to_owned());
    cells
}

/// The most that is good, and whether that was kept.
fn goal(most: Option<f64>, is: Option<f64>, digits: usize) -> [String; 2] {
    let Some(most) = most else { return [NONE, NONE].map(str::to_owned) };
    [format!("≤ {most:.digits$}"), reached(is.is_some_and(|is| is <= most))]
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or(NONE.to_owned(), |ratio| format!("{ratio:.2}"))
}

fn memory(work: &Work) -> String {
    work.memory.unwrap_or("256M").to_owned()
}

fn rival(work: &Work) -> &'static str {
    match work.rival {
        None => NONE,
        Some(Rival::Sort(_)) => "GNU sort",
        Some(Rival::DuckDb(_)) => "DuckDB",
    }
}

fn answers(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome { held, .. } if held.len() == 0 => "FAILED",
        Outcome { wrong: Some(_), .. } => "WRONG",
        Outcome { is_compared: true, .. } => "equal",
        _ => NONE,
    }
}

#[test]
fn goals_are_kept_or_not() {
    assert_eq!(goal(Some(96.0), Some(96.04), 1), ["≤ 96.0", "no"]);
    assert_eq!(goal(Some(3.0), Some(2.5), 2), ["≤ 3.00", "yes"]);
    assert_eq!(goal(Some(3.0), None, 2), ["≤ 3.00", "no"]);
    assert_eq!(goal(None, Some(1.0), 2), [NONE, NONE]);
}
