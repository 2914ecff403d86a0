//! The journal's chain stands outside of what is erased.

use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use sha2::{Digest, Sha256};

use super::erasures::erase;
use super::story::Story;

/// VE-03, VE-09 (part): what the journal's chain is over holds nothing personal: every entry's digest is what it was.
#[tokio::test]
async fn an_erasure_changes_no_digest() {
    let story = Story::told().await;
    let follower = story.kit.workload("governance", &[Role::Follower]);
    let numbered = ListEntriesRequest {
        after_number: Some(0),
        ..Default::default()
    };
    follower.must(proto::feed::v1::GetHeadRequest {}).await;
    let (auditor, registrar) = (
        story.kit.person("rigmor", &[Role::Auditor]),
        story.kit.person("arne", &[Role::Registrar]),
    );
    let bare = auditor.must(numbered.clone()).await.entries;
    let filled = registrar.must(numbered.clone()).await.entries;
    assert_ne!(filled, bare, "interviews are shown him");
    assert!(bare.len() >= 4);
    erase(&story, &story.visitor).await;
    follower.must(proto::feed::v1::GetHeadRequest {}).await;
    let erased = registrar.must(numbered.clone()).await.entries;
    assert_eq!(erased[..bare.len()], bare);
    let mut digest = Vec::new();
    for entry in filled.iter().chain(&erased[bare.len()..]) {
        let after = entry.after.as_ref().unwrap();
        let personal = contract::NOUNS.personal().find(|it| it.kind == entry.kind);
        let recorded = personal.map_or(Ok(after.value.clone()), |it| (it.without)(&after.value));
        let recorded = recorded.unwrap();
        assert_eq!(
            *Sha256::digest(recorded),
            *entry.after_digest,
            "{}",
            entry.subject
        );
        let link = platform::entry_link(entry);
        assert_eq!(link, entry.link);
        digest = platform::next_entry_digest(&digest, entry.number, &link).to_vec();
        assert_eq!(digest, entry.digest);
    }
}
