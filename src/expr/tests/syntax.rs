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
            ProjectItem::All { except, .. } => format!("* but {except:?}"),
            ProjectItem::Members { object, .. } => format!("members of {}", tree(&object)),
            ProjectItem::Computed { name, expr, .. } => format!("{name} = {}", tree(&expr)),
        };
        items.into_iter().map(tell).collect()
    };
    assert_eq!(told("user.id, ms = latency * 1000"), ["user.id as None", "ms = (latency * 1000)"]);
    assert_eq!(told("*, x = y, ok = a = b"), ["* but []", "y as Some(\"x\")", "ok = (a == b)"]);
    assert_eq!(told("* except (password, `a b`), x = 1"), ["* but [\"password\", \"a b\"]", "x = 1"]);
    assert_eq!(told("except, `and` = 1"), ["except as None", "and = 1"]);
    let members = ["members of a", "members of a.b", "members of tags[0]", "members of json(log)"];
    assert_eq!(told("a.*, a.b.*, tags[0].*, json(log).*"), members);
    assert_eq!(told("`a b` .*, (a ?? b).*"), ["members of a b", "members of (a ?? b)"]);
}

#[test]
fn aggregate_items() {
    let told = |spec: &str| -> Vec<String> {
        let items = parse_aggregate(spec).unwrap_or_else(|error| panic!("{error}"));
        let tell = |item: AggregateItem| {
            let args: Vec<String> = item.args.iter().map(tree).collect();
            let condition = item.condition.as_ref().map(tree);
            assert_eq!(&spec[item.function_place], item.function);
            format!("{:?} {}({}) {condition:?}", item.name, item.function, args.join(", "))
        };
        items.into_iter().map(tell).collect()
    };
    assert_eq!(told("count()"), ["None count() None"]);
    assert_eq!(
        told("p99 = quantile(ms, 0.99), sum(b) where s >= 500 and where"),
        ["Some(\"p99\") quantile(ms, 0.99) None", "None sum(b) Some(\"((s >= 500) and where)\")"]
    );
}

#[test]
fn keys() {
    let keys = parse_keys("path, user.id, hour = floor(ts, 1h), a + b").unwrap();
    let told: Vec<(&str, bool)> = keys.iter().map(|key| (key.name.as_str(), key.named)).collect();
    assert_eq!(told, [("path", true), ("id", true), ("hour", true), ("a + b", false)]);
    assert!(keys[2].check_named("").is_ok());
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
