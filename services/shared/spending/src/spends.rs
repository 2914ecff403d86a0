//! The seam: what spending asks of the service that hosts it. A service has one `static SPENDS`; what
//! is forgotten there does not compile.

use std::pin::Pin;

use platform::{Fact, Result, Tx};

use crate::counts::Counts;
use crate::domain::{Disbursement, Parent};

/// What a question to the service comes to, asked inside the transaction of a write.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How a service spends.
#[derive(Debug)]
pub struct Spends {
    /// What its parents are called, such as `agreements/*`.
    pub parents: &'static [&'static str],
    /// Reads a parent, whose case is entered. Without such a parent NOT_FOUND.
    pub parent: for<'a> fn(&'a mut Tx, &'a str) -> Asked<'a, Parent>,
    /// Refuses a step of a payment for reasons of the service's own. It is not asked when the bank has
    /// paid: that is true already.
    pub guard: for<'a> fn(&'a mut Tx, &'a Parent, &'a Disbursement, Step) -> Asked<'a, ()>,
    /// Saves a parent whose commitments spending has changed, and records it with these facts. What the
    /// write answers is recorded after it.
    pub record_parent: for<'a> fn(&'a mut Tx, &'a Parent, Vec<Fact>) -> Asked<'a, ()>,
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
