//! `rpc`: a request becomes a handler's work. A write is a task of its own: the caller may hang up, the
//! work ends by itself, and drain waits for it. A read is its caller's, and ends with him.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use error::Error;
use futures::FutureExt;
use proto::Call;
use proto::access::v1::Effect;
use tonic::{Request, Response, Status};
use tracing::Instrument;
use wording::Locale;

use crate::answer::Answer;
use crate::ctx::Ctx;
use crate::room::Place;

/// What the generated service traits return.
pub type Rpc<T> = std::result::Result<Response<T>, Status>;

/// Bytes of one request. A larger one is refused before it is read. Answers are kept small by their
/// own limits: rows of a page, pages of a document.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Runs a handler for a request that the access layer has let through. Past the deadline that layer
/// answers the caller, a read stops, and a write that had started finishes; until then it has its place.
pub async fn rpc<App, Req, Rep, F, Fut>(app: &App, request: Request<Req>, handler: F) -> Rpc<Rep>
where
    App: Clone,
    Req: Call,
    Rep: Send + 'static,
    F: FnOnce(App, Ctx, Req) -> Fut,
    Fut: Future<Output = Answer<Rep>> + Send + 'static,
{
    let (_, mut extensions, message) = request.into_parts();
    let ctx = extensions.remove::<Ctx>().ok_or_else(unjudged)?;
    let place = extensions.remove::<Place>();
    let (locale, trace_id) = (ctx.locale, ctx.trace_id.clone());
    let refuse = |error: Error| error.into_status(locale, &trace_id);
    let ctx = ctx.acting_for(&message).map_err(|it| refuse(it.into()))?;
    let work = handler(app.clone(), ctx.clone(), message);
    let worked = if ctx.rule.effect == Effect::Read {
        let work = AssertUnwindSafe(work).catch_unwind();
        work.await.map_err(|panic| said(&*panic))
    } else {
        let task = async move {
            let _until_it_ends = place;
            work.await
        };
        let task = ctx.tasks.spawn(task.in_current_span());
        let _until_he_leaves = ctx.left.clone().drop_guard();
        task.await.map_err(|panic| panic.to_string())
    };
    worked
        .unwrap_or_else(|what| Err(Error::Bug(what)))
        .map(|seen| Response::new(seen.into_reply()))
        .map_err(refuse)
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("a read panicked: {}", text.unwrap_or_default())
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
