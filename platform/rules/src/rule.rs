//! What a rule is.

use std::marker::PhantomData;

use chrono::NaiveDate;

use crate::value::{Kind, Value};

/// A rule whose editions have a value of one kind.
#[derive(Debug)]
pub struct Rule<T> {
    /// What does not depend on the kind.
    pub definition: Definition,
    of: PhantomData<fn() -> T>,
}

/// A rule, of whatever kind.
#[derive(Debug)]
pub struct Definition {
    /// Such as `late-registration`.
    pub id: &'static str,
    /// What people call it, in bokmål, nynorsk and English.
    pub title: [&'static str; 3],
    /// The kind of its values, as [`Value::kind`] names it.
    pub kind: &'static str,
    /// The editions that are shipped, oldest first. The first is valid from 1990 whatever day its source
    /// gives, so that any year can be judged.
    pub shipped: &'static [First],
}

/// An edition that is shipped.
#[derive(Debug)]
pub struct First {
    /// `2026-01-01`: the first day on which it holds.
    pub valid_from: &'static str,
    /// Its value, as JSON: `{"days": 7}`.
    pub value: &'static str,
    /// Where it stands; says `assumed` where no source was found.
    pub source: &'static str,
}

/// An edition that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition<T> {
    /// What it says.
    pub value: T,
    /// `rules/{rule}/editions/{valid_from}`: what a decision keeps.
    pub name: String,
}

impl<T: Kind> Rule<T> {
    /// A rule.
    pub const fn new(
        id: &'static str,
        title: [&'static str; 3],
        shipped: &'static [First],
    ) -> Self {
        Self {
            definition: Definition {
                id,
                title,
                kind: T::NAME,
                shipped,
            },
            of: PhantomData,
        }
    }
}

impl Definition {
    /// `rules/late-registration`.
    pub fn name(&self) -> String {
        format!("rules/{}", self.id)
    }
}

impl First {
    /// Its first day and its value, or what is wrong with them.
    pub fn read(&self) -> Result<(NaiveDate, Value), String> {
        let day = self.valid_from.parse().map_err(|error| format!("{error}"));
        let value = serde_json::from_str(self.value).map_err(|error| error.to_string());
        Ok((day?, value?))
    }
}
