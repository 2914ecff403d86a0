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
/// Persons who take part in contests, each once a year.
pub(crate) const ENTRANTS: &str = "contract.entrants";
/// Points in contests.
pub(crate) const CONTEST_POINTS: &str = "contract.contest_points";
/// Cups that are lent.
pub(crate) const CUPS_LENT: &str = "contract.cups_lent";

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
        apart: &[],
        counts_persons: false,
        definition: [
            "Åpnede mapper.",
            "Opna mapper.",
            "Dossiers that were opened.",
        ],
        source_clause: "Hovedinstruks § 3.4",
    },
    Measure {
        id: CONTEST_POINTS,
        unit: Unit::Count,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &["branch", "scale"],
        apart: &["scale"],
        counts_persons: false,
        definition: [
            "Poeng i konkurranser, på den dagen deltakeren meldte seg",
            "Poeng i konkurransar, på den dagen deltakaren melde seg",
            "Points in contests, on the day of entry",
        ],
        source_clause: "§ 1",
    },
    Measure {
        id: CUPS_LENT,
        unit: Unit::Count,
        kind: Kind::Stock,
        absence: Absence::Zero,
        dimensions: &[],
        apart: &[],
        counts_persons: false,
        definition: ["Utlånte pokaler", "Utlånte pokalar", "Cups that are lent"],
        source_clause: "§ 1",
    },
    Measure {
        id: ENTRANTS,
        unit: Unit::Persons,
        kind: Kind::First,
        absence: Absence::Zero,
        dimensions: &["branch"],
        apart: &[],
        counts_persons: true,
        definition: [
            "Personer som deltar, hver én gang i året, i grenen for den første deltakelsen",
            "Personar som deltek, kvar éin gong i året, i greina for den første deltakinga",
            "Persons who take part, each once a year, in the branch of the first entry",
        ],
        source_clause: "§ 1",
    },
];
