//! Payments on the wire.

use chrono::NaiveDate;
use platform::{
    Dimensions, Fields, NAME_LENGTH_MAX, NokSign, PostKey, REASON_LENGTH_MAX, date_to_wire, etag,
    field_reason, nok, time_to_wire,
};
use proto::spending::v1 as pb;
use sqlx::types::Json;

use super::foreign_amount::sum;
use crate::domain::disbursement::{Paid, PaymentCorrection, Returned, State};
use crate::domain::{Disbursement, DisbursementName};

/// Characters of a voucher's number.
const VOUCHER_LENGTH_MAX: usize = 40;

impl Disbursement {
    /// Reads a payment that is requested on a day.
    pub(crate) fn parse(
        fields: &mut Fields,
        parents: &[&str],
        request: &pb::RequestDisbursementRequest,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Self {
        let id = &request.disbursement_id;
        let name = DisbursementName::create(fields, parents, &request.parent, id);
        let given = fields.required("disbursement", request.disbursement.as_ref());
        let post = fields.post("disbursement.post", given.post.as_ref());
        let year = fields.year("disbursement.year", given.year);
        let (amount, foreign) = (given.amount.as_ref(), given.foreign.as_ref());
        let at = |field: &str| format!("disbursement.{field}");
        let (amount_ore, foreign) = sum(fields, at, (amount, foreign), NokSign::Positive, today);
        Self {
            chapter: post.chapter,
            post: post.post,
            year,
            amount_ore,
            foreign_amount: foreign.map(Json),
            purpose: fields.text("disbursement.purpose", &given.purpose, 200),
            part: fields.optional_identity("disbursement.part", &given.part, NAME_LENGTH_MAX),
            ..Self::requested(name, on)
        }
    }
}

impl Paid {
    /// Reads what the bank did on a day.
    pub(crate) fn parse(
        fields: &mut Fields,
        request: &pb::MarkDisbursementPaidRequest,
        on: NaiveDate,
    ) -> Self {
        let debited = request.debited.as_ref();
        Self {
            on,
            voucher: fields.identity("voucher", &request.voucher, VOUCHER_LENGTH_MAX),
            ore: debited.map(|it| fields.nok("debited", Some(it), NokSign::Positive)),
            other_year_reason: why(fields, "other_year_reason", &request.other_year_reason),
            other_sum_reason: why(fields, "other_sum_reason", &request.other_sum_reason),
            frozen_reason: why(fields, "frozen_reason", &request.frozen_reason),
        }
    }
}

impl Returned {
    /// Reads what came back on a day, told apart as its parent is.
    pub(crate) fn parse(
        fields: &mut Fields,
        request: &pb::ReturnPaymentRequest,
        on: NaiveDate,
    ) -> Self {
        Self {
            on,
            ore: fields.nok("amount", request.amount.as_ref(), NokSign::Positive),
            voucher: fields.identity("voucher", &request.voucher, VOUCHER_LENGTH_MAX),
            dimensions: Dimensions::new(),
        }
    }
}

impl PaymentCorrection {
    /// Reads what a payment shall say.
    pub(crate) fn parse(
        fields: &mut Fields,
        request: &pb::CorrectPaymentRequest,
        today: NaiveDate,
    ) -> Self {
        let voucher = fields.optional_identity("voucher", &request.voucher, VOUCHER_LENGTH_MAX);
        let part = usize::try_from(request.return_number);
        let part = fields.take("return_number", part.map_err(|_| field_reason::Negative));
        let amount = request.amount.as_ref();
        Self {
            part,
            ore: amount.map(|it| fields.nok("amount", Some(it), NokSign::NotNegative)),
            on: request
                .paid_date
                .map(|date| fields.past_date("paid_date", Some(&date), today)),
            voucher: (!voucher.is_empty()).then_some(voucher),
            other_year_reason: why(fields, "other_year_reason", &request.other_year_reason),
            other_sum_reason: why(fields, "other_sum_reason", &request.other_sum_reason),
            reason: fields.reason(&request.reason),
        }
    }
}

fn why(fields: &mut Fields, field: &str, value: &str) -> String {
    fields.optional_text(field, value, REASON_LENGTH_MAX)
}

/// The state that a list is asked for; `None` for all.
pub(crate) fn state_filter(it: pb::disbursement::State) -> Option<State> {
    use pb::disbursement::State as Wire;
    match it {
        Wire::Unspecified => None,
        Wire::Requested => Some(State::Requested),
        Wire::Decided => Some(State::Decided),
        Wire::Attested => Some(State::Attested),
        Wire::Approved => Some(State::Approved),
        Wire::Paid => Some(State::Paid),
        Wire::Voided => Some(State::Voided),
    }
}

impl From<Disbursement> for pb::Disbursement {
    fn from(it: Disbursement) -> Self {
        use pb::disbursement::State as Wire;
        let state = match it.state {
            State::Requested => Wire::Requested,
            State::Decided => Wire::Decided,
            State::Attested => Wire::Attested,
            State::Approved => Wire::Approved,
            State::Paid => Wire::Paid,
            State::Voided => Wire::Voided,
        };
        let post = PostKey {
            chapter: it.chapter,
            post: it.post,
        };
        Self {
            name: it.name.to_string(),
            post: Some(post.into()),
            year: it.year,
            amount: Some(nok(it.amount_ore)),
            purpose: it.purpose,
            part: it.part,
            state: state.into(),
            request_date: Some(date_to_wire(it.requested_on)),
            decide_date: it.decided_on.map(date_to_wire),
            decided_by: it.decided_by,
            attest_date: it.attested_on.map(date_to_wire),
            attested_by: it.attested_by,
            paid_date: it.paid_on.map(date_to_wire),
            voucher: it.voucher,
            other_year_reason: it.other_year_reason,
            correction_reason: it.correction_reason,
            void_date: it.voided_on.map(date_to_wire),
            void_reason: it.void_reason,
            debited: it.paid_ore.map(nok),
            other_sum_reason: it.other_sum_reason,
            frozen_reason: it.frozen_reason,
            returns: returned(it.returns.0),
            foreign: it.foreign_amount.map(|it| it.0.into()),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

fn returned(parts: Vec<Returned>) -> Vec<pb::ReturnedPart> {
    let numbered = (1..).zip(parts);
    let to_wire = |(number, it): (i32, Returned)| pb::ReturnedPart {
        number,
        amount: Some(nok(it.ore)),
        return_date: Some(date_to_wire(it.on)),
        voucher: it.voucher,
    };
    numbered.map(to_wire).collect()
}
