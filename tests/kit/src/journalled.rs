//! Sweeps all tests: a WRITE that was answered has left an entry with its request_id.

use prost::Message;

use crate::Database;

/// What every WRITE request has, and no READ: the contract gives these numbers to nothing else.
#[derive(Clone, PartialEq, Message)]
struct Written {
    #[prost(string, tag = "14")]
    request_id: String,
    #[prost(bool, tag = "15")]
    validate_only: bool,
}

/// Looks up the entry of an answered call, unless it was a READ or only validated.
pub(crate) async fn check(database: &Database, path: &str, request: &[u8]) {
    let written = Written::decode(request).unwrap();
    if written.request_id.is_empty() || written.validate_only {
        return;
    }
    let entries: i64 = sqlx::query_scalar(
        "select count(*) from platform.journal where method = $1 and request_id = $2",
    )
    .bind(path)
    .bind(&written.request_id)
    .fetch_one(&mut database.owner().await)
    .await
    .unwrap();
    assert!(
        entries >= 1,
        "{path} was answered and left no entry for {}",
        written.request_id
    );
}
