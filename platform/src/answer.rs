//! What a call is answered with: nothing leaves that no view has seen.
//!
//! Handlers return [`Answer`]. [`crate::once`], [`crate::get`] and [`crate::list`] make one of what
//! the caller may see; a READ that computes its reply says so by [`Seen::computed`].

use error::Result;
use prost::{Message, Name};
use proto::Marked;
use token::Principal;

use crate::ctx::Ctx;
use crate::db::{Db, decode};
use crate::service::Nouns;

/// What handlers return.
pub type Answer<T> = Result<Seen<T>>;

/// A reply as its caller may see it.
#[derive(Debug)]
pub struct Seen<T>(T);

impl<T: Message + Name + Default + Marked> Seen<T> {
    /// A reply that is no resource of the journal but is computed for the call. Which files may say
    /// so is listed (`tests/suite`): whoever may call the method may see what they answer, but for
    /// what is written for persons.
    pub fn computed(app: &impl AsRef<Db>, ctx: &Ctx, reply: T) -> Answer<T> {
        Self::by(app.as_ref().nouns, &ctx.principal, reply)
    }

    /// What this principal sees of a message.
    pub(crate) fn by(nouns: &Nouns, principal: &Principal, message: T) -> Answer<T> {
        let kind = T::full_name();
        let is_whole = !T::MARKED || nouns.hidden(principal, &kind).is_none();
        match nouns.shown(principal, &kind)? {
            None if is_whole => Ok(Self(message)),
            _ => Self::of_bytes(nouns, principal, message.encode_to_vec()),
        }
    }

    /// The same, of what the journal holds.
    pub(crate) fn of_bytes(nouns: &Nouns, principal: &Principal, after: Vec<u8>) -> Answer<T> {
        let seen = nouns.view(principal, &T::full_name(), after)?;
        decode(&seen).map(Self)
    }
}

impl<T> Seen<T> {
    /// A page of rows that the caller has seen one by one.
    pub(crate) fn page(of_seen: T) -> Self {
        Self(of_seen)
    }

    pub(crate) fn into_reply(self) -> T {
        self.0
    }
}
