//! What the running digests of a source are over: whoever reads facts or entries computes them anew
//! by these functions.

use prost::Message;
use proto::audit::v1::Entry;
use proto::feed::v1::Fact;
use sha2::{Digest, Sha256};

/// The digest behind a fact: over the digest before it and the fact's canonical bytes, which are its
/// protobuf encoding in field order (the message has no map).
pub fn next_digest(before: &[u8], fact: &Fact) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(before);
    hash.update(fact.encode_to_vec());
    hash.finalize().to_vec()
}

/// The link of an entry: over its canonical bytes, which are its protobuf encoding in field order
/// without what not every caller is shown (`after`, `late_reason`, whose digests stand for them) and
/// without its place in the chain. A field that is not set adds no bytes.
pub fn entry_link(entry: &Entry) -> Vec<u8> {
    let linked = Entry {
        after: None,
        late_reason: String::new(),
        number: 0,
        link: Vec::new(),
        digest: Vec::new(),
        ..entry.clone()
    };
    Sha256::digest(linked.encode_to_vec()).to_vec()
}

/// The digest behind an entry: over the digest before it, its number as eight bytes, the highest
/// first, and its link.
pub fn next_entry_digest(before: &[u8], number: i64, link: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(before);
    hash.update(number.to_be_bytes());
    hash.update(link);
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            name: "entries/4711".into(),
            actor: "persons/kaia".into(),
            kind: "norec.grants.v1.Agreement".into(),
            after_digest: vec![7; 32],
            ..Default::default()
        }
    }

    /// A caller who is not shown everything computes the same link; one who is shown something else
    /// than what was recorded does not.
    #[test]
    fn a_link_is_of_what_every_caller_is_shown() {
        let link = entry_link(&entry());
        let whole = Entry {
            after: Some(prost_types::Any::default()),
            late_reason: "Syk".into(),
            number: 3,
            link: link.clone(),
            digest: vec![1],
            ..entry()
        };
        assert_eq!(entry_link(&whole), link);
        let table: [fn(&mut Entry); 5] = [
            |it| it.name.push('1'),
            |it| it.actor.push('1'),
            |it| it.kind.push('1'),
            |it| it.after_digest[0] += 1,
            |it| it.late_reason_digest = vec![1],
        ];
        for change in table {
            let mut changed = entry();
            change(&mut changed);
            assert_ne!(entry_link(&changed), link, "{changed:?}");
        }
    }

    /// The form is for good: the bytes of an entry that was recorded do not change with a release.
    #[test]
    fn the_form_of_a_link_and_of_a_digest_is_for_good() {
        let link = entry_link(&entry());
        let digest = next_entry_digest(&[], 1, &link);
        let hex = |it: &[u8]| it.iter().map(|it| format!("{it:02x}")).collect::<String>();
        assert_eq!(
            hex(&link),
            "0c3a437ed1349fad66ef64aed756b78075d97cae4e1025786aec30dccf0dae0e"
        );
        assert_eq!(
            hex(&digest),
            "d3a35a3fc1b1b83e5f97d4f16ccbfa30dece411314c7c463af321a527349ad44"
        );
        assert_ne!(next_entry_digest(&[], 2, &link), digest);
        assert_ne!(next_entry_digest(&digest, 1, &link), digest);
    }
}
