//! Figures, opened down to what they are made of.

use cluster::Cluster;
use serde_json::{Value, json};

use crate::world::{World, example};

const CONTROLLER: [&str; 4] = ["--person", "kontroller-k", "--role", "controller"];

/// An indicator over the published accounts of post 70, and the cut-off of 2024.
fn share_of_2024() -> String {
    let filter = |dimension: &str, value: &str| json!({"dimension": dimension, "values": [value]});
    let accounts =
        |filters: Value| json!({"measures": ["governance.accounts"], "filters": filters});
    let post = filter("post", "70");
    let share = json!({
        "numerator": accounts(json!([post, filter("account", "876")])),
        "denominator": accounts(json!([post])),
    });
    let lines = [
        json!({"method": "norec.governance.v1.FigureService/CreateIndicator", "actor": "k", "request": {
            "parent": "indicators/andel-ideelle", "indicator_id": "1", "indicator": {
                "title_nb": "Andel til ideelle organisasjoner",
                "title_nn": "Del til ideelle organisasjonar", "source_clause": "Hovedinstruks § 4.1",
                "formula": {"share": share, "group_by": ["post"]},
            },
        }}),
        json!({"method": "norec.governance.v1.CutoffService/CloseCutoff", "actor": "k",
            "request": {"period": {"year": 2024}}}),
        json!({"method": "norec.governance.v1.CutoffService/GetCutoff", "actor": "k",
            "request": {"name": "cutoffs/2024-e1"}, "until": {"state": "STATE_CLOSED"}}),
    ];
    lines.map(|it| format!("{it}\n")).concat()
}

/// The constructed example up to its corrections, and the published accounts of 2024.
fn world() -> World {
    let world = World::up("explain");
    let people = json!({"k": {"kind": "person", "id": "kontroller-k", "roles": ["CONTROLLER"]}});
    world.write("people.json", people.to_string());
    world.write("andel.jsonl", share_of_2024());
    let constructed = [
        "01-oppsett",
        "02-avtaler",
        "03-indikatorer",
        "04-mars",
        "05-april",
        "06-rettelser",
    ];
    for file in constructed {
        world.must(&["play", &example(&format!("eksempel/{file}.jsonl"))]);
    }
    world.must(&["play", &example("offentlige-tall-2025/01-kontoplan.jsonl")]);
    world.import_published("2024", &CONTROLLER);
    world.must(&["play", "andel.jsonl"]);
    world
}

fn explained(world: &World, figure: &str, more: &[&str]) -> String {
    world.must(&[&["explain", figure], &CONTROLLER[..], more].concat())
}

#[track_caller]
fn assert_lines(printed: &str, lines: &[&str]) {
    for line in lines {
        assert!(
            printed
                .lines()
                .any(|it| it.trim_start_matches([' ', '│', '├', '└']) == *line),
            "{line:?} in {printed}"
        );
    }
}

#[test]
fn a_figure_opens_down_to_payments_vouchers_and_published_totals() {
    let world = world();
    let paid = "cutoffs/2025-03-e2/figures/utbetalt-1";

    let printed = explained(&world, paid, &[]);
    assert!(
        printed.starts_with(&format!("{paid}: 2 700 000,00\n")),
        "{printed}"
    );
    assert_lines(
        &printed,
        &[
            "Utbetalt tilskudd etter type mottaker (Hovedinstruks § 4.1)",
            "formula: (grants.disbursed chapter 144 post 70) by recipient_type",
            "872: 1 100 000,00 of 1 fact",
            "876: 1 600 000,00 of 4 facts",
            "878: 0,00 of 2 facts",
            "7 facts; their sum is 2 700 000,00",
        ],
    );
    // Down to the payment, to its correction, and to the voucher of the same payment.
    let payment = "agreements/2025-0905/disbursements/1 entries/";
    let rows = printed.lines().filter(|it| it.contains(payment)).count();
    assert_eq!(rows, 2, "{printed}");
    assert!(
        printed.contains("payment of 900 000,00, paid 2025-03-05, voucher B-2025-0301\n"),
        "{printed}"
    );
    let booked = explained(
        &world,
        "cutoffs/2025-03-e2/figures/regnskap-tilskudd-1",
        &[],
    );
    let voucher = "voucher B-2025-0301, account 876, 900 000,00 Utbetaling agreements/2025-0901\n";
    assert!(booked.contains(voucher), "{booked}");

    let group = explained(&world, paid, &["--group", "878"]);
    assert_lines(&group, &["2 facts; their sum is 0,00"]);
    let facts: Vec<_> = group.lines().filter(|it| it.contains(" number ")).collect();
    assert!(
        facts.len() == 2 && facts.iter().all(|it| it.ends_with("[878]")),
        "{group}"
    );
    // B-T13: what takes an earlier fact back says so.
    let reversals = facts
        .iter()
        .filter(|it| it.contains(" −400 000,00 reversal [878]"));
    assert_eq!(reversals.count(), 1, "{group}");
    let first = explained(&world, paid, &["--facts", "1"]);
    assert_lines(
        &first,
        &["7 facts, 6 of them not opened; their sum is 2 700 000,00"],
    );

    let difference = explained(&world, "cutoffs/2025-03-e1/figures/differanse-1", &[]);
    assert_lines(
        &difference,
        &["7 facts; minuend 3 100 000,00 − subtrahend 2 700 000,00 = 400 000,00"],
    );

    let share = explained(&world, "cutoffs/2024-e1/figures/andel-ideelle-1", &[]);
    assert!(
        share.contains("figures/andel-ideelle-1: 8140000000 / 13280000000\n"),
        "{share}"
    );
    assert_lines(
        &share,
        &[
            "70: 8140000000 / 13280000000 of 6 facts",
            "6 facts; numerator 8140000000, denominator 13280000000, in the measures' units, money in øre",
        ],
    );
    let aggregate = "aggregate, account 876, 81 400 000,00 Tilskudd til ideelle organisasjoner\n";
    assert_eq!(share.matches(aggregate).count(), 2, "{share}");

    assert_difference_is_told(&world);
    assert_refused(&world);
}

/// B-T13: a row that was changed behind the service is told, and ends the command with 1.
fn assert_difference_is_told(world: &World) {
    let cluster = Cluster::start(&world.installation().join("postgres")).unwrap();
    let sql = "update account_rows set amount_ore = amount_ore + 1 where voucher = 'B-2025-0301'";
    cluster.psql("governance", sql).unwrap();
    let booked = "cutoffs/2025-03-e2/figures/regnskap-tilskudd-1";
    let ran = world.run(&[&["explain", booked], &CONTROLLER[..]].concat());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let told = "DIFFERS: the fact is of 900 000,00, its row of 900 000,01";
    assert_lines(&ran.printed, &[told]);
    assert_eq!(ran.printed.matches("DIFFERS").count(), 1, "{}", ran.printed);
    assert!(ran.said.contains("1 fact differs from its row"), "{ran:?}");
}

/// What is said to those who ask for what is not there, or may not ask.
fn assert_refused(world: &World) {
    let paid = "cutoffs/2025-03-e2/figures/utbetalt-1";
    let officer = ["--person", "saksbehandler-p", "--role", "case-officer"];
    let denied = world.run(&[&["explain", paid], &officer[..]].concat());
    assert_eq!(
        (denied.code, denied.printed.as_str()),
        (Some(64 + 7), ""),
        "{denied:?}"
    );
    let said =
        "norec: /norec.governance.v1.FigureService/ExplainFigure: PERMISSION_DENIED ROLE_MISSING: ";
    assert!(denied.said.starts_with(said), "{denied:?}");

    let table = [
        (
            vec!["explain", "cutoffs/2025-03-e9/figures/utbetalt-1"],
            64 + 5,
            "NOT_FOUND",
        ),
        (
            vec!["explain", paid, "--group", "8760"],
            1,
            "has no group 8760; it has 872, 876, 878",
        ),
    ];
    for (arguments, code, said) in table {
        let ran = world.run(&[&arguments[..], &CONTROLLER].concat());
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.said.contains(said), "{ran:?}");
    }
}
