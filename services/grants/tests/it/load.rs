//! What the program's log says of calls that there was no room for.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::{Connection, Executor};
use testkit::Program;

use crate::process::{GRANTS, database};

/// Calls at a time; more than a service has room for.
const CALLS: usize = 128;

/// Calls that are refused for load have no lines of their own but are counted, every one.
#[tokio::test]
async fn calls_refused_for_load_are_counted() {
    let database = database().await;
    let program = Program::serve(GRANTS, &database.app_url()).await;
    let solveig = program.person(&database, "solveig", &[Role::SectionHead]);
    let mut holder = database.owner().await;
    let mut held = holder.begin().await.unwrap();
    let table = "lock table scheme_editions in access exclusive mode";
    held.execute(table).await.unwrap();
    let callers = (0..CALLS).map(|_| {
        let (solveig, list) = (solveig.clone(), pb::ListSchemeEditionsRequest::default());
        tokio::spawn(async move { solveig.call(list).await })
    });
    let callers: Vec<_> = callers.collect();
    database.waiting(platform::CONNECTIONS_MAX.into()).await;
    held.rollback().await.unwrap();
    let mut refused = 0;
    for caller in callers {
        if let Err(refusal) = caller.await.unwrap() {
            assert_eq!(refusal.reason, "OVERLOADED", "{}", refusal.status);
            assert_eq!(refusal.trace_id(), "", "no line has it");
            refused += 1;
        }
    }
    assert!(refused > 0);

    program.terminate();
    let lines = program.ended().await.lines;
    let of = |message: &'static str| lines.iter().filter(move |it| it["message"] == message);
    let counts = of("refused for load").map(|it| it["count"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), refused);
    assert_eq!(of("rpc").count() as u64 + refused, CALLS as u64);
}
