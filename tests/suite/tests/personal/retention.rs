//! What is due by its rule is named before, and emptied.

use contract::testing::v1 as pb;
use platform::Clock;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::google::r#type::Date;
use proto::privacy::v1 as privacy;
use testkit::{Kit, date, id, noon};
use tokio_util::sync::CancellationToken;

use super::canaries::tables_with_canaries;
use super::erasures::{held, officer};
use super::story::{Story, created, get, interviewed, public, rejected};

fn preview(on: &str) -> privacy::PreviewRetentionRequest {
    privacy::PreviewRetentionRequest { on: date(on) }
}

pub(super) fn run() -> privacy::RunRetentionRequest {
    privacy::RunRetentionRequest {
        request_id: id(),
        validate_only: false,
    }
}

fn names(of: &[privacy::Retained]) -> Vec<&str> {
    of.iter().map(|it| it.resource.as_str()).collect()
}

/// The same database on another day.
async fn on(story: &Story, day: &str) -> Kit {
    let database = story.kit.database.clone();
    testkit::serve_from(&contract::SERVICE, host::NoKnobs {}, noon(day), database).await
}

/// CA-13 (part): on the day itself, not before; the held one is named and untouched, what has no day is listed
/// apart; the preview said all of it before.
#[tokio::test]
async fn what_is_due_is_named_before_and_then_emptied() {
    let mut story = Story::told().await;
    let vera = officer(&story);
    let kept = story.adviser.must(created()).await;
    story.adviser.must(rejected(&kept.name)).await;
    let hold = vera.must(held(&kept.name, None)).await;
    let ended = pb::Interview {
        end_date: date("2025-06-10"),
        ..interviewed(&story.visitor, "2").interview.unwrap()
    };
    let ended = pb::CreateInterviewRequest {
        interview: Some(ended),
        ..interviewed(&story.visitor, "2")
    };
    let interview = story.adviser.must(ended).await;

    let early = vera.must(preview("2027-06-09")).await;
    assert_eq!((names(&early.due), names(&early.held)), (vec![], vec![]));
    let foreseen = vera.must(preview("2027-06-10")).await;
    assert_eq!(
        names(&foreseen.due),
        [story.visitor.as_str(), &interview.name]
    );
    assert_eq!(
        foreseen.due[0].rule,
        "rules/privacy-visitor/editions/1990-01-01"
    );
    assert_eq!(foreseen.due[0].from, date("2026-06-10"));
    assert_eq!(names(&foreseen.held), [kept.name.as_str()]);
    assert_eq!(foreseen.held[0].hold, hold.name);
    assert_eq!(names(&foreseen.undated), [story.interview.as_str()]);
    assert!(!foreseen.more);

    let facts = story.kit.facts().await;
    let before = story.adviser.must(get(&story.visitor)).await;
    story.kit = on(&story, "2027-06-10").await;
    let vera = officer(&story);
    let tried = privacy::RunRetentionRequest {
        validate_only: true,
        ..run()
    };
    assert_eq!(vera.must(tried).await.retention.as_ref(), Some(&foreseen));
    let request = run();
    let done = vera.must(request.clone()).await;
    assert_eq!(done.retention.as_ref(), Some(&foreseen));
    assert_eq!(vera.must(request).await, done);
    let read = privacy::GetRetentionRunRequest {
        name: done.name.clone(),
        read_time: None,
    };
    assert_eq!(vera.must(read).await, done);

    let rita = story.kit.person("rita", &[Role::RecruitmentAdviser]);
    assert_eq!(rita.must(get(&story.visitor)).await, public(&before));
    assert_ne!(rita.must(get(&kept.name)).await.display_name, "");
    assert_eq!(story.kit.facts().await, facts);
    let again = vera.must(run()).await.retention.unwrap();
    assert_eq!(
        (names(&again.due), names(&again.held)),
        (vec![], vec![kept.name.as_str()])
    );
    vera.refused(
        privacy::PreviewRetentionRequest { on: None },
        "INVALID_FIELDS",
    )
    .await;
}

/// A month is as long as it is, and a rule's edition holds from its day on.
#[tokio::test]
async fn a_rule_holds_from_its_day_on() {
    let story = Story::told().await;
    let edition = "insert into platform.rule_editions
                       (name, version, rule, valid_from, ordinal, value, source, state)
                   values ('rules/privacy-visitor/editions/2026-12-01', 2, 'privacy-visitor', '2026-12-01', 1,
                           '{\"months\": 5}', 'shorter', 'confirmed')";
    sqlx::query(edition)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    for (day, due) in [("2026-11-30", 0), ("2026-12-01", 1)] {
        let foreseen = officer(&story).must(preview(day)).await;
        assert_eq!(foreseen.due.len(), due, "{day}");
    }
}

/// Keys of requests are forgotten after 90 days: the same request is then another one.
#[tokio::test]
async fn keys_are_forgotten_after_ninety_days() {
    let story = Story::begun().await;
    let aged = "update platform.requests set created_at = '2026-03-11T22:59:59Z' where method like '%Interview'";
    sqlx::query(aged)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    let count = |keys: privacy::Retention| keys.request_keys;
    assert_eq!(count(officer(&story).must(preview("2026-06-09")).await), 0);
    assert_eq!(count(officer(&story).must(preview("2026-06-10")).await), 1);
    let done = officer(&story).must(run()).await;
    assert_eq!(count(done.retention.unwrap()), 1);
    assert_eq!(count(officer(&story).must(preview("2026-06-10")).await), 0);
}

/// What a run names is cut off; the next one takes the rest.
#[tokio::test]
async fn a_run_takes_a_thousand_and_the_next_one_the_rest() {
    let story = Story::told().await;
    let many = "with more as (
                    insert into platform.journal
                        (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
                    select now(), 'test', 'visitors/m' || n, j.kind, 1, 'persons/x', 'x', '', j.after
                      from generate_series(1, 1500) n
                      join platform.journal j on j.subject = $1 and j.version = 2
                    returning subject, version, kind)
                insert into platform.vault (resource, version, kind, person, data)
                select subject, version, kind, subject, 'x' from more";
    sqlx::query(many)
        .bind(&story.visitor)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    let kit = on(&story, "2027-06-10").await;
    let vera = kit.person("vera", &[Role::DataProtectionOfficer]);
    let first = vera.must(run()).await.retention.unwrap();
    assert_eq!((first.due.len(), first.more), (1000, true));
    let second = vera.must(run()).await.retention.unwrap();
    assert_eq!((second.due.len(), second.more), (501, false));
    assert_eq!(
        second.on,
        Some(Date {
            year: 2027,
            month: 6,
            day: 10
        })
    );
    let owner = &mut story.kit.owner().await;
    let left = "delete from platform.vault where kind like '%Interview'";
    sqlx::query(left).execute(&mut *owner).await.unwrap();
    assert_eq!(tables_with_canaries(owner).await.len(), 0);
}

/// What the service does by itself at an instant, once.
async fn wake(kit: &Kit, at: &str) {
    let (clock, stop) = (Clock::Fixed(at.parse().unwrap()), CancellationToken::new());
    stop.cancel();
    ::privacy::keep_nightly(kit.host.db.clone(), clock, stop).await;
}

/// Two replicas that wake at three do one run, with one entry that names what it emptied. A night that was missed
/// is made up by whichever starts next; in an installation's first hour nothing is done.
#[tokio::test]
async fn a_night_has_one_run() {
    let story = Story::told().await;
    // The journal has the database's clock: the installation is made to have begun with its story.
    let begun = "alter table platform.journal disable trigger user; \
                 update platform.journal set recorded_at = '2026-06-10T00:30:00Z'; \
                 alter table platform.journal enable trigger user";
    sqlx::raw_sql(begun)
        .execute(&mut story.kit.owner().await)
        .await
        .unwrap();
    let other = on(&story, "2026-06-10").await;
    wake(&story.kit, "2026-06-10T01:15:00Z").await;
    wake(&story.kit, "2026-06-10T12:00:00Z").await;
    let auditor = story.kit.person("rigmor", &[Role::Auditor]);
    let runs = async || {
        let all = auditor
            .must(ListEntriesRequest::default())
            .await
            .entries
            .into_iter();
        let runs = all.filter(|it| it.method == "platform.retention.run");
        runs.map(|it| (it.subject, it.actor)).collect::<Vec<_>>()
    };
    assert_eq!(runs().await, []);

    tokio::join!(
        wake(&story.kit, "2027-06-10T01:00:00Z"),
        wake(&other, "2027-06-10T01:00:00Z")
    );
    let actor = "workloads/contract".to_owned();
    let first = ("retentionRuns/2027-06-10".to_owned(), actor.clone());
    assert_eq!(runs().await, std::slice::from_ref(&first));
    let read = privacy::GetRetentionRunRequest {
        name: first.0.clone(),
        read_time: None,
    };
    let run = officer(&story).must(read).await.retention.unwrap();
    assert_eq!(names(&run.due), [story.visitor.as_str()]);

    wake(&other, "2027-06-11T00:59:59Z").await;
    assert_eq!(runs().await, std::slice::from_ref(&first));
    wake(&other, "2027-06-12T20:00:00Z").await;
    let next = ("retentionRuns/2027-06-12".to_owned(), actor);
    assert_eq!(runs().await, [first, next]);
}
