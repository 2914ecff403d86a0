//! Waiting for what the database comes to say.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use sqlx::{AssertSqlSafe, PgConnection};

const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// Waits until a condition holds.
pub(crate) async fn until(db: &mut PgConnection, condition: &str) -> Result<()> {
    let statement = format!("select {condition}");
    let begun = Instant::now();
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    while begun.elapsed() < PATIENCE {
        looks.tick().await;
        let asked = sqlx::query_scalar::<_, bool>(AssertSqlSafe(statement.clone()));
        if asked.fetch_one(&mut *db).await? {
            return Ok(());
        }
    }
    bail!("in vain waited until {condition}")
}
