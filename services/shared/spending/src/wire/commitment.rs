//! Commitments on the wire, inside the messages of what they are promised to.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use platform::{Fields, NokSign, date_to_wire, field_reason, nok};
use proto::spending::v1 as pb;

use super::foreign_amount::sum;
use crate::domain::{Commitment, FrameKey};

impl Commitment {
    /// Reads what a parent asks for, in the order of chapter, post and year, noting every bad field
    /// below `field`, such as `agreement.commitments`.
    pub fn parse_all(
        fields: &mut Fields,
        field: &str,
        given: &[pb::Commitment],
        today: NaiveDate,
    ) -> Vec<Self> {
        parse_all(fields, field, given, NokSign::Positive, today)
    }

    /// The same of what an amendment asks for: 0 where it falls away.
    pub(super) fn parse_amended(
        fields: &mut Fields,
        field: &str,
        given: &[pb::Commitment],
        today: NaiveDate,
    ) -> Vec<Self> {
        parse_all(fields, field, given, NokSign::NotNegative, today)
    }
}

fn parse_all(
    fields: &mut Fields,
    field: &str,
    given: &[pb::Commitment],
    sign: NokSign,
    today: NaiveDate,
) -> Vec<Commitment> {
    if given.is_empty() || given.len() > Commitment::MAX {
        let (min, max) = (1, Commitment::MAX);
        fields.refuse(field, field_reason::Count { min, max });
    }
    let mut commitments = Vec::new();
    for (index, it) in given.iter().take(Commitment::MAX).enumerate() {
        let at = |part: &str| format!("{field}[{index}].{part}");
        let key = FrameKey {
            post: fields.post(&at("post"), it.post.as_ref()),
            year: fields.year(&at("year"), it.year),
        };
        let given = (it.amount.as_ref(), it.foreign.as_ref());
        let (amount_ore, foreign) = sum(fields, at, given, sign, today);
        commitments.push(Commitment {
            foreign,
            ..Commitment::asked(key, amount_ore)
        });
    }
    let keys: BTreeSet<_> = commitments.iter().map(Commitment::frame_key).collect();
    if keys.len() < commitments.len() {
        fields.refuse(field, field_reason::CommitmentRepeated);
    }
    commitments.sort_by_key(Commitment::frame_key);
    commitments
}

impl From<Commitment> for pb::Commitment {
    fn from(it: Commitment) -> Self {
        Self {
            conditional: it.conditional(),
            released: Some(nok(it.released_ore())),
            confirm_date: it.confirmed_on().map(date_to_wire),
            post: Some(it.post.into()),
            year: it.year,
            amount: Some(nok(it.amount_ore)),
            foreign: it.foreign.map(Into::into),
        }
    }
}
