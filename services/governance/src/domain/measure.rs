//! Measure: what a source counts, as governance keeps it.

use proto::feed::v1 as pb;
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// What a source measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Such as `grants.disbursed`.
    pub id: String,
    /// What a value counts.
    pub unit: Unit,
    /// Which facts belong to a period.
    pub kind: Kind,
    /// What it means that no fact stands.
    pub absence: Absence,
    /// Keys of its facts.
    pub dimensions: Vec<String>,
    /// Those of them that keep its facts apart.
    pub apart: Vec<String>,
    /// Its subjects are persons.
    pub counts_persons: bool,
    /// What it is, in bokmål.
    pub definition_nb: String,
    /// What it is, in nynorsk.
    pub definition_nn: String,
}

impl From<pb::Measure> for Measure {
    fn from(it: pb::Measure) -> Self {
        Self {
            unit: it.unit(),
            kind: it.kind(),
            absence: it.absence(),
            id: it.id,
            dimensions: it.dimensions,
            apart: it.apart,
            counts_persons: it.counts_persons,
            definition_nb: it.definition_nb,
            definition_nn: it.definition_nn,
        }
    }
}

impl From<&platform::Measure> for Measure {
    fn from(it: &platform::Measure) -> Self {
        Self {
            id: it.id.to_owned(),
            unit: it.unit,
            kind: it.kind,
            absence: it.absence,
            dimensions: it.dimensions.iter().map(|it| (*it).to_owned()).collect(),
            apart: it.apart.iter().map(|it| (*it).to_owned()).collect(),
            counts_persons: it.counts_persons,
            definition_nb: it.definition[0].to_owned(),
            definition_nn: it.definition[1].to_owned(),
        }
    }
}

/// How the database keeps a measure's unit, kind and absence: by their numbers in the contract. Its
/// definition and its marks are not said yet.
pub(crate) fn measure_of(
    id: String,
    (unit, kind, absence): (i32, i32, i32),
    dimensions: Vec<String>,
) -> Measure {
    Measure {
        id,
        unit: Unit::try_from(unit).unwrap_or_default(),
        kind: Kind::try_from(kind).unwrap_or_default(),
        absence: Absence::try_from(absence).unwrap_or_default(),
        dimensions,
        apart: Vec::new(),
        counts_persons: false,
        definition_nb: String::new(),
        definition_nn: String::new(),
    }
}
