//! Owns the checks that every verified token passes, whoever issued it: times, class and audience.
//! They are made here, on values that were read strictly, because token libraries tend to skip a
//! claim that has an unexpected shape.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::principal::is_unit;
use super::reject::Reject;

/// How far the issuer's clock and ours may lie apart, in seconds.
const LEEWAY: i64 = 30;
/// The last second of the year 9999; what lies beyond is no date.
const LAST_SECOND: i64 = 253_402_300_799;
/// Most audiences in one token.
pub(super) const MAX_AUDIENCES: usize = 16;
/// Claims that only an ID token carries (OpenID Connect Core §2, §3.1.3.6, §3.3.2.11).
const ID_TOKEN_CLAIMS: [&str; 3] = ["nonce", "at_hash", "c_hash"];

/// When a token is good, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    iat: i64,
    nbf: Option<i64>,
    exp: i64,
}

impl Times {
    /// Against the clock.
    pub(super) fn check(self, now: DateTime<Utc>) -> Result<(), Reject> {
        let now = now.timestamp();
        if self.iat > now + LEEWAY {
            return Err(Reject::IssuedInFuture);
        }
        if self.nbf.is_some_and(|nbf| nbf > now + LEEWAY) {
            return Err(Reject::NotYetValid);
        }
        // "Before the expiration", RFC 7519 §4.1.4; at the second itself it is over.
        if self.exp + LEEWAY <= now {
            return Err(Reject::Expired);
        }
        Ok(())
    }
}

/// The claims of a token whose signature was verified.
pub(super) struct Claims<'a>(pub(super) &'a Map<String, Value>);

impl Claims<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The `iss` claim.
    pub(super) fn issuer(&self) -> Result<&str, Reject> {
        self.text("iss").ok_or(Reject::IssuerMissing)
    }

    /// `iat`, `exp` and, if there, `nbf`, and the time between the first two against `max_lifetime`: a
    /// stolen signing key must not mint a year.
    pub(super) fn times(&self, max_lifetime: TimeDelta) -> Result<Times, Reject> {
        let exp = self
            .date("exp", Reject::ExpMalformed)?
            .ok_or(Reject::ExpMissing)?;
        let iat = self
            .date("iat", Reject::IatMalformed)?
            .ok_or(Reject::IatMissing)?;
        let nbf = self.date("nbf", Reject::NbfMalformed)?;
        if exp <= iat {
            return Err(Reject::LifetimeEmpty);
        }
        if exp - iat > max_lifetime.num_seconds() {
            return Err(Reject::LifetimeTooLong);
        }
        Ok(Times { iat, nbf, exp })
    }

    /// Refuses ID tokens.
    pub(super) fn check_class(&self) -> Result<(), Reject> {
        let id_token = ID_TOKEN_CLAIMS.iter().any(|claim| self.has(claim));
        if id_token {
            Err(Reject::IdToken)
        } else {
            Ok(())
        }
    }

    /// `aud` must name one of `ours`, byte for byte.
    pub(super) fn check_audience(&self, ours: &[String]) -> Result<(), Reject> {
        let is_ours = |audience: &str| ours.iter().any(|our| our == audience);
        let named = match self.get("aud") {
            None => return Err(Reject::AudienceMissing),
            Some(Value::String(audience)) => is_ours(audience),
            Some(Value::Array(list)) if list.len() <= MAX_AUDIENCES => {
                let texts = list.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
                texts
                    .ok_or(Reject::AudienceMalformed)?
                    .into_iter()
                    .any(is_ours)
            }
            Some(_) => return Err(Reject::AudienceMalformed),
        };
        if named { Ok(()) } else { Err(Reject::Audience) }
    }

    /// The unit that the claim `name` holds, if the token has that claim.
    pub(super) fn unit(&self, name: &str) -> Result<Option<String>, Reject> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(unit)) if is_unit(unit) => Ok(Some(unit.clone())),
            Some(_) => Err(Reject::Unit),
        }
    }

    /// A NumericDate (RFC 7519 §2): seconds since 1970, of which a fraction is dropped.
    fn date(&self, name: &str, malformed: Reject) -> Result<Option<i64>, Reject> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let seconds = value.as_i64().or_else(|| value.as_f64().and_then(whole));
        match seconds.filter(|seconds| (0..=LAST_SECOND).contains(seconds)) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(malformed),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(seconds: f64) -> Option<i64> {
    const LAST: f64 = LAST_SECOND as f64;
    (0.0..=LAST).contains(&seconds).then_some(seconds as i64)
}
