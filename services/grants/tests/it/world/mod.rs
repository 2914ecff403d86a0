//! The people and the usual requests of the stories.

mod agreements;
mod payments;

use host::NoKnobs;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use proto::grants::v1::allocation_line;
use testkit::{Actor, Kit, date, id, kroner, letter, post};

pub(crate) use agreements::*;
pub(crate) use payments::*;

/// A grants service on a day at noon.
pub(crate) async fn on(day: &str) -> Kit {
    testkit::start_on(&grants::SERVICE, NoKnobs {}, &format!("{day}T11:00:00Z")).await
}

/// Opens connections of the service's pool one by one, so that what then runs in parallel meets at
/// its locks, and none is turned away because many connect at once.
pub(crate) async fn connected(kit: &Kit, count: usize) {
    let mut lent = Vec::new();
    for _ in 0..count {
        lent.push(kit.host.db.read().await.unwrap());
    }
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

/// The controller who enters lines.
pub(crate) fn controller(kit: &Kit) -> Actor {
    kit.person("kari", &[Role::Controller])
}

/// The registrar who registers what the ministry sent.
pub(crate) fn registrar(kit: &Kit) -> Actor {
    kit.person("reidun", &[Role::Registrar])
}

/// The director.
pub(crate) fn director(kit: &Kit) -> Actor {
    kit.person("dag", &[Role::Director])
}

/// A line of the ministry's on a post of 2025, by a letter of a day.
pub(crate) fn new_line(
    id_of_line: &str,
    of_post: &str,
    amount: i64,
    day: &str,
) -> pb::CreateAllocationLineRequest {
    pb::CreateAllocationLineRequest {
        allocation_line_id: id_of_line.into(),
        allocation_line: Some(pb::AllocationLine {
            kind: allocation_line::Kind::Allocated.into(),
            post: Some(post(of_post)),
            year: 2025,
            amount: kroner(amount),
            document: letter(day),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// What Norec sets aside on a post of 2025.
pub(crate) fn new_set_aside(
    id_of_line: &str,
    of_post: &str,
    amount: i64,
    day: &str,
) -> pb::CreateAllocationLineRequest {
    let mut request = new_line(id_of_line, of_post, amount, day);
    let line = request.allocation_line.as_mut().unwrap();
    line.kind = allocation_line::Kind::SetAside.into();
    request
}

/// The confirmation of a line.
pub(crate) fn confirm(name: &str) -> pb::ConfirmAllocationLineRequest {
    pb::ConfirmAllocationLineRequest {
        name: name.into(),
        late_reason: "Brevet kom i posten".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A line that the controller enters and the section head confirms.
pub(crate) async fn allot(
    kit: &Kit,
    request: pb::CreateAllocationLineRequest,
) -> pb::AllocationLine {
    let entered = controller(kit).must(request).await;
    head(kit).must(confirm(&entered.name)).await
}

/// The frame of a post in 2025.
pub(crate) fn frame(of_post: &str, as_of: Option<&str>) -> pb::GetFrameRequest {
    pb::GetFrameRequest {
        post: Some(post(of_post)),
        year: 2025,
        as_of_date: as_of.and_then(date),
    }
}

/// A delegation on 144.70 from a day, up to so many kroner.
pub(crate) fn new_delegation(person: &str, limit: i64, start: &str) -> pb::CreateDelegationRequest {
    pb::CreateDelegationRequest {
        delegation_id: String::new(),
        delegation: Some(pb::Delegation {
            person: format!("persons/{person}"),
            posts: vec![post("144.70")],
            limit: kroner(limit),
            start_date: date(start),
            document: letter("2024-12-15"),
            ..Default::default()
        }),
        late_reason: "Registrert ved innføringen".into(),
        request_id: id(),
        validate_only: false,
    }
}

/// The director's own authority, as the ministry gave it from 1 January 2025.
pub(crate) async fn directors_own(kit: &Kit, limit: i64) -> pb::Delegation {
    let request = new_delegation("dag", limit, "2025-01-01");
    registrar(kit).must(request).await
}
