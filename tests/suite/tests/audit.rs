//! The journal as an auditor reads it: whole, by period, entry by entry.

use std::collections::BTreeSet;

use proto::access::v1::{Duty, Role};
use proto::audit::v1 as pb;
use proto::governance::v1::source_mark::Progress;
use proto::governance::v1::{Cutoff, source};
use testkit::Actor;

use crate::pair::{Pair, until_cutoff};
use crate::requests::new_edition;
use crate::served;

/// Every page of a list of entries.
async fn all(auditor: &Actor, request: pb::ListEntriesRequest) -> Vec<pb::Entry> {
    let mut entries = Vec::new();
    let mut request = request;
    loop {
        let page = auditor.must(request.clone()).await;
        assert!(page.entries.len() <= usize::try_from(request.page_size).unwrap());
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            return entries;
        }
        request.page_token = page.next_page_token;
    }
}

/// The whole population comes page by page, each entry once and as it is read by itself; a period
/// holds what was recorded from its first instant up to its last, which is outside.
#[tokio::test]
async fn a_period_is_read_whole_page_by_page() {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let mut written = Vec::new();
    for year in 2019..2026 {
        written.push(solveig.must(new_edition(&year.to_string())).await.name);
    }
    let riksrevisjonen = kit.person("revisor", &[Role::Auditor]);
    let by_twos = pb::ListEntriesRequest {
        page_size: 2,
        ..Default::default()
    };
    let population = all(&riksrevisjonen, by_twos.clone()).await;
    let shipped = usize::try_from(kit.shipped().await).unwrap();
    let population = &population[shipped..];
    let subjects: Vec<_> = population.iter().map(|it| it.subject.clone()).collect();
    assert_eq!(subjects, written);
    for entry in population {
        let name = entry.name.clone();
        let read = riksrevisjonen.must(pb::GetEntryRequest { name }).await;
        assert_eq!(read, *entry);
    }

    let period = pb::ListEntriesRequest {
        from_time: population[2].record_time,
        to_time: population[5].record_time,
        ..by_twos.clone()
    };
    assert_eq!(all(&riksrevisjonen, period).await, population[2..5]);
    let from = pb::ListEntriesRequest {
        from_time: population[5].record_time,
        ..by_twos.clone()
    };
    assert_eq!(all(&riksrevisjonen, from).await, population[5..]);
    let before = pb::ListEntriesRequest {
        to_time: population[0].record_time,
        ..by_twos
    };
    assert_eq!(all(&riksrevisjonen, before).await.len(), shipped);

    for (name, reason) in [
        ("entries/999999", "NOT_FOUND"),
        ("entries/x", "INVALID_FIELDS"),
        ("", "INVALID_FIELDS"),
    ] {
        let request = pb::GetEntryRequest { name: name.into() };
        riksrevisjonen.refused(request, reason).await;
    }
}

/// What a service does by itself is in the journal as what its callers do is: done by its workload,
/// under a name of its list.
#[tokio::test]
async fn what_a_service_does_by_itself_is_in_the_journal() {
    let pair = Pair::start().await;
    pair.allocate(1_000, "2025-03-01").await;
    pair.close_march().await;
    pair.replace_grants("another").await;
    pair.until_source(source::State::Stopped).await;
    pair.allocate(2_000, "2025-03-02").await;
    let waiting = pair.begin_march().await;
    let is_noted = |it: &Cutoff| it.marks.iter().any(|it| it.progress() == Progress::Reached);
    until_cutoff(&pair.kaia, &waiting.name, is_noted).await;

    let riksrevisjonen = pair.governance.person("revisor", &[Role::Auditor]);
    let request = pb::ListEntriesRequest {
        page_size: 1000,
        ..Default::default()
    };
    let entries = all(&riksrevisjonen, request).await;
    let by_itself: BTreeSet<_> = entries
        .iter()
        .filter(|it| it.actor == "workloads/governance" && !it.method.starts_with("platform."))
        .map(|it| it.method.as_str())
        .collect();
    let acts: BTreeSet<_> = governance::NOUNS.acts.iter().copied().collect();
    assert_eq!(by_itself, acts);
    for entry in entries
        .iter()
        .filter(|it| acts.contains(it.method.as_str()))
    {
        assert_eq!(
            (entry.actor.as_str(), entry.issuer.as_str()),
            ("workloads/governance", "self"),
            "{}",
            entry.method
        );
        assert_eq!(
            (entry.duty(), entry.request_id.as_str()),
            (Duty::Unspecified, "")
        );
    }
}
