//! The tables of agreements: states × verbs, days, facts. What is promised and given back of the money is
//! spending's to judge.

use platform::reason;
use spending::Amendment;
use spending::domain::amendment;
use spending::domain::commitment::{Kind, Move};
use spending::domain::disbursement;
use spending::domain::{Delegation, DelegationName, DisbursementName, Frame, Reservation};
use testkit::{day, document};

use super::*;
use crate::domain::scheme_edition;
use crate::domain::scheme_edition::tests::edition;

fn exchange() -> PostKey {
    PostKey {
        chapter: "144".into(),
        post: "70".into(),
    }
}

/// What is asked for of 144.70.
fn asked(year: i32, amount_ore: i64) -> Commitment {
    Commitment {
        post: exchange(),
        year,
        amount_ore,
        foreign: None,
        moves: vec![],
    }
}

/// An agreement of 1000 kroner in 2025: awarded on 3 March, signed on 10 March, closed on 1
/// December with 600 kroner given back.
pub(crate) fn agreement(state: State) -> Agreement {
    let since = |states: &[State], text| states.contains(&state).then(|| day(text));
    let mut agreement = Agreement {
        name: AgreementName::parse("agreements/2025-0142").unwrap(),
        version: 3,
        title: "Lærere i Malawi".into(),
        recipient_name: "Foreningen".into(),
        organisation_number: String::new(),
        country: "MW".into(),
        sector: "43081".into(),
        recipient_type: "870".into(),
        scheme_edition: edition(scheme_edition::State::Open).name,
        main_task: 1,
        commitments: Json(vec![asked(2025, 100_000)]),
        state,
        awarded_on: since(
            &[
                State::Awarded,
                State::Signed,
                State::Closed,
                State::Cancelled,
            ],
            "2025-03-03",
        ),
        signed_on: since(&[State::Signed, State::Closed], "2025-03-10"),
        closed_on: since(&[State::Closed], "2025-12-01"),
        cancelled_on: since(&[State::Cancelled], "2025-06-12"),
        end_reason: String::new(),
        reservation: String::new(),
        reservation_nn: String::new(),
        amendments: Json(Amendments::default()),
        reservation_rule: String::new(),
        waiting_correction: None,
        document: None,
        created_at: DateTime::default(),
    };
    let dimensions = agreement.dimensions();
    let moved = |kind, ore| {
        move |on| Move {
            on,
            kind,
            ore,
            conditional: false,
            dimensions: dimensions.clone(),
        }
    };
    let awarded = agreement
        .awarded_on
        .map(moved.clone()(Kind::Awarded, 100_000));
    let released = agreement.closed_on.map(moved(Kind::Released, -60_000));
    agreement.commitments[0].moves = awarded.into_iter().chain(released).collect();
    agreement
}

/// A payment of 400 kroner of it, requested on 2 April and paid on 9 April.
pub(crate) fn paid() -> Disbursement {
    let name = DisbursementName::parse(&["agreements/*"], "agreements/2025-0142/disbursements/1");
    Disbursement {
        chapter: "144".into(),
        post: "70".into(),
        year: 2025,
        amount_ore: 40_000,
        state: disbursement::State::Paid,
        paid_on: Some(day("2025-04-09")),
        paid_ore: Some(40_000),
        dimensions: Some(Json(agreement(State::Signed).dimensions())),
        ..Disbursement::requested(name.unwrap(), day("2025-04-02"))
    }
}

/// What lets Solveig promise 1000 kroner of 2025, and of 2026 with reservation.
fn grounds() -> Grounds {
    let frame = |year| Frame {
        has_line: year == 2025,
        allocated_ore: if year == 2025 { 100_000 } else { 0 },
        ..Frame::of(asked(year, 1).frame_key(), [])
    };
    Grounds {
        person: "persons/solveig".into(),
        delegations: vec![Delegation {
            name: DelegationName::parse("delegations/1").unwrap(),
            version: 1,
            person: "persons/solveig".into(),
            posts: Json(vec![exchange()]),
            limit_ore: 1_000_000,
            start_on: day("2025-01-01"),
            end_on: None,
            document: Json(document("2024-12-20")),
            given_by: "persons/direktor".into(),
            created_at: DateTime::default(),
        }],
        frames: [frame(2025), frame(2026)]
            .map(|it| (it.key.clone(), it))
            .into(),
        reservation: Some(Reservation {
            edition: "rules/commitment-reservation/editions/1990-01-01".into(),
            text_nb: "Forbehold for {år}".into(),
            text_nn: "Atterhald for {år}".into(),
        }),
        touched: vec![],
        on: day("2025-03-03"),
        today: day("2025-03-03"),
    }
}

/// Awards an agreement on 3 March, judged by an edition in this state.
fn award(it: Agreement, edition_state: scheme_edition::State) -> Result<Agreement, Refused> {
    it.award(&edition(edition_state), &grounds())
}

/// The same with an amendment to 900 kroner entered.
fn entered(it: Agreement) -> Agreement {
    let amendment = Amendment {
        commitments: vec![asked(2025, 90_000)],
        reason: "Færre deltakere".into(),
        state: amendment::State::Entered,
        decided_on: None,
        signed_on: None,
        document: None,
    };
    Agreement {
        amendments: Json(Amendments(vec![amendment])),
        ..it
    }
}

#[test]
fn every_state_meets_every_verb() {
    use State::{Awarded, Cancelled, Closed, Draft, Dropped, Signed};
    type Verb = fn(Agreement) -> Result<Agreement, Refused>;
    let verbs: [(&str, Verb); 9] = [
        ("redraft", |it| {
            it.redraft(
                agreement(State::Draft),
                &edition(scheme_edition::State::Open),
            )
        }),
        ("drop", |it| it.drop_draft("Trukket".into())),
        ("award", |it| award(it, scheme_edition::State::Open)),
        ("sign", |it| {
            it.sign(document("2025-04-01"), day("2025-12-31"))
        }),
        ("cancel", |it| {
            it.cancel(&[], "Takket nei".into(), day("2025-12-31"))
        }),
        ("close", |it| it.close(&[], day("2025-12-31"))),
        ("enter", |it| {
            let amendment = entered(agreement(State::Draft)).amendments.0.0.remove(0);
            it.enter_amendment(amendment, &edition(scheme_edition::State::Open))
        }),
        ("decide", |it| entered(it).decide_amendment(&[], &grounds())),
        ("sign amendment", |it| {
            let mut it = entered(it);
            it.amendments.0.0[0].state = amendment::State::Decided;
            it.sign_amendment(1, document("2025-12-31"), day("2025-12-31"))
        }),
    ];
    let changed = |to| [Some(to), Some(to), Some(to)];
    for (state, drafted, ended, amended) in [
        (
            Draft,
            [Some(Draft), Some(Dropped), Some(Awarded)],
            [None; 3],
            [None; 3],
        ),
        (
            Awarded,
            [None; 3],
            [Some(Signed), Some(Cancelled), None],
            changed(Awarded),
        ),
        (
            Signed,
            [None; 3],
            [None, None, Some(Closed)],
            changed(Signed),
        ),
        (Closed, [None; 3], [None; 3], [None; 3]),
        (Dropped, [None; 3], [None; 3], [None; 3]),
        (Cancelled, [None; 3], [None; 3], [None; 3]),
    ] {
        let results = [drafted, ended, amended].concat();
        for ((name, verb), expected) in verbs.iter().zip(results) {
            let before = agreement(state);
            let after = verb(before.clone()).map(|it| (it.state, it.version));
            let expected = expected.map(|it| (it, before.version + 1));
            let after = after.map_err(|it| it.texts);
            assert_eq!(
                after,
                expected.ok_or(&reason::WRONG_STATE),
                "{name} of {state:?}"
            );
        }
    }
}

/// CL-06: what a draft is told apart by is what its edition says; another post is not covered.
#[test]
fn a_draft_takes_its_main_task_from_its_edition() {
    let serving = |main_task| scheme_edition::SchemeEdition {
        main_task,
        ..edition(scheme_edition::State::Open)
    };
    let drafted = agreement(State::Draft).drafted(&serving(2)).unwrap();
    assert_eq!(drafted.dimensions()["main_task"], "2");
    let elsewhere = Commitment {
        post: PostKey {
            chapter: "144".into(),
            post: "71".into(),
        },
        ..asked(2025, 1)
    };
    let outside = Agreement {
        commitments: Json(vec![elsewhere]),
        ..agreement(State::Draft)
    };
    let refused = outside.drafted(&serving(1)).unwrap_err();
    assert_eq!(refused.texts, &reason::POST_NOT_IN_SCHEME);
}

/// By the edition first, and then by spending's grounds, whose reservation it keeps.
#[test]
fn an_award_is_judged_by_edition_and_grounds() {
    use scheme_edition::State::{Open, Paused};
    let of = |commitments| Agreement {
        commitments: Json(commitments),
        ..agreement(State::Draft)
    };
    let two_years = of(vec![asked(2025, 100_000), asked(2026, 100_000)]);
    let awarded = award(two_years.clone(), Open).unwrap();
    assert_eq!(awarded.awarded_on, Some(day("2025-03-03")));
    assert_eq!(awarded.reservation, "Forbehold for 2026");
    assert_eq!(
        awarded.reservation_rule,
        "rules/commitment-reservation/editions/1990-01-01"
    );
    let promised = awarded.commitments[0].moves[0].dimensions.clone();
    assert_eq!(promised, awarded.dimensions());

    let paused = award(two_years, Paused);
    assert_eq!(paused.unwrap_err().texts, &reason::SCHEME_NOT_OPEN);
    let exceeded = award(of(vec![asked(2025, 100_001)]), Open);
    assert_eq!(exceeded.unwrap_err().texts, &reason::FRAME_EXCEEDED);
}

#[test]
fn steps_keep_their_order() {
    let signed = |on| agreement(State::Awarded).sign(document(on), day(on));
    let closed = |payments: &[_], on| agreement(State::Signed).close(payments, day(on));
    assert!(signed("2025-03-02").is_err(), "before the award");
    assert!(signed("2025-03-03").is_ok());
    assert!(closed(&[], "2025-03-09").is_err(), "before the signature");
    assert!(closed(&[], "2025-03-10").is_ok());
    assert!(
        closed(&[paid()], "2025-04-08").is_err(),
        "before the payment"
    );
    assert!(closed(&[paid()], "2025-04-09").is_ok());
}

/// It pays from its signature until it is closed; a recipient without a number stops nothing.
#[test]
fn spending_knows_when_it_pays_and_whom() {
    use State::{Awarded, Cancelled, Closed, Draft, Signed};
    for (state, payable_from, told) in [
        (Draft, None, "DRAFT"),
        (Awarded, None, "AWARDED"),
        (Signed, Some("2025-03-10"), "SIGNED"),
        (Closed, None, "CLOSED"),
        (Cancelled, None, "CANCELLED"),
    ] {
        let parent = agreement(state).parent();
        let has_ended = [Closed, Cancelled].contains(&state);
        assert_eq!(parent.ended_on.is_some(), has_ended, "{state:?}");
        assert_eq!(parent.payable_from, payable_from.map(day), "{state:?}");
        assert_eq!(parent.state, told);
        assert_eq!(parent.touches, Vec::<String>::new());
    }
    let norwegian = Agreement {
        organisation_number: "981965132".into(),
        ..agreement(Signed)
    };
    assert_eq!(norwegian.parent().touches, ["organisations/981965132"]);
}

/// The facts of each state, by measure, day, value.
#[test]
fn facts_are_a_function_of_the_state() {
    let signed = ("grants.active_agreements", "2025-03-10", 1);
    let committed = ("grants.committed", "2025-03-03", 100_000);
    let paid_out = ("grants.disbursed", "2025-04-09", 40_000);
    for (state, payments, expected) in [
        (State::Draft, vec![], vec![]),
        (State::Awarded, vec![], vec![committed]),
        (
            State::Signed,
            vec![paid()],
            vec![signed, committed, paid_out],
        ),
        (
            State::Closed,
            vec![paid()],
            vec![
                signed,
                ("grants.active_agreements", "2025-12-01", -1),
                committed,
                ("grants.committed", "2025-12-01", -60_000),
                paid_out,
            ],
        ),
    ] {
        let facts = agreement(state).facts(&payments);
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
