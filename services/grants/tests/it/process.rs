//! The service as its own program: how it starts and ends, what it writes meanwhile, and what it
//! does with a database that is not as it should be.

use std::collections::BTreeMap;

use cluster::Cluster;
use host::NoKnobs;
use prost::Message;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::feed::v1::{GetHeadRequest, ListFactsRequest, Renewal};
use proto::grants::v1 as pb;
use proto::grants::v1::scheme_service_client::SchemeServiceClient;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};
use testkit::grants::new_edition;
use testkit::{Database, Ended, Program, id, process_cluster, reflection, run_program};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

pub(crate) const GRANTS: &str = env!("CARGO_BIN_EXE_grants");
/// Exit code of a service that is not to be had.
const EX_UNAVAILABLE: Option<i32> = Some(69);

pub(crate) async fn database() -> Database {
    Database::of(&grants::NOUNS).await
}

/// Tries to serve with these arguments and a local issuer, in vain; how that ends.
async fn in_vain(arguments: &[&str]) -> Ended {
    let issuers = std::env::temp_dir().join(format!("norec-issuers-{}.json", id()));
    let content = r#"{"issuers": [{"kind": "local", "issuer": "https://local.norec.invalid/",
        "audience": ["norec"], "keys_file": "none.json", "max_lifetime_seconds": 60}]}"#;
    std::fs::write(&issuers, content).unwrap();
    let file = issuers.display().to_string();
    let serve = ["serve", "--issuers-file", &file];
    let ended = run_program(GRANTS, &[&serve[..], arguments].concat()).await;
    std::fs::remove_file(&issuers).unwrap();
    ended
}

/// Why a database is not served.
async fn misfit(url: &str) -> String {
    let ended = in_vain(&["--database-url", url]).await;
    assert_eq!(ended.code, EX_UNAVAILABLE, "{:#?}", ended.lines);
    let [problem] = ended.problems()[..] else {
        panic!("{:#?}", ended.lines)
    };
    problem.to_owned()
}

/// The URL of a database that nobody migrated.
async fn bare() -> String {
    let make = || process_cluster().create_service("bare").unwrap();
    tokio::task::spawn_blocking(make).await.unwrap().app_url
}

/// After SIGTERM nobody is accepted any more, and a call in flight is answered before the end.
#[tokio::test]
async fn a_call_in_flight_is_answered_after_sigterm() {
    let database = database().await;
    // A URL may set limits of its own: here the service waits for the test.
    let url = format!("{}&options=-c%20lock_timeout%3D60s", database.app_url());
    let program = Program::serve(GRANTS, &url).await;
    let solveig = program.person(&database, "solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    let mut holder = database.owner().await;
    let mut held = holder.begin().await.unwrap();
    held.execute("select * from scheme_editions for update")
        .await
        .unwrap();
    let pause = pb::PauseSchemeEditionRequest {
        name,
        effective_date: new_edition("2025").scheme_edition.unwrap().open_date,
        late_reason: "Etterregistrert".into(),
        request_id: id(),
        ..Default::default()
    };
    let caller = tokio::spawn(async move { solveig.call(pause).await });
    database.waiting(1).await;

    program.terminate();
    program.until_closed().await;
    held.rollback().await.unwrap();

    let paused = caller.await.unwrap().unwrap();
    assert_eq!(paused.state(), pb::scheme_edition::State::Paused);
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0));
    let last = ended.lines.last().unwrap();
    let said = ["message", "drained", "ended"].map(|it| last[it].to_string());
    assert_eq!(said, ["\"stopped\"", "true", "true"], "{last}");
}

/// One line for every call, with the trace id that the caller has: of an answer, of a refusal before
/// the handler, and of a handler that breaks down.
#[tokio::test]
async fn every_call_leaves_one_line_with_its_trace() {
    let database = database().await;
    let program = Program::serve(GRANTS, &database.app_url()).await;
    let solveig = program.person(&database, "solveig", &[Role::SectionHead]);
    let list = pb::ListSchemeEditionsRequest::default;
    let mut expected = BTreeMap::new();

    let given = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut request = solveig.request(new_edition("2025"));
    let traceparent = format!("00-{given}-00f067aa0ba902b7-01").parse().unwrap();
    request.metadata_mut().insert("traceparent", traceparent);
    let mut client = SchemeServiceClient::new(solveig.channel());
    client.create_scheme_edition(request).await.unwrap();
    expected.insert(given.to_owned(), ("Ok", "", "persons/solveig"));

    let refusal = program
        .nobody(&database)
        .refused(list(), "TOKEN_MISSING")
        .await;
    expected.insert(refusal.trace_id(), ("Unauthenticated", "TOKEN_MISSING", ""));
    let uten = program.person(&database, "uten", &[]);
    let refusal = uten.refused(list(), "ROLE_MISSING").await;
    expected.insert(
        refusal.trace_id(),
        ("PermissionDenied", "ROLE_MISSING", "persons/uten"),
    );

    // No calendar of ours has this day, so whoever reads the row breaks down.
    let damage = "update scheme_editions set open_on = 'infinity'";
    database.owner().await.execute(damage).await.unwrap();
    let refusal = solveig.refused(list(), "INTERNAL").await;
    assert_eq!(refusal.code, Code::Internal);
    expected.insert(
        refusal.trace_id(),
        ("Internal", "INTERNAL", "persons/solveig"),
    );

    program.terminate();
    let ended = program.ended().await;
    let lines: Vec<_> = ended
        .lines
        .iter()
        .filter(|it| it["target"] == "rpc")
        .collect();
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for line in lines {
        let text = |key: &str| line[key].as_str().unwrap();
        let seen = (text("code"), text("reason"), text("principal"));
        assert_eq!(expected.get(text("trace_id")), Some(&seen), "{line}");
        assert!(text("method").starts_with("/norec.grants.v1.SchemeService/"));
        assert!(line["duration_ms"].is_u64(), "{line}");
    }
    let broke = ended.lines.iter().any(|it| {
        it["message"] == "bug"
            && it["what"]
                .as_str()
                .is_some_and(|what| what.contains("panicked"))
    });
    assert!(broke, "the handler broke down: {:#?}", ended.lines);
}

/// The program serves the packages of its service and nothing else; no contract of a test's own is in
/// it.
#[tokio::test]
async fn the_program_says_what_it_serves() {
    let database = database().await;
    let program = Program::serve(GRANTS, &database.app_url()).await;
    let anybody = program.person(&database, "uten", &[]);
    let mut said = reflection::services(&anybody).await;
    said.sort();

    let mut expected = grants::NOUNS.grpc_services();
    expected.push("grpc.health.v1.Health");
    expected.sort_unstable();
    assert_eq!(said, expected);
    assert!(said.iter().all(|it| !it.starts_with("norec.testing.")));
    program.terminate();
    assert_eq!(program.ended().await.code, Some(0));
}

/// A database that was never migrated, that lacks a migration, or that is no longer for this release
/// is refused before anything is served, and it is said why.
#[tokio::test]
async fn a_database_of_another_release_is_not_served() {
    let reason = misfit(&bare().await).await;
    assert!(
        reason.contains("was not migrated to this release"),
        "{reason}"
    );

    let older = database().await;
    for (schema, version) in [("public", 2), ("spending", 7)] {
        let sql = format!("delete from {schema}._sqlx_migrations where version = {version}");
        let sql = sqlx::query(sqlx::AssertSqlSafe(sql));
        older.owner().await.execute(sql).await.unwrap();
        let reason = misfit(&older.app_url()).await;
        let lacks = format!("lacks migration {version} of the schema {schema}");
        assert!(reason.contains(&lacks), "{reason}");
    }

    let newer = database().await;
    let sql = "update platform.serves set oldest = 900 where migrations = 'platform'";
    newer.owner().await.execute(sql).await.unwrap();
    let reason = misfit(&newer.app_url()).await;
    assert!(reason.contains("no longer serves this release"), "{reason}");
    assert!(reason.contains("from 900 on"), "{reason}");
}

/// A database of a release whose tables all stood in `public` is refused before anything of it is
/// changed, so that that release serves it as before.
#[tokio::test]
async fn a_database_of_before_is_refused_and_left_as_it_is() {
    let make = || process_cluster().create_service("before").unwrap();
    let urls = tokio::task::spawn_blocking(make).await.unwrap();
    let owner: PgConnectOptions = urls.owner_url.parse().unwrap();
    let mut before = PgConnection::connect_with(&owner).await.unwrap();
    before
        .execute("create table public._sqlx_migrations (version bigint)")
        .await
        .unwrap();

    let refused = platform::migrate(&owner, &grants::NOUNS).await.unwrap_err();

    let problem = platform::in_one_line(&refused);
    assert!(problem.contains("keep it for that release"), "{problem}");
    let serves: Vec<(String, i64)> =
        sqlx::query_as("select migrations, oldest from platform.serves order by migrations")
            .fetch_all(&mut before)
            .await
            .unwrap();
    assert_eq!(serves, [("platform".into(), 1), ("service".into(), 1)]);
}

/// A service whose database is away serves and says so; when the database comes and is not for this
/// release, the service ends.
#[tokio::test]
async fn a_database_that_comes_late_is_looked_at_when_it_comes() {
    let cluster = Cluster::temporary().unwrap();
    let database = Database::alone_in(&cluster, &grants::NOUNS).await;
    let sql = "update platform.serves set oldest = 900 where migrations = 'public'";
    database.owner().await.execute(sql).await.unwrap();
    cluster.stop().unwrap();

    let program = Program::serve(GRANTS, &database.app_url()).await;
    let solveig = program.person(&database, "solveig", &[Role::SectionHead]);
    let list = pb::ListSchemeEditionsRequest::default();
    solveig.refused(list, "DATABASE_UNAVAILABLE").await;

    cluster.start_again().unwrap();
    let ended = program.ended().await;
    assert_eq!(ended.code, EX_UNAVAILABLE);
    let [reason] = ended.problems()[..] else {
        panic!("{:#?}", ended.lines)
    };
    assert!(reason.contains("no longer serves this release"), "{reason}");
}

/// After a restore the feed is another source: who followed the old one is refused, whatever the
/// numbers say. A plain migration leaves it as it is.
#[tokio::test]
async fn after_a_restore_the_feed_is_another_source() {
    let kit = testkit::start(&grants::SERVICE, NoKnobs {}).await;
    let follower = kit.workload("governance", &[Role::Follower]);
    let before = follower.must(GetHeadRequest {}).await;
    let former = before.clone();
    let url = kit.database.owner_url();
    let migrate = ["migrate", "--database-url", &url];

    let ended = run_program(GRANTS, &migrate).await;
    assert_eq!(ended.code, Some(0), "{:#?}", ended.lines);
    assert_eq!(follower.must(GetHeadRequest {}).await, before);

    let ended = run_program(GRANTS, &[&migrate[..], &["--after-restore"]].concat()).await;
    assert_eq!(ended.code, Some(0), "{:#?}", ended.lines);
    let after = follower.must(GetHeadRequest {}).await;
    assert_ne!(after.source, before.source);
    assert_eq!(
        (after.number, after.digest),
        (before.number, before.digest.clone())
    );
    let followed = ListFactsRequest {
        after: Some(before),
        page_size: 0,
    };
    let refusal = follower.refused(followed, "SOURCE_CHANGED").await;
    assert_eq!(refusal.metadata("source"), after.source);

    // The former one is kept, with an entry.
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let entries = auditor.must(ListEntriesRequest::default()).await.entries;
    let entry = entries.into_iter().last().unwrap();
    assert_eq!(
        (entry.method.as_str(), entry.actor.as_str()),
        ("platform.source.renew", "workloads/grants")
    );
    let renewal = Renewal::decode(entry.after.unwrap().value.as_slice()).unwrap();
    assert_eq!(renewal.former, Some(former));
    assert_eq!(
        (&renewal.name, &renewal.source),
        (&entry.subject, &after.source)
    );
    let kept: Vec<String> = sqlx::query_scalar("select source from platform.former_sources")
        .fetch_all(&mut kit.owner().await)
        .await
        .unwrap();
    assert_eq!(kept, [renewal.former.unwrap().source]);
}

/// What is no flag of ours is wrong usage, with the exit code of every other.
#[tokio::test]
async fn an_unknown_flag_is_wrong_usage() {
    for (arguments, code) in [
        (&["serve", "--lisen", "x"][..], 64),
        (&["serv"], 64),
        (&["serve", "--help"], 0),
        (&["--version"], 0),
    ] {
        let ended = run_program(GRANTS, arguments).await;
        assert_eq!(ended.code, Some(code), "{arguments:?}: {:#?}", ended.lines);
    }
}

/// A local key is for loopback: beyond it, it is wrong usage, unless it is allowed; then the database
/// is what keeps this service from serving.
#[tokio::test]
async fn a_local_key_is_not_taken_beyond_loopback() {
    let url = bare().await;
    let beyond = ["--database-url", &url, "--listen", "0.0.0.0:0"];
    let ended = in_vain(&beyond).await;
    assert_eq!(ended.code, Some(64), "{:#?}", ended.lines);
    let [problem] = ended.problems()[..] else {
        panic!("{:#?}", ended.lines)
    };
    assert!(problem.contains("--allow-local-issuer"), "{problem}");

    let allowed = [&beyond[..], &["--allow-local-issuer"]].concat();
    assert_eq!(in_vain(&allowed).await.code, EX_UNAVAILABLE);
}

/// B-T05: a log that cannot be written changes no answer; health says how many lines were lost.
#[tokio::test]
async fn a_log_without_room_changes_no_answer() {
    let database = database().await;
    let full = std::path::Path::new("/dev/full");
    let grants = Program::serve_logging(GRANTS, &database.app_url(), Some(full)).await;
    let kari = grants.person(&database, "kari", &[Role::CaseOfficer]);
    let solveig = grants.person(&database, "solveig", &[Role::SectionHead]);
    for _ in 0..3 {
        kari.refused(new_edition("2025"), "ROLE_MISSING").await;
    }
    solveig.must(new_edition("2025")).await;

    let mut health = HealthClient::new(kari.channel());
    let ask = HealthCheckRequest::default();
    let answer = health.check(ask).await.unwrap();
    let lost = answer.metadata().get(host::LOG_LINES_LOST).unwrap();
    let lost: u64 = lost.to_str().unwrap().parse().unwrap();
    // One of its start, one of each call, and one of each denial.
    assert!(lost >= 1 + 4 + 3, "{lost}");
    grants.terminate();
    assert_eq!(grants.ended().await.code, Some(0));
}
