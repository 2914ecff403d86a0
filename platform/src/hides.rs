//! What a service hides, and from whom: said by one pure function over what the journal holds.

use chrono::{DateTime, Utc};
use proto::access::v1::Role;

use crate::ctx::Ctx;

/// What a service hides, and from whom.
#[derive(Debug)]
pub struct Hides {
    /// Collections such as `publications`: what lies in one and below is judged. All of the service's is
    /// where none is named, so that a noun which nobody thought of is hidden.
    pub collections: &'static [&'static str],
    /// Who may know.
    pub may_see: MaySee,
}

/// Whether somebody may know of a resource: `root` is the resource of its name's first two segments as
/// it is now, so that what lies below follows the root's state; `it` is what is asked for, which may be a
/// past version. Where nothing is recorded of the root, `root` is the resource itself as it is now.
pub type MaySee = fn(&Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The caller, such as `persons/kaia`.
    pub id: &'a str,
    /// The caller's roles that count here.
    pub roles: &'a [Role],
    /// Whom PORTAL acts for; empty for all others.
    pub acting_for: &'a str,
    /// The instant that is judged at.
    pub now: DateTime<Utc>,
}

/// A resource as the journal holds it.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// Full name of its message, such as `norec.grants.v1.Agreement`.
    pub kind: &'a str,
    /// Its encoding.
    pub after: &'a [u8],
}

impl<'a> From<&'a Ctx> for Viewer<'a> {
    fn from(ctx: &'a Ctx) -> Self {
        Self {
            id: &ctx.principal.id,
            roles: &ctx.principal.roles,
            acting_for: &ctx.acting_for,
            now: ctx.now,
        }
    }
}
