//! The tokens that services call each other with: one file per calling service, renewed at half
//! life. A service reads its file at every call.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use platform::{Clock, Kind};
use proto::access::v1::Role;
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::caller::Caller;
use crate::installation::{Installation, write_private};
use crate::issuer::Issuer;
use crate::linked::LINKED;

const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// How often is looked whether it is time. By the clock on the wall, because a machine that slept
/// wakes with old tokens.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);

/// Writes a token for every service that calls another.
pub(crate) fn write(installation: &Installation, issuer: &Issuer) -> Result<()> {
    for service in LINKED.iter().filter(|it| !it.calls.is_empty()) {
        let caller = Caller {
            kind: Kind::Workload,
            id: service.name.to_owned(),
            roles: vec![Role::Follower],
            unit: None,
        };
        let token = issuer.token(&caller, LIFETIME)?;
        write_private(&installation.token(service.name), token.as_bytes())?;
    }
    Ok(())
}

/// Renews them until `stop`.
pub(crate) async fn renew(
    installation: Installation,
    issuer: Issuer,
    stop: CancellationToken,
) -> Result<()> {
    let mut written = Clock::System.now();
    let mut looks = interval(LOOK_INTERVAL);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = looks.tick() => (),
        }
        let now = Clock::System.now();
        if is_due(written, now) {
            write(&installation, &issuer)?;
            written = now;
        }
    }
}

/// Whether tokens of this age are renewed; also when the clock was set back behind them.
fn is_due(written: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < written || now - written >= LIFETIME / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_at_half_life_and_when_the_clock_was_set_back() {
        let written: DateTime<Utc> = "2026-03-02T08:00:00Z".parse().unwrap();
        for (now, due) in [
            ("2026-03-02T08:00:00Z", false),
            ("2026-03-02T08:29:59Z", false),
            ("2026-03-02T08:30:00Z", true),
            ("2026-03-03T08:00:00Z", true),
            ("2026-03-02T07:59:59Z", true),
        ] {
            assert_eq!(is_due(written, now.parse().unwrap()), due, "{now}");
        }
    }
}
