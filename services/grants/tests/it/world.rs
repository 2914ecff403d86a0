//! The people and the usual requests of the stories.

use platform::NoKnobs;
use proto::access::v1::Role;
use proto::common::v1::{DocumentRef, Post, document_ref};
use proto::google::r#type::{Date, Money};
use proto::grants::v1 as pb;
use testkit::{Actor, Kit, id};

/// A grants service on a day at noon.
pub(crate) async fn on(day: &str) -> Kit {
    testkit::start_on(&grants::SERVICE, NoKnobs {}, &format!("{day}T11:00:00Z")).await
}

/// `2025-03-03` for the wire.
pub(crate) fn date(text: &str) -> Option<Date> {
    let parts: Vec<i32> = text.split('-').map(|it| it.parse().unwrap()).collect();
    Some(Date {
        year: parts[0],
        month: parts[1],
        day: parts[2],
    })
}

/// Kroner for the wire.
pub(crate) fn kroner(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "NOK".into(),
        units,
        nanos: 0,
    })
}

/// `144.70` for the wire.
pub(crate) fn post(text: &str) -> Post {
    let (chapter, post) = text.split_once('.').unwrap();
    Post {
        chapter: chapter.into(),
        post: post.into(),
    }
}

/// A letter of a day.
pub(crate) fn letter(day: &str) -> Option<DocumentRef> {
    Some(DocumentRef {
        archive_case: "2025/7".into(),
        journal_entry: 1,
        direction: document_ref::Direction::Incoming.into(),
        date: date(day),
        title: "Brev".into(),
        ..Default::default()
    })
}

/// The section head who owns the scheme.
pub(crate) fn head(kit: &Kit) -> Actor {
    kit.person("solveig", &[Role::SectionHead])
}

/// An open edition of the exchange scheme on 144.70, from 1 January 2025.
pub(crate) async fn edition(kit: &Kit) -> pb::SchemeEdition {
    head(kit).must(new_edition("2025")).await
}

/// A request for such an edition.
pub(crate) fn new_edition(id_of_edition: &str) -> pb::CreateSchemeEditionRequest {
    pb::CreateSchemeEditionRequest {
        parent: "schemes/utveksling".into(),
        scheme_edition_id: id_of_edition.into(),
        scheme_edition: Some(pb::SchemeEdition {
            title: "Utveksling".into(),
            posts: vec![post("144.70")],
            regulations: letter("2024-12-20"),
            open_date: date("2025-01-01"),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}
