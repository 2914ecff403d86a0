//! What is kept of accepted tokens, and what is not.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::all_cases;
use super::fixture::{MASKINPORTEN, NOW, STAFF, Signer, good, issuers, key_set, signed, token};
use crate::claims::Claims;
use crate::verdicts::{VERDICTS_MAX, Verdict, key};
use crate::{Issuers, Principal, Reject, validate};

fn asked(token: &str, now: DateTime<Utc>, issuers: &Issuers) -> Result<Principal, Reject> {
    validate(&[format!("Bearer {token}").as_bytes()], now, issuers)
}

/// A verdict of a good token of the staff's issuer.
fn verdict() -> Verdict {
    let claims = good(STAFF);
    let times = Claims(claims.as_object().unwrap()).times(TimeDelta::hours(1));
    Verdict {
        principal: asked(&token(&claims), NOW, &issuers()).unwrap(),
        times: times.unwrap(),
    }
}

/// What is kept is answered as it is: nothing of the token is read or verified.
#[test]
fn a_kept_verdict_is_the_answer() {
    let (issuers, kept) = (issuers(), verdict());
    issuers.verdicts.keep(key(b"Bearer x"), kept.clone(), NOW);

    assert_eq!(asked("x", NOW, &issuers), Ok(kept.principal));
    assert_eq!(asked("y", NOW, &issuers), Err(Reject::Parts));
}

/// A token that is kept is refused when it would be if it were not, to the second.
#[test]
fn a_kept_token_keeps_its_times() {
    let (known, token) = (issuers(), token(&good(STAFF)));
    assert!(asked(&token, NOW, &known).is_ok());
    for seconds in [-3_600, -41, -40, -39, 0, 628, 629, 630, 631] {
        let now = NOW + TimeDelta::seconds(seconds);
        let anew = asked(&token, now, &issuers());
        assert_eq!(asked(&token, now, &known), anew, "{seconds}");
    }
    let over = NOW + TimeDelta::seconds(630);
    assert_eq!(asked(&token, over, &known), Err(Reject::Expired));
}

/// Whoever is told apart by a token has a verdict of his own, and other keys know none of them.
#[test]
fn other_keys_know_no_token() {
    let mut issuers = issuers();
    let tokens = [STAFF, MASKINPORTEN].map(|it| token(&good(it)));
    let bearers = tokens
        .each_ref()
        .map(|it| asked(it, NOW, &issuers).unwrap().id);
    assert_eq!(bearers, ["persons/kari.nordmann", "machines/974760673"]);
    assert_eq!(issuers.verdicts.count(), 2);

    assert!(issuers.set_keys(STAFF, key_set(&[Signer::Stranger.jwk("new")])));

    assert_eq!(issuers.verdicts.count(), 0);
    assert!(asked(&tokens[0], NOW, &issuers).is_err());
    assert!(asked(&tokens[1], NOW, &issuers).is_ok());
}

/// Of refused tokens nothing is kept, and none that offers a key: each offer is counted.
#[test]
fn only_what_was_accepted_as_it_stands_is_kept() {
    let issuers = issuers();
    for case in all_cases() {
        assert!(
            validate(&case.values(), NOW, &issuers).is_err(),
            "{}",
            case.name
        );
    }
    let before = issuers.offered_keys();
    let header = json!({"alg": "ES256", "kid": "staff-ES256", "jku": "https://staff.norec.no"});
    let (header, claims) = (header.to_string(), good(STAFF).to_string());
    let offering = signed(Signer::Es256, &header, &claims);
    for _ in 0..2 {
        assert!(asked(&offering, NOW, &issuers).is_ok());
    }
    assert_eq!(issuers.offered_keys(), before + 2);
    assert_eq!(issuers.verdicts.count(), 0);
}

/// There is room for so many: then those go that are over, and where none is, all.
#[test]
fn the_room_for_verdicts_is_bounded() {
    let (issuers, kept) = (issuers(), verdict());
    let number = |it: usize| key(&it.to_be_bytes());
    for it in 0..=VERDICTS_MAX {
        issuers.verdicts.keep(number(it), kept.clone(), NOW);
    }
    assert_eq!(issuers.verdicts.count(), 1);
    for it in 0..VERDICTS_MAX - 1 {
        issuers.verdicts.keep(number(it), kept.clone(), NOW);
    }
    assert_eq!(issuers.verdicts.count(), VERDICTS_MAX);
    let over = NOW + TimeDelta::seconds(630);
    issuers.verdicts.keep(key(b"new"), kept, over);
    assert_eq!(issuers.verdicts.count(), 1);
}
