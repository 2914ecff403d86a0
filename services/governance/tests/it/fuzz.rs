//! Imports that nobody thought of: refused for a reason, or read back in the one form that they have.

use platform::{chapter_code, identity, optional_identity, post_code, readable};
use proptest::prelude::*;
use proto::common::v1::Post;
use proto::governance::v1 as pb;
use testkit::{Actor, Fuzz, date, id, ore};

use crate::world::{chart, controller, in_ore, on, reversal, vouchers};

/// One of the usual values, or seldom one of the others.
fn seldom<T: std::fmt::Debug + Clone + 'static>(
    usual: Vec<T>,
    odd: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = T> {
    prop_oneof![60 => prop::sample::select(usual), 1 => odd]
}

fn text<const N: usize>(usual: [&str; N]) -> impl Strategy<Value = String> + use<N> {
    let usual = usual.map(str::to_owned).to_vec();
    seldom(usual, prop_oneof!["\\PC{0,50}", any::<String>()])
}

prop_compose! {
    fn any_row()(
        voucher in text(["1", "\u{c5} 2", "A\u{30a}\u{a0} 2", "3/4"]),
        day in seldom(vec!["2025-03-01", "2025-03-31"], prop::sample::select(vec!["2025-04-01", "2199-01-01"])),
        chapter in text(["144", "0144"]),
        post in text(["70", "1", "01"]),
        sub_post in text(["", "1", "01", "10"]),
        account in text(["876", "688"]),
        amount in seldom(vec![0, 1, -1, 700, 999_999_999_999], any::<i64>()),
        description in text(["", "Utbetaling, \u{a0}a\u{30a}r", " x"]),
        agreement in text(["", "agreements/2025-0142"]),
        corrects in text(["", "1", "\u{212b} 2"]),
    ) -> pb::AccountRow {
        pb::AccountRow {
            voucher, date: date(day), post: Some(Post { chapter, post }), sub_post, account, amount: ore(amount),
            text: description, agreement, corrects,
            ..Default::default()
        }
    }
}

/// The row as it must be read back, where it can be taken.
fn in_one_form(given: &pb::AccountRow) -> Option<pb::AccountRow> {
    let post = given.post.clone()?;
    let sub_post = match given.sub_post.as_str() {
        "" => String::new(),
        code => post_code(code).ok()?,
    };
    Some(pb::AccountRow {
        voucher: identity(&given.voucher, 40).ok()?,
        post: Some(Post {
            chapter: chapter_code(&post.chapter).ok()?,
            post: post_code(&post.post).ok()?,
        }),
        sub_post,
        text: readable(&given.text, 200).ok()?,
        agreement: optional_identity(&given.agreement, 200).ok()?,
        corrects: optional_identity(&given.corrects, 40).ok()?,
        ..given.clone()
    })
}

/// The rows of an import, without their names.
async fn rows_of(kari: &Actor, import: &str) -> Vec<pb::AccountRow> {
    let request = pb::ListAccountRowsRequest {
        parent: import.into(),
        ..Default::default()
    };
    let rows = kari.must(request).await.account_rows.into_iter();
    rows.map(|it| pb::AccountRow {
        name: String::new(),
        ..it
    })
    .collect()
}

/// An import of March with the control totals that the rows have in their one form.
fn import(
    number: u32,
    form: &[pb::AccountRow],
    rows: Vec<pb::AccountRow>,
) -> pb::ImportAccountsRequest {
    pb::ImportAccountsRequest {
        accounts_import_id: format!("n{number}"),
        rows,
        request_id: id(),
        ..vouchers("2025-03", form.to_vec())
    }
}

/// Nothing is refused without a reason or by a fault of ours, and what is taken reads back in its one form,
/// which is taken again and reads the same.
#[tokio::test]
async fn any_import_is_refused_for_a_reason_or_reads_back() {
    let kit = on("2025-04-02").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let mut fuzz = Fuzz::new(60);
    let mut count = 0;
    for number in 0..fuzz.cases {
        let given = fuzz.next(&prop::collection::vec(any_row(), 1..5));
        let form: Option<Vec<_>> = given.iter().map(in_one_form).collect();
        let kept = form.clone().unwrap_or_default().into_iter();
        let kept: Vec<_> = kept.filter(|it| in_ore(it.amount.as_ref()) != 0).collect();
        let request = import(2 * number, &kept, given.clone());
        match kari.call(request).await {
            Err(refusal) => {
                let known = ["INVALID_FIELDS", "CONTROL_TOTAL_DIFFERS"];
                assert!(
                    known.contains(&refusal.reason.as_str()),
                    "{refusal:?} {given:?}"
                );
            }
            Ok(taken) => {
                count += 1;
                assert!(form.is_some(), "{given:?}");
                assert_eq!(rows_of(&kari, &taken.name).await, kept);
                kari.must(reversal(&taken.name)).await;
                let again = import(2 * number + 1, &kept, kept.clone());
                let again = kari.must(again).await;
                assert_eq!(rows_of(&kari, &again.name).await, kept);
                kari.must(reversal(&again.name)).await;
            }
        }
    }
    assert!(count > fuzz.cases / 10, "{count} imports were taken");
}
