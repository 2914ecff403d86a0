//! What a service counts of its spending. The measures are the service's own; their wording is shared.

use platform::{Fact, Measure};
use proto::feed::v1::measure::{Absence, Kind, Unit};

use crate::domain::{Disbursement, Parent};

/// Ids of the measures, such as `grants.disbursed`.
#[derive(Debug)]
pub struct Counts {
    /// Allocation lines.
    pub allocated: &'static str,
    /// Commitments.
    pub committed: &'static str,
    /// Payments made.
    pub disbursed: &'static str,
}

impl Counts {
    /// What a parent's commitments and these payments of it count for, as they are.
    pub fn facts(&self, parent: &Parent, payments: &[Disbursement]) -> Vec<Fact> {
        let commitments = parent.commitments.iter();
        let committed = commitments.flat_map(|it| it.facts(self.committed, &parent.name));
        let disbursed = payments.iter().flat_map(|it| it.facts(self.disbursed));
        committed.chain(disbursed).collect()
    }
}

/// The measure of confirmed allocation lines.
pub const fn allocated(id: &'static str) -> Measure {
    Measure {
        id,
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
    }
}

/// The measure of commitments. Its dimensions are `chapter`, `commitment`, `post`, `year` and those of
/// the service's parents, sorted; so are those of [`disbursed`], without `commitment`.
pub const fn committed(id: &'static str, dimensions: &'static [&'static str]) -> Measure {
    Measure {
        id,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions,
        definition: [
            "Tilsagn, på vedtakets dato, med budsjettåret de gis for (year); betingede \
             (conditional) er gitt med forbehold om Stortingets bevilgning. Det som ikke er utbetalt \
             ved avslutning, trekkes fra på avslutningsdatoen.",
            "Tilsegner, på datoen for vedtaket, med budsjettåret dei er gitt for (year); \
             vilkårsbundne (conditional) er gitt med atterhald om løyving frå Stortinget. Det som \
             ikkje er utbetalt ved avslutning, blir trekt frå på avslutningsdatoen.",
            "Commitments, on the decision's day, with the budget year that they are made for; \
             conditional ones carry a reservation for the Storting's appropriation. What is not paid \
             at closing is subtracted on the closing day.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    }
}

/// The measure of payments made.
pub const fn disbursed(id: &'static str, dimensions: &'static [&'static str]) -> Measure {
    Measure {
        id,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions,
        definition: [
            "Utbetalinger av tilsagn, på dagen banken betalte; year er tilsagnets budsjettår.",
            "Utbetalingar av tilsegner, på dagen banken betalte; year er budsjettåret til tilsegna.",
            "Payments of commitments, on the day the bank paid; year is the commitment's budget \
             year.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    }
}
