//! Words of a file: names that its replies carried, kept for later lines.
//!
//! `"as": "P1"` keeps the name of a reply, `"as": {"K1": "assignment"}` a field of it; a later line's
//! request or `until` says `${P1}` where that name is to stand.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor};
use serde::Deserialize;
use serde_json::Value;

use crate::contract::json_of;

/// What `"as": "P1"` keeps of a reply.
const OWN_NAME: &str = "name";
const WORD_MAX: usize = 63;

/// What words stand for.
pub(super) type Names = BTreeMap<String, String>;

/// `as` as a line has it.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum As {
    Own(String),
    Fields(Names),
}

/// A word and the field of a reply that it keeps, by its path such as `assignment` or `lift.parent`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Keep {
    pub(super) word: String,
    path: String,
}

impl Keep {
    /// What a line keeps of a reply of this kind, or what is wrong with it.
    pub(super) fn all(written: &As, reply: &MessageDescriptor) -> Result<Vec<Self>, String> {
        let named = match written {
            As::Own(word) => vec![(word.clone(), OWN_NAME.to_owned())],
            As::Fields(fields) => fields.clone().into_iter().collect(),
        };
        let keeps = named.into_iter().map(|(word, path)| {
            if !is_word(&word) {
                return Err(format!(
                    "as: {word:?} is no word: a letter, then letters, digits, - and _, at most {WORD_MAX}"
                ));
            }
            if !is_text(reply, &path) {
                let reply = reply.name();
                return Err(format!("as: {reply} has no single text {path:?}"));
            }
            Ok(Self { word, path })
        });
        keeps.collect()
    }

    /// What stands in the field of this reply.
    pub(super) fn name_in(&self, reply: &DynamicMessage) -> Result<String, String> {
        let json = json_of(reply, true).map_err(|error| error.to_string())?;
        let found = json.pointer(&format!("/{}", self.path.replace('.', "/")));
        let name = found
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty());
        let missing = || {
            format!(
                "was answered with nothing in {} to keep as {}",
                self.path, self.word
            )
        };
        name.map(str::to_owned).ok_or_else(missing)
    }
}

/// Whether the path leads through single messages to a single text.
fn is_text(message: &MessageDescriptor, path: &str) -> bool {
    let (field, rest) = match path.split_once('.') {
        Some((field, rest)) => (field, Some(rest)),
        None => (path, None),
    };
    let field = message.get_field_by_name(field);
    let kind = field.filter(|it| !it.is_list()).map(|it| it.kind());
    match (kind, rest) {
        (Some(Kind::String), None) => true,
        (Some(Kind::Message(inner)), Some(rest)) => is_text(&inner, rest),
        _ => false,
    }
}

fn is_word(text: &str) -> bool {
    let is_letter = text.starts_with(|it: char| it.is_ascii_alphabetic());
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    is_letter && text.len() <= WORD_MAX && text.chars().all(is_part)
}

/// The words that texts in this JSON name.
pub(super) fn words_in(json: &Value) -> Result<BTreeSet<&str>, String> {
    let mut words = BTreeSet::new();
    match json {
        Value::String(text) => {
            let parts = parts(text)?.into_iter();
            words.extend(parts.filter_map(|(_, word)| word));
        }
        Value::Array(items) => {
            for item in items {
                words.append(&mut words_in(item)?);
            }
        }
        Value::Object(fields) => {
            for field in fields.values() {
                words.append(&mut words_in(field)?);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
    Ok(words)
}

/// The same JSON with what its words stand for.
pub(super) fn filled(json: &Value, names: &Names) -> Result<Value, String> {
    Ok(match json {
        Value::String(text) => {
            let mut whole = String::new();
            for (before, word) in parts(text)? {
                whole.push_str(before);
                if let Some(word) = word {
                    let name = names.get(word);
                    whole.push_str(name.ok_or_else(|| format!("nothing is kept as {word}"))?);
                }
            }
            Value::String(whole)
        }
        Value::Array(items) => {
            let items = items.iter().map(|it| filled(it, names));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(field, it)| Ok((field.clone(), filled(it, names)?)));
            Value::Object(fields.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// A text in parts: what stands before a word, and the word; the last part has none.
fn parts(text: &str) -> Result<Vec<(&str, Option<&str>)>, String> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let word = after.split_once('}').filter(|(word, _)| is_word(word));
        let (word, after) =
            word.ok_or_else(|| format!("{text:?}: after ${{ come a word and }}"))?;
        parts.push((before, Some(word)));
        rest = after;
    }
    parts.push((rest, None));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_stand_anywhere_in_a_text_and_nothing_else_changes() {
        let names: Names = [("P1", "individuals/7"), ("K-1", "x")]
            .map(|(word, name)| (word.to_owned(), name.to_owned()))
            .into();
        let table = [
            (json!("${P1}"), json!("individuals/7"), &["P1"][..]),
            (
                json!("a/${P1}/b/${K-1}"),
                json!("a/individuals/7/b/x"),
                &["K-1", "P1"],
            ),
            (
                json!({"a": ["${P1}", 7, null], "${P1}": true}),
                json!({"a": ["individuals/7", 7, null], "${P1}": true}),
                &["P1"],
            ),
            (json!("{figure:a} $ {P1}"), json!("{figure:a} $ {P1}"), &[]),
        ];
        for (written, expected, words) in table {
            assert_eq!(filled(&written, &names), Ok(expected), "{written}");
            assert!(
                words_in(&written)
                    .unwrap()
                    .into_iter()
                    .eq(words.iter().copied())
            );
        }
    }

    #[test]
    fn what_is_no_word_is_refused_and_a_word_that_nothing_is_kept_as() {
        for written in ["${", "${P1", "${}", "${1}", "a ${figure:x}", "${P 1}"] {
            let problem = words_in(&json!([written])).unwrap_err();
            assert!(problem.contains("come a word and }"), "{problem}");
        }
        let problem = filled(&json!("${P2}"), &Names::new()).unwrap_err();
        assert_eq!(problem, "nothing is kept as P2");
        assert!(is_word(&"a".repeat(WORD_MAX)) && !is_word(&"a".repeat(WORD_MAX + 1)));
    }
}
