//! Accounts of days that a cut-off has counted: they are taken, and its next edition restates (case
//! CO-05).

use proto::governance::v1 as pb;
use sqlx::{Connection, Executor, PgConnection};
use testkit::{Actor, Kit, Refusal, id, kroner};
use tokio::task::JoinHandle;

use crate::reports_world::{close, closed_2025, until_followed};
use crate::world::{
    chart, controller, on, patiently_on, published_2025, reversal, row, sum_of, vouchers,
};

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

/// CO-05 (part): a closed cut-off bars no accounts; the facts of an import and of a reversal lie behind
/// its mark.
#[tokio::test]
async fn days_of_a_cut_off_take_an_import_and_a_reversal() {
    for state in ["closing", "closed"] {
        let kit = on("2025-04-20").await;
        chart(&kit).await;
        let kari = controller(&kit);
        let import = kari
            .must(vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]))
            .await;
        cutoff_of_march(&mut kit.owner().await, state).await;

        let mut more = vouchers("2025-03", vec![row("30002", "2025-03-31", 7)]);
        more.accounts_import_id = "2025-03-b".into();
        kari.must(more).await;
        kari.must(reversal(&import.name)).await;

        assert_eq!(sum_of(&kit, "governance.accounts").await, 7, "{state}");
    }
}

/// CO-05 (part): the next edition of the cut-off restates by the facts of the import.
#[tokio::test]
async fn the_next_edition_restates_what_came_after() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(reversal("accountsImports/2025")).await;
    let mut anew = published_2025();
    anew.accounts_import_id = "2025-b".into();
    anew.rows[0].amount = kroner(39_500_000);
    kari.must(anew).await;

    assert_eq!(close(&kari).await.name, "cutoffs/2025-e2");

    let request = pb::ListRestatementsRequest {
        parent: "cutoffs/2025-e2".into(),
        ..Default::default()
    };
    let restated = kari.must(request).await.restatements;
    let accounts = restated.iter().find(|it| it.name.ends_with("/accounts-1"));
    let accounts = accounts.unwrap();
    let amount = |it: &Option<pb::Value>| it.as_ref().unwrap().amount;
    let (before, after) = (amount(&accounts.before), amount(&accounts.after));
    assert_eq!(after - before, -10_000_000);
    assert_eq!(accounts.first_sum, -10_000_000);
}

/// CO-05 (part): the voucher that a row corrects must stand in the accounts, or come with it; an
/// unknown one is named with every other bad field.
#[tokio::test]
async fn a_voucher_that_is_corrected_must_stand() {
    let kit = on("2025-05-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let march = vouchers("2025-03", vec![row("30001", "2025-03-14", 10_000)]);
    let march = kari.must(march).await;
    let corrects = |voucher: &str, corrected: &str| pb::AccountRow {
        corrects: corrected.into(),
        ..row(voucher, "2025-04-10", -2_500)
    };
    let mut rows = vec![corrects("40001", "30001"), corrects("40002", "40001")];
    let wrong = [
        &rows[..],
        &[corrects("40003", "30002"), corrects("40004", "3000")],
    ];
    let mut wrong = vouchers("2025-04", wrong.concat());
    wrong.rows[0].account = "999".into();
    let refusal = kari.refused(wrong, "INVALID_FIELDS").await;
    assert_eq!(
        refusal.fields(),
        ["rows[0].account", "rows[2].corrects", "rows[3].corrects"]
    );

    // The same voucher in Unicode's other form, and with another blank (B-F07).
    rows.push(row("\u{c5} 1", "2025-04-10", 100));
    rows.push(corrects("40005", "A\u{30a}\u{a0}1"));
    let import = kari.must(vouchers("2025-04", rows)).await;
    let read = pb::GetAccountRowRequest {
        name: format!("{}/rows/1", import.name),
    };
    assert_eq!(kari.must(read).await.corrects, "30001");
    assert_eq!(sum_of(&kit, "governance.accounts").await, 2_600);

    kari.must(reversal(&march.name)).await;
    let mut late = vouchers("2025-04", vec![corrects("40006", "30001")]);
    late.accounts_import_id = "2025-04-b".into();
    let refusal = kari.refused(late, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["rows[0].corrects"]);
}

/// CO-05 (part): an import that is in time is in the cut-off, which waits for it.
#[tokio::test]
async fn a_closing_waits_for_an_import_that_came_first() {
    let kit = followed_on("2025-04-20").await;
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

    import.await.unwrap().unwrap();
    let cutoff = closing.await.unwrap().unwrap();

    let facts = i64::try_from(kit.facts().await.len()).unwrap();
    let own = &cutoff.marks[0];
    assert_eq!(
        (own.source.as_str(), own.number),
        ("sources/governance", facts)
    );
    assert!(facts > 0, "the import is counted");
}

/// CO-05 (part): an import that arrives while its month is being closed waits for the closing, and is
/// behind its mark.
#[tokio::test]
async fn an_import_does_not_slip_past_a_closing() {
    let kit = followed_on("2025-04-20").await;
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
    import.await.unwrap().unwrap();

    assert_eq!(cutoff.marks[0].number, 0);
    assert_eq!(kit.facts().await.len(), 2);
}

/// A service on a day that has a chart of accounts, follows both its sources, and waits for locks longer than
/// the test. All that is recorded has its number: no follower waits to give one while a closing holds the feed.
async fn followed_on(day: &str) -> Kit {
    let kit = patiently_on(day).await;
    chart(&kit).await;
    until_followed(&kit).await;
    kit.feed().await;
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
