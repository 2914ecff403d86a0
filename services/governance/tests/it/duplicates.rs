//! Rows that stand in another import already: counted once, whatever the import is called (§ 4.1).

use proto::governance::v1 as pb;
use testkit::{Kit, date, id, kroner, ore, post};

use crate::world::{chart, controller, on, published_2025, reversal, row, sum_of, vouchers};

/// The same import under another id.
fn renamed(name: &str, request: &pb::ImportAccountsRequest) -> pb::ImportAccountsRequest {
    pb::ImportAccountsRequest {
        accounts_import_id: name.into(),
        request_id: id(),
        ..request.clone()
    }
}

/// A voucher that the same import has twice is two rows; another import with it is refused by name,
/// until the first is reversed.
#[tokio::test]
async fn a_voucher_stands_in_one_import() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let twice = [
        row("30001", "2025-03-14", 100),
        row("30001", "2025-03-14", 100),
        row("30002", "2025-03-20", 7),
    ];
    let first = vouchers("2025-03", twice.into());
    let import = kari.must(first.clone()).await;

    let again = renamed("2025-03-b", &first);
    let refusal = kari.refused(again.clone(), "ALREADY_IMPORTED").await;
    let rows = [1, 2, 3].map(|it| format!("accountsImports/2025-03/rows/{it}"));
    assert_eq!(refusal.metadata("rows"), rows.join(", "));
    let one_new = [row("30002", "2025-03-20", 7), row("30003", "2025-03-21", 9)];
    let partly = renamed("2025-03-b", &vouchers("2025-03", one_new.into()));
    let refusal = kari.refused(partly, "ALREADY_IMPORTED").await;
    assert_eq!(refusal.metadata("rows"), rows[2]);
    assert_eq!(sum_of(&kit, "governance.accounts").await, 207);

    // Of the same voucher another amount, another post or account, another day.
    let mut elsewhere = row("30001", "2025-03-14", 100);
    elsewhere.post = Some(post("144.71"));
    let mut other = row("30001", "2025-03-14", 100);
    other.account = "872".into();
    let rest = [
        row("30001", "2025-03-14", 50),
        elsewhere,
        other,
        row("30001", "2025-03-15", 100),
    ];
    kari.must(renamed("2025-03-c", &vouchers("2025-03", rest.into())))
        .await;

    kari.must(reversal(&import.name)).await;
    kari.must(renamed("2025-03-d", &again)).await;
    assert_eq!(sum_of(&kit, "governance.accounts").await, 207 + 350);
}

/// Published totals of an account stand once for a day: beside no other totals and no vouchers.
#[tokio::test]
async fn totals_stand_beside_nothing_that_they_are_the_sum_of() {
    let kit = on("2026-02-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let whole = published_2025();
    kari.must(whole.clone()).await;
    let refusal = kari
        .refused(renamed("2025-b", &whole), "ALREADY_IMPORTED")
        .await;
    // More would not fit: of 62 rows the first 20 are named.
    let named = refusal.metadata("rows");
    assert_eq!(named.split(", ").count(), 20);
    assert!(named.starts_with("accountsImports/2025/rows/1, accountsImports/2025/rows/2, "));

    let voucher = vouchers("2025-03", vec![row("30001", "2025-03-14", 100)]);
    let refusal = kari.refused(voucher.clone(), "ALREADY_IMPORTED").await;
    assert_eq!(
        refusal.metadata("rows"),
        standing_total(&kit, "144.70", "876").await
    );
    let mut elsewhere = row("30001", "2025-03-14", 100);
    elsewhere.post = Some(post("144.21"));
    kari.must(vouchers("2025-03", vec![elsewhere])).await;
    let last_year = vouchers("2024-12", vec![row("30001", "2024-12-14", 100)]);
    kari.must(last_year).await;

    kari.must(reversal("accountsImports/2025")).await;
    kari.must(renamed("2025-03-b", &voucher)).await;
    let refusal = kari
        .refused(renamed("2025-c", &whole), "ALREADY_IMPORTED")
        .await;
    assert_eq!(refusal.metadata("rows"), "accountsImports/2025-03-b/rows/1");
    let mut second_half = total("144.70", "876");
    let given = second_half.accounts_import.as_mut().unwrap();
    given.start_date = date("2025-07-01");
    kari.must(second_half).await;
}

/// The row of an import's totals that has this post and account.
async fn standing_total(kit: &Kit, of: &str, account: &str) -> String {
    let request = pb::ListAccountRowsRequest {
        parent: "accountsImports/2025".into(),
        page_size: 100,
        ..Default::default()
    };
    let rows = controller(kit).must(request).await.account_rows;
    let found = rows
        .into_iter()
        .find(|it| it.post == Some(post(of)) && it.account == account);
    found.unwrap().name
}

/// Published totals of 2025 for one post and account.
fn total(of: &str, account: &str) -> pb::ImportAccountsRequest {
    let mut request = published_2025();
    request.accounts_import_id = "2025-one".into();
    request.rows = vec![pb::AccountRow {
        post: Some(post(of)),
        account: account.into(),
        amount: kroner(1),
        ..Default::default()
    }];
    let given = request.accounts_import.as_mut().unwrap();
    given.precision = ore(1);
    given.control_totals = vec![pb::ControlTotal {
        post: Some(post(of)),
        amount: kroner(1),
        ..Default::default()
    }];
    request
}

/// Of two imports of the same vouchers at once, one is taken.
#[tokio::test]
async fn of_two_imports_at_once_one_is_taken() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    for round in 0..8 {
        let voucher = row(&format!("3000{round}"), "2025-03-14", 100);
        let request = vouchers("2025-03", vec![voucher]);
        let sent = ["a", "b"].map(|side| {
            let request = renamed(&format!("{round}-{side}"), &request);
            let kari = controller(&kit);
            tokio::spawn(async move {
                loop {
                    // On a machine so slow that the wait for the lock runs out, it is sent again.
                    match kari.call(request.clone()).await {
                        Err(it) if it.reason == "BUSY" => (),
                        answer => return answer,
                    }
                }
            })
        });
        let mut refused = Vec::new();
        for answer in sent {
            refused.extend(answer.await.unwrap().err().map(|it| it.reason));
        }
        assert_eq!(refused, ["ALREADY_IMPORTED"]);
    }
    assert_eq!(sum_of(&kit, "governance.accounts").await, 800);
}
