//! How wishes are called, and who may know of them.

use platform::{Recorded, Viewer};
use prost::Message;
use proto::access::v1::Role;

use crate::testing::v1 as pb;

platform::resource_name!(
    /// `wishes/{wish}`.
    WishName,
    "wishes/*"
);

/// Whoever PORTAL acts for knows of what is his, since it is; the staff knows of all.
pub(crate) fn may_see(viewer: &Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool {
    let is_own = |of: Recorded<'_>| {
        pb::Wish::decode(of.after).is_ok_and(|it| it.partner == viewer.acting_for)
    };
    !viewer.roles.contains(&Role::Portal) || is_own(root) && is_own(it)
}
