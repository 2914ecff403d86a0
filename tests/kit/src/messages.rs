//! Parts of messages as texts and numbers: `date("2025-03-03")`, `kroner(100)`, `post("144.70")`.

use proto::common::v1::{DocumentRef, Post, document_ref};
use proto::google::r#type::{Date, Money};

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
pub fn letter(day: &str) -> Option<DocumentRef> {
    Some(DocumentRef {
        archive_case: "2025/7".into(),
        journal_entry: 1,
        direction: document_ref::Direction::Incoming.into(),
        date: date(day),
        title: "Brev".into(),
        ..Default::default()
    })
}
