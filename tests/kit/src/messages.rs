//! Parts of messages as texts and numbers: `date("2025-03-03")`, `kroner(100)`, `post("144.70")`.

use chrono::NaiveDate;
use platform::DocumentRef;
use proto::common::v1::{self as common, Post, document_ref};
use proto::google::r#type::{Date, Money};

/// `2025-03-03`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A document of a day, as it is kept.
pub fn document(date: &str) -> DocumentRef {
    DocumentRef {
        archive_case: "2025/1".into(),
        journal_entry: 1,
        direction: "INCOMING".into(),
        date: day(date),
        access_code: String::new(),
        legal_ground: String::new(),
        title: "Document".into(),
        clause: String::new(),
    }
}

/// `2025-03-03` for the wire.
pub fn date(text: &str) -> Option<Date> {
    let parts: Vec<i32> = text.split('-').map(|it| it.parse().unwrap()).collect();
    Some(Date {
        year: parts[0],
        month: parts[1],
        day: parts[2],
    })
}

/// Kroner for the wire.
pub fn kroner(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "NOK".into(),
        units,
        nanos: 0,
    })
}

/// Øre as kroner for the wire.
pub fn ore(ore: i64) -> Option<Money> {
    Some(platform::nok(ore))
}

/// `144.70` for the wire.
pub fn post(text: &str) -> Post {
    let (chapter, post) = text.split_once('.').unwrap();
    Post {
        chapter: chapter.into(),
        post: post.into(),
    }
}

/// A letter of a day that came in.
pub fn letter(day: &str) -> Option<common::DocumentRef> {
    Some(common::DocumentRef {
        archive_case: "2025/7".into(),
        journal_entry: 1,
        direction: document_ref::Direction::Incoming.into(),
        date: date(day),
        title: "Brev".into(),
        ..Default::default()
    })
}
