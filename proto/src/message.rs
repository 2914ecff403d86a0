//! Who may call what, as the options on the RPCs say, and what every WRITE request has in common.

use prost::{DecodeError, Message as _, Name};
use prost_types::Timestamp;

use crate::access::v1::{Duty, Effect, Role};
use crate::google::r#type::Date;

/// The access rule of one RPC.
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
}

/// The request of an RPC. Implemented for every one in the contract, and only there.
pub trait Call: prost::Message + Name + Default + std::fmt::Debug + 'static {
    /// What it is answered with.
    type Reply: prost::Message + Default + std::fmt::Debug + 'static;
    /// Full path of its RPC.
    const PATH: &'static str;
}

/// A request that changes something, and answers with the resource as it then is.
pub trait Write: Call<Reply: Resource> {
    /// The caller's key: the same key has one effect.
    fn request_id(&self) -> &str;
    /// Whether everything but the effect is wanted.
    fn validate_only(&self) -> bool;
}

/// A WRITE of a resource that there is.
pub trait Named: Write {
    /// The resource name.
    fn name(&self) -> &str;
    /// The version that the caller saw last; empty when any will do.
    fn etag(&self) -> &str;
}

/// A READ of one resource, as it is or was.
pub trait Lookup: Call<Reply: Resource> {
    /// The resource name.
    fn name(&self) -> &str;
    /// The instant that is asked about; now when it is not given.
    fn read_time(&self) -> Option<&Timestamp>;
}

/// A WRITE of a step that counts from a day of its own.
pub trait Dated: Write {
    /// The day that the step counts for.
    fn effective_date(&self) -> Option<&Date>;
    /// Why it is registered late; empty when it is not.
    fn late_reason(&self) -> &str;
}

/// A request for one page of a list (AIP-158).
pub trait Paged: Call {
    /// How many rows are wanted; 0 leaves it to the server.
    fn page_size(&self) -> i32;
    /// Where the page begins; empty at the start.
    fn page_token(&self) -> &str;
    /// What is listed: the request without the two.
    #[must_use]
    fn query(&self) -> Self;
}

/// A message that a WRITE answers with.
pub trait Resource: prost::Message + Name + Default + Clone {
    /// The resource name.
    fn name(&self) -> &str;
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
