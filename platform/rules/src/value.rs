//! The kinds of value that a rule can have. A further one is a line of [`kinds!`], a type, a message of the
//! contract, and how one becomes the other (`wire.rs`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A kind of value.
pub trait Kind: Sized {
    /// As the contract's field is called.
    const NAME: &'static str;
    /// The value, where it is of this kind.
    fn of(value: Value) -> Option<Self>;
}

macro_rules! kinds {
    ($($name:literal $kind:ident,)+) => {
        /// What an edition of a rule says; stored as one jsonb value.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "each is documented as a type")]
        pub enum Value {
            $(#[serde(rename = $name)] $kind($kind),)+
        }

        impl Value {
            /// What kind of value it is, as the contract's field is called.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $kind::NAME,)+
                }
            }
        }

        $(impl Kind for $kind {
            const NAME: &'static str = $name;

            fn of(value: Value) -> Option<Self> {
                match value {
                    Value::$kind(it) => Some(it),
                    _ => None,
                }
            }
        })+
    };
}

kinds! {
    "days" Days,
    "weeks" Weeks,
    "months" Months,
    "number" Number,
    "amount" Ore,
    "ages" Ages,
    "share" Share,
    "text" Text,
    "codes" Codes,
    "table" Table,
    "classes" Classes,
}

/// Whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days(pub i64);

/// Whole weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weeks(pub i64);

/// Months of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Months(pub i64);

/// How many of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number(pub i64);

/// An amount of NOK, in øre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ore(pub i64);

/// Ages in whole years, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ages {
    /// The lowest.
    pub from: i32,
    /// The highest.
    pub to: i32,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// At most the denominator.
    pub numerator: i64,
    /// At least 1.
    pub denominator: i64,
}

/// A text in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Bokmål.
    pub nb: String,
    /// Nynorsk.
    pub nn: String,
    /// English.
    pub en: String,
}

/// Codes; an office may add one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codes(pub Vec<Code>);

/// A code and what people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// As it is stored.
    pub code: String,
    /// As it is read.
    pub label: Text,
}

/// A number for each key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table(pub Vec<Row>);

/// What holds for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Such as a country or a post.
    pub key: String,
    /// What holds for it.
    pub number: i64,
}

/// Classes of what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes(pub Vec<Class>);

/// What is asked for before something of a class is published (Hovedinstruks § 5.3, § 3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// As it is stored.
    pub code: String,
    /// As it is read.
    pub label: Text,
    /// Whole days between dispatch and release.
    pub days: i32,
    /// A short recommendation goes with it.
    pub recommendation_required: bool,
    /// The offices that it is sent to.
    pub recipients: Vec<String>,
    /// It tells of results.
    pub result: bool,
    /// Its development goal is named.
    pub goal: bool,
    /// How it was coordinated is told.
    pub coordination: bool,
}

impl Table {
    /// What holds for a key.
    pub fn get(&self, key: &str) -> Option<i64> {
        let rows: BTreeMap<_, _> = self
            .0
            .iter()
            .map(|it| (it.key.as_str(), it.number))
            .collect();
        rows.get(key).copied()
    }
}
