//! What every handler has at hand.

use platform::Db;

/// The host's database.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) db: Db,
}

impl AsRef<Db> for App {
    fn as_ref(&self) -> &Db {
        &self.db
    }
}
