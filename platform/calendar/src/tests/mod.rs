//! The calendar against a table that was typed from the law, and against a second implementation.

mod by_hand;
mod second;

use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
