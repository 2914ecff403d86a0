//! Files that no program writes: whatever is read is read again as it is, and nothing panics.

use proptest::prelude::*;
use prost::Message;
use serde_json::{Value, json};
use testkit::Fuzz;

use super::super::Row;
use super::dialects::{PLAIN, any_dialect, any_row};
use super::read;
use crate::contract::{Contract, json_of, message_of};

/// What is done to a text: at a place, so many bytes are taken away and these put there.
type Edit = (prop::sample::Index, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let inserted = prop_oneof![
        4 => prop::sample::select(vec![
            "\"", ";", ",", "\t", "|", "\n", "\r", "\r\n", "\"\"", ";;;;\n", " ", "-", "(", ")", "0", "000",
            "\u{a0}", "\u{ad}", "\u{30a}", "\u{feff}", "\u{2028}", "\\", "{", "}", "[", "null", ":", "e9",
        ])
        .prop_map(|it| it.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
        1 => Just(Vec::new()),
    ];
    let edit = (any::<prop::sample::Index>(), 0..3_usize, inserted);
    prop::collection::vec(edit, 0..4)
}

fn edited(mut bytes: Vec<u8>, edits: Vec<Edit>) -> Vec<u8> {
    for (place, taken, inserted) in edits {
        let place = place.index(bytes.len() + 1);
        let end = (place + taken).min(bytes.len());
        bytes.splice(place..end, inserted);
    }
    bytes
}

#[test]
fn what_is_read_of_any_file_is_read_again() {
    let mut fuzz = Fuzz::new(500);
    let files = (
        prop::collection::vec(any_row(), 1..5),
        any_dialect(),
        edits(),
    );
    let mut count = 0;
    for _ in 0..fuzz.cases {
        let (rows, dialect, edits) = fuzz.next(&files);
        let bytes = edited(dialect.write(&rows), edits);
        let Ok(rows) = read(&bytes, &dialect.map()) else {
            continue;
        };
        count += 1;
        let again = read(&PLAIN.write(&rows), &PLAIN.map()).unwrap();
        let without_lines =
            |it: Vec<Row>| -> Vec<_> { it.into_iter().map(|it| Row { line: 0, ..it }).collect() };
        assert_eq!(without_lines(again), without_lines(rows), "{bytes:?}");
    }
    assert!(count > fuzz.cases / 10, "{count} files could be read");
}

/// An import as people write it.
fn request() -> Value {
    let nok = |units: &str| json!({"currency_code": "NOK", "units": units, "nanos": 10_000_000});
    let day = json!({"year": 2025, "month": 3, "day": 31});
    json!({
        "accounts_import_id": "2025-03", "validateOnly": true,
        "accounts_import": {
            "start_date": day, "end_date": day, "source": "Ø", "precision": nok("0"), "aggregate": false,
            "control_totals": [{"post": {"chapter": "144", "post": "70"}, "amount": nok("7")}],
        },
        "rows": [{"voucher": "Å1", "date": day, "subPost": "01", "amount": nok("-9007199254740993")}],
    })
}

#[test]
fn what_is_read_of_any_request_is_read_again() {
    let path = "norec.governance.v1.LedgerService/ImportAccounts";
    let input = Contract::read().unwrap().method(path).unwrap().input;
    let of = |text: &[u8]| {
        let json = crate::json::value(text).map_err(|it| it.to_string())?;
        message_of(&input, &json)
    };
    let mut fuzz = Fuzz::new(500);
    let text = request().to_string().into_bytes();
    let mut count = 0;
    for _ in 0..fuzz.cases {
        let bytes = edited(text.clone(), fuzz.next(&edits()));
        let Ok(message) = of(&bytes) else { continue };
        count += 1;
        let again = json_of(&message, false).unwrap().to_string();
        let again = of(again.as_bytes()).unwrap();
        assert_eq!(again.encode_to_vec(), message.encode_to_vec(), "{bytes:?}");
    }
    assert!(count > fuzz.cases / 10, "{count} requests could be read");
}
