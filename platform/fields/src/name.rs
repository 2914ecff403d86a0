//! Resource names (AIP-122): `collection/{id}/collection/{id}`. An id is 1 to 63 lower-case letters,
//! digits and hyphens and begins with a letter or digit (AIP-133); without one the server makes a
//! UUIDv7. A name is a row's primary key.

use crate::fields::Fields;
use proto::{Wrong, field_reason};

/// Makes a newtype for the names of one kind of resource, by its pattern.
#[macro_export]
macro_rules! resource_name {
    ($(#[$doc:meta])* $name:ident, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads a name, or says what one looks like.
            pub fn parse(text: &str) -> Result<Self, $crate::Wrong> {
                $crate::parse_name($pattern, text).map(|()| Self(text.to_owned()))
            }

            /// The name of a new resource below `parent` (empty for a top-level one), with the
            /// caller's id or, where that is empty, one of the server's.
            pub fn new(parent: &str, id: &str) -> Result<Self, $crate::Wrong> {
                $crate::build_name($pattern, parent, id).map(Self)
            }

            /// The name of a resource that a caller creates; notes a wrong `parent`, or a wrong id
            /// under the id's own field.
            pub fn create(
                fields: &mut $crate::Fields,
                parent: &str,
                id_field: &str,
                id: &str,
            ) -> Self {
                Self(fields.new_name($pattern, parent, id_field, id))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::IntoValue for $name {
            fn into_value(self) -> $crate::Value {
                $crate::Value::Text(self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Characters of a resource name: more than any has.
pub const NAME_LENGTH_MAX: usize = 300;
const ID_LENGTH_MAX: usize = 63;

/// Checks a name against a pattern such as `agreements/*/disbursements/*`.
pub fn parse_name(pattern: &str, text: &str) -> Result<(), Wrong> {
    let mut given = text.split('/');
    let fits = pattern.split('/').all(|wanted| match given.next() {
        Some(id) if wanted == "*" => is_id(id),
        Some(collection) => collection == wanted,
        None => false,
    });
    if fits && given.next().is_none() {
        Ok(())
    } else {
        Err(field_reason::Name { pattern }.into())
    }
}

/// The name of a new resource.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn build_name(pattern: &str, parent: &str, id: &str) -> Result<String, Wrong> {
    let id = if id.is_empty() {
        uuid::Uuid::now_v7().to_string()
    } else {
        id.to_owned()
    };
    if !is_id(&id) {
        return Err(field_reason::Id.into());
    }
    let collection = pattern.rsplit('/').nth(1).unwrap_or_default();
    let name = if parent.is_empty() {
        format!("{collection}/{id}")
    } else {
        format!("{parent}/{collection}/{id}")
    };
    parse_name(pattern, &name).map(|()| name)
}

impl Fields {
    /// The name of a resource that a caller creates below `parent`, which is empty for a top-level
    /// one. What is wrong is noted under `parent` or the id's own field.
    pub fn new_name(&mut self, pattern: &str, parent: &str, id_field: &str, id: &str) -> String {
        // `agreements/*/disbursements/*` lies below `agreements/*`.
        if let Some(above) = pattern.rsplitn(3, '/').nth(2) {
            self.take("parent", parse_name(above, parent));
        }
        if !(id.is_empty() || is_id(id)) {
            self.refuse(id_field, field_reason::Id);
        }
        build_name(pattern, parent, id).unwrap_or_default()
    }

    /// The name of any resource, such as `partners/x`, whose kind another package knows.
    pub fn resource(&mut self, field: &str, name: &str) {
        let parts: Vec<_> = name.split('/').collect();
        let is_collection = |it: &str| {
            it.starts_with(|first: char| first.is_ascii_lowercase())
                && it.bytes().all(|it| it.is_ascii_alphanumeric())
        };
        let is_pair = |it: &[&str]| it.len() == 2 && is_collection(it[0]) && is_id(it[1]);
        if name.len() > NAME_LENGTH_MAX || !parts.chunks(2).all(is_pair) {
            self.refuse(field, field_reason::ResourceName);
        }
    }
}

fn is_id(text: &str) -> bool {
    (1..=ID_LENGTH_MAX).contains(&text.len())
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Invalid;

    #[test]
    fn what_is_wrong_with_a_new_name_is_said_of_its_field() {
        let pattern = "agreements/*/disbursements/*";
        for (parent, id, wrong) in [
            ("agreements/a", "1", vec![]),
            ("agreements/Ø", "1", vec!["parent"]),
            ("agreements/a", "Ø", vec!["disbursement_id"]),
            ("", "Ø", vec!["parent", "disbursement_id"]),
        ] {
            let mut fields = Fields::default();
            fields.new_name(pattern, parent, "disbursement_id", id);
            let named = match fields.check() {
                Err(Invalid(violations)) => violations.into_iter().map(|it| it.field).collect(),
                _ => Vec::new(),
            };
            assert_eq!(named, wrong, "{parent} {id}");
        }
    }

    #[test]
    fn a_name_has_the_pattern_and_plain_ids() {
        let pattern = "agreements/*/disbursements/*";
        for (text, good) in [
            ("agreements/2025-0142/disbursements/1", true),
            ("agreements/2025-0142/disbursements/", false),
            ("agreements/2025-0142", false),
            ("agreements/2025-0142/disbursements/1/x", false),
            ("agreements/A/disbursements/1", false),
            ("agreements/-a/disbursements/1", false),
            ("agreements/å/disbursements/1", false),
            ("agreements/../disbursements/1", false),
            ("agreements/a b/disbursements/1", false),
            ("", false),
        ] {
            assert_eq!(parse_name(pattern, text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn a_new_name_takes_the_callers_id_or_makes_one() {
        assert_eq!(
            build_name("agreements/*", "", "2025-0142").unwrap(),
            "agreements/2025-0142"
        );
        let child = build_name("agreements/*/disbursements/*", "agreements/a", "1").unwrap();
        assert_eq!(child, "agreements/a/disbursements/1");
        let made = build_name("agreements/*", "", "").unwrap();
        assert_eq!(made.len(), "agreements/".len() + 36);
        assert!(build_name("agreements/*", "", "Ærlig").is_err());
    }

    proptest! {
        /// A name that is made is read, and one that is read has the pattern's shape and plain ids only.
        #[test]
        fn arbitrary_names_are_read_as_they_are_made(
            parent in "(agreements/)?[a-z0-9/-]{0,70}|\\PC{0,40}",
            id in "[a-z0-9-]{0,70}|\\PC{0,40}",
        ) {
            let pattern = "agreements/*/disbursements/*";
            if let Ok(name) = build_name(pattern, &parent, &id) {
                prop_assert_eq!(parse_name(pattern, &name), Ok(()));
                prop_assert!(name.len() <= NAME_LENGTH_MAX && name.is_ascii());
                let parts: Vec<_> = name.split('/').collect();
                prop_assert_eq!(format!("{}/{}", parts[0], parts[1]), parent);
                prop_assert!(id.is_empty() || parts[3] == id);
            }
        }
    }
}
