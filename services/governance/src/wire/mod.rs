//! Between the contract's messages and the domain's rows, one file per noun; and what a principal
//! sees of them.

pub(crate) mod account_row;
pub(crate) mod accounts_import;
pub(crate) mod appropriation;
pub(crate) mod chart_edition;
pub(crate) mod cutoff;
pub(crate) mod figure;
pub(crate) mod indicator;
pub(crate) mod report;
mod restatement;
mod source;

use platform::{Kind, Principal};
use prost::{DecodeError, Message, Name};
use proto::governance::v1 as pb;

/// What a principal sees of a resource as the journal holds it. Why something was reversed, cancelled,
/// closed without a source or followed again is free text about circumstances, written for persons; a
/// machine does not see it.
pub(crate) fn view(
    principal: &Principal,
    kind: &str,
    after: Vec<u8>,
) -> Result<Vec<u8>, DecodeError> {
    if principal.kind == Kind::Person {
        return Ok(after);
    }
    if kind == pb::AccountsImport::full_name() {
        let mut it = pb::AccountsImport::decode(after.as_slice())?;
        it.reversal_reason.clear();
        return Ok(it.encode_to_vec());
    }
    if kind == pb::Appropriation::full_name() {
        let mut it = pb::Appropriation::decode(after.as_slice())?;
        it.reversal_reason.clear();
        return Ok(it.encode_to_vec());
    }
    if kind == pb::Cutoff::full_name() {
        let mut it = pb::Cutoff::decode(after.as_slice())?;
        it.incomplete_reason.clear();
        it.cancel_reason.clear();
        return Ok(it.encode_to_vec());
    }
    if kind == pb::Source::full_name() {
        let mut it = pb::Source::decode(after.as_slice())?;
        it.resume_reason.clear();
        return Ok(it.encode_to_vec());
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use proto::Resource;

    use super::*;

    fn seen<R: Resource>(kind: Kind, it: &R) -> R {
        let principal = Principal {
            id: String::new(),
            kind,
            roles: Vec::new(),
            unit: None,
            issuer: String::new(),
        };
        let bytes = view(&principal, &R::full_name(), it.encode_to_vec()).unwrap();
        R::decode(bytes.as_slice()).unwrap()
    }

    /// Every field of the contract that holds a reason is blank for a machine and for a workload,
    /// and nothing else is.
    #[test]
    fn a_machine_does_not_see_free_text_about_circumstances() {
        let import = |reversal_reason| pb::AccountsImport {
            source: "Regnskapssystemet".into(),
            reversal_reason,
            ..Default::default()
        };
        let decision = |reversal_reason| pb::Appropriation {
            source: "Statsregnskapet".into(),
            reversal_reason,
            ..Default::default()
        };
        let cutoff = |reason: String| pb::Cutoff {
            incomplete_by: "persons/kaia".into(),
            incomplete_reason: reason.clone(),
            cancel_reason: reason,
            ..Default::default()
        };
        let source = |resume_reason| pb::Source {
            resumed_by: "persons/kaia".into(),
            resume_reason,
            ..Default::default()
        };
        let report = pb::Report {
            stamp: "EKSEMPEL".into(),
            ..Default::default()
        };
        let why = || "Saksbehandler var syk".to_owned();
        assert_eq!(seen(Kind::Person, &import(why())), import(why()));
        assert_eq!(seen(Kind::Person, &decision(why())), decision(why()));
        assert_eq!(seen(Kind::Person, &cutoff(why())), cutoff(why()));
        assert_eq!(seen(Kind::Person, &source(why())), source(why()));
        for kind in [Kind::Machine, Kind::Workload] {
            assert_eq!(seen(kind, &source(why())), source(String::new()));
            assert_eq!(seen(kind, &import(why())), import(String::new()));
            assert_eq!(seen(kind, &decision(why())), decision(String::new()));
            assert_eq!(seen(kind, &cutoff(why())), cutoff(String::new()));
            assert_eq!(seen(kind, &report), report);
        }
    }
}
