//! Payments on the wire.

use chrono::NaiveDate;
use platform::{
    Fields, NAME_LENGTH_MAX, NokSign, PostKey, REASON_LENGTH_MAX, date_to_wire, etag, nok,
    time_to_wire,
};
use proto::spending::v1 as pb;

use crate::domain::disbursement::{Paid, PaymentCorrection, State};
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
    ) -> Self {
        let id = &request.disbursement_id;
        let name = DisbursementName::create(fields, parents, &request.parent, id);
        let given = fields.required("disbursement", request.disbursement.as_ref());
        let post = fields.post("disbursement.post", given.post.as_ref());
        Self {
            chapter: post.chapter,
            post: post.post,
            year: fields.year("disbursement.year", given.year),
            amount_ore: fields.nok(
                "disbursement.amount",
                given.amount.as_ref(),
                NokSign::Positive,
            ),
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
        Self {
            on,
            other_year_reason: other_year_reason(fields, &request.other_year_reason),
            voucher: fields.identity("voucher", &request.voucher, VOUCHER_LENGTH_MAX),
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
        Self {
            on: request
                .paid_date
                .map(|date| fields.past_date("paid_date", Some(&date), today)),
            voucher: (!voucher.is_empty()).then_some(voucher),
            other_year_reason: other_year_reason(fields, &request.other_year_reason),
            reason: fields.reason(&request.reason),
        }
    }
}

fn other_year_reason(fields: &mut Fields, value: &str) -> String {
    fields.optional_text("other_year_reason", value, REASON_LENGTH_MAX)
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
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}
