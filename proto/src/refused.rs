//! A refusal: a reason of the contract, with the parts of its text that differ from case to case.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Why a call is refused. Made of a reason of [`crate::reason`], which asks for every key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason's name, code and texts.
    pub texts: &'static ReasonTexts,
    /// What stands for each `{key}` of the texts.
    pub metadata: BTreeMap<&'static str, Value>,
}

/// What stands for a `{key}`. It reads as a text, and two that read alike are equal.
#[derive(Clone, Debug)]
pub enum Value {
    /// One value.
    One(String),
    /// Several things.
    Many(List),
}

/// Things that a refusal names, and what stands between them.
#[derive(Clone, Debug)]
pub struct List {
    things: Vec<String>,
    separator: &'static str,
}

/// What a reason is made of: whatever reads as a text, and lists.
pub trait IntoValue {
    /// The value of a `{key}`.
    fn into_value(self) -> Value;
}

impl<T: fmt::Display> IntoValue for T {
    fn into_value(self) -> Value {
        Value::One(self.to_string())
    }
}

impl IntoValue for List {
    fn into_value(self) -> Value {
        Value::Many(self)
    }
}

impl List {
    /// These things, all of them.
    pub fn new(things: Vec<String>, separator: &'static str) -> Self {
        Self { things, separator }
    }
}

impl Value {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::One(value) => value.into(),
            Self::Many(list) => list.things.join(list.separator).into(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Value {}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.text() == *other
    }
}

/// How much of a refusal is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Characters of one value.
    pub characters: usize,
    /// Things of one list.
    pub things: usize,
}

impl Room {
    /// The value, or its beginning and `…`.
    pub fn value(self, value: &str) -> String {
        match value.char_indices().nth(self.characters) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value.to_owned(),
        }
    }

    fn list(self, list: &List) -> List {
        let first = list.things.iter().take(self.things);
        let mut things: Vec<_> = first.map(|it| self.value(it)).collect();
        if list.things.len() > self.things {
            things.push(format!("and {} more", list.things.len() - self.things));
        }
        List::new(things, list.separator)
    }
}

/// The wire name, domain, code and texts of a reason, as the options on its enum value say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonTexts {
    /// `ErrorInfo.reason`, such as `FRAME_EXCEEDED`.
    pub name: &'static str,
    /// `ErrorInfo.domain`, such as `grants.norec.no`.
    pub domain: &'static str,
    /// google.rpc.Code.
    pub code: i32,
    /// Bokmål; `{key}` stands for the metadata of that key.
    pub nb: &'static str,
    /// Nynorsk, with the same keys.
    pub nn: &'static str,
    /// English, with the same keys.
    pub en: &'static str,
}

impl Refused {
    /// The same within this room.
    #[must_use]
    pub fn within(&self, room: Room) -> Self {
        let shorter = |value: &Value| match value {
            Value::One(value) => Value::One(room.value(value)),
            Value::Many(list) => Value::Many(room.list(list)),
        };
        let metadata = self.metadata.iter().map(|(key, it)| (*key, shorter(it)));
        Self {
            texts: self.texts,
            metadata: metadata.collect(),
        }
    }

    /// Its English text, filled in: for what is stored or logged, where no caller names a language.
    pub fn english(&self) -> String {
        self.text(self.texts.en)
    }

    /// Fills each `{key}` of one of its texts, once: a value is text, whatever it looks like.
    pub fn text(&self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (key, after))) = next_key(rest) {
            filled.push_str(before);
            filled.extend(self.metadata.get(key).map(Value::text));
            rest = after;
        }
        filled + rest
    }
}

/// The text before the first `{key}`, the key, and the text behind it.
fn next_key(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = template.split_once('{')?;
    Some((before, rest.split_once('}')?))
}
