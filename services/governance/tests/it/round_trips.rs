//! What each call costs in round trips to the database (design § 9): a read one, a write five with begin
//! and commit, and one more per further statement of its handler. What a read costs more stands in
//! docs/decisions/0002.

use chrono::{DateTime, Utc};
use governance::SERVICE;
use platform::Clock;
use proto::Call;
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::Kind;
use proto::governance::v1::render_report_request::{Format, Language};
use testkit::{Actor, Database, Kit, Wire, id};

use crate::reports_world::{
    check, close, close_2025, content, decision, draft, edit, figure, indicator, render, sum,
};
use crate::world::{alone, controller, march_of, new_chart, reversal, vouchers};

/// Begin, key and case, save, record, commit.
const WRITE: u64 = 5;

/// A service with the accounts of 2025 in a closed cut-off, whose way to the database is counted, and
/// that does nothing by itself any more.
async fn counted() -> (Wire, Kit) {
    let database = Database::of(SERVICE.nouns).await;
    let (wire, database) = Wire::before(&database).await;
    let noon: DateTime<Utc> = "2026-06-15T11:00:00Z".parse().unwrap();
    let kit = testkit::serve_from(&SERVICE, alone(), Clock::Fixed(noon), database).await;
    close_2025(&kit).await;
    (wire, kit)
}

/// Round trips of one call.
async fn trips<R: Call>(wire: &Wire, actor: &Actor, request: R) -> u64 {
    let before = wire.statements();
    actor.must(request).await;
    wire.statements() - before
}

/// The accounts and the decisions: what further statements there are stands beside each.
#[tokio::test]
async fn a_write_of_the_accounts_keeps_its_budget() {
    let (wire, kit) = counted().await;
    kit.quiet().await;
    let kari = controller(&kit);
    assert_eq!(trips(&wire, &kari, new_chart("2026")).await, WRITE);
    for (name, count) in [("a", 5), ("b", 500)] {
        let mut request = vouchers("2026-03", march_of_2026(name, count));
        request.accounts_import_id = name.into();
        // The chart, the year, what stands elsewhere, the rows: however many there are.
        assert_eq!(
            trips(&wire, &kari, request).await,
            WRITE + 4,
            "{count} rows"
        );
    }
    // The import without and with its lock, the year, the rows.
    let reverse = reversal("accountsImports/a");
    assert_eq!(trips(&wire, &kari, reverse).await, WRITE + 4);

    let mut recorded = decision("90", Kind::Voted, 1);
    recorded.appropriation_id = "90".into();
    assert_eq!(trips(&wire, &kari, recorded).await, WRITE);
    let reverse = pb::ReverseAppropriationRequest {
        name: "appropriations/90".into(),
        reason: "Feil".into(),
        request_id: id(),
        ..Default::default()
    };
    // The decision.
    assert_eq!(trips(&wire, &kari, reverse).await, WRITE + 1);
}

/// So many vouchers of March 2026 that no other import has.
fn march_of_2026(name: &str, count: usize) -> Vec<pb::AccountRow> {
    let mut rows = march_of(count);
    for row in &mut rows {
        row.date.as_mut().unwrap().year = 2026;
        row.voucher = format!("{name}{}", row.voucher);
    }
    rows
}

/// Indicators and reports: what further statements there are stands beside each.
#[tokio::test]
async fn a_write_of_a_report_keeps_its_budget() {
    let (wire, kit) = counted().await;
    kit.quiet().await;
    let kari = controller(&kit);
    // The measures.
    let kind = pb::formula::Kind::Sum(sum(&["voted"]));
    let create = indicator("another", kind, &[]);
    assert_eq!(trips(&wire, &kari, create).await, WRITE + 1);
    // The cut-off, the measures, what was restated, the figures, the imports that they count, and the
    // chart of accounts.
    const BASIS: u64 = 6;
    assert_eq!(trips(&wire, &kari, draft(content())).await, WRITE + BASIS);
    // The report.
    assert_eq!(
        trips(&wire, &kari, edit(content())).await,
        WRITE + 1 + BASIS
    );
    assert_eq!(trips(&wire, &kari, check()).await, WRITE + 1 + BASIS);
    // The report and its cut-off, as they were recorded, and the figures as they are.
    let document = render(Language::Nb, Format::Csv, "by-post");
    assert_eq!(trips(&wire, &kari, document).await, 3 + BASIS);
}

/// A call that is one round trip.
async fn one<R: Call>(wire: &Wire, actor: &Actor, request: R) {
    assert_eq!(trips(wire, actor, request).await, 1, "{}", R::PATH);
}

/// A read is one round trip, whatever it reads.
#[tokio::test]
async fn a_read_is_one_round_trip() {
    let (wire, kit) = counted().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    kari.must(decision("90", Kind::Voted, 1)).await;
    close(&kari).await;
    kit.quiet().await;
    let request = pb::GetChartEditionRequest {
        name: "charts/artskonto/editions/2025".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    one(&wire, &kari, pb::ListChartEditionsRequest::default()).await;
    let request = pb::GetAccountsImportRequest {
        name: "accountsImports/2025".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    one(&wire, &kari, pb::ListAccountsImportsRequest::default()).await;
    let request = pb::GetAccountRowRequest {
        name: "accountsImports/2025/rows/1".into(),
    };
    one(&wire, &kari, request).await;
    let request = pb::ListAccountRowsRequest {
        parent: "accountsImports/2025".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    let request = pb::GetAppropriationRequest {
        name: "appropriations/01-kind-voted".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    one(&wire, &kari, pb::ListAppropriationsRequest::default()).await;
    let request = pb::GetIndicatorRequest {
        name: "indicators/voted/editions/1".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    one(&wire, &kari, pb::ListIndicatorsRequest::default()).await;
    let request = pb::GetFigureRequest {
        name: "cutoffs/2025-e1/figures/voted-1".into(),
    };
    one(&wire, &kari, request).await;
    let request = pb::ListFiguresRequest {
        parent: "cutoffs/2025-e1".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    let request = pb::ListRestatementsRequest {
        parent: "cutoffs/2025-e2".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    let request = pb::GetCutoffRequest {
        name: "cutoffs/2025-e1".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    let request = pb::GetReportRequest {
        name: "reports/2025".into(),
        ..Default::default()
    };
    one(&wire, &kari, request).await;
    one(&wire, &kari, pb::ListReportsRequest::default()).await;
    one(&wire, &kari, pb::ListSourcesRequest::default()).await;
    // The cut-offs, their marks.
    let cutoffs = pb::ListCutoffsRequest::default();
    assert_eq!(trips(&wire, &kari, cutoffs).await, 2);
}

/// What opens a figure reads what it was computed of first.
#[tokio::test]
async fn opening_a_figure_takes_a_few_round_trips_whatever_it_counts() {
    let (wire, kit) = counted().await;
    let kari = controller(&kit);
    kari.must(decision("90", Kind::Voted, 1)).await;
    close(&kari).await;
    kit.quiet().await;
    // The figure with its indicator and period, the measures, the facts.
    let explain = pb::ExplainFigureRequest {
        name: figure("voted"),
        ..Default::default()
    };
    assert_eq!(trips(&wire, &kari, explain).await, 3);
    // Of one that counts accounts, the accepted differences too.
    let explain = pb::ExplainFigureRequest {
        name: figure("control"),
        ..Default::default()
    };
    assert_eq!(trips(&wire, &kari, explain).await, 4);
    // The same, after the two editions.
    let facts = pb::ListRestatementFactsRequest {
        parent: "cutoffs/2025-e2/restatements/voted-1".into(),
        ..Default::default()
    };
    assert_eq!(trips(&wire, &kari, facts).await, 4);
    // The figure, the measures, the marks, and of each of two sources its facts and that there are
    // no more; the entry that closed the cut-off, and the editions of the measures.
    let again = pb::RecomputeFigureRequest {
        name: figure("voted"),
    };
    assert_eq!(trips(&wire, &kari, again).await, 3 + 2 + 1 + 2);
}

/// A closing sums facts once for all indicators: per source with facts, however many indicators there are.
#[tokio::test]
async fn a_closing_sums_facts_once_for_all_indicators() {
    const SUMS: &str = "sum(value)::text";
    let (wire, kit) = counted().await;
    let kari = controller(&kit);
    let begun = wire.sent_with(SUMS);
    assert_eq!(begun, 1, "of the accounts, for all indicators of the world");
    for number in 0..12 {
        let kind = pb::formula::Kind::Sum(sum(&["voted"]));
        kari.must(indicator(&format!("more-{number}"), kind, &["post"]))
            .await;
    }
    close(&kari).await;
    assert_eq!(wire.sent_with(SUMS) - begun, 1);
}
