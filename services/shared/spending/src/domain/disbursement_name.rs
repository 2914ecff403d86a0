//! Names of payments: below whatever parent the service has.

use platform::{Fields, IntoValue, Value, Wrong, parse_name};

/// `{parent}/disbursements/{disbursement}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct DisbursementName(String);

const COLLECTION: &str = "/disbursements/";

impl DisbursementName {
    /// Reads a name of a payment below one of these kinds of parents, or says what one looks like.
    pub fn parse(parents: &[&str], text: &str) -> Result<Self, Wrong> {
        let parent = text.split_once(COLLECTION).map_or(text, |(it, _)| it);
        parse_name(&pattern(parents, parent), text).map(|()| Self(text.to_owned()))
    }

    /// The name of a payment that a caller creates; notes a wrong `parent`, or a wrong id.
    pub(crate) fn create(fields: &mut Fields, parents: &[&str], parent: &str, id: &str) -> Self {
        Self(fields.new_name(&pattern(parents, parent), parent, "disbursement_id", id))
    }

    /// What it is a payment of, which is its case.
    pub fn parent(&self) -> &str {
        self.0.split_once(COLLECTION).map_or("", |(it, _)| it)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl IntoValue for DisbursementName {
    fn into_value(self) -> Value {
        Value::Text(self.0)
    }
}

impl std::fmt::Display for DisbursementName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks the name of a parent, or says what one looks like.
pub(crate) fn parse_parent(parents: &[&str], text: &str) -> Result<(), Wrong> {
    parse_name(kind_of(parents, text), text)
}

/// What payments of this parent are called.
fn pattern(parents: &[&str], parent: &str) -> String {
    format!("{}{COLLECTION}*", kind_of(parents, parent))
}

/// The kind that a parent is of, or where it is of none the first.
fn kind_of<'a>(parents: &[&'a str], parent: &str) -> &'a str {
    let kind = parents.iter().find(|it| parse_name(it, parent).is_ok());
    kind.or(parents.first()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_called_by_a_kind_of_parent_that_the_service_has() {
        let parents = ["agreements/*", "stipends/*/editions/*"];
        for (name, parent) in [
            ("agreements/a/disbursements/1", Some("agreements/a")),
            (
                "stipends/s/editions/e/disbursements/1",
                Some("stipends/s/editions/e"),
            ),
            ("stipends/s/disbursements/1", None),
            ("agreements/a/disbursements/1/disbursements/2", None),
            ("agreements/a", None),
            ("partners/p/disbursements/1", None),
            ("/disbursements/1", None),
            ("", None),
        ] {
            let parsed = DisbursementName::parse(&parents, name);
            assert_eq!(parsed.as_ref().ok().map(|it| it.parent()), parent, "{name}");
        }
        let problem = DisbursementName::parse(&parents, "partners/p").unwrap_err();
        assert_eq!(
            problem.0.metadata["pattern"],
            "agreements/*/disbursements/*"
        );
    }
}
