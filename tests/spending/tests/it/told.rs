//! What a step of a parent answers, at every host.

use contract::testing::v1::Pledge;
use proto::grants::v1::Agreement;
use proto::spending::v1 as pb;

/// What a step of a parent answers.
#[derive(Debug)]
pub(crate) struct Told {
    /// As the contract spells it, such as `AWARDED`.
    pub(crate) state: String,
    pub(crate) commitments: Vec<pb::Commitment>,
    pub(crate) reservation: String,
    pub(crate) reservation_nn: String,
    pub(crate) reservation_rule: String,
    pub(crate) amendments: Vec<pb::Amendment>,
}

impl From<Agreement> for Told {
    fn from(it: Agreement) -> Self {
        Self {
            state: it.state().as_str_name().replace("STATE_", ""),
            commitments: it.commitments,
            reservation: it.reservation,
            reservation_nn: it.reservation_nn,
            reservation_rule: it.reservation_rule,
            amendments: it.amendments,
        }
    }
}

impl From<Pledge> for Told {
    fn from(it: Pledge) -> Self {
        Self {
            state: it.state().as_str_name().replace("STATE_", ""),
            commitments: it.commitments,
            reservation: it.reservation,
            reservation_nn: it.reservation_nn,
            reservation_rule: it.reservation_rule,
            amendments: it.amendments,
        }
    }
}
