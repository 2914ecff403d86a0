//! Whether an answer has the fields that a line waits for.

use serde_json::Value;

use crate::json::snake_case;

/// Whether every field of `expected` stands in `actual` with that value. Objects may hold more;
/// lists are compared element by element and have the same length. A field's name is written as in
/// the contract or in lower camel case, and a whole number as a number or as a text, as protobuf
/// JSON allows.
pub(super) fn holds(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().all(|(name, value)| {
            let found = actual.get(name).or_else(|| actual.get(&snake_case(name)));
            found.is_some_and(|it| holds(value, it))
        }),
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected
                    .iter()
                    .zip(actual)
                    .all(|(expected, actual)| holds(expected, actual))
        }
        (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        (Value::String(text), Value::Number(number)) => number.to_string() == *text,
        (expected, actual) => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_holds_what_it_contains() {
        let answer = json!({
            "state": "STATE_CLOSED", "number": "42", "lag": 0, "sources": [{"source": "grants", "reached": true}],
            "next_page_token": "",
        });
        let table = [
            (json!({}), true),
            (json!({"state": "STATE_CLOSED"}), true),
            (json!({"state": "STATE_CLOSING"}), false),
            (json!({"number": 42, "lag": 0}), true),
            (json!({"number": "42", "lag": "0"}), true),
            (json!({"number": 43}), false),
            (json!({"sources": [{"reached": true}]}), true),
            (json!({"sources": [{"reached": false}]}), false),
            (json!({"sources": []}), false),
            (json!({"nextPageToken": ""}), true),
            (json!({"absent": null}), false),
        ];
        for (expected, held) in table {
            assert_eq!(holds(&expected, &answer), held, "{expected}");
        }
    }
}
