//! The usual requests of the proofs.

use chrono::Utc;
use platform::{date_to_wire, oslo_date};
use proto::common::v1::{DocumentRef, Post, document_ref};
use proto::google::r#type::Date;
use proto::grants::v1 as pb;
use testkit::id;

/// Today in Oslo.
pub(crate) fn today() -> Option<Date> {
    Some(date_to_wire(oslo_date(Utc::now())))
}

/// An open edition of the exchange scheme.
pub(crate) fn new_edition(edition: &str) -> pb::CreateSchemeEditionRequest {
    pb::CreateSchemeEditionRequest {
        parent: "schemes/utveksling".into(),
        scheme_edition_id: edition.into(),
        scheme_edition: Some(pb::SchemeEdition {
            title: "Utveksling".into(),
            posts: vec![Post {
                chapter: "144".into(),
                post: "70".into(),
            }],
            regulations: Some(DocumentRef {
                archive_case: "2025/7".into(),
                journal_entry: 1,
                direction: document_ref::Direction::Incoming.into(),
                date: Some(Date {
                    year: 2025,
                    month: 1,
                    day: 2,
                }),
                title: "Regelverk".into(),
                ..Default::default()
            }),
            open_date: Some(Date {
                year: 2025,
                month: 1,
                day: 2,
            }),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// Closes an edition today.
pub(crate) fn close_edition(name: &str) -> pb::CloseSchemeEditionRequest {
    pb::CloseSchemeEditionRequest {
        name: name.into(),
        effective_date: today(),
        request_id: id(),
        ..Default::default()
    }
}
