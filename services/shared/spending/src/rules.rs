//! The rules that spending goes by, at every host.

use rules::{Definition, First, Rule, Text};

/// The wording of the reservation (forbehold om Stortingets bevilgning) that a later year's commitment is
/// promised with.
pub static RESERVATION: Rule<Text> = Rule::new(
    "commitment-reservation",
    [
        "Forbeholdet som tilsagn for senere år gis med",
        "Atterhaldet som tilsegner for seinare år blir gitt med",
        "The reservation that commitments of later years are made with",
    ],
    &[First {
        valid_from: "1990-01-01",
        value: r#"{"text": {
            "nb": "Tilsagnet for {år} gis med forbehold om at Stortinget bevilger midler til formålet på statsbudsjettet for {år}.",
            "nn": "Tilsegna for {år} blir gitt med atterhald om at Stortinget løyver midlar til formålet på statsbudsjettet for {år}.",
            "en": "The commitment for {år} is made on condition that the Storting appropriates funds for the purpose in the state budget of {år}."
        }}"#,
        source: "Bevilgningsreglementet § 6; Hovedinstruks § 4.1; the wording is assumed",
    }],
);

/// Every rule of spending's.
pub static RULES: &[&Definition] = &[&RESERVATION.definition];
