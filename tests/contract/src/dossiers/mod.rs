//! Dossiers: known to their makers alone until they are opened. Below them, notes.

mod handlers;
mod store;

use platform::{Recorded, Viewer};
use prost::{Message, Name};
use proto::access::v1::Role;

use crate::app::App;
use crate::testing::v1 as pb;
use crate::testing::v1::dossier::State;
use crate::testing::v1::dossier_service_server::DossierService;

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

platform::service! {
    DossierService for App in pb {
        create_dossier(CreateDossierRequest) => handlers::create,
        update_dossier(UpdateDossierRequest) => handlers::update,
        open_dossier(OpenDossierRequest) => handlers::open,
        create_note(CreateNoteRequest) => handlers::create_note,
        strike_note(StrikeNoteRequest) => handlers::strike_note,
        get_dossier(GetDossierRequest) => platform::get,
        list_dossiers(ListDossiersRequest) => handlers::list,
        get_note(GetNoteRequest) => platform::get,
        list_notes(ListNotesRequest) => handlers::list_notes,
    }
}

/// Its makers know of a dossier, and others once it is opened: of what it has been since.
pub(crate) fn may_see(viewer: &Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool {
    let is_open = |of: Recorded<'_>| {
        let is_other = of.kind != pb::Dossier::full_name();
        is_other || pb::Dossier::decode(of.after).is_ok_and(|it| it.state() == State::Opened)
    };
    viewer.roles.contains(&Role::Evaluator) || is_open(root) && is_open(it)
}
