//! What expressions and lists of items are read as.

use proptest::prelude::*;

use super::*;
use crate::record::Segment;

/// A tree with all its parentheses.
fn tree(ast: &Ast) -> String {
    let all = |list: &[Ast], between: &str| list.iter().map(tree).collect::<Vec<_>>().join(between);
    let not = |negated: bool| if negated { "not " } else { "" };
    match &ast.kind {
        AstKind::Literal(Literal::Null) => "null".to_owned(),
        AstKind::Literal(Literal::Bool(truth)) => truth.to_string(),
        AstKind::Literal(Literal::Number(number)) => number.to_string(),
        AstKind::Literal(Literal::Long(spelled)) => spelled.clone(),
        AstKind::Literal(Literal::Text(text)) => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
        }
        AstKind::Literal(Literal::Length { exact: Some(length), .. }) => written(Value::Duration(*length)),
        AstKind::Literal(Literal::Length { size, .. }) => format!("{size:?}"),
        AstKind::Field(path) => path.to_string(),
        AstKind::Aggregate(call) => format!("#{call}"),
        AstKind::List(list) => format!("[{}]", all(list, ", ")),
        AstKind::And(list) => format!("({})", all(list, " and ")),
        AstKind::Or(list) => format!("({})", all(list, " or ")),
        AstKind::Fallback(list) => format!("({})", all(list, " ?? ")),
        AstKind::Concat(list) => format!("({})", all(list, " ++ ")),
        AstKind::Not(one) => format!("(not {})", tree(one)),
        AstKind::Minus(one) => format!("(-{})", tree(one)),
        AstKind::Compare(comparison, two) => {
            let sign = match comparison {
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
            };
            format!("({})", all(&**two, &format!(" {sign} ")))
        }
        AstKind::Arithmetic(operator, two) => {
            let sign = match operator {
                Operator::Add => "+",
                Operator::Subtract => "-",
                Operator::Multiply => "*",
                Operator::Divide => "/",
                Operator::FloorDivide => "//",
                Operator::Remainder => "%",
            };
            format!("({})", all(&**two, &format!(" {sign} ")))
        }
        AstKind::Match { operands, negated } => {
            format!("({})", all(&**operands, if *negated { " !~ " } else { " =~ " }))
        }
        AstKind::In { value, list, negated } => {
            format!("({} {}in [{}])", tree(value), not(*negated), all(list, ", "))
        }
        AstKind::InArray { operands, negated } => {
            format!("({})", all(&**operands, &format!(" {}in ", not(*negated))))
        }
        AstKind::Between { operands, negated } => {
            let [value, least, greatest] = &**operands;
            format!("({} {}between {} and {})", tree(value), not(*negated), tree(least), tree(greatest))
        }
        AstKind::IsNull { value, negated } => format!("({} is {}null)", tree(value), not(*negated)),
        AstKind::Inside(value, path) => {
            let path = path.iter().map(|segment| match segment {
                Segment::Name(name) => format!(".{name}"),
                Segment::Index(index) => format!("[{index}]"),
            });
            format!("{}{}", tree(value), path.collect::<String>())
        }
        AstKind::Call { name, args, .. } => format!("{name}({})", all(args, ", ")),
    }
}

fn parsed(spec: &str) -> String {
    tree(&parse_expression(spec).unwrap_or_else(|error| panic!("{spec}: {error}")))
}

#[test]
fn precedence() {
    for (spec, expected) in [
        ("a or b and c", "(a or (b and c))"),
        ("a || b && !c", "(a or (b and (not c)))"),
        ("a or b or c", "(a or b or c)"),
        ("(a or b) or c", "((a or b) or c)"),
        ("not a and b", "((not a) and b)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a = b", "(a == b)"),
        ("a == b ?? c", "(a == (b ?? c))"),
        ("a ?? b ?? c", "(a ?? b ?? c)"),
        ("a ?? b ++ c", "(a ?? (b ++ c))"),
        ("a ++ b + c", "(a ++ (b + c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a + b * c", "(a + (b * c))"),
        ("a * b / c // d % e", "((((a * b) / c) // d) % e)"),
        ("-a * b", "((-a) * b)"),
        ("a--b", "(a - (-b))"),
        ("a<-1", "(a < (-1))"),
        ("- -a", "(-(-a))"),
        ("a =~ 'x' ++ 'y'", "(a =~ ('x' ++ 'y'))"),
        ("a !~ 'x' or b", "((a !~ 'x') or b)"),
        ("a in [1, 2] and b", "((a in [1, 2]) and b)"),
        ("a in[]", "(a in [])"),
        ("a + 1 not in [b]", "((a + 1) not in [b])"),
        ("'x' in tags or b", "(('x' in tags) or b)"),
        ("a between 1 and 2 and b", "((a between 1 and 2) and b)"),
        ("a not between 1 + 1 and 2 ?? 3", "(a not between (1 + 1) and (2 ?? 3))"),
        ("a is null or b is not null", "((a is null) or (b is not null))"),
        ("not a is null", "(not (a is null))"),
        ("f(a, g(), [1]) + 1", "(f(a, g(), [1]) + 1)"),
        ("if(a, b, c)", "if(a, b, c)"),
        ("f(a).b.c[0] + 1", "(f(a).b.c[0] + 1)"),
        ("-f(a)[-1].`b c`", "(-f(a)[-1].b c)"),
        ("(a ?? b).c == 1", "((a ?? b).c == 1)"),
        ("f(g(a).b).c in [(a)[0]]", "(f(g(a).b).c in [a[0]])"),
    ] {
        assert_eq!(parsed(spec), expected, "{spec}");
    }
}

#[test]
fn fields() {
    use Segment::{Index, Name};
    let name = |name: &str| Name(name.to_owned());
    for (spec, expected) in [
        ("status", vec![name("status")]),
        (".status", vec![name("status")]),
        ("user.id", vec![name("user"), name("id")]),
        ("tags[0]", vec![name("tags"), Index(0)]),
        ("tags[-1].x", vec![name("tags"), Index(-1), name("x")]),
        ("@timestamp", vec![name("@timestamp")]),
        (".is", vec![name("is")]),
        ("größe", vec![name("größe")]),
        ("`user-agent`", vec![name("user-agent")]),
        ("`and`", vec![name("and")]),
        (".and.true", vec![name("and"), name("true")]),
        (".[\"user-agent\"]", vec![name("user-agent")]),
        ("a['b c'].`d`", vec![name("a"), name("b c"), name("d")]),
        (" where ", vec![name("where")]),
        ("desc", vec![name("desc")]),
    ] {
        let path = parse_path(spec).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(path, Path::new(expected), "{spec}");
    }
}

#[test]
fn literals() {
    for (spec, expected) in [
        ("12", "12"),
        ("1.5e3", "1500"),
        ("1e-2", "0.01"),
        ("007", "7"),
        ("5m", "5m"),
        ("1h30m", "1h30m"),
        ("250ms", "250ms"),
        ("1.5s", "1s500ms"),
        ("1w", "7d"),
        ("1mo", "Some(Months(1))"),
        ("2y", "Some(Years(2))"),
        (r#""\d+\.x""#, r"'\\d+\\.x'"),
        (r#"'a\'b\"c\\d\n'"#, r#"'a\'b"c\\d\n'"#),
        (r#"'\u00e9\ud83d\ude00\u12'"#, "'é😀\\\\u12'"),
        (r#""it's""#, r"'it\'s'"),
        ("null", "null"),
        ("[1, 'a', []]", "[1, 'a', []]"),
    ] {
        assert_eq!(parsed(spec), expected, "{spec}");
    }
}

#[test]
fn places_cover_what_was_written() {
    let spec = "a + (b * c)  and f( x ).y";
    let ast = parse_expression(spec).unwrap();
    let written: Vec<&str> = ast.kind.operands().iter().map(|operand| operand.spelled(spec)).collect();
    assert_eq!((ast.spelled(spec), written), (spec, vec!["a + (b * c)", "f( x ).y"]));
}

#[test]
fn project_items() {
    let told = |spec: &str| -> Vec<String> {
        let items = parse_project(spec).unwrap_or_else(|error| panic!("{error}"));
        let tell = |item| match item {
            ProjectItem::Field { path, name, .. } => format!("{path} as {name:?}"),
            ProjectItem::All { except, .. } => {
                let names = except.iter().map(|(name, place)| (name, &spec[place.clone()]));
                format!("* but {:?}", names.collect::<Vec<_>>())
            }
            ProjectItem::Members { object, .. } => format!("members of {}", tree(&object)),
            ProjectItem::Computed { name, expr, .. } => format!("{name:?} = {}", tree(&expr)),
        };
        items.into_iter().map(tell).collect()
    };
    assert_eq!(told("user.id, ms = latency * 1000"), ["user.id as None", "Some(\"ms\") = (latency * 1000)"]);
    assert_eq!(told("*, x = y, ok = a = b"), ["* but []", "y as Some(\"x\")", "Some(\"ok\") = (a == b)"]);
    assert_eq!(
        told("* except (password, `a b`), x = 1"),
        ["* but [(\"password\", \"password\"), (\"a b\", \"`a b`\")]", "Some(\"x\") = 1"]
    );
    assert_eq!(told("except, `and` = 1"), ["except as None", "Some(\"and\") = 1"]);
    assert_eq!(told("a * 2, tags[0]"), ["None = (a * 2)", "tags[0] as None"]);
    let members = ["members of a", "members of a.b", "members of tags[0]", "members of json(log)"];
    assert_eq!(told("a.*, a.b.*, tags[0].*, json(log).*"), members);
    assert_eq!(told("`a b` .*, (a ?? b).*"), ["members of a b", "members of (a ?? b)"]);
}

/// The items, and the aggregates in them with the conditions of each.
fn aggregates(spec: &str) -> (Vec<String>, Vec<String>) {
    let AggregateItems { items, calls } = parse_aggregate(spec).unwrap_or_else(|error| panic!("{error}"));
    let item = |item: AggregateItem| format!("{:?} {}", item.name, tree(&item.expr));
    let call = |call: AggregateCall| {
        let args: Vec<String> = call.args.iter().map(tree).collect();
        let conditions: Vec<String> = call.conditions.iter().map(tree).collect();
        format!("{}({}) [{}]", call.function, args.join(", "), conditions.join(", "))
    };
    (items.into_iter().map(item).collect(), calls.into_iter().map(call).collect())
}

#[test]
fn aggregate_items() {
    for (spec, items, calls) in [
        ("count()", &["None #0"][..], &["count() []"][..]),
        (
            "p99 = quantile(ms, 0.99), sum(b) where s >= 500 and where",
            &["Some(\"p99\") #0", "None #1"],
            &["quantile(ms, 0.99) []", "sum(b) [((s >= 500) and where)]"],
        ),
        (
            "r = f(max(a) - (min(a) where b), [c])",
            &["Some(\"r\") f((#0 - #1), [c])"],
            &["max(a) []", "min(a) [b]"],
        ),
        (
            "x = (count() where a) / sum(b) where c, y = g(count() where a, 1)",
            &["Some(\"x\") (#0 / #1)", "Some(\"y\") g(#2, 1)"],
            &["count() [c, a]", "sum(b) [c]", "count() [a]"],
        ),
    ] {
        assert_eq!(
            aggregates(spec),
            (
                items.iter().map(|item| (*item).to_owned()).collect(),
                calls.iter().map(|call| (*call).to_owned()).collect()
            ),
            "{spec}"
        );
    }
}

#[test]
fn equal_aggregates_are_one() {
    let spec = "sum(b) where a = 1, x = sum( .b ) / (sum(b) where (a==1.0)) + sum(b)";
    let (items, calls) = aggregates(spec);
    assert_eq!(items, ["None #0", "Some(\"x\") ((#1 / #0) + #1)"]);
    assert_eq!(calls, ["sum(b) [(a == 1)]", "sum(b) []"]);
    // Whatever the order of the conditions, and whether they are written as one.
    let (_, calls) = aggregates("x = (count() where a) where b, count() where b and a, count() where b or a");
    assert_eq!(calls, ["count() [b, a]", "count() [(b or a)]"]);
    let (_, calls) = aggregates("p50(x), p90(x), quantile(x, 0.5), count(), count(x)");
    assert_eq!(calls.len(), 5);
}

#[test]
fn no_name_is_both_an_aggregate_and_a_function() {
    let functions = crate::function::FUNCTIONS.iter().map(|row| row.name);
    for name in functions.chain(SPECIAL_FORMS.iter().map(|form| form.name)) {
        assert!(crate::aggregate::find(name).is_none(), "{name}");
    }
}

#[test]
fn keys() {
    let keys = parse_keys("path, user.id, hour = floor(ts, 1h), a  + b, tags[0]").unwrap();
    let told: Vec<(&str, bool)> = keys.iter().map(|key| (key.name.as_str(), key.named)).collect();
    let expected = [("path", false), ("id", false), ("hour", true), ("a + b", false), ("tags[0]", false)];
    assert_eq!(told, expected);
}

#[test]
fn sort_keys() {
    let keys = parse_sort("count desc, path, x asc, desc desc").unwrap();
    let told: Vec<(String, bool)> = keys.iter().map(|key| (tree(&key.expr), key.descending)).collect();
    let expected = [("count", true), ("path", false), ("x", false), ("desc", true)];
    assert_eq!(told, expected.map(|(name, descending)| (name.to_owned(), descending)));
}

#[test]
fn long_chains_are_flat_and_deep_nests_are_refused() {
    let chain = vec!["x == 1"; 20_000].join(" or ");
    assert_eq!(parse_expression(&chain).unwrap().kind.operands().len(), 20_000);
    for deep in ["(".repeat(5000), "not ".repeat(5000), "-".repeat(5000), "[".repeat(5000), "f(".repeat(5000)]
    {
        let error = parse_expression(&deep).unwrap_err();
        assert_eq!(error.message(), "nested more than 200 deep");
    }
    assert!(parse_expression(&vec!["x"; 5000].join(" + ")).is_err());
    assert!(parse_expression(&format!("{}x{}", "(".repeat(150), ")".repeat(150))).is_ok());
}

/// Random trees as text, all parentheses written.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "x[a-z]{0,2}(\\.[a-z]{1,3})?(\\[-?[0-9]\\])?".prop_map(|name| format!(".{name}")),
        "[0-9]{1,4}(\\.[1-9])?",
        "'[a-z \\\\\"]{0,4}x'",
        Just("1h30m".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let infix = prop::sample::select(vec![
            " and ", " or ", " == ", " < ", " =~ ", " ?? ", " ++ ", " + ", " - ", " * ", " // ", " % ",
        ]);
        prop_oneof![
            (inner.clone(), infix, inner.clone()).prop_map(|(a, sign, b)| format!("({a}{sign}{b})")),
            inner.clone().prop_map(|a| format!("(not {a})")),
            inner.clone().prop_map(|a| format!("(-{a})")),
            inner.clone().prop_map(|a| format!("({a} is not null)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} in [{b}, {a}])")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} between {b} and {a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("f({a}, {b})")),
            inner.prop_map(|a| format!("g({a}).b[0]")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read_or_refused(spec in any::<String>()) {
        let _ = parse_expression(&spec).map_err(|error| error.to_string());
    }

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "a", ".", ").", ")[", "[", "]", "(", ")", ",", "'x", "\"", "\\", "1", "5m", "1x", "=", "==", "not", "and", "in",
        "between", "is", "null", "-", "*", "??", "++", "`", "`b c`", "except", "where", "desc", "ü", "“", " ",
    ]), 0..12)) {
        let spec = words.concat();
        let _ = parse_expression(&spec).map_err(|error| error.to_string());
        let _ = parse_project(&spec).map_err(|error| error.to_string());
        let _ = parse_aggregate(&spec).map_err(|error| error.to_string());
        let _ = parse_keys(&spec).map_err(|error| error.to_string());
        let _ = parse_sort(&spec).map_err(|error| error.to_string());
        let _ = parse_path(&spec).map_err(|error| error.to_string());
    }

    #[test]
    fn printed_trees_read_back(spec in expressions()) {
        let once = parsed(&spec);
        prop_assert_eq!(parsed(&once), once);
    }
}
