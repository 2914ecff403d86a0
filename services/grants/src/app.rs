//! What every handler has at hand.

use platform::Db;

/// The service's database.
#[derive(Clone, Debug)]
pub struct App {
    /// The service's database.
    pub db: Db,
}

impl AsRef<Db> for App {
    fn as_ref(&self) -> &Db {
        &self.db
    }
}
