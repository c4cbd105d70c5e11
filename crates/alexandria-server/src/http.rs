//! HTTP: routes, and the layers around them.
//!
//! From the outside in: the envelope (id of the request, headers, problem documents), trace and metrics, panics, then the
//! handler with its extractors. TLS ends at the proxy in front.

mod account;
mod admission;
mod auth;
mod blobs;
mod body;
mod changes;
pub mod client_ip;
pub mod connections;
mod devices;
mod enrolments;
mod envelope;
pub mod extract;
mod factors;
mod invitations;
mod keys;
pub mod limits;
pub mod long_poll;
mod meta;
mod panics;
mod password;
pub mod problem;
mod range;
mod records;
mod rule_problem;
mod sessions;
mod snapshots;
mod store_problem;
mod trace;

#[cfg(test)]
mod tests;

use alexandria_protocol::problem::ProblemCode;
use axum::Router;
use axum::middleware::from_fn;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use self::problem::ApiError;
use crate::state::AppState;

/// What every path of the API begins with.
const BASE: &str = "/v1";

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Alexandria sync server",
    description = "Stores and relays what it cannot read. Ids are made by clients: 16 bytes, 32 hexadecimal digits. \
                   Every answer carries `Alexandria-Server: 1`; one without it comes from something in between. Errors are \
                   problem documents (RFC 9457).",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
))]
struct Description;

/// All routes with their descriptions, without layers.
fn routes() -> OpenApiRouter<AppState> {
    let api = OpenApiRouter::new()
        .merge(meta::router())
        .merge(auth::router())
        .merge(password::router())
        .merge(factors::router())
        .merge(sessions::router())
        .merge(devices::router())
        .merge(keys::router())
        .merge(enrolments::router())
        .merge(records::router())
        .merge(changes::router())
        .merge(blobs::router())
        .merge(snapshots::router())
        .merge(account::router())
        .merge(invitations::router());
    OpenApiRouter::with_openapi(Description::openapi()).nest(BASE, api)
}

/// The description of the API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().split_for_parts().1
}

/// The API, ready to be served.
pub fn router(state: AppState) -> Router {
    let (router, _description) = routes().split_for_parts();
    with_layers(router).with_state(state)
}

/// The layers around every route, also around those that do not exist. The last one added is the outermost.
fn with_layers<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(async || ApiError::new(ProblemCode::NotFound))
        .method_not_allowed_fallback(async || ApiError::new(ProblemCode::MethodNotAllowed))
        .layer(from_fn(panics::catch))
        .layer(from_fn(trace::observe))
        .layer(from_fn(envelope::seal))
}
