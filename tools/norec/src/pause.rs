//! A pause between two looks at something that another process changes.

use std::time::Duration;

/// Waits for a while. Loops that pause have a limit of their own.
#[expect(
    clippy::disallowed_methods,
    reason = "other processes do not say when they have changed"
)]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
