//! What the service does by itself, each an act with an entry in the journal. What a follower takes is
//! no act: facts and its place are no resources.

mod closing;
mod following;
mod sources;

use host::Host;
use platform::Act;

use crate::App;

/// What the service does by itself, as the journal names it.
pub(crate) const ACTS: &[&str] = &[REGISTER, STOP, NOTE, CLOSE];
/// A source that is followed for the first time is registered.
const REGISTER: &str = "governance.source.register";
/// A source whose facts cannot be taken is stopped.
const STOP: &str = "governance.source.stop";
/// How far followers have come is noted on a cut-off that waits for them.
const NOTE: &str = "governance.cutoff.note";
/// A cut-off whose marks are reached is closed.
const CLOSE: &str = "governance.cutoff.close";

/// Starts a follower per source, and what closes cut-offs; they end with the process.
pub(crate) fn start(app: &App, host: &Host) {
    following::start(app, host);
    host.tasks
        .spawn(closing::keep_closing(app.clone(), host.stop.clone()));
}

/// An act of this service, at the present.
fn by_itself(app: &App, method: &'static str) -> Act {
    Act {
        method,
        now: app.clock.now(),
    }
}
