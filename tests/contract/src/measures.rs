//! What the host counts.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};
use spending::Counts;

/// What pledges are promised and paid, and what that is taken from.
pub(crate) static SPENT: Counts = Counts {
    allocated: "contract.allocated",
    committed: "contract.committed",
    disbursed: "contract.disbursed",
    freezes: "contract.freezes",
};

/// Dossiers that were opened, counted when everybody may know of them.
pub const DOSSIERS: &str = "contract.dossiers";

/// Every measure of the host.
pub(crate) const MEASURES: &[Measure] = &[
    spending::allocated(SPENT.allocated),
    spending::committed(
        SPENT.committed,
        &[
            "chapter",
            "commitment",
            "post",
            "replacement",
            "theme",
            "year",
        ],
    ),
    spending::disbursed(
        SPENT.disbursed,
        &["chapter", "post", "replacement", "theme", "voucher", "year"],
    ),
    spending::freezes(SPENT.freezes),
    privacy::erased_persons("contract.erased_persons"),
    Measure {
        id: DOSSIERS,
        unit: Unit::Count,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &[],
        definition: [
            "Åpnede mapper.",
            "Opna mapper.",
            "Dossiers that were opened.",
        ],
        source_clause: "Hovedinstruks § 3.4",
    },
];
