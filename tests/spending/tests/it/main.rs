//! Spending's stories, each told of every host: a real database, a real socket, real tokens.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up fails, and its callers are tasks of their own"
)]

/// Tells each of these stories of every host: `<story>::grants` and its like are the tests.
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use crate::world::Host;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn grants() {
                super::$story(Host::Grants).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn contract() {
                super::$story(Host::Contract).await;
            }
        }
    )+};
}

mod allocation_lines;
mod amendments;
mod awards;
mod bank;
mod changes;
mod confirmations;
mod corrections;
mod currencies;
mod delegations;
mod disbursements;
mod drafts;
mod feed;
mod fields;
mod four_eyes;
mod frames;
mod freezes;
mod parents;
mod payment_corrections;
mod round_trips;
mod told;
mod world;
