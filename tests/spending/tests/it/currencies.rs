//! A currency beside NOK, by a rate that the caller gives.

use proto::google::r#type::Money;
use proto::spending::v1 as pb;
use testkit::kroner;
use testkit::spending::{attester, decide, dollars, finance, head, new_payment, paid, told};

use crate::world::{Host, asked};

const DAY: &str = "2025-04-10";

/// PY-01: a contract in US dollars: what is judged is NOK by the rate that was given; both are kept.
async fn a_currency_stands_beside_what_is_judged(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(1_060_000).await;
    let mut in_dollars = asked("144.70", 2025, 0);
    (in_dollars.amount, in_dollars.foreign) = (None, Some(dollars(100_000, 105_432)));
    let parent = world.drafted_of("1", vec![in_dollars.clone()]).await;
    let larger = {
        let mut it = in_dollars.clone();
        it.foreign = Some(dollars(101_000, 105_432));
        world.drafted_of("2", vec![it]).await
    };
    world
        .award_refused(head(&world), &larger, "2025-02-03", "FRAME_EXCEEDED")
        .await;
    let awarded = world
        .award(head(&world), &parent, "2025-02-03")
        .await
        .unwrap();
    assert_eq!(awarded.commitments[0].amount, kroner(1_054_320));
    assert_eq!(awarded.commitments[0].foreign, in_dollars.foreign);
    world.open(&parent, "2025-02-10").await;

    let mut request = new_payment(&parent, "1", (2025, 0), DAY);
    let wanted = request.disbursement.as_mut().unwrap();
    (wanted.amount, wanted.foreign) = (None, Some(dollars(50_000, 110_000)));
    let payment = world.officer().must(request.clone()).await;
    assert_eq!(
        (payment.amount.clone(), payment.foreign),
        (kroner(550_000), Some(dollars(50_000, 110_000)))
    );
    request.disbursement_id = "2".into();
    request.request_id = testkit::id();
    world
        .officer()
        .refused(request, "COMMITMENT_EXCEEDED")
        .await;
    head(&world).must(decide(&payment.name, DAY)).await;
    attester(&world)
        .must(testkit::spending::attest(&payment.name, DAY))
        .await;
    let mut request = paid(&payment.name, DAY, "B-17");
    request.debited = kroner(551_000);
    request.other_sum_reason = "Kursen den dagen".into();
    finance(&world).must(request).await;
    let facts = told(&world.feed().await, &world.measure("disbursed"), "year");
    assert_eq!(facts, [(DAY.to_owned(), 55_100_000, "2025".to_owned())]);

    let mut wrong = new_payment(&parent, "3", (2025, 1), DAY);
    let disbursement = wrong.disbursement.as_mut().unwrap();
    disbursement.foreign = Some(pb::ForeignAmount {
        rate: 0,
        per: 2,
        rate_document: None,
        ..dollars(1, 1)
    });
    let refusal = world.officer().refused(wrong, "INVALID_FIELDS").await;
    let expected = ["rate", "per", "rate_document"].map(|it| format!("disbursement.foreign.{it}"));
    assert_eq!(refusal.fields(), expected);
}

/// PY-01, B-T09: an amount in another currency is one of its currency, makes some NOK, and no other than
/// is given beside it; what would be right is said as people write it.
async fn an_amount_of_another_currency_says_what_is_wrong(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 250_000)]).await;
    let euros = |units| Money {
        currency_code: "EUR".into(),
        units,
        nanos: 0,
    };
    for (amount, rate, given, reason, said) in [
        (
            Money {
                currency_code: "NOK".into(),
                ..euros(1)
            },
            105_432,
            None,
            "FOREIGN_CURRENCY",
            "currency_code etter ISO 4217 annet enn NOK, som USD",
        ),
        (
            Money {
                nanos: 1_000_000,
                ..euros(1)
            },
            105_432,
            None,
            "FOREIGN_AMOUNT",
            "et beløp over 0 med høyst 2 desimaler",
        ),
        (
            euros(i64::MAX),
            105_432,
            None,
            "FOREIGN_IN_NOK",
            "fra 0,01 til 10 000 000 000 000,00 kroner etter kursen",
        ),
        (
            euros(1_000),
            105_432,
            kroner(10_543),
            "RATE_MAKES",
            "utelatt, eller 10 543,20, som kursen gir",
        ),
    ] {
        let mut wrong = new_payment(&parent, "1", (2025, 1), DAY);
        let disbursement = wrong.disbursement.as_mut().unwrap();
        disbursement.amount = given;
        disbursement.foreign = Some(pb::ForeignAmount {
            amount: Some(amount),
            ..dollars(1, rate)
        });
        let refusal = world.officer().refused(wrong, "INVALID_FIELDS").await;
        assert_eq!(refusal.field_reasons(), [reason]);
        let told = refusal.said_of_fields().concat().replace('\u{202f}', " ");
        assert_eq!(told, said);
    }
}

stories!(
    a_currency_stands_beside_what_is_judged,
    an_amount_of_another_currency_says_what_is_wrong,
);
