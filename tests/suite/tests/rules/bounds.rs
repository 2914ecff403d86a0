//! What an edition may say: of its rule's kind, within bounds, and every bad field is named.

use contract::NOUNS;
use proto::access::v1::Role;
use proto::rules::v1 as pb;
use proto::rules::v1::rule_value::Kind;

use super::{LATE, days, enter};
use crate::served;

fn text(it: &str) -> pb::Text {
    pb::Text {
        nb: it.into(),
        nn: it.into(),
        en: it.into(),
    }
}

/// Numbers that are none, each with the rule and the bad fields behind its value.
fn numbers() -> Vec<(&'static str, Kind, Vec<&'static str>)> {
    let share = |numerator, denominator| {
        Kind::Share(pb::Share {
            numerator,
            denominator,
        })
    };
    let ages = Kind::Ages(pb::Ages { from: 121, to: 5 });
    let below_zero = testkit::kroner(-1).unwrap();
    vec![
        ("notice", Kind::Days(3), vec![""]),
        ("notice", Kind::Weeks(5201), vec![".weeks"]),
        ("term", Kind::Months(-1), vec![".months"]),
        ("seats", Kind::Number(1_000_000_001), vec![".number"]),
        ("ceiling", Kind::Amount(below_zero), vec![".amount"]),
        ("ages", ages, vec![".ages.from", ".ages.to"]),
        ("share", share(4, 3), vec![".share.numerator"]),
        ("share", share(0, 0), vec![".share.denominator"]),
    ]
}

/// The same of what has rows.
fn rows() -> Vec<(&'static str, Kind, Vec<&'static str>)> {
    let codes = |codes: &[&str]| {
        let codes = codes.iter().map(|it| pb::Code {
            code: (*it).into(),
            label: Some(text("x")),
        });
        Kind::Codes(pb::Codes {
            codes: codes.collect(),
        })
    };
    let below_zero = pb::table::Row {
        key: "MW".into(),
        number: -1,
    };
    let class = pb::Class {
        code: "report".into(),
        label: Some(text("x")),
        days: 366,
        recipients: ["UD", "UD", "a", "b", "c", "d"].map(str::to_owned).into(),
        ..Default::default()
    };
    vec![
        (
            "fields",
            codes(&["a", "a", ""]),
            vec![".codes", ".codes[2].code"],
        ),
        ("fields", codes(&[]), vec![".codes"]),
        (
            "rates",
            Kind::Table(pb::Table {
                rows: vec![below_zero],
            }),
            vec![".table[0].number"],
        ),
        (
            "prints",
            Kind::Classes(pb::Classes {
                classes: vec![class],
            }),
            vec![
                ".classes[0].days",
                ".classes[0].recipients",
                ".classes[0].recipients",
            ],
        ),
    ]
}

/// A value of another kind, or outside its bounds, is named with every other bad field.
#[tokio::test]
async fn every_bad_field_of_an_edition_is_named() {
    let kit = served::alone(&NOUNS).await;
    let controller = kit.person("kontroller-k", &[Role::Controller]);
    for (rule, wrong, bad) in numbers().into_iter().chain(rows()) {
        let request = enter(&format!("rules/{rule}"), "2025-03-01", wrong);
        let refusal = controller.refused(request, "INVALID_FIELDS").await;
        let bad = bad.iter().map(|it| format!("rule_edition.value{it}"));
        assert_eq!(refusal.fields(), bad.collect::<Vec<_>>(), "{rule}");
    }
    let empty = pb::EnterRuleEditionRequest {
        rule_edition: None,
        ..enter(LATE, "2025-03-01", days(3))
    };
    let refusal = controller.refused(empty, "INVALID_FIELDS").await;
    let fields = ["", ".valid_from", ".value", ".source"];
    let fields = fields.map(|it| format!("rule_edition{it}"));
    assert_eq!(refusal.fields(), fields);
    assert!(refusal.field_reasons().contains(&"VALUE_KIND".to_owned()));

    let unknown = enter("rules/unknown", "2025-03-01", days(3));
    controller.refused(unknown, "NOT_FOUND").await;
    let unnamed = enter("rules", "2025-03-01", days(3));
    let refusal = controller.refused(unnamed, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["parent"]);
}
