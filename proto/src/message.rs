//! What messages have in common, by their fields. The build implements these traits; nobody else does.

use prost::Name;
use prost_types::Timestamp;

use crate::google::r#type::Date;

/// The request of an RPC. Every one in the contract is one.
pub trait Call: prost::Message + Name + Default + std::fmt::Debug + 'static {
    /// What it is answered with.
    type Reply: prost::Message + Default + std::fmt::Debug + 'static;
    /// Full path of its RPC.
    const PATH: &'static str;
    /// Whom PORTAL acts for, where PORTAL may call; empty otherwise.
    fn acting_for(&self) -> &str {
        ""
    }
}

/// A request that changes something, and answers with the resource as it then is.
pub trait Write: Call<Reply: Resource> + Marked + Clone {
    /// The caller's key: the same key has one effect.
    fn request_id(&self) -> &str;
    /// Whether everything but the effect is wanted.
    fn validate_only(&self) -> bool;
    /// The resource that it is about: the one that it changes, or the parent of a new one. Empty where
    /// there is none before the write.
    fn subject(&self) -> &str;
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

/// A message of which a part may be somebody's personal data, as the contract marks it. Every answer and
/// every WRITE request is one. Decoding what is left and then the part as one message gives the whole.
pub trait Marked: Sized {
    /// Whether anything is marked in it.
    const MARKED: bool = false;

    /// Takes out what is marked; none where nothing of it is set.
    fn take_personal(&mut self) -> Option<Self> {
        None
    }

    /// Of a resource with marks, whose data it is.
    fn person(&self) -> &str {
        ""
    }

    /// Of a WRITE request that carries the resource, its name there: what is marked in that resource is
    /// replaced whole. Any other WRITE lays what it brings over what there is.
    fn gives_whole(&self) -> Option<&str> {
        None
    }
}

/// A message that a call answers with, or a row of a list, that has a resource name.
pub trait Resource: prost::Message + Name + Default + Clone + Marked {
    /// The resource name.
    fn name(&self) -> &str;
}

/// One page of a list of resources.
pub trait Listed: prost::Message + Default {
    /// What is listed.
    type Row: Resource;
    /// A page of these rows, and the token of the next; empty at the end.
    #[must_use]
    fn page(rows: Vec<Self::Row>, next_page_token: String) -> Self;
}
