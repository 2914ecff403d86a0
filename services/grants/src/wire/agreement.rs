//! Agreements on the wire.

use chrono::{DateTime, NaiveDate};
use platform::{Fields, REASON_LENGTH_MAX, date_to_wire, etag, field_reason, time_to_wire};
use proto::grants::v1 as pb;
use spending::{Amendments, Commitment};
use sqlx::types::Json;

use crate::domain::agreement::State;
use crate::domain::country::is_country;
use crate::domain::{Agreement, AgreementName, Correction, SchemeEditionName};

/// Characters of a recipient's name.
const RECIPIENT_LENGTH_MAX: usize = 200;

impl Agreement {
    /// Reads a new agreement, DRAFT, noting every bad field.
    pub(crate) fn parse(
        fields: &mut Fields,
        name: AgreementName,
        given: Option<&pb::Agreement>,
        today: NaiveDate,
    ) -> Self {
        let it = fields.required("agreement", given);
        let title = fields.text("agreement.title", &it.title, 200);
        let recipient = fields.required("agreement.recipient", it.recipient.as_ref());
        let at = |field: &str| format!("agreement.recipient.{field}");
        let recipient_name = fields.text(
            &at("display_name"),
            &recipient.display_name,
            RECIPIENT_LENGTH_MAX,
        );
        let organisation_number = recipient.organisation_number;
        if !organisation_number.is_empty() {
            fields.organisation_number(&at("organisation_number"), &organisation_number);
        }
        check_country(fields, &at("country"), &recipient.country);
        check_sector(fields, &at("sector"), &recipient.sector);
        check_recipient_type(fields, &at("type"), &recipient.r#type);
        let scheme_edition = fields.take(
            "agreement.scheme_edition",
            SchemeEditionName::parse(&it.scheme_edition),
        );
        let commitments = "agreement.commitments";
        let commitments = Commitment::parse_all(fields, commitments, &it.commitments, today);
        Self {
            name,
            version: 1,
            title,
            recipient_name,
            organisation_number,
            country: recipient.country,
            sector: recipient.sector,
            recipient_type: recipient.r#type,
            scheme_edition,
            main_task: 0,
            commitments: Json(commitments),
            state: State::Draft,
            awarded_on: None,
            signed_on: None,
            closed_on: None,
            cancelled_on: None,
            end_reason: String::new(),
            reservation: String::new(),
            reservation_nn: String::new(),
            reservation_rule: String::new(),
            amendments: Json(Amendments::default()),
            waiting_correction: None,
            document: None,
            created_at: DateTime::default(),
        }
    }
}

impl Correction {
    /// Reads a correction, noting every bad field. Dates are today or earlier.
    pub(crate) fn parse(
        fields: &mut Fields,
        given: Option<&pb::Correction>,
        today: NaiveDate,
    ) -> Self {
        let it = fields.required("correction", given);
        let wanted = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let (recipient_type, country, sector) = (
            wanted(&it.recipient_type),
            wanted(&it.country),
            wanted(&it.sector),
        );
        if let Some(value) = &recipient_type {
            check_recipient_type(fields, "correction.recipient_type", value);
        }
        if let Some(value) = &country {
            check_country(fields, "correction.country", value);
        }
        if let Some(value) = &sector {
            check_sector(fields, "correction.sector", value);
        }
        let recipient_name = wanted(&it.display_name)
            .map(|it| fields.text("correction.display_name", &it, RECIPIENT_LENGTH_MAX));
        let organisation_number = it.organisation_number;
        if let Some(number) = organisation_number.as_ref().filter(|it| !it.is_empty()) {
            fields.organisation_number("correction.organisation_number", number);
        }
        let mut day =
            |field, date: Option<_>| date.map(|date| fields.past_date(field, Some(&date), today));
        Self {
            recipient_name,
            organisation_number,
            recipient_type,
            country,
            sector,
            signed_on: day("correction.sign_date", it.sign_date),
            closed_on: day("correction.close_date", it.close_date),
            reason: fields.text("correction.reason", &it.reason, REASON_LENGTH_MAX),
        }
    }
}

fn check_country(fields: &mut Fields, field: &str, code: &str) {
    if !is_country(code) {
        fields.refuse(field, field_reason::Country);
    }
}

/// The form of a DAC 5-digit sector; which ones there are is OECD's list to say.
fn check_sector(fields: &mut Fields, field: &str, code: &str) {
    if code.len() != 5 || !code.bytes().all(|it| it.is_ascii_digit()) {
        fields.refuse(field, field_reason::Sector);
    }
}

/// State accounts for grants and transfers by the recipient's type (artskonto 870–878 of the
/// standard chart of accounts).
fn check_recipient_type(fields: &mut Fields, field: &str, account: &str) {
    let is_account = account.len() == 3
        && account.starts_with("87")
        && matches!(account.as_bytes().last(), Some(b'0'..=b'8'));
    if !is_account {
        fields.refuse(field, field_reason::RecipientType);
    }
}

impl From<State> for pb::agreement::State {
    fn from(it: State) -> Self {
        match it {
            State::Draft => Self::Draft,
            State::Awarded => Self::Awarded,
            State::Signed => Self::Signed,
            State::Closed => Self::Closed,
            State::Dropped => Self::Dropped,
            State::Cancelled => Self::Cancelled,
        }
    }
}

/// The state that a list is asked for; `None` for all.
pub(crate) fn state_filter(it: pb::agreement::State) -> Option<State> {
    use pb::agreement::State as Wire;
    match it {
        Wire::Unspecified => None,
        Wire::Draft => Some(State::Draft),
        Wire::Awarded => Some(State::Awarded),
        Wire::Signed => Some(State::Signed),
        Wire::Closed => Some(State::Closed),
        Wire::Dropped => Some(State::Dropped),
        Wire::Cancelled => Some(State::Cancelled),
    }
}

impl From<Agreement> for pb::Agreement {
    fn from(it: Agreement) -> Self {
        Self {
            name: it.name.to_string(),
            title: it.title,
            recipient: Some(pb::Recipient {
                display_name: it.recipient_name,
                organisation_number: it.organisation_number,
                country: it.country,
                sector: it.sector,
                r#type: it.recipient_type,
            }),
            scheme_edition: it.scheme_edition.to_string(),
            commitments: it.commitments.0.into_iter().map(Into::into).collect(),
            state: pb::agreement::State::from(it.state).into(),
            award_date: it.awarded_on.map(date_to_wire),
            sign_date: it.signed_on.map(date_to_wire),
            close_date: it.closed_on.map(date_to_wire),
            cancel_date: it.cancelled_on.map(date_to_wire),
            end_reason: it.end_reason,
            amendments: it.amendments.0.into(),
            reservation: it.reservation,
            reservation_nn: it.reservation_nn,
            reservation_rule: it.reservation_rule,
            waiting_correction: it.waiting_correction.map(|it| it.0.into()),
            document: it.document.map(|it| it.0.into()),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Correction> for pb::Correction {
    fn from(it: Correction) -> Self {
        Self {
            recipient_type: it.recipient_type.unwrap_or_default(),
            country: it.country.unwrap_or_default(),
            sector: it.sector.unwrap_or_default(),
            sign_date: it.signed_on.map(date_to_wire),
            close_date: it.closed_on.map(date_to_wire),
            reason: it.reason,
            display_name: it.recipient_name.unwrap_or_default(),
            organisation_number: it.organisation_number,
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn accounts_and_sectors_have_their_form() {
        type Check = fn(&mut Fields, &str, &str);
        for (check, code, good) in [
            (check_recipient_type as Check, "870", true),
            (check_recipient_type, "878", true),
            (check_recipient_type, "879", false),
            (check_recipient_type, "869", false),
            (check_recipient_type, "87", false),
            (check_recipient_type, "8700", false),
            (check_recipient_type, "87x", false),
            (check_recipient_type, "", false),
            (check_sector, "43081", true),
            (check_sector, "4308", false),
            (check_sector, "430811", false),
            (check_sector, "43O81", false),
            (check_sector, "", false),
        ] {
            let mut fields = Fields::default();
            check(&mut fields, "field", code);
            assert_eq!(fields.check().is_ok(), good, "{code:?}");
        }
    }
}
