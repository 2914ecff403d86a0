//! Dossiers and notes: begun, changed, opened, struck.

use platform::{
    Answer, Ctx, Dimensions, Fact, Fields, Refused, list as paged, must_match, once, wrong_state,
};

use super::noun::{DossierName, NoteName};
use super::store::{self, Dossier, Note};
use crate::app::App;
use crate::measures::DOSSIERS;
use crate::testing::v1 as pb;
use crate::testing::v1::dossier::State;

const TITLE_LENGTH_MAX: usize = 60;

/// Begins a dossier, DRAFTED.
pub(super) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateDossierRequest,
) -> Answer<pb::Dossier> {
    let mut fields = Fields::of(&request);
    let given = fields.required("dossier", request.dossier.as_ref());
    let drafted = Dossier {
        name: DossierName::create(&mut fields, "", "", ""),
        version: 1,
        title: fields.text("dossier.title", &given.title, TITLE_LENGTH_MAX),
        state: "drafted".to_owned(),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        store::save(tx, &drafted).await?;
        tx.record(drafted.version, drafted.into(), &[]).await
    })
    .await
}

/// DRAFTED → DRAFTED, with another title.
pub(super) async fn update(
    app: App,
    ctx: Ctx,
    request: pb::UpdateDossierRequest,
) -> Answer<pb::Dossier> {
    let mut fields = Fields::of(&request);
    let given = fields.required("dossier", request.dossier.as_ref());
    let name = fields.take("dossier.name", DossierName::parse(&given.name));
    let title = fields.text("dossier.title", &given.title, TITLE_LENGTH_MAX);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let drafted = store::get(tx, &name).await?;
        must_match(&request.etag, &name, drafted.version)?;
        drafted.must_be_drafted()?;
        let retitled = Dossier {
            version: drafted.version + 1,
            title,
            ..drafted
        };
        store::save(tx, &retitled).await?;
        tx.record(retitled.version, retitled.into(), &[]).await
    })
    .await
}

/// DRAFTED → OPENED, counted from then on.
pub(super) async fn open(
    app: App,
    ctx: Ctx,
    request: pb::OpenDossierRequest,
) -> Answer<pb::Dossier> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", DossierName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let drafted = store::get(tx, &name).await?;
        must_match(&request.etag, &name, drafted.version)?;
        drafted.must_be_drafted()?;
        tx.effective(&step)?;
        let opened = Dossier {
            version: drafted.version + 1,
            state: "opened".to_owned(),
            ..drafted
        };
        store::save(tx, &opened).await?;
        let counted = Fact {
            measure: DOSSIERS,
            effective_on: step.on,
            value: 1,
            dimensions: Dimensions::new(),
            subject: name.to_string(),
            reversal: false,
        };
        tx.record(opened.version, opened.into(), &[counted]).await
    })
    .await
}

/// Writes a note.
pub(super) async fn create_note(
    app: App,
    ctx: Ctx,
    request: pb::CreateNoteRequest,
) -> Answer<pb::Note> {
    let mut fields = Fields::of(&request);
    let dossier = fields.take("parent", DossierName::parse(&request.parent));
    let given = fields.required("note", request.note.as_ref());
    let note = Note {
        name: NoteName::create(&mut fields, &request.parent, "", ""),
        version: 1,
        text: fields.text("note.text", &given.text, TITLE_LENGTH_MAX),
        is_struck: false,
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        store::get(tx, &dossier).await?;
        store::save_note(tx, &note).await?;
        tx.record(note.version, note.into(), &[]).await
    })
    .await
}

/// Strikes a note out.
pub(super) async fn strike_note(
    app: App,
    ctx: Ctx,
    request: pb::StrikeNoteRequest,
) -> Answer<pb::Note> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", NoteName::parse(&request.name));
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let note = store::get_note(tx, &name).await?;
        must_match(&request.etag, &name, note.version)?;
        let struck = Note {
            version: note.version + 1,
            is_struck: true,
            ..note
        };
        store::save_note(tx, &struck).await?;
        tx.record(struck.version, struck.into(), &[]).await
    })
    .await
}

/// Lists dossiers.
pub(super) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListDossiersRequest,
) -> Answer<pb::ListDossiersResponse> {
    let rows = async |db: &mut _, after: &str, limit| store::list(db, after, limit).await;
    paged(&app, &ctx, &request, Fields::default(), rows).await
}

/// Lists notes of all dossiers.
pub(super) async fn list_notes(
    app: App,
    ctx: Ctx,
    request: pb::ListNotesRequest,
) -> Answer<pb::ListNotesResponse> {
    let rows = async |db: &mut _, after: &str, limit| store::list_notes(db, after, limit).await;
    paged(&app, &ctx, &request, Fields::default(), rows).await
}

impl Dossier {
    fn must_be_drafted(&self) -> Result<(), Refused> {
        match self.state.as_str() {
            "drafted" => Ok(()),
            _ => Err(wrong_state(&self.name, State::Opened, &[State::Drafted])),
        }
    }
}
