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
            .contains("2 of 2 rows are wrong, or read wrongly by this map:"),
        "{ran:?}"
    );
    assert!(
        ran.said
            .contains(r#"line 2, column "Dato" (day): "03.03.2025", expected: a day"#),
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
            .contains("mars.csv: 3 of 3 rows are wrong, or read wrongly by this map:"),
        "{wrong:?}"
    );
    for (line, day) in [(2, "05.03.2025"), (3, "11.03.2025"), (4, "12.03.2025")] {
        let said = format!("line {line}, column \"Dato\" (day): {day:?}, expected: a day in the");
        assert_eq!(wrong.said.matches(&said).count(), 1, "{wrong:?}");
    }
    assert_eq!(imports(&world), 0);

    world.write("map.json", MAP_OF_EXPORT);
    world.write("mars.json", import_of("1000000"));
    for _ in 0..2 {
        assert_eq!(
            world.must(&import),
            "accountsImports/2025-03: 3 rows imported\n  \
             144.70: sum 1 000 000,00, control total 1 000 000,00, difference 0,00 kroner\n"
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

/// B-F15, B-T14: what is wrong with a file is told once and all together, what cannot be read and what
/// governance does not know, by the file's lines and with the values.
#[test]
fn everything_that_is_wrong_is_told_once_and_together() {
    let world = World::up("wrong");
    chart(&world);
    world.write("map.json", MAP_OF_EXPORT);
    world.write("mars.json", import_of("1"));
    world.write(
        "mars.csv",
        "Bilagsnr;Dato;Post;Konto;Beløp;Tekst;Avtale\n\
         \n\
         B-1;05.03.2025;70;999;1,00;Ukjent konto;\n\
         B-2;05.03.2025;70;876;1,00;God;\n\
         B-3;5. mars;70;998;25,000;Dag, beløp og konto;\n\
         B-4;05.04.2025;70;876;1,00;Utenfor;\n\
         B-5;05.03.2025;70;876;1,00;For; mange;celler\n\
         B-6;05.03.2025;70;876;1,00;God;\n\
         B-7;05.03.2025;70;876;1,00;God;\n\
         B-8;05.03.2025;70;876;0,00;God;\n\
         B-9;05.03.2025;70;876;1,00;God;\n",
    );
    let k = ["--person", "k", "--role", "controller"];
    let files = ["mars.csv", "--map", "map.json", "--request", "mars.json"];
    let ran = world.run(&[&["ledger", "import"], &files[..], &k].concat());

    let amount = "an amount in kroner with decimal comma and at most 2 decimals, such as 1 234,50 or 1 234,50-";
    let expected = [
        "norec: mars.csv: 4 of 9 rows are wrong, or read wrongly by this map:",
        r#"    line 3, column "Konto" (account): "999", expected: an account of charts/artskonto/editions/2025"#,
        r#"    line 5, column "Dato" (day): "5. mars", expected: a day in the form dd.mm.yyyy"#,
        &format!(r#"    line 5, column "Beløp" (amount): "25,000", expected: {amount}"#),
        r#"    line 5, column "Konto" (account): "998", expected: an account of charts/artskonto/editions/2025"#,
        r#"    line 6, column "Dato" (day): "2025-04-05", expected: a day from 2025-03-01 to 2025-03-31"#,
        "    line 7: 8 cells, where 7 columns are",
        "norec: nothing was imported",
    ];
    assert_eq!(ran.said.lines().collect::<Vec<_>>(), expected);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(imports(&world), 0);
}

/// AC-02, B-U5: a difference that a person answers for, and what was left out, are told at the import.
#[test]
fn what_an_import_comes_to_is_told() {
    let world = World::up("told");
    chart(&world);
    world.write("map.json", MAP_OF_EXPORT);
    let mut file = String::from("Bilagsnr;Dato;Post;Konto;Beløp;Tekst;Avtale\n;;;;;;\n");
    for voucher in 1..=46 {
        file.push_str(&format!(
            "B-{voucher};05.03.2025;70;876;{},00;;\n",
            voucher % 4 * 10
        ));
    }
    world.write("mars.csv", file);
    let mut request: Value = serde_json::from_str(&import_of("850")).unwrap();
    let nok = |units: &str| json!({"currency_code": "NOK", "units": units});
    request["accounts_import"]["precision"] = nok("10");
    world.write("mars.json", request.to_string());
    let k = ["--person", "k", "--role", "controller"];
    let files = ["mars.csv", "--map", "map.json", "--request", "mars.json"];
    let import = [&["ledger", "import"], &files[..], &k].concat();
    let refused = world.run(&import);
    let said = "144.70: sum 690.00, control total 850.00, allowed 60.00, accepted_difference at most 235.00";
    assert_eq!(refused.code, Some(64 + 9), "{refused:?}");
    assert_eq!(refused.said.matches(said).count(), 1, "{refused:?}");

    request["accounts_import"]["control_totals"][0]["accepted_difference"] =
        json!({"amount": nok("160"), "reason": "Kilden mangler en rad"});
    world.write("mars.json", request.to_string());
    assert_eq!(
        world.must(&import),
        "accountsImports/2025-03: 35 rows imported\n  \
         144.70: sum 690,00, control total 850,00, difference 160,00 kroner, \
         accepted by persons/k: Kilden mangler en rad\n  \
         rows left out: 11 of 0, 1 empty\n"
    );
}
