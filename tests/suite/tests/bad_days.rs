//! Bad days: PostgreSQL stopped and started, and a service begun anew on what was left.

use std::time::Duration;

use host::NoKnobs;
use proto::access::v1::Role;
use proto::governance::v1 as governance_pb;
use proto::grants::v1 as pb;
use testkit::{Actor, Kit};
use tonic::{Code, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::pair::{Pair, pause};
use crate::requests::new_edition;
use crate::served;

/// What a service says of itself as it changes, by one of the names it knows.
async fn health(kit: &Kit, name: &str) -> Streaming<HealthCheckResponse> {
    let ask = HealthCheckRequest {
        service: name.to_owned(),
    };
    let mut client = HealthClient::new(kit.channel());
    client.watch(ask).await.unwrap().into_inner()
}

/// What it says next.
async fn says(watch: &mut Streaming<HealthCheckResponse>) -> ServingStatus {
    let next = tokio::time::timeout(Duration::from_secs(60), watch.message());
    next.await.unwrap().unwrap().unwrap().status()
}

async fn is_ready(kit: &Kit) -> bool {
    says(&mut health(kit, "readiness").await).await == ServingStatus::Serving
}

/// PostgreSQL stops: UNAVAILABLE with a reason meanwhile, health says so, and when it is back the
/// same request has its one effect.
#[tokio::test]
async fn a_stopped_database_is_said_so_and_recovered_from() {
    let cluster = cluster::Cluster::temporary().unwrap();
    let kit = testkit::start_in(&cluster, &grants::SERVICE, NoKnobs {}).await;
    kit.watch();
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    solveig.must(new_edition("2024")).await;
    let mut whole = health(&kit, "").await;
    let mut schemes = health(&kit, "norec.grants.v1.SchemeService").await;
    for watch in [&mut whole, &mut schemes] {
        assert_eq!(says(watch).await, ServingStatus::Serving);
    }

    cluster.stop().unwrap();
    let request = new_edition("2025");
    let refusal = solveig
        .refused(request.clone(), "DATABASE_UNAVAILABLE")
        .await;
    assert_eq!(refusal.code, Code::Unavailable);
    let list = solveig
        .call(pb::ListSchemeEditionsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(list.reason, "DATABASE_UNAVAILABLE");
    for watch in [&mut whole, &mut schemes] {
        assert_eq!(says(watch).await, ServingStatus::NotServing);
    }
    assert!(is_ready(&kit).await, "callers get a reason meanwhile");

    cluster.start_again().unwrap();
    for watch in [&mut whole, &mut schemes] {
        assert_eq!(says(watch).await, ServingStatus::Serving);
    }
    let created = until_answered(&solveig, request.clone()).await;
    assert_eq!(created, solveig.must(request).await);
    assert_eq!(kit.journal().await.len(), 2);
}

/// A connection that broke meanwhile answers once more that the database is away.
async fn until_answered<R: proto::Call + Clone>(actor: &Actor, request: R) -> R::Reply {
    for _ in 0..400 {
        match actor.call(request.clone()).await {
            Ok(reply) => return reply,
            Err(it) => assert_eq!(it.reason, "DATABASE_UNAVAILABLE", "{}", it.status),
        }
        pause().await;
    }
    panic!("the database is away for ever")
}

/// Governance's own PostgreSQL stops, while grants goes on: governance says so, recovers by itself,
/// and follows what was recorded meanwhile.
#[tokio::test]
async fn governance_without_its_database_says_so_and_catches_up() {
    let cluster = cluster::Cluster::temporary().unwrap();
    let pair = Pair::following_into(&cluster, served::grants().await).await;
    pair.governance.watch();
    pair.allocate(1_000, "2025-03-01").await;
    pair.until_number(1).await;
    let mut whole = health(&pair.governance, "").await;
    assert_eq!(says(&mut whole).await, ServingStatus::Serving);

    cluster.stop().unwrap();
    let list = governance_pb::ListSourcesRequest::default();
    let refusal = pair
        .kaia
        .refused(list.clone(), "DATABASE_UNAVAILABLE")
        .await;
    assert_eq!(refusal.code, Code::Unavailable);
    assert_eq!(says(&mut whole).await, ServingStatus::NotServing);
    assert!(is_ready(&pair.governance).await);
    pair.allocate(2_000, "2025-03-02").await;

    cluster.start_again().unwrap();
    assert_eq!(says(&mut whole).await, ServingStatus::Serving);
    until_answered(&pair.kaia, list).await;
    pair.until_number(2).await;
}

/// After a restart, on the same database, a request_id that was used has the answer it had.
#[tokio::test]
async fn a_request_id_outlives_the_process() {
    let kit = served::grants().await;
    let request = new_edition("2025");
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let first = solveig.must(request.clone()).await;
    let database = kit.database.clone();
    drop(kit);

    let again = testkit::serve_from(
        &grants::SERVICE,
        NoKnobs {},
        platform::Clock::System,
        database,
    )
    .await;
    let solveig = again.person("solveig", &[Role::SectionHead]);
    assert_eq!(solveig.must(request.clone()).await, first);
    assert_eq!(again.journal().await, ["CreateSchemeEdition"]);
    let other = pb::CreateSchemeEditionRequest {
        scheme_edition_id: "2026".into(),
        ..request
    };
    solveig.refused(other, "REQUEST_ID_REUSED").await;
}

/// With every connection taken, a caller is told to come back, and nothing is done.
#[tokio::test]
async fn when_every_connection_is_taken_the_service_is_overloaded() {
    use sqlx::Executor;

    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    solveig.must(new_edition("2025")).await;
    let mut connections = Vec::new();
    for _ in 0..platform::CONNECTIONS_MAX {
        let mut connection = kit.host.db.read().await.unwrap();
        connection.execute("select 1").await.unwrap();
        connections.push(connection);
    }
    let refusal = solveig.refused(new_edition("2026"), "OVERLOADED").await;
    assert_eq!(refusal.code, Code::ResourceExhausted);
    drop(connections);
    solveig.must(new_edition("2026")).await;
}

/// A resource's past is read at an instant that lies far enough back to be final.
#[tokio::test]
async fn the_present_is_too_recent_to_be_read_as_past() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    let now = platform::time_to_wire(kit.host.clock.now());
    let request = pb::GetSchemeEditionRequest {
        name: name.clone(),
        read_time: Some(now),
    };
    solveig.refused(request, "READ_TIME_TOO_RECENT").await;
    let before = platform::time_to_wire("2020-01-01T00:00:00Z".parse().unwrap());
    let request = pb::GetSchemeEditionRequest {
        name,
        read_time: Some(before),
    };
    solveig.refused(request, "NOT_FOUND").await;
}
