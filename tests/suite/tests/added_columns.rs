//! A later release adds columns while this one serves.

use bytes::Bytes;
use prost::Message as _;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use proto::access::v1::{Effect, Role};
use proto::packages;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tonic::{Code, Status};

use crate::hostile::{input, named};
use crate::pair::{Pair, month};
use crate::raw::{Raw, messages};

/// Every table of a service's database that its migrations made.
const TABLES: &str = "select format('%I.%I', schemaname, tablename) from pg_tables
                       where schemaname not in ('pg_catalog', 'information_schema')
                         and tablename <> '_sqlx_migrations'";

/// Adds a column to every table; how many there are.
async fn add_columns(owner: &mut PgConnection) -> usize {
    let tables: Vec<String> = sqlx::query_scalar(TABLES)
        .fetch_all(&mut *owner)
        .await
        .unwrap();
    for table in &tables {
        let add = format!("alter table {table} add column added text default 'added'");
        owner.execute(AssertSqlSafe(add)).await.unwrap();
    }
    tables.len()
}

/// Every READ of every service, of what there is: its path, and the reply, which is empty of a refusal.
async fn read_all(pair: &Pair, names: &[(&'static str, String)]) -> Vec<(&'static str, Bytes)> {
    let everybody: Vec<_> = (1..).map_while(|it| Role::try_from(it).ok()).collect();
    let (grants, governance) = (Raw::to(&pair.grants).await, Raw::to(&pair.governance).await);
    let mut answers = Vec::new();
    for rule in packages::rules().filter(|it| it.effect == Effect::Read) {
        let (raw, kit) = match rule.path.starts_with("/norec.governance.") {
            true => (&governance, &pair.governance),
            false => (&grants, &pair.grants),
        };
        let mut message = DynamicMessage::new(input(rule.path));
        let method = rule.path.rsplit('/').next().unwrap();
        if let Some((_, name)) = names.iter().find(|(it, _)| *it == method) {
            let field = ["name", "parent"]
                .into_iter()
                .find(|it| message.descriptor().get_field_by_name(it).is_some());
            message.set_field_by_name(field.unwrap(), Value::String(name.clone()));
        }
        let call = raw.call(rule.path, &kit.person("alle", &everybody));
        let body = messages(&[&message.encode_to_vec()]);
        let answer = raw.send(call.body(body).unwrap()).await;
        let code = answer.status.as_ref().map(Status::code);
        assert_ne!(code, Some(Code::Internal), "{} {answer:?}", rule.path);
        answers.push((rule.path, answer.body));
    }
    answers
}

/// B-F02: every READ says the same before and after, on connections that are used to it and on new ones,
/// and what is written goes on.
#[tokio::test]
async fn a_column_more_in_every_table_changes_nothing() {
    let pair = Pair::start().await;
    let names = named(&pair).await;
    let before = read_all(&pair, &names).await;
    let answered = before.iter().filter(|(_, reply)| !reply.is_empty());
    assert!(answered.count() > 15, "{before:?}");

    let mut added = 0;
    for kit in [&pair.grants, &pair.governance] {
        added += add_columns(&mut kit.owner().await).await;
    }
    assert!(added > 20, "only {added} tables were found");

    let after = read_all(&pair, &names).await;
    for (before, after) in before.iter().zip(&after) {
        let is_alive = ["/ListEntries", "/ListSources", "/GetHead", "/ListFacts"]
            .iter()
            .any(|it| before.0.ends_with(it));
        // Some tell of what goes on by itself.
        assert!(is_alive || after == before, "{before:?} {after:?}");
        assert_eq!(after.1.is_empty(), before.1.is_empty(), "{}", before.0);
    }
    pair.allocate(2_000, "2025-04-01").await;
    pair.close(month(4)).await;
}
