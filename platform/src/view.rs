//! What a principal sees of a resource. Every answer is made by it: first, repeated, Get, read_time,
//! lists and audit.

use error::{Error, Result};
use prost::DecodeError;
use proto::{ForMachines, Package, PersonalData};
use token::{Kind, Principal};

use crate::service::Nouns;

impl Nouns {
    /// What a principal sees of a resource's bytes.
    pub(crate) fn view(
        &self,
        principal: &Principal,
        kind: &str,
        after: Vec<u8>,
    ) -> Result<Vec<u8>> {
        let unreadable = |error: DecodeError| {
            Error::Bug(format!("the journal holds an unreadable {kind}: {error}"))
        };
        let after = match self.hidden(principal, kind) {
            None => after,
            Some(hidden) => (hidden.without)(&after).map_err(unreadable)?,
        };
        match self.shown(principal, kind)? {
            None => Ok(after),
            Some(shown) => shown(after).map_err(unreadable),
        }
    }

    /// What is personal in such a resource, where the principal is not shown it. The journal holds none of
    /// it and a statement for him fills in none; should either forget, it ends here.
    pub(crate) fn hidden(
        &self,
        principal: &Principal,
        kind: &str,
    ) -> Option<&'static PersonalData> {
        let is_hidden = |it: &&PersonalData| it.kind == kind && !it.is_shown(&principal.roles);
        self.personal().find(is_hidden)
    }

    /// What makes of such a resource what a principal sees; none where that is all of it, as for a person.
    /// Why something was voided, reversed or corrected is free text about circumstances, written for
    /// persons; no machine is shown it (`for_persons` in the contract).
    pub(crate) fn shown(&self, principal: &Principal, kind: &str) -> Result<Option<ForMachines>> {
        match principal.kind {
            Kind::Person => Ok(None),
            Kind::Machine | Kind::Workload => Ok((self.package_of(kind)?.for_machines)(kind)),
        }
    }

    fn package_of(&self, kind: &str) -> Result<&'static Package> {
        let of_kind = |it: &&Package| {
            kind.rsplit_once('.')
                .is_some_and(|(name, _)| name == it.name)
        };
        let found = self.all_packages().find(of_kind);
        found.ok_or_else(|| Error::Bug(format!("{} serves no {kind}", self.service)))
    }
}

#[cfg(test)]
mod tests {
    use prost::{Message, Name};
    use proto::governance::v1::Report;
    use proto::packages::SPENDING_V1;
    use proto::spending::v1::Disbursement;

    use super::*;

    static NOUNS: Nouns = Nouns {
        service: "grants",
        packages: &[&SPENDING_V1],
        schemas: &[],
        roles: &[],
        exclusive: &[],
        hides: None,
        rules: &[],
        measures: &[],
        acts: &[],
    };

    fn principal(kind: Kind) -> Principal {
        Principal {
            id: String::new(),
            kind,
            roles: Vec::new(),
            unit: None,
            issuer: String::new(),
        }
    }

    #[test]
    fn only_a_person_is_shown_why_a_payment_was_voided() {
        let voided = Disbursement {
            purpose: "Første rate".into(),
            void_reason: "Saksbehandler var syk".into(),
            ..Default::default()
        };
        for (kind, void_reason) in [
            (Kind::Person, voided.void_reason.as_str()),
            (Kind::Machine, ""),
            (Kind::Workload, ""),
        ] {
            let kind_of_noun = Disbursement::full_name();
            let seen = NOUNS.view(&principal(kind), &kind_of_noun, voided.encode_to_vec());
            let seen = Disbursement::decode(seen.unwrap().as_slice()).unwrap();
            assert_eq!(seen.void_reason, void_reason, "{kind:?}");
            assert_eq!(seen.purpose, voided.purpose);
        }
    }

    /// What no package says is for a machine, no machine is shown.
    #[test]
    fn a_noun_of_a_package_that_is_not_served_is_shown_to_no_machine() {
        let seen = NOUNS.view(&principal(Kind::Machine), &Report::full_name(), Vec::new());
        assert!(matches!(seen, Err(Error::Bug(_))), "{seen:?}");
    }
}
