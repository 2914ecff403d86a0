//! Between the contract's messages and the domain's rows, one file per noun; and what a principal
//! sees of them.

pub(crate) mod agreement;
mod allocation_line;
mod delegation;
mod disbursement;
mod frame;
mod scheme_edition;

use platform::{Kind, Principal};
use prost::{DecodeError, Message, Name};
use proto::grants::v1 as pb;

/// What a principal sees of a resource as the journal holds it. Why somebody was late, voided,
/// reversed or corrected is free text about circumstances, written for persons; a machine does not
/// see it.
pub(crate) fn view(
    principal: &Principal,
    kind: &str,
    after: Vec<u8>,
) -> Result<Vec<u8>, DecodeError> {
    if principal.kind == Kind::Person {
        return Ok(after);
    }
    if kind == pb::Agreement::full_name() {
        let mut it = pb::Agreement::decode(after.as_slice())?;
        if let Some(correction) = &mut it.waiting_correction {
            correction.reason.clear();
        }
        return Ok(it.encode_to_vec());
    }
    if kind == pb::Disbursement::full_name() {
        let mut it = pb::Disbursement::decode(after.as_slice())?;
        it.other_year_reason.clear();
        it.void_reason.clear();
        it.correction_reason.clear();
        return Ok(it.encode_to_vec());
    }
    if kind == pb::AllocationLine::full_name() {
        let mut it = pb::AllocationLine::decode(after.as_slice())?;
        it.reversal_reason.clear();
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
        let why = || "Saksbehandler var syk".to_owned();
        let agreement = |reason| pb::Agreement {
            title: "Lærere i Malawi".into(),
            waiting_correction: Some(pb::Correction {
                country: "MW".into(),
                reason,
                ..Default::default()
            }),
            ..Default::default()
        };
        let payment = |reason: String| pb::Disbursement {
            purpose: "Første rate".into(),
            other_year_reason: reason.clone(),
            void_reason: reason.clone(),
            correction_reason: reason,
            ..Default::default()
        };
        let line = |reversal_reason| pb::AllocationLine {
            name: "allocationLines/1".into(),
            reversal_reason,
            ..Default::default()
        };
        let edition = pb::SchemeEdition {
            title: "Utveksling".into(),
            ..Default::default()
        };
        assert_eq!(seen(Kind::Person, &agreement(why())), agreement(why()));
        assert_eq!(seen(Kind::Person, &payment(why())), payment(why()));
        assert_eq!(seen(Kind::Person, &line(why())), line(why()));
        for kind in [Kind::Machine, Kind::Workload] {
            assert_eq!(seen(kind, &agreement(why())), agreement(String::new()));
            assert_eq!(seen(kind, &payment(why())), payment(String::new()));
            assert_eq!(seen(kind, &line(why())), line(String::new()));
            assert_eq!(seen(kind, &edition), edition);
        }
    }
}
