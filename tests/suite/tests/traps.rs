//! Traps of what we build on, each with the mitigation that keeps it shut: a test here fails without.

use std::time::Duration;

use host::NoKnobs;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::{Connection, Executor, PgConnection};
use testkit::reflection;
use tonic::Code;

use crate::proxy::Proxy;
use crate::requests::{close_edition, new_edition};
use crate::served;

/// A client that hangs up between BEGIN and its answer leaves no open transaction behind, and the
/// write it started ends. The same drop of a bare `begin` does leave one: that is the trap.
#[tokio::test]
async fn a_caller_that_hangs_up_during_begin_leaves_nothing_open() {
    let kit = served::grants().await;
    let proxy = Proxy::before(&kit.database).await;
    let behind = testkit::serve_from(
        &grants::SERVICE,
        NoKnobs {},
        platform::Clock::System,
        kit.database.through(&proxy.directory()),
    )
    .await;
    let solveig = behind.person("solveig", &[Role::SectionHead]);
    // Warm: the connection is there before the answer to BEGIN is held back.
    solveig.must(new_edition("varm")).await;

    proxy.hold_answer_to("BEGIN").await;
    let caller = tokio::spawn({
        let solveig = solveig.clone();
        async move { solveig.call(new_edition("2025")).await }
    });
    proxy.until_held().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    proxy.release().await;

    let mut owner = kit.owner().await;
    until(&mut owner, "select count(*) from scheme_editions", 2).await;
    let open = "select count(*) from pg_stat_activity
                 where datname = current_database() and state like 'idle in transaction%'";
    until(&mut owner, open, 0).await;

    // The trap itself, on the same machinery: without a task of its own, `begin` is dropped half-way.
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect_with(kit.database.through(&proxy.directory()).app_options())
        .await
        .unwrap();
    pool.execute("select 1").await.unwrap();
    proxy.hold_answer_to("BEGIN").await;
    let begun = tokio::time::timeout(Duration::from_millis(200), pool.begin()).await;
    assert!(begun.is_err(), "the answer to BEGIN was held back");
    proxy.release().await;
    let state: bool = sqlx::query_scalar("select now() = statement_timestamp()")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(
        !state,
        "sqlx mends a dropped begin now: operations finding 1 can be closed"
    );
}

/// Waits until a count is what it shall be; the test fails when it does not become so.
async fn until(db: &mut PgConnection, sql: &'static str, expected: i64) {
    for _ in 0..500 {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap();
        if count == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{sql} did not become {expected}");
}

/// A deadline answers DEADLINE_EXCEEDED with a reason (tonic's own answers CANCELLED), and what had
/// started finishes.
#[tokio::test]
async fn a_deadline_says_so_and_the_write_finishes() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    let mut holder = kit.owner().await;
    let mut held = holder.begin().await.unwrap();
    held.execute("select * from scheme_editions for update")
        .await
        .unwrap();

    // Over a connection of its own, whose client does not watch the deadline too.
    let mut client = unwatched(&kit).await;
    let mut request = solveig.request(close_edition(&name));
    request
        .metadata_mut()
        .insert("grpc-timeout", "300m".parse().unwrap());
    let status = client.close_scheme_edition(request).await.unwrap_err();
    let refusal = solveig.seen("/norec.grants.v1.SchemeService/CloseSchemeEdition", status);
    assert_eq!(
        (refusal.code, refusal.reason.as_str()),
        (Code::DeadlineExceeded, "DEADLINE_PASSED")
    );

    held.rollback().await.unwrap();
    let mut owner = kit.owner().await;
    until(
        &mut owner,
        "select count(*) from scheme_editions where state = 'closed'",
        1,
    )
    .await;
}

type Unwatched = pb::scheme_service_client::SchemeServiceClient<
    tower::util::BoxCloneSyncService<
        tonic::codegen::http::Request<tonic::body::Body>,
        tonic::codegen::http::Response<hyper::body::Incoming>,
        hyper::Error,
    >,
>;

/// A client over plain HTTP/2: tonic's own would give up at the deadline before it is answered.
async fn unwatched(kit: &testkit::Kit) -> Unwatched {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let stream = tokio::net::TcpStream::connect(kit.address).await.unwrap();
    let executor = TokioExecutor::new();
    let (sender, connection) =
        hyper::client::conn::http2::handshake(executor, TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let service = tower::service_fn(move |request| {
        let mut sender = sender.clone();
        async move { sender.send_request(request).await }
    });
    let origin = format!("http://{}", kit.address).parse().unwrap();
    let service = tower::util::BoxCloneSyncService::new(service);
    pb::scheme_service_client::SchemeServiceClient::with_origin(service, origin)
}

/// A lock that is not to be had in time is BUSY, and worth a retry.
#[tokio::test]
async fn a_lock_that_is_held_is_busy() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    let mut holder = kit.owner().await;
    let mut held = holder.begin().await.unwrap();
    held.execute("select * from scheme_editions for update")
        .await
        .unwrap();

    let request = close_edition(&name);
    let refusal = solveig.refused(request.clone(), "BUSY").await;
    assert_eq!(refusal.code, Code::Aborted);

    held.rollback().await.unwrap();
    solveig.must(request).await;
}

/// Reflection hands out our method options, and everything a client needs to read error details and
/// health, in v1 and v1alpha.
#[tokio::test]
async fn reflection_is_complete_with_options() {
    let kit = served::grants().await;
    let anybody = kit.person("noen", &[]);
    let listed = reflection::services(&anybody).await;
    assert!(
        listed.contains(&"norec.grants.v1.SchemeService".to_owned()),
        "{listed:?}"
    );
    assert!(
        listed.contains(&"grpc.health.v1.Health".to_owned()),
        "{listed:?}"
    );

    let mut symbols = listed;
    symbols.extend(["google.rpc.ErrorInfo", "google.rpc.BadRequest"].map(str::to_owned));
    for symbol in symbols {
        let files = reflection::files_of(&anybody, &symbol).await;
        let pool = reflection::pool(&anybody, files).await;
        let Some(service) = pool.get_service_by_name(&symbol) else {
            continue;
        };
        if symbol.starts_with("norec.") {
            let rule = pool.get_extension_by_name("norec.access.v1.rule").unwrap();
            for method in service.methods() {
                assert!(
                    method.options().has_extension(&rule),
                    "{}",
                    method.full_name()
                );
            }
        }
    }
    assert_eq!(
        reflection::services_alpha(&anybody).await,
        reflection::services(&anybody).await
    );
    let nobody = kit.actor(None);
    assert!(
        reflection::try_services(&nobody).await.is_err(),
        "reflection needs a token"
    );
}

/// Nothing serves before it is said to, and a watch of an unknown name says SERVICE_UNKNOWN.
#[tokio::test]
async fn health_begins_as_not_serving_and_knows_what_it_does_not_know() {
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_health::pb::health_client::HealthClient;
    use tonic_health::pb::health_server::Health as _;
    use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

    let kit = served::grants().await;
    let mut client = HealthClient::new(kit.channel());
    let ask = |name: &str| HealthCheckRequest {
        service: name.to_owned(),
    };
    for serving in [false, true] {
        kit.health.set_process(serving);
        kit.health.set_database(serving);
        let expected = if serving {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        for name in ["", "readiness", "liveness", "norec.grants.v1.SchemeService"] {
            let answer = client.check(ask(name)).await.unwrap().into_inner();
            assert_eq!(answer.status(), expected, "{name}");
        }
    }
    let fresh = host::Health::new(&["norec.x"]);
    for name in ["", "readiness", "liveness", "norec.x"] {
        let answer = fresh.check(tonic::Request::new(ask(name))).await;
        let status = answer.unwrap().into_inner().status();
        assert_eq!(status, ServingStatus::NotServing, "{name}");
    }
    assert_eq!(
        client.check(ask("norec.nothing")).await.unwrap_err().code(),
        Code::NotFound
    );
    let mut watch = client
        .watch(ask("norec.nothing"))
        .await
        .unwrap()
        .into_inner();
    let first: HealthCheckResponse = watch.message().await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::ServiceUnknown);
    let mut watch = client.watch(ask("")).await.unwrap().into_inner();
    assert_eq!(
        watch.message().await.unwrap().unwrap().status(),
        ServingStatus::Serving
    );
    kit.health.set_database(false);
    assert_eq!(
        watch.message().await.unwrap().unwrap().status(),
        ServingStatus::NotServing
    );
    let readiness = client.check(ask("readiness")).await.unwrap().into_inner();
    assert_eq!(
        readiness.status(),
        ServingStatus::Serving,
        "readiness follows the process"
    );
}

/// Statuses that tonic makes by itself get a reason too.
#[tokio::test]
async fn what_tonic_answers_by_itself_has_a_reason() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let path = "/norec.grants.v1.SchemeService/CreateSchemeEdition";

    let garbage = solveig.call_bytes(path, vec![0xff; 9]).await;
    assert_eq!(
        (garbage.code, garbage.reason.as_str()),
        (Code::InvalidArgument, "REQUEST_UNDECODABLE")
    );

    let mut large = new_edition("2025");
    large.scheme_edition.as_mut().unwrap().title = "x".repeat(platform::MESSAGE_BYTES_MAX + 1);
    let refusal = solveig.refused(large, "REQUEST_TOO_LARGE").await;
    assert_eq!(refusal.code, Code::ResourceExhausted);
    let limit = platform::MESSAGE_BYTES_MAX.to_string();
    assert_eq!(refusal.metadata("limit_bytes"), limit);

    let mut compressed = solveig.request(new_edition("2025"));
    let gzip = "gzip".parse().unwrap();
    compressed.metadata_mut().insert("grpc-encoding", gzip);
    let mut client = pb::scheme_service_client::SchemeServiceClient::new(kit.channel());
    let status = client.create_scheme_edition(compressed).await.unwrap_err();
    let refusal = solveig.seen(path, status);
    assert_eq!(
        (refusal.code, refusal.reason.as_str()),
        (Code::Unimplemented, "ENCODING_UNKNOWN")
    );
    assert_eq!(refusal.metadata("encoding"), "gzip");
}

/// What a caller writes comes back in the refusal as it was written, whatever it looks like.
#[tokio::test]
async fn what_looks_like_a_text_of_ours_is_a_name_like_any_other() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    for name in ["{", "{name}", "}{", "{trace_id}"] {
        let request = pb::GetSchemeEditionRequest {
            name: name.to_owned(),
            read_time: None,
        };
        let refusal = solveig.refused(request, "NOT_FOUND").await;
        assert_eq!(refusal.metadata("name"), name);
        assert!(refusal.status.message().starts_with(name), "{refusal:?}");
    }
    let answer = kit.actor(None).call_path::<(), ()>("/{", ()).await;
    assert_eq!(answer.unwrap_err().reason, "METHOD_UNKNOWN");
}

/// A token that is expired, wrong, or of an issuer without keys is told apart only as far as it helps.
#[tokio::test]
async fn a_token_that_does_not_hold_is_refused() {
    let kit = served::grants().await;
    let request = pb::ListSchemeEditionsRequest::default;
    let old = "2020-01-01T00:00:00Z".parse().unwrap();
    let roles = [Role::SectionHead];
    let expired = testkit::token(
        testkit::ISSUER,
        platform::Kind::Person,
        "solveig",
        &roles,
        old,
    );
    kit.actor(expired).refused(request(), "TOKEN_EXPIRED").await;
    kit.actor("not.a.token".to_owned())
        .refused(request(), "TOKEN_REJECTED")
        .await;
    kit.actor(None).refused(request(), "TOKEN_MISSING").await;
    let keyless = testkit::token_without_keys("solveig", &roles);
    let refusal = kit
        .actor(keyless)
        .refused(request(), "KEYSET_NOT_LOADED")
        .await;
    assert_eq!(refusal.code, Code::Unavailable);
}

/// A handler that breaks answers INTERNAL to its own caller and nobody else, and writes nothing.
#[tokio::test]
async fn a_bug_is_one_callers_and_leaves_nothing() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    kit.owner()
        .await
        .execute("alter table scheme_editions add constraint broken check (title <> 'Utveksling')")
        .await
        .unwrap();
    let refusal = solveig.refused(new_edition("2025"), "INTERNAL").await;
    assert_eq!(refusal.code, Code::Internal);
    assert!(!refusal.metadata("trace_id").is_empty());
    assert!(
        !refusal.status.message().contains("broken"),
        "sources are not sent"
    );
    assert_eq!(kit.journal().await, [""; 0]);
    solveig.must(pb::ListSchemeEditionsRequest::default()).await;
}
