//! What governance counts itself: the accounts as imported, and the Storting's decisions.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// Rows of the imported accounts.
pub(crate) const ACCOUNTS: &str = "governance.accounts";
/// Control totals of the imported accounts.
pub(crate) const ACCOUNTS_CONTROL: &str = "governance.accounts_control";
/// The Storting's decisions: carried over from last year.
pub(crate) const CARRIED_OVER: &str = "governance.carried_over";
/// The Storting's decisions: after all decisions in the year.
pub(crate) const REVISED: &str = "governance.revised";
/// The Storting's decisions: as voted before the year.
pub(crate) const VOTED: &str = "governance.voted";

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[
    Measure {
        id: ACCOUNTS,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["account", "chapter", "post"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Rader i det importerte regnskapet, på bilagets dag; publiserte summer uten bilag på periodens siste dag",
            "Rader i den importerte rekneskapen, på dagen til bilaget; publiserte summar utan bilag på siste dagen i perioden",
            "Rows of the imported accounts, on the voucher's day; published totals without vouchers on the period's last day",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: ACCOUNTS_CONTROL,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Kontrollsum per kapittel og post, slik kilden oppgir den",
            "Kontrollsum per kapittel og post, slik kjelda oppgir han",
            "Control total per chapter and post, as the source states it",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: CARRIED_OVER,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Beløp overført fra året før per kapittel og post",
            "Beløp overført frå året før per kapittel og post",
            "Amount carried over from the year before per chapter and post",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: REVISED,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Revidert budsjett: bevilgningen etter alle Stortingets vedtak i året",
            "Revidert budsjett: løyvinga etter alle vedtak i Stortinget i året",
            "Revised budget: the appropriation after all of the Storting's decisions in the year",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: VOTED,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Unknown,
        dimensions: &["chapter", "post", "year"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Saldert budsjett: bevilgningen slik Stortinget vedtok den før året",
            "Saldert budsjett: løyvinga slik Stortinget vedtok henne før året",
            "Voted budget: the appropriation as the Storting voted it before the year",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    privacy::erased_persons("governance.erased_persons"),
];
