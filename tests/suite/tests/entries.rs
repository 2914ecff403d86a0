//! The journal's entries, numbered and chained at the source as facts are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use platform::{entry_link, next_entry_digest};
use prost_reflect::prost_types::Timestamp;
use proto::access::v1::Role;
use proto::audit::v1::{Entry, GetEntryRequest, ListEntriesRequest};
use proto::feed::v1 as pb;
use sqlx::Connection;
use testkit::{Actor, Kit};

use crate::pair::Pair;
use crate::served;

/// All entries that have a number, read in pages of so many.
async fn numbered(auditor: &Actor, page_size: i32) -> Vec<Entry> {
    let mut request = ListEntriesRequest {
        after_number: Some(0),
        page_size,
        ..Default::default()
    };
    let mut entries = Vec::new();
    loop {
        let page = auditor.must(request.clone()).await;
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            return entries;
        }
        request.page_token = page.next_page_token;
    }
}

/// Computes the chain anew, as a caller does, up to the head that the source says.
fn assert_chained(entries: &[Entry], head: &pb::Position) {
    let (mut at, mut digest) = (0, Vec::new());
    for entry in entries {
        let link = entry_link(entry);
        digest = next_entry_digest(&digest, at + 1, &link);
        at += 1;
        let said = (entry.number, &entry.link, &entry.digest);
        assert_eq!(said, (at, &link, &digest), "{}", entry.name);
    }
    assert_eq!((head.entries_number, &head.entries_digest), (at, &digest));
}

/// An open transaction with an entry and a fact of its own; answers the entry's place in the journal.
async fn write_late(db: &mut sqlx::PgConnection) -> i64 {
    let entry = sqlx::query_scalar(
        "insert into platform.journal
             (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
         select clock_timestamp(), 'late', 'late/1', kind, 1, actor, issuer, trace_id, after
           from platform.journal limit 1
         returning seq",
    )
    .fetch_one(&mut *db)
    .await
    .unwrap();
    sqlx::query(
        "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
         select $1, 0, measure, effective_on, 42, dimensions, 'late/1' from platform.facts limit 1",
    )
    .bind(entry)
    .execute(db)
    .await
    .unwrap();
    entry
}

/// Every fact up to a place in the facts has its entry up to the place in the entries.
fn assert_paired(facts: &[pb::Fact], entries: &[Entry], heads: &[pb::Position]) {
    let numbers: BTreeMap<_, _> = entries
        .iter()
        .map(|it| (it.name.as_str(), it.number))
        .collect();
    for head in heads {
        for fact in facts.iter().filter(|it| it.number <= head.number) {
            let entry = numbers[fact.entry.as_str()];
            assert!(
                entry <= head.entries_number,
                "{head:?}: fact {} is of entry {entry}",
                fact.number
            );
        }
    }
}

/// VE-07: eight writers beside an open transaction, and 200 readers of the head: entries are dense,
/// none is lost, they are in order within a subject, and at each head the facts have their entries.
#[tokio::test(flavor = "multi_thread")]
async fn entries_are_dense_and_none_is_lost_beside_late_commits() {
    let pair = Arc::new(Pair::start().await);
    let follower = pair.grants.workload("leser", &[Role::Follower]);
    pair.allocate(1, "2025-03-01").await;
    let mut late_connection = pair.grants.owner().await;
    let mut late = late_connection.begin().await.unwrap();
    let late_entry = write_late(&mut late).await;

    let writers: Vec<_> = (0..8)
        .map(|_| {
            let pair = Arc::clone(&pair);
            tokio::spawn(async move {
                for _ in 0..5 {
                    pair.allocate(1, "2025-03-02").await;
                }
            })
        })
        .collect();
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let follower = follower.clone();
            tokio::spawn(async move {
                let mut heads = Vec::new();
                for _ in 0..25 {
                    heads.push(follower.must(pb::GetHeadRequest {}).await);
                }
                heads
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let mut heads = Vec::new();
    for reader in readers {
        heads.extend(reader.await.unwrap());
    }
    heads.push(follower.must(pb::GetHeadRequest {}).await);
    late.commit().await.unwrap();
    let head = follower.must(pb::GetHeadRequest {}).await;
    heads.push(head.clone());

    let riksrevisjonen = pair.grants.person("revisor", &[Role::Auditor]);
    let entries = numbered(&riksrevisjonen, 50).await;
    assert_chained(&entries, &head);
    // Each line was entered and confirmed.
    let shipped = usize::try_from(pair.grants.shipped().await).unwrap();
    assert_eq!(entries.len(), shipped + 2 * (1 + 8 * 5) + 1);
    assert_eq!(
        entries.last().unwrap().name,
        format!("entries/{late_entry}")
    );
    let mut versions: BTreeMap<&str, i64> = BTreeMap::new();
    for entry in &entries {
        let version = versions.entry(&entry.subject).or_default();
        *version += 1;
        assert_eq!(entry.version, *version, "{}", entry.subject);
    }
    let places: BTreeSet<_> = entries.iter().map(|it| (it.number, &it.digest)).collect();
    for head in &heads {
        let place = (head.entries_number, &head.entries_digest);
        assert!(place.0 == 0 || places.contains(&place), "{head:?}");
    }
    let facts = pb::ListFactsRequest {
        page_size: 1000,
        ..Default::default()
    };
    assert_paired(&follower.must(facts).await.facts, &entries, &heads);
}

/// The grants service with so many entries more than it numbers at once, without numbers as those of
/// a journal from before they had any.
async fn unnumbered(count: i64) -> Kit {
    let pair = Pair::start().await;
    pair.governance.quiet().await;
    pair.allocate(1, "2025-03-01").await;
    let mut owner = pair.grants.owner().await;
    sqlx::query(
        "insert into platform.journal
             (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after, late_reason,
              late_rule)
         select recorded_at, method, 'backlog/' || place, kind, 1, actor, issuer, trace_id, after,
                'Syk', 'rules/x'
           from platform.journal, generate_series(1, $1) place
          where seq = (select min(seq) from platform.journal where method like '/%')",
    )
    .bind(count)
    .execute(&mut owner)
    .await
    .unwrap();
    pair.grants
}

/// A long backlog is numbered so many at a time, each time for good. A page of entries by number is
/// the same in pages of any size, the same link for whoever is not shown why an entry was late, and
/// numbers nothing.
#[tokio::test]
async fn a_long_backlog_of_entries_is_numbered_in_parts() {
    let at_once = i64::try_from(platform::NUMBERED_AT_ONCE).unwrap();
    let kit = unnumbered(at_once + 500).await;
    let riksrevisjonen = kit.person("revisor", &[Role::Auditor]);
    let before = numbered(&riksrevisjonen, 1000).await;
    let shipped = kit.shipped().await;
    let numbered_before = i64::try_from(before.len()).unwrap();
    assert!(numbered_before <= 2 + shipped, "a list numbers nothing");
    let last = format!("backlog/{}", at_once + 500);
    let request = ListEntriesRequest {
        subject: last,
        ..Default::default()
    };
    let unnumbered = riksrevisjonen.must(request).await.entries.remove(0);
    let place = (unnumbered.number, &unnumbered.link, &unnumbered.digest);
    assert_eq!(place, (0, &vec![], &vec![]));

    let follower = kit.workload("leser", &[Role::Follower]);
    let head = follower.must(pb::GetHeadRequest {}).await;
    assert_eq!(head.entries_number, at_once + 502 + shipped);

    let entries = numbered(&riksrevisjonen, 1000).await;
    assert_chained(&entries, &head);
    assert!(entries == numbered(&riksrevisjonen, 700).await);
    // PostgreSQL notes with each row the transaction that wrote it last.
    let parts: Vec<i64> = sqlx::query_scalar(
        "select count(*) from platform.journal where number > $1 group by xmin order by min(number)",
    )
    .bind(i64::try_from(before.len()).unwrap())
    .fetch_all(&mut kit.owner().await)
    .await
    .unwrap();
    let rest = at_once + 502 + shipped - numbered_before;
    assert_eq!(parts, [at_once, rest - at_once]);

    let machine = kit.machine(&[Role::Auditor]);
    let name = entries.last().unwrap().name.clone();
    let shown = machine.must(GetEntryRequest { name }).await;
    assert_eq!(shown.late_reason, "");
    assert_eq!(
        (&shown.link, entry_link(&shown)),
        (&entries.last().unwrap().link, shown.link.clone())
    );
    let bad = ListEntriesRequest {
        after_number: Some(-1),
        ..Default::default()
    };
    riksrevisjonen.refused(bad, "INVALID_FIELDS").await;
    let no_instant = ListEntriesRequest {
        from_time: Some(Timestamp {
            seconds: 0,
            nanos: -1,
        }),
        ..Default::default()
    };
    let refusal = riksrevisjonen.refused(no_instant, "INVALID_FIELDS").await;
    assert_eq!(refusal.field_reasons(), ["INSTANT"]);
}

/// Numbering an entry waits for nobody who refers to it, and nobody for it: a write that holds the
/// key of an entry in an open transaction keeps no reader of the head.
#[tokio::test]
async fn numbering_waits_for_nobody_who_refers_to_an_entry() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    solveig.must(crate::requests::new_edition("2025")).await;
    let mut owner = kit.owner().await;
    let mut open = owner.begin().await.unwrap();
    sqlx::query(
        "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
         select seq, 0, 'm', current_date, 1, '{}', 's' from platform.journal",
    )
    .execute(&mut *open)
    .await
    .unwrap();
    let follower = kit.workload("leser", &[Role::Follower]);
    let head = follower.must(pb::GetHeadRequest {}).await;
    let written = 1 + kit.shipped().await;
    assert_eq!((head.number, head.entries_number), (0, written));
    open.rollback().await.unwrap();
}
