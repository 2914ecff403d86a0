//! A deadline judges when something was here: when its request was read whole, or when it was received on paper.
//! Told of the tests' own host: no service has a deadline yet.

use chrono::{DateTime, Utc};
use contract::testing::v1 as pb;
use platform::time_to_wire;
use prost::Message;
use proto::Call;
use proto::access::v1::Role;
use proto::common::v1::document_ref::Direction;
use sqlx::Executor;
use testkit::{Actor, Database, Kit, date, document, id};
use tokio::sync::oneshot;

use crate::raw::{Raw, ended_by};
use crate::served;

const ADVISER: &[Role] = &[Role::RecruitmentAdviser];

/// A contest that closes on this day, or the next working day.
pub(crate) fn contest(name: &str, close: &str) -> pb::CreateContestRequest {
    pb::CreateContestRequest {
        contest_id: name.into(),
        contest: Some(pb::Contest {
            close_date: date(close),
            roll: pb::contest::Roll::NextWorkingDay.into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}

/// An entry of somebody's, by the request itself.
pub(crate) fn entry(
    contest: &str,
    entrant: &str,
    branch: &str,
    (points, scale): (i64, &str),
) -> pb::EnterContestRequest {
    pb::EnterContestRequest {
        name: format!("contests/{contest}"),
        entry: Some(pb::Entry {
            entrant: format!("entrants/{entrant}"),
            branch: branch.into(),
            points,
            scale: scale.into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}

fn of(entrant: &str) -> pb::EnterContestRequest {
    entry("a", entrant, "ski-hopp", (1, "meter"))
}

/// The same entry, on paper that was received at an instant.
fn on_paper(entrant: &str, received: &str) -> pb::EnterContestRequest {
    let received: DateTime<Utc> = received.parse().unwrap();
    pb::EnterContestRequest {
        received_at: Some(time_to_wire(received)),
        received_document: Some(document("2025-04-22").into()),
        ..of(entrant)
    }
}

/// Who enters, at an instant.
async fn adviser_at(database: &Database, now: &str) -> (Kit, Actor) {
    let kit = served::host_at(database, now).await;
    let ada = kit.person("ada", ADVISER);
    (kit, ada)
}

/// A deadline on Easter Sunday ends at noon in Oslo on the working day after Easter.
/// A thousandth of a second before it is in time, the instant itself is not; what came on paper is judged by
/// when it was received, and a machine cannot say that.
#[tokio::test]
async fn what_came_before_the_deadline_is_in() {
    let database = Database::of(&contract::NOUNS).await;
    let (_first, ada) = adviser_at(&database, "2025-04-22T09:59:59.999Z").await;
    let created = ada.must(contest("a", "2025-04-20")).await;
    let deadline: DateTime<Utc> = "2025-04-22T10:00:00Z".parse().unwrap();
    assert_eq!(created.deadline, Some(time_to_wire(deadline)));
    let entered = ada.must(of("in-time")).await;
    let arrived: DateTime<Utc> = "2025-04-22T09:59:59.999Z".parse().unwrap();
    assert_eq!(entered.entries[0].received_at, Some(time_to_wire(arrived)));
    assert_eq!(entered.entries[0].received_document, None);

    let (kit, ada) = adviser_at(&database, "2025-04-22T10:00:00Z").await;
    let refusal = ada.refused(of("late"), "ARRIVED_TOO_LATE").await;
    assert_eq!(refusal.metadata("name"), "contests/a");
    assert_eq!(refusal.metadata("deadline"), "2025-04-22T10:00:00Z");
    assert_eq!(refusal.metadata("arrived_at"), "2025-04-22T10:00:00Z");
    assert!(
        refusal.status.message().contains("10:00:00Z"),
        "{}",
        refusal.status
    );

    let (later, ada) = adviser_at(&database, "2025-04-24T08:00:00Z").await;
    let paper = on_paper("paper", "2025-04-22T09:58:00Z");
    let machine = later.machine(ADVISER);
    machine.refused(paper.clone(), "NEEDS_A_PERSON").await;
    let entered = ada.must(paper.clone()).await;
    let entry = entered
        .entries
        .iter()
        .find(|it| it.entrant == "entrants/paper");
    let entry = entry.unwrap();
    assert_eq!(entry.received_at, paper.received_at);
    assert_eq!(entry.received_document, paper.received_document);
    let days: Vec<_> = kit.facts().await.into_iter().map(|it| it.1).collect();
    assert!(days.iter().all(|it| it == "2025-04-22"), "{days:?}");

    ada.refused(on_paper("late", "2025-04-22T10:00:00Z"), "ARRIVED_TOO_LATE")
        .await;
    let twice = on_paper("paper", "2025-04-22T09:58:00Z");
    ada.refused(twice, "ALREADY_EXISTS").await;
}

/// What was received has its document, and neither is to come; all that is wrong is named at once.
#[tokio::test]
async fn what_was_received_on_paper_has_its_incoming_document() {
    let database = Database::of(&contract::NOUNS).await;
    let (_kit, ada) = adviser_at(&database, "2025-04-22T09:00:00Z").await;
    ada.must(contest("a", "2025-04-22")).await;
    let paper = || on_paper("paper", "2025-04-22T08:00:00Z");

    let mut alone = paper();
    alone.received_document = None;
    let mut undated = paper();
    undated.received_at = None;
    let mut to_come = on_paper("paper", "2025-04-22T09:00:00.001Z");
    let document = to_come.received_document.as_mut().unwrap();
    document.date = date("2025-04-23");
    document.direction = Direction::Outgoing.into();
    let mut no_instant = paper();
    no_instant.received_at.as_mut().unwrap().nanos = -1;
    for (request, fields, reasons) in [
        (alone, &["received_document"][..], &["REQUIRED"][..]),
        (undated, &["received_at"], &["REQUIRED"]),
        (no_instant, &["received_at"], &["INSTANT"]),
        (
            to_come,
            &[
                "received_document.date",
                "received_document.direction",
                "received_at",
            ],
            &["DATE_TO_COME", "NOT_ONE_OF", "INSTANT_TO_COME"],
        ),
    ] {
        let refusal = ada.refused(request, "INVALID_FIELDS").await;
        assert_eq!(refusal.fields(), fields);
        assert_eq!(refusal.field_reasons(), reasons);
    }
}

/// A request arrives with its last byte: neither with its first, however long it takes to send, nor when
/// the database comes to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_arrives_when_it_has_been_read_whole() {
    let kit = served::alone(&contract::NOUNS).await;
    let ada = kit.person("ada", ADVISER);
    ada.must(contest("a", "2199-01-02")).await;
    let raw = Raw::to(&kit).await;
    let path = pb::EnterContestRequest::PATH;
    let (end, ended) = oneshot::channel();
    let message = of("slow").encode_to_vec();
    let request = raw
        .call(path, &ada)
        .body(ended_by(&message, ended))
        .unwrap();

    let mut owner = kit.owner().await;
    for sql in [
        "begin",
        "select from platform.cases where name = 'contests/a' for update",
    ] {
        owner.execute(sql).await.unwrap();
    }
    let sending = raw.send(request);
    let told = async {
        // The same connection: what is asked later is answered after the call above has been begun.
        let get = pb::GetContestRequest {
            name: "contests/a".into(),
            read_time: None,
        };
        ada.must(get).await;
        let first = Utc::now();
        end.send(()).unwrap();
        kit.waiting(1).await;
        let last = Utc::now();
        owner.execute("rollback").await.unwrap();
        (first, last)
    };
    let (answer, (first, last)) = tokio::join!(sending, told);

    let entered = pb::Contest::decode(answer.body.slice(5..)).unwrap();
    let received = entered.entries[0].received_at.unwrap();
    let received = platform::time_from_wire(&received).unwrap();
    assert!(
        (first..=last).contains(&received),
        "{first} ≤ {received} ≤ {last}"
    );
}
