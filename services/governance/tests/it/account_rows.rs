//! Rows of an import: which are refused, and how they open (case AC-03).

use std::collections::BTreeSet;

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use testkit::{date, post};

use crate::world::{
    chart, controller, march_of, nothing_is_imported, on, published_2025, row, vouchers,
};

/// AC-03: three bad rows of 500 are named together, an unknown account among them.
#[tokio::test]
async fn all_bad_rows_are_named_at_once_and_nothing_is_imported() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let mut request = vouchers("2025-03", march_of(500));
    request.rows[17].account = "999".into();
    request.rows[230].date = date("2025-02-30");
    request.rows[499].post = Some(post("144.7O"));

    let refusal = controller(&kit).refused(request, "INVALID_FIELDS").await;

    let fields = refusal.fields();
    assert_eq!(fields.len(), 3);
    assert_eq!(
        BTreeSet::from_iter(fields),
        BTreeSet::from(
            ["rows[17].account", "rows[230].date", "rows[499].post.post"].map(Into::into)
        )
    );
    nothing_is_imported(&kit).await;
}

/// Of very many bad fields the answer names twenty, and says how many more there are.
#[tokio::test]
async fn of_very_many_bad_rows_the_first_are_named() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let mut request = vouchers("2025-03", march_of(500));
    for row in &mut request.rows {
        row.date = date("2025-04-01");
        row.account = "87".into();
    }

    let refusal = controller(&kit).refused(request, "INVALID_FIELDS").await;

    let details = tonic_types::StatusExt::get_details_bad_request(&refusal.status);
    let violations = details.unwrap().field_violations;
    assert_eq!(violations.len(), 21);
    assert_eq!(
        violations[0].description,
        "a day from 2025-03-01 to 2025-03-31"
    );
    assert_eq!(violations[20].description, "and 980 more");
}

/// Published totals have no vouchers, say so wherever they are opened, and are one per account.
#[tokio::test]
async fn rows_of_published_totals_open_as_aggregate() {
    let kit = on("2026-02-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let import = kari.must(published_2025()).await;
    let mut request = pb::ListAccountRowsRequest {
        parent: import.name.clone(),
        page_size: 50,
        ..Default::default()
    };
    let first = kari.must(request.clone()).await;
    request.page_token = first.next_page_token;
    let second = kari.must(request).await;
    let rows = [first.account_rows, second.account_rows].concat();

    assert_eq!((rows.len(), second.next_page_token.as_str()), (62, ""));
    for (row, number) in rows.iter().zip(1..) {
        assert_eq!(row.name, format!("accountsImports/2025/rows/{number}"));
        assert!(row.aggregate && row.voucher.is_empty());
        assert_eq!(row.date, date("2025-12-31"));
    }
    let read = pb::GetAccountRowRequest {
        name: rows[61].name.clone(),
    };
    assert_eq!(kari.must(read).await, rows[61]);

    let mut wrong = published_2025();
    wrong.accounts_import_id = "2025-b".into();
    wrong.rows[0] = row("30001", "2025-03-01", 10_000_000);
    wrong.rows[0].account = "500".into();
    wrong.rows[0].agreement = "agreements/2025-0142".into();
    wrong.rows[0].corrects = "20001".into();
    wrong.rows[2].account = wrong.rows[1].account.clone();
    let refusal = kari.refused(wrong, "INVALID_FIELDS").await;
    let named = ["voucher", "date", "agreement", "corrects"].map(|it| format!("rows[0].{it}"));
    let named = [&named[..], &["rows[2].account".into()]].concat();
    assert_eq!(refusal.fields(), named);
}

/// A row of a voucher opens with its voucher, its day and what it belongs to. B-F20: and its sub-post
/// in the one form.
#[tokio::test]
async fn a_row_of_a_voucher_opens_with_its_voucher() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let mut given = row("30001", "2025-03-14", -123_456);
    given.sub_post = "1".into();
    given.text = "Tilbakebetalt tilskudd".into();
    given.agreement = "agreements/2025-0142".into();
    let finance_system = kit.machine(&[Role::FinanceSystem]);
    finance_system
        .must(vouchers("2025-03", vec![given.clone()]))
        .await;

    let name = "accountsImports/2025-03/rows/1".to_owned();
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let read = auditor
        .must(pb::GetAccountRowRequest { name: name.clone() })
        .await;

    given.sub_post = "01".into();
    assert_eq!(read, pb::AccountRow { name, ..given });
    let unknown = pb::GetAccountRowRequest {
        name: "accountsImports/2025-03/rows/2".into(),
    };
    auditor.refused(unknown, "NOT_FOUND").await;
    assert_eq!(
        kit.facts().await,
        [
            ("governance.accounts".into(), "2025-03-14".into(), -123_456),
            (
                "governance.accounts_control".into(),
                "2025-03-31".into(),
                -123_456
            ),
        ]
    );
}
