//! What grants counts. Served by `FeedService.ListMeasures`; governance sums it.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// Agreements in force.
pub(crate) const ACTIVE_AGREEMENTS: &str = "grants.active_agreements";
/// Allocation lines.
pub(crate) const ALLOCATED: &str = "grants.allocated";
/// Commitments.
pub(crate) const COMMITTED: &str = "grants.committed";
/// Payments made.
pub(crate) const DISBURSED: &str = "grants.disbursed";

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[
    Measure {
        id: ALLOCATED,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &["chapter", "kind", "post", "year"],
        definition: [
            "Bekreftede tildelingslinjer, på brevets dato: tildelt (allocated) og overført \
             (carried_over) er departementets; avsatt (set_aside) er det Norec selv holder av til \
             utgifter utenom avtaler, og er en del av det tildelte, ikke et tillegg til det.",
            "Stadfesta tildelingslinjer, på datoen til brevet: tildelt (allocated) og overført \
             (carried_over) er departementet sine; avsett (set_aside) er det Norec sjølv held av til \
             utgifter utanom avtaler, og er ein del av det tildelte, ikkje eit tillegg til det.",
            "Confirmed allocation lines, on the letter's day: allocated and carried_over are the \
             ministry's; set_aside is what Norec itself keeps for spending outside agreements, and is \
             part of what is allotted, not an addition to it.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: COMMITTED,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &[
            "chapter",
            "commitment",
            "country",
            "post",
            "recipient_type",
            "scheme",
            "sector",
            "year",
        ],
        definition: [
            "Tilsagn i tilskuddsavtaler, på vedtakets dato, med budsjettåret de gis for (year); \
             betingede (conditional) er gitt med forbehold om Stortingets bevilgning. Det som ikke \
             er utbetalt når avtalen avsluttes, trekkes fra på avslutningsdatoen.",
            "Tilsegner i tilskotsavtaler, på datoen for vedtaket, med budsjettåret dei er gitt for \
             (year); vilkårsbundne (conditional) er gitt med atterhald om løyving frå Stortinget. \
             Det som ikkje er utbetalt når avtalen blir avslutta, blir trekt frå på \
             avslutningsdatoen.",
            "Commitments of grant agreements, on the decision's day, with the budget year that they \
             are made for; conditional ones carry a reservation for the Storting's appropriation. \
             What is not paid when the agreement is closed is subtracted on the closing day.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: DISBURSED,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions: &[
            "chapter",
            "country",
            "post",
            "recipient_type",
            "scheme",
            "sector",
            "year",
        ],
        definition: [
            "Utbetalinger av tilsagn, på dagen banken betalte; year er tilsagnets budsjettår.",
            "Utbetalingar av tilsegner, på dagen banken betalte; year er budsjettåret til tilsegna.",
            "Payments of commitments, on the day the bank paid; year is the commitment's budget \
             year.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    },
    Measure {
        id: ACTIVE_AGREEMENTS,
        unit: Unit::Count,
        kind: Kind::Stock,
        absence: Absence::Zero,
        dimensions: &["country", "recipient_type", "scheme", "sector"],
        definition: [
            "Tilskuddsavtaler som er signert av begge parter og ikke avsluttet.",
            "Tilskotsavtaler som er signerte av begge partane og ikkje avslutta.",
            "Grant agreements that both parties have signed and that are not closed.",
        ],
        source_clause: "Hovedinstruks § 3.2",
    },
];
