//! The constructed year: that each of its events is played or left out by name, that its figures come out as
//! they are told, and that it is played twice, and once more after an end in the middle, with one effect.

mod lists;
mod played;

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use crate::world::example;

const YEAR: &str = "year";

/// A row of the figures that the year tells, or that the example expects.
#[derive(Deserialize)]
struct FigureRow {
    cutoff: String,
    figure: String,
    value: String,
    groups: String,
    /// How many facts stand behind it, where that is told.
    #[serde(default)]
    facts: Option<i64>,
}

fn json_in(file: &str) -> Value {
    let text = fs::read_to_string(example(&format!("{YEAR}/{file}"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn expected() -> Vec<FigureRow> {
    let text = fs::read(example(&format!("{YEAR}/figures.csv"))).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&text[..]);
    reader.deserialize().map(Result::unwrap).collect()
}

/// An amount as it is written, in hundredths; `7299987,50` and `7299987.50` are the same.
fn hundredths(written: &str) -> i64 {
    let (whole, part) = written.split_once([',', '.']).unwrap_or((written, "0"));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    whole.parse::<i64>().unwrap() * 100 + sign * format!("{part:0<2}").parse::<i64>().unwrap()
}

/// Groups that are not 0, by their keys: `870 450000 / 878 12,50`.
fn groups(written: &str, between: &str) -> BTreeMap<String, i64> {
    let groups = written.split(between).filter(|it| !it.is_empty());
    let groups = groups.map(|it| it.rsplit_once(' ').unwrap());
    let groups = groups.map(|(key, amount)| (key.to_owned(), hundredths(amount)));
    groups.filter(|(_, amount)| *amount != 0).collect()
}
