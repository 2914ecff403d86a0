//! What grants counts. Served by `FeedService.ListMeasures`; governance sums it.

use platform::Measure;
use proto::feed::v1::measure::{Absence, Kind, Unit};

/// Allocation lines.
pub(crate) const ALLOCATED: &str = "grants.allocated";

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[Measure {
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
}];
