//! Whole files: every way to write them that is met, and every way to get the map wrong.

mod dialects;
mod fuzz;
mod shapes;

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;
use serde_json::{Value, json};

use super::*;

fn map(json: &Value) -> ColumnMap {
    ColumnMap::from_json(json.to_string().as_bytes()).unwrap()
}

/// The rows of a file.
fn read(bytes: &[u8], map: &ColumnMap) -> Result<Vec<Row>, ReadProblems> {
    super::read(bytes, map).map(|it| it.rows)
}

fn usual() -> Value {
    json!({
        "date_format": "dd.mm.yyyy",
        "columns": {
            "voucher": "Bilagsnr", "day": "Dato", "post": "Post", "account": "Konto",
            "amount": "Beløp", "text": "Tekst",
        },
        "constants": {"chapter": "144"},
    })
}

/// The usual map with other columns.
fn with_columns(columns: Value) -> Value {
    let mut map = usual();
    map["columns"] = columns;
    map
}

fn row(line: u64, amount_ore: i64) -> Row {
    Row {
        line,
        voucher: Some("10021".into()),
        day: NaiveDate::from_ymd_opt(2025, 3, 31).unwrap(),
        chapter: "144".into(),
        post: "70".into(),
        sub_post: None,
        account: "7710".into(),
        amount_ore,
        text: "Utbetaling, første del".into(),
        agreement: None,
        corrects: None,
    }
}

/// AC-04.
#[test]
fn a_norwegian_export_is_read_right() {
    let file = "Bilagsnr;Dato;Konto;Post;Beløp;Tekst\r\n\
                10021;31.03.2025;7710;70;1\u{a0}234,50;Utbetaling, første del\r\n\
                \r\n\
                10021;31.03.2025;7710;70;99,00-;\"Utbetaling, første del\"\r\n";
    let expected = [row(2, 123_450), row(4, -9_900)];
    let latin_1 = WINDOWS_1252.encode(file).0.into_owned();
    let marked = [b"\xef\xbb\xbf".as_slice(), &latin_1].concat();
    for bytes in [file.as_bytes().to_vec(), latin_1, marked] {
        assert_eq!(read(&bytes, &map(&usual())).unwrap(), expected);
    }
}

#[test]
fn delimiters_are_found_and_columns_may_stand_anywhere() {
    let with = |delimiter: &str| {
        let heads = [
            "Tekst", "BELØP", " Post ", "Konto", "Annet", "Dato", "Bilagsnr",
        ];
        let cells = [
            "\"Utbetaling, første del\"",
            "\"7,00\"",
            "70",
            "7710",
            "",
            "31.03.2025",
            "10021",
        ];
        format!("{}\n{}", heads.join(delimiter), cells.join(delimiter))
    };
    for delimiter in [";", ",", "\t", "|"] {
        let rows = read(with(delimiter).as_bytes(), &map(&usual())).unwrap();
        assert_eq!(rows, [row(2, 700)], "{delimiter:?}");
    }
}

#[test]
fn titles_above_the_header_are_skipped_and_columns_can_be_counted() {
    let columns = json!({"voucher": 1, "day": 2, "post": 4, "account": 3, "amount": 5, "text": 6});
    let line = "10021;31.03.2025;7710;70;7;Utbetaling, første del\n";
    for (header_line, above, first) in [
        (3, "Hovedbok \"mars\n\nnr;dag;konto;post;kr;tekst\n", 4),
        (1, "nr;dag;konto;post;kr;tekst\n", 2),
        (0, "", 1),
    ] {
        let mut json = with_columns(columns.clone());
        json["header_line"] = header_line.into();
        let rows = read(format!("{above}{line}").as_bytes(), &map(&json)).unwrap();
        assert_eq!(rows, [row(first, 700)], "{header_line}");
    }
}

#[test]
fn debit_and_credit_make_an_amount() {
    let json = with_columns(json!({
        "voucher": 1, "day": 2, "post": 3, "account": 4, "debit": "Debet", "credit": "Kredit", "text": 7,
    }));
    let table = [
        ("7,00;", Some(700)),
        (";7,00", Some(-700)),
        ("7;2", Some(500)),
        ("-7;", Some(-700)),
        (";", None),
        ("x;", None),
    ];
    for (cells, ore) in table {
        let file = format!(
            "a;b;c;d;Debet;Kredit;t\n10021;31.03.2025;70;7710;{cells};Utbetaling, første del\n"
        );
        let read = read(file.as_bytes(), &map(&json));
        assert_eq!(read.ok(), ore.map(|ore| vec![row(2, ore)]), "{cells}");
    }
}

#[test]
fn published_totals_have_no_vouchers_and_one_day() {
    let json = json!({
        "unit": "million NOK",
        "columns": {"post": "Post", "account": "Artskonto", "amount": "Regnskap"},
        "constants": {"day": "2025-12-31", "chapter": "144"},
    });
    let rows = read(
        "Post;Artskonto;Regnskap\n1;50;72,4\n".as_bytes(),
        &map(&json),
    )
    .unwrap();
    let expected = Row {
        line: 2,
        voucher: None,
        day: NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(),
        post: "01".into(),
        account: "50".into(),
        amount_ore: 7_240_000_000,
        text: String::new(),
        ..row(2, 0)
    };
    assert_eq!(rows, [expected]);
}

#[test]
fn what_may_be_absent_may_be_empty() {
    let json = with_columns(json!({
        "voucher": "v", "day": "d", "post": "p", "sub_post": "u", "account": "k", "amount": "b",
        "agreement": "a", "corrects": "r", "text": "t",
    }));
    let file = "v;d;p;u;k;b;a;r;t\n1;1.3.2025;70;;7710;1;;;\n\
                2;1.3.2025;70;10;7710;1;agreements/2025-0142;1;x\n";
    let rows = read(file.as_bytes(), &map(&json)).unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|it| {
            (
                it.sub_post.as_deref(),
                it.agreement.as_deref(),
                it.corrects.as_deref(),
                it.text.as_str(),
            )
        })
        .collect();
    let agreement = Some("agreements/2025-0142");
    assert_eq!(
        seen,
        [
            (None, None, None, ""),
            (Some("10"), agreement, Some("1"), "x")
        ]
    );
}

/// AC-04.
#[test]
fn a_wrong_map_is_explained_by_the_first_three_rows_that_fail() {
    let mut file = String::from("Bilagsnr;Dato;Konto;Post;Beløp;Tekst\n");
    for day in [
        "31.03.2025",
        "03/31/2025",
        "2025-03-31",
        "31.03.2025",
        "31.3.25",
        "",
    ] {
        file.push_str(&format!("10021;{day};7710;70;1,00;x\n"));
    }
    let problems = read(file.as_bytes(), &map(&usual())).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "4 of 6 rows are wrong, or read wrongly by this map; the first:\n    \
         line 3, column \"Dato\" (day): \"03/31/2025\", expected: a day in the form dd.mm.yyyy\n    \
         line 4, column \"Dato\" (day): \"2025-03-31\", expected: a day in the form dd.mm.yyyy\n    \
         line 6, column \"Dato\" (day): \"31.3.25\", expected: a day in the form dd.mm.yyyy"
    );
}

#[test]
fn every_bad_cell_of_a_row_is_named() {
    let file = "Bilagsnr;Dato;Konto;Post;Beløp;Tekst\n;31.03.2025;77X0;7O;1.50\n";
    let ReadProblems::Rows {
        failing: 1,
        rows: 1,
        first,
    } = read(file.as_bytes(), &map(&usual())).unwrap_err()
    else {
        panic!("the row fails");
    };
    let cells: Vec<_> = first[0]
        .cells
        .iter()
        .map(|it| (it.field, it.text.as_deref()))
        .collect();
    assert_eq!(
        cells,
        [
            (Field::Voucher, Some("")),
            (Field::Post, Some("7O")),
            (Field::Account, Some("77X0")),
            (Field::Amount, Some("1.50")),
            (Field::Text, None),
        ]
    );
    let amount = first[0].cells[3].to_string();
    assert!(
        amount.contains("decimal comma and at most 2 decimals, such as 1 234,50"),
        "{amount}"
    );
    assert!(
        first[0].cells[4]
            .to_string()
            .contains("the row ends before")
    );
}

#[test]
fn columns_that_are_not_there_are_named_with_those_that_are() {
    let file = "Bilag;Dato;Dato;Konto;Post;Beløp;Tekst\n1;;;;;;\n";
    let problems = read(file.as_bytes(), &map(&usual()))
        .unwrap_err()
        .to_string();
    assert_eq!(
        problems,
        "columns of the map are not in the file, or there more than once:\n    \
         voucher: column \"Bilagsnr\"\n    day: column \"Dato\"\n  \
         the file has: Bilag | Dato | Dato | Konto | Post | Beløp | Tekst"
    );
}

#[test]
fn a_file_without_rows_or_in_another_encoding_is_refused() {
    let mut json = usual();
    json["encoding"] = "utf-8".into();
    let table: [(&[u8], ReadProblems); 4] = [
        (b"", ReadProblems::NoRows),
        (b"\n\n", ReadProblems::NoRows),
        (
            "Bilagsnr;Dato;Konto;Post;Beløp;Tekst\n\n".as_bytes(),
            ReadProblems::NoRows,
        ),
        (
            b"Bilagsnr;Dato;Konto;Post;Bel\xf8p;Tekst\n",
            ReadProblems::Encoding {
                line: 1,
                what: "is not in UTF-8".into(),
            },
        ),
    ];
    for (bytes, expected) in table {
        assert_eq!(read(bytes, &map(&json)).unwrap_err(), expected);
    }
}
