//! Why agreements and their payments say no.

use chrono::NaiveDate;
use platform::{Refused, kroner, refused};
use proto::grants::v1::ErrorReason as Reason;

use super::{word, words};
use crate::domain::{
    AgreementName, DisbursementName, FrameKey, SchemeEditionName, agreement, disbursement,
};

/// Why an agreement, a commitment or a payment says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementRefusal {
    /// The scheme edition does not exist.
    #[error("there is no {name}")]
    SchemeUnknown {
        /// The edition.
        name: SchemeEditionName,
    },
    /// The agreement is in another state than the verb needs.
    #[error("{name} is {state:?}")]
    AgreementWrongState {
        /// The agreement.
        name: AgreementName,
        /// Its state.
        state: agreement::State,
        /// The states that the verb needs.
        needed: &'static [agreement::State],
    },
    /// A commitment is for a year before the decision's.
    #[error("{year} is over on {effective_on}")]
    CommitmentInPastYear {
        /// The commitment's year.
        year: i32,
        /// The decision's day.
        effective_on: NaiveDate,
    },
    /// Payments of the agreement are neither paid nor voided.
    #[error("{name} has {} open payments", payments.len())]
    PaymentsOpen {
        /// The agreement.
        name: AgreementName,
        /// The payments.
        payments: Vec<DisbursementName>,
    },
    /// A correction waits already.
    #[error("{name} has a correction waiting")]
    CorrectionWaiting {
        /// The agreement.
        name: AgreementName,
    },
    /// No correction waits.
    #[error("{name} has no correction waiting")]
    NoCorrectionWaiting {
        /// The agreement.
        name: AgreementName,
    },
    /// What the correction says is what is recorded.
    #[error("{name} is recorded like that")]
    NothingToCorrect {
        /// The agreement or payment.
        name: String,
    },
    /// The payment is in another state than the verb needs.
    #[error("{name} is {state:?}")]
    DisbursementWrongState {
        /// The payment.
        name: DisbursementName,
        /// Its state.
        state: disbursement::State,
        /// The states that the verb needs.
        needed: &'static [disbursement::State],
    },
    /// The agreement has no such commitment.
    #[error("{name} commits nothing there")]
    CommitmentUnknown {
        /// The agreement.
        name: AgreementName,
        /// Chapter, post and year.
        key: FrameKey,
    },
    /// The commitment is conditional.
    #[error("{name} commits that with reservation")]
    CommitmentConditional {
        /// The agreement.
        name: AgreementName,
        /// Chapter, post and year.
        key: FrameKey,
    },
    /// The commitment does not hold what is asked for.
    #[error("{left_ore} øre of {asked_ore} are left")]
    CommitmentExceeded {
        /// The agreement.
        name: AgreementName,
        /// Chapter, post and year.
        key: FrameKey,
        /// What is left.
        left_ore: i64,
        /// What was asked for.
        asked_ore: i64,
    },
    /// The step lies outside the commitment's year.
    #[error("{effective_on} is not in {year}")]
    PaymentOutsideYear {
        /// The commitment's year.
        year: i32,
        /// The step's day.
        effective_on: NaiveDate,
    },
    /// The bank paid in another year than the commitment's, and nobody said why.
    #[error("{paid_on} is not in {year}")]
    OtherYearReasonRequired {
        /// The commitment's year.
        year: i32,
        /// The day on which the bank paid.
        paid_on: NaiveDate,
    },
}

impl From<AgreementRefusal> for Refused {
    fn from(it: AgreementRefusal) -> Self {
        use AgreementRefusal as It;
        match it {
            It::SchemeUnknown { name } => refused(Reason::SchemeUnknown).with("name", name),
            It::AgreementWrongState {
                name,
                state,
                needed,
            } => refused(Reason::AgreementWrongState)
                .with("name", name)
                .with("state", word(state))
                .with("needed", words(needed)),
            It::CommitmentInPastYear { year, effective_on } => {
                dated(Reason::CommitmentInPastYear, year, effective_on)
            }
            It::PaymentsOpen { name, payments } => refused(Reason::PaymentsOpen)
                .with("name", name)
                .with("payments", listed(&payments)),
            It::CorrectionWaiting { name } => refused(Reason::CorrectionWaiting).with("name", name),
            It::NoCorrectionWaiting { name } => {
                refused(Reason::NoCorrectionWaiting).with("name", name)
            }
            It::NothingToCorrect { name } => refused(Reason::NothingToCorrect).with("name", name),
            It::DisbursementWrongState {
                name,
                state,
                needed,
            } => refused(Reason::DisbursementWrongState)
                .with("name", name)
                .with("state", word(state))
                .with("needed", words(needed)),
            It::CommitmentUnknown { name, key } => {
                of_commitment(Reason::CommitmentUnknown, name, key)
            }
            It::CommitmentConditional { name, key } => {
                of_commitment(Reason::CommitmentConditional, name, key)
            }
            It::CommitmentExceeded {
                name,
                key,
                left_ore,
                asked_ore,
            } => of_commitment(Reason::CommitmentExceeded, name, key)
                .with("left", kroner(left_ore))
                .with("asked", kroner(asked_ore)),
            It::PaymentOutsideYear { year, effective_on } => {
                dated(Reason::PaymentOutsideYear, year, effective_on)
            }
            It::OtherYearReasonRequired { year, paid_on } => {
                refused(Reason::OtherYearReasonRequired)
                    .with("year", year)
                    .with("paid_date", paid_on)
            }
        }
    }
}

fn dated(reason: Reason, year: i32, effective_on: NaiveDate) -> Refused {
    refused(reason)
        .with("year", year)
        .with("effective_date", effective_on)
}

fn of_commitment(reason: Reason, name: AgreementName, key: FrameKey) -> Refused {
    refused(reason)
        .with("name", name)
        .with("post", key.post)
        .with("year", key.year)
}

fn listed(payments: &[DisbursementName]) -> String {
    let names: Vec<_> = payments.iter().map(DisbursementName::as_str).collect();
    names.join(", ")
}
