//! The tables of agreements: states × verbs, amounts, days, facts.

use super::*;
use crate::domain::disbursement;
use crate::domain::disbursement::tests::payment;
use crate::domain::scheme_edition;
use crate::domain::scheme_edition::tests::{day, document, edition};

fn exchange() -> PostKey {
    PostKey {
        chapter: "144".into(),
        post: "70".into(),
    }
}

/// A promise of 144.70, unconditional.
pub(crate) fn commitment(year: i32, amount_ore: i64) -> Commitment {
    Commitment {
        post: exchange(),
        year,
        amount_ore,
        conditional: false,
        released_ore: 0,
    }
}

/// The frame of 144.70, with nothing committed of its line.
pub(crate) fn frame(year: i32, line_ore: Option<i64>) -> Frame {
    Frame {
        has_line: line_ore.is_some(),
        allocated_ore: line_ore.unwrap_or_default(),
        ..Frame::of(commitment(year, 1).frame_key(), [])
    }
}

/// An agreement of 1000 kroner in 2025: awarded on 3 March, signed on 10 March, closed on 1
/// December with 600 kroner released.
pub(crate) fn agreement(state: State) -> Agreement {
    let since = |states: &[State], text| states.contains(&state).then(|| day(text));
    let mut promise = commitment(2025, 100_000);
    if state == State::Closed {
        promise.released_ore = 60_000;
    }
    Agreement {
        name: AgreementName::parse("agreements/2025-0142").unwrap(),
        version: 3,
        title: "Lærere i Malawi".into(),
        recipient_name: "Foreningen".into(),
        organisation_number: String::new(),
        country: "MW".into(),
        sector: "43081".into(),
        recipient_type: "870".into(),
        scheme_edition: edition(scheme_edition::State::Open).name,
        commitments: Json(vec![promise]),
        state,
        awarded_on: since(
            &[State::Awarded, State::Signed, State::Closed],
            "2025-03-03",
        ),
        signed_on: since(&[State::Signed, State::Closed], "2025-03-10"),
        closed_on: since(&[State::Closed], "2025-12-01"),
        reservation: String::new(),
        reservation_rule: String::new(),
        waiting_correction: None,
        document: None,
        created_at: DateTime::default(),
    }
}

fn delegation(limit_ore: i64) -> Delegation {
    Delegation {
        name: crate::domain::DelegationName::parse("delegations/1").unwrap(),
        version: 1,
        person: "persons/solveig".into(),
        posts: Json(vec![exchange()]),
        limit_ore,
        start_on: day("2025-01-01"),
        end_on: None,
        document: Json(document("2024-12-20")),
        given_by: "persons/direktor".into(),
        created_at: DateTime::default(),
    }
}

/// Awards an agreement of 2025 and 2026 on 3 March, judged by an edition in this state, a
/// delegation up to this limit and a line of 2025 of this size.
fn award(
    it: Agreement,
    edition_state: scheme_edition::State,
    limit_ore: i64,
    line_ore: i64,
) -> Result<Agreement, Refused> {
    let frames = [frame(2025, Some(line_ore)), frame(2026, None)];
    let grounds = Grounds {
        edition: edition(edition_state),
        person: "persons/solveig".into(),
        delegations: vec![delegation(limit_ore)],
        frames: frames.into_iter().map(|it| (it.key.clone(), it)).collect(),
    };
    it.award(&grounds, day("2025-03-03"), day("2025-03-03"))
}

#[test]
fn every_state_meets_every_verb() {
    use State::{Awarded, Closed, Draft, Signed};
    type Verb = fn(Agreement) -> Result<Agreement, Refused>;
    let verbs: [(&str, Verb); 3] = [
        ("award", |it| {
            award(it, scheme_edition::State::Open, 100_000, 100_000)
        }),
        ("sign", |it| {
            it.sign(document("2025-04-01"), day("2025-12-31"))
        }),
        ("close", |it| it.close(&[], day("2025-12-31"))),
    ];
    for (state, results) in [
        (Draft, [Some(Awarded), None, None]),
        (Awarded, [None, Some(Signed), None]),
        (Signed, [None, None, Some(Closed)]),
        (Closed, [None, None, None]),
    ] {
        for ((name, verb), expected) in verbs.iter().zip(results) {
            let before = agreement(state);
            let after = verb(before.clone());
            match expected {
                Some(expected) => {
                    let after = after.unwrap();
                    assert_eq!(
                        (after.state, after.version),
                        (expected, before.version + 1),
                        "{name} of {state:?}"
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

/// FR-07, FR-14: the frame is asked for its own year, the authority for the whole sum.
#[test]
fn an_award_is_judged_by_edition_authority_and_frame() {
    use scheme_edition::State::{Open, Paused};
    let two_years = || Agreement {
        commitments: Json(vec![commitment(2025, 150_000), commitment(2026, 100_000)]),
        ..agreement(State::Draft)
    };
    let awarded = award(two_years(), Open, 250_000, 150_000).unwrap();
    assert_eq!(awarded.awarded_on, Some(day("2025-03-03")));
    assert_eq!(awarded.reserved_years(), BTreeSet::from([2026]));

    let paused = award(two_years(), Paused, 250_000, 150_000);
    assert_eq!(paused.unwrap_err().texts, &reason::SCHEME_NOT_OPEN);
    let limited = reason::BudgetAuthorityLimit {
        post: exchange(),
        limit: "2499.99",
        asked: "2500.00",
    };
    assert_eq!(
        award(two_years(), Open, 249_999, 150_000),
        Err(limited.into())
    );
    let exceeded = reason::FrameExceeded {
        post: exchange(),
        year: 2025,
        available: "1499.99",
        asked: "1500.00",
    };
    assert_eq!(
        award(two_years(), Open, 250_000, 149_999),
        Err(exceeded.into())
    );
}

#[test]
fn steps_keep_their_order() {
    let paid = [payment(disbursement::State::Paid, 2025, 40_000)];
    let signed = |on| agreement(State::Awarded).sign(document(on), day(on));
    let closed = |on| agreement(State::Signed).close(&paid, day(on));
    assert!(signed("2025-03-02").is_err(), "before the award");
    assert!(signed("2025-03-03").is_ok());
    assert!(closed("2025-03-09").is_err(), "before the signature");
    assert!(closed("2025-04-08").is_err(), "before the payment");
    assert!(closed("2025-04-09").is_ok());
}

/// FR-12: what is not paid is released, conditional commitments too; open payments stop it.
#[test]
fn closing_releases_what_is_not_paid() {
    use disbursement::State::{Approved, Attested, Decided, Paid, Requested, Voided};
    let mut two_years = agreement(State::Signed);
    two_years.commitments.push(Commitment {
        conditional: true,
        ..commitment(2026, 5_000)
    });
    let payments = [payment(Paid, 2025, 40_000), payment(Voided, 2025, 60_000)];
    let closed = two_years.close(&payments, day("2025-12-01")).unwrap();
    let released: Vec<_> = closed
        .commitments
        .iter()
        .map(|it| it.released_ore)
        .collect();
    assert_eq!(released, [60_000, 5_000]);

    for state in [Requested, Decided, Attested, Approved] {
        let open = payment(state, 2025, 1);
        let refusal = reason::PaymentsOpen {
            name: agreement(State::Signed).name,
            payments: open.name.clone(),
        };
        let refused = agreement(State::Signed).close(&[open], day("2025-12-01"));
        assert_eq!(refused, Err(refusal.into()), "{state:?}");
    }
}

#[test]
fn a_payment_is_requested_of_a_signed_agreements_own_commitment() {
    let name = || agreement(State::Signed).name;
    let mut two_years = agreement(State::Signed);
    two_years.commitments.push(Commitment {
        conditional: true,
        ..commitment(2026, 5_000)
    });
    let asked = |year, ore| payment(disbursement::State::Requested, year, ore);
    let taken = [
        asked(2025, 70_000),
        payment(disbursement::State::Paid, 2025, 20_000),
    ];
    for (asked, expected) in [
        (asked(2025, 10_000), Ok(())),
        (
            asked(2025, 10_001),
            Err(Refused::from(reason::CommitmentExceeded {
                name: name(),
                post: exchange(),
                year: 2025,
                left: "100.00",
                asked: "100.01",
            })),
        ),
        (
            asked(2026, 1),
            Err(reason::CommitmentConditional {
                name: name(),
                post: exchange(),
                year: 2026,
            }
            .into()),
        ),
        (
            asked(2027, 1),
            Err(reason::CommitmentUnknown {
                name: name(),
                post: exchange(),
                year: 2027,
            }
            .into()),
        ),
    ] {
        let verdict = two_years.must_allow_request(&asked, &taken);
        assert_eq!(verdict, expected, "{asked:?}");
    }
    for state in [State::Draft, State::Awarded, State::Closed] {
        let verdict = agreement(state).must_allow_request(&asked(2025, 1), &[]);
        assert!(verdict.is_err(), "{state:?}");
    }
}

/// The facts of each state, by measure, day, value.
#[test]
fn facts_are_a_function_of_the_state() {
    let committed = ("grants.committed", "2025-03-03", 100_000);
    let signed = ("grants.active_agreements", "2025-03-10", 1);
    for (state, expected) in [
        (State::Draft, vec![]),
        (State::Awarded, vec![committed]),
        (State::Signed, vec![committed, signed]),
        (
            State::Closed,
            vec![
                committed,
                signed,
                ("grants.active_agreements", "2025-12-01", -1),
                ("grants.committed", "2025-12-01", -60_000),
            ],
        ),
    ] {
        let facts = agreement(state).facts();
        let found: Vec<_> = facts
            .iter()
            .map(|it| (it.measure, it.effective_on.to_string(), it.value))
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(measure, on, value)| (*measure, on.as_str(), *value))
            .collect();
        assert_eq!(found, expected, "{state:?}");
    }
}
