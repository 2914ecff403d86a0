//! The accounts' files from the command line.

use serde_json::{Value, json};

use crate::world::World;

const MAP: &str = r#"{
    "date_format": "dd.mm.yyyy",
    "columns": {"voucher": "Bilagsnr", "day": "Dato", "post": "Post", "account": "Konto", "amount": "Beløp"},
    "constants": {"chapter": "144"}
}"#;

/// AC-04.
#[test]
fn a_file_is_read_by_its_map_and_a_wrong_map_is_explained() {
    let world = World::named("ledger");
    world.write("map.json", MAP);
    let file = "\u{feff}Bilagsnr;Dato;Post;Konto;Beløp\n1;03.03.2025;70;7710;1 000,50\n\
                2;04.03.2025;71;7710;200,50-\n";
    world.write("accounts.csv", file);
    let read = ["ledger", "read", "accounts.csv", "--map", "map.json"];

    assert_eq!(
        world.must(&read),
        "144.70: 1 rows, 1 000,50 kroner\n144.71: 1 rows, −200,50 kroner\nsum: 2 rows, 800,00 kroner\n"
    );
    let rows = world.must(&[&read[..], &["--rows"]].concat());
    assert!(
        rows.contains(r#""voucher":"2","day":"2025-03-04""#),
        "{rows}"
    );
    assert!(rows.contains(r#""amount_ore":-20050"#), "{rows}");

    world.write("map.json", MAP.replace("dd.mm.yyyy", "yyyy-mm-dd"));
    let ran = world.run(&read);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.said
            .contains("2 of 2 rows cannot be read with this map"),
        "{ran:?}"
    );
    assert!(
        ran.said
            .contains(r#"line 2, column "Dato" (day): "03.03.2025" is not a day"#),
        "{ran:?}"
    );
}

/// Makes the chart of accounts that the import is of.
fn chart(world: &World) {
    let accounts = ["688", "876"].map(|it| json!({"code": it, "name_nb": it}));
    let line = json!({
        "method": "norec.governance.v1.LedgerService/CreateChartEdition", "actor": "k",
        "request": {"parent": "charts/artskonto", "chart_edition_id": "2025", "chart_edition": {
            "title": "Kontoplan", "start_date": {"year": 2025, "month": 1, "day": 1},
            "source": "Standard kontoplan", "accounts": accounts,
        }},
    });
    let people = json!({"k": {"kind": "person", "roles": ["CONTROLLER"]}});
    world.write("people.json", people.to_string());
    world.write("chart.jsonl", line.to_string());
    world.must(&["play", "chart.jsonl"]);
}

/// How many imports the journal has.
fn imports(world: &World) -> usize {
    let journal = world.journal_of("governance");
    journal.iter().filter(|it| *it == "ImportAccounts").count()
}

/// The import of March, whose post 70 comes to so many kroner.
fn import_of(kroner: &str) -> String {
    let day = |month: u8, day: u8| json!({"year": 2025, "month": month, "day": day});
    let nok =
        |units: &str, nanos: u32| json!({"currency_code": "NOK", "units": units, "nanos": nanos});
    let post = json!({"chapter": "144", "post": "70"});
    let import = json!({
        "start_date": day(3, 1), "end_date": day(3, 31), "source": "Økonomisystemet",
        "source_date": day(4, 2), "precision": nok("0", 10_000_000),
        "chart_edition": "charts/artskonto/editions/2025",
        "control_totals": [{"post": post, "amount": nok(kroner, 0)}],
    });
    json!({"accounts_import_id": "2025-03", "accounts_import": import}).to_string()
}

/// AC-04: a file as it leaves a Norwegian accounting system, in Latin-1 behind a byte order mark.
const EXPORT: &[u8] = b"\xef\xbb\xbfBilagsnr;Dato;Post;Konto;Bel\xf8p;Tekst;Avtale\r\n\
    B-1;05.03.2025;70;876;900 000,50;Utbetaling \xe5r 1;agreements/2025-0901\r\n\
    B-2;11.03.2025;70;688;120 000,00;Kurs i F\xf8rde;\r\n\
    B-2;12.03.2025;70;688;20 000,50-;Kreditnota;\r\n";
const MAP_OF_EXPORT: &str = r#"{
    "date_format": "dd.mm.yyyy",
    "columns": {"voucher": "Bilagsnr", "day": "Dato", "post": "Post", "account": "Konto", "amount": "Beløp",
                "text": "Tekst", "agreement": "Avtale"},
    "constants": {"chapter": "144"}
}"#;

#[test]
fn an_export_is_imported_once_all_of_it_or_nothing() {
    let world = World::up("import");
    chart(&world);
    world.write("mars.csv", EXPORT);
    world.write("map.json", MAP_OF_EXPORT);
    let k = ["--person", "k", "--role", "controller"];
    let files = ["mars.csv", "--map", "map.json", "--request", "mars.json"];
    let import = [&["ledger", "import"], &files[..], &k].concat();
    let rows = json!({"parent": "accountsImports/2025-03"}).to_string();
    let list = "norec.governance.v1.LedgerService/ListAccountRows";
    let rows = [&["call", list, "-d", &rows][..], &k].concat();

    world.write("mars.json", import_of("1000001"));
    let differs = world.run(&import);
    assert_eq!(differs.code, Some(64 + 9), "{differs:?}");
    for said in [
        "CONTROL_TOTAL_DIFFERS",
        "144.70",
        "1000000.00",
        "1000001.00",
    ] {
        assert!(differs.said.contains(said), "{said}: {differs:?}");
    }
    world.write(
        "map.json",
        MAP_OF_EXPORT.replace("dd.mm.yyyy", "yyyy-mm-dd"),
    );
    let wrong = world.run(&import);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(
        wrong
            .said
            .contains("3 of 3 rows cannot be read with this map; the first:"),
        "{wrong:?}"
    );
    for (line, day) in [(2, "05.03.2025"), (3, "11.03.2025"), (4, "12.03.2025")] {
        let said = format!("line {line}, column \"Dato\" (day): {day:?} is not a day in the form");
        assert!(wrong.said.contains(&said), "{wrong:?}");
    }
    assert_eq!(imports(&world), 0);

    world.write("map.json", MAP_OF_EXPORT);
    world.write("mars.json", import_of("1000000"));
    for _ in 0..2 {
        assert_eq!(
            world.must(&import),
            "accountsImports/2025-03: 3 rows imported\n"
        );
        assert_eq!(imports(&world), 1);
    }
    let answer: Value = serde_json::from_str(&world.must(&rows)).unwrap();
    assert_eq!(answer["account_rows"], rows_of_march());
}

/// What [`EXPORT`] holds, as the contract has it.
fn rows_of_march() -> Value {
    let row = |number: u8, voucher: &str, day: u8, account: &str, amount: Value, text: &str| {
        json!({
            "name": format!("accountsImports/2025-03/rows/{number}"), "voucher": voucher,
            "date": {"year": 2025, "month": 3, "day": day}, "post": {"chapter": "144", "post": "70"},
            "account": account, "amount": amount, "text": text, "sub_post": "", "agreement": "",
            "corrects": "", "aggregate": false,
        })
    };
    let nok =
        |units: &str, nanos: i32| json!({"currency_code": "NOK", "units": units, "nanos": nanos});
    let mut paid = row(
        1,
        "B-1",
        5,
        "876",
        nok("900000", 500_000_000),
        "Utbetaling år 1",
    );
    paid["agreement"] = "agreements/2025-0901".into();
    let course = row(2, "B-2", 11, "688", nok("120000", 0), "Kurs i Førde");
    let credit = row(
        3,
        "B-2",
        12,
        "688",
        nok("-20000", -500_000_000),
        "Kreditnota",
    );
    json!([paid, course, credit])
}
