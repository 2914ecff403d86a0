//! What a handler knows of its call: who, under which rule, when, in which language, until when.

use chrono::{DateTime, NaiveDate, Utc};
use error::Result;
use fields::{Fields, Invalid, Received};
use prost_types::Timestamp;
use proto::access::v1::Role;
use proto::common::v1::DocumentRef;
use proto::{Call, MethodRule, Refused, field_reason, reason};
use token::{Kind, Principal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wording::Locale;

use crate::patience::Patience;
use calendar::oslo_date;

/// The context of one call, first argument of everything that judges it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who is calling.
    pub principal: Principal,
    /// Whom PORTAL acts for, such as `partners/x`; empty for all others, and where it acts for nobody.
    pub acting_for: String,
    /// The access rule of the method called.
    pub rule: &'static MethodRule,
    /// The instant that the call is judged at.
    pub now: DateTime<Utc>,
    /// When its request had been read whole, which is what deadlines judge.
    pub arrived_at: DateTime<Utc>,
    /// The language of texts in the answer.
    pub locale: Locale,
    /// W3C trace id, 32 hexadecimal digits.
    pub trace_id: String,
    /// How long the caller waits.
    pub patience: Patience,
    /// Cancelled when the caller has left.
    pub left: CancellationToken,
    /// Keeps count of work that drain waits for.
    pub tasks: TaskTracker,
}

impl Ctx {
    /// The day of the call in Oslo, which rules and deadlines go by.
    pub fn today(&self) -> NaiveDate {
        oslo_date(self.now)
    }

    /// The context with whom the request says that PORTAL acts for.
    ///
    /// # Errors
    /// PORTAL says it of no one, or somebody else says it.
    pub(crate) fn acting_for(self, request: &impl Call) -> Result<Self, Invalid> {
        let field = "acting_for";
        let is_portal = self.principal.roles.contains(&Role::Portal);
        let must_say = is_portal && self.rule.roles.contains(&Role::Portal);
        let mut fields = Fields::default();
        match request.acting_for() {
            "" if must_say && !self.rule.acting_for_optional => {
                fields.refuse(field, field_reason::Required);
            }
            "" => (),
            name if is_portal => fields.resource(field, name),
            _ => fields.refuse(field, field_reason::PortalOnly),
        }
        fields.check()?;
        Ok(Self {
            acting_for: request.acting_for().to_owned(),
            ..self
        })
    }

    /// When what the request brings was here: with the request, or, where a person enters what came before it on
    /// paper or by mail, at the instant that he gives with its document. A machine cannot give one.
    pub fn received(
        &self,
        fields: &mut Fields,
        received_at: Option<&Timestamp>,
        received_document: Option<&DocumentRef>,
    ) -> Result<Received> {
        if received_at.is_some() || received_document.is_some() {
            self.must_be_person()?;
        }
        Ok(fields.received(received_at, received_document, self.arrived_at))
    }

    /// Does what comes before anything is begun, for as long as the caller waits.
    pub(crate) async fn while_awaited<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Refused> {
        tokio::select! {
            biased;
            () = self.left.cancelled() => Err(self.patience.ended()),
            done = self.patience.limit(work) => done,
        }
    }

    /// Refuses a machine, where the contract leaves it to the request whether a person is needed.
    pub fn must_be_person(&self) -> Result<()> {
        Ok(must_be_person(&self.principal, self.rule)?)
    }
}

/// Refuses a machine that calls what is for persons.
pub(crate) fn must_be_person(principal: &Principal, rule: &MethodRule) -> Result<(), Refused> {
    match principal.kind {
        Kind::Person => Ok(()),
        Kind::Machine | Kind::Workload => Err(reason::NeedsAPerson { method: rule.path }.into()),
    }
}
