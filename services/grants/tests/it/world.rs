//! Grants on a day.

use host::NoKnobs;
use testkit::{Database, Kit, noon};

/// The service on a day at noon.
pub(crate) async fn on(day: &str) -> Kit {
    serve(day, Database::of(&grants::NOUNS).await).await
}

/// The same, which waits for a lock as long as the test holds it.
pub(crate) async fn patient_on(day: &str) -> Kit {
    serve(day, Database::of(&grants::NOUNS).await.patient()).await
}

/// This database served on a day at noon.
pub(crate) async fn serve(day: &str, database: Database) -> Kit {
    testkit::serve_from(&grants::SERVICE, NoKnobs {}, noon(day), database).await
}
