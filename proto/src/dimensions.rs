//! A fact's dimensions, read from the one object of texts that a table holds them in.

use std::fmt::{self, Formatter};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::feed::v1::Dimension;

/// Dimensions by key, as a message has them.
#[derive(Debug)]
pub struct Dimensions(pub Vec<Dimension>);

impl<'de> Deserialize<'de> for Dimensions {
    fn deserialize<D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        object.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Dimensions {
    type Value = Self;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Self, A::Error> {
        while let Some((key, value)) = object.next_entry()? {
            self.0.push(Dimension { key, value });
        }
        self.0.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(self)
    }
}
