//! What is personal: who is shown it by which answer, what a write does to it, what a key tells of it.

use contract::testing::v1 as pb;
use prost::Message;
use proto::access::v1::Role;
use proto::audit::v1::{GetEntryRequest, ListEntriesRequest};
use testkit::{Actor, Wire, date, id};

use super::story::{
    CANARIES, Story, TODAY, admitted, created, get, get_interview, interviewed, public, rejected,
    remarks, updated, visitor,
};

async fn listed(actor: &Actor) -> Vec<pb::Visitor> {
    let request = pb::ListVisitorsRequest::default();
    actor.must(request).await.visitors
}

/// VE-03: the answer of a write, Get, List and the audit show the adviser the same, and whoever is not in
/// `seen_by` the same without what is personal.
#[tokio::test]
async fn the_same_is_shown_by_every_answer() {
    let story = Story::begun().await;
    let whole = story.adviser.must(get(&story.visitor)).await;
    assert_eq!(whole.display_name, CANARIES[0]);
    assert_eq!(whole.birth_date, date("1991-05-17"));
    assert_eq!(whole.nicknames, [CANARIES[1], CANARIES[2]]);
    assert_eq!(whole.contact.as_ref().unwrap().phone, CANARIES[3]);
    assert_eq!(listed(&story.adviser).await, std::slice::from_ref(&whole));
    assert_eq!(story.head.must(get(&story.visitor)).await, public(&whole));
    assert_eq!(listed(&story.head).await, [public(&whole)]);

    // He decides by what he is not shown.
    let answer = story.head.must(admitted(&story.visitor)).await;
    assert_eq!(answer, public(&answer));
    let whole = story.adviser.must(get(&story.visitor)).await;
    assert_eq!(public(&whole), answer);
    assert_eq!(whole.display_name, CANARIES[0]);

    let registrar = story.kit.person("arne", &[Role::Registrar]);
    let remarks = registrar
        .must(get_interview(&story.interview))
        .await
        .remarks;
    assert_eq!(remarks, [CANARIES[5], CANARIES[6]]);
    let auditor = story.kit.person("rigmor", &[Role::Auditor]);
    for (actor, shown) in [(&registrar, &remarks), (&auditor, &Vec::new())] {
        let request = ListEntriesRequest {
            subject: story.interview.clone(),
            ..Default::default()
        };
        let entry = actor.must(request).await.entries.remove(0);
        let name = entry.name.clone();
        let alone = actor.must(GetEntryRequest { name }).await;
        assert_eq!(alone, entry);
        let after = entry.after.unwrap();
        let interview = pb::Interview::decode(after.value.as_slice()).unwrap();
        assert_eq!(interview.remarks, *shown);
    }
}

/// An update replaces what is personal, whole; a step that brings some lays it over, repeated ones behind
/// those that were; one that brings none leaves it. Each entry shows what was in force then.
#[tokio::test]
async fn what_is_given_whole_replaces_and_what_is_brought_is_laid_over() {
    let story = Story::begun().await;
    let (adviser, name) = (&story.adviser, &story.visitor);
    let fewer = pb::Visitor {
        name: name.clone(),
        nicknames: vec!["Kari".into()],
        birth_date: None,
        ..visitor()
    };
    let answer = adviser.must(updated(fewer.clone())).await;
    assert_eq!((answer.nicknames.len(), answer.birth_date), (1, None));
    assert_eq!(adviser.must(get(name)).await, answer);
    story.head.refused(admitted(name), "VISITOR_UNKNOWN").await;
    let child = pb::Visitor {
        birth_date: date("2010-06-11"),
        ..fewer
    };
    adviser.must(updated(child)).await;
    story
        .head
        .refused(admitted(name), "VISITOR_TOO_YOUNG")
        .await;

    let answer = adviser.must(rejected(name)).await;
    assert_eq!(answer.reject_reason, CANARIES[4]);
    assert_eq!(
        (answer.display_name.as_str(), answer.nicknames.len()),
        (CANARIES[0], 1)
    );
    assert_eq!(adviser.must(get(name)).await, answer);
    adviser.refused(rejected(name), "WRONG_STATE").await;
    adviser
        .refused(updated(answer.clone()), "WRONG_STATE")
        .await;
    story.head.refused(admitted(name), "WRONG_STATE").await;

    let more = adviser
        .must(remarks(&story.interview, &["tre", "fire"]))
        .await;
    assert_eq!(more.remarks, [CANARIES[5], CANARIES[6], "tre", "fire"]);
    let none = adviser.must(remarks(&story.interview, &[])).await;
    assert_eq!(none.remarks, more.remarks);

    // What is emptied by an update is empty, and not what was before.
    let other = adviser.must(created()).await;
    let emptied = pb::Visitor {
        name: other.name.clone(),
        country: "SE".into(),
        ..Default::default()
    };
    let answer = adviser.must(updated(emptied)).await;
    assert_eq!(
        (answer.clone(), answer.country.as_str()),
        (public(&answer), "SE")
    );
    assert_eq!(adviser.must(get(&other.name)).await, answer);
}

/// With validate_only the answer has what would be in force, and nothing is kept.
#[tokio::test]
async fn a_step_that_is_only_tried_answers_whole() {
    let story = Story::begun().await;
    let tried = pb::RejectVisitorRequest {
        validate_only: true,
        ..rejected(&story.visitor)
    };
    let answer = story.adviser.must(tried).await;
    assert_eq!(
        (answer.display_name.as_str(), answer.reject_reason.as_str()),
        (CANARIES[0], CANARIES[4])
    );
    let kept = story.adviser.must(get(&story.visitor)).await;
    assert_eq!(kept.reject_reason, "");
}

/// A key holds for the whole request: a twin with other personal content is another request, also where
/// one of them has none; an equal one gets the answer whole.
#[tokio::test]
async fn a_key_is_of_the_personal_content_too() {
    let story = Story::begun().await;
    let adviser = &story.adviser;
    let first = rejected(&story.visitor);
    let answer = adviser.must(first.clone()).await;
    assert_eq!(adviser.must(first.clone()).await, answer);
    for other in ["", "en annen grunn"] {
        let twin = pb::RejectVisitorRequest {
            reject_reason: other.into(),
            ..first.clone()
        };
        adviser.refused(twin, "REQUEST_ID_REUSED").await;
    }
    let bare = remarks(&story.interview, &[]);
    adviser.must(bare.clone()).await;
    let twin = pb::AddRemarksRequest {
        remarks: vec!["mer".into()],
        ..bare
    };
    adviser.refused(twin, "REQUEST_ID_REUSED").await;
}

/// CA-14 (part): whoever is shown names finds by name.
#[tokio::test]
async fn a_visitor_is_found_by_name() {
    let story = Story::begun().await;
    let search = |called: &str| pb::ListVisitorsRequest {
        display_name: called.into(),
        ..Default::default()
    };
    let found = story.adviser.must(search(CANARIES[0])).await.visitors;
    assert_eq!(found[0].name, story.visitor);
    let none = story.adviser.must(search("ukjent")).await.visitors;
    assert_eq!(none, []);
}

/// CA-15 (part): a national identity number is refused in any text, and not repeated.
#[tokio::test]
async fn a_national_id_number_is_refused_by_field() {
    let story = Story::begun().await;
    let number = "f. 010190 12480";
    let given = pb::Visitor {
        display_name: number.into(),
        nicknames: vec!["Kari".into(), "01019012480".into()],
        ..visitor()
    };
    let request = pb::CreateVisitorRequest {
        visitor: Some(given),
        ..created()
    };
    let refusal = story.adviser.refused(request, "INVALID_FIELDS").await;
    let reasons = ["NATIONAL_ID_NUMBER", "NATIONAL_ID_NUMBER"];
    assert_eq!(refusal.field_reasons(), reasons);
    assert_eq!(
        refusal.fields(),
        ["visitor.display_name", "visitor.nicknames[1]"]
    );
    let said = format!("{:?}", refusal.status);
    assert!(!said.contains("12480"), "{said}");
}

/// A read of a kind with personal data is one round trip, whoever asks; a list one more for whom it is
/// filled; a write what it was.
#[tokio::test]
async fn personal_data_costs_a_list_one_round_trip_more() {
    let database = testkit::Database::of(&contract::NOUNS).await;
    let (wire, through) = Wire::before(&database).await;
    let clock = testkit::noon(TODAY);
    let kit = testkit::serve_from(&contract::SERVICE, host::NoKnobs {}, clock, through).await;
    let story = Story::begun_in(kit).await;
    for (actor, of_list) in [(&story.adviser, 2), (&story.head, 1)] {
        let before = wire.statements();
        actor.must(get(&story.visitor)).await;
        assert_eq!(wire.statements() - before, 1);
        let before = wire.statements();
        listed(actor).await;
        assert_eq!(wire.statements() - before, of_list);
    }
    // Begin, key and case, duties, the visitor, the interview, record, commit.
    let before = wire.statements();
    story.adviser.must(interviewed(&story.visitor, &id())).await;
    assert_eq!(wire.statements() - before, 7);
}
