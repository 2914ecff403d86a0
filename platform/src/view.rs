//! What a principal sees of a resource. Every answer is made by a service's view over what the
//! journal holds: first, repeated, Get, read_time and audit.

use prost::DecodeError;

use crate::{Kind, Principal};

/// All of it for a person. Why something was voided, reversed or corrected is free text about
/// circumstances, written for persons; no machine is shown it (`for_persons` in the contract).
pub fn view(principal: &Principal, kind: &str, after: Vec<u8>) -> Result<Vec<u8>, DecodeError> {
    match principal.kind {
        Kind::Person => Ok(after),
        Kind::Machine | Kind::Workload => proto::for_machines(kind, after),
    }
}

#[cfg(test)]
mod tests {
    use prost::{Message, Name};
    use proto::grants::v1::Disbursement;

    use super::*;

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
            let principal = Principal {
                id: String::new(),
                kind,
                roles: Vec::new(),
                unit: None,
                issuer: String::new(),
            };
            let seen = view(
                &principal,
                &Disbursement::full_name(),
                voided.encode_to_vec(),
            );
            let seen = Disbursement::decode(seen.unwrap().as_slice()).unwrap();
            assert_eq!(seen.void_reason, void_reason, "{kind:?}");
            assert_eq!(seen.purpose, voided.purpose);
        }
    }
}
