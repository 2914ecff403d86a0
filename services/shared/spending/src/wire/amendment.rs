//! Amendments on the wire, inside the messages of what they amend.

use chrono::NaiveDate;
use platform::{Fields, REASON_LENGTH_MAX, Result, date_to_wire, field_reason};
use proto::spending::v1 as pb;

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
        fields.take("number", parsed.ok_or(field_reason::Amendment))
    }

    /// Names what of the amendment does not fit what its parent promises and has been amended to.
    pub fn must_fit(&self, parent: &Parent, amendments: &Amendments) -> Result<()> {
        let mut fields = Fields::default();
        if let Some(wrong) = amendments.too_many() {
            fields.refuse("amendment", wrong);
        }
        for wrong in parent.misfits(&self.commitments) {
            fields.refuse("amendment.commitments", wrong);
        }
        Ok(fields.check()?)
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
