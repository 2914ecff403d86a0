//! What the service does by itself, each an act with an entry in the journal: `governance.source.register`
//! and `governance.source.stop`, `governance.cutoff.note` and `governance.cutoff.close`. What a
//! follower takes is no act: facts and its place are no resources.

mod closing;
mod following;
mod sources;

use platform::{Act, Host};

use crate::App;

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
        actor: "workloads/governance",
        now: app.clock.now(),
    }
}
