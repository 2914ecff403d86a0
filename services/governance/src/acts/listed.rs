//! The list of acts, by their names in the journal.

use platform::Act;

use crate::App;

/// What the service does by itself, as the journal names it.
pub(crate) const ACTS: &[&str] = &[REGISTER, STOP, NOTE, CLOSE];
/// A source that is followed for the first time is registered.
pub(super) const REGISTER: &str = "governance.source.register";
/// A source whose facts cannot be taken is stopped.
pub(super) const STOP: &str = "governance.source.stop";
/// How far followers have come is noted on a cut-off that waits for them.
pub(super) const NOTE: &str = "governance.cutoff.note";
/// A cut-off whose marks are reached is closed.
pub(super) const CLOSE: &str = "governance.cutoff.close";

/// An act of this service, at the present.
pub(super) fn by_itself(app: &App, method: &'static str) -> Act {
    Act {
        method,
        now: app.clock.now(),
    }
}
