//! Counts the statements that a test's service sends to its database, each a round trip (`begin` is
//! one more, and is not told). A test and its service run on one thread of their own, so that the
//! thread's count is the test's.

use std::cell::Cell;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

thread_local! {
    static SENT: Cell<usize> = const { Cell::new(0) };
}

struct Counter;

/// Whether a statement is one by which a new connection learns the types of the schema.
#[derive(Default)]
struct LearnsTypes(bool);

impl Visit for LearnsTypes {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "summary" && value.starts_with("SELECT pg_type");
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut learns_types = LearnsTypes::default();
        event.record(&mut learns_types);
        if !learns_types.0 {
            SENT.set(SENT.get() + 1);
        }
    }
}

/// Starts counting. Statements of tests on other threads are counted there.
pub(crate) fn start() {
    static COUNTING: Once = Once::new();
    COUNTING.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Counter);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // Another thread may have met a statement's event just before there was anyone to tell.
        tracing::callsite::rebuild_interest_cache();
    });
    SENT.set(0);
}

/// Statements sent since the last answer or [`start`].
pub(crate) fn sent() -> usize {
    SENT.take()
}
