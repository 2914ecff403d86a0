//! `rpc`: a request becomes a handler's work in a task of its own. The caller may hang up; the work
//! ends by itself, and drain waits for it.

use std::future::Future;

use tonic::{Request, Response, Status};
use tracing::Instrument;
use wording::Locale;

use crate::answer::Answer;
use crate::ctx::Ctx;
use crate::error::Error;

/// What the generated service traits return.
pub type Rpc<T> = std::result::Result<Response<T>, Status>;

/// Bytes of one request. A larger one is refused before it is read. Answers are kept small by their
/// own limits: rows of a page, pages of a document.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Runs a handler for a request that the access layer has let through. Past the deadline that layer
/// answers the caller, and a write that had started finishes.
pub async fn rpc<App, Req, Rep, F, Fut>(app: &App, request: Request<Req>, handler: F) -> Rpc<Rep>
where
    App: Clone,
    Rep: Send + 'static,
    F: FnOnce(App, Ctx, Req) -> Fut,
    Fut: Future<Output = Answer<Rep>> + Send + 'static,
{
    let (_, mut extensions, message) = request.into_parts();
    let ctx = extensions.remove::<Ctx>().ok_or_else(unjudged)?;
    let work = handler(app.clone(), ctx.clone(), message).in_current_span();
    let task = ctx.tasks.spawn(work);
    let outcome = match task.await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::Bug(panic.to_string())),
    };
    outcome
        .map(|seen| Response::new(seen.into_reply()))
        .map_err(|error| error.into_status(ctx.locale, &ctx.trace_id))
}

/// A gRPC service as a table: of each of its RPCs the request, a message of `$package`, and the
/// handler that answers it. A service that lacks one does not compile.
#[macro_export]
macro_rules! service {
    ($service:ident for $app:ident in $package:ident {
        $($rpc:ident($request:ident) => $handler:path,)+
    }) => {
        #[tonic::async_trait]
        impl $service for $app {
            $(async fn $rpc(
                &self,
                request: tonic::Request<$package::$request>,
            ) -> $crate::Rpc<<$package::$request as proto::Call>::Reply> {
                $crate::rpc(self, request, $handler).await
            })+
        }
    };
}

/// A router that was reached around the access layer answers nobody.
fn unjudged() -> Status {
    Error::Bug("the call was not judged by the access layer".to_owned()).into_status(Locale::En, "")
}
