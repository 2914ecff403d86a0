//! Cut-offs that close, wait, cannot close, and are closed without a source (cases § 4).

use proto::access::v1::Role;
use proto::audit::v1 as audit;
use proto::governance::v1 as pb;
use proto::governance::v1::cutoff::State;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::source_mark::Progress;
use proto::governance::v1::value::Status;
use sqlx::Executor;
use testkit::{Actor, id};

use crate::pair::{Pair, cutoff, march, month, pause, until_closed, until_cutoff};

/// What is told of a source that refuses connections: nothing of the machine that says so.
const OUT_OF_REACH: &str = "The service is currently unavailable";

fn progress(of: &pb::Cutoff) -> Vec<(&str, Progress)> {
    let marks = of.marks.iter();
    marks
        .map(|it| (it.source.as_str(), it.progress()))
        .collect()
}

async fn cancel(actor: &Actor, name: &str) -> pb::Cutoff {
    actor.must(cancellation(name)).await
}

fn cancellation(name: &str) -> pb::CancelCutoffRequest {
    pb::CancelCutoffRequest {
        name: name.into(),
        reason: "Kilden er borte".into(),
        request_id: id(),
        ..Default::default()
    }
}

fn without_grants(reason: &str) -> pb::CloseCutoffRequest {
    pb::CloseCutoffRequest {
        period: Some(march()),
        incomplete_sources: vec!["sources/grants".into()],
        incomplete_reason: reason.into(),
        request_id: id(),
        validate_only: false,
    }
}

/// CU-02: a source that refuses connections is named, and nothing else of it is told.
#[tokio::test]
async fn a_source_out_of_reach_is_named() {
    let pair = Pair::start().await;
    let kaia = pair.kaia.clone();
    pair.until(|it| it.read_time.is_some()).await;

    let _governance = grants_go_away(pair).await;

    let request = pb::CloseCutoffRequest {
        period: Some(march()),
        request_id: id(),
        ..Default::default()
    };
    let refusal = kaia.refused(request, "SOURCE_UNAVAILABLE").await;
    assert_eq!(refusal.metadata("sources"), "sources/grants");
    assert_eq!(
        refusal.status.message(),
        "These sources do not answer: sources/grants. Try again, or decide to close without them."
    );
}

/// CU-02: closing without a source is a person's decision with a reason; its mark is what we have
/// followed, and every figure shows it.
#[tokio::test]
async fn closing_without_a_source_is_decided_and_shown() {
    let pair = Pair::start().await;
    let kaia = pair.kaia.clone();
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.allocate(7, "2025-03-06").await;
    let followed = pair.until_number(2).await;

    let governance = grants_go_away(pair).await;

    kaia.refused(without_grants(""), "INVALID_FIELDS").await;
    let mut of_nobody = without_grants("nede");
    of_nobody.incomplete_sources = vec!["sources/x".into()];
    let refusal = kaia.refused(of_nobody, "INVALID_FIELDS").await;
    assert_eq!(refusal.field_reasons(), ["SOURCE"]);
    let machine = governance.machine(&[Role::Controller]);
    machine
        .refused(without_grants("nede"), "NEEDS_A_PERSON")
        .await;
    let begun = kaia.must(without_grants("Tilsagn er nede")).await;
    let closed = until_closed(&kaia, &begun.name).await;

    assert_eq!(closed.incomplete_by, "persons/kaia");
    assert_eq!(closed.incomplete_reason, "Tilsagn er nede");
    let mark = &closed.marks[1];
    assert_eq!(
        (
            mark.source.as_str(),
            mark.number,
            &mark.digest,
            mark.incomplete,
            mark.progress()
        ),
        (
            "sources/grants",
            2,
            &followed.digest,
            true,
            Progress::Reached
        )
    );
    assert!(!closed.marks[0].incomplete, "our own facts are all there");
    let request = pb::ListFiguresRequest {
        parent: closed.name,
        ..Default::default()
    };
    let figures = kaia.must(request).await.figures;
    let values: Vec<_> = figures
        .iter()
        .map(|it| it.value.as_ref().unwrap().amount)
        .collect();
    assert_eq!(values, [1200, 1200]);
    for figure in figures {
        assert_eq!(
            figure.incomplete_sources,
            ["sources/grants"],
            "{}",
            figure.name
        );
    }
}

/// A measure that nobody has followed a fact of is not published, and not zero.
#[tokio::test]
async fn what_was_never_followed_is_not_published() {
    let pair = Pair::start().await;
    let kaia = pair.kaia.clone();
    let request = crate::pair::indicator("kontroll", "governance.accounts_control", &["post"]);
    crate::pair::define(&kaia, request).await;
    pair.until(|it| it.read_time.is_some()).await;

    let _governance = grants_go_away(pair).await;

    let begun = kaia.must(without_grants("Tilsagn er nede")).await;
    let closed = until_closed(&kaia, &begun.name).await;
    let name = format!("{}/figures/kontroll-1", closed.name);
    let figure = kaia.must(pb::GetFigureRequest { name }).await;
    assert_eq!(figure.value.unwrap().status(), Status::NotPublished);
}

/// Ends grants, and returns when governance has found that out.
async fn grants_go_away(pair: Pair) -> testkit::Kit {
    let Pair {
        grants,
        governance,
        kaia,
        ..
    } = pair;
    drop(grants);
    for _ in 0..600 {
        let listed = kaia.must(pb::ListSourcesRequest::default()).await.sources;
        if listed[1].error == OUT_OF_REACH {
            return governance;
        }
        pause().await;
    }
    panic!("grants stay in reach");
}

/// CU-03: while one source lags, what is reached is told; the cut-off closes by itself when the source
/// is repaired and resumed.
#[tokio::test]
async fn a_cutoff_tells_what_it_waits_for_and_closes_when_it_comes() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.until_number(1).await;
    let was = pair.replace_grants("elsewhere").await;
    pair.until_source(pb::source::State::Stopped).await;
    // A fact that the stopped follower has not read, so that the cut-off has something to wait for.
    pair.allocate(7, "2025-03-06").await;

    let begun = pair.begin_march().await;
    assert_eq!(begun.state(), State::Closing);
    pair.kaia
        .refused(pair.close_request(), "CUTOFF_CLOSING")
        .await;
    let waiting = [
        ("sources/governance", Progress::Reached),
        ("sources/grants", Progress::Waiting),
    ];
    let told = until_cutoff(&pair.kaia, &begun.name, |it| progress(it) == waiting).await;
    let listed = pair.kaia.must(pb::ListCutoffsRequest::default()).await;
    assert_eq!(listed.cutoffs, [told]);

    pair.replace_grants(&was).await;
    pair.resume_grants().await;
    let closed = until_closed(&pair.kaia, &begun.name).await;
    assert!(progress(&closed).iter().all(|it| it.1 == Progress::Reached));
    let amount = pair.amount(&closed.name, "allocated").await;
    assert_eq!(amount, 1200);
}

/// A follower that has other facts at the mark than the source said: both ways to read the cut-off
/// name the source, no other cut-off is held up, and a person ends it. Its case tells the whole story.
#[tokio::test]
async fn a_mismatch_is_named_blocks_nothing_and_is_cancelled() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.until_number(1).await;
    let was = pair.replace_grants("elsewhere").await;
    pair.until_source(pb::source::State::Stopped).await;
    pair.allocate(7, "2025-03-06").await;
    let stuck = pair.begin_march().await;
    let waiting = [
        ("sources/governance", Progress::Reached),
        ("sources/grants", Progress::Waiting),
    ];
    until_cutoff(&pair.kaia, &stuck.name, |it| progress(it) == waiting).await;
    pair.allocate(9, "2025-04-06").await;
    let other = pair.begin(month(4)).await;

    let mut owner = pair.governance.owner().await;
    owner
        .execute(
            "create function damage() returns trigger language plpgsql as
                 $$ begin new.digest = '\\x00'; return new; end $$;
             create trigger damage before insert on facts for each row
                 when (new.source = 'sources/grants' and new.number = 2) execute function damage()",
        )
        .await
        .unwrap();
    pair.replace_grants(&was).await;
    pair.resume_grants().await;

    let mismatch = [
        ("sources/governance", Progress::Reached),
        ("sources/grants", Progress::Mismatch),
    ];
    let told = until_cutoff(&pair.kaia, &stuck.name, |it| progress(it) == mismatch).await;
    assert_eq!(told.state(), State::Closing);
    let closed = until_closed(&pair.kaia, &other.name).await;
    let listed = pair.kaia.must(pb::ListCutoffsRequest::default()).await;
    assert_eq!(listed.cutoffs, [told, closed]);

    let cancelled = cancel(&pair.kaia, &stuck.name).await;
    assert_eq!(cancelled.state(), State::Cancelled);
    assert_eq!(progress(&cancelled), mismatch);
    pair.kaia
        .refused(cancellation(&stuck.name), "WRONG_STATE")
        .await;
    let story = [
        "CloseCutoff",
        "governance.cutoff.note",
        "governance.cutoff.note",
        "CancelCutoff",
    ];
    assert_eq!(entries_of(&pair, &stuck.name).await, story);
    let ended = entries_of(&pair, &other.name).await;
    assert_eq!(ended.last().unwrap(), "governance.cutoff.close");
}

/// Methods of the entries of a cut-off, oldest first.
async fn entries_of(pair: &Pair, cutoff: &str) -> Vec<String> {
    let request = audit::ListEntriesRequest {
        subject: cutoff.into(),
        ..Default::default()
    };
    let entries = pair.kaia.must(request).await.entries;
    entries
        .iter()
        .map(|it| it.method.rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// A cut-off whose figures cannot be computed says so once, and keeps no other from closing; it closes
/// by itself when they can.
#[tokio::test]
async fn a_cutoff_that_fails_says_so_and_closes_when_it_can() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let mut owner = pair.governance.owner().await;
    owner
        .execute(
            "create function fail() returns trigger language plpgsql as
                 $$ begin raise exception 'no'; end $$;
             create trigger fail before insert on figures for each row
                 when (new.cutoff = 'cutoffs/2025-02-e1') execute function fail()",
        )
        .await
        .unwrap();

    let failing = pair.begin(month(2)).await.name;
    let told = until_cutoff(&pair.kaia, &failing, |it| !it.error.is_empty()).await;
    assert_eq!(told.error, "the database failed");
    assert!(progress(&told).iter().all(|it| it.1 == Progress::Reached));
    pair.close_march().await;
    assert_eq!(cutoff(&pair.kaia, &failing).await, told, "it was told once");

    owner.execute("drop trigger fail on figures").await.unwrap();
    let closed = until_closed(&pair.kaia, &failing).await;
    assert_eq!(closed.error, "");
}

/// A cut-off that was closing when the service ended closes after its start.
#[tokio::test]
async fn a_cutoff_closes_after_a_restart() {
    let mut pair = Pair::start().await;
    pair.define_allocated().await;
    pair.governance.quiet().await;
    pair.allocate(5, "2025-03-05").await;
    let begun = pair.begin_march().await;
    assert_eq!(
        cutoff(&pair.kaia, &begun.name).await.state(),
        State::Closing
    );

    pair.restart_governance().await;

    let closed = until_closed(&pair.kaia, &begun.name).await;
    let amount = pair.amount(&closed.name, "allocated").await;
    assert_eq!(amount, 500);
}

/// A period that lasts is not closed.
#[tokio::test]
async fn a_period_is_over_before_it_is_closed() {
    let pair = Pair::start().await;
    pair.until(|it| it.read_time.is_some()).await;
    let later = pb::CloseCutoffRequest {
        period: Some(pb::Period {
            year: 2199,
            part: None,
        }),
        ..pair.close_request()
    };
    pair.kaia.refused(later, "PERIOD_NOT_OVER").await;
}

/// A measure that comes to mean something else leaves closed figures as they were: computed again and
/// opened by the definition that they were computed with. The next edition goes by the new one.
#[tokio::test]
async fn a_changed_definition_changes_no_closed_figure() {
    let mut pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-02-05").await;
    pair.allocate(7, "2025-03-06").await;
    // As if the source had said until now that this is a stock.
    pair.governance
        .owner()
        .await
        .execute(
            "alter table measures disable trigger user;
             update measures set kind = 2 where id = 'grants.allocated';
             alter table measures enable trigger user",
        )
        .await
        .unwrap();
    let first = pair.close_march().await;
    let before = pair.figure(&first, "allocated").await;
    assert_eq!(before.value.as_ref().unwrap().amount, 1200);

    pair.restart_governance().await;
    pair.until_editions("grants.allocated", 2).await;

    let again = pair.recompute(&first, "allocated").await;
    assert_eq!(again.verdict(), Verdict::Equal, "{again:?}");
    assert_eq!(pair.figure(&first, "allocated").await, before);
    assert_eq!(pair.facts(&first, "allocated").await.len(), 2);
    let second = pair.close_march().await;
    assert_eq!(
        pair.recompute(&second, "allocated").await.verdict(),
        Verdict::Equal
    );
    let after = pair.amount(&second, "allocated").await;
    assert_eq!(after, 700);
}
