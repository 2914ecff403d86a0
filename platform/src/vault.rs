//! The vault: what the contract marks as personal, apart from the journal, which keeps for ever.
//!
//! [`Tx::record`](crate::Tx::record) takes it out of the resource before that is encoded. It fills the
//! resource again by being appended: bytes of one message behind one another are read as one message.
//! So whoever forgets to fill shows nothing.

use std::collections::HashMap;

use error::Result;
use proto::{PersonalData, Resource};
use sqlx::PgConnection;
use token::Principal;

use crate::db::decode;
use crate::service::Nouns;
use crate::tx::Tx;

impl Nouns {
    /// Its nouns with personal data.
    pub fn personal(&self) -> impl Iterator<Item = &'static PersonalData> {
        self.all_packages().flat_map(|it| it.personal)
    }

    /// The kinds of which a principal is shown what is personal.
    pub(crate) fn shown_kinds(&self, principal: &Principal) -> Vec<String> {
        let shown = self.personal().filter(|it| it.is_shown(&principal.roles));
        shown.map(|it| it.kind.to_owned()).collect()
    }

    /// Whether a principal is shown what is personal in resources of this kind.
    pub(crate) fn shows_personal<R: Resource>(&self, principal: &Principal) -> bool {
        R::MARKED && self.shown_kinds(principal).contains(&R::full_name())
    }
}

/// Fills resources as they now are. They were read by a statement before: what was written between the
/// two is here already, which their etags tell.
pub(crate) async fn fill<R: Resource>(db: &mut PgConnection, resources: &mut [R]) -> Result<()> {
    let names: Vec<_> = resources.iter().map(|it| it.name().to_owned()).collect();
    let parts = sqlx::query!(
        "select distinct on (resource) resource, data
           from platform.vault
          where resource = any($1)
          order by resource, version desc",
        &names,
    )
    .fetch_all(db)
    .await?;
    let parts: HashMap<_, _> = parts.into_iter().map(|it| (it.resource, it.data)).collect();
    for resource in resources {
        if let Some(part) = parts.get(resource.name()) {
            *resource = filled(resource.encode_to_vec(), part)?;
        }
    }
    Ok(())
}

/// A resource's bytes and its personal part, as one.
pub(crate) fn filled<R: Resource>(mut bytes: Vec<u8>, part: &[u8]) -> Result<R> {
    bytes.extend_from_slice(part);
    decode(&bytes)
}

impl Tx {
    /// The personal part in force of a resource, for a decision that needs it; read under its case's
    /// lock. None when there is none, or none any more: the domain must answer for that.
    pub async fn personal<R: Resource>(&mut self, name: &str) -> Result<Option<R>> {
        let part = sqlx::query_scalar!(
            "select data from platform.vault where resource = $1 order by version desc limit 1",
            name,
        )
        .fetch_optional(&mut *self.inner)
        .await?;
        part.filter(|it| !it.is_empty())
            .map(|it| decode(&it))
            .transpose()
    }
}
