//! One function per RPC.

pub(crate) mod erasures;
pub(crate) mod export;
pub(crate) mod holds;
pub(crate) mod retention;

use platform::{Result, reason, refused};
use sqlx::PgConnection;

use crate::store;

/// The resources of a person; refused where nothing is kept of one called so.
async fn must_be_known(db: &mut PgConnection, field: &str, person: &str) -> Result<Vec<String>> {
    let resources = store::vault::of_person(db, person).await?;
    match resources.is_empty() {
        false => Ok(resources),
        true => Err(refused(reason::ReferenceUnknown {
            field,
            name: person,
        })),
    }
}
