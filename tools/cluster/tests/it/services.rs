//! What the roles of a service may do, and what they may not.

use std::sync::LazyLock;

use cluster::{Cluster, Error};
use sqlx::{ConnectOptions, Connection, PgConnection, Row};

/// PostgreSQL's insufficient_privilege.
const FORBIDDEN: &str = "42501";

/// PostgreSQL's invalid_password.
const WRONG_PASSWORD: &str = "28P01";

/// Never dropped: its watchdog removes it when this process has ended.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::temporary().unwrap());

async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(url).await
}

fn code(error: sqlx::Error) -> String {
    error
        .into_database_error()
        .unwrap()
        .code()
        .unwrap()
        .into_owned()
}

/// The code with which the server refuses a statement.
async fn refusal(connection: &mut PgConnection, statement: &'static str) -> String {
    code(
        sqlx::raw_sql(statement)
            .execute(connection)
            .await
            .unwrap_err(),
    )
}

/// The same server, role and password with another database.
fn to_database(url: &str, database: &str) -> String {
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

#[tokio::test]
async fn a_role_enters_its_own_service_s_database_and_no_other() {
    let ours = CLUSTER.create_service("ours").unwrap();
    CLUSTER.create_service("theirs").unwrap();
    for url in [ours.owner_url, ours.app_url] {
        connect(&url).await.unwrap();
        for other in ["theirs", "postgres", "template1"] {
            let error = connect(&to_database(&url, other)).await.unwrap_err();
            assert_eq!(code(error), FORBIDDEN, "{other}");
        }
    }
}

#[tokio::test]
async fn the_app_role_owns_nothing_and_cannot_make_anything() {
    let service = CLUSTER.create_service("poor").unwrap();
    let mut app = connect(&service.app_url).await.unwrap();
    for statement in [
        "create table public.loot (id int)",
        "create temporary table loot (id int)",
        "create schema loot",
        "create role poor_friend",
        "create database loot",
        "alter role poor_app superuser",
        "set role poor_owner",
        "alter database poor owner to poor_app",
    ] {
        assert_eq!(refusal(&mut app, statement).await, FORBIDDEN, "{statement}");
    }
    let owned = "select count(*)::text from pg_shdepend
                 where deptype = 'o' and refobjid = 'poor_app'::regrole";
    assert_eq!(CLUSTER.psql("postgres", owned).unwrap(), "0");
    let rights = "select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
                         pg_has_role('poor_app', 'norec_app', 'member')
                  from pg_roles where rolname = 'poor_app'";
    assert_eq!(CLUSTER.psql("postgres", rights).unwrap(), "f|f|f|f|f|t");
}

#[tokio::test]
async fn what_the_owner_grants_to_the_group_the_app_role_may_use() {
    let service = CLUSTER.create_service("granting").unwrap();
    let mut owner = connect(&service.owner_url).await.unwrap();
    let migration = "create schema platform;
                     create table platform.journal (seq int);
                     create table public.ungranted (id int);
                     grant select on public.ungranted to norec_app;
                     grant usage on schema platform to norec_app;
                     grant insert on platform.journal to norec_app;";
    sqlx::raw_sql(migration).execute(&mut owner).await.unwrap();

    let mut app = connect(&service.app_url).await.unwrap();
    // Of what PostgreSQL grants to everybody, the schema public is taken back.
    assert_eq!(
        refusal(&mut app, "select 1 from public.ungranted").await,
        FORBIDDEN
    );
    sqlx::raw_sql("insert into platform.journal values (1)")
        .execute(&mut app)
        .await
        .unwrap();
    assert_eq!(
        refusal(&mut app, "delete from platform.journal").await,
        FORBIDDEN
    );
    assert_eq!(
        refusal(&mut app, "drop table platform.journal").await,
        FORBIDDEN
    );
}

#[tokio::test]
async fn making_a_service_again_keeps_its_data_and_restores_passwords_and_rights() {
    let first = CLUSTER.create_service("repeated").unwrap();
    CLUSTER
        .psql(
            "repeated",
            "create table kept (id int);
             alter role repeated_app password 'forgotten' superuser;
             grant connect on database repeated to public;",
        )
        .unwrap();
    assert_eq!(
        code(connect(&first.app_url).await.unwrap_err()),
        WRONG_PASSWORD
    );

    let second = CLUSTER.create_service("repeated").unwrap();
    assert_eq!(second.app_url, first.app_url);
    connect(&second.app_url).await.unwrap();
    let state = "select to_regclass('kept') is not null, rolsuper,
                        has_database_privilege('norec_app', 'repeated', 'connect')
                 from pg_roles where rolname = 'repeated_app'";
    assert_eq!(CLUSTER.psql("repeated", state).unwrap(), "t|f|f");
}

#[test]
fn several_callers_make_the_same_service_at_the_same_time() {
    std::thread::scope(|scope| {
        let callers = [(); 4].map(|()| scope.spawn(|| CLUSTER.create_service("contended")));
        for caller in callers {
            caller.join().unwrap().unwrap();
        }
    });
}

#[tokio::test]
async fn a_copy_for_a_test_has_the_template_s_rows_and_the_service_s_roles_alone() {
    CLUSTER.create_service("copied").unwrap();
    let stranger = CLUSTER.create_service("stranger").unwrap();
    CLUSTER
        .create_database_from("copied_template", "copied", "copied")
        .unwrap();
    let rows = "create table calls (id int); insert into calls values (7);
                grant select on calls to norec_app; grant usage on schema public to norec_app;";
    CLUSTER.psql("copied_template", rows).unwrap();

    let copy = CLUSTER
        .create_database_from("copy", "copied", "copied_template")
        .unwrap();
    let mut app = connect(&copy.app_url).await.unwrap();
    let row = sqlx::query("select id from public.calls")
        .fetch_one(&mut app)
        .await
        .unwrap();
    assert_eq!(row.get::<i32, _>(0), 7);
    let mut owner = connect(&copy.owner_url).await.unwrap();
    sqlx::raw_sql("create schema later")
        .execute(&mut owner)
        .await
        .unwrap();
    let error = connect(&to_database(&stranger.app_url, "copy"))
        .await
        .unwrap_err();
    assert_eq!(code(error), FORBIDDEN);

    // Dropped although both are still connected; dropping what is gone is no error.
    CLUSTER.drop_database("copy").unwrap();
    CLUSTER.drop_database("copy").unwrap();
    assert!(connect(&copy.owner_url).await.is_err());
}

#[test]
fn a_file_runs_as_the_owner_and_wholly_or_not_at_all() {
    CLUSTER.create_service("filed").unwrap();
    let file = CLUSTER.directory().join("filed.sql");
    std::fs::write(&file, "create schema half;\nselect 1 / 0;\n").unwrap();
    let error = CLUSTER
        .run_file_as_owner("filed", &file)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("filed.sql:2:") && error.contains("division by zero"),
        "{error}"
    );

    std::fs::write(&file, "create schema whole;").unwrap();
    CLUSTER.run_file_as_owner("filed", &file).unwrap();
    let schemas = "select nspname, nspowner::regrole from pg_namespace
                   where nspname in ('half', 'whole')";
    assert_eq!(CLUSTER.psql("filed", schemas).unwrap(), "whole|filed_owner");
}

#[tokio::test]
async fn every_connection_comes_over_the_socket_and_shows_its_password() {
    let rules = "select distinct type, auth_method, error is null from pg_hba_file_rules";
    assert_eq!(
        CLUSTER.psql("postgres", rules).unwrap(),
        "local|scram-sha-256|t"
    );
    let options: sqlx::postgres::PgConnectOptions =
        CLUSTER.superuser_url("postgres").parse().unwrap();
    let wrong = options.password("guessed").connect().await.unwrap_err();
    assert_eq!(code(wrong), WRONG_PASSWORD);
}

#[test]
fn names_that_would_need_quoting_are_refused_before_anything_is_made() {
    let refused = [
        CLUSTER.create_service("Grants").err(),
        CLUSTER.create_service("norec").err(),
        CLUSTER
            .create_database_from("a b", "ours", "template1")
            .err(),
        CLUSTER.drop_database("x\"; drop database ours; --").err(),
    ];
    for error in refused {
        assert!(
            matches!(error, Some(Error::InvalidName { .. })),
            "{error:?}"
        );
    }
}
