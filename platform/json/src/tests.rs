//! The strict reader against texts, and against `serde_json` on texts without duplicates.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::JsonFault;

/// As deep as a token may be.
const LEVELS: usize = 8;

fn object(json: &[u8]) -> Result<Map<String, Value>, JsonFault> {
    super::object(json, LEVELS)
}

#[test]
fn an_object_is_read_as_it_stands() {
    let text = r#" {"a":[1,-2,2.5,null,true,"\u00e5"],"b":{"c":{}},"big":18446744073709551615} "#;
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(object(text.as_bytes()).map(Value::Object), Ok(expected));
}

#[test]
fn a_key_that_stands_twice_is_named() {
    for (text, key) in [
        (r#"{"a":1,"a":1}"#, "a"),
        (r#"{"a":1,"b":{"c":1,"c":2}}"#, "c"),
        (r#"{"a":[{"b":1,"c":2,"b":3}]}"#, "b"),
        (r#"{"aud":1,"\u0061ud":2}"#, "aud"),
        (r#"{"":1,"":2}"#, ""),
    ] {
        assert_eq!(
            object(text.as_bytes()),
            Err(JsonFault::DuplicateKey {
                key: key.to_owned(),
                line: 1
            }),
            "{text}"
        );
    }
    let lines = "{\n \"a\": 1,\n \"b\": [],\n \"a\": 2\n}";
    let twice = JsonFault::DuplicateKey {
        key: "a".to_owned(),
        line: 4,
    };
    assert_eq!(object(lines.as_bytes()), Err(twice));
    assert!(
        object(br#"{"a":{"a":{"a":1}},"b":{"a":1}}"#).is_ok(),
        "other objects' keys"
    );
}

#[test]
fn eight_levels_are_read_and_nine_are_not() {
    let nested =
        |levels: usize| format!("{}{}", r#"{"a":"#.repeat(levels), "1") + &"}".repeat(levels);
    assert!(object(nested(8).as_bytes()).is_ok());
    assert_eq!(
        object(nested(9).as_bytes()),
        Err(JsonFault::TooDeep(LEVELS))
    );
    let lists = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(object(lists(7).as_bytes()).is_ok());
    assert_eq!(object(lists(8).as_bytes()), Err(JsonFault::TooDeep(LEVELS)));
}

#[test]
fn a_hundred_thousand_levels_need_no_more_stack_than_nine() {
    // A thread of 64 KiB would overflow, and abort the tests, if each level took a frame.
    let reader = std::thread::Builder::new().stack_size(64 * 1024).spawn(|| {
        let lists = format!(r#"{{"a":{}"#, "[".repeat(100_000));
        let objects = r#"{"a":"#.repeat(100_000);
        (object(lists.as_bytes()), object(objects.as_bytes()))
    });
    let answers = reader.unwrap().join().unwrap();
    assert_eq!(
        answers,
        (
            Err(JsonFault::TooDeep(LEVELS)),
            Err(JsonFault::TooDeep(LEVELS))
        )
    );
}

#[test]
fn what_is_no_object_is_refused() {
    for text in ["[]", "1", "\"a\"", "null", "true"] {
        assert_eq!(
            object(text.as_bytes()),
            Err(JsonFault::NotAnObject),
            "{text}"
        );
    }
    for text in [
        "",
        "{",
        "{}{}",
        "{} x",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1e999}",
    ] {
        assert!(
            matches!(object(text.as_bytes()), Err(JsonFault::Malformed(_))),
            "{text}"
        );
    }
    assert!(matches!(
        object(b"{\"a\":\"\xff\"}"),
        Err(JsonFault::Malformed(_))
    ));
}

/// A JSON value of at most seven levels.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,4}", inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_back(value in value()) {
        let document = json!({"x": value});
        let read = object(document.to_string().as_bytes());
        prop_assert_eq!(read.map(Value::Object), Ok(document));
    }
}
