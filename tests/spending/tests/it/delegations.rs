//! Delegations: given in writing, within the giver's own, and ended.

use crate::world::{Host, World};
use proto::access::v1::Role;
use proto::common::v1::document_ref::Direction;
use proto::spending::v1 as pb;
use testkit::spending::{director, directors_own, head, new_delegation, registrar};
use testkit::{date, id, kroner, letter, post};

fn end(name: &str, day: &str) -> pb::EndDelegationRequest {
    pb::EndDelegationRequest {
        name: name.into(),
        end_date: date(day),
        request_id: id(),
        ..Default::default()
    }
}

/// FR-17: the director's own is registered by the registrar with the ministry's incoming document,
/// and gives what is within it.
async fn the_ministry_gives_the_directors_and_the_director_gives_within_it(host: Host) {
    let world = host.on("2025-03-03").await;
    let own = directors_own(&world, 50_000_000).await;
    assert_eq!(
        (own.person.as_str(), own.given_by.as_str()),
        ("persons/dag", "ministry")
    );

    let given = director(&world)
        .must(new_delegation("solveig", 2_000_000, "2025-03-01"))
        .await;

    assert_eq!(
        (given.person.as_str(), given.given_by.as_str()),
        ("persons/solveig", "persons/dag")
    );
    assert_eq!((&given.limit, &given.end_date), (&kroner(2_000_000), &None));
    let read = pb::GetDelegationRequest {
        name: given.name.clone(),
        read_time: None,
    };
    assert_eq!(registrar(&world).must(read).await, given);
    let further = head(&world)
        .must(new_delegation("nils", 2_000_000, "2025-03-01"))
        .await;
    assert_eq!(further.given_by, "persons/solveig");
}

/// FR-17: nobody registers authority for himself, the registrar included.
async fn nobody_registers_authority_for_himself(host: Host) {
    let world = host.on("2025-03-03").await;
    directors_own(&world, 50_000_000).await;

    let refusal = director(&world)
        .refused(new_delegation("dag", 1, "2025-03-01"), "DELEGATION_TO_SELF")
        .await;
    assert_eq!(refusal.metadata("person"), "persons/dag");
    registrar(&world)
        .refused(
            new_delegation("reidun", 1, "2025-03-01"),
            "DELEGATION_TO_SELF",
        )
        .await;
}

/// FR-17: above the giver's own limit, on another post, beyond the own period, or without any: each
/// refused with what the giver holds.
async fn nobody_gives_more_than_the_own(host: Host) {
    let world = host.on("2025-03-03").await;
    directors_own(&world, 50_000_000).await;
    let mut limited = new_delegation("solveig", 2_000_000, "2025-01-01");
    limited.delegation.as_mut().unwrap().end_date = date("2025-06-30");
    director(&world).must(limited).await;

    type Change = fn(&mut pb::Delegation);
    let changes: [(Change, &str); 4] = [
        (|it| it.limit = kroner(2_000_001), "2000000.00"),
        (|it| it.posts.push(post("144.71")), "0.00"),
        (|it| it.end_date = None, "0.00"),
        (|it| it.start_date = date("2024-12-31"), "0.00"),
    ];
    for (change, limit) in changes {
        let mut request = new_delegation("nils", 2_000_000, "2025-03-01");
        let given = request.delegation.as_mut().unwrap();
        given.end_date = date("2025-06-30");
        change(given);
        let refusal = head(&world)
            .refused(request.clone(), "DELEGATION_EXCEEDS_OWN")
            .await;
        assert_eq!(refusal.metadata("limit"), limit, "{request:?}");
        assert_eq!(refusal.metadata("person"), "persons/solveig");
    }
    let stranger = world.person("stine", &[Role::SectionHead]);
    stranger
        .refused(
            new_delegation("nils", 1, "2025-03-01"),
            "DELEGATION_EXCEEDS_OWN",
        )
        .await;
}

/// FR-17: what the registrar registers is the ministry's, by a document that came in. A registrar
/// who is section head besides gives as a section head, and a machine gives nothing.
async fn the_registrar_registers_what_the_ministry_sent(host: Host) {
    let world = host.on("2025-03-03").await;
    let mut internal = new_delegation("dag", 50_000_000, "2025-01-01");
    let document = internal.delegation.as_mut().unwrap().document.as_mut();
    document.unwrap().direction = Direction::Internal.into();
    let refusal = registrar(&world).refused(internal, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["delegation.document.direction"]);

    let request = new_delegation("dag", 50_000_000, "2025-01-01");
    let both = world.person("stine", &[Role::Registrar, Role::SectionHead]);
    both.refused(request.clone(), "DELEGATION_EXCEEDS_OWN")
        .await;
    let machine = world.machine(&[Role::Registrar]);
    let refusal = machine.refused(request.clone(), "NEEDS_A_PERSON").await;
    assert_eq!(
        refusal.metadata("method"),
        "/norec.spending.v1.BudgetService/CreateDelegation"
    );
    controller_may_not(&world, request).await;
    assert_eq!(world.journal().await, [""; 0]);
}

async fn controller_may_not(world: &World, request: pb::CreateDelegationRequest) {
    let kari = world.person("kari", &[Role::Controller]);
    kari.refused(request, "ROLE_MISSING").await;
}

/// FR-16: a delegation "from March" registered in May needs a reason, and is listed as late, whatever
/// its document's date; one of tomorrow is no document yet.
async fn a_delegation_registered_late_needs_a_reason(host: Host) {
    let world = host.on("2025-05-12").await;
    directors_own(&world, 50_000_000).await;
    let dag = director(&world);
    let dated = |person: &str, day: &str| {
        let mut request = new_delegation(person, 2_000_000, "2025-03-01");
        request.delegation.as_mut().unwrap().document = letter(day);
        request.late_reason = format!("Gitt {day}");
        request
    };

    let mut silent = dated("solveig", "2025-02-20");
    silent.late_reason = String::new();
    let refusal = dag.refused(silent, "LATE_REASON_REQUIRED").await;
    assert_eq!(refusal.metadata("effective_date"), "2025-03-01");
    let refusal = dag
        .refused(dated("solveig", "2025-05-13"), "INVALID_FIELDS")
        .await;
    assert_eq!(refusal.fields(), ["delegation.document.date"]);
    for day in ["2025-05-05", "2025-02-20"] {
        dag.must(dated("solveig", day)).await;
    }

    let auditor = world.person("revisor", &[Role::Auditor]);
    let late = proto::audit::v1::ListEntriesRequest {
        late_only: true,
        ..Default::default()
    };
    let entries = auditor.must(late).await.entries;
    let mut reasons: Vec<_> = entries.into_iter().map(|it| it.late_reason).collect();
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "Gitt 2025-02-20",
            "Gitt 2025-05-05",
            "Registrert ved innføringen"
        ]
    );
}

/// A delegation ends on a day and is never prolonged; ended for long, it needs a reason. Once the
/// giver's own has ended, nothing more is given of it.
async fn a_delegation_ends_and_is_not_prolonged(host: Host) {
    let world = host.on("2025-05-12").await;
    let own = directors_own(&world, 50_000_000).await;
    let dag = director(&world);
    let given = dag
        .must(new_delegation("solveig", 2_000_000, "2025-03-01"))
        .await;

    let refusal = dag
        .refused(end(&given.name, "2025-05-04"), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("effective_date"), "2025-05-04");
    let refusal = dag
        .refused(
            late_end(&given.name, "2025-02-27"),
            "DATE_BEFORE_PREVIOUS_STEP",
        )
        .await;
    assert_eq!(refusal.metadata("previous_date"), "2025-03-01");
    let ended = dag.must(end(&given.name, "2025-12-31")).await;
    assert_eq!(ended.end_date, date("2025-12-31"));
    let sooner = dag.must(end(&given.name, "2025-05-31")).await;
    assert_eq!(sooner.end_date, date("2025-05-31"));
    let refusal = dag
        .refused(end(&given.name, "2025-06-30"), "WRONG_STATE")
        .await;
    assert_eq!(refusal.metadata("state"), "ENDED");
    let mut stale = end(&given.name, "2025-05-20");
    stale.etag = ended.etag;
    dag.refused(stale, "STALE_ETAG").await;

    registrar(&world).must(end(&own.name, "2025-05-11")).await;
    dag.refused(
        new_delegation("solveig", 1, "2025-03-01"),
        "DELEGATION_EXCEEDS_OWN",
    )
    .await;
    let steps = ["CreateDelegation", "EndDelegation"];
    assert_eq!(
        world.journal().await,
        [steps[0], steps[0], steps[1], steps[1], steps[1]]
    );
}

fn late_end(name: &str, day: &str) -> pb::EndDelegationRequest {
    pb::EndDelegationRequest {
        late_reason: "Glemt".into(),
        ..end(name, day)
    }
}

/// Lists go by name, of one person where one is named; a machine ends nothing.
async fn delegations_are_listed_by_person(host: Host) {
    let world = host.on("2025-05-12").await;
    for (delegation, person) in [("a", "dag"), ("b", "siri"), ("c", "dag")] {
        let mut request = new_delegation(person, 1_000, "2025-05-10");
        request.delegation_id = delegation.into();
        registrar(&world).must(request).await;
    }
    for (person, expected) in [
        ("", vec!["delegations/a", "delegations/b", "delegations/c"]),
        ("persons/dag", vec!["delegations/a", "delegations/c"]),
        ("persons/nils", vec![]),
    ] {
        let request = pb::ListDelegationsRequest {
            person: person.into(),
            ..Default::default()
        };
        let page = registrar(&world).must(request).await;
        let names: Vec<_> = page.delegations.into_iter().map(|it| it.name).collect();
        assert_eq!(names, expected, "{person}");
    }
    let unprefixed = pb::ListDelegationsRequest {
        person: "dag".into(),
        ..Default::default()
    };
    let refusal = registrar(&world)
        .refused(unprefixed, "INVALID_FIELDS")
        .await;
    assert_eq!(refusal.fields(), ["person"]);
    let machine = world.machine(&[Role::Registrar]);
    machine
        .refused(end("delegations/a", "2025-05-11"), "NEEDS_A_PERSON")
        .await;
}

stories!(
    the_ministry_gives_the_directors_and_the_director_gives_within_it,
    nobody_registers_authority_for_himself,
    nobody_gives_more_than_the_own,
    the_registrar_registers_what_the_ministry_sent,
    a_delegation_registered_late_needs_a_reason,
    a_delegation_ends_and_is_not_prolonged,
    delegations_are_listed_by_person
);
