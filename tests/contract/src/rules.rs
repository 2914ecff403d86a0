//! A rule of each kind that no package ships: they decide nothing.

use rules::{
    Ages, Classes, Codes, Definition, First, Months, Number, Ore, Rule, Share, Table, Weeks,
};

const fn first(value: &'static str) -> First {
    First {
        valid_from: "1990-01-01",
        value,
        source: "assumed",
    }
}

static NOTICE: Rule<Weeks> = Rule::new(
    "notice",
    ["Frist", "Frist", "Notice"],
    &[
        first(r#"{"weeks": 2}"#),
        First {
            valid_from: "2024-07-01",
            value: r#"{"weeks": 3}"#,
            source: "assumed",
        },
    ],
);
static TERM: Rule<Months> = Rule::new(
    "term",
    ["Periode", "Periode", "Term"],
    &[first(r#"{"months": 12}"#)],
);
static SEATS: Rule<Number> = Rule::new(
    "seats",
    ["Plasser", "Plassar", "Seats"],
    &[first(r#"{"number": 5}"#)],
);
static CEILING: Rule<Ore> = Rule::new(
    "ceiling",
    ["Tak", "Tak", "Ceiling"],
    &[first(r#"{"amount": 100000}"#)],
);
static AGES: Rule<Ages> = Rule::new(
    "ages",
    ["Alder", "Alder", "Ages"],
    &[first(r#"{"ages": {"from": 18, "to": 25}}"#)],
);
static SHARE: Rule<Share> = Rule::new(
    "share",
    ["Andel", "Del", "Share"],
    &[first(r#"{"share": {"numerator": 1, "denominator": 3}}"#)],
);
static FIELDS: Rule<Codes> = Rule::new(
    "fields",
    ["Fagområder", "Fagområde", "Fields"],
    &[first(
        r#"{"codes": [{"code": "health", "label": {"nb": "Helse", "nn": "Helse", "en": "Health"}}]}"#,
    )],
);
static RATES: Rule<Table> = Rule::new(
    "rates",
    ["Satser", "Satsar", "Rates"],
    &[first(r#"{"table": [{"key": "MW", "number": 900}]}"#)],
);
static PRINTS: Rule<Classes> = Rule::new(
    "prints",
    ["Trykksaker", "Trykksaker", "Prints"],
    &[first(
        r#"{"classes": [{"code": "report", "label": {"nb": "Rapport", "nn": "Rapport", "en": "Report"},
            "days": 14, "recommendation_required": true, "recipients": ["UD"], "result": true,
            "goal": true, "coordination": false}]}"#,
    )],
);

/// How long visitors, and what was said with them, are kept.
static VISITOR: Rule<Months> = Rule::new(
    "privacy-visitor",
    ["Besøkende", "Besøkjande", "Visitors"],
    &[first(r#"{"months": 12}"#)],
);
static INTERVIEW: Rule<Months> = Rule::new(
    "privacy-interview",
    ["Samtaler", "Samtalar", "Interviews"],
    &[first(r#"{"months": 24}"#)],
);

/// Every rule of the host's own.
pub(crate) static RULES: &[&Definition] = &[
    &NOTICE.definition,
    &TERM.definition,
    &SEATS.definition,
    &CEILING.definition,
    &AGES.definition,
    &SHARE.definition,
    &FIELDS.definition,
    &RATES.definition,
    &PRINTS.definition,
    &VISITOR.definition,
    &INTERVIEW.definition,
];
