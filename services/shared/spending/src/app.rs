//! What every handler has at hand.

use platform::Db;

use crate::spends::Spends;

/// Spending as one service hosts it.
#[derive(Clone, Debug)]
pub struct Spending {
    /// The service's database.
    pub db: Db,
    /// How the service spends.
    pub spends: &'static Spends,
}

impl AsRef<Db> for Spending {
    fn as_ref(&self) -> &Db {
        &self.db
    }
}
