//! What is written, field by field.

use super::*;
use crate::sample;

fn kinds() -> Table {
    let mut table = sample::document(Language::Nb, None)
        .tables()
        .next()
        .unwrap()
        .clone();
    let column = |id: &str, kind| Column {
        kind,
        ..sample::amounts(id, id.into())
    };
    table.columns = vec![
        column("belop", ColumnKind::Amount),
        column("personer", ColumnKind::Count),
        column("andel", ColumnKind::Share),
        column("land", ColumnKind::Text),
    ];
    let reason = "Ukjent; \"helt\".".to_owned();
    let known = vec![
        Cell::Amount { ore: -123_456_789 },
        Cell::Count(1234),
        Cell::Share {
            numerator: 1,
            denominator: 3,
        },
        Cell::Text("=HYPERLINK(1)".into()),
    ];
    let unknown = vec![
        Cell::NotComputable { reason },
        Cell::NotPublished,
        Cell::Share {
            numerator: 1,
            denominator: 0,
        },
        Cell::Absent,
    ];
    table.scale = Scale::Kroner;
    table.rows = vec![
        sample::row(Some("01"), "Drift;\nlønn", known, RowRole::Body),
        sample::row(None, "Sum", unknown, RowRole::Total),
    ];
    table
}

/// B-T08: a column per dimension, the kind of each row, and what holds for the table in every row.
#[test]
fn csv_holds_exact_and_printed_values_and_what_holds_for_the_table_in_every_row() {
    let document = sample::document(Language::Nb, Some("EKSEMPEL"));
    let table = Table {
        rounding: String::new(),
        notes: vec!["En.".into(), "To.".into()],
        ..kinds()
    };
    let content = "5e".repeat(32);
    let figures = ["belop", "personer", "andel", "land"].map(|id| {
        let digest = "f1".repeat(32);
        format!("{id}: cutoffs/2025-e1/figures/{id}-1 {digest}")
    });
    let ending = format!(
        "Bevilgning og regnskap for kapittel 144;Kapittel 144 etter post, 2025;\
         Millioner kroner, én desimal;;En. To.;DFØ, Statsregnskapet (NLOD);2026-06-01;\
         Året 2025, første utgave;2026-06-15;reports/kapittel-144-2025;4;{content};\
         cutoffs/2025-e1 {};{};{}\r\n",
        "c0".repeat(32),
        figures.join(", "),
        document.evidence,
    );
    assert_eq!(
        csv(&document, &table).unwrap(),
        format!(
            "\u{feff}stamp;post;label;row;belop_ore;belop_printed;personer;personer_printed;\
             andel_numerator;andel_denominator;andel_printed;land;reason;\
             document;title;unit;rounding;notes;source;source_date;cutoff;dated;\
             report;version;content_digest;cutoffs;figures;evidence\r\n\
             EKSEMPEL;01;\"Drift;\nlønn\";row;-123456789;−1\u{202f}234\u{202f}568;\
             1234;1\u{202f}234;1;3;33,3\u{a0}%;'=HYPERLINK(1);;{ending}\
             EKSEMPEL;;Sum;total;;kan ikke beregnes;;ikke offentliggjort;\
             1;0;kan ikke beregnes;–;\
             \"belop: Ukjent; \"\"helt\"\". andel: Nevneren er null.\";{ending}"
        )
    );
}

/// B-T08: rows of two dimensions are told apart, and sums from rows.
#[test]
fn a_table_by_two_dimensions_has_a_column_of_each() {
    let document = sample::document(Language::Nb, None);
    let table = document.tables().last().unwrap();
    let text = csv(&document, table).unwrap();
    let heads: Vec<_> = text.lines().next().unwrap().split(';').collect();
    assert_eq!(heads[1..5], ["post", "account", "label", "row"]);
    let starts = |start: &str| text.lines().filter(|it| it.starts_with(start)).count();
    assert_eq!(
        [starts(";01;688;"), starts(";21;688;"), starts(";70;688;")],
        [1, 1, 1]
    );
    assert_eq!(starts(";70;;Sum post 70 Utvekslingsordninger;subtotal;"), 1);
    assert_eq!(starts(";;;Sum kapittel 144;total;"), 1);

    let data: serde_json::Value = serde_json::from_str(&json(&document, table).unwrap()).unwrap();
    let rows = data["rows"].as_array().unwrap();
    let key = |at: usize| (rows[at]["row"].to_string(), rows[at]["key"].to_string());
    let of = |kind: &str, key: &str| (format!("\"{kind}\""), key.to_owned());
    assert_eq!(key(0), of("row", r#"{"post":"01","account":"495"}"#));
    assert_eq!(key(46), of("subtotal", r#"{"post":"01","account":null}"#));
    assert_eq!(
        key(rows.len() - 1),
        of("total", r#"{"post":null,"account":null}"#)
    );
}

#[test]
fn json_keeps_its_keys_in_order_and_text_unchanged() {
    let document = sample::document(Language::Nn, Some("DØME"));
    let table = kinds();
    let text = json(&document, &table).unwrap();
    assert!(text.starts_with(
        r#"{
  "stamp": "DØME",
  "document": "Løyving og rekneskap for kapittel 144",
  "language": "nn",
  "dated": "2026-06-15",
  "cutoff": "Året 2025, første utgåve",
  "table": "kapittel-144-post-2025",
  "title": "Kapittel 144 etter post, 2025",
  "unit": "Millioner kroner, én desimal",
  "scale": "kroner",
  "dimensions": ["#
    ));
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cells = [&data["rows"][0]["cells"], &data["rows"][1]["cells"]].map(ToString::to_string);
    assert_eq!(
        cells[0],
        "[{\"kind\":\"amount\",\"value\":{\"ore\":-123456789},\
         \"printed\":\"−1\u{202f}234\u{202f}568\"},\
         {\"kind\":\"count\",\"value\":1234,\"printed\":\"1\u{202f}234\"},\
         {\"kind\":\"share\",\"value\":{\"numerator\":1,\"denominator\":3},\
         \"printed\":\"33,3\u{a0}%\"},\
         {\"kind\":\"text\",\"value\":\"=HYPERLINK(1)\",\"printed\":\"=HYPERLINK(1)\"}]"
    );
    assert!(cells[1].contains("{\"kind\":\"not_published\",\"printed\":"));
    assert_eq!(data["source_date"], "2026-06-01");
    assert_eq!(data["notes"], serde_json::json!([]));
    let figure = &data["columns"][0]["figure"];
    assert_eq!(figure["name"], "cutoffs/2025-e1/figures/belop-1");
    assert_eq!(figure["digest"], "f1".repeat(32));
    assert_eq!(data["columns"][0]["precision_ore"], 10_000_000);
    assert_eq!(data["evidence"]["report"], "reports/kapittel-144-2025");
    assert_eq!(data["evidence"]["content_digest"], "5e".repeat(32));
}

/// B-F16: a draft says so in every row and every file, as the stamp does.
#[test]
fn the_stamp_stands_in_every_row_and_every_file_of_a_stamped_document() {
    let plain = sample::document(Language::Nb, None);
    assert!(csv(&plain, &kinds()).unwrap().contains("\r\n;01;"));
    let draft = Document {
        draft: true,
        ..plain
    };
    assert!(csv(&draft, &kinds()).unwrap().contains("\r\nUtkast;01;"));
    let document = sample::document(Language::Nb, Some("EKSEMPEL"));
    let both = Document {
        draft: true,
        ..document.clone()
    };
    assert!(
        json(&both, &kinds())
            .unwrap()
            .contains("\"stamp\": \"EKSEMPEL – Utkast\"")
    );
    for table in document.tables() {
        let rows = csv(&document, table).unwrap();
        let stamped = rows
            .lines()
            .skip(1)
            .filter(|line| line.starts_with("EKSEMPEL;"));
        assert_eq!(stamped.count(), table.rows.len(), "{}", table.id);
        assert!(
            json(&document, table)
                .unwrap()
                .contains("\"stamp\": \"EKSEMPEL\"")
        );
    }
    assert_eq!(document.tables().count(), 3);
}

#[test]
fn both_written_forms_hold_the_same_figures() {
    let figures = |language| {
        let document = sample::document(language, None);
        let cells = document.tables().flat_map(|table| {
            let rows = table.rows.iter();
            rows.flat_map(|row| RowData::of(table, row, language).cells)
                .map(|cell| match cell.value {
                    Cell::Amount { .. } | Cell::Count(_) | Cell::Share { .. } => cell.printed,
                    missing => serde_json::to_value(missing).unwrap()["kind"].to_string(),
                })
                .collect::<Vec<_>>()
        });
        cells.collect::<Vec<_>>()
    };
    assert_eq!(figures(Language::Nb), figures(Language::Nn));
    assert_eq!(figures(Language::Nb).len(), 5 * 7 + 4 * 3 + 69 * 2);
}

#[test]
fn a_table_that_contradicts_itself_gives_no_file() {
    let document = sample::document(Language::Nb, None);
    let mut table = kinds();
    table.rows[0].cells.pop();
    assert!(matches!(
        csv(&document, &table),
        Err(RenderError::Malformed { .. })
    ));
    assert!(matches!(
        json(&document, &table),
        Err(RenderError::Malformed { .. })
    ));
}
