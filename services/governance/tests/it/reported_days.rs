//! Days that a cut-off has reported: no import changes them, and the next open month corrects them
//! (case CO-05).

use proto::governance::v1 as pb;
use sqlx::{Connection, Executor, PgConnection};
use testkit::{Actor, Kit, Refusal, id};
use tokio::task::JoinHandle;

use crate::reports_world::until_followed;
use crate::world::{chart, controller, on, patiently_on, reversal, row, sum_of, vouchers};

/// A cut-off of March, in a state, with a mark that its follower never reaches: it does not close by
/// itself.
const MARCH: &str = "
    with source as (
        insert into sources (name, version, state) values ('sources/grants', 1, 'followed')
        on conflict (name) do nothing
    ), cutoff as (
        insert into cutoffs (name, version, period_id, edition, start_on, end_on, state,
                             incomplete_reason, incomplete_by)
        values ('cutoffs/2025-03-e1', 1, '2025-03', 1, '2025-03-01', '2025-03-31', $1, '', '')
        returning name
    )
    insert into cutoff_marks (cutoff, source, number, digest, incomplete)
    select name, 'sources/grants', 1, '', false from cutoff";

/// What a closing does first: it holds the accounts of the period's year.
const HOLD_2025: &str = "insert into account_years (year) values (2025)";

async fn cutoff_of_march(owner: &mut PgConnection, state: &str) {
    sqlx::query(MARCH).bind(state).execute(owner).await.unwrap();
}

/// CO-05: what is reported is neither added to nor reversed, once the cut-off closes or is closed.
#[tokio::test]
async fn reported_days_take_no_import_and_no_reversal() {
    for state in ["closing", "closed"] {
        let kit = on("2025-04-20").await;
        chart(&kit).await;
        let kari = controller(&kit);
        let import = kari
            .must(vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]))
            .await;
        cutoff_of_march(&mut kit.owner().await, state).await;

        let mut more = vouchers("2025-03", vec![row("30002", "2025-03-31", 100)]);
        more.accounts_import_id = "2025-03-b".into();
        let refusal = kari.refused(more, "PERIOD_REPORTED").await;
        assert_eq!(refusal.metadata("cutoff"), "cutoffs/2025-03-e1");
        kari.refused(reversal(&import.name), "PERIOD_REPORTED")
            .await;
        assert_eq!(
            kit.journal().await,
            ["CreateChartEdition", "ImportAccounts"]
        );
    }
}

/// CO-05: the next open month takes the voucher that corrects a reported one, and names it.
#[tokio::test]
async fn the_next_open_month_takes_the_voucher_that_corrects() {
    let kit = on("2025-05-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    kari.must(vouchers(
        "2025-03",
        vec![row("30001", "2025-03-14", 10_000)],
    ))
    .await;
    cutoff_of_march(&mut kit.owner().await, "closed").await;

    let mut correction = row("40001", "2025-04-10", -2_500);
    correction.corrects = "30001".into();
    let import = kari.must(vouchers("2025-04", vec![correction])).await;

    let read = pb::GetAccountRowRequest {
        name: format!("{}/rows/1", import.name),
    };
    assert_eq!(kari.must(read).await.corrects, "30001");
    assert_eq!(sum_of(&kit, "governance.accounts").await, 7_500);
}

/// A cut-off that was cancelled reports nothing.
#[tokio::test]
async fn days_of_a_cancelled_cut_off_are_open() {
    let kit = on("2025-04-20").await;
    chart(&kit).await;
    cutoff_of_march(&mut kit.owner().await, "cancelled").await;
    controller(&kit)
        .must(vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]))
        .await;
}

/// CO-05: an import that is in time is in the cut-off, which waits for it; then it stays as reported.
#[tokio::test]
async fn a_closing_waits_for_an_import_that_came_first() {
    let kit = followed_on("2025-04-20").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let mut owner = kit.owner().await;
    let mut held = owner.begin().await.unwrap();
    // The import gets as far as its rows, after it has entered the case of its year.
    held.execute("lock table account_rows in share mode")
        .await
        .unwrap();
    let import = sent(
        &kari,
        vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]),
    );
    kit.waiting(1).await;
    let closing = sent(&kari, march_without_grants());
    kit.waiting(2).await;
    held.commit().await.unwrap();

    let import = import.await.unwrap().unwrap();
    let cutoff = closing.await.unwrap().unwrap();

    let facts = i64::try_from(kit.facts().await.len()).unwrap();
    let own = &cutoff.marks[0];
    assert_eq!(
        (own.source.as_str(), own.number),
        ("sources/governance", facts)
    );
    assert!(facts > 0, "the import is counted");
    let refusal = kari
        .refused(reversal(&import.name), "PERIOD_REPORTED")
        .await;
    assert_eq!(refusal.metadata("cutoff"), cutoff.name);
}

/// CO-05: an import that arrives while its month is being closed waits for the closing, and is refused.
#[tokio::test]
async fn an_import_does_not_slip_past_a_closing() {
    let kit = followed_on("2025-04-20").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let mut owner = kit.owner().await;
    let mut held = owner.begin().await.unwrap();
    // The closing gets as far as its cut-off, after it has entered the case and asked for our facts.
    held.execute("lock table cutoffs in share mode")
        .await
        .unwrap();
    let closing = sent(&kari, march_without_grants());
    kit.waiting(1).await;
    let import = sent(
        &kari,
        vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]),
    );
    kit.waiting(2).await;
    held.commit().await.unwrap();

    let cutoff = closing.await.unwrap().unwrap();
    let refusal = import.await.unwrap().unwrap_err();

    assert_eq!(refusal.reason, "PERIOD_REPORTED");
    assert_eq!(refusal.metadata("cutoff"), cutoff.name);
    assert_eq!(cutoff.marks[0].number, 0);
    assert_eq!(kit.facts().await, []);
}

/// A service on a day that follows both its sources, and waits for locks longer than the test.
async fn followed_on(day: &str) -> Kit {
    let kit = patiently_on(day).await;
    until_followed(&kit).await;
    kit
}

/// March 2025, by decision without grants, which nobody serves here.
fn march_without_grants() -> pb::CloseCutoffRequest {
    pb::CloseCutoffRequest {
        period: Some(pb::Period {
            year: 2025,
            part: Some(pb::period::Part::Month(3)),
        }),
        incomplete_sources: vec!["sources/grants".into()],
        incomplete_reason: "Bare regnskapet lukkes".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A call that goes on while the test does.
fn sent<R>(actor: &Actor, request: R) -> JoinHandle<Result<R::Reply, Refusal>>
where
    R: proto::Call,
    R::Reply: Send,
{
    let actor = actor.clone();
    tokio::spawn(async move { actor.call(request).await })
}

/// A month of another year is not touched by a closing of this one.
#[tokio::test]
async fn a_closing_holds_up_its_own_year_only() {
    let kit = on("2025-04-20").await;
    chart(&kit).await;
    let mut owner = kit.owner().await;
    let mut closing = owner.begin().await.unwrap();
    closing.execute(HOLD_2025).await.unwrap();
    controller(&kit)
        .must(vouchers("2024-12", vec![row("30001", "2024-12-31", 100)]))
        .await;
    closing.rollback().await.unwrap();
}
