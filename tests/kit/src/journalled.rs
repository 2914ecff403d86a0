//! Sweeps all tests: a WRITE that was answered has left an entry with its request_id.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, DynamicMessage};
use proto::access::v1::Effect;

use crate::Database;

/// Looks up the entry of an answered call, unless it was a READ or only validated.
pub(crate) async fn check(database: &Database, path: &str, request: &[u8]) {
    static POOL: LazyLock<DescriptorPool> =
        LazyLock::new(|| DescriptorPool::decode(proto::DESCRIPTORS).unwrap());
    if proto::rule(path).is_none_or(|it| it.effect != Effect::Write) {
        return;
    }
    let (service, method) = path[1..].split_once('/').unwrap();
    let service = POOL.get_service_by_name(service).unwrap();
    let input = service
        .methods()
        .find(|it| it.name() == method)
        .unwrap()
        .input();
    let message = DynamicMessage::decode(input, request).unwrap();
    let field = |name: &str| message.get_field_by_name(name).unwrap().into_owned();
    if field("validate_only").as_bool().unwrap() {
        return;
    }
    let request_id = field("request_id").as_str().unwrap().to_owned();
    let entries: i64 = sqlx::query_scalar(
        "select count(*) from platform.journal where method = $1 and request_id = $2",
    )
    .bind(path)
    .bind(&request_id)
    .fetch_one(&mut database.owner().await)
    .await
    .unwrap();
    assert!(
        entries >= 1,
        "{path} was answered and left no entry for {request_id}"
    );
}
