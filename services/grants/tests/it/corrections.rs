//! Corrections: what was recorded was wrong, and what it counted for is reversed and recorded anew on
//! the days of what it corrects.

use prost::Message;
use proto::access::v1::Role;
use proto::feed::v1::Fact;
use proto::grants::v1 as pb;
use testkit::grants::{
    approved, award, awarded, close, confirm_correction, correct, drafted, may_award, officer,
    requested, sign, signed,
};
use testkit::spending::{
    confirm_lift, controller, finance, head, lift, new_freeze, new_payment, paid, told,
};
use testkit::{Kit, date};

use crate::world::on;

/// An agreement of a million, 400,000 of which the bank paid on 3 March 2025.
async fn with_payment(kit: &Kit) -> (String, String) {
    may_award(kit, 5_000_000).await;
    let agreement = signed(kit, "1", &[(2025, 1_000_000)]).await;
    let payment = approved(kit, &agreement, "1", (2025, 400_000), "2025-02-12").await;
    finance(kit)
        .must(paid(&payment, "2025-03-03", "B-17"))
        .await;
    (agreement, payment)
}

/// What the facts of a measure sum to, by one dimension.
fn sums(facts: &[Fact], measure: &str, key: &str) -> Vec<(String, i64)> {
    let mut sums = std::collections::BTreeMap::<String, i64>::new();
    for (_, value, dimension) in told(facts, measure, key) {
        *sums.entry(dimension).or_default() += value;
    }
    sums.into_iter().filter(|(_, value)| *value != 0).collect()
}

fn to_type(name: &str, recipient_type: &str) -> pb::CorrectAgreementRequest {
    correct(
        name,
        pb::Correction {
            recipient_type: recipient_type.into(),
            ..Default::default()
        },
    )
}

/// CO-03: the type of recipient was wrong. Nothing changes until another person confirms; then every
/// fact of the agreement and of its payment moves on its own day, and totals stay.
#[tokio::test]
async fn a_wrong_type_of_recipient_moves_every_fact_of_the_case() {
    let kit = on("2025-04-10").await;
    let (agreement, payment) = with_payment(&kit).await;
    let before = kit.feed().await;

    let entered = officer(&kit).must(to_type(&agreement, "873")).await;
    let waiting = entered.waiting_correction.unwrap();
    assert_eq!(
        (waiting.recipient_type.as_str(), waiting.reason.as_str()),
        ("873", "Skrivefeil i søknaden")
    );
    assert_eq!(entered.recipient.unwrap().r#type, "870");
    assert_eq!(kit.feed().await, before);
    officer(&kit)
        .refused(to_type(&agreement, "872"), "CORRECTION_WAITING")
        .await;
    let both = kit.person("ada", &[Role::SectionHead]);
    both.refused(confirm_correction(&agreement), "SEPARATION_OF_DUTIES")
        .await;
    let confirmed = head(&kit).must(confirm_correction(&agreement)).await;
    assert_eq!(confirmed.recipient.unwrap().r#type, "873");
    assert_eq!(confirmed.waiting_correction, None);
    head(&kit)
        .refused(confirm_correction(&agreement), "NO_CORRECTION_WAITING")
        .await;

    let after = kit.feed().await;
    assert_eq!(after[..before.len()], before);
    let of_case: Vec<_> = before
        .iter()
        .filter(|it| it.subject.starts_with(&agreement))
        .collect();
    let moved = &after[before.len()..];
    assert_eq!((of_case.len(), moved.len()), (3, 6));
    for old in of_case {
        let reversal = |it: &&Fact| {
            Fact {
                number: it.number,
                entry: it.entry.clone(),
                value: -old.value,
                reversal: true,
                ..old.clone()
            } == **it
        };
        assert_eq!(moved.iter().filter(reversal).count(), 1, "{old:?}");
    }
    assert_eq!(
        sums(&after, "grants.committed", "recipient_type"),
        [("873".to_owned(), 100_000_000)]
    );
    assert_eq!(
        sums(&after, "grants.disbursed", "recipient_type"),
        [("873".to_owned(), 40_000_000)]
    );
    assert_eq!(
        sums(&after, "grants.active_agreements", "recipient_type"),
        [("873".to_owned(), 1)]
    );
    assert!(moved.iter().any(|it| it.subject == payment));
}

/// CO-08: the recipient's name and number were wrong: the agreement says it right from now on, its former
/// version stays, no fact moves; and what the right number is frozen by holds it.
#[tokio::test]
async fn a_wrong_name_and_number_are_said_right_from_now_on() {
    let kit = on("2025-04-10").await;
    let (agreement, _) = with_payment(&kit).await;
    let to = pb::Correction {
        display_name: "Foreningen for utveksling og læring".into(),
        organisation_number: Some("974760673".into()),
        ..Default::default()
    };
    let bad = pb::Correction {
        display_name: "x".repeat(201),
        organisation_number: Some("974760674".into()),
        ..Default::default()
    };
    let refusal = officer(&kit)
        .refused(correct(&agreement, bad), "INVALID_FIELDS")
        .await;
    let expected = ["correction.display_name", "correction.organisation_number"];
    assert_eq!(refusal.fields(), expected);

    officer(&kit).must(correct(&agreement, to)).await;
    let freeze = new_freeze("0", "organisations/981965132", "2025-04-10");
    controller(&kit).must(freeze).await;
    let refusal = head(&kit)
        .refused(confirm_correction(&agreement), "PAYMENTS_FROZEN")
        .await;
    assert_eq!(refusal.metadata("frozen"), "organisations/981965132");
    let lifting = controller(&kit).must(lift("freezes/0", &agreement)).await;
    head(&kit).must(confirm_lift(&lifting, "2025-04-10")).await;
    let before = kit.feed().await;
    let corrected = head(&kit).must(confirm_correction(&agreement)).await;

    let recipient = corrected.recipient.unwrap();
    assert_eq!(
        recipient.display_name,
        "Foreningen for utveksling og læring"
    );
    assert_eq!(recipient.organisation_number, "974760673");
    assert_eq!(kit.feed().await, before);
    let freeze = new_freeze("1", "organisations/974760673", "2025-04-10");
    controller(&kit).must(freeze).await;
    let payment = new_payment(&agreement, "2", (2025, 1_000), "2025-04-10");
    officer(&kit).refused(payment, "PAYMENTS_FROZEN").await;
    let entries = proto::audit::v1::ListEntriesRequest {
        subject: agreement,
        ..Default::default()
    };
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let entries = auditor.must(entries).await.entries;
    let names = entries.iter().map(|it| {
        let after = it.after.as_ref().unwrap();
        let said = pb::Agreement::decode(after.value.as_slice()).unwrap();
        said.recipient.unwrap().organisation_number
    });
    let names: Vec<_> = names.collect();
    assert_eq!(names.first().unwrap(), "981965132");
    assert_eq!(names.last().unwrap(), "974760673");
}

/// CO-04, CO-06: a correction of a correction: the sum of all facts is the last truth, and each step
/// is in the journal; the same again has no effect.
#[tokio::test]
async fn the_sum_of_all_facts_is_the_last_truth() {
    let kit = on("2025-04-10").await;
    let (agreement, _) = with_payment(&kit).await;
    let steps_before = kit.journal().await.len();
    for recipient_type in ["873", "875", "870"] {
        let request = to_type(&agreement, recipient_type);
        let entered = officer(&kit).must(request.clone()).await;
        let confirm = confirm_correction(&agreement);
        let confirmed = head(&kit).must(confirm.clone()).await;
        assert_eq!(officer(&kit).must(request).await, entered);
        assert_eq!(head(&kit).must(confirm).await, confirmed);
        officer(&kit)
            .refused(to_type(&agreement, recipient_type), "NOTHING_TO_CORRECT")
            .await;
        let facts = kit.feed().await;
        let truth = |ore| vec![(recipient_type.to_owned(), ore)];
        assert_eq!(
            sums(&facts, "grants.committed", "recipient_type"),
            truth(100_000_000)
        );
        assert_eq!(
            sums(&facts, "grants.disbursed", "recipient_type"),
            truth(40_000_000)
        );
    }
    let steps = kit.journal().await;
    let pair = ["CorrectAgreement", "ConfirmAgreementCorrection"];
    assert_eq!(steps[steps_before..], [pair, pair, pair].concat());
}

/// What happened while a correction waited is judged when it is confirmed.
#[tokio::test]
async fn a_correction_that_waited_too_long_is_refused() {
    let kit = on("2025-04-10").await;
    may_award(&kit, 5_000_000).await;
    let agreement = signed(&kit, "1", &[(2025, 1_000_000)]).await;
    let signing = pb::Correction {
        sign_date: date("2025-02-14"),
        ..Default::default()
    };
    officer(&kit).must(correct(&agreement, signing)).await;
    requested(&kit, &agreement, "1", (2025, 1_000), "2025-02-12").await;
    let before = kit.feed().await;

    let refusal = head(&kit)
        .refused(confirm_correction(&agreement), "DATE_BEFORE_PREVIOUS_STEP")
        .await;

    assert_eq!(refusal.metadata("previous_date"), "2025-02-14");
    assert_eq!(kit.feed().await, before);
}

/// Country and sector, signing day and closing day: each moves what carries it, and only that.
#[tokio::test]
async fn each_correction_moves_what_carries_it() {
    let kit = on("2025-04-10").await;
    let (agreement, _) = with_payment(&kit).await;
    head(&kit).must(close(&agreement, "2025-04-01")).await;
    for (to, expected) in [
        (
            pb::Correction {
                country: "TZ".into(),
                sector: "11120".into(),
                ..Default::default()
            },
            vec![
                ("grants.active_agreements", "2025-02-10", 1),
                ("grants.active_agreements", "2025-04-01", -1),
                ("grants.committed", "2025-02-03", 100_000_000),
                ("grants.committed", "2025-04-01", -60_000_000),
                ("grants.disbursed", "2025-03-03", 40_000_000),
            ],
        ),
        (
            pb::Correction {
                sign_date: date("2025-02-05"),
                ..Default::default()
            },
            vec![("grants.active_agreements", "2025-02-05", 1)],
        ),
        (
            pb::Correction {
                close_date: date("2025-03-31"),
                ..Default::default()
            },
            vec![
                ("grants.active_agreements", "2025-03-31", -1),
                ("grants.committed", "2025-03-31", -60_000_000),
            ],
        ),
    ] {
        let before = kit.feed().await.len();
        officer(&kit).must(correct(&agreement, to.clone())).await;
        head(&kit).must(confirm_correction(&agreement)).await;
        let facts = kit.feed().await;
        let moved = &facts[before..];
        let (reversed, new) = moved.split_at(moved.len() / 2);
        let new: Vec<_> = new
            .iter()
            .map(|it| (it.measure.as_str(), it.effective_date, it.value))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(measure, on, value)| (*measure, date(on), *value))
            .collect();
        assert_eq!(new, expected, "{to:?}");
        assert_eq!(reversed.len(), expected.len(), "{to:?}");
    }
    let facts = kit.feed().await;
    assert_eq!(
        sums(&facts, "grants.committed", "country"),
        [("TZ".to_owned(), 40_000_000)]
    );
    assert_eq!(sums(&facts, "grants.active_agreements", "country"), []);
}

/// A date is corrected only where it is recorded, in the order of the steps, and not into the
/// future; every bad field is named at once.
#[tokio::test]
async fn what_cannot_be_so_is_refused_when_it_is_entered() {
    let kit = on("2025-04-10").await;
    may_award(&kit, 5_000_000).await;
    let ada = officer(&kit);
    let draft = drafted(&kit, "1", &[(2025, 1_000)]).await;
    ada.refused(to_type(&draft, "873"), "WRONG_STATE").await;
    head(&kit).must(award(&draft, "2025-02-03")).await;
    let signing = |day| pb::Correction {
        sign_date: date(day),
        ..Default::default()
    };
    ada.refused(correct(&draft, signing("2025-02-05")), "WRONG_STATE")
        .await;
    head(&kit).must(sign(&draft, "2025-02-10")).await;
    let early = correct(&draft, signing("2025-02-02"));
    ada.refused(early, "DATE_BEFORE_PREVIOUS_STEP").await;
    ada.refused(
        correct(&draft, pb::Correction::default()),
        "NOTHING_TO_CORRECT",
    )
    .await;

    let mut bad = correct(
        &awarded(&kit, "2", &[(2025, 1_000)]).await,
        pb::Correction {
            recipient_type: "901".into(),
            country: "XX".into(),
            sector: "1".into(),
            sign_date: date("2025-04-11"),
            close_date: date("2025-02-30"),
            ..Default::default()
        },
    );
    bad.correction.as_mut().unwrap().reason.clear();
    let refusal = ada.refused(bad, "INVALID_FIELDS").await;
    let named = [
        "recipient_type",
        "country",
        "sector",
        "sign_date",
        "close_date",
        "reason",
    ];
    assert_eq!(refusal.fields(), named.map(|it| format!("correction.{it}")));
}
