//! Owns the reading of JSON that somebody else wrote and a decision rests on: what a token claims, and
//! every file that a person writes. No object names a key twice, and nesting is bounded. `serde_json`
//! alone keeps the last of two equal keys, where another reader may have checked the first.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text was not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// No JSON, with the reader's complaint and its place.
    #[error("not JSON: {0}")]
    Malformed(String),
    /// JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object names a key twice.
    #[error("the key {key:?} stands twice in one object, the second time on line {line}")]
    DuplicateKey {
        /// The key, as read.
        key: String,
        /// Where it stands the second time, from 1.
        line: usize,
    },
    /// More levels than the reader allows.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
}

/// Reads one JSON object of at most so many levels, itself the first, and nothing after it.
///
/// # Errors
/// The first fault met, reading from the left.
pub fn object(json: &[u8], levels_max: usize) -> Result<Map<String, Value>, JsonFault> {
    match value(json, levels_max)? {
        Value::Object(object) => Ok(object),
        _ => Err(JsonFault::NotAnObject),
    }
}

/// Reads one JSON value of at most so many levels of objects and lists, and nothing after it.
///
/// The recursion ends behind the last level, so the stack it needs is bounded whatever `json` holds.
///
/// # Errors
/// The first fault met, reading from the left.
pub fn value(json: &[u8], levels_max: usize) -> Result<Value, JsonFault> {
    let fault = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = Strict {
        levels_left: levels_max,
        levels_max,
        fault: &fault,
    }
    .deserialize(&mut reader)
    .and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match fault.take() {
        Some(JsonFault::DuplicateKey { key, .. }) => JsonFault::DuplicateKey {
            key,
            line: error.line(),
        },
        Some(fault) => fault,
        None => JsonFault::Malformed(error.to_string()),
    })
}

/// Reads a value with so many levels left inside it. serde's errors are texts, so what was wrong is
/// left in `fault`.
#[derive(Clone, Copy)]
struct Strict<'f> {
    levels_left: usize,
    levels_max: usize,
    fault: &'f Cell<Option<JsonFault>>,
}

impl Strict<'_> {
    /// The reader of what stands inside the container that begins here.
    fn enter<E: Error>(self) -> Result<Self, E> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Self {
                levels_left,
                ..self
            }),
            None => Err(self.fail(JsonFault::TooDeep(self.levels_max))),
        }
    }

    fn fail<E: Error>(self, fault: JsonFault) -> E {
        let error = E::custom(&fault);
        self.fault.set(Some(fault));
        error
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.enter()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.enter()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            // Keys are compared as read, so `"a\u0075d"` is a second `"aud"`.
            if object.contains_key(&key) {
                // The place is the reader's to say.
                return Err(self.fail(JsonFault::DuplicateKey { key, line: 0 }));
            }
            let value = entries.next_value_seed(inside)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
