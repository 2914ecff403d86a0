//! The hosts, and what a story asks of them: something that commits money and is paid.

use std::ops::Deref;

use contract::testing::v1 as testing;
use host::NoKnobs;
use platform::Nouns;
use proto::access::v1::Role;
use proto::spending::v1 as pb;
use sqlx::AssertSqlSafe;
use testkit::spending::{
    LATE, approve, director, head, may_spend, new_delegation, registrar, requested,
};
use testkit::{Actor, Database, Kit, Refusal, Wire, date, grants, id, kroner, noon, post};

use crate::told::Told;

/// Who hosts spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The grants service, whose agreements pay when they are signed.
    Grants,
    /// The tests' own, whose pledges pay when they are awarded.
    Contract,
}

/// A host on a day.
pub(crate) struct World {
    pub(crate) host: Host,
    kit: Kit,
}

impl Deref for World {
    type Target = Kit;

    fn deref(&self) -> &Kit {
        &self.kit
    }
}

impl Host {
    fn nouns(self) -> &'static Nouns {
        match self {
            Self::Grants => &::grants::NOUNS,
            Self::Contract => &contract::NOUNS,
        }
    }

    /// The host on a day at noon.
    pub(crate) async fn on(self, day: &str) -> World {
        self.serve(day, Database::of(self.nouns()).await).await
    }

    /// The same, behind a way to the database that is counted.
    pub(crate) async fn counted(self, day: &str) -> (Wire, World) {
        let (wire, database) = Wire::before(&Database::of(self.nouns()).await).await;
        (wire, self.serve(day, database).await)
    }

    /// The same, which waits for a lock as long as the test holds it.
    pub(crate) async fn patient_on(self, day: &str) -> World {
        let database = Database::of(self.nouns()).await;
        self.serve(day, database.patient()).await
    }

    async fn serve(self, day: &str, database: Database) -> World {
        let (knobs, clock) = (NoKnobs {}, noon(day));
        let kit = match self {
            Self::Grants => testkit::serve_from(&::grants::SERVICE, knobs, clock, database).await,
            Self::Contract => testkit::serve_from(&contract::SERVICE, knobs, clock, database).await,
        };
        World { host: self, kit }
    }
}

impl World {
    /// The same database served on another day.
    pub(crate) async fn later(&self, day: &str) -> Self {
        self.host.serve(day, self.database.clone()).await
    }

    /// The role that prepares here.
    pub(crate) fn preparer(&self) -> Role {
        match self.host {
            Host::Grants => Role::CaseOfficer,
            Host::Contract => Role::RecruitmentAdviser,
        }
    }

    /// Who prepares.
    pub(crate) fn officer(&self) -> Actor {
        self.person("ada", &[self.preparer()])
    }

    /// A measure of this host's, such as `grants.disbursed`.
    pub(crate) fn measure(&self, what: &str) -> String {
        format!("{}.{what}", self.host.nouns().service)
    }

    /// What commits money here, by its id.
    pub(crate) fn parent(&self, id_of_parent: &str) -> String {
        match self.host {
            Host::Grants => format!("agreements/{id_of_parent}"),
            Host::Contract => format!("pledges/{id_of_parent}"),
        }
    }

    /// The RPC that prepares a parent.
    pub(crate) fn creating(&self) -> &'static str {
        match self.host {
            Host::Grants => "/norec.grants.v1.AgreementService/CreateAgreement",
            Host::Contract => "/norec.testing.v1.PledgeService/CreatePledge",
        }
    }

    /// What an award needs beside a line: the section head's authority for all of 2025, and in grants an
    /// edition.
    pub(crate) async fn may_decide(&self) {
        match self.host {
            Host::Grants => {
                let mut edition = grants::new_edition("2025");
                edition.scheme_edition.as_mut().unwrap().posts =
                    ["144.70", "144.71", "170.70"].map(post).into();
                head(self).must(edition).await;
            }
            Host::Contract => (),
        }
    }

    /// The same, with a line of 2025 on 144.70, and the director's and the section head's authority.
    pub(crate) async fn may_award(&self, line: i64) {
        self.may_decide().await;
        may_spend(self, line).await;
    }

    /// The section head's authority from 2026 on.
    pub(crate) async fn may_decide_next_year(&self) {
        let own = new_delegation("dag", 1_000_000_000, "2026-01-01");
        registrar(self).must(own).await;
        let given = new_delegation("solveig", 1_000_000_000, "2026-01-01");
        director(self).must(given).await;
    }

    /// Prepares a parent of these commitments.
    pub(crate) async fn draft(
        &self,
        actor: &Actor,
        id_of_parent: &str,
        commitments: Vec<pb::Commitment>,
    ) -> Result<String, Refusal> {
        match self.host {
            Host::Grants => {
                let mut request = grants::new_agreement(id_of_parent, &[]);
                request.agreement.as_mut().unwrap().commitments = commitments;
                actor.call(request).await.map(|it| it.name)
            }
            Host::Contract => {
                let request = new_pledge(id_of_parent, commitments);
                actor.call(request).await.map(|it| it.name)
            }
        }
    }

    /// A draft that promises so many kroner of 144.70 of each year.
    pub(crate) async fn drafted(&self, id_of_parent: &str, of: &[(i32, i64)]) -> String {
        let commitments = of
            .iter()
            .map(|(year, amount)| asked("144.70", *year, *amount));
        self.drafted_of(id_of_parent, commitments.collect()).await
    }

    /// A draft of these commitments.
    pub(crate) async fn drafted_of(
        &self,
        id_of_parent: &str,
        commitments: Vec<pb::Commitment>,
    ) -> String {
        let drafted = self.draft(&self.officer(), id_of_parent, commitments).await;
        drafted.unwrap()
    }

    /// Awards a parent on a day, sent again as long as it is busy.
    pub(crate) fn award(
        &self,
        actor: Actor,
        name: &str,
        day: &str,
    ) -> impl Future<Output = Result<Told, Refusal>> + Send + use<> {
        let of_grants = grants::award(name, day);
        let of_contract = award_pledge(name, day);
        let host = self.host;
        async move {
            match host {
                Host::Grants => actor.settled(of_grants).await.map(Told::from),
                Host::Contract => actor.settled(of_contract).await.map(Told::from),
            }
        }
    }

    /// Awards a parent on a day, which must be refused for this reason.
    pub(crate) async fn award_refused(
        &self,
        actor: Actor,
        name: &str,
        day: &str,
        reason: &str,
    ) -> Refusal {
        let refusal = self.award(actor, name, day).await.unwrap_err();
        assert_eq!(refusal.reason, reason, "{}", refusal.status);
        refusal
    }

    /// A parent that the section head awarded on 3 February 2025.
    pub(crate) async fn awarded(&self, id_of_parent: &str, of: &[(i32, i64)]) -> String {
        let name = self.drafted(id_of_parent, of).await;
        self.award(head(self), &name, "2025-02-03").await.unwrap();
        name
    }

    /// The same, which pays: in grants it is signed on 10 February.
    pub(crate) async fn paying(&self, id_of_parent: &str, of: &[(i32, i64)]) -> String {
        let name = self.awarded(id_of_parent, of).await;
        self.open(&name, "2025-02-10").await;
        name
    }

    /// Brings an award into the state that pays.
    pub(crate) async fn open(&self, name: &str, day: &str) {
        match self.host {
            Host::Grants => drop(head(self).must(grants::sign(name, day)).await),
            Host::Contract => (),
        }
    }

    /// The day from which what [`World::paying`] makes pays.
    pub(crate) fn pays_from(&self) -> &'static str {
        match self.host {
            Host::Grants => "2025-02-10",
            Host::Contract => "2025-02-03",
        }
    }

    /// Every name that a parent touches.
    pub(crate) fn touched(&self, parent: &str) -> Vec<String> {
        match self.host {
            Host::Grants => vec![parent.to_owned(), "organisations/981965132".to_owned()],
            Host::Contract => vec![parent.to_owned()],
        }
    }

    /// A parent in a state that does not pay, and that state.
    pub(crate) async fn not_paying(
        &self,
        id_of_parent: &str,
        of: &[(i32, i64)],
    ) -> (String, &'static str) {
        match self.host {
            Host::Grants => (self.awarded(id_of_parent, of).await, "AWARDED"),
            Host::Contract => (self.drafted(id_of_parent, of).await, "DRAFT"),
        }
    }

    /// Brings a parent that pays back into a state that does not. No verb does; the owner can.
    pub(crate) async fn stop_paying(&self, name: &str) -> &'static str {
        let (table, state, told) = match self.host {
            Host::Grants => ("agreements", "awarded", "AWARDED"),
            Host::Contract => ("pledges", "draft", "DRAFT"),
        };
        let sql = format!("update {table} set state = '{state}' where name = '{name}'");
        let mut owner = self.owner().await;
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut owner)
            .await
            .unwrap();
        told
    }

    /// Closes a parent on a day.
    pub(crate) async fn close(&self, name: &str, day: &str) -> Result<Told, Refusal> {
        let head = head(self);
        match self.host {
            Host::Grants => head.call(grants::close(name, day)).await.map(Told::from),
            Host::Contract => head.call(close_pledge(name, day)).await.map(Told::from),
        }
    }

    /// Closes a parent on a day, which must be refused for this reason.
    pub(crate) async fn close_refused(&self, name: &str, day: &str, reason: &str) -> Refusal {
        let refusal = self.close(name, day).await.unwrap_err();
        assert_eq!(refusal.reason, reason, "{}", refusal.status);
        refusal
    }

    /// A payment that was requested.
    pub(crate) async fn requested(
        &self,
        parent: &str,
        id_of_payment: &str,
        of: (i32, i64),
        day: &str,
    ) -> String {
        requested(&self.officer(), parent, id_of_payment, of, day).await
    }

    /// The same, decided and attested on the same day.
    pub(crate) async fn approved(
        &self,
        parent: &str,
        id_of_payment: &str,
        of: (i32, i64),
        day: &str,
    ) -> String {
        let name = self.requested(parent, id_of_payment, of, day).await;
        approve(self, &name, day).await;
        name
    }
}

/// What is asked for of a post and year, in kroner.
pub(crate) fn asked(of_post: &str, year: i32, amount: i64) -> pb::Commitment {
    pb::Commitment {
        post: Some(post(of_post)),
        year,
        amount: kroner(amount),
        ..Default::default()
    }
}

/// A draft of a pledge of these commitments.
pub(crate) fn new_pledge(
    id_of_pledge: &str,
    commitments: Vec<pb::Commitment>,
) -> testing::CreatePledgeRequest {
    testing::CreatePledgeRequest {
        pledge_id: id_of_pledge.into(),
        pledge: Some(testing::Pledge {
            commitments,
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// The award of a pledge.
pub(crate) fn award_pledge(name: &str, day: &str) -> testing::AwardPledgeRequest {
    testing::AwardPledgeRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The closing of a pledge.
pub(crate) fn close_pledge(name: &str, day: &str) -> testing::ClosePledgeRequest {
    testing::ClosePledgeRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}
