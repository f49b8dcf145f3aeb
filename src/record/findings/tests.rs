//! What findings keep, however the input is cut.

use proptest::prelude::*;

use super::*;
use crate::value::Value;

#[test]
fn of_a_block_all_rejects_are_kept_of_a_run_the_first_few() {
    let limits = Limits { details: 2, keep_rejects: true, keep_late: false };
    let (mut run, mut block) = (Findings::new(limits, 0), Findings::new(limits, 0));
    for line in [7, 5, 6] {
        let mut stage = Findings::new(limits, 0);
        stage.reject(Some(Origin { source: 0, line, nth: 0 }), None, "odd", b"");
        block.extend(stage);
    }
    let lines = |findings: &Findings| -> Vec<u64> {
        findings.rejects.iter().filter_map(|reject| reject.origin).map(|origin| origin.line).collect()
    };
    assert_eq!((block.rejected, lines(&block)), (3, vec![7, 5, 6]));
    run.append(block);
    assert_eq!((run.rejected, lines(&run)), (3, vec![5, 6]));
}

#[test]
fn sites_are_in_order_whichever_was_met_first() {
    let mut findings = Findings::new(Limits { details: 5, keep_rejects: false, keep_late: false }, 0);
    for site in [2, 0, 1, 0] {
        findings.fault(site, || None, String::new);
        findings.null_condition(site, Some("b"), 1);
        findings.null_condition(site, Some("a"), 1);
    }
    let faults: Vec<_> = findings.faults.iter().map(|faults| (faults.site, faults.count)).collect();
    assert_eq!(faults, [(0, 2), (1, 1), (2, 1)]);
    let nulls: Vec<_> =
        findings.null_conditions.iter().map(|null| (null.site, null.field.as_deref(), null.count)).collect();
    let fields = [(0, 2), (1, 1), (2, 1)].map(|(site, n)| [(site, Some("b"), n), (site, Some("a"), n)]);
    assert_eq!(nulls, fields.concat());
}

/// What one record gives rise to.
#[derive(Clone, Debug)]
enum Found {
    Fault(u32),
    Null(u32, Option<&'static str>),
    Ordered(u32, &'static str),
    Look(&'static str, &'static str),
    Reject,
    Late(i64),
}

fn found() -> impl Strategy<Value = Found> {
    let names = || prop::sample::select(vec!["a", "b", "c"]);
    let field = prop::option::of(names());
    prop_oneof![
        (0..3u32).prop_map(Found::Fault),
        (0..2u32, field).prop_map(|(site, field)| Found::Null(site, field)),
        (0..2u32, prop::sample::select(vec!["1", "2024-05-14", "N/A", "9,791", "abc"]))
            .prop_map(|(site, text)| Found::Ordered(site, text)),
        (names(), prop::sample::select(vec!["", "1e5", "2e3"])).prop_map(|(name, id)| Found::Look(name, id)),
        Just(Found::Reject),
        (0..90i64).prop_map(Found::Late),
    ]
}

fn take(findings: &mut Findings, line: u64, found: &Found) {
    let origin = Some(Origin { source: 0, line, nth: 0 });
    findings.read += 1;
    match *found {
        Found::Fault(site) => findings.fault(site, || origin, || format!("{line}")),
        Found::Null(site, field) => findings.null_condition(site, field, 1),
        Found::Ordered(site, text) => {
            let value = Value::Untyped(text.as_bytes());
            let mut ordered = Ordered::default();
            ordered.note(value, value.as_number().is_some());
            findings.note_ordered(site, ordered);
        }
        Found::Look(name, "") => findings.looks.number(name.as_bytes()),
        Found::Look(name, id) => findings.looks.id(name.as_bytes(), id.as_bytes()),
        Found::Reject => findings.reject(origin, None, format!("{line}"), b""),
        Found::Late(time) => {
            let at = |second| Timestamp::new(second, 0).expect("a second");
            let (time, end, mark, highest) = (at(time), at(time + 1), at(95), at(100));
            findings.late(Late { origin, time, end, mark, highest, kept: None }, || Kept::Raw(Vec::new()));
        }
    }
}

/// All that a report says of findings.
fn said(findings: &Findings) -> String {
    let ordered: Vec<_> = findings.ordered.iter().map(|(site, ordered)| (site, ordered.misorder())).collect();
    let looks: Vec<_> = findings.looks.mixed().collect();
    format!(
        "{} {} {} {:?} {:?} {:?} {:?} {:?} {:?} {ordered:?} {looks:?}",
        findings.read,
        findings.rejected,
        findings.late,
        findings.rejects,
        findings.late_records,
        findings.late_behind,
        findings.late_past,
        findings.faults,
        findings.null_conditions,
    )
}

proptest! {
    #[test]
    fn a_run_says_the_same_however_it_is_cut(
        all in prop::collection::vec(found(), 0..24),
        block_ends in prop::collection::vec(any::<bool>(), 24),
        batch_ends in prop::collection::vec(any::<bool>(), 24),
    ) {
        let limits = Limits { details: 3, keep_rejects: false, keep_late: false };
        let fresh = || Findings::new(limits, 0);
        let (mut whole, mut run, mut block, mut batch) = (fresh(), fresh(), fresh(), fresh());
        let mut one = fresh();
        for (line, found) in (0..).zip(&all) {
            take(&mut one, line, found);
            take(&mut batch, line, found);
            if batch_ends[line as usize] || block_ends[line as usize] {
                block.extend(std::mem::replace(&mut batch, fresh()));
            }
            if block_ends[line as usize] {
                run.append(std::mem::replace(&mut block, fresh()));
            }
        }
        block.extend(batch);
        run.append(block);
        whole.append(one);
        prop_assert_eq!(said(&run), said(&whole));
    }
}
