//! What the service says of a call in its log, and to whom it refuses it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use contract::testing::v1 as pb;
use tracing_subscriber::filter::LevelFilter;

use super::canaries::canaries_in;
use super::erasures::{confirmed, director, entered, officer};
use super::retention::run;
use super::story::{CANARIES, Story, created, rejected, updated, visitor};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// CA-15 (part): neither a call's line nor what its statements say, nor a refusal, nor a fault of the database's own
/// (which PostgreSQL tells with the whole row) has a canary in it.
#[tokio::test]
async fn no_canary_is_logged_or_sent_back() {
    let log = Log::default();
    let written = log.clone();
    let to_log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_writer(move || written.clone())
        .finish();
    // Of one subscriber alone tracing asks the thread that first comes to a line, which may be another test's;
    // of two it asks both.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    // The service's tasks and the test's run on this one thread.
    let _logging = tracing::subscriber::set_default(to_log);

    let story = Story::told().await;
    let adviser = &story.adviser;
    let again = pb::Visitor {
        name: story.visitor.clone(),
        ..visitor()
    };
    let mut refused = vec![
        adviser.refused(updated(again), "WRONG_STATE").await,
        adviser
            .refused(rejected(&story.visitor), "WRONG_STATE")
            .await,
    ];
    let long = pb::CreateVisitorRequest {
        visitor: Some(pb::Visitor {
            display_name: CANARIES[0].repeat(20),
            ..visitor()
        }),
        ..created()
    };
    refused.push(adviser.refused(long, "INVALID_FIELDS").await);
    let first = rejected(&adviser.must(created()).await.name);
    adviser.must(first.clone()).await;
    let twin = pb::RejectVisitorRequest {
        reject_reason: CANARIES[5].into(),
        ..first
    };
    refused.push(adviser.refused(twin, "REQUEST_ID_REUSED").await);
    let broken = "alter table visitors_vault add check (display_name not like 'kanari%') not valid";
    sqlx::query(broken)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    refused.push(adviser.refused(created(), "INTERNAL").await);
    let erasure = officer(&story).must(entered(&story.visitor)).await;
    director(&story).must(confirmed(&erasure.name)).await;
    officer(&story).must(run()).await;

    for refusal in refused {
        let said = format!("{:?}", refusal.status);
        assert_eq!(canaries_in(said.as_bytes()), [""; 0], "{said}");
    }
    let logged = log.0.lock().unwrap().clone();
    let said = String::from_utf8_lossy(&logged);
    let calls = said.lines().filter(|it| it.contains("RejectVisitor"));
    let calls = calls.count();
    assert!(calls >= 3, "{calls} calls are logged");
    assert!(
        said.contains("visitors_vault_display_name_check"),
        "the fault is logged"
    );
    assert_eq!(canaries_in(&logged), [""; 0]);
}
