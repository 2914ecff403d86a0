//! Owns the reading of JSON that somebody else wrote and a decision rests on: an object in which no
//! key stands twice and which nests at most eight levels deep. `serde_json` alone keeps the last of
//! two equal keys, where another reader may have checked the first.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting; the outermost object is level one.
const MAX_DEPTH: usize = 8;

/// Why a text was not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// No JSON, with the reader's complaint and its place.
    #[error("not JSON: {0}")]
    Malformed(String),
    /// JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object names this key twice.
    #[error("the key {0:?} stands twice in one object")]
    DuplicateKey(String),
    /// More than eight levels.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

/// Reads one JSON object and nothing after it.
///
/// The recursion ends at the ninth level, so the stack it needs is bounded whatever `json` holds.
///
/// # Errors
/// The first fault met, reading from the left.
pub(super) fn object(json: &[u8]) -> Result<Map<String, Value>, JsonFault> {
    let fault = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = Strict {
        depth: 0,
        fault: &fault,
    }
    .deserialize(&mut reader)
    .and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(JsonFault::NotAnObject),
        Err(error) => Err(fault
            .take()
            .unwrap_or_else(|| JsonFault::Malformed(error.to_string()))),
    }
}

/// Reads the value that stands inside `depth` containers. serde's errors are texts, so what was
/// wrong is left in `fault`.
#[derive(Clone, Copy)]
struct Strict<'f> {
    depth: usize,
    fault: &'f Cell<Option<JsonFault>>,
}

impl Strict<'_> {
    /// The reader of what stands inside the container that begins here.
    fn enter<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.fail(JsonFault::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
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
                return Err(self.fail(JsonFault::DuplicateKey(key)));
            }
            let value = entries.next_value_seed(inside)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
