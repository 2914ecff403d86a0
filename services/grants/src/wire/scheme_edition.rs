//! Scheme editions on the wire.

use chrono::DateTime;
use platform::{Fields, date_to_wire, etag, field_reason, time_to_wire};
use proto::common::v1::DocumentRef;
use proto::grants::v1 as pb;
use sqlx::types::Json;

use crate::domain::scheme_edition::State;
use crate::domain::{SchemeEdition, SchemeEditionName};

impl SchemeEdition {
    /// Reads an edition that is created, open.
    pub(crate) fn parse(fields: &mut Fields, request: &pb::CreateSchemeEditionRequest) -> Self {
        let given = fields.required("scheme_edition", request.scheme_edition.as_ref());
        let id = &request.scheme_edition_id;
        let name = SchemeEditionName::create(fields, &request.parent, "scheme_edition_id", id);
        let open_on = fields.date("scheme_edition.open_date", given.open_date.as_ref());
        let title = fields.text("scheme_edition.title", &given.title, 200);
        let posts = fields.posts("scheme_edition.posts", &given.posts, 10);
        let regulations = given.regulations.as_ref();
        let regulations =
            platform::DocumentRef::parse(fields, "scheme_edition.regulations", regulations);
        if !(1..=3).contains(&given.main_task) {
            fields.refuse("scheme_edition.main_task", field_reason::MainTask);
        }
        let mut paper = |field: &str, given: Option<&DocumentRef>| {
            let path = format!("scheme_edition.{field}");
            given.map(|it| Json(platform::DocumentRef::parse(fields, &path, Some(it))))
        };
        let six_answers = paper("six_answers", given.six_answers.as_ref());
        let no_study_judgement = paper("no_study_judgement", given.no_study_judgement.as_ref());
        if six_answers.is_some() && no_study_judgement.is_some() {
            fields.refuse(
                "scheme_edition.no_study_judgement",
                field_reason::EitherDocument,
            );
        }
        Self {
            name,
            version: 1,
            title,
            posts: Json(posts),
            regulations: Json(regulations),
            open_on,
            state: State::Open,
            state_on: open_on,
            main_task: given.main_task,
            new_purpose: given.new_purpose,
            six_answers,
            no_study_judgement,
            created_at: DateTime::default(),
        }
    }
}

impl From<SchemeEdition> for pb::SchemeEdition {
    fn from(it: SchemeEdition) -> Self {
        use pb::scheme_edition::State as Wire;
        let state = match it.state {
            State::Open => Wire::Open,
            State::Paused => Wire::Paused,
            State::Closed => Wire::Closed,
        };
        Self {
            name: it.name.to_string(),
            title: it.title,
            posts: it.posts.0.into_iter().map(Into::into).collect(),
            regulations: Some(it.regulations.0.into()),
            open_date: Some(date_to_wire(it.open_on)),
            state: state.into(),
            state_date: Some(date_to_wire(it.state_on)),
            main_task: it.main_task,
            new_purpose: it.new_purpose,
            six_answers: it.six_answers.map(|it| it.0.into()),
            no_study_judgement: it.no_study_judgement.map(|it| it.0.into()),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}
