//! A refusal: a reason of the contract, with the parts of its text that differ from case to case. Machines
//! read these alike whatever the caller's language, people in theirs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use wording::Locale;

use crate::word::Word;

/// Why a call is refused. Made of a reason of [`crate::reason`], which asks for every key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason's name, code and texts.
    pub texts: &'static ReasonTexts,
    /// What stands for each `{key}` of the texts.
    pub metadata: BTreeMap<&'static str, Value>,
}

/// What is wrong with a field, whose text says what would be right. Made of a reason of
/// [`crate::field_reason`] likewise; alone it refuses no call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub Refused);

/// The wire name, domain, code and texts of a reason, as the options on its enum value say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonTexts {
    /// `ErrorInfo.reason`, such as `FRAME_EXCEEDED`, or that of a field violation.
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
        let metadata = self.metadata.iter();
        let metadata = metadata.map(|(key, it)| (*key, it.within(room)));
        Self {
            texts: self.texts,
            metadata: metadata.collect(),
        }
    }

    /// Its English text: for what is stored or logged, where no caller names a language.
    pub fn english(&self) -> String {
        self.text(Locale::En)
    }

    /// Its text in a language. Each `{key}` is filled in once: a value is text, whatever it looks like.
    pub fn text(&self, locale: Locale) -> String {
        let template = match locale {
            Locale::Nb => self.texts.nb,
            Locale::Nn => self.texts.nn,
            Locale::En => self.texts.en,
        };
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (key, after))) = next_key(rest) {
            filled.push_str(before);
            filled.extend(self.metadata.get(key).map(|it| it.text(locale)));
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

/// What stands for a `{key}` of a reason's texts. Two that machines read alike are equal.
#[derive(Clone, Debug)]
pub enum Value {
    /// A name, a number, a text of somebody's: the same in every language.
    Text(String),
    /// A day: `2026-01-06`, and in Norwegian `6. januar 2026`.
    Day(NaiveDate),
    /// An instant: `2026-01-06T11:00:00Z`, and in Norwegian what a clock in Oslo shows, `6. januar 2026 kl. 12.00.00`.
    Instant(DateTime<Utc>),
    /// An amount of NOK.
    Kroner(Kroner),
    /// A state, duty or role.
    Word(Word),
    /// A text of its own.
    Said(Refused),
    /// Several of these.
    Many(List),
}

/// An amount of NOK in øre: `-6500000.00`, and in Norwegian `−6 500 000,00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kroner(pub i128);

/// Things that a refusal names, and what stands between them.
#[derive(Clone, Debug)]
pub struct List {
    things: Vec<Value>,
    separator: &'static str,
    /// Things that there was no room for.
    more: usize,
}

/// What a reason is made of.
pub trait IntoValue {
    /// The value of a `{key}`.
    fn into_value(self) -> Value;
}

/// How much of a refusal is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Characters of one text.
    pub characters: usize,
    /// Things of one list.
    pub things: usize,
}

impl Value {
    /// As people read it in this language. In English it is what machines read.
    pub fn text(&self, locale: Locale) -> Cow<'_, str> {
        let norwegian = locale != Locale::En;
        match self {
            Self::Text(text) => text.into(),
            Self::Day(day) if norwegian => wording::day(*day).into(),
            Self::Day(day) => day.to_string().into(),
            Self::Instant(at) if norwegian => wording::time(calendar::oslo_time(*at)).into(),
            Self::Instant(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
            Self::Kroner(Kroner(ore)) if norwegian => wording::kroner(*ore).into(),
            Self::Kroner(kroner) => kroner.to_string().into(),
            Self::Word(word) => word.text(locale).into(),
            Self::Said(refused) => refused.text(locale).into(),
            Self::Many(list) => list.text(locale).into(),
        }
    }

    /// The same within this room.
    pub(crate) fn within(&self, room: Room) -> Self {
        match self {
            Self::Text(text) => Self::Text(room.text(text)),
            Self::Said(refused) => Self::Said(refused.within(room)),
            Self::Many(list) => Self::Many(list.within(room)),
            Self::Day(_) | Self::Instant(_) | Self::Kroner(_) | Self::Word(_) => self.clone(),
        }
    }
}

/// As machines read it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.text(Locale::En) == other.text(Locale::En)
    }
}

impl Eq for Value {}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.text(Locale::En) == *other
    }
}

impl fmt::Display for Kroner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ore = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", ore / 100, ore % 100)
    }
}

impl List {
    /// These things, all of them.
    pub fn new(things: impl IntoIterator<Item: IntoValue>, separator: &'static str) -> Self {
        Self {
            things: things.into_iter().map(IntoValue::into_value).collect(),
            separator,
            more: 0,
        }
    }

    fn text(&self, locale: Locale) -> String {
        let things = self.things.iter().map(|it| it.text(locale));
        let more = (self.more > 0).then(|| match locale {
            Locale::Nb | Locale::Nn => format!("og {} til", self.more),
            Locale::En => format!("and {} more", self.more),
        });
        let told: Vec<_> = things.chain(more.map(Cow::from)).collect();
        told.join(self.separator)
    }

    fn within(&self, room: Room) -> Self {
        let first = self.things.iter().take(room.things);
        Self {
            things: first.map(|it| it.within(room)).collect(),
            separator: self.separator,
            more: self.more + self.things.len().saturating_sub(room.things),
        }
    }
}

impl Room {
    /// The text, or its beginning and `…`.
    pub fn text(self, text: &str) -> String {
        match text.char_indices().nth(self.characters) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        }
    }
}

/// What reads the same in every language.
macro_rules! as_text {
    ($($type:ty),+) => {
        $(impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Text(self.to_string())
            }
        })+
    };
}

as_text!(
    &str,
    String,
    Cow<'_, str>,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize
);

/// What does not, or is made of such.
macro_rules! as_value {
    ($($type:ty => $make:expr),+) => {
        $(impl IntoValue for $type {
            fn into_value(self) -> Value {
                $make(self)
            }
        })+
    };
}

as_value!(
    NaiveDate => Value::Day,
    DateTime<Utc> => Value::Instant,
    Kroner => Value::Kroner,
    Word => Value::Word,
    Refused => Value::Said,
    Wrong => |it: Self| Value::Said(it.0),
    List => Value::Many,
    Value => std::convert::identity
);

impl<T: IntoValue + Clone> IntoValue for &T {
    fn into_value(self) -> Value {
        self.clone().into_value()
    }
}
