//! The Storting's decisions: recorded, reversed, listed (case AC-07, what it is computed from).

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::{Kind, State};
use testkit::{Actor, Kit, date, id, kroner, post};

use crate::world::on;

fn registrar(kit: &Kit) -> Actor {
    kit.person("rita", &[Role::Registrar])
}

fn decision(name: &str, kind: Kind, million: i64) -> pb::RecordAppropriationRequest {
    pb::RecordAppropriationRequest {
        appropriation_id: name.into(),
        appropriation: Some(pb::Appropriation {
            post: Some(post("144.70")),
            year: 2025,
            kind: kind.into(),
            amount: kroner(million * 1_000_000),
            effective_date: date("2025-01-01"),
            source: "DFØ, Statsregnskapet (NLOD)".into(),
            source_date: date("2025-01-02"),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}

fn reversal(name: &str) -> pb::ReverseAppropriationRequest {
    pb::ReverseAppropriationRequest {
        name: name.into(),
        reason: "Feil post".into(),
        request_id: id(),
        ..Default::default()
    }
}

fn fact(measure: &str, million: i64) -> (String, String, i64) {
    (measure.into(), "2025-01-01".into(), million * 100_000_000)
}

/// AC-07: voted and revised stand under their own names. A carry-over that is not known counts
/// nothing; one of 0 counts as 0.
#[tokio::test]
async fn each_decision_counts_under_its_own_name() {
    let kit = on("2025-01-03").await;
    let rita = registrar(&kit);
    let voted = rita.must(decision("70-voted", Kind::Voted, 153)).await;
    rita.must(decision("70-revised", Kind::Revised, 150)).await;
    let known = [
        fact("governance.voted", 153),
        fact("governance.revised", 150),
    ];
    assert_eq!(kit.facts().await, known);

    let nothing = rita
        .must(decision("70-carried", Kind::CarriedOver, 0))
        .await;
    let all = [&known[..], &[fact("governance.carried_over", 0)]].concat();
    assert_eq!(kit.facts().await, all);
    assert_eq!(nothing.amount, kroner(0));

    assert_eq!(voted.name, "appropriations/70-voted");
    assert_eq!(
        (voted.kind(), voted.state()),
        (Kind::Voted, State::Recorded)
    );
    let read = pb::GetAppropriationRequest {
        name: voted.name.clone(),
        read_time: None,
    };
    assert_eq!(rita.must(read).await, voted);
}

/// A decision that was registered wrongly is reversed once, on its own day; then recorded right.
#[tokio::test]
async fn a_reversed_decision_gives_way_to_the_right_one() {
    let kit = on("2025-01-03").await;
    let rita = registrar(&kit);
    let wrong = rita.must(decision("70", Kind::CarriedOver, 5)).await;
    let second = rita
        .refused(decision("70-b", Kind::CarriedOver, 4), "ALREADY_EXISTS")
        .await;
    assert_eq!(second.metadata("name"), wrong.name);
    let mut stale = reversal(&wrong.name);
    stale.etag = "\"2\"".into();
    rita.refused(stale, "STALE_ETAG").await;

    let reversed = rita.must(reversal(&wrong.name)).await;
    assert_eq!(reversed.state(), State::Reversed);
    assert_eq!(reversed.reversal_reason, "Feil post");
    let again = rita.refused(reversal(&wrong.name), "WRONG_STATE").await;
    assert_eq!(again.metadata("name"), wrong.name);
    rita.refused(decision("70", Kind::CarriedOver, 4), "ALREADY_EXISTS")
        .await;
    rita.must(decision("70-b", Kind::CarriedOver, 4)).await;

    let measure = "governance.carried_over";
    assert_eq!(
        kit.facts().await,
        [fact(measure, 5), fact(measure, -5), fact(measure, 4)]
    );
}

/// The same request_id has one effect; a decision of next year is recorded before the year begins.
#[tokio::test]
async fn a_repeated_recording_has_one_effect() {
    let kit = on("2024-12-20").await;
    let rita = registrar(&kit);
    let request = decision("70", Kind::Voted, 153);
    let first = rita.must(request.clone()).await;
    assert_eq!(rita.must(request).await, first);
    assert_eq!(kit.journal().await, ["RecordAppropriation"]);
    assert_eq!(kit.facts().await, [fact("governance.voted", 153)]);
}

/// What is registered late needs a reason, and is listed with it.
#[tokio::test]
async fn a_decision_registered_late_needs_a_reason() {
    let kit = on("2025-03-03").await;
    let rita = registrar(&kit);
    let mut request = decision("70", Kind::Voted, 153);
    let refusal = rita.refused(request.clone(), "LATE_REASON_REQUIRED").await;
    assert_eq!(refusal.metadata("effective_date"), "2025-01-01");

    request.late_reason = "Registrert da tjenesten ble tatt i bruk".into();
    rita.must(request.clone()).await;
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let late = proto::audit::v1::ListEntriesRequest {
        late_only: true,
        ..Default::default()
    };
    let entries = auditor.must(late).await.entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].late_reason, request.late_reason);
}

/// FR-18, of a decision: every bad field is named in one answer.
#[tokio::test]
async fn every_bad_field_of_a_decision_is_named_at_once() {
    let kit = on("2025-01-03").await;
    let rita = registrar(&kit);
    let mut request = decision("Sytti", Kind::Unspecified, -1);
    request.request_id = "x".into();
    let given = request.appropriation.as_mut().unwrap();
    given.post = Some(post("144.7O"));
    given.year = 1899;
    given.source = String::new();
    given.source_date = None;

    let refusal = rita.refused(request, "INVALID_FIELDS").await;

    let fields = [
        "amount",
        "effective_date",
        "kind",
        "post.post",
        "source",
        "source_date",
        "year",
    ];
    let mut expected: Vec<_> = fields.map(|it| format!("appropriation.{it}")).into();
    expected.extend(["appropriation_id".into(), "request_id".into()]);
    let mut named = refusal.fields();
    named.sort();
    assert_eq!(named, expected);
}

/// Lists go by name, of one year or of all, page by page.
#[tokio::test]
async fn decisions_are_listed_by_year() {
    let kit = on("2025-01-03").await;
    let rita = registrar(&kit);
    let mut next_year = decision("a-2026", Kind::Voted, 150);
    let given = next_year.appropriation.as_mut().unwrap();
    given.year = 2026;
    given.effective_date = date("2026-01-01");
    rita.must(next_year).await;
    rita.must(decision("b-2025", Kind::Voted, 153)).await;
    rita.must(decision("c-2025", Kind::Revised, 153)).await;

    for (year, expected) in [
        (0, vec!["a-2026", "b-2025", "c-2025"]),
        (2025, vec!["b-2025", "c-2025"]),
        (2024, vec![]),
    ] {
        let mut names = Vec::new();
        let mut request = pb::ListAppropriationsRequest {
            page_size: 1,
            year,
            ..Default::default()
        };
        loop {
            let page = rita.must(request.clone()).await;
            names.extend(page.appropriations.into_iter().map(|it| it.name));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let expected: Vec<_> = expected
            .iter()
            .map(|it| format!("appropriations/{it}"))
            .collect();
        assert_eq!(names, expected, "{year}");
    }
}
