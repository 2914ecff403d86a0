//! What a story asks of a host after the award, and of a draft: every function has an arm for each host.

use contract::testing::v1 as testing;
use proto::grants::v1 as grants_v1;
use proto::spending::v1 as pb;
use testkit::spending::{LATE, amendment, head};
use testkit::{Actor, Refusal, date, grants, id, letter, post};

use crate::told::Told;
use crate::world::{Host, World, asked, new_pledge};

impl World {
    /// Lifts the reservation of a year of 144.70.
    pub(crate) async fn confirm(
        &self,
        actor: Actor,
        name: &str,
        year: i32,
        day: &str,
    ) -> Result<Told, Refusal> {
        match self.host {
            Host::Grants => {
                let request = grants::confirm_commitment(name, year, day);
                actor.settled(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::ConfirmPledgeCommitmentRequest {
                    name: name.into(),
                    effective_date: date(day),
                    late_reason: LATE.into(),
                    post: Some(post("144.70")),
                    year,
                    request_id: id(),
                    ..Default::default()
                };
                actor.settled(request).await.map(Told::from)
            }
        }
    }

    /// Enters an amendment to these whole amounts, in kroner, of years of 144.70.
    pub(crate) async fn enter(&self, name: &str, to: &[(i32, i64)]) -> Result<Told, Refusal> {
        let to = to
            .iter()
            .map(|(year, amount)| asked("144.70", *year, *amount));
        self.enter_of(name, to.collect()).await
    }

    /// Enters an amendment to these commitments.
    pub(crate) async fn enter_of(
        &self,
        name: &str,
        to: Vec<pb::Commitment>,
    ) -> Result<Told, Refusal> {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let request = grants::enter_amendment(name, to);
                officer.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::EnterAmendmentRequest {
                    name: name.into(),
                    amendment: Some(amendment(to)),
                    request_id: id(),
                    ..Default::default()
                };
                officer.call(request).await.map(Told::from)
            }
        }
    }

    /// Drops the amendment that waits.
    pub(crate) async fn drop_amendment(&self, name: &str) -> Result<Told, Refusal> {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let request = grants::drop_amendment(name);
                officer.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::DropAmendmentRequest {
                    name: name.into(),
                    request_id: id(),
                    ..Default::default()
                };
                officer.call(request).await.map(Told::from)
            }
        }
    }

    /// Decides the amendment that waits, sent again as long as it is busy.
    pub(crate) fn decide_amendment(
        &self,
        actor: Actor,
        name: &str,
        day: &str,
    ) -> impl Future<Output = Result<Told, Refusal>> + Send + use<> {
        let of_grants = grants::decide_amendment(name, day);
        let of_contract = decide_amendment(name, day);
        let host = self.host;
        async move {
            match host {
                Host::Grants => actor.settled(of_grants).await.map(Told::from),
                Host::Contract => actor.settled(of_contract).await.map(Told::from),
            }
        }
    }

    /// The section head's decision of an amendment to these whole amounts.
    pub(crate) async fn amend(
        &self,
        name: &str,
        to: &[(i32, i64)],
        day: &str,
    ) -> Result<Told, Refusal> {
        self.enter(name, to).await.unwrap();
        self.decide_amendment(head(self), name, day).await
    }

    /// An amendment to these whole amounts is entered, its decision refused for this reason, and it is
    /// dropped.
    pub(crate) async fn amend_refused(
        &self,
        name: &str,
        to: &[(i32, i64)],
        day: &str,
        reason: &str,
    ) -> Refusal {
        let refusal = self.amend(name, to, day).await.unwrap_err();
        assert_eq!(refusal.reason, reason, "{}", refusal.status);
        self.drop_amendment(name).await.unwrap();
        refusal
    }

    /// Signs a decided amendment.
    pub(crate) async fn sign_amendment(
        &self,
        name: &str,
        number: i32,
        day: &str,
    ) -> Result<Told, Refusal> {
        let head = head(self);
        match self.host {
            Host::Grants => {
                let request = grants::sign_amendment(name, number, day);
                head.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::SignAmendmentRequest {
                    name: name.into(),
                    effective_date: date(day),
                    late_reason: LATE.into(),
                    document: letter(day),
                    number,
                    request_id: id(),
                    ..Default::default()
                };
                head.call(request).await.map(Told::from)
            }
        }
    }

    /// Cancels an award on a day.
    pub(crate) async fn cancel(&self, name: &str, day: &str) -> Result<Told, Refusal> {
        let head = head(self);
        match self.host {
            Host::Grants => head.call(grants::cancel(name, day)).await.map(Told::from),
            Host::Contract => {
                let request = testing::CancelPledgeRequest {
                    name: name.into(),
                    effective_date: date(day),
                    late_reason: LATE.into(),
                    request_id: id(),
                    ..Default::default()
                };
                head.call(request).await.map(Told::from)
            }
        }
    }

    /// Draws a draft up anew, of these whole amounts of years of 144.70.
    pub(crate) async fn redraft(&self, name: &str, of: &[(i32, i64)]) -> Result<Told, Refusal> {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let to = grants::new_agreement("", of).agreement.unwrap();
                let request = grants::update(name, to);
                officer.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let of = of
                    .iter()
                    .map(|(year, amount)| asked("144.70", *year, *amount));
                let request = testing::UpdatePledgeRequest {
                    pledge: Some(testing::Pledge {
                        name: name.into(),
                        ..new_pledge("", of.collect()).pledge.unwrap()
                    }),
                    request_id: id(),
                    ..Default::default()
                };
                officer.call(request).await.map(Told::from)
            }
        }
    }

    /// Drops a draft.
    pub(crate) async fn drop_draft(&self, name: &str) -> Result<Told, Refusal> {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let request = grants::drop_draft(name);
                officer.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::DropPledgeRequest {
                    name: name.into(),
                    request_id: id(),
                    ..Default::default()
                };
                officer.call(request).await.map(Told::from)
            }
        }
    }

    /// What this host tells money apart by, and what it says of a parent that nobody corrected.
    pub(crate) fn told_apart(&self) -> (&'static str, &'static str) {
        match self.host {
            Host::Grants => ("recipient_type", "870"),
            Host::Contract => ("theme", ""),
        }
    }

    /// Names that a parent may touch beside its own: recipients of grants, partners of pledges.
    pub(crate) fn partners(&self) -> [&'static str; 2] {
        match self.host {
            Host::Grants => ["organisations/974760673", "organisations/981965132"],
            Host::Contract => ["partners/x", "partners/y"],
        }
    }

    /// Enters a correction of what a parent's money is told apart by.
    pub(crate) async fn correct(&self, name: &str, to: &str) -> Result<Told, Refusal> {
        let of_grants = grants_v1::Correction {
            recipient_type: to.into(),
            ..Default::default()
        };
        let of_contract = testing::PledgeCorrection {
            theme: to.into(),
            partners: Vec::new(),
        };
        self.enter_correction(name, of_grants, of_contract).await
    }

    /// Enters a correction of the partner that a parent touches.
    pub(crate) async fn correct_partner(&self, name: &str, to: &str) -> Result<Told, Refusal> {
        let number = to.strip_prefix("organisations/");
        let of_grants = grants_v1::Correction {
            organisation_number: number.map(str::to_owned),
            ..Default::default()
        };
        let of_contract = testing::PledgeCorrection {
            theme: String::new(),
            partners: vec![to.into()],
        };
        self.enter_correction(name, of_grants, of_contract).await
    }

    async fn enter_correction(
        &self,
        name: &str,
        of_grants: grants_v1::Correction,
        of_contract: testing::PledgeCorrection,
    ) -> Result<Told, Refusal> {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let request = grants::correct(name, of_grants);
                officer.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::CorrectPledgeRequest {
                    name: name.into(),
                    correction: Some(of_contract),
                    request_id: id(),
                    ..Default::default()
                };
                officer.call(request).await.map(Told::from)
            }
        }
    }

    /// Confirms the correction that waits.
    pub(crate) async fn confirm_correction(
        &self,
        actor: Actor,
        name: &str,
    ) -> Result<Told, Refusal> {
        match self.host {
            Host::Grants => {
                let request = grants::confirm_correction(name);
                actor.call(request).await.map(Told::from)
            }
            Host::Contract => {
                let request = testing::ConfirmPledgeCorrectionRequest {
                    name: name.into(),
                    request_id: id(),
                    ..Default::default()
                };
                actor.call(request).await.map(Told::from)
            }
        }
    }

    /// A parent as it is, or as it was at an instant.
    pub(crate) async fn read(&self, name: &str) -> Told {
        let officer = self.officer();
        match self.host {
            Host::Grants => {
                let request = grants_v1::GetAgreementRequest {
                    name: name.into(),
                    read_time: None,
                };
                officer.must(request).await.into()
            }
            Host::Contract => {
                let request = testing::GetPledgeRequest {
                    name: name.into(),
                    read_time: None,
                };
                officer.must(request).await.into()
            }
        }
    }
}

/// The decision of a pledge's amendment.
pub(crate) fn decide_amendment(name: &str, day: &str) -> testing::DecideAmendmentRequest {
    testing::DecideAmendmentRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}
