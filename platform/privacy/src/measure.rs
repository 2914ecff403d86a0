//! What every service counts of it.

use chrono::NaiveDate;
use platform::{Dimensions, Error, Fact, Measure, Nouns, Result};
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// Persons who were erased, under a service's id such as `grants.erased_persons`: every service lists it.
/// Its facts name them, so that after a restore whoever followed them knows who must be erased again.
pub const fn erased_persons(id: &'static str) -> Measure {
    Measure {
        id,
        unit: Unit::Persons,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &[],
        apart: &[],
        counts_persons: true,
        definition: [
            "Personer som opplysningene er slettet om, på dagen slettingen ble bekreftet.",
            "Personar som opplysningane er sletta om, på dagen slettinga vart stadfesta.",
            "Persons whose data was erased, on the day on which the erasure was confirmed.",
        ],
        source_clause: "Hovedinstruks § 4.3; personvernforordningen art. 17",
    }
}

/// A person was erased on this day.
pub(crate) fn erased(nouns: &Nouns, person: &str, on: NaiveDate) -> Result<Fact> {
    let id = format!("{}.erased_persons", nouns.service);
    let measure = nouns.measures.iter().find(|it| it.id == id);
    let measure =
        measure.ok_or_else(|| Error::Bug(format!("{id} is no measure of the service")))?;
    Ok(Fact {
        measure: measure.id,
        effective_on: on,
        value: 1,
        dimensions: Dimensions::new(),
        subject: person.to_owned(),
        reversal: false,
    })
}
