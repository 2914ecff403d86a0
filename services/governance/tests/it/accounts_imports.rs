//! Imports of accounts: control totals, reversal, repetition (cases AC-01, AC-02).

use proto::governance::v1 as pb;
use proto::governance::v1::accounts_import::State;
use testkit::{date, id, kroner, ore, post};

use crate::world::{
    TENTH, chart, controller, in_ore, march_of, nothing_is_imported, on, published_2025, reversal,
    row, sum_of, vouchers,
};

/// AC-01: the published accounts of 2025 are taken in, and what rounding explains is named.
#[tokio::test]
async fn published_totals_are_imported_and_their_rounding_is_named() {
    let kit = on("2026-02-02").await;
    chart(&kit).await;
    let import = controller(&kit).must(published_2025()).await;

    let tenths = |money| in_ore(money) / 100 / TENTH;
    let totals: Vec<_> = import
        .control_totals
        .iter()
        .map(|it| {
            let post = it.post.as_ref().unwrap().post.as_str();
            let amounts = [&it.amount, &it.row_sum, &it.rounding_difference];
            (post, amounts.map(|it| tenths(it.as_ref())))
        })
        .collect();
    assert_eq!(
        totals,
        [
            ("01", [724, 724, 0]),
            ("21", [45, 45, 0]),
            ("70", [1525, 1526, -1]),
            ("71", [744, 743, 1]),
        ]
    );
    assert_eq!((import.row_count, import.state()), (62, State::Imported));

    let facts = kit.facts().await;
    assert_eq!(facts.len(), 62 + 4);
    assert!(facts.iter().all(|it| it.1 == "2025-12-31"), "{facts:?}");
    let published = 3038 * TENTH * 100;
    assert_eq!(sum_of(&kit, "governance.accounts").await, published);
    assert_eq!(sum_of(&kit, "governance.accounts_control").await, published);
}

/// AC-02: off by more than rounding explains is refused with every post, and nothing is imported.
#[tokio::test]
async fn rows_that_do_not_match_their_control_totals_are_refused() {
    let kit = on("2026-02-02").await;
    chart(&kit).await;
    let mut request = published_2025();
    let totals = &mut request.accounts_import.as_mut().unwrap().control_totals;
    // Post 70 has six parts: 0.3 million is allowed. Post 71 has one: 0.1.
    totals[2].amount = kroner(152_600_000 - 400_000);
    totals[3].amount = kroner(74_300_000 + 100_000);

    let refusal = controller(&kit)
        .refused(request, "CONTROL_TOTAL_DIFFERS")
        .await;

    assert_eq!(
        refusal.metadata("posts"),
        "144.70: sum 152600000.00, control total 152200000.00, allowed 300000.00, \
         accepted_difference at most 350000.00"
    );
    nothing_is_imported(&kit).await;
}

/// AC-02: an exact source may not be off by one øre; and every post has both rows and a total.
#[tokio::test]
async fn an_exact_source_is_refused_for_a_single_ore() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let mut other = row("30002", "2025-03-31", 5);
    other.post = Some(post("144.71"));
    let mut request = vouchers("2025-03", vec![row("30001", "2025-03-01", 100_000), other]);
    let totals = &mut request.accounts_import.as_mut().unwrap().control_totals;
    totals[0].amount = ore(100_001);
    totals[1].post = Some(post("144.21"));

    let refusal = controller(&kit)
        .refused(request, "CONTROL_TOTAL_DIFFERS")
        .await;

    assert_eq!(
        refusal.metadata("posts"),
        "144.21: no rows, control total 0.05; \
         144.70: sum 1000.00, control total 1000.01, allowed 0.00; \
         144.71: sum 0.05, no control total"
    );
    nothing_is_imported(&kit).await;
}

/// FR-18, of an import: every field that can be wrong is named in one answer.
#[tokio::test]
async fn every_bad_field_of_an_import_is_named_at_once() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let mut request = vouchers("2025-03", vec![row("30001", "2025-03-01", 100)]);
    request.request_id = "x".into();
    request.accounts_import_id = "Mars".into();
    let given = request.accounts_import.as_mut().unwrap();
    given.start_date = date("2025-03-31");
    given.end_date = date("2026-03-01");
    given.source = String::new();
    given.source_date = date("1899-12-31");
    given.precision = kroner(0);
    given.control_totals.push(given.control_totals[0].clone());
    given.control_totals[0].amount = None;
    let bad = &mut request.rows[0];
    bad.voucher = String::new();
    bad.sub_post = "1a".into();
    bad.account = String::new();
    bad.amount.as_mut().unwrap().currency_code = "USD".into();
    bad.text = "a\u{0}b".into();
    bad.corrects = "1".repeat(41);

    let refusal = controller(&kit).refused(request, "INVALID_FIELDS").await;

    let expected = [
        "accounts_import.control_totals[0].amount",
        "accounts_import.control_totals[1].post",
        "accounts_import.end_date",
        "accounts_import.precision",
        "accounts_import.source",
        "accounts_import.source_date",
        "accounts_import_id",
        "request_id",
        "rows[0].account",
        "rows[0].amount",
        "rows[0].corrects",
        "rows[0].date",
        "rows[0].sub_post",
        "rows[0].text",
        "rows[0].voucher",
    ];
    let mut fields = refusal.fields();
    fields.sort();
    assert_eq!(fields, expected);
}

/// An import is reversed once, by the opposite facts on the same days; then they are free again.
#[tokio::test]
async fn a_reversal_takes_every_fact_back_on_its_day() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let import = kari.must(vouchers("2025-03", march_of(40))).await;
    let mut stale = reversal(&import.name);
    stale.etag = "\"2\"".into();
    kari.refused(stale, "STALE_ETAG").await;

    let reversed = kari.must(reversal(&import.name)).await;

    assert_eq!(reversed.state(), State::Reversed);
    assert_eq!(reversed.reversal_reason, "Feil fil");
    let facts = kit.facts().await;
    let (before, after) = facts.split_at(facts.len() / 2);
    let opposite = |it: &(String, String, i64)| (it.0.clone(), it.1.clone(), -it.2);
    assert_eq!(before.len(), 40 + 1);
    assert_eq!(before.iter().map(opposite).collect::<Vec<_>>(), after);

    let again = kari.refused(reversal(&import.name), "WRONG_STATE").await;
    assert_eq!(again.metadata("name"), import.name);
    kari.refused(reversal("accountsImports/2025-04"), "NOT_FOUND")
        .await;
    let mut anew = vouchers("2025-03", march_of(39));
    anew.accounts_import_id = "2025-03-b".into();
    kari.must(anew).await;
    let verbs = [
        "CreateChartEdition",
        "ImportAccounts",
        "ReverseAccountsImport",
        "ImportAccounts",
    ];
    assert_eq!(kit.journal().await, verbs);
    let listed = kari.must(pb::ListAccountsImportsRequest::default()).await;
    let states: Vec<_> = listed
        .accounts_imports
        .iter()
        .map(|it| it.state())
        .collect();
    assert_eq!(states, [State::Reversed, State::Imported]);
    let read = pb::GetAccountsImportRequest {
        name: import.name,
        read_time: None,
    };
    assert_eq!(kari.must(read).await, reversed);
}

/// The same request_id has one effect; another one for the same import is refused.
#[tokio::test]
async fn a_repeated_import_has_one_effect() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let request = vouchers("2025-03", march_of(3));
    let only_judged = pb::ImportAccountsRequest {
        validate_only: true,
        ..request.clone()
    };
    kari.must(only_judged).await;
    nothing_is_imported(&kit).await;

    let first = kari.must(request.clone()).await;
    assert_eq!(kari.must(request.clone()).await, first);
    let other = pb::ImportAccountsRequest {
        request_id: id(),
        ..request
    };
    kari.refused(other, "ALREADY_EXISTS").await;

    assert_eq!(
        kit.journal().await,
        ["CreateChartEdition", "ImportAccounts"]
    );
    assert_eq!(kit.facts().await.len(), 3 + 1);
}
