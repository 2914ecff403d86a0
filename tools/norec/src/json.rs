//! The one reader of JSON that people write: `-d`, files of requests and of people, maps of columns. A
//! key that stands twice is refused, for of two amounts the last would win unseen.

use serde::de::DeserializeOwned;
use serde_json::Value;
use strict_json::JsonFault;

/// Deepest nesting: several times that of any request of the contract.
const LEVELS_MAX: usize = 64;

/// Reads one value, and nothing after it.
pub(crate) fn value(text: &[u8]) -> Result<Value, JsonFault> {
    strict_json::value(text, LEVELS_MAX)
}

/// Reads what has a form of its own, or says what is wrong and where.
pub(crate) fn of<T: DeserializeOwned>(text: &[u8]) -> Result<T, String> {
    let value = value(text).map_err(|fault| fault.to_string())?;
    serde_path_to_error::deserialize(value).map_err(|error| match error.path().to_string() {
        path if path == "." => error.into_inner().to_string(),
        path => format!("{path}: {}", error.into_inner()),
    })
}

/// `pageToken` → `page_token`.
pub(crate) fn snake_case(camel: &str) -> String {
    let mut snake = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A field of a message that an object names in both of its spellings, such as `page_token` beside
/// `pageToken`.
pub(crate) fn spelled_twice(json: &Value) -> Option<String> {
    match json {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().map(|it| snake_case(it)).collect();
            names.sort_unstable();
            let twice = names.windows(2).find(|it| it[0] == it[1]);
            twice
                .map(|it| it[0].clone())
                .or_else(|| fields.values().find_map(spelled_twice))
        }
        Value::Array(items) => items.iter().find_map(spelled_twice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// B-F12: of a key that stands twice neither value is taken, and the line is named.
    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let twice = b"{\n \"units\": 1000,\n \"units\": 2000}";
        let said = "the key \"units\" stands twice in one object, the second time on line 3";
        assert_eq!(value(twice).unwrap_err().to_string(), said);
        assert_eq!(of::<BTreeMap<String, u32>>(twice).unwrap_err(), said);
    }

    /// B-F12: neither is a field taken that is named in both of its spellings.
    #[test]
    fn a_field_in_both_spellings_stands_twice() {
        for (json, twice) in [
            (r#"{"page_token": "a", "pageSize": 1}"#, None),
            (
                r#"{"page_token": "a", "pageToken": "b"}"#,
                Some("page_token"),
            ),
            (
                r#"{"rows": [{"subPost": "1"}, {"sub_post": "1", "subPost": "2"}]}"#,
                Some("sub_post"),
            ),
        ] {
            let read = value(json.as_bytes()).unwrap();
            assert_eq!(spelled_twice(&read).as_deref(), twice, "{json}");
        }
    }

    #[test]
    fn what_has_another_form_is_named_with_its_place() {
        let read = of::<BTreeMap<String, u32>>(br#"{"a": 1, "b": "x"}"#);
        let problem = read.unwrap_err();
        assert!(
            problem.starts_with("b: invalid type: string \"x\""),
            "{problem}"
        );
    }
}
