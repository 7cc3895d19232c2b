//! JSON lines.

use equipoise_table::{ReadOptions, Source};
use expect_test::{Expect, expect};

use crate::support::{Value, file, label, message, read_file, real, text};

#[track_caller]
fn check_error(bytes: &str, column: &str, expected: Expect) {
    expected.assert_eq(&message(read_file("t.jsonl", bytes, ReadOptions::new(), &[label(column)])));
}

#[test]
fn values_of_all_kinds_become_labels() {
    let bytes = concat!(
        "{\"a\": \"x\", \"n\": 1, \"skip\": {\"deep\": [1, {}]}}\n",
        "{\"n\": 1.0, \"a\": null}\n\n",
        "{\"n\": 0.1, \"a\": true, \"a\": false}\n",
        "{\"n\": 1e3, \"a\": \"caf\\u00e9 \\\"q\\\"\"}\r\n",
        "{\"a\": 12345678901234567890123}",
    );
    let rows = read_file("t.jsonl", bytes, ReadOptions::new(), &[label("a"), label("n"), real("n")]).unwrap();
    let expected = [
        [text("x"), text("1"), Value::Number(1.0)],
        [Value::Missing, text("1"), Value::Number(1.0)],
        [text("false"), text("0.1"), Value::Number(0.1)],
        [text("café \"q\""), text("1000"), Value::Number(1000.0)],
        [text("12345678901234567890123"), Value::Missing, Value::Missing],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn json_lines_are_known_by_their_first_bytes() {
    let rows = read_file("no_suffix", " {\"a\": 1}\n", ReadOptions::new(), &[label("a")]).unwrap();
    assert_eq!(rows, [[text("1")]]);
}

#[test]
fn a_later_file_may_lack_a_key() {
    let (_one, first) = file("1.jsonl", "{\"a\": 1, \"b\": 2}\n");
    let (_two, second) = file("2.jsonl", "{\"a\": 3}\n");
    let source = Source::open(&[first.into(), second.into()], ReadOptions::new()).unwrap();
    let (rows, _) = crate::support::read(&source, &[label("b")]).unwrap();
    assert_eq!(rows, [[text("2")], [Value::Missing]]);
}

#[test]
fn what_is_broken_is_said_with_its_line() {
    let good = "{\"a\": 1, \"b\": 2}\n";
    check_error(
        &format!("{good}{{\"a\": [1]}}\n"),
        "a",
        expect!["column `a` holds an object or array, in t.jsonl, line 2"],
    );
    check_error(
        &format!("{good}[1]\n"),
        "a",
        expect![
            "not a JSON object: the value is not an object, or its text is not UTF-8 at column 1, in t.jsonl, line 2"
        ],
    );
    check_error(
        &format!("{good}{{\"a\": secret}}\n"),
        "a",
        expect!["not a JSON object: unexpected character at column 7, in t.jsonl, line 2"],
    );
    check_error(
        &format!("{good}{good}{{\"a\": 1"),
        "a",
        expect!["not a JSON object: the line ends too early at column 7, in t.jsonl, line 3"],
    );
    check_error(
        &format!("{{\"a\": {}1{}}}\n", "[".repeat(5000), "]".repeat(5000)),
        "a",
        expect!["column `a` holds an object or array, in t.jsonl, line 1"],
    );
    check_error(good, "z", expect!["column `z` is not in t.jsonl"]);
    check_error("", "z", expect!["t.jsonl is not a readable table file: it is empty"]);
    let outcome = read_file("t.jsonl", "{\"a\": \"x\"}\n", ReadOptions::new(), &[real("a")]);
    expect!["column `a` has `x` where a number is needed, in t.jsonl, line 1"].assert_eq(&message(outcome));
}
