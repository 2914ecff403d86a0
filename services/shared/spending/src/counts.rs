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
    /// Payments made, less what came back.
    pub disbursed: &'static str,
    /// Stops of payments.
    pub freezes: &'static str,
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
        apart: &[],
        counts_persons: false,
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
/// the service's parents, sorted; so are those of [`disbursed`], with `voucher` for `commitment`.
pub const fn committed(id: &'static str, dimensions: &'static [&'static str]) -> Measure {
    Measure {
        id,
        unit: Unit::NokOre,
        kind: Kind::Flow,
        absence: Absence::Zero,
        dimensions,
        apart: &[],
        counts_persons: false,
        definition: [
            "Tilsagn, på vedtakets dato, med budsjettåret de gis for (year); betingede \
             (conditional) er gitt med forbehold om Stortingets bevilgning, til de bekreftes. En endring \
             teller med forskjellen. Det som ikke er utbetalt ved avslutning, eller når et vedtak \
             faller bort, trekkes fra på den datoen; det som senere kommer tilbake, på sin.",
            "Tilsegner, på datoen for vedtaket, med budsjettåret dei er gitte for (year); \
             vilkårsbundne (conditional) er gitt med atterhald om løyving frå Stortinget, til dei blir \
             stadfesta. Ei endring tel med skilnaden. Det som ikkje er utbetalt ved avslutning, \
             eller når eit vedtak fell bort, blir trekt frå på den datoen; det som seinare kjem \
             tilbake, på sin.",
            "Commitments, on the decision's day, with the budget year that they are made for; \
             conditional ones carry a reservation for the Storting's appropriation until they are \
             confirmed. An amendment counts the difference. What is not paid at closing, or when an \
             award comes to nothing, is subtracted on that day; what comes back later, on its own.",
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
        apart: &[],
        counts_persons: false,
        definition: [
            "Utbetalinger av tilsagn, det banken belastet, på dagen den betalte, med bilaget (voucher); \
             year er tilsagnets budsjettår. Det som kommer tilbake, trekkes fra på dagen banken fikk det.",
            "Utbetalingar av tilsegner, det banken belasta, på dagen han betalte, med bilaget (voucher); \
             year er budsjettåret til tilsegna. Det som kjem tilbake, blir trekt frå på dagen banken fekk \
             det.",
            "Payments of commitments, what the bank debited, on the day it paid, with the voucher; year is \
             the commitment's budget year. What comes back is subtracted on the day the bank had it.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    }
}

/// The measure of freezes.
pub const fn freezes(id: &'static str) -> Measure {
    Measure {
        id,
        unit: Unit::Count,
        kind: Kind::Stock,
        absence: Absence::Zero,
        dimensions: &["case"],
        apart: &[],
        counts_persons: false,
        definition: [
            "Betalingsstanser som gjelder, fra sin dato til de er opphevet, med saken (case) de hører til.",
            "Betalingsstansar som gjeld, frå datoen sin til dei er oppheva, med saka (case) dei høyrer til.",
            "Freezes that hold, from their day until they are lifted, with the case that they belong to.",
        ],
        source_clause: "Hovedinstruks § 4.1",
    }
}
