//! The accounts' files from the command line.

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
        "144.70: 1 rows, 1 000,50 kroner\n144.71: 1 rows, -200,50 kroner\nsum: 2 rows, 800,00 kroner\n"
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
