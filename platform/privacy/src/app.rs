//! What every handler has at hand.

use platform::Db;

/// What one service's database knows of persons.
#[derive(Clone, Debug)]
pub struct Privacy(pub(crate) Db);

impl Privacy {
    /// What this database knows.
    pub fn new(db: Db) -> Self {
        Self(db)
    }
}

impl AsRef<Db> for Privacy {
    fn as_ref(&self) -> &Db {
        &self.0
    }
}
