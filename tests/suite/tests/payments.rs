//! From payments and agreements to restated figures (cases § 3 and § 4), over both services.

use host::NoKnobs;
use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::grants::v1 as grants;
use testkit::grants::{
    approved, award, awarded, close, confirm_correction, correct, drafted, may_award, officer,
    signed,
};
use testkit::id;
use testkit::spending::{allot, available, correct_day, finance, head, new_line, paid};

use crate::pair::{Pair, define, indicator};
use crate::served;

fn month(month: i32) -> pb::Period {
    pb::Period {
        year: 2025,
        part: Some(pb::period::Part::Month(month)),
    }
}

fn tertial(tertial: i32) -> pb::Period {
    pb::Period {
        year: 2025,
        part: Some(pb::period::Part::Tertial(tertial)),
    }
}

/// What is available where nothing is set aside: allotted and carried over, without what is committed.
fn available_by_post() -> pb::CreateIndicatorRequest {
    let sum = |measure: &str, dimension: &str, values: &[&str]| pb::Sum {
        measures: vec![measure.into()],
        filters: vec![pb::Filter {
            dimension: dimension.into(),
            values: values.iter().map(|it| (*it).to_owned()).collect(),
            ..Default::default()
        }],
    };
    let mut request = indicator("disponibelt", "grants.allocated", &["post"]);
    let formula = request.indicator.as_mut().unwrap().formula.as_mut();
    formula.unwrap().kind = Some(pb::formula::Kind::Difference(pb::Difference {
        minuend: Some(sum(
            "grants.allocated",
            "kind",
            &["allocated", "carried_over"],
        )),
        subtrahend: Some(sum("grants.committed", "commitment", &["unconditional"])),
    }));
    request
}

const YEAR: pb::Period = pb::Period {
    year: 2025,
    part: None,
};

/// The one restatement of an indicator's figure: before, the facts' sum, after.
async fn restated(pair: &Pair, cutoff: &str, indicator: &str) -> Option<(i64, i64, i64)> {
    let name = format!("{cutoff}/restatements/{indicator}-1");
    let found = pair
        .restatements(cutoff)
        .await
        .into_iter()
        .find(|it| it.name == name)?;
    let facts = pair.facts_between(&name).await;
    let between = facts.iter().map(|it| it.value).sum();
    assert_eq!(between, found.first_sum, "{name}");
    Some((found.before?.amount, between, found.after?.amount))
}

/// An agreement of which a payment is registered on 3 March, and governance that follows it: both,
/// with the names of the agreement and the payment.
async fn paid_on_3_march() -> (Pair, String, String) {
    let kit = served::grants_on("2025-05-10").await;
    may_award(&kit, 1_000_000).await;
    let agreement = signed(&kit, "2025-0142", &[(2025, 500_000)]).await;
    let payment = approved(&kit, &agreement, "1", (2025, 1_000), "2025-03-01").await;
    finance(&kit)
        .must(paid(&payment, "2025-03-03", "B-1"))
        .await;
    let pair = Pair::following(kit).await;
    (pair, agreement, payment)
}

/// CO-01: a payment that was registered on 3 March was made on 3 April: both months are restated at
/// their next editions, the facts named.
#[tokio::test]
async fn a_corrected_day_restates_both_months() {
    let (pair, _, payment) = paid_on_3_march().await;
    define(
        &pair.kaia,
        indicator("utbetalt", "grants.disbursed", &["post"]),
    )
    .await;
    let first = [pair.close(month(3)).await, pair.close(month(4)).await];

    finance(&pair.grants)
        .must(correct_day(&payment, "2025-04-03"))
        .await;
    let march = pair.close(month(3)).await;
    let april = pair.close(month(4)).await;

    assert_eq!(
        restated(&pair, &march, "utbetalt").await,
        Some((100_000, -100_000, 0))
    );
    assert_eq!(
        restated(&pair, &april, "utbetalt").await,
        Some((0, 100_000, 100_000))
    );
    for cutoff in first.iter().chain([&march, &april]) {
        assert_eq!(
            pair.recompute(cutoff, "utbetalt").await.verdict(),
            Verdict::Equal,
            "{cutoff}"
        );
    }
    let opened = pair.facts(&april, "utbetalt").await;
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0].subject, payment);
}

/// A checked report with one table: these figures by type of recipient.
async fn report_by_type(pair: &Pair, figure: String) {
    let text = |text: &str| {
        Some(pb::Text {
            nb: text.into(),
            nn: text.into(),
        })
    };
    let label = |key: &str| pb::Label {
        key: key.into(),
        text: text(key),
    };
    let table = pb::Table {
        id: "per-type".into(),
        title: text("Utbetalt etter type mottaker"),
        columns: vec![pb::Column {
            title: text("Utbetalt"),
            figure: figure.clone(),
        }],
        labels: ["870", "872"].map(label).into(),
        in_kroner: true,
        source: text("Norec"),
        source_date: testkit::date("2025-05-10"),
        ..Default::default()
    };
    let kinds = [
        pb::block::Kind::Heading(text("Utbetalinger").unwrap()),
        pb::block::Kind::Table(table),
    ];
    let content = pb::Report {
        title: text("Mars 2025"),
        cutoff: figure.split("/figures/").next().unwrap().into(),
        blocks: kinds.map(|it| pb::Block { kind: Some(it) }).into(),
        date: testkit::date("2025-05-10"),
        ..Default::default()
    };
    let draft = pb::CreateReportRequest {
        report_id: "mars".into(),
        report: Some(content),
        request_id: id(),
        validate_only: false,
    };
    let name = pair.kaia.must(draft).await.name;
    let check = pb::CheckReportRequest {
        name,
        request_id: id(),
        ..Default::default()
    };
    pair.kaia.must(check).await;
}

/// The report as a document and as data.
async fn rendered(pair: &Pair) -> [Vec<u8>; 2] {
    use pb::render_report_request::{Format, Language};
    let render = |format: Format, table: &str| pb::RenderReportRequest {
        name: "reports/mars".into(),
        language: Language::Nb.into(),
        format: format.into(),
        table: table.into(),
        draft: false,
    };
    [
        pair.kaia.must(render(Format::Pdf, "")).await.content,
        pair.kaia
            .must(render(Format::Csv, "per-type"))
            .await
            .content,
    ]
}

/// CO-03: a wrong type of recipient: totals are equal, the groups by type restated, and the bytes of
/// an earlier document unchanged.
#[tokio::test]
async fn a_corrected_type_restates_the_groups_and_not_the_total() {
    let (pair, agreement, _) = paid_on_3_march().await;
    define(
        &pair.kaia,
        indicator("i-alt", "grants.disbursed", &["post"]),
    )
    .await;
    define(
        &pair.kaia,
        indicator("per-type", "grants.disbursed", &["recipient_type"]),
    )
    .await;
    let first = pair.close(month(3)).await;
    report_by_type(&pair, format!("{first}/figures/per-type-1")).await;
    let document = rendered(&pair).await;

    let to = grants::Correction {
        recipient_type: "872".into(),
        ..Default::default()
    };
    officer(&pair.grants).must(correct(&agreement, to)).await;
    head(&pair.grants)
        .must(confirm_correction(&agreement))
        .await;
    let second = pair.close(month(3)).await;

    assert_eq!(restated(&pair, &second, "i-alt").await, None);
    assert_eq!(
        restated(&pair, &second, "per-type").await,
        Some((100_000, 0, 100_000))
    );
    let listed = pair.restatements(&second).await;
    let keys: Vec<_> = listed[0]
        .groups
        .iter()
        .map(|it| it.key[0].as_str())
        .collect();
    assert_eq!(keys, ["870", "872"]);
    assert!(rendered(&pair).await == document, "the same bytes");
}

/// FR-04: what the ministry takes back shows in the next cut-off too: available is below zero.
#[tokio::test]
async fn what_is_available_below_zero_is_a_figure() {
    let kit = served::grants_on("2025-07-01").await;
    may_award(&kit, 153_500_000).await;
    awarded(&kit, "2025-0142", &[(2025, 150_000_000)]).await;
    let pair = Pair::following(kit).await;
    define(&pair.kaia, available_by_post()).await;
    let first = pair.close(YEAR).await;
    let value = pair.figure(&first, "disponibelt").await.value.unwrap();
    assert_eq!(value.amount, 350_000_000);

    let supplement = new_line("2025-2", "144.70", -10_000_000, "2025-06-20");
    allot(&pair.grants, supplement).await;
    assert_eq!(available(&pair.grants, 2025).await, -6_500_000);
    let second = pair.close(YEAR).await;

    assert_eq!(
        restated(&pair, &second, "disponibelt").await,
        Some((350_000_000, -1_000_000_000, -650_000_000))
    );
}

/// FR-12: what a closing releases counts on the closing's day; a cut-off before it is unchanged.
#[tokio::test]
async fn a_closing_changes_no_cutoff_before_its_day() {
    let kit = served::grants_on("2025-05-10").await;
    may_award(&kit, 1_000_000).await;
    let agreement = signed(&kit, "2025-0142", &[(2025, 200_000)]).await;
    let pair = Pair::following(kit).await;
    for (name, measure) in [
        ("tilsagn", "grants.committed"),
        ("aktive", "grants.active_agreements"),
    ] {
        define(&pair.kaia, indicator(name, measure, &["recipient_type"])).await;
    }
    let first = pair.close(month(2)).await;

    let closing = close(&agreement, "2025-03-01");
    head(&pair.grants).must(closing).await;
    let second = pair.close(month(2)).await;
    let march = pair.close(month(3)).await;

    assert_eq!(pair.restatements(&second).await, []);
    for (name, february, in_march) in [("tilsagn", 20_000_000, -20_000_000), ("aktive", 1, 0)] {
        for (cutoff, expected) in [(&first, february), (&second, february), (&march, in_march)] {
            let value = pair.figure(cutoff, name).await.value.unwrap();
            assert_eq!(value.amount, expected, "{name} in {cutoff}");
            assert_eq!(
                pair.recompute(cutoff, name).await.verdict(),
                Verdict::Equal,
                "{cutoff}"
            );
        }
    }
}

/// CU-10: a stock: a closing registered in February for 31 December restates the year.
#[tokio::test]
async fn a_closing_registered_late_restates_the_stock() {
    let then = served::grants_on("2025-12-20").await;
    may_award(&then, 1_000_000).await;
    let agreement = signed(&then, "2025-0142", &[(2025, 500_000)]).await;
    let now = served::grants_again(&then, "2026-02-10").await;
    let pair = Pair::following(now).await;
    define(
        &pair.kaia,
        indicator("aktive", "grants.active_agreements", &[]),
    )
    .await;
    let first = pair.close(YEAR).await;
    assert_eq!(pair.amount(&first, "aktive").await, 1);

    head(&pair.grants)
        .must(close(&agreement, "2025-12-31"))
        .await;
    let second = pair.close(YEAR).await;
    assert_eq!(restated(&pair, &second, "aktive").await, Some((1, -1, 0)));
}

/// CU-11: at half past eleven on 30 April in Greenwich it is 1 May in Oslo: the award is accepted, and
/// counted in the second third of the year.
#[tokio::test]
async fn an_award_on_the_first_of_may_is_of_the_second_tertial() {
    let kit = testkit::start_on(&::grants::SERVICE, NoKnobs {}, "2025-04-30T23:30:00Z").await;
    may_award(&kit, 1_000_000).await;
    let agreement = drafted(&kit, "2025-0142", &[(2025, 500_000)]).await;
    head(&kit)
        .refused(award(&agreement, "2025-05-02"), "INVALID_FIELDS")
        .await;
    head(&kit).must(award(&agreement, "2025-05-01")).await;
    let pair = Pair::following(kit).await;
    define(&pair.kaia, indicator("tilsagn", "grants.committed", &[])).await;
    let first = pair.close(tertial(1)).await;
    let second = pair.close(tertial(2)).await;
    assert_eq!(pair.amount(&first, "tilsagn").await, 0);
    assert_eq!(pair.amount(&second, "tilsagn").await, 50_000_000);
}
