//! What every handler has at hand.

use platform::Db;

/// The rules of one service.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) db: Db,
}

impl AsRef<Db> for Rules {
    fn as_ref(&self) -> &Db {
        &self.db
    }
}
