//! The tables of payments: states × verbs, amounts, days, facts.

use super::*;
use crate::domain::commitment::tests::dimensions;
use testkit::day;

/// A payment of 144.70: requested on 2 April, decided on 3 April, attested on 4 April, paid on
/// 9 April, all of 2025 whatever the commitment's year.
pub(crate) fn payment(state: State, year: i32, amount_ore: i64) -> Disbursement {
    use State::{Approved, Attested, Decided, Paid, Voided};
    let since = |states: &[State], text| states.contains(&state).then(|| day(text));
    let decided_on = since(&[Decided, Approved, Paid], "2025-04-03");
    let attested_on = since(&[Attested, Approved, Paid], "2025-04-04");
    let by = |on: Option<NaiveDate>, person: &str| on.map(|_| person.into()).unwrap_or_default();
    let name = "agreements/2025-0142/disbursements/1";
    let name = DisbursementName::parse(&["agreements/*"], name).unwrap();
    Disbursement {
        version: 4,
        chapter: "144".into(),
        post: "70".into(),
        year,
        amount_ore,
        purpose: "Første rate".into(),
        state,
        decided_on,
        decided_by: by(decided_on, "persons/solveig"),
        attested_on,
        attested_by: by(attested_on, "persons/tor"),
        paid_on: since(&[Paid], "2025-04-09"),
        voucher: by(since(&[Paid], "2025-04-09"), "B-17"),
        voided_on: since(&[Voided], "2025-04-05"),
        dimensions: (state == Paid).then(|| Json(dimensions())),
        ..Disbursement::requested(name, day("2025-04-02"))
    }
}

fn paid(on: &str, other_year_reason: &str) -> Paid {
    Paid {
        on: day(on),
        voucher: "B-18".into(),
        other_year_reason: other_year_reason.into(),
    }
}

fn correction(on: Option<&str>, voucher: Option<&str>) -> PaymentCorrection {
    PaymentCorrection {
        on: on.map(day),
        voucher: voucher.map(Into::into),
        other_year_reason: String::new(),
        reason: "Feil dato fra banken".into(),
    }
}

#[test]
fn every_state_meets_every_verb() {
    use State::{Approved, Attested, Decided, Paid, Requested, Voided};
    type Verb = fn(Disbursement) -> Result<Disbursement, Refused>;
    let verbs: [(&str, Verb); 5] = [
        ("decide", |it| {
            it.decide("persons/solveig", day("2025-04-10"))
        }),
        ("attest", |it| it.attest("persons/tor", day("2025-04-10"))),
        ("void", |it| {
            it.void("Feil mottaker".into(), day("2025-04-10"))
        }),
        ("pay", |it| it.pay(paid("2025-04-10", ""), &dimensions())),
        ("correct", |it| {
            it.correct(correction(Some("2025-04-10"), None))
        }),
    ];
    for (state, results) in [
        (
            Requested,
            [Some(Decided), Some(Attested), Some(Voided), None, None],
        ),
        (Decided, [None, Some(Approved), Some(Voided), None, None]),
        (Attested, [Some(Approved), None, Some(Voided), None, None]),
        (Approved, [None, None, Some(Voided), Some(Paid), None]),
        (Paid, [None, None, None, None, Some(Paid)]),
        (Voided, [None; 5]),
    ] {
        for ((name, verb), expected) in verbs.iter().zip(results) {
            let after = verb(payment(state, 2025, 100));
            match expected {
                Some(expected) => {
                    let after = after.unwrap();
                    assert_eq!(
                        (after.state, after.version),
                        (expected, 5),
                        "{name} {state:?}"
                    );
                }
                None => {
                    let refusal = after.unwrap_err();
                    assert_eq!(refusal.texts, &reason::WRONG_STATE, "{name} of {state:?}");
                }
            }
        }
    }
}

/// FR-11: money of a year is decided and attested in that year; what the bank did in another
/// one is true, with a reason.
#[test]
fn the_year_rules_hold() {
    use State::{Approved, Requested};
    for (year, on, inside) in [
        (2025, "2025-12-31", true),
        (2025, "2026-01-01", false),
        (2026, "2025-12-31", false),
    ] {
        let decided = payment(Requested, year, 100).decide("persons/solveig", day(on));
        let attested = payment(Requested, year, 100).attest("persons/tor", day(on));
        assert_eq!(decided.is_ok(), inside, "{year} {on}");
        assert_eq!(attested.is_ok(), inside, "{year} {on}");
    }
    let why = "Banken var stengt";
    for (on, reason, kept) in [
        ("2025-12-31", "", Some("")),
        ("2025-12-31", why, Some("")),
        ("2026-01-02", why, Some(why)),
        ("2026-01-02", "", None),
    ] {
        let after = payment(Approved, 2025, 100).pay(paid(on, reason), &dimensions());
        let after = after.ok().map(|it| it.other_year_reason);
        assert_eq!(after.as_deref(), kept, "{on} {reason}");
    }
}

#[test]
fn steps_keep_their_order() {
    use State::{Approved, Requested};
    for (on, good) in [("2025-04-01", false), ("2025-04-02", true)] {
        let requested = || payment(Requested, 2025, 100);
        assert_eq!(requested().decide("persons/s", day(on)).is_ok(), good);
        assert_eq!(requested().attest("persons/t", day(on)).is_ok(), good);
        assert_eq!(requested().void("x".into(), day(on)).is_ok(), good);
    }
    for (on, good) in [("2025-04-03", false), ("2025-04-04", true)] {
        let approved = || payment(Approved, 2025, 100);
        assert_eq!(approved().pay(paid(on, ""), &dimensions()).is_ok(), good);
        assert_eq!(approved().void("x".into(), day(on)).is_ok(), good);
        let corrected = payment(State::Paid, 2025, 100).correct(correction(Some(on), None));
        assert_eq!(corrected.is_ok(), good);
    }
}

/// CO-01, CO-06: what is corrected moves its one fact; what is right already is refused.
#[test]
fn a_corrected_payment_moves_its_fact_when_the_day_does() {
    for (it, days) in [
        (
            correction(Some("2025-05-02"), None),
            Some(vec![("2025-04-09", -100), ("2025-05-02", 100)]),
        ),
        (correction(None, Some("B-99")), Some(vec![])),
        (correction(Some("2025-04-09"), Some("B-17")), None),
        (correction(None, None), None),
    ] {
        let before = payment(State::Paid, 2025, 100);
        let moved = before.clone().correct(it.clone()).ok().map(|after| {
            assert_eq!(after.correction_reason, it.reason);
            let facts = |it: &Disbursement| it.facts("grants.disbursed");
            Fact::changes(&facts(&before), &facts(&after))
                .iter()
                .map(|it| (it.effective_on, it.value))
                .collect::<Vec<_>>()
        });
        let days = days.map(|it| it.into_iter().map(|(on, ore)| (day(on), ore)).collect());
        assert_eq!(moved, days, "{it:?}");
    }
}

/// The reason for another year goes with the day that it explains.
#[test]
fn a_day_corrected_into_another_year_and_back_needs_and_drops_its_reason() {
    let before = payment(State::Paid, 2025, 100);
    let mut away = correction(Some("2026-01-02"), None);
    assert!(before.clone().correct(away.clone()).is_err());
    away.other_year_reason = "Banken var stengt".into();
    let there = before.correct(away).unwrap();
    assert_eq!(there.other_year_reason, "Banken var stengt");
    let renumbered = there.correct(correction(None, Some("B-99"))).unwrap();
    assert_eq!(renumbered.other_year_reason, "Banken var stengt");
    let back = renumbered
        .correct(correction(Some("2025-12-31"), None))
        .unwrap();
    assert_eq!(back.other_year_reason, "");
}

/// It counts for what was true of its parent when it was registered, until that is corrected.
#[test]
fn a_payment_is_told_apart_by_its_parent_as_it_was() {
    let told = |it: &Disbursement| {
        let fact = it.facts("grants.disbursed").pop();
        fact.map(|it| it.dimensions.into_iter().collect::<Vec<_>>())
    };
    let of = |country: &str| {
        let all = [
            ("chapter", "144"),
            ("country", country),
            ("post", "70"),
            ("year", "2025"),
        ];
        Some(all.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec())
    };
    let other = Dimensions::from([("country".into(), "NP".into())]);
    let mut approved = payment(State::Approved, 2025, 100);
    approved.correct_dimensions(&other);
    assert_eq!(told(&approved), None, "nothing is paid yet");
    let mut paid = approved.pay(paid("2025-04-10", ""), &dimensions()).unwrap();
    assert_eq!(told(&paid), of("MW"));
    paid.correct_dimensions(&other);
    assert_eq!(told(&paid), of("NP"));
}
