//! What expressions give.

use super::*;

#[test]
fn comparisons_take_types_from_each_other() {
    check(&[
        ("n == 5", "true"),
        ("5.0 = n", "true"),
        ("7 > n", "true"),
        ("u == 7", "true"),
        ("u < u2", "true"),
        ("u < '10'", "false"),
        ("word > u", "true"),
        ("word == 1", "null !not a number: \"abc\""),
        ("n == s", "null !number against text: \"abc\""),
        ("n != 'x'", "null !number against text: 5"),
        ("s == word", "true"),
        ("s < 'abd'", "true"),
        ("digits == u2", "true"),
        ("utrue == true", "true"),
        ("word == true", "null !not true or false: \"abc\""),
        ("yes > no", "true"),
        ("ts == '2024-01-31T13:00:00+01:00'", "true"),
        ("'2024-02-01' > ts", "true"),
        ("ts < stamp", "true"),
        ("ts < word", "null !not a time: \"abc\""),
        ("ts == n", "null !time against number: 2024-01-31T12:00:00Z"),
        ("d == span", "false"),
        ("d > '1h'", "true"),
        ("d == 90m", "true"),
        ("d > s", "null !not a duration: \"abc\""),
        ("ts > d", "null !duration against time: 2024-01-31T12:00:00Z"),
        ("tags == [1.0, 'x', [2, 3], null, 1]", "true"),
        ("tags != tags", "false"),
        ("tags < tags", "null !arrays have no order: [1,\"x\",[2,3],null,1.0]"),
        (
            "user == tags",
            "null !object against array: {\"id\":7,\"name\":{\"first\":\"a\\u00e9\"},\"user-agent\":\"curl\"}",
        ),
        ("n between 5 and 6", "true"),
        ("u between 6 and u2", "true"),
        ("ts between '2024-01-31' and '2024-02-01'", "true"),
        ("n not between 6 and 7", "true"),
        ("s between 1 and 2", "null !number against text: \"abc\""),
    ]);
}

#[test]
fn membership() {
    check(&[
        ("n in [1, 5]", "true"),
        ("u in [1, 7.0]", "true"),
        ("word in ['x', 'abc']", "true"),
        ("u in ['7']", "true"),
        ("n in []", "false"),
        ("n not in [1, 2]", "true"),
        ("n in ['5']", "null !number against text: 5"),
        ("n in ['5', 5]", "true"),
        ("word in [1, 2]", "null !not a number: \"abc\""),
        ("n in [u - 2, nil]", "true"),
        ("ts in ['2024-01-31T12:00:00Z']", "true"),
        ("'x' in tags", "true"),
        ("'y' in tags", "null !number against text: 1"),
        ("1 in tags", "true"),
        ("2 in tags[2]", "true"),
        ("9 not in tags[2]", "true"),
        ("1 in n", "null !neither a list nor an array: 5"),
    ]);
}

#[test]
fn patterns() {
    check(&[
        ("s =~ '^a.c$'", "true"),
        ("s !~ \"\\d+\"", "true"),
        ("word =~ 'B' ++ '|b'", "true"),
        ("n =~ '5'", "null !not text (see text(x)): 5"),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("7 / 2", "3.5"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("0.1 + 0.2", "0.3"),
        ("u + n", "12"),
        ("u * u2", "70"),
        ("-u", "-7"),
        ("n / zero", "null !division by zero: 5"),
        ("n % zero", "null !division by zero: 5"),
        ("9e6143 * n", "null !a number beyond 1e±6144: 5"),
        ("word + 1", "null !not a number: \"abc\""),
        ("digits + 1", "null !number against text: \"10\""),
        ("1 + digits", "null !number against text: \"10\""),
        ("n + s", "null !number against text: \"abc\""),
        ("yes + 1", "null !not a number: true"),
        ("-s", "null !not a number: \"abc\""),
        ("tags + 1", "null !not a number: [1,\"x\",[2,3],null,1.0]"),
    ]);
}

#[test]
fn arithmetic_with_times_and_durations() {
    check(&[
        ("ts + 5m", "@2024-01-31T12:05:00Z"),
        ("5m + ts", "@2024-01-31T12:05:00Z"),
        ("ts - 1d", "@2024-01-30T12:00:00Z"),
        ("ts - @timestamp", "30d12h"),
        ("stamp - ts", "30m"),
        ("ts - '2024-01-31'", "12h"),
        ("ts - span", "@2024-01-31T11:30:00Z"),
        ("ts + span", "@2024-01-31T12:30:00Z"),
        ("stamp + 1h", "@2024-01-31T13:30:00Z"),
        ("span + 1h", "1h30m"),
        ("d - span", "1h"),
        ("-d", "-1h30m"),
        ("d * 2", "3h"),
        ("0.5 * d", "45m"),
        ("d * u", "10h30m"),
        ("d / 4", "22m30s"),
        ("-d / 4", "-22m30s"),
        ("1s / 3", "333ms333us333ns"),
        ("100d / 3 * 3", "100d"),
        ("d / 1h", "1.5"),
        ("d / span", "3"),
        ("d // 1h", "1"),
        ("d % 1h", "30m"),
        ("d // 7s", "771"),
        ("d / zero", "null !division by zero: 1h30m"),
        ("d / 0s", "null !division by zero: 1h30m"),
        ("ts + ts", "null !time against time: 2024-01-31T12:00:00Z"),
        ("ts + 1", "null !time against number: 2024-01-31T12:00:00Z"),
        ("1h - ts", "null !duration against time: 2024-01-31T12:00:00Z"),
        ("ts * 2", "null !time against number: 2024-01-31T12:00:00Z"),
        ("ts + s", "null !not a duration: \"abc\""),
        ("ts - s", "null !neither a time nor a duration: \"abc\""),
        ("d * s", "null !neither a number nor a duration: \"abc\""),
        ("ts + 4000000d", "null !a time beyond the years 1 to 9999: 2024-01-31T12:00:00Z"),
        ("d * 1e30", "null !a duration too long: 1h30m"),
    ]);
}

#[test]
fn text_of_values() {
    check(&[
        ("s ++ '-' ++ n", "'abc-5'"),
        ("u ++ 1.50", "'71.5'"),
        ("yes ++ ''", "'true'"),
        ("ts ++ '|' ++ d", "'2024-01-31T12:00:00Z|1h30m'"),
        ("tags ++ ''", "'[1,\"x\",[2,3],null,1.0]'"),
        (
            "[n, s, u, word, nil, ts, d, tags[2], yes]",
            "[5,\"abc\",7,\"abc\",null,\"2024-01-31T12:00:00Z\",\"1h30m\",[2,3],true]",
        ),
    ]);
}

#[test]
fn fields_and_paths() {
    check(&[
        ("user.id", "7"),
        ("user.name.first", "'aé'"),
        ("user.name", "{\"first\":\"a\\u00e9\"}"),
        ("user['user-agent']", "'curl'"),
        ("user.id.x", "null"),
        ("n.x", "null"),
        ("tags[0] + 1", "2"),
        ("tags[-1]", "1.0"),
        ("tags[2][1]", "3"),
        ("tags[9]", "null"),
        ("tags.x", "null"),
        ("a.b", "1"),
        ("a.c", "null"),
        ("`user-agent` ++ größe", "'wget3'"),
        ("json('{\"a\":[1,{\"b\":null}]}').a[0]", "1"),
        ("json('{\"a\":[1,{\"b\":null}]}').a[1].b", "null"),
        ("coalesce(user, tags).id + 1", "8"),
        ("(user).name.first", "'aé'"),
        ("(tags ?? user)[2][1]", "3"),
        ("upper(s).x", "null"),
        ("json(s).x ?? 'none'", "'none'"),
        ("split(s, 'b')[1] == 'c' and yes", "true"),
        ("@timestamp", "@2024-01-01T00:00:00Z"),
    ]);
}

#[test]
fn functions() {
    check(&[
        ("contains(s, 'b') and n > 1", "true"),
        ("floor(ts, 1d)", "@2024-01-31T00:00:00Z"),
        ("floor(ts, 1mo)", "@2024-01-01T00:00:00Z"),
        ("floor(ts, 1h30m)", "@2024-01-31T12:00:00Z"),
        ("upper(s ++ n)", "'ABC5'"),
        ("number(s) ?? -1", "-1"),
        ("length('größe')", "5"),
        ("if(n > 3, lower('A'), n / zero)", "'a'"),
    ]);
}

#[test]
fn what_is_known_beforehand_is_computed_once() {
    let literal = |spec: &str| bind(spec, false).unwrap().as_literal().map(written);
    for (spec, expected) in [
        ("-5", Some("-5")),
        ("- -5m", Some("5m")),
        ("60 * 60", Some("3600")),
        ("'a' ++ 'b'", Some("'ab'")),
        ("[1, 'a']", Some("[1,\"a\"]")),
        ("split('a/b', '/')[-1]", Some("'b'")),
        ("time('2024-01-01')", Some("@2024-01-01T00:00:00Z")),
        ("n + 1", None),
        ("now()", None),
        ("1 / 0", None),
    ] {
        assert_eq!(literal(spec).as_deref(), expected, "{spec}");
    }
}

#[test]
fn what_an_expression_reads() {
    let expr = bind("n > user.id and s == 'x' or n < absent", true).unwrap();
    let names: Vec<&str> = expr.fields().map(|(name, _)| name).collect();
    assert_eq!(names, ["n", "user.id", "s", "absent"]);
    assert_eq!(expr.fields().next().unwrap().1, ColumnRef::Made(0));
    assert_eq!(bind("n + nil", false).unwrap().null_field(&batch(), 0), Some("nil"));
    assert_eq!(bind("n + user.x", false).unwrap().null_field(&batch(), 0), Some("user.x"));
    assert_eq!(bind("n + user.id", false).unwrap().null_field(&batch(), 0), None);
    assert_eq!(bind(" n ", false).unwrap().as_column(), Some(ColumnRef::Made(0)));
    assert_eq!(bind("user.id", false).unwrap().as_column(), None);
    let hyphenated = bind("x-forwarded-for == 'a' and n - zero > 1", true).unwrap();
    assert_eq!(hyphenated.hyphenated().collect::<Vec<_>>(), ["x-forwarded-for"]);
}

#[test]
fn cells_of_the_input_are_typed_on_use() {
    use crate::record::{Cell, Form, Segment, Type};
    struct Input(Option<Type>);
    impl Names for Input {
        fn resolve(&mut self, path: &Path) -> crate::error::Result<Resolved> {
            let behind: &[Segment] = path.behind_first();
            Ok(Resolved::inside(ColumnRef::Input(0), behind.to_vec(), self.0.into()))
        }
    }
    let bytes = b"1.0 007 {\"a\":[1]}".to_vec();
    let mut batch = Batch::of_made(Vec::new(), 4);
    batch.bytes = Arc::new(bytes);
    batch.origins = Origins::None;
    batch.records = vec![Span::default(); 4];
    batch.inputs = vec![vec![
        Cell::new(0, 3, Form::Number),
        Cell::new(4, 7, Form::Untyped),
        Cell::new(8, 17, Form::Object),
        Cell::MISSING,
    ]];
    let told = |spec: &str, pin: Option<Type>| -> (Vec<String>, Vec<String>) {
        let (sites, env) = (Sites::default(), env());
        let mut names = Input(pin);
        let mut binder =
            Binder { stage: "test", spec, names: &mut names, sites: &sites, env: &env, ordered: false };
        let expr = binder.expression(&parse_expression(spec).unwrap()).unwrap();
        let mut log = FaultLog::default();
        let made = expr.eval(&batch, &[0, 1, 2, 3], &env, &mut log);
        ((0..4).map(|row| written(made.get(row))).collect(), faults(&mut log))
    };
    assert_eq!(told("x", None).0, ["1.0", "`007`", "{\"a\":[1]}", "null"]);
    assert_eq!(told("(x == 7) ?? 'other'", None).0, ["false", "true", "'other'", "'other'"]);
    assert_eq!(told("x.a[0]", None).0, ["null", "null", "1", "null"]);
    assert_eq!(told("x == '007'", Some(Type::Text)).0[1], "true");
    assert_eq!(told("x == 1", None).1, ["object against number: {\"a\":[1]}"]);
    assert_eq!(told("x", Some(Type::Time)).1, ["--types says time, but this is none: \"007\""]);
}

#[test]
fn expressions_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&bind("n + 1", false).unwrap());
}

#[test]
fn special_forms_are_sorted_and_clash_with_no_function() {
    assert!(SPECIAL_FORMS.is_sorted_by_key(|form| form.name));
    for form in SPECIAL_FORMS {
        assert!(crate::function::find(form.name).is_none() && !form.doc.examples.is_empty(), "{}", form.name);
        assert_eq!(find_form(form.name).map(|found| found.usage), Some(form.usage));
    }
}
