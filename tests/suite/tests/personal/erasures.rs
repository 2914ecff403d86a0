//! A person is exported, held, erased; and what a write, a key, a past instant, a restore then make of it.

use chrono::{DateTime, Duration, Utc};
use contract::testing::v1 as pb;
use prost::Message;
use proto::access::v1::Role;
use proto::privacy::v1 as privacy;
use testkit::{Actor, date, id, noon};

use super::canaries::tables_with_canaries;
use super::story::{
    CANARIES, Story, TODAY, admitted, created, get, get_interview, interviewed, public, rejected,
    remarks, updated, visitor,
};

/// The data-protection officer.
pub(super) fn officer(story: &Story) -> Actor {
    story.kit.person("vera", &[Role::DataProtectionOfficer])
}

pub(super) fn director(story: &Story) -> Actor {
    story.kit.person("dagny", &[Role::Director])
}

pub(super) fn entered(person: &str) -> privacy::EnterErasureRequest {
    privacy::EnterErasureRequest {
        erasure: Some(privacy::Erasure {
            person: person.into(),
            ground: "personvernforordningen art. 17 nr. 1 b".into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn confirmed(name: &str) -> privacy::ConfirmErasureRequest {
    privacy::ConfirmErasureRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn held(person: &str, until: Option<&str>) -> privacy::HoldPersonRequest {
    privacy::HoldPersonRequest {
        hold: Some(privacy::Hold {
            person: person.into(),
            ground: "bevis i en sak".into(),
            until: until.and_then(date),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}

fn ended(name: &str) -> privacy::EndHoldRequest {
    privacy::EndHoldRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// Enters an erasure and confirms it.
pub(super) async fn erase(story: &Story, person: &str) -> privacy::Erasure {
    let erasure = officer(story).must(entered(person)).await;
    director(story).must(confirmed(&erasure.name)).await
}

/// What is kept of a person is handed out write by write, each with right and rule.
#[tokio::test]
async fn a_person_is_exported_whole() {
    let story = Story::told().await;
    story.adviser.must(created()).await;
    let mut request = privacy::ExportPersonRequest {
        person: story.visitor.clone(),
        page_size: 3,
        page_token: String::new(),
    };
    let page = officer(&story).must(request.clone()).await;
    request.page_token = page.next_page_token;
    let rest = officer(&story).must(request.clone()).await;
    let kept = [page.kept, rest.kept].concat();
    let subjects: Vec<_> = kept
        .iter()
        .map(|it| (it.subject.as_str(), it.version))
        .collect();
    let (visitor, interview) = (story.visitor.as_str(), story.interview.as_str());
    assert_eq!(
        subjects,
        [(visitor, 1), (interview, 1), (interview, 2), (visitor, 2)]
    );
    let last = kept[3].after.as_ref().unwrap();
    let last = pb::Visitor::decode(last.value.as_slice()).unwrap();
    assert_eq!(last, story.adviser.must(get(visitor)).await);
    let by: Vec<_> = kept
        .iter()
        .map(|it| (it.basis.as_str(), it.rule.as_str()))
        .collect();
    assert_eq!(
        by[0],
        ("personvernforordningen art. 6 nr. 1 e", "privacy-visitor")
    );
    assert_eq!(by[1].1, "privacy-interview");

    let nobody = privacy::ExportPersonRequest {
        person: "ingen".into(),
        ..request
    };
    officer(&story).refused(nobody, "INVALID_FIELDS").await;
}

/// CA-14 (part): all of it is gone at once, of all instants; states, facts and what is no one's own stay. A repeated
/// request still answers, and so does one with the same key and other personal content: nothing is left to
/// compare it with.
#[tokio::test]
async fn an_erased_person_is_nowhere() {
    let story = Story::begun().await;
    let other = story.adviser.must(created()).await;
    let rejection = rejected(&story.visitor);
    let (adviser, name) = (&story.adviser, &story.visitor);
    let before = adviser.must(rejection.clone()).await;
    let erasure = erase(&story, name).await;
    assert_eq!((erasure.resources, erasure.confirm_date), (2, date(TODAY)));
    assert_eq!(erasure.backups_expire_date, date("2026-09-08"));

    let bare = public(&before);
    assert_eq!(adviser.must(get(name)).await, bare);
    assert_eq!(
        adviser.must(get_interview(&story.interview)).await.remarks,
        [""; 0]
    );
    let listed = adviser
        .must(pb::ListVisitorsRequest::default())
        .await
        .visitors;
    assert_eq!(listed.iter().find(|it| it.name == *name), Some(&bare));
    let search = pb::ListVisitorsRequest {
        display_name: CANARIES[0].into(),
        ..Default::default()
    };
    let found = adviser.must(search).await.visitors;
    assert_eq!(
        found,
        std::slice::from_ref(&other),
        "another of the same name is found"
    );

    assert_eq!(adviser.must(rejection.clone()).await, bare);
    let twin = pb::RejectVisitorRequest {
        reject_reason: "noe annet".into(),
        ..rejection.clone()
    };
    assert_eq!(adviser.must(twin).await, bare);
    let unlike = pb::RejectVisitorRequest {
        late_reason: "noe annet".into(),
        ..rejection
    };
    adviser.refused(unlike, "REQUEST_ID_REUSED").await;
    let twins = "select count(*) from platform.requests where personal_digest is not null";
    let digests: i64 = sqlx::query_scalar(twins)
        .fetch_one(&mut story.kit.owner().await)
        .await
        .unwrap();
    assert_eq!(digests, 1, "that of the other visitor is left");

    erase(&story, &other.name).await;
    let owner = &mut story.kit.owner().await;
    assert_eq!(tables_with_canaries(owner).await.len(), 0);
    let facts = story.kit.facts().await;
    let erased = ("contract.erased_persons".to_owned(), TODAY.to_owned(), 1);
    assert_eq!(facts, [erased.clone(), erased]);
    let subjects = story.kit.feed().await.into_iter().map(|it| it.subject);
    assert_eq!(subjects.collect::<Vec<_>>(), [name.clone(), other.name]);
}

/// The domain answers for one who is erased.
#[tokio::test]
async fn nothing_is_decided_by_what_is_erased() {
    let story = Story::begun().await;
    erase(&story, &story.visitor).await;
    story
        .head
        .refused(admitted(&story.visitor), "VISITOR_UNKNOWN")
        .await;
}

/// A past instant is answered without what was erased since.
#[tokio::test]
async fn a_past_instant_is_answered_without_it() {
    let story = Story::begun().await;
    let moved = "alter table platform.journal disable trigger user; \
                 update platform.journal set recorded_at = recorded_at - interval '1 hour'; \
                 alter table platform.journal enable trigger user";
    sqlx::raw_sql(moved)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    // The journal has the database's clock, this service the story's: it is asked from behind both.
    let now: DateTime<Utc> = sqlx::query_scalar("select now()")
        .fetch_one(&mut story.kit.owner().await)
        .await
        .unwrap();
    let database = story.kit.database.clone();
    let clock = platform::Clock::Fixed(now);
    let kit = testkit::serve_from(&contract::SERVICE, host::NoKnobs {}, clock, database).await;
    let adviser = kit.person("rita", &[Role::RecruitmentAdviser]);
    let then = now - Duration::minutes(10);
    let past = pb::GetVisitorRequest {
        name: story.visitor.clone(),
        read_time: Some(platform::time_to_wire(then)),
    };
    let whole = adviser.must(past.clone()).await;
    assert_eq!(whole.display_name, CANARIES[0]);
    erase(&story, &story.visitor).await;
    assert_eq!(adviser.must(past).await, public(&whole));
}

/// LEGAL_HOLD: a hold keeps from being erased until its day is over or it is ended.
#[tokio::test]
async fn a_held_person_is_not_erased() {
    let story = Story::begun().await;
    let (vera, dagny) = (officer(&story), director(&story));
    let erasure = vera.must(entered(&story.visitor)).await;
    let past = vera.must(held(&story.visitor, Some("2026-06-09"))).await;
    let hold = vera.must(held(&story.visitor, Some(TODAY))).await;
    let refusal = dagny.refused(confirmed(&erasure.name), "LEGAL_HOLD").await;
    assert_eq!(refusal.metadata("hold"), hold.name);
    assert_eq!(refusal.metadata("person"), story.visitor);
    let ended_hold = vera.must(ended(&hold.name)).await;
    vera.refused(ended(&hold.name), "WRONG_STATE").await;
    dagny.must(confirmed(&erasure.name)).await;
    dagny.refused(confirmed(&erasure.name), "WRONG_STATE").await;

    let name = |name: &str| name.to_owned();
    let get = privacy::GetHoldRequest {
        name: name(&hold.name),
        read_time: None,
    };
    assert_eq!(vera.must(get).await, ended_hold);
    let list = privacy::ListHoldsRequest {
        person: name(&story.visitor),
        ..Default::default()
    };
    assert_eq!(vera.must(list).await.holds, [past, ended_hold]);
    let get = privacy::GetErasureRequest {
        name: name(&erasure.name),
        read_time: None,
    };
    let erasure = vera.must(get).await;
    assert_eq!(erasure.state(), privacy::erasure::State::Confirmed);
    let list = privacy::ListErasuresRequest {
        person: name(&story.visitor),
        ..Default::default()
    };
    assert_eq!(vera.must(list).await.erasures, [erasure]);
    vera.refused(held(&story.visitor, None), "REFERENCE_UNKNOWN")
        .await;
    vera.refused(entered(&story.visitor), "REFERENCE_UNKNOWN")
        .await;
}

/// Whoever enters an erasure does not confirm it.
#[tokio::test]
async fn an_erasure_takes_two() {
    let story = Story::begun().await;
    let both = [Role::DataProtectionOfficer, Role::Director];
    let one = story.kit.person("vera", &both);
    let erasure = one.must(entered(&story.visitor)).await;
    one.refused(confirmed(&erasure.name), "SEPARATION_OF_DUTIES")
        .await;
    let machine = story.kit.machine(&both);
    machine
        .refused(confirmed(&erasure.name), "NEEDS_A_PERSON")
        .await;
}

/// The director has no duty in the cases that the erasure locks, and may hold another there.
#[tokio::test]
async fn an_erasure_judges_no_duty_in_what_it_empties() {
    let story = Story::begun().await;
    let both = [Role::RecruitmentAdviser, Role::Director];
    let dagny = story.kit.person("dagny", &both);
    dagny.must(remarks(&story.interview, &["mer"])).await;
    erase(&story, &story.visitor).await;
}

/// A write in flight comes before the erasure, which waits for it and empties it too; one behind it finds
/// nothing to lay its text over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_in_flight_is_erased_too() {
    let story = Story::begun_in({
        let database = testkit::Database::of(&contract::NOUNS).await.patient();
        testkit::serve_from(&contract::SERVICE, host::NoKnobs {}, noon(TODAY), database).await
    })
    .await;
    let erasure = officer(&story).must(entered(&story.visitor)).await;
    // Somebody holds the interview's row: the remark waits in its case, and the erasure for the case.
    let mut owner = story.kit.owner().await;
    let mut barrier = sqlx::Connection::begin(&mut owner).await.unwrap();
    sqlx::query("select from interviews for update")
        .execute(&mut *barrier)
        .await
        .unwrap();
    let (adviser, dagny) = (story.adviser.clone(), director(&story));
    let remark = remarks(&story.interview, &[CANARIES[7]]);
    let writing = tokio::spawn(async move { adviser.must(remark).await });
    story.kit.waiting(1).await;
    let confirmation = confirmed(&erasure.name);
    let erasing = tokio::spawn(async move { dagny.must(confirmation).await });
    story.kit.waiting(2).await;
    barrier.rollback().await.unwrap();
    assert_eq!(writing.await.unwrap().remarks.len(), 3);
    assert_eq!(erasing.await.unwrap().resources, 2);
    assert_eq!(tables_with_canaries(&mut owner).await.len(), 0);

    let after = story
        .adviser
        .must(remarks(&story.interview, &["etterpå"]))
        .await;
    assert_eq!(after.remarks, ["etterpå"]);
}

/// A restore brings back what was erased; whoever followed the service knows of whom. The same is done again,
/// and the facts count each of the two for what it is.
#[tokio::test]
async fn what_a_restore_brings_back_is_erased_again() {
    let story = Story::begun().await;
    let save = "create table backup as select * from platform.vault";
    let owner = &mut story.kit.owner().await;
    sqlx::query(save).execute(&mut *owner).await.unwrap();
    erase(&story, &story.visitor).await;
    let restored = "insert into platform.vault select * from backup; drop table backup; \
                    update platform.erasures set state = 'entered', confirmed_on = null, version = 1";
    sqlx::raw_sql(restored).execute(&mut *owner).await.unwrap();
    let known = story.kit.feed().await.remove(0).subject;
    assert_eq!(known, story.visitor);
    assert_eq!(erase(&story, &known).await.resources, 2);
    assert_eq!(tables_with_canaries(owner).await.len(), 0);
}

/// A visitor is updated after the erasure: what is written of him anew is kept of him anew, until a run of
/// retention forgets it too.
#[tokio::test]
async fn what_is_written_of_an_erased_person_is_there_until_the_next_run() {
    let story = Story::begun().await;
    erase(&story, &story.visitor).await;
    let again = pb::Visitor {
        name: story.visitor.clone(),
        ..visitor()
    };
    story.adviser.must(updated(again)).await;
    story.adviser.must(interviewed(&story.visitor, "2")).await;
    let request = privacy::RunRetentionRequest {
        request_id: id(),
        validate_only: false,
    };
    let run = officer(&story).must(request).await;
    let late = run.retention.unwrap().late;
    let late: Vec<_> = late.iter().map(|it| it.resource.as_str()).collect();
    assert_eq!(
        late,
        [
            story.visitor.as_str(),
            &format!("{}/interviews/2", story.visitor)
        ]
    );
    assert_eq!(
        tables_with_canaries(&mut story.kit.owner().await)
            .await
            .len(),
        0
    );
}
