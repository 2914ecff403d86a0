//! The tables of parents: what is promised, given back and asked for of them.

use platform::PostKey;
use sqlx::types::Json;
use testkit::{day, document};

use super::*;
use crate::domain::commitment::tests::{asked, awarded, dimensions, frame};
use crate::domain::disbursement::tests::payment;
use crate::domain::disbursement::{Returned, State};
use crate::domain::frame::tests::key;
use crate::domain::freeze::Holding;
use crate::domain::{Delegation, DelegationName, DisbursementName, Frame, Reservation, Reserved};

mod ended;

fn exchange() -> PostKey {
    key("144.70", 0).post
}

/// An agreement that pays from 10 March 2025.
fn parent(commitments: Vec<Commitment>) -> Parent {
    Parent {
        name: "agreements/2025-0142".into(),
        state: Value::Text("SIGNED".into()),
        payable_from: Some(day("2025-03-10")),
        ended_on: None,
        commitments,
        touches: vec!["organisations/981965132".into()],
        dimensions: dimensions(),
    }
}

/// Two years, of which the later is promised with reservation.
fn two_years() -> Vec<Commitment> {
    let later = asked(2026, 5_000).award(&frame(2026, None), &dimensions(), day("2025-03-03"));
    vec![awarded(2025, 100_000), later.unwrap()]
}

/// Authority up to a limit, and a line of 2025.
fn grounds(limit_ore: i64, line_ore: i64) -> Grounds {
    let frames = [frame(2025, Some(line_ore)), frame(2026, None)];
    Grounds {
        person: "persons/solveig".into(),
        delegations: vec![Delegation {
            name: DelegationName::parse("delegations/1").unwrap(),
            version: 1,
            person: "persons/solveig".into(),
            posts: Json(vec![exchange()]),
            limit_ore,
            start_on: day("2025-01-01"),
            end_on: None,
            document: Json(document("2024-12-20")),
            given_by: "persons/direktor".into(),
            created_at: chrono::DateTime::default(),
        }],
        frames: frames.into_iter().map(|it| (it.key.clone(), it)).collect(),
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

/// What a freeze of any of them stops: its own name is among them.
#[test]
fn a_parent_touches_its_own_name_too() {
    let own = "agreements/2025-0142".to_owned();
    let recipient = "organisations/981965132".to_owned();
    assert_eq!(parent(vec![]).touched(), [own, recipient]);
}

/// FR-07, FR-14: the frame is asked for its own year, the authority for the whole sum.
#[test]
fn what_is_promised_is_judged_by_authority_and_frames() {
    let draft = || parent(vec![asked(2025, 150_000), asked(2026, 100_000)]);
    let commit = |limit_ore, line_ore| {
        let grounds = grounds(limit_ore, line_ore);
        let committed = draft().commit(&grounds)?;
        let reservation = grounds.reserve(&committed);
        Ok((committed, reservation))
    };
    let (committed, reserved) = commit(250_000, 150_000).unwrap();
    let conditional: Vec<_> = committed.iter().map(Commitment::conditional).collect();
    assert_eq!(conditional, [false, true]);
    let expected = Reserved {
        wording: ["Forbehold for 2026".into(), "Atterhald for 2026".into()],
        edition: "rules/commitment-reservation/editions/1990-01-01".into(),
    };
    assert_eq!(reserved, expected);
    assert_eq!(
        grounds(1, 1).reserve(&committed[..1]),
        Reserved::default(),
        "nothing conditional, no reservation"
    );

    let limited = reason::BudgetAuthorityLimit {
        post: exchange(),
        limit: "2499.99",
        asked: "2500.00",
    };
    assert_eq!(commit(249_999, 150_000), Err(Refused::from(limited)));
    let exceeded = reason::FrameExceeded {
        post: exchange(),
        year: 2025,
        available: "1499.99",
        asked: "1500.00",
    };
    assert_eq!(commit(250_000, 149_999), Err(Refused::from(exceeded)));
}

/// FR-12: what is not paid is given back, conditional commitments too; open payments stop it.
#[test]
fn what_is_not_paid_is_given_back() {
    use State::{Approved, Attested, Decided, Paid, Requested, Voided};
    let payments = [payment(Paid, 2025, 40_000), payment(Voided, 2025, 60_000)];
    let released = parent(two_years()).release(&payments, day("2025-12-01"));
    let released: Vec<_> = released
        .unwrap()
        .iter()
        .map(Commitment::released_ore)
        .collect();
    assert_eq!(released, [60_000, 5_000]);

    for state in [Requested, Decided, Attested, Approved] {
        let open = payment(state, 2025, 1);
        let refusal = reason::PaymentsOpen {
            name: "agreements/2025-0142",
            payments: open.name.clone(),
        };
        let refused = parent(two_years()).release(&[open], day("2025-12-01"));
        assert_eq!(refused, Err(refusal.into()), "{state:?}");
    }
    // The bank paid on 9 April.
    for (on, good) in [("2025-04-08", false), ("2025-04-09", true)] {
        let released = parent(two_years()).release(&payments, day(on));
        assert_eq!(
            released.is_ok(),
            good,
            "paid on 9 April, given back on {on}"
        );
    }
}

#[test]
fn a_payment_is_requested_of_an_own_commitment_of_a_parent_that_pays() {
    let name = "agreements/2025-0142";
    let signed = parent(two_years());
    let of = |year, ore| payment(State::Requested, year, ore);
    let taken = [of(2025, 70_000), payment(State::Paid, 2025, 20_000)];
    let post = exchange();
    let exceeded = reason::CommitmentExceeded {
        name,
        post: &post,
        year: 2025,
        left: "100.00",
        asked: "100.01",
    };
    let conditional = reason::CommitmentConditional {
        name,
        post: &post,
        year: 2026,
    };
    let unknown = reason::CommitmentUnknown {
        name,
        post: &post,
        year: 2027,
    };
    for (asked, expected) in [
        (of(2025, 10_000), Ok(())),
        (of(2025, 10_001), Err(Refused::from(exceeded))),
        (of(2026, 1), Err(conditional.into())),
        (of(2027, 1), Err(unknown.into())),
    ] {
        let verdict = signed.must_allow_request(&asked, &taken);
        assert_eq!(verdict, expected, "{asked:?}");
    }

    // The payment is asked for on 2 April.
    for (payable_from, expected) in [
        (Some("2025-04-02"), None),
        (Some("2025-04-03"), Some(&reason::DATE_BEFORE_PREVIOUS_STEP)),
        (None, Some(&reason::NOT_PAYABLE)),
    ] {
        let it = Parent {
            payable_from: payable_from.map(day),
            ..parent(two_years())
        };
        let verdict = it.must_allow_request(&of(2025, 1), &[]);
        assert_eq!(
            verdict.err().map(|it| it.texts),
            expected,
            "{payable_from:?}"
        );
    }
}

/// IR-02: what decides over money of a frozen parent is refused before anything else of it is judged.
#[test]
fn nothing_is_promised_by_a_frozen_parent() {
    let frozen = Touched {
        name: "organisations/981965132".into(),
        freezes: vec![Holding {
            freeze: "freezes/1".into(),
            except: vec![],
        }],
    };
    let grounds = Grounds {
        touched: vec![frozen],
        ..grounds(1, 1)
    };
    let refusal = reason::PaymentsFrozen {
        name: "agreements/2025-0142",
        frozen: "organisations/981965132",
        freeze: "freezes/1",
    };
    let draft = parent(vec![asked(2025, 100)]);
    assert_eq!(draft.commit(&grounds), Err(Refused::from(refusal)));
    let awarded = parent(two_years());
    let amended = awarded.amend(&[asked(2025, 1)], &[], &grounds);
    assert_eq!(amended.unwrap_err().texts, &reason::PAYMENTS_FROZEN);
}

/// FR-08, FR-14: an amendment is judged as an award is: authority for the whole sum, the frame for what is
/// more of each year.
#[test]
fn an_amendment_is_judged_by_authority_for_the_whole_and_frames_for_the_difference() {
    // 1000 kroner of 2025 and 50 of 2026 with reservation are promised.
    let awarded = || parent(two_years());
    for (to, limit_ore, line_ore, expected) in [
        (
            asked(2025, 110_000),
            115_000,
            10_000,
            Ok(vec![(2025, 110_000), (2026, 5_000)]),
        ),
        (
            asked(2025, 110_000),
            114_999,
            10_000,
            Err(&reason::BUDGET_AUTHORITY_LIMIT),
        ),
        (
            asked(2025, 110_000),
            115_000,
            9_999,
            Err(&reason::FRAME_EXCEEDED),
        ),
        (
            asked(2025, 90_000),
            95_000,
            0,
            Ok(vec![(2025, 90_000), (2026, 5_000)]),
        ),
        (
            asked(2026, 9_000),
            109_000,
            0,
            Ok(vec![(2025, 100_000), (2026, 9_000)]),
        ),
        (
            asked(2026, 0),
            100_000,
            0,
            Ok(vec![(2025, 100_000), (2026, 0)]),
        ),
    ] {
        let told = awarded().amend(
            std::slice::from_ref(&to),
            &[],
            &grounds(limit_ore, line_ore),
        );
        let told = told.map(|it| {
            it.iter()
                .map(|it| (it.year, it.amount_ore))
                .collect::<Vec<_>>()
        });
        assert_eq!(
            told.map_err(|it| it.texts),
            expected,
            "{to:?} {limit_ore} {line_ore}"
        );
    }
    let earlier = Grounds {
        on: day("2025-03-02"),
        ..grounds(115_000, 10_000)
    };
    let refused = awarded().amend(&[asked(2025, 110_000)], &[], &earlier);
    assert_eq!(
        refused.unwrap_err().texts,
        &reason::DATE_BEFORE_PREVIOUS_STEP
    );
}

/// FR-07, FR-08: a reservation is lifted by that year's line, or stays.
#[test]
fn a_reservation_is_lifted_by_its_years_line() {
    let confirm = |year, line_ore: Option<i64>| {
        let mut grounds = grounds(105_000, 0);
        let frame = frame(2026, line_ore);
        grounds.frames.insert(frame.key.clone(), frame);
        parent(two_years()).confirm(&key("144.70", year), &grounds)
    };
    let confirmed = confirm(2026, Some(5_000)).unwrap();
    let told: Vec<_> = confirmed
        .iter()
        .map(|it| (it.year, it.conditional()))
        .collect();
    assert_eq!(told, [(2025, false), (2026, false)]);
    assert_eq!(confirmed[1].confirmed_on(), Some(day("2025-03-03")));
    for (year, line_ore, reason) in [
        (2026, None, &reason::FRAME_EXCEEDED),
        (2026, Some(4_999), &reason::FRAME_EXCEEDED),
        (2025, Some(5_000), &reason::COMMITMENT_UNCONDITIONAL),
        (2027, Some(5_000), &reason::COMMITMENT_UNKNOWN),
    ] {
        let refused = confirm(year, line_ore).unwrap_err();
        assert_eq!(refused.texts, reason, "{year} {line_ore:?}");
    }
}

/// Authority is for the posts that something is promised of, and those that the decision names.
#[test]
fn a_post_that_fell_away_asks_for_no_authority() {
    let elsewhere = Commitment::asked(key("170.70", 2025), 0);
    let mut commitments = two_years();
    commitments.push(elsewhere.clone());
    let grounds = grounds(115_000, 10_000);
    let parent = parent(commitments);
    assert!(parent.amend(&[asked(2025, 110_000)], &[], &grounds).is_ok());
    let mut named = grounds;
    let frame = Frame::of(key("170.70", 2025), []);
    named.frames.insert(frame.key.clone(), frame);
    let refused = parent.amend(&[elsewhere], &[], &named).unwrap_err();
    assert_eq!(refused.texts, &reason::NO_BUDGET_AUTHORITY);
}

/// A correction that leaves a name leaves no freeze of it.
#[test]
fn a_correction_takes_a_parent_out_of_no_freeze() {
    let touched = |except: &[&str]| {
        vec![Touched {
            name: "organisations/981965132".into(),
            freezes: vec![Holding {
                freeze: "freezes/1".into(),
                except: except.iter().map(|it| (*it).to_owned()).collect(),
            }],
        }]
    };
    let before = parent(vec![]);
    let stays = before.clone();
    let leaves = Parent {
        touches: vec![],
        ..before.clone()
    };
    for (after, except, good) in [
        (&stays, &[][..], true),
        (&leaves, &[], false),
        (&leaves, &["agreements/2025-0142"], true),
    ] {
        let verdict = before.must_not_leave_frozen(after, &touched(except));
        assert_eq!(verdict.is_ok(), good, "{except:?}");
    }
}

/// An amendment changes what it names, and leaves room for all.
#[test]
fn an_amendment_fits_what_is_promised() {
    let parent = parent(two_years());
    let many = |count: i32| -> Vec<_> { (0..count).map(|it| asked(2030 + it, 1)).collect() };
    for (amended, reasons) in [
        (vec![asked(2025, 90_000)], vec![]),
        (vec![asked(2027, 1)], vec![]),
        (vec![asked(2025, 100_000)], vec!["COMMITMENT_UNCHANGED"]),
        (vec![asked(2027, 0)], vec!["COMMITMENT_UNCHANGED"]),
        (many(48), vec![]),
        (many(49), vec!["COMMITMENTS"]),
    ] {
        let misfits = parent.misfits(&amended);
        let told: Vec<_> = misfits.iter().map(|it| it.0.texts.name).collect();
        assert_eq!(
            told,
            reasons,
            "{} of {:?}",
            amended.len(),
            amended[0].frame_key()
        );
    }
}
