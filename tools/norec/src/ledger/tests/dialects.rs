//! Any rows, written as any program writes them.

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;
use serde_json::json;

use super::super::{ColumnMap, Row};
use super::{map, read, usual};

prop_compose! {
    pub(super) fn any_row()(
        voucher in "[A-Z0-9]{1,8}",
        days in 0..20_000_u64,
        chapter in "[1-9][0-9]{0,3}",
        post in "[0-9]{2}",
        sub_post in prop::option::of("[0-9]{2}"),
        account in "[1-9][0-9]{2,5}",
        amount_ore in -100_000_000_000_i64..100_000_000_000,
        text in "[a-zæøåA-ZÆØÅ0-9,;|\"'.-]([a-zæøå0-9 ,;|\".-]*[a-zæøå0-9])?",
        agreement in prop::option::of("agreements/20[0-9]{2}-[0-9]{4}"),
        corrects in prop::option::of("[A-Z0-9]{1,8}"),
    ) -> Row {
        let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(days);
        Row {
            line: 0, voucher: Some(voucher), day, chapter, post, sub_post, account, amount_ore,
            text, agreement, corrects,
        }
    }
}

/// How a program writes a file.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    delimiter: u8,
    is_latin_1: bool,
    has_mark: bool,
    crlf: bool,
    point: bool,
    minus_behind: bool,
    date_format: (&'static str, &'static str),
    names_delimiter: bool,
}

prop_compose! {
    pub(super) fn any_dialect()(
        delimiter in prop::sample::select(b";,\t|".to_vec()),
        is_latin_1: bool,
        has_mark: bool,
        crlf: bool,
        point: bool,
        minus_behind: bool,
        date_format in prop::sample::select(vec![
            ("dd.mm.yyyy", "%d.%m.%Y"), ("yyyy-mm-dd", "%Y-%m-%d"), ("mm/dd/yyyy", "%m/%d/%Y"),
            ("yyyymmdd", "%Y%m%d"),
        ]),
        names_delimiter: bool,
    ) -> Dialect {
        Dialect { delimiter, is_latin_1, has_mark, crlf, point, minus_behind, date_format, names_delimiter }
    }
}

/// How rows that were read are written again.
pub(super) const PLAIN: Dialect = Dialect {
    delimiter: b';',
    is_latin_1: false,
    has_mark: false,
    crlf: false,
    point: false,
    minus_behind: false,
    date_format: ("yyyy-mm-dd", "%Y-%m-%d"),
    names_delimiter: true,
};

impl Dialect {
    pub(super) fn write(&self, rows: &[Row]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(if self.crlf {
                csv::Terminator::CRLF
            } else {
                csv::Terminator::Any(b'\n')
            })
            .from_writer(Vec::new());
        let heads = [
            "Bilag",
            "Dag",
            "Kapittel",
            "Post",
            "Underpost",
            "Konto",
            "Beløp",
            "Tekst",
            "Avtale",
            "Retter",
        ];
        writer.write_record(heads).unwrap();
        for row in rows {
            let text = |it: &Option<String>| it.clone().unwrap_or_default();
            let record = [
                text(&row.voucher),
                row.day.format(self.date_format.1).to_string(),
                row.chapter.clone(),
                row.post.clone(),
                text(&row.sub_post),
                row.account.clone(),
                self.amount(row.amount_ore),
                row.text.clone(),
                text(&row.agreement),
                text(&row.corrects),
            ];
            writer.write_record(record).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = if self.is_latin_1 {
            WINDOWS_1252.encode(&text).0.into_owned()
        } else {
            text.into_bytes()
        };
        if self.has_mark {
            [b"\xef\xbb\xbf".as_slice(), &bytes].concat()
        } else {
            bytes
        }
    }

    fn amount(&self, ore: i64) -> String {
        let mark = if self.point { '.' } else { ',' };
        let amount = format!(
            "{}{mark}{:02}",
            ore.unsigned_abs() / 100,
            ore.unsigned_abs() % 100
        );
        match (ore < 0, self.minus_behind) {
            (false, _) => amount,
            (true, true) => format!("{amount}-"),
            (true, false) => format!("-{amount}"),
        }
    }

    pub(super) fn map(&self) -> ColumnMap {
        let mut json = json!({
            "decimal": if self.point { "point" } else { "comma" },
            "date_format": self.date_format.0,
            "columns": {
                "voucher": "Bilag", "day": "Dag", "chapter": "Kapittel", "post": "Post",
                "sub_post": "Underpost", "account": "Konto", "amount": "Beløp", "text": "Tekst",
                "agreement": "Avtale", "corrects": "Retter",
            },
        });
        if self.names_delimiter {
            json["delimiter"] = char::from(self.delimiter).to_string().into();
        }
        map(&json)
    }
}

proptest! {
    #[test]
    fn rows_are_read_back_from_every_way_to_write_them(
        rows in prop::collection::vec(any_row(), 1..8),
        dialect in any_dialect(),
    ) {
        let bytes = dialect.write(&rows);
        let read = read(&bytes, &dialect.map()).unwrap();
        let lines = bytes.iter().filter(|it| **it == b'\n').count();
        prop_assert!(read.iter().map(|it| it.line).is_sorted());
        prop_assert!(read.iter().all(|it| it.line >= 2 && it.line <= lines as u64));
        let read: Vec<_> = read.into_iter().map(|it| Row { line: 0, ..it }).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn no_file_is_too_strange(bytes: Vec<u8>) {
        let _ = read(&bytes, &map(&usual()));
    }
}
