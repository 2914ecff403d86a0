//! Commitments on the wire, inside the messages of what they are promised to.

use std::collections::BTreeSet;

use platform::{Fields, NokSign, nok};
use proto::spending::v1 as pb;

use crate::domain::{Commitment, FrameKey};

/// Commitments of one parent at the most.
const COMMITMENTS_MAX: usize = 50;

impl Commitment {
    /// Reads what a parent asks for, in the order of chapter, post and year, noting every bad field
    /// below `field`, such as `agreement.commitments`.
    pub fn parse_all(fields: &mut Fields, field: &str, given: &[pb::Commitment]) -> Vec<Self> {
        if given.is_empty() || given.len() > COMMITMENTS_MAX {
            fields.refuse(field, format!("1 to {COMMITMENTS_MAX} commitments"));
        }
        let mut commitments = Vec::new();
        for (index, it) in given.iter().take(COMMITMENTS_MAX).enumerate() {
            let at = |part: &str| format!("{field}[{index}].{part}");
            let key = FrameKey {
                post: fields.post(&at("post"), it.post.as_ref()),
                year: fields.year(&at("year"), it.year),
            };
            let amount_ore = fields.nok(&at("amount"), it.amount.as_ref(), NokSign::Positive);
            commitments.push(Self::asked(key, amount_ore));
        }
        let keys: BTreeSet<_> = commitments.iter().map(Self::frame_key).collect();
        if keys.len() < commitments.len() {
            fields.refuse(field, "every chapter, post and year once");
        }
        commitments.sort_by_key(Self::frame_key);
        commitments
    }
}

impl From<Commitment> for pb::Commitment {
    fn from(it: Commitment) -> Self {
        Self {
            conditional: it.conditional(),
            released: Some(nok(it.released_ore())),
            post: Some(it.post.into()),
            year: it.year,
            amount: Some(nok(it.amount_ore)),
        }
    }
}
