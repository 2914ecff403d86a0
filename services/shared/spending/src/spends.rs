//! The seam: what spending asks of the service that hosts it. A service has one `static SPENDS`; what
//! is forgotten there does not compile.

use std::pin::Pin;

use platform::{Fact, Result, Tx};

use crate::counts::Counts;
use crate::domain::{Disbursement, Parent};

/// A function of the service's at work, inside the transaction of a write.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How a service spends.
#[derive(Debug)]
pub struct Spends {
    /// What its parents are called, such as `agreements/*`.
    pub parents: &'static [&'static str],
    /// Reads a parent, whose case is entered. Without such a parent NOT_FOUND.
    pub parent: for<'a> fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Parent>,
    /// Refuses a step of a payment for reasons of the service's own. It is not asked when the bank has
    /// paid: that is true already.
    pub guard: for<'a> fn(&'a mut Tx, &'a Parent, &'a Disbursement, Step) -> BoxFuture<'a, ()>,
    /// Saves a parent whose commitments changed in a write that is another noun's, and records it with
    /// these facts. What that write answers is recorded after it.
    pub record_parent: for<'a> fn(&'a mut Tx, &'a Parent, Vec<Fact>) -> BoxFuture<'a, ()>,
    /// What it counts.
    pub counts: &'static Counts,
}

/// A step of a payment that the service may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is asked for.
    Request,
    /// It is decided by written authority.
    Decide,
    /// It is attested.
    Attest,
}
