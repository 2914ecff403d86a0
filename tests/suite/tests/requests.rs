//! The usual requests of the proofs.

use chrono::Utc;
use platform::{date_to_wire, oslo_date};
use proto::google::r#type::Date;
use proto::grants::v1 as pb;
use testkit::{date, id, letter, post};

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
            posts: vec![post("144.70")],
            regulations: letter("2025-01-02"),
            open_date: date("2025-01-02"),
            main_task: 1,
            new_purpose: true,
            six_answers: letter("2025-01-02"),
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
