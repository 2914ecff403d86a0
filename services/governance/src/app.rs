//! What every handler has at hand.

use std::sync::Arc;

use platform::{Clock, Db};
use tokio::sync::Semaphore;

use crate::feeds::Sources;

/// The service: its database, its sources, and what it computes with.
#[derive(Clone, Debug)]
pub struct App {
    /// The service's database.
    pub db: Db,
    /// Where the present comes from.
    pub clock: Clock,
    /// The sources that are followed.
    pub sources: Arc<Sources>,
    /// Leave to lay out a document: each takes a core and much memory, so one is made at a time.
    pub rendering: Arc<Semaphore>,
}

impl AsRef<Db> for App {
    fn as_ref(&self) -> &Db {
        &self.db
    }
}
