//! How dossiers and their notes are called, and who may know of them.

use platform::{Recorded, Viewer};
use prost::{Message, Name};
use proto::access::v1::Role;

use crate::testing::v1 as pb;
use crate::testing::v1::dossier::State;

platform::resource_name!(
    /// `dossiers/{dossier}`.
    DossierName,
    "dossiers/*"
);

platform::resource_name!(
    /// `dossiers/{dossier}/notes/{note}`.
    NoteName,
    "dossiers/*/notes/*"
);

/// Its makers know of a dossier, and others once it is opened: of what it has been since.
pub(crate) fn may_see(viewer: &Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool {
    let is_open = |of: Recorded<'_>| {
        let is_other = of.kind != pb::Dossier::full_name();
        is_other || pb::Dossier::decode(of.after).is_ok_and(|it| it.state() == State::Opened)
    };
    viewer.roles.contains(&Role::Evaluator) || is_open(root) && is_open(it)
}
