//! What governance counts itself: the accounts as imported, and the Storting's decisions.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[
    Measure {
        id: "governance.accounts",
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["account", "chapter", "post"],
        definition: [
            "Rader i det importerte regnskapet, på bilagets dag; publiserte summer uten bilag på periodens siste dag",
            "Rader i den importerte rekneskapen, på dagen til bilaget; publiserte summar utan bilag på siste dagen i perioden",
            "Rows of the imported accounts, on the voucher's day; published totals without vouchers on the period's last day",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: "governance.accounts_control",
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post"],
        definition: [
            "Kontrollsum per kapittel og post, slik kilden oppgir den",
            "Kontrollsum per kapittel og post, slik kjelda oppgjev han",
            "Control total per chapter and post, as the source states it",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: "governance.carried_over",
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        definition: [
            "Overført fra i fjor per kapittel og post",
            "Overført frå i fjor per kapittel og post",
            "Carried over from last year per chapter and post",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: "governance.revised",
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        definition: [
            "Revidert budsjett: bevilgningen etter alle Stortingets vedtak i året",
            "Revidert budsjett: løyvinga etter alle vedtak i Stortinget i året",
            "Revised budget: the appropriation after all of the Storting's decisions in the year",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: "governance.voted",
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        definition: [
            "Saldert budsjett: bevilgningen slik Stortinget vedtok den før året",
            "Saldert budsjett: løyvinga slik Stortinget vedtok henne før året",
            "Voted budget: the appropriation as the Storting voted it before the year",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
];
