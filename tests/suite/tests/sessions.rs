//! Sessions of the database that have become useless, and a database that takes nothing more.

use proto::access::v1::Role;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use testkit::{Actor, Kit};
use tonic::Code;
use tonic_types::StatusExt;

use crate::requests::new_edition;
use crate::served;

/// Sessions that a service has with a server when that is demoted.
const OPENED: usize = 3;

/// A service whose sessions are of a demoted server, where nothing is written, while new ones find the
/// new primary. (A session keeps the settings of its database that it began with.)
async fn failed_over() -> (Kit, Actor) {
    let kit = served::grants().await;
    let mut owner = kit.owner().await;
    alter(&kit, &mut owner, "set default_transaction_read_only = on").await;
    kit.connected(OPENED).await;
    alter(&kit, &mut owner, "reset default_transaction_read_only").await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    (kit, solveig)
}

async fn alter(kit: &Kit, owner: &mut PgConnection, change: &str) {
    let sql = format!("alter database {} {change}", kit.database.name);
    owner.execute(AssertSqlSafe(sql)).await.unwrap();
}

/// B-F08: each session of the demoted server is met once by a write, and not lent again.
#[tokio::test]
async fn a_write_ends_a_session_that_takes_none() {
    let (kit, solveig) = failed_over().await;
    let request = new_edition("2025");
    for _ in 0..OPENED {
        let refusal = solveig
            .refused(request.clone(), "DATABASE_UNAVAILABLE")
            .await;
        assert!(refusal.status.get_details_retry_info().is_some());
    }
    solveig.must(request).await;
    assert_eq!(kit.journal().await, ["CreateSchemeEdition"]);
}

/// B-F08: so it is with what is no resource's write, and with the look that health takes.
#[tokio::test]
async fn whoever_sees_that_a_session_takes_no_writes_ends_it() {
    let (kit, solveig) = failed_over().await;
    let db = &kit.host.db;
    let touch = async |db: &mut PgConnection| {
        let touched = db.execute("update platform.feed set number = number");
        Ok(touched.await?)
    };
    assert!(db.write(touch).await.is_err());
    for _ in 1..OPENED {
        assert!(!db.can_write().await);
    }
    assert!(db.can_write().await);
    solveig.must(new_edition("2025")).await;
}

/// B-T06: PostgreSQL without room for a row says so with its own SQLSTATE. Nothing is written, and nobody
/// is asked to send the same again.
#[tokio::test]
async fn a_full_database_is_said_so() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let mut owner = kit.owner().await;
    let full = "create function no_room() returns trigger language plpgsql as $$ begin
                    raise exception using errcode = 'disk_full';
                end $$;
                create trigger no_room after insert on platform.journal
                    for each row execute function no_room()";
    owner.execute(sqlx::raw_sql(full)).await.unwrap();
    let refusal = solveig.refused(new_edition("2025"), "DATABASE_FULL").await;
    assert_eq!(refusal.code, Code::ResourceExhausted);
    assert!(refusal.status.get_details_retry_info().is_none());
    assert_eq!(kit.journal().await, [""; 0]);

    let room = sqlx::raw_sql("drop trigger no_room on platform.journal");
    owner.execute(room).await.unwrap();
    solveig.must(new_edition("2025")).await;
}
