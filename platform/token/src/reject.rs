//! Owns the names of the checks that a token can fail, and which of them a caller may learn.
//! It does not decide anything.

/// What a caller learns about his token. Which check failed stays in the log line, so that an
/// attacker cannot use the answer to work a forgery towards acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// UNAUTHENTICATED: no `authorization` metadata came with the call.
    TokenMissing,
    /// UNAUTHENTICATED: the token was genuine and is too old; a new one will do.
    TokenExpired,
    /// UNAUTHENTICATED: every other reason.
    TokenRejected,
    /// UNAVAILABLE: the issuer is trusted, but its keys are not loaded. Told apart from a refusal
    /// because a client would throw its good token away.
    KeysetNotLoaded,
}

/// Writes the enum, its stable texts and the list of all reasons from one table.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The one check that a token failed, for the log line only. The text of a reason is
        /// stable: alarms and searches are written against it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
        #[error("{}", self.as_str())]
        pub enum Reject {
            $($(#[$doc])* $name,)*
        }

        impl Reject {
            /// The stable name of the reason, such as `LIFETIME_TOO_LONG`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

reasons! {
    /// No `authorization` metadata.
    TokenMissing = "TOKEN_MISSING",
    /// More than one `authorization` value: which of them would be meant is anybody's guess.
    SeveralTokens = "SEVERAL_TOKENS",
    /// More than 16 KiB.
    TooLong = "TOO_LONG",
    /// Not `Bearer`, one space, token.
    Scheme = "SCHEME",
    /// Not three non-empty parts between dots: no JWS in compact form.
    Parts = "PARTS",
    /// A part is not canonical base64url without padding.
    Base64 = "BASE64",
    /// The header is not a JSON object.
    HeaderJson = "HEADER_JSON",
    /// The payload is not a JSON object.
    PayloadJson = "PAYLOAD_JSON",
    /// An object names a key twice, at any level of header or payload.
    DuplicateKey = "DUPLICATE_KEY",
    /// Header or payload nests deeper than eight levels.
    TooDeep = "TOO_DEEP",
    /// The header demands an extension; none is understood here.
    Critical = "CRITICAL",
    /// The header's `typ` names another kind of token.
    Type = "TYPE",
    /// `alg` is missing, no text, `none`, a symmetric algorithm, or any other that is not used.
    AlgorithmUnsupported = "ALGORITHM_UNSUPPORTED",
    /// `kid` is missing or no text.
    KidMissing = "KID_MISSING",
    /// `iss` is missing or no text.
    IssuerMissing = "ISSUER_MISSING",
    /// `iss` is not, byte for byte, one of the configured issuers.
    IssuerUnknown = "ISSUER_UNKNOWN",
    /// The issuer is configured, but its keys are not loaded.
    KeysetNotLoaded = "KEYSET_NOT_LOADED",
    /// The issuer has no key of this `kid`.
    KeyUnknown = "KEY_UNKNOWN",
    /// `alg` is not the algorithm of the key's record (RFC 8725 §3.1).
    AlgorithmMismatch = "ALGORITHM_MISMATCH",
    /// The signature does not verify.
    Signature = "SIGNATURE",
    /// `exp` is missing.
    ExpMissing = "EXP_MISSING",
    /// `exp` is no whole number of seconds between the years 1970 and 9999.
    ExpMalformed = "EXP_MALFORMED",
    /// `iat` is missing.
    IatMissing = "IAT_MISSING",
    /// `iat` is no whole number of seconds between the years 1970 and 9999.
    IatMalformed = "IAT_MALFORMED",
    /// `nbf` is no whole number of seconds between the years 1970 and 9999.
    NbfMalformed = "NBF_MALFORMED",
    /// `exp` has passed.
    Expired = "EXPIRED",
    /// `iat` lies in the future.
    IssuedInFuture = "ISSUED_IN_FUTURE",
    /// `nbf` lies in the future.
    NotYetValid = "NOT_YET_VALID",
    /// `exp` is not after `iat`.
    LifetimeEmpty = "LIFETIME_EMPTY",
    /// More time lies between `iat` and `exp` than the issuer is trusted with.
    LifetimeTooLong = "LIFETIME_TOO_LONG",
    /// An ID token, which tells a client who logged in and is no permission to call.
    IdToken = "ID_TOKEN",
    /// `aud` is missing.
    AudienceMissing = "AUDIENCE_MISSING",
    /// `aud` is neither a text nor a list of at most 16 texts.
    AudienceMalformed = "AUDIENCE_MALFORMED",
    /// `aud` names others only.
    Audience = "AUDIENCE",
    /// Maskinporten: `token_type` is not `Bearer`.
    TokenType = "TOKEN_TYPE",
    /// Maskinporten: the token is restricted to a person's data (`pid`).
    PersonRestricted = "PERSON_RESTRICTED",
    /// Maskinporten: a supplier acts on another's behalf (`supplier`, `delegation_source`).
    Delegated = "DELEGATED",
    /// Maskinporten: the token is restricted by `authorization_details`.
    AuthorizationDetails = "AUTHORIZATION_DETAILS",
    /// Maskinporten: `consumer` is missing or lacks `authority` or `ID`.
    ConsumerMalformed = "CONSUMER_MALFORMED",
    /// Maskinporten: the consumer is registered with an authority that is not accepted.
    ConsumerAuthority = "CONSUMER_AUTHORITY",
    /// Maskinporten: the consumer's ID is no organisation number.
    ConsumerNumber = "CONSUMER_NUMBER",
    /// Maskinporten: `scope` is missing.
    ScopeMissing = "SCOPE_MISSING",
    /// Maskinporten: `scope` is no text of scopes with single spaces between them.
    ScopeMalformed = "SCOPE_MALFORMED",
    /// Maskinporten: a scope of somebody else's.
    ScopeForeign = "SCOPE_FOREIGN",
    /// Entra ID: `ver` is not `2.0`.
    EntraVersion = "ENTRA_VERSION",
    /// Entra ID: `tid` is not the configured tenant.
    Tenant = "TENANT",
    /// Entra ID: an application's own token, without a user.
    AppToken = "APP_TOKEN",
    /// The claim that names the caller is missing or does not hold a well-formed name.
    Subject = "SUBJECT",
    /// A service account outside the configured namespace.
    Namespace = "NAMESPACE",
    /// The claim that lists roles has another shape, or names a role that does not exist.
    Roles = "ROLES",
    /// The claim that names the unit is no text of 1 to 63 characters.
    Unit = "UNIT",
    /// Local issuer: `kind` is not `person`, `machine` or `workload`.
    Kind = "KIND",
}

impl Reject {
    /// What leaves the house.
    pub const fn seen_by_caller(self) -> Seen {
        match self {
            Self::TokenMissing => Seen::TokenMissing,
            Self::Expired => Seen::TokenExpired,
            Self::KeysetNotLoaded => Seen::KeysetNotLoaded,
            _ => Seen::TokenRejected,
        }
    }
}
