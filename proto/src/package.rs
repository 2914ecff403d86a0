//! A package of the contract, as whoever hosts it serves it: its RPCs with their access rules, its
//! descriptors, and what a machine is not shown of its nouns.

use prost::{DecodeError, Message};

use crate::access::v1::{Duty, Effect, Role};
use crate::google::r#type::Date;
use crate::message::Marked;

/// One package, such as `norec.grants.v1`.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// The rule of each of its RPCs, in path order.
    pub rules: &'static [MethodRule],
    /// Encoded descriptor set in which it stands, with comments and custom options.
    pub descriptors: &'static [u8],
    /// Its nouns with personal data.
    pub personal: &'static [PersonalData],
    /// What makes of an answer of its, given by its message name, what a machine is shown; none where a
    /// machine is shown all of it.
    pub for_machines: fn(&str) -> Option<ForMachines>,
}

/// Whose personal data a noun holds, who is shown it, by what right and for how long, as its option says.
#[derive(Debug)]
pub struct PersonalData {
    /// Full name of its message.
    pub kind: &'static str,
    /// Paths of what is marked, such as `contact.phone`.
    pub fields: &'static [&'static str],
    /// The field that names the person.
    pub person: &'static str,
    /// Whom answers show it to.
    pub seen_by: &'static [Role],
    /// The legal basis.
    pub basis: &'static str,
    /// The rule that says how many months it is kept.
    pub rule: &'static str,
    /// The field with the day from which they count.
    pub from: &'static str,
    /// That day, of such a message's bytes; none while it is not set.
    pub kept_from: fn(&[u8]) -> Result<Option<Date>, DecodeError>,
    /// The bytes of such a message without what is marked.
    pub without: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
}

impl PersonalData {
    /// Whether answers to these roles show it.
    pub fn is_shown(&self, to: &[Role]) -> bool {
        self.seen_by.iter().any(|it| to.contains(it))
    }
}

/// A message's bytes without what is marked in it.
///
/// # Errors
/// They are none of such a message.
pub fn without_personal<M: Message + Default + Marked>(
    bytes: &[u8],
) -> Result<Vec<u8>, DecodeError> {
    let mut message = M::decode(bytes)?;
    message.take_personal();
    Ok(message.encode_to_vec())
}

/// Makes of a message's bytes those without what is written for persons.
pub type ForMachines = fn(Vec<u8>) -> Result<Vec<u8>, DecodeError>;

/// The access rule of one RPC, as its option says.
#[derive(Debug, PartialEq, Eq)]
pub struct MethodRule {
    /// Full path, such as `/norec.grants.v1.AgreementService/AwardAgreement`.
    pub path: &'static str,
    /// The roles that may call; empty only with `any_caller`.
    pub roles: &'static [Role],
    /// Any caller with a valid token.
    pub any_caller: bool,
    /// Whether it changes anything.
    pub effect: Effect,
    /// The duty that the step gives in its case.
    pub duty: Duty,
    /// No machine may call: the step decides or attests, or gives authority.
    pub needs_person: bool,
    /// PORTAL may leave out whom it acts for.
    pub acting_for_optional: bool,
}

impl Package {
    /// Full names of its gRPC services, such as `norec.grants.v1.AgreementService`.
    pub fn services(&self) -> Vec<&'static str> {
        let mut services: Vec<_> = self.rules.iter().map(MethodRule::service).collect();
        services.dedup();
        services
    }
}

impl MethodRule {
    /// Full name of the gRPC service that it is an RPC of.
    pub fn service(&self) -> &'static str {
        let name = self.path.trim_start_matches('/');
        name.split_once('/').map_or(name, |(service, _)| service)
    }
}
