//! Who may know of what, from behaviour: each noun that a service hides, in each state, as each caller, by
//! every way to it. Whoever may not know of it is answered as if there were none, byte for byte but for the
//! name asked for and the call's trace.

mod chain;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::testing::v1 as pb;
use platform::Nouns;
use prost_reflect::prost_types::Timestamp;
use proto::Call;
use proto::access::v1::Role;
use proto::audit::v1::{GetEntryRequest, ListEntriesRequest};
use testkit::{Actor, Kit, Refusal, id};

use crate::{pages, served};

/// What the sweep tells of a service that is shipped: what it hides, and from whom.
fn told(nouns: &Nouns) -> &'static str {
    match nouns.hides {
        None => "Nothing is hidden: whoever may call a method may know of all that it answers.",
        Some(_) => panic!("{} hides something that no sweep is told of", nouns.service),
    }
}

#[test]
fn the_page_says_what_each_service_hides() {
    let mut page = "# Who may know of what\n\nWho may call a method stands in [access.md](access.md). What not everybody \
                    of those may know of is\nanswered to the others as if there were none.\n"
        .to_owned();
    for nouns in served::NOUNS {
        page += &format!("\n## {}\n\n{}\n", nouns.service, told(nouns));
    }
    pages::hold("firewall.md", &page);
}

/// A dossier and a note below it.
struct Told {
    dossier: String,
    note: String,
}

/// Callers by what they are, with what they may call.
fn callers(kit: &Kit) -> [(&'static str, Actor); 5] {
    let person = |roles: &[Role]| kit.person("noen", roles);
    [
        ("maker", person(&[Role::Evaluator, Role::Controller])),
        ("controller", person(&[Role::Controller])),
        ("auditor", person(&[Role::Auditor])),
        ("portal", kit.machine(&[Role::Portal])),
        // FW-02: whoever has a role that is none here loses the one that would open.
        (
            "maker with a role that is none here",
            person(&[Role::Evaluator, Role::Controller, Role::CompetenceAdviser]),
        ),
    ]
}

/// Who knows of a dossier and its note.
const KNOWN: [(&str, bool, bool); 5] = [
    ("maker", true, true),
    ("controller", false, true),
    ("auditor", false, true),
    ("portal", false, true),
    ("maker with a role that is none here", false, true),
];

/// The calls that name a dossier or a note, whatever its state.
fn calls(of: &Told) -> Vec<(&'static str, Vec<u8>)> {
    fn call<R: Call>(request: &R) -> (&'static str, Vec<u8>) {
        (R::PATH, request.encode_to_vec())
    }
    let title = |name: &str| pb::Dossier {
        name: name.to_owned(),
        title: "Ny tittel".into(),
        ..Default::default()
    };
    let past = Timestamp {
        seconds: 1_700_000_000,
        nanos: 0,
    };
    let update = |etag: &str, validate_only| pb::UpdateDossierRequest {
        dossier: Some(title(&of.dossier)),
        etag: etag.to_owned(),
        request_id: id(),
        validate_only,
    };
    let get = |read_time| pb::GetDossierRequest {
        name: of.dossier.clone(),
        read_time,
        acting_for: String::new(),
    };
    vec![
        call(&get(None)),
        call(&get(Some(past))),
        call(&pb::GetNoteRequest {
            name: of.note.clone(),
            read_time: None,
        }),
        call(&update("", true)),
        call(&update("\"9\"", false)),
        call(&pb::OpenDossierRequest {
            name: of.dossier.clone(),
            etag: "\"9\"".into(),
            effective_date: testkit::date("2025-03-03"),
            request_id: id(),
            ..Default::default()
        }),
        call(&pb::CreateNoteRequest {
            parent: of.dossier.clone(),
            note: Some(pb::Note {
                text: "Til".into(),
                ..Default::default()
            }),
            request_id: id(),
            validate_only: true,
        }),
        call(&pb::StrikeNoteRequest {
            name: of.note.clone(),
            etag: "\"9\"".into(),
            request_id: id(),
            ..Default::default()
        }),
    ]
}

/// What a caller is told, without the names that it asked for and the trace.
fn shown(of: &Told, answer: Result<(), Refusal>) -> (String, Vec<u8>) {
    let Err(refusal) = answer else {
        return ("OK".to_owned(), Vec::new());
    };
    let mut details = refusal.status.details().to_vec();
    let mut message = refusal.status.message().to_owned();
    for name in [&of.note, &of.dossier, &refusal.trace_id()] {
        let same = "x".repeat(name.len());
        message = message.replace(name.as_str(), &same);
        details = replaced(&details, name.as_bytes(), same.as_bytes());
    }
    (format!("{:?} {message}", refusal.code), details)
}

fn replaced(bytes: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(what.len() - 1) {
        if bytes[at..].starts_with(what) {
            bytes[at..at + with.len()].copy_from_slice(with);
        }
    }
    bytes
}

/// A new dossier with a note.
async fn drafted(maker: &Actor) -> Told {
    let create = pb::CreateDossierRequest {
        dossier: Some(pb::Dossier {
            title: "Bru".into(),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    };
    let dossier = maker.must(create).await.name;
    let note = pb::CreateNoteRequest {
        parent: dossier.clone(),
        note: Some(pb::Note {
            text: "Et notat".into(),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    };
    let note = maker.must(note).await.name;
    Told { dossier, note }
}

fn open(name: &str) -> pb::OpenDossierRequest {
    pb::OpenDossierRequest {
        name: name.to_owned(),
        effective_date: testkit::date("2025-03-03"),
        late_reason: "Etterregistrert".into(),
        request_id: id(),
        ..Default::default()
    }
}

fn unknown() -> Told {
    let dossier = format!("dossiers/{}", id());
    let note = format!("{dossier}/notes/{}", id());
    Told { dossier, note }
}

/// The names that a caller lists one by one, and that no token on the way tells of what he does not list.
async fn listed(actor: &Actor, all: &[&Told]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut page_token = String::new();
    loop {
        let list = pb::ListDossiersRequest {
            page_size: 1,
            page_token,
            acting_for: String::new(),
        };
        let page = actor.must(list).await;
        names.extend(page.dossiers.into_iter().map(|it| it.name));
        page_token = page.next_page_token;
        let told = URL_SAFE_NO_PAD.decode(&page_token).unwrap();
        let told = String::from_utf8_lossy(&told);
        let hidden = all.iter().filter(|it| !names.contains(&it.dossier));
        for hidden in hidden {
            assert!(!told.contains(&hidden.dossier), "a token tells of a row");
        }
        if page_token.is_empty() {
            return names;
        }
    }
}

/// FW-01, FW-03: kinds × states × roles, by Get, List, every WRITE, a past instant.
#[tokio::test]
async fn what_is_hidden_is_answered_as_what_is_not_there() {
    let kit = served::alone(&contract::NOUNS).await;
    let maker = kit.person("eva", &[Role::Evaluator]);
    let (hidden, opened) = (drafted(&maker).await, drafted(&maker).await);
    maker.must(open(&opened.dossier)).await;
    // Hidden rows before, between and behind.
    let more = [drafted(&maker).await, drafted(&maker).await];
    let all = [&hidden, &opened, &more[0], &more[1]];

    for ((who, actor), (of, knows_drafted, knows_opened)) in callers(&kit).iter().zip(KNOWN) {
        assert_eq!(*who, of);
        let mut known = 0;
        for (told, knows) in [(&hidden, knows_drafted), (&opened, knows_opened)] {
            for (index, (path, message)) in calls(told).into_iter().enumerate() {
                let answer = actor.send_bytes(path, message).await;
                let other = unknown();
                let (_, message) = calls(&other).swap_remove(index);
                let of_unknown = actor.send_bytes(path, message).await;
                let (answer, of_unknown) = (shown(told, answer), shown(&other, of_unknown));
                if answer.0.starts_with("PermissionDenied") {
                    assert_eq!(answer.0, of_unknown.0);
                    continue;
                }
                // At an instant before all, nothing was there.
                let differs = knows && index != 1;
                assert_eq!(answer != of_unknown, differs, "{who} {path}: {answer:?}");
                known += usize::from(differs);
            }
        }
        assert!(known > 0 || !knows_opened, "{who} knows of something");
        let expected = all
            .iter()
            .filter(|it| knows_drafted || it.dossier == opened.dossier);
        let expected = expected.map(|it| it.dossier.clone()).collect();
        assert_eq!(listed(actor, &all).await, expected, "{who}");
    }

    let controller = kit.person("kari", &[Role::Controller]);
    let notes = pb::ListNotesRequest::default();
    let notes = controller.must(notes).await.notes;
    let notes: Vec<_> = notes.into_iter().map(|it| it.name).collect();
    assert_eq!(
        notes,
        [opened.note.as_str()],
        "a note is known where its dossier is"
    );

    // What a maker is told of the states.
    let retitle = pb::UpdateDossierRequest {
        dossier: Some(pb::Dossier {
            name: hidden.dossier.clone(),
            title: "Ny".into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    };
    assert_eq!(maker.must(retitle).await.title, "Ny");
    maker.refused(open(&opened.dossier), "WRONG_STATE").await;
    let update = pb::UpdateDossierRequest {
        dossier: Some(pb::Dossier {
            name: opened.dossier.clone(),
            title: "Ny".into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    };
    maker.refused(update, "WRONG_STATE").await;
    let strike = pb::StrikeNoteRequest {
        name: opened.note.clone(),
        request_id: id(),
        ..Default::default()
    };
    assert!(controller.must(strike).await.is_struck);
}

/// FW-04: what is open today does not open what it was before. FW-05: at its opening it is counted, and the
/// feed does not move for what is hidden.
#[tokio::test]
async fn what_it_was_before_it_was_opened_stays_hidden() {
    let kit = served::alone(&contract::NOUNS).await;
    let maker = kit.person("eva", &[Role::Evaluator]);
    let auditor = kit.person("grethe", &[Role::Auditor]);
    let (hidden, opened) = (drafted(&maker).await, drafted(&maker).await);
    assert_eq!(kit.feed().await, []);
    maker.must(open(&opened.dossier)).await;
    let counted = kit.feed().await;
    let counted: Vec<_> = counted
        .iter()
        .map(|it| (it.measure.as_str(), it.subject.as_str()))
        .collect();
    assert_eq!(counted, [(contract::DOSSIERS, opened.dossier.as_str())]);

    let list = |request: ListEntriesRequest| async {
        let entries = auditor.must(request).await.entries;
        entries
            .into_iter()
            .map(|it| (it.subject.clone(), it.version, it))
            .collect::<Vec<_>>()
    };
    let of = |subject: &str| ListEntriesRequest {
        subject: subject.to_owned(),
        ..Default::default()
    };
    assert_eq!(list(of(&hidden.dossier)).await, []);
    let seen = list(of(&opened.dossier)).await;
    assert_eq!(seen.len(), 1, "of what it was before, nothing");
    let (_, version, entry) = &seen[0];
    assert_eq!(*version, 2);
    let all = list(ListEntriesRequest::default()).await;
    let told = all.iter().map(|it| it.0.as_str());
    let told: Vec<_> = told.filter(|it| it.starts_with("dossiers/")).collect();
    assert_eq!(told, [opened.note.as_str(), &opened.dossier]);

    // The entry of the draft lies before that of the note below it.
    let number = |name: &str| name.trim_start_matches("entries/").parse::<i64>().unwrap();
    let draft = number(&entry.name) - 2;
    for entry in [draft, 999_999] {
        let name = format!("entries/{entry}");
        let get = GetEntryRequest { name: name.clone() };
        let refusal = auditor.refused(get, "NOT_FOUND").await;
        assert_eq!(refusal.metadata("name"), name);
    }
}
