//! More calls than a service has room for, and callers who leave before they are answered.

use std::time::Duration;

use futures::future::join_all;
use host::NoKnobs;
use platform::Clock;
use prost::Message;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::{Connection, Executor, PgConnection};
use testkit::{Actor, Database, Kit};
use tokio::task::JoinHandle;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::raw::{Raw, messages, silent_after};
use crate::requests::{close_edition, new_edition};

/// Calls in flight that a service has room for, four for each of its connections.
const CALLS_MAX: usize = 64;
/// Between two looks at the service.
const SHORTLY: Duration = Duration::from_millis(5);
const CREATE: &str = "/norec.grants.v1.SchemeService/CreateSchemeEdition";
const LIST: &str = "/norec.grants.v1.SchemeService/ListSchemeEditions";

/// Grants with one edition, where a lock is waited for as long as it takes.
async fn grants() -> (Kit, Actor, String) {
    let database = Database::of(&grants::NOUNS).await.patient();
    let clock = Clock::System;
    let kit = testkit::serve_from(&grants::SERVICE, NoKnobs {}, clock, database).await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    (kit, solveig, name)
}

/// Why a caller without a token is refused at present.
async fn refused(kit: &Kit) -> String {
    let list = pb::ListSchemeEditionsRequest::default();
    kit.actor(None).call(list).await.unwrap_err().reason
}

/// Waits until the room is full, or not any more.
async fn until_refused(kit: &Kit, reason: &str) {
    for _ in 0..1000 {
        if refused(kit).await == reason {
            return;
        }
        tokio::time::sleep(SHORTLY).await;
    }
    panic!("nobody was refused with {reason}");
}

/// Hangs up, and returns when the service has heard of it: it is told on the same connection.
async fn hang_up<T>(kit: &Kit, callers: Vec<JoinHandle<T>>) {
    for caller in &callers {
        caller.abort();
    }
    join_all(callers).await;
    for _ in 0..10 {
        answers_health(kit).await;
    }
}

async fn answers_health(kit: &Kit) {
    let ask = HealthCheckRequest::default();
    HealthClient::new(kit.channel()).check(ask).await.unwrap();
}

async fn closed_editions(owner: &mut PgConnection) -> i64 {
    let closed = "select count(*) from scheme_editions where state = 'closed'";
    sqlx::query_scalar(closed).fetch_one(owner).await.unwrap()
}

/// With all room taken a caller hears so before its token is looked for and whether its body comes or not;
/// health is answered. What was begun keeps its place when its callers have left, and ends; what waited
/// for a connection is not begun.
#[tokio::test]
async fn what_was_begun_has_its_place_until_it_ends() {
    let (kit, solveig, name) = grants().await;
    let mut owner = kit.owner().await;
    let mut held = owner.begin().await.unwrap();
    let rows = "select * from scheme_editions for update";
    held.execute(rows).await.unwrap();
    assert_eq!(refused(&kit).await, "TOKEN_MISSING");

    let callers = (0..CALLS_MAX).map(|_| {
        let (solveig, request) = (solveig.clone(), close_edition(&name));
        tokio::spawn(async move { solveig.call(request).await })
    });
    let callers: Vec<_> = callers.collect();
    until_refused(&kit, "OVERLOADED").await;
    let connections = platform::CONNECTIONS_MAX;
    kit.waiting(connections.into()).await;

    let raw = Raw::to(&kit).await;
    let nobody = kit.actor(None);
    for bytes in [0, 3, 5] {
        let call = raw.call(LIST, &nobody);
        let answer = raw.send(call.body(silent_after(b"", bytes)).unwrap()).await;
        let refusal = answer.refusal(&nobody, LIST);
        assert_eq!(refusal.code, Code::ResourceExhausted);
        assert_eq!(refusal.reason, "OVERLOADED");
        assert!(refusal.may_be_sent_again());
    }
    answers_health(&kit).await;

    hang_up(&kit, callers).await;
    // One that is about to tell of the refusals ends too.
    let begun = usize::try_from(connections).unwrap();
    while kit.host.tasks.len() > begun {
        tokio::time::sleep(SHORTLY).await;
    }
    let places = (begun..CALLS_MAX).map(|_| {
        let (kari, request) = (
            kit.person("kari", &[Role::SectionHead]),
            close_edition(&name),
        );
        tokio::spawn(async move { kari.call(request).await })
    });
    let places: Vec<_> = places.collect();
    until_refused(&kit, "OVERLOADED").await;
    hang_up(&kit, places).await;

    held.rollback().await.unwrap();
    kit.quiet().await;
    assert_eq!(closed_editions(&mut owner).await, 1);
    assert_eq!(
        kit.journal().await,
        ["CreateSchemeEdition", "CloseSchemeEdition"]
    );
    assert_eq!(refused(&kit).await, "TOKEN_MISSING");
}

/// A read stops with its caller: its place is free, and PostgreSQL ends its statement.
#[tokio::test]
async fn a_read_ends_with_its_caller() {
    let (kit, solveig, name) = grants().await;
    let mut owner = kit.owner().await;
    let mut held = owner.begin().await.unwrap();
    let journal = "lock table platform.journal in access exclusive mode";
    held.execute(journal).await.unwrap();

    let get = pb::GetSchemeEditionRequest {
        name,
        read_time: None,
    };
    let callers = (0..CALLS_MAX).map(|_| {
        let (solveig, request) = (solveig.clone(), get.clone());
        tokio::spawn(async move { solveig.call(request).await })
    });
    let callers: Vec<_> = callers.collect();
    until_refused(&kit, "OVERLOADED").await;
    kit.waiting(platform::CONNECTIONS_MAX.into()).await;

    hang_up(&kit, callers).await;
    until_refused(&kit, "TOKEN_MISSING").await;
    kit.waiting(0).await;

    held.rollback().await.unwrap();
    solveig.must(get).await;
}

/// A write that waits for a connection is not begun when its caller's time is over, or he has left.
#[tokio::test]
async fn a_write_that_nobody_waits_for_is_not_begun() {
    let (kit, solveig, _) = grants().await;
    let mut lent = Vec::new();
    for _ in 0..platform::CONNECTIONS_MAX {
        lent.push(kit.host.db.read().await.unwrap());
    }
    let raw = Raw::to(&kit).await;
    let call = raw.call(CREATE, &solveig).header("grpc-timeout", "300m");
    let body = messages(&[&new_edition("2026").encode_to_vec()]);
    let answer = raw.send(call.body(body).unwrap()).await;
    assert_eq!(answer.refusal(&solveig, CREATE).reason, "DEADLINE_PASSED");

    let caller = tokio::spawn(async move { solveig.call(new_edition("2027")).await });
    while kit.host.tasks.is_empty() {
        tokio::time::sleep(SHORTLY).await;
    }
    hang_up(&kit, vec![caller]).await;
    drop(lent);
    kit.quiet().await;
    assert_eq!(kit.journal().await, ["CreateSchemeEdition"]);
}
