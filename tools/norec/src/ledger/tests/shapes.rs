//! The shape of a file, and what in it is no row.

use serde_json::{Value, json};

use super::super::{ReadProblems, Reading, Skipped};
use super::{map, row, usual, with_columns};

fn read(file: &str, json: &Value) -> Result<Reading, ReadProblems> {
    super::super::read(file.as_bytes(), &map(json))
}

fn problem(file: &str, json: &Value) -> String {
    read(file, json).unwrap_err().to_string()
}

const HEADER: &str = "Bilagsnr;Dato;Konto;Post;Beløp;Tekst\n";
const LINE: &str = "10021;31.03.2025;7710;70;7,00;Utbetaling, første del\n";

/// B-F03: an unclosed quote is refused with the line where it opened, also below skipped lines and where a
/// later quote closes it.
#[test]
fn a_quote_that_swallows_rows_is_refused_with_its_line() {
    let open = "U2;06.07.2025;876;70;250,00;\"Fiktiv AS\n";
    let file = format!("{HEADER}{LINE}{open}{LINE}");
    assert_eq!(
        problem(&file, &usual()),
        "a quote opens on line 3 and is never closed"
    );
    let mut json = usual();
    json["header_line"] = 3.into();
    let titled = format!("Hovedbok \"juli\n\n{file}");
    assert_eq!(
        problem(&titled, &json),
        "a quote opens on line 5 and is never closed"
    );
    let returns = file.replace('\n', "\r");
    assert_eq!(
        problem(&returns, &usual()),
        "a quote opens on line 3 and is never closed"
    );
    let closed = format!("{HEADER}{open}U3;07.07.2025;876;70;4000,00;\"Fiktiv\"\n");
    let said = "a quote opens on line 2, and behind the one that closes it the cell goes on";
    assert_eq!(problem(&closed, &usual()), said);
}

/// B-F04: a row with more cells than the header is refused with line and counts, beside other bad rows.
#[test]
fn a_row_with_more_cells_than_the_header_is_refused() {
    let shifted = "S1;05.07.2025;876;70;1500,00;Stoler; 4 stk\n";
    let bad = "S2;05.07.2025;8X6;70;1500,00;Stoler\n";
    let file = format!("{HEADER}{LINE}{shifted}{LINE}{bad}{LINE}");
    assert_eq!(
        problem(&file, &usual()),
        "2 of 5 rows are wrong, or read wrongly by this map:\n    \
         line 3: 7 cells, where 6 columns are\n    \
         line 5, column \"Konto\" (account): \"8X6\", expected: an account of 1 to 10 digits"
    );
    let mut json = with_columns(
        json!({"voucher": 1, "day": 2, "account": 3, "post": 4, "amount": 5, "text": 6}),
    );
    json["header_line"] = 0.into();
    let without_header = format!("{LINE}{shifted}");
    let said = problem(&without_header, &json);
    assert!(
        said.contains("line 2: 7 cells, where 6 columns are"),
        "{said}"
    );
}

/// B-F11: a line that the map says names the columns is no row; where they are counted, it might be one.
#[test]
fn a_header_that_reads_as_a_row_is_refused() {
    let mut json = with_columns(
        json!({"voucher": 1, "day": 2, "account": 3, "post": 4, "amount": 5, "text": 6}),
    );
    json["header_line"] = 1.into();
    let said = problem(&format!("{LINE}{LINE}"), &json);
    assert!(
        said.starts_with("line 1, which header_line says names the columns, reads as a row"),
        "{said}"
    );
    assert_eq!(
        read(&format!("{HEADER}{LINE}"), &json).unwrap().rows.len(),
        1
    );
    json["header_line"] = 0.into();
    assert_eq!(read(&format!("{LINE}{LINE}"), &json).unwrap().rows.len(), 2);
}

/// B-F15: what an import refuses of a text or an identity, the reader refuses, with line and value.
#[test]
fn a_text_is_judged_as_an_import_does() {
    let broken = "M1;05.10.2025;7710;70;350,00;\"Utbetaling\nfase 2\"\n";
    let long = "x".repeat(201);
    let unseen = "D\u{ad}1;05.10.2025;7710;70;350,00;a\n";
    let file = format!(
        "{HEADER}{LINE}{LINE}{LINE}{broken}{unseen}M2;05.10.1989;7710;70;350,00;{long}\n{LINE}"
    );
    let said = problem(&file, &usual());
    for named in [
        "line 5, column \"Tekst\" (text): \"Utbetaling\\nfase 2\", expected: no control characters",
        "line 7, column \"Bilagsnr\" (voucher): \"D\\u{ad}1\", expected: characters that are seen",
        "line 8, column \"Dato\" (day): \"05.10.1989\"",
    ] {
        assert!(said.contains(named), "{named}: {said}");
    }
    assert!(said.starts_with("3 of 7 rows"), "{said}");
    assert!(
        said.contains("xxx\"…, expected: at most 200 characters"),
        "{said}"
    );
}

/// B-F20 and B-F07: codes and vouchers come in their one form.
#[test]
fn codes_and_vouchers_have_one_form() {
    let mut json = with_columns(json!({
        "voucher": "v", "day": "d", "chapter": "k", "post": "p", "sub_post": "u", "account": "a",
        "amount": "b",
    }));
    json["constants"] = json!({});
    let file = "v;d;k;p;u;a;b\nA\u{30a}\u{a0}1;1.3.2025;0144;1;2;7710;1\n";
    let rows = read(file, &json).unwrap().rows;
    let row = &rows[0];
    assert_eq!(row.voucher.as_deref(), Some("Å 1"));
    assert_eq!((row.chapter.as_str(), row.post.as_str()), ("144", "01"));
    assert_eq!(row.sub_post.as_deref(), Some("02"));
}

/// B-U5 and B-T14: empty rows, headings and sums are left out and counted; rows of 0 are read.
#[test]
fn what_is_no_row_is_counted() {
    let mut json = usual();
    json["skip_empty"] = json!(["account"]);
    json["footer"] = 1.into();
    let zero = "10022;31.03.2025;7710;70;0,00;Avrundet\n";
    let file = format!(
        "{HEADER};;;;;\nPost 70;;;;;\n{LINE}\n ; ;;;;\n{zero}Sum;31.03.2025;7710;70;7,00;Sum\n;;;;;\n"
    );
    let read = read(&file, &json).unwrap();
    let amounts: Vec<_> = read.rows.iter().map(|it| it.amount_ore).collect();
    assert_eq!(amounts, [700, 0]);
    assert_eq!(read.rows[0], row(4, 700));
    let skipped = Skipped {
        empty: 3,
        lacking: 1,
        footer: 1,
    };
    assert_eq!(read.skipped, skipped);
    assert_eq!(
        skipped.told(1).unwrap(),
        "rows left out: 1 of 0, 3 empty, 1 with an empty cell that skip_empty names, 1 of the footer"
    );
    assert_eq!(Skipped::default().told(0), None);
}

/// B-F19 and B-U3: other encodings are read where they are named.
#[test]
fn a_file_in_utf_16_or_cp865_is_read() {
    let file = format!("{HEADER}{LINE}");
    let le: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xff\xfe".as_slice(), &le].concat();
    assert_eq!(super::read(&marked, &map(&usual())).unwrap(), [row(2, 700)]);
    let dos: Vec<u8> = file
        .chars()
        .map(|it| {
            if it == 'ø' {
                0x9b
            } else {
                u8::try_from(it).unwrap()
            }
        })
        .collect();
    let asked = super::read(&dos, &map(&usual())).unwrap_err().to_string();
    assert!(
        asked.contains("say encoding cp865 or windows-1252"),
        "{asked}"
    );
    let mut json = usual();
    json["encoding"] = "cp865".into();
    assert_eq!(super::read(&dos, &map(&json)).unwrap(), [row(2, 700)]);
}
