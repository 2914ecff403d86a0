//! What grants counts. Served by `FeedService.ListMeasures`; governance sums it.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};
use spending::Counts;

/// Agreements in force.
pub(crate) const ACTIVE_AGREEMENTS: &str = "grants.active_agreements";
/// What agreements are promised and paid, and what that is taken from.
pub(crate) static SPENT: Counts = Counts {
    allocated: "grants.allocated",
    committed: "grants.committed",
    disbursed: "grants.disbursed",
    freezes: "grants.freezes",
};

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[
    spending::allocated(SPENT.allocated),
    spending::committed(
        SPENT.committed,
        &[
            "chapter",
            "commitment",
            "country",
            "main_task",
            "post",
            "recipient_type",
            "scheme",
            "sector",
            "year",
        ],
    ),
    spending::disbursed(
        SPENT.disbursed,
        &[
            "chapter",
            "country",
            "main_task",
            "post",
            "recipient_type",
            "scheme",
            "sector",
            "voucher",
            "year",
        ],
    ),
    spending::freezes(SPENT.freezes),
    Measure {
        id: ACTIVE_AGREEMENTS,
        unit: Unit::Count,
        kind: Kind::Stock,
        absence: Absence::Zero,
        dimensions: &["country", "main_task", "recipient_type", "scheme", "sector"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Tilskuddsavtaler som er signert av begge parter og ikke avsluttet.",
            "Tilskotsavtaler som er signerte av begge partane og ikkje avslutta.",
            "Grant agreements that both parties have signed and that are not closed.",
        ],
        source_clause: "Hovedinstruks § 3.2",
    },
    privacy::erased_persons("grants.erased_persons"),
];
