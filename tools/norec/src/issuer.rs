//! The installation's local issuer: a key that only this machine has, the file that makes the
//! services trust it, and the tokens minted with it.

use std::fs;
use std::io;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use platform::{Clock, LocalClaims, LocalIssuer, LocalIssuerError};
use serde_json::json;

use crate::caller::Caller;
use crate::installation::{Installation, write_private};

/// The `iss` of its tokens.
const NAME: &str = "https://local.norec.invalid/";
/// The `aud` of its tokens.
const AUDIENCE: &str = "norec";
/// The longest life of a token that the services accept from it: a day.
pub(crate) const LIFETIME_MAX: TimeDelta = TimeDelta::days(1);

const KEY: &str = "local.pk8";
const PUBLIC_KEYS: &str = "local.jwks.json";
/// The file of issuers that services are started with.
pub(crate) const ISSUERS: &str = "issuers.json";

/// The issuer, with its key.
#[derive(Debug)]
pub(crate) struct Issuer(LocalIssuer);

impl Issuer {
    /// The issuer of the installation, with what the services read of it; made when missing.
    pub(crate) fn prepare(installation: &Installation) -> Result<Self> {
        let issuer = match Self::find(installation)? {
            Some(issuer) => issuer,
            None => {
                let made = LocalIssuer::generate(NAME)?;
                write_private(&installation.issuer(KEY), &made.to_pkcs8()?)?;
                Self(made)
            }
        };
        write_private(
            &installation.issuer(PUBLIC_KEYS),
            issuer.0.jwks().as_bytes(),
        )?;
        let issuers = json!({"issuers": [{
            "kind": "local", "issuer": NAME, "audience": [AUDIENCE], "keys_file": PUBLIC_KEYS,
            "max_lifetime_seconds": LIFETIME_MAX.num_seconds(),
        }]});
        write_private(
            &installation.issuer(ISSUERS),
            issuers.to_string().as_bytes(),
        )?;
        Ok(issuer)
    }

    /// The issuer of an installation in which the suite has run.
    pub(crate) fn of(installation: &Installation) -> Result<Self> {
        Self::find(installation)?.with_context(|| {
            let root = installation.root().display();
            format!("{root} has no issuer yet: `norec up` makes one")
        })
    }

    fn find(installation: &Installation) -> Result<Option<Self>> {
        let path = installation.issuer(KEY);
        match fs::read(&path) {
            Ok(key) => {
                let issuer = LocalIssuer::from_pkcs8(NAME, &key);
                Ok(Some(Self(
                    issuer.with_context(|| path.display().to_string())?,
                )))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// A token for this caller, valid from now.
    pub(crate) fn token(
        &self,
        caller: &Caller,
        lifetime: TimeDelta,
    ) -> Result<String, LocalIssuerError> {
        let claims = LocalClaims {
            audience: AUDIENCE,
            kind: caller.kind,
            subject: &caller.id,
            roles: &caller.roles,
            unit: caller.unit.as_deref(),
        };
        self.0.mint(&claims, Clock::System.now(), lifetime)
    }
}
