//! `and`, `or`, `not` and conditions with nulls.

use super::*;

const TRUTHS: [&str; 3] = ["false", "null", "true"];

/// What a condition gives, both as a value and as a filter sees it.
fn truth_of(spec: &str) -> String {
    let value = value_of(spec);
    let expr = bind(spec, true).unwrap_or_else(|error| panic!("{error}"));
    let (mut kept, mut nulls) = (Vec::new(), Vec::new());
    expr.keep(&batch(), &[0], &env(), &mut FaultLog::default(), &mut kept, &mut nulls);
    let kept = match (kept.len(), nulls.len()) {
        (1, 0) => "true",
        (0, 1) => "null",
        (0, 0) => "false",
        _ => "?",
    };
    assert_eq!(value.split(" !").next(), Some(kept), "{spec}");
    value
}

#[test]
fn and_or_not() {
    // Rows and columns in the order false, null, true.
    let and = ["false", "false", "false", "false", "null", "null", "false", "null", "true"];
    let or = ["false", "null", "true", "null", "null", "true", "true", "true", "true"];
    let pairs = TRUTHS.iter().flat_map(|a| TRUTHS.iter().map(move |b| (a, b)));
    for ((a, b), (and, or)) in pairs.zip(and.into_iter().zip(or)) {
        assert_eq!(truth_of(&format!("{a} and {b}")), and, "{a} and {b}");
        assert_eq!(truth_of(&format!("{a} or {b}")), or, "{a} or {b}");
    }
    check(&[("not true", "false"), ("not null", "null"), ("not false", "true"), ("not utrue", "false")]);
}

#[test]
fn null_meets_operators() {
    check(&[
        ("nil == absent", "null"),
        ("absent == 1", "null"),
        ("nil < 1", "null"),
        ("nil + 1", "null"),
        ("-nil", "null"),
        ("s ++ nil", "null"),
        ("nil =~ 'x'", "null"),
        ("nil in [1]", "null"),
        ("1 in [2, nil]", "null"),
        ("1 not in [2, nil]", "null"),
        ("2 in [2, nil]", "true"),
        ("nil in nil", "null"),
        ("n between nil and 3", "false"),
        ("n between nil and 9", "null"),
        ("n not between nil and 9", "null"),
        ("nil is null", "true"),
        ("absent is not null", "false"),
        ("n is null", "false"),
        ("user.nobody is null", "true"),
        ("tags[3] is null", "true"),
    ]);
}

#[test]
fn conditions_take_untyped_bools_and_count_the_rest() {
    assert_eq!(truth_of("utrue and n == 5"), "true");
    assert_eq!(truth_of("yes"), "true");
    assert_eq!(truth_of("n and yes"), "null !a condition that is neither true nor false: 5");
    assert_eq!(truth_of("s or yes"), "true !a condition that is neither true nor false: \"abc\"");
}

#[test]
fn what_is_not_needed_is_not_evaluated() {
    check(&[
        ("no and n / zero == 1", "false"),
        ("yes or n / zero == 1", "true"),
        ("nil and n / zero == 1", "null !division by zero: 5"),
        ("n / zero == 1 and no", "false !division by zero: 5"),
        ("if(yes, 1, n / zero)", "1"),
        ("if(no, n / zero, 2)", "2"),
        ("if(nil, n / zero, 2)", "2"),
        ("if(yes, n / zero, 2)", "null !division by zero: 5"),
        ("n ?? n / zero", "5"),
        ("n / zero ?? 3", "3"),
        ("n / zero ?? s + 1 ?? 3", "3"),
        ("nil ?? n / zero", "null !division by zero: 5"),
        ("coalesce(nil, n / zero, n, s + 1)", "5"),
        ("coalesce(nil, n / zero)", "null !division by zero: 5"),
        ("coalesce(n)", "5"),
        ("(n / zero ?? nil) ?? 4", "4"),
    ]);
}

#[test]
fn several_records_each_take_their_own_branch() {
    let mut column = Made::new(&Arc::default(), 4);
    for (row, value) in ["1", "null", "'x'", "0"].into_iter().enumerate() {
        set(&mut column, row as u32, value);
    }
    let batch = Batch::of_made(vec![column], 4);
    let told = |spec: &str, rows: &[u32]| -> (Vec<String>, Vec<String>) {
        let expr = bind(spec, false).unwrap();
        let mut log = FaultLog::default();
        let made = expr.eval(&batch, rows, &env(), &mut log);
        (rows.iter().map(|&row| written(made.get(row))).collect(), faults(&mut log))
    };
    // The first field of the tests is `n`.
    let (values, noted) = told("if(n == 1, 'one', 10 / n)", &[0, 1, 2, 3]);
    assert_eq!(values, ["'one'", "null", "null", "null"]);
    assert_eq!(noted, ["number against text: \"x\"", "number against text: \"x\"", "division by zero: 0"]);
    let (values, noted) = told("10 / n ?? 'none' ++ n", &[1, 2, 3]);
    assert_eq!((values, noted.len()), (vec!["null".to_owned(), "'nonex'".into(), "'none0'".into()], 0));
    let (values, _) = told("n ?? 7", &[0, 3]);
    assert_eq!(values, ["1", "0"]);
    let expr = bind("n >= 0 or n == 'x'", true).unwrap();
    let (mut kept, mut nulls) = (vec![9], Vec::new());
    expr.keep(&batch, &[0, 1, 2, 3], &env(), &mut FaultLog::default(), &mut kept, &mut nulls);
    assert_eq!((kept, nulls), (vec![9, 0, 2, 3], vec![1]));
}
