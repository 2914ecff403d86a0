//! Owns the issuers of the tests, their key pairs, their good claims, and the making of tokens.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{Issuers, KeySet, Reject};

/// The clock of the tests, in seconds since 1970 and as the validation takes it.
pub(super) const NOW_SECONDS: i64 = 1_780_000_000;
pub(super) const NOW: DateTime<Utc> = match DateTime::from_timestamp(NOW_SECONDS, 0) {
    Some(now) => now,
    None => DateTime::UNIX_EPOCH,
};

pub(super) const MASKINPORTEN: &str = "https://maskinporten.no/";
pub(super) const ENTRA: &str = "https://login.microsoftonline.com/norec-tenant/v2.0";
pub(super) const STAFF: &str = "https://staff.norec.no";
pub(super) const CLUSTER: &str = "https://kubernetes.default.svc.cluster.local";
pub(super) const LOCAL: &str = "https://local.norec.invalid/";
pub(super) const WITHOUT_KEYS: &str = "https://down.example/";
pub(super) const AUDIENCE: &str = "https://api.norec.no/";

/// Key pairs are made when the tests start, not kept in the repository: the private half of a
/// committed key sooner or later signs something, and secret scanners could not tell it from a
/// leak. One RSA pair serves every issuer on purpose, so that a `kid` of another issuer's would
/// verify if keys were looked up by `kid` alone.
pub(super) struct Pairs {
    pub(super) rsa: RsaKeyPair,
    pub(super) es256: EcdsaKeyPair,
    pub(super) es384: EcdsaKeyPair,
    pub(super) stranger: EcdsaKeyPair,
}

pub(super) fn pairs() -> &'static Pairs {
    static PAIRS: OnceLock<Pairs> = OnceLock::new();
    PAIRS.get_or_init(|| Pairs {
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        es256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        es384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap(),
        stranger: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
    })
}

/// What a test signs with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signer {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Es256,
    Es384,
    /// A P-256 key that no issuer knows.
    Stranger,
}

impl Signer {
    pub(super) const GENUINE: [Self; 6] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Es256,
        Self::Es384,
    ];

    pub(super) fn alg(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Es256 | Self::Stranger => "ES256",
            Self::Es384 => "ES384",
        }
    }

    pub(super) fn sign(self, message: &[u8]) -> Vec<u8> {
        let pairs = pairs();
        let random = SystemRandom::new();
        let ecdsa = |pair: &EcdsaKeyPair| pair.sign(&random, message).unwrap().as_ref().to_vec();
        let padding: &'static dyn aws_lc_rs::signature::RsaEncoding = match self {
            Self::Es256 => return ecdsa(&pairs.es256),
            Self::Es384 => return ecdsa(&pairs.es384),
            Self::Stranger => return ecdsa(&pairs.stranger),
            Self::Rs256 => &RSA_PKCS1_SHA256,
            Self::Rs384 => &RSA_PKCS1_SHA384,
            Self::Rs512 => &RSA_PKCS1_SHA512,
            Self::Ps256 => &RSA_PSS_SHA256,
        };
        let mut signature = vec![0; pairs.rsa.public_modulus_len()];
        pairs
            .rsa
            .sign(padding, &random, message, &mut signature)
            .unwrap();
        signature
    }

    /// The public key as `owner` publishes it; its `kid` is the owner's and the algorithm's name.
    pub(super) fn jwk(self, owner: &str) -> Value {
        let pairs = pairs();
        let mut jwk = match self {
            Self::Es256 => ec_jwk(&pairs.es256, "P-256"),
            Self::Es384 => ec_jwk(&pairs.es384, "P-384"),
            Self::Stranger => ec_jwk(&pairs.stranger, "P-256"),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 => json!({
                "kty": "RSA",
                "n": encode(pairs.rsa.public_key().modulus().big_endian_without_leading_zero()),
                "e": encode(pairs.rsa.public_key().exponent().big_endian_without_leading_zero()),
            }),
        };
        jwk["alg"] = self.alg().into();
        jwk["use"] = "sig".into();
        jwk["kid"] = format!("{owner}-{}", self.alg()).into();
        jwk
    }
}

fn ec_jwk(pair: &EcdsaKeyPair, curve: &str) -> Value {
    let (x, y) = pair.public_key().as_ref()[1..].split_at(pair.public_key().as_ref().len() / 2);
    json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
}

/// A JWK set.
pub(super) fn jwks(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

pub(super) fn key_set(keys: &[Value]) -> KeySet {
    KeySet::from_jwks(&jwks(keys)).unwrap()
}

/// The issuers that the tests trust. Entra's key is published without `alg`, as Entra does.
pub(super) fn issuers() -> Issuers {
    let mut issuers = Issuers::from_json(configuration().to_string().as_bytes()).unwrap();
    let mut entra = Signer::Rs256.jwk("entra");
    entra.as_object_mut().unwrap().remove("alg");
    for (issuer, keys) in [
        (
            MASKINPORTEN,
            Signer::GENUINE.map(|signer| signer.jwk("mp")).to_vec(),
        ),
        (ENTRA, vec![entra]),
        (STAFF, vec![Signer::Es256.jwk("staff")]),
        (CLUSTER, vec![Signer::Es256.jwk("cluster")]),
        (LOCAL, vec![Signer::Es256.jwk("local")]),
    ] {
        assert!(issuers.set_keys(issuer, key_set(&keys)));
    }
    issuers
}

pub(super) fn configuration() -> Value {
    let entry = |issuer: &str, kind: &str, more: Value| {
        let mut entry = json!({
            "issuer": issuer,
            "kind": kind,
            "audience": [AUDIENCE, "norec"],
            "keys_file": format!("{kind}.jwks.json"),
            "max_lifetime_seconds": 3600,
        });
        entry
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        entry
    };
    let staff = json!({
        "staff_claim": "staff_id", "roles_claim": "groups", "unit_claim": "unit",
        "roles": {"officers": "ROLE_CASE_OFFICER", "heads": "ROLE_SECTION_HEAD"},
    });
    let entra = json!({
        "tid": "norec-tenant", "staff_claim": "staff_id", "roles_claim": "roles",
        "roles": {"Director": "ROLE_DIRECTOR"},
    });
    let scopes = json!({
        "scope_prefix": "norec:",
        "roles": {"norec:grants.write": "ROLE_PORTAL", "norec:finance": "ROLE_FINANCE_SYSTEM"},
    });
    let cluster = json!({"namespace": "norec", "roles": {"governance": "ROLE_FOLLOWER"}});
    json!({"issuers": [
        entry(MASKINPORTEN, "maskinporten", scopes),
        entry(ENTRA, "oidc", entra),
        entry(STAFF, "oidc", staff.clone()),
        entry(CLUSTER, "workload", cluster),
        entry(LOCAL, "local", json!({})),
        entry(WITHOUT_KEYS, "oidc", staff),
    ]})
}

/// Claims that `issuer` would write and that are accepted as they stand.
pub(super) fn good(issuer: &str) -> Value {
    let mut claims = json!({
        "iss": issuer, "aud": AUDIENCE, "iat": NOW_SECONDS - 10, "exp": NOW_SECONDS + 600,
    });
    let more = match issuer {
        MASKINPORTEN => json!({
            "token_type": "Bearer", "scope": "norec:grants.write", "client_id": "c", "jti": "j",
            "consumer": {"authority": "iso6523-actorid-upis", "ID": "0192:974760673"},
        }),
        ENTRA => json!({
            "ver": "2.0", "tid": "norec-tenant", "scp": "access", "staff_id": "kari.nordmann",
            "roles": ["Director"],
        }),
        CLUSTER => json!({"sub": "system:serviceaccount:norec:governance"}),
        LOCAL => json!({
            "kind": "person", "sub": "kari.nordmann", "roles": ["ROLE_ATTESTER"], "unit": "grants",
        }),
        _ => json!({
            "staff_id": "kari.nordmann", "groups": ["officers", "chess club"], "unit": "Tilskudd",
        }),
    };
    claims
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    claims
}

/// [`good`] with one claim changed.
pub(super) fn with(issuer: &str, claim: &str, value: impl Into<Value>) -> Value {
    let mut claims = good(issuer);
    claims[claim] = value.into();
    claims
}

/// [`good`] without one claim.
pub(super) fn without(issuer: &str, claim: &str) -> Value {
    let mut claims = good(issuer);
    assert!(
        claims.as_object_mut().unwrap().remove(claim).is_some(),
        "no claim {claim}"
    );
    claims
}

/// The signer and header that the issuer of `claims` uses.
pub(super) fn usual(claims: &Value) -> (Signer, Value) {
    let (signer, owner) = match claims["iss"].as_str() {
        Some(ENTRA) => (Signer::Rs256, "entra"),
        Some(STAFF) => (Signer::Es256, "staff"),
        Some(CLUSTER) => (Signer::Es256, "cluster"),
        Some(LOCAL) => (Signer::Es256, "local"),
        _ => (Signer::Rs256, "mp"),
    };
    let kid = format!("{owner}-{}", signer.alg());
    (
        signer,
        json!({"alg": signer.alg(), "kid": kid, "typ": "JWT"}),
    )
}

/// A token with these claims, signed as its issuer does.
pub(super) fn token(claims: &Value) -> String {
    let (signer, header) = usual(claims);
    signed(signer, &header.to_string(), &claims.to_string())
}

/// A token with exactly this header and payload.
pub(super) fn signed(signer: Signer, header: &str, payload: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(payload));
    format!("{message}.{}", encode(signer.sign(message.as_bytes())))
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token that must be refused, and why.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) expected: Reject,
    authorization: Vec<Vec<u8>>,
}

impl Case {
    /// A call with this token.
    pub(super) fn token(name: &'static str, token: &str, expected: Reject) -> Self {
        Self::raw(name, &[format!("Bearer {token}").as_bytes()], expected)
    }

    /// A call with a token of these claims, signed as their issuer does.
    pub(super) fn claims(name: &'static str, claims: &Value, expected: Reject) -> Self {
        Self::token(name, &token(claims), expected)
    }

    /// A call with these values of `authorization`.
    pub(super) fn raw(name: &'static str, values: &[&[u8]], expected: Reject) -> Self {
        let authorization = values.iter().map(|value| value.to_vec()).collect();
        Self {
            name,
            expected,
            authorization,
        }
    }

    pub(super) fn values(&self) -> Vec<&[u8]> {
        self.authorization.iter().map(Vec::as_slice).collect()
    }
}
