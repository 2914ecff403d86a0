//! A canary in every field that is personal: it is in the vault and in what visitors are searched by, and
//! nowhere else.

use std::collections::BTreeSet;

use contract::testing::v1 as pb;
use platform::{Nouns, PersonalData};
use prost::Message;
use proto::Call;
use proto::access::v1::Role;
use proto::audit::v1::{GetEntryRequest, ListEntriesRequest};
use proto::feed::v1::ListFactsRequest;
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Actor, date};

use super::story::{
    BORN, CANARIES, Story, created, get, get_interview, interviewed, rejected, remarks,
};
use crate::served;

/// The canaries that are in these bytes, as text or, where `hex` says so, also in hexadecimal.
pub(super) fn canaries_in(bytes: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let hex = |it: &[u8]| it.iter().map(|it| format!("{it:02x}")).collect::<String>();
    let is_in = |it: &&&str| text.contains(**it) || text.contains(&hex(it.as_bytes()));
    let mut found: Vec<_> = CANARIES.iter().filter(is_in).copied().collect();
    let born = bytes.windows(BORN.len()).any(|it| it == BORN) || text.contains(&hex(&BORN));
    found.extend(born.then_some("born"));
    found
}

/// Every table that has a canary in one of its rows.
pub(super) async fn tables_with_canaries(owner: &mut PgConnection) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables
          where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    let mut found = BTreeSet::new();
    for table in tables {
        let rows = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        let dump: String = sqlx::query_scalar(AssertSqlSafe(rows))
            .fetch_one(&mut *owner)
            .await
            .unwrap();
        if !canaries_in(dump.as_bytes()).is_empty() {
            found.insert(table);
        }
    }
    found
}

/// The fields that are marked, of every service and of the tests' own host.
fn marked() -> Vec<String> {
    let of = |nouns: &'static Nouns| nouns.personal().collect::<Vec<&PersonalData>>();
    let nouns = served::swept().flat_map(of);
    let fields = nouns.flat_map(|it| {
        it.fields
            .iter()
            .map(move |field| format!("{}.{field}", it.kind))
    });
    fields.collect()
}

/// Which noun's story lays a canary in each: a noun that is marked and told of nowhere fails here.
#[test]
fn every_marked_field_has_a_canary() {
    let told = [
        "norec.testing.v1.Interview.remarks",
        "norec.testing.v1.Visitor.display_name",
        "norec.testing.v1.Visitor.birth_date",
        "norec.testing.v1.Visitor.nicknames",
        "norec.testing.v1.Visitor.contact.phone",
        "norec.testing.v1.Visitor.reject_reason",
    ];
    assert_eq!(marked(), told);
}

/// CA-15 (part): what a dump of the database has of it: the vault and the table that is searched.
#[tokio::test]
async fn a_dump_has_canaries_in_the_vault_alone() {
    let story = Story::told().await;
    let owner = &mut story.kit.owner().await;
    let places = ["platform.vault", "public.visitors_vault"].map(str::to_owned);
    assert_eq!(tables_with_canaries(owner).await, BTreeSet::from(places));
    let all = "select string_agg(data::text, ' ') from platform.vault";
    let all: String = sqlx::query_scalar(all).fetch_one(owner).await.unwrap();
    assert_eq!(canaries_in(all.as_bytes()).len(), CANARIES.len() + 1);
}

/// What is in the vault is deleted and never changed, by the owner neither.
#[tokio::test]
async fn the_vault_is_not_changed() {
    let story = Story::begun().await;
    let owner = &mut story.kit.owner().await;
    let update = "update platform.vault set data = ''";
    assert!(sqlx::query(update).execute(owner).await.is_err());
}

/// What a call answers, or how it is refused.
async fn answer<R: Call>(actor: &Actor, request: R) -> Vec<u8> {
    match actor.call(request).await {
        Ok(reply) => reply.encode_to_vec(),
        Err(refusal) => format!("{:?}", refusal.status).into_bytes(),
    }
}

/// Every READ that could have some, of what is there and of what was.
async fn reads(actor: &Actor, story: &Story) -> Vec<u8> {
    let mut read = answer(actor, get(&story.visitor)).await;
    read.extend(answer(actor, get_interview(&story.interview)).await);
    read.extend(answer(actor, pb::ListVisitorsRequest::default()).await);
    let entries = actor.call(ListEntriesRequest::default()).await;
    for entry in entries.map(|it| it.entries).unwrap_or_default() {
        let name = entry.name.clone();
        read.extend(entry.encode_to_vec());
        read.extend(answer(actor, GetEntryRequest { name }).await);
    }
    let facts = ListFactsRequest {
        after: None,
        page_size: 1000,
    };
    read.extend(answer(actor, facts).await);
    read
}

/// CA-15 (part): no READ shows any to a role outside `seen_by`; the adviser sees all of them.
#[tokio::test]
async fn no_read_shows_a_canary_to_others() {
    let story = Story::told().await;
    let seen = reads(&story.adviser, &story).await;
    assert_eq!(canaries_in(&seen).len(), CANARIES.len() + 1);
    for role in contract::NOUNS.roles {
        let actor = story.kit.person("noen", &[*role]);
        let seen = canaries_in(&reads(&actor, &story).await);
        match role {
            Role::RecruitmentAdviser => (),
            Role::Registrar => assert_eq!(seen, CANARIES[5..], "interviews are shown him"),
            _ => assert_eq!(seen, [""; 0], "{role:?}"),
        }
    }
}

/// `{:?}` of a message with marks says what it is called, and no more.
#[test]
fn debug_says_the_name_alone() {
    let mut visitor = super::story::visitor();
    visitor.name = "visitors/1".into();
    assert_eq!(
        format!("{visitor:?}"),
        r#"Visitor { name: "visitors/1", .. }"#
    );
    for said in [
        format!("{:?}", created()),
        format!("{:?}", rejected("visitors/1")),
        format!("{:?}", interviewed("visitors/1", "1")),
        format!("{:?}", remarks("visitors/1/interviews/1", &[CANARIES[7]])),
        format!(
            "{:?}",
            pb::ListVisitorsRequest {
                display_name: CANARIES[0].into(),
                ..Default::default()
            }
        ),
    ] {
        assert_eq!(canaries_in(said.as_bytes()), [""; 0], "{said}");
        assert!(!said.contains("1991"), "{said}");
    }
    assert_eq!(date("1991-05-17").unwrap().encode_to_vec(), BORN);
}
