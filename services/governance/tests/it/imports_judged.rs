//! What an import is refused for, skips and accepts: precision, days, rows of nothing, and differences that
//! a person answers for (case AC-02).

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use testkit::{Actor, date, id, kroner, ore, post};

use crate::reports_world::{
    check, close, content, decision, define, draft, figure, until_followed,
};
use crate::world::{
    TENTH, chart, controller, in_ore, nothing_is_imported, on, published_2025, reversal, row,
    sum_of, vouchers,
};

/// The published totals of 2025 without one row of 1.6 million on post 01, whose difference is accepted.
fn one_row_short(accepted: Option<i64>) -> pb::ImportAccountsRequest {
    let mut request = published_2025();
    // Of 44 rows of post 01 those of 0.5, 0.5 and 0.6 million.
    for account in ["599", "634", "655"] {
        let place = request.rows.iter().position(|it| it.account == account);
        request.rows.remove(place.unwrap());
    }
    let given = request.accounts_import.as_mut().unwrap();
    given.control_totals[0].accepted_difference = accepted.map(|kr| pb::AcceptedDifference {
        amount: kroner(kr),
        reason: "Tre rader mangler i kilden".into(),
        ..Default::default()
    });
    request
}

/// AC-02, B-T01: what a row left out comes to is no rounding; a person accepts exactly the difference,
/// which every answer names.
#[tokio::test]
async fn a_row_left_out_is_no_rounding_and_a_person_may_answer_for_it() {
    let kit = on("2026-02-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let refused = |given: &str| {
        format!(
            "144.01: sum 70900000.00, control total 72400000.00, allowed 600000.00, \
             accepted_difference at most 2100000.00{given}"
        )
    };
    let refusal = kari
        .refused(one_row_short(None), "CONTROL_TOTAL_DIFFERS")
        .await;
    assert_eq!(refusal.metadata("posts"), refused(""));
    let other = one_row_short(Some(1_400_000));
    let refusal = kari.refused(other, "CONTROL_TOTAL_DIFFERS").await;
    assert_eq!(refusal.metadata("posts"), refused(", given 1400000.00"));
    let machine = kit.machine(&[Role::FinanceSystem]);
    machine
        .refused(one_row_short(Some(1_500_000)), "NEEDS_A_PERSON")
        .await;
    for reason in ["", "Rad \u{1200} mangler"] {
        let mut unfounded = one_row_short(Some(0));
        let totals = &mut unfounded.accounts_import.as_mut().unwrap().control_totals;
        totals[0].accepted_difference.as_mut().unwrap().reason = reason.into();
        let refusal = kari.refused(unfounded, "INVALID_FIELDS").await;
        let at = "accounts_import.control_totals[0].accepted_difference";
        assert_eq!(
            refusal.fields(),
            [format!("{at}.amount"), format!("{at}.reason")]
        );
    }
    nothing_is_imported(&kit).await;

    let import = kari.must(one_row_short(Some(1_500_000))).await;
    let total = &import.control_totals[0];
    let accepted = total.accepted_difference.as_ref().unwrap();
    assert_eq!(in_ore(total.rounding_difference.as_ref()), 15 * TENTH * 100);
    assert_eq!(accepted.amount, total.rounding_difference);
    assert_eq!(accepted.accepted_by, "persons/kari");
    assert_eq!(accepted.reason, "Tre rader mangler i kilden");
    assert!(import.control_totals[1].accepted_difference.is_none());
}

/// AC-02: the acceptance stands in the explanation of what counts the post, until the import counts no
/// more, and in the check of a report.
#[tokio::test]
async fn an_accepted_difference_stands_in_explanations_and_checks() {
    let kit = on("2026-06-15").await;
    chart(&kit).await;
    let kari = controller(&kit);
    kari.must(one_row_short(Some(1_500_000))).await;
    for (of, voted) in [("01", 714), ("21", 130), ("70", 1535), ("71", 750)] {
        kari.must(decision(of, pb::appropriation::Kind::Voted, voted))
            .await;
        kari.must(decision(of, pb::appropriation::Kind::Revised, voted))
            .await;
    }
    define(&kit).await;
    close(&kari).await;

    let one = [("accountsImports/2025".to_owned(), "01".to_owned())];
    assert_eq!(explained(&kari, &figure("control"), &[]).await, one);
    assert_eq!(explained(&kari, &figure("accounts"), &[]).await, one);
    assert_eq!(explained(&kari, &figure("rounding"), &["01"]).await, one);
    assert_eq!(explained(&kari, &figure("rounding"), &["70"]).await, []);
    assert_eq!(explained(&kari, &figure("voted"), &[]).await, []);

    kari.must(draft(content())).await;
    let checked = kari.must(check()).await;
    let accepted = checked
        .findings
        .into_iter()
        .filter(|it| it.kind() == pb::finding::Kind::DifferenceAccepted);
    let said: Vec<_> = accepted
        .map(|it| (it.table.clone(), it.severity(), it.text.unwrap().nb))
        .collect();
    let text = "Summen av radene i regnskapet for 144.01 i 2025 stemmer ikke med kontrollsummen i \
                kilden (avvik 1\u{202f}500\u{202f}000,00\u{a0}kroner). Avviket er godtatt av kari: Tre rader mangler i kilden";
    let note = pb::finding::Severity::Note;
    let expected = ["by-post", "by-account"].map(|it| (it.to_owned(), note, text.to_owned()));
    assert_eq!(said, expected);

    kari.must(reversal("accountsImports/2025")).await;
    until_followed(&kit).await;
    close(&kari).await;
    let reversed = "cutoffs/2025-e2/figures/control-1";
    assert_eq!(explained(&kari, reversed, &[]).await, []);
    assert_eq!(explained(&kari, &figure("control"), &[]).await, one);
}

/// Import and post of the accepted differences that the explanation of a figure, or of a group of it, has.
async fn explained(kari: &Actor, figure: &str, group: &[&str]) -> Vec<(String, String)> {
    let request = pb::ExplainFigureRequest {
        name: figure.into(),
        group: group.iter().map(|it| (*it).to_owned()).collect(),
        ..Default::default()
    };
    let accepted = kari.must(request).await.accepted_differences.into_iter();
    accepted
        .map(|it| {
            let total = it.control_total.unwrap();
            assert!(total.accepted_difference.is_some());
            (it.accounts_import, total.post.unwrap().post)
        })
        .collect()
}

/// B-F09: amounts that are no multiple of the precision contradict it, in rows and in control totals.
#[tokio::test]
async fn amounts_that_contradict_the_precision_are_refused() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let rows = vec![
        row("p1", "2025-03-05", 12_345_678),
        row("p2", "2025-03-05", 300_000_000),
    ];
    let mut request = vouchers("2025-03", rows);
    request.accounts_import.as_mut().unwrap().precision = kroner(1_000_000);
    let refusal = controller(&kit).refused(request, "INVALID_FIELDS").await;
    assert_eq!(
        refusal.fields(),
        ["accounts_import.control_totals[0].amount", "rows[0].amount"]
    );
    nothing_is_imported(&kit).await;
}

/// B-U4: accounts of days after the import's own are refused.
#[tokio::test]
async fn accounts_of_days_to_come_are_refused() {
    let kit = on("2025-03-30").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let mut request = vouchers("2025-03", vec![row("30001", "2025-03-31", 100)]);
    let refusal = kari.refused(request.clone(), "INVALID_FIELDS").await;
    assert_eq!(
        refusal.fields(),
        ["accounts_import.end_date", "accounts_import.source_date"]
    );
    let given = request.accounts_import.as_mut().unwrap();
    (given.end_date, given.source_date) = (date("2025-03-30"), date("2025-03-30"));
    let refusal = kari.refused(request.clone(), "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["rows[0].date"]);
    request.rows[0].date = date("2025-03-30");
    kari.must(request).await;
}

/// B-U5: rows of 0 are counted and not kept, and those that are keep the number that they were given.
#[tokio::test]
async fn rows_of_nothing_are_counted_and_not_kept() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let mut elsewhere = row("30001", "2025-03-02", 0);
    elsewhere.post = Some(post("144.21"));
    let rows = vec![
        row("30001", "2025-03-02", 0),
        row("30002", "2025-03-03", 700),
        elsewhere,
    ];
    let request = vouchers("2025-03", rows);
    let import = kari.must(request.clone()).await;
    assert_eq!((import.row_count, import.zero_row_count), (1, 2));
    let list = pb::ListAccountRowsRequest {
        parent: import.name.clone(),
        ..Default::default()
    };
    let kept = kari.must(list).await.account_rows;
    let names: Vec<_> = kept.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["accountsImports/2025-03/rows/2"]);
    kari.must(reversal(&import.name)).await;
    assert_eq!(sum_of(&kit, "governance.accounts").await, 0);

    let mut nothing = request;
    nothing.request_id = id();
    nothing.accounts_import_id = "2025-03-b".into();
    nothing.rows.remove(1);
    let refusal = kari.refused(nothing, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["rows"]);
}

/// B-F07: a voucher in another form is the same voucher, and none holds what is not seen.
#[tokio::test]
async fn a_voucher_has_one_form() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let numbers = ["\u{c5}1", "F 1"];
    let rows = numbers.map(|it| row(it, "2025-03-05", 100));
    kari.must(vouchers("2025-03", rows.into())).await;
    for (number, standing) in ["A\u{30a}1", "F\u{a0}1", "F \u{2003}1"]
        .into_iter()
        .zip([1, 2, 2])
    {
        let mut again = vouchers("2025-03", vec![row(number, "2025-03-05", 100)]);
        again.accounts_import_id = "2025-03-b".into();
        let refusal = kari.refused(again, "ALREADY_IMPORTED").await;
        let name = format!("accountsImports/2025-03/rows/{standing}");
        assert_eq!(refusal.metadata("rows"), name, "{number:?}");
    }
    let unseen = ["D\u{ad}1", "E\u{2060}1", "L\u{61c}1"];
    let rows = unseen.map(|it| row(it, "2025-03-05", 100));
    let refusal = kari
        .refused(vouchers("2025-03", rows.into()), "INVALID_FIELDS")
        .await;
    let fields = [0, 1, 2].map(|it| format!("rows[{it}].voucher"));
    assert_eq!(refusal.fields(), fields);
    // Text is no identity: it keeps its characters.
    let mut text = row("T1", "2025-03-05", 100);
    text.text = "A\u{30a} \u{a0}so\u{ad}nen".into();
    let mut request = vouchers("2025-03", vec![text.clone()]);
    request.accounts_import_id = "2025-03-c".into();
    kari.must(request).await;
    let read = pb::GetAccountRowRequest {
        name: "accountsImports/2025-03-c/rows/1".into(),
    };
    assert_eq!(kari.must(read).await.text, text.text);
}

/// B-F20: a code is one code, with or without zeros in front: in rows, control totals and filters.
#[tokio::test]
async fn a_code_is_one_with_or_without_zeros() {
    let kit = on("2026-06-15").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let of = |chapter: &str, post: &str| {
        Some(proto::common::v1::Post {
            chapter: chapter.into(),
            post: post.into(),
        })
    };
    let mut request = vouchers("2025-03", vec![row("1", "2025-03-05", 100)]);
    request.rows[0].post = of("0144", "1");
    let totals = &mut request.accounts_import.as_mut().unwrap().control_totals;
    totals[0].post = of("144", "01");
    let import = kari.must(request.clone()).await;
    assert_eq!(import.control_totals[0].post, of("144", "01"));
    assert_eq!(import.control_totals[0].row_sum, ore(100));
    request.accounts_import_id = "2025-03-b".into();
    request.request_id = id();
    request.rows[0].post = of("144", "01");
    kari.refused(request, "ALREADY_IMPORTED").await;

    until_followed(&kit).await;
    let filter = |dimension: &str, values: &[&str]| pb::Filter {
        dimension: dimension.into(),
        values: values.iter().map(|it| (*it).to_owned()).collect(),
        ..Default::default()
    };
    let mut sum = crate::reports_world::sum(&["accounts"]);
    sum.filters = vec![filter("chapter", &["0144"]), filter("post", &["1", "7O"])];
    let kind = |sum: &pb::Sum| pb::formula::Kind::Sum(sum.clone());
    let request = crate::reports_world::indicator("drift", kind(&sum), &[]);
    let refusal = kari.refused(request, "INVALID_FIELDS").await;
    let at = "indicator.formula.sum.filters[1].values[1]";
    assert_eq!(refusal.fields(), [at]);
    sum.filters[1].values.truncate(1);
    let request = crate::reports_world::indicator("drift", kind(&sum), &[]);
    kari.must(request).await;
    close(&kari).await;
    let read = pb::GetFigureRequest {
        name: figure("drift"),
    };
    let value = kari.must(read).await.value.unwrap();
    assert_eq!(value.amount, 100);
}
