//! What the service does by itself, each an act with an entry in the journal. What a follower takes is
//! no act: facts and its place are no resources.

mod closing;
mod computing;
mod following;
mod listed;
mod sources;

use host::Host;

use crate::App;

pub(crate) use listed::ACTS;

/// Starts a follower per source, and what closes cut-offs; they end with the process.
pub(crate) fn start(app: &App, host: &Host) {
    following::start(app, host);
    host.tasks
        .spawn(closing::keep_closing(app.clone(), host.stop.clone()));
}
