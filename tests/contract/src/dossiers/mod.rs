//! Dossiers: known to their makers alone until they are opened. Below them, notes.

mod handlers;
mod noun;
mod store;

use crate::app::App;
use crate::testing::v1 as pb;
use crate::testing::v1::dossier_service_server::DossierService;

pub(crate) use noun::may_see;

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
