//! Payments on the wire.

use platform::{PostKey, date_to_wire, etag, nok, time_to_wire};
use proto::grants::v1 as pb;

use crate::domain::Disbursement;
use crate::domain::disbursement::State;

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
