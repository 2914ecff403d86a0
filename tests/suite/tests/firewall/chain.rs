//! The chain of entries over what is hidden, and that nothing hidden is counted.

use contract::testing::v1 as pb;
use platform::{Act, Db, Dimensions, Fact, Nouns, entry_link, next_entry_digest};
use proto::access::v1::Role;
use proto::audit::v1::{Entry, ListEntriesRequest};

use super::{drafted, open};
use crate::served;

/// Platform-next §11 (d): entries of what is hidden come as number, link and digest alone, so that the
/// chain is verified by whoever may not know of all; with a filter, they do not come.
#[tokio::test]
async fn the_chain_of_entries_holds_over_hidden_ones() {
    let kit = served::alone(&contract::NOUNS).await;
    let maker = kit.person("eva", &[Role::Evaluator]);
    let auditor = kit.person("grethe", &[Role::Auditor]);
    let (hidden, opened) = (drafted(&maker).await, drafted(&maker).await);
    maker.must(open(&opened.dossier)).await;
    kit.feed().await;

    let mut request = ListEntriesRequest {
        after_number: Some(0),
        page_size: 2,
        ..Default::default()
    };
    let (mut digest, mut bare) = (Vec::new(), 0);
    loop {
        let page = auditor.must(request.clone()).await;
        for entry in &page.entries {
            let is_bare = entry.name.is_empty();
            let link = if is_bare {
                entry.link.clone()
            } else {
                entry_link(entry)
            };
            digest = next_entry_digest(&digest, entry.number, &link);
            assert_eq!(entry.digest, digest);
            let alone = Entry {
                number: entry.number,
                link,
                digest: digest.clone(),
                ..Default::default()
            };
            assert_eq!(*entry == alone, is_bare, "nothing else is told");
            bare += usize::from(is_bare);
        }
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(
        bare, 3,
        "the hidden dossier, its note, and the other's draft"
    );

    for filtered in [
        ListEntriesRequest {
            subject: hidden.dossier.clone(),
            ..Default::default()
        },
        ListEntriesRequest {
            case: hidden.dossier.clone(),
            ..Default::default()
        },
        ListEntriesRequest {
            late_only: true,
            ..Default::default()
        },
    ] {
        let request = ListEntriesRequest {
            after_number: Some(0),
            ..filtered
        };
        let entries = auditor.must(request).await.entries;
        assert!(entries.iter().all(|it| !it.name.is_empty()), "{entries:?}");
    }
}

/// What is counted while it is hidden is a bug of the service's, and is not committed.
#[tokio::test]
async fn what_is_hidden_is_not_counted() {
    static COUNTING: Nouns = Nouns {
        acts: &["contract.count"],
        ..contract::NOUNS
    };
    let kit = served::alone(&contract::NOUNS).await;
    let maker = kit.person("eva", &[Role::Evaluator]);
    let hidden = drafted(&maker).await;
    let get = pb::GetDossierRequest {
        name: hidden.dossier.clone(),
        ..Default::default()
    };
    let dossier = maker.must(get).await;
    let db = Db::new(kit.database.app_options(), &COUNTING);
    let fact = Fact {
        measure: contract::DOSSIERS,
        effective_on: testkit::day("2025-03-03"),
        value: 1,
        dimensions: Dimensions::new(),
        subject: hidden.dossier.clone(),
        reversal: false,
    };
    let counting = tokio::spawn(async move {
        let act = Act {
            method: "contract.count",
            now: chrono::Utc::now(),
        };
        platform::act(&db, act, async |tx| {
            tx.record(2, dossier, &[fact]).await.map(Some)
        })
        .await
    });
    let panic = counting.await.unwrap_err().into_panic();
    let said = panic.downcast_ref::<String>().unwrap();
    assert!(said.contains("which is hidden"), "{said}");
    assert_eq!(kit.feed().await, []);
    assert_eq!(kit.journal().await, ["CreateDossier", "CreateNote"]);
}
