//! Amendments on the wire, inside the messages of what they amend.

use chrono::NaiveDate;
use platform::{Fields, REASON_LENGTH_MAX, Result, date_to_wire};
use proto::spending::v1 as pb;

use super::commitment::COMMITMENTS_MAX;
use crate::domain::amendment::State;
use crate::domain::{Amendment, Amendments, Commitment, Parent};

impl Amendment {
    /// Reads what is entered in the field `amendment`.
    pub fn parse(fields: &mut Fields, given: Option<&pb::Amendment>, today: NaiveDate) -> Self {
        let it = fields.required("amendment", given);
        let commitments = if given.is_some() {
            Commitment::parse_amended(fields, "amendment.commitments", &it.commitments, today)
        } else {
            Vec::new()
        };
        Self {
            commitments,
            reason: fields.text("amendment.reason", &it.reason, REASON_LENGTH_MAX),
            state: State::Entered,
            decided_on: None,
            signed_on: None,
            document: None,
        }
    }

    /// Reads which amendment is meant.
    pub fn number(fields: &mut Fields, number: i32) -> usize {
        let parsed = usize::try_from(number).ok().filter(|it| *it > 0);
        fields.take(
            "number",
            parsed.ok_or_else(|| "the number of an amendment, from 1".to_owned()),
        )
    }

    /// Names what the parent promises already as the amendment says it, and an amendment too many.
    pub fn must_fit(&self, parent: &Parent, amendments: &Amendments) -> Result<()> {
        let mut fields = Fields::default();
        if amendments.0.len() > Amendments::MAX {
            fields.refuse(
                "amendment",
                format!("at most {} of one parent", Amendments::MAX),
            );
        }
        let is_new = |it: &&Commitment| parent.commitment(&it.frame_key()).is_none();
        let new = self.commitments.iter().filter(is_new).count();
        if parent.commitments.len() + new > COMMITMENTS_MAX {
            let most = format!("{COMMITMENTS_MAX} commitments of one parent at the most");
            fields.refuse("amendment.commitments", most);
        }
        for asked in &self.commitments {
            let key = asked.frame_key();
            let present = parent.commitment(&key);
            let present = present.map_or((0, None), |it| (it.amount_ore, it.foreign.as_ref()));
            if present == (asked.amount_ore, asked.foreign.as_ref()) {
                let other = format!("another amount than it is of {} in {}", key.post, key.year);
                fields.refuse("amendment.commitments", other);
            }
        }
        fields.check()
    }
}

impl From<Amendments> for Vec<pb::Amendment> {
    fn from(it: Amendments) -> Self {
        let numbered = (1..).zip(it.0);
        let to_wire = |(number, it): (i32, Amendment)| pb::Amendment {
            number,
            commitments: it.commitments.into_iter().map(Into::into).collect(),
            reason: it.reason,
            state: pb::amendment::State::from(it.state).into(),
            decide_date: it.decided_on.map(date_to_wire),
            sign_date: it.signed_on.map(date_to_wire),
            document: it.document.map(Into::into),
        };
        numbered.map(to_wire).collect()
    }
}

impl From<State> for pb::amendment::State {
    fn from(it: State) -> Self {
        match it {
            State::Entered => Self::Entered,
            State::Decided => Self::Decided,
            State::Signed => Self::Signed,
            State::Dropped => Self::Dropped,
        }
    }
}
