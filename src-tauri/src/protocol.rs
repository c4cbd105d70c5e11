//! The `book:` protocol: pages and resources of the open library, decrypted on request.
//!
//! `book://localhost/<publication id>/<href>` (on Windows `http://book.localhost/…`). Only the main window is served,
//! nothing may be cached, and the content can neither run script nor reach the network. No file path is involved: a URL
//! names a resource inside a publication of the library.

mod request;
mod response;

use std::sync::Arc;

use alexandria_library::domain::{CodedError, ErrorCode, PublicationId};
use alexandria_library::{Library, ReadError, Resource};
use tauri::http::{Request, StatusCode};
use tauri::{AppHandle, Manager, UriSchemeContext, UriSchemeResponder, Wry};

use self::request::{Part, Target};
use self::response::{Content, Reply};
use crate::shell::Shell;
use crate::window;

/// The URL scheme.
pub(crate) const SCHEME: &str = "book";

/// Maximum size of a vector image that is shown on the shelf as it is, in bytes. Larger ones embed photographs, and the web
/// view needs some 40 MB to render one.
const MAX_VECTOR_COVER_BYTES: usize = 64 * 1024;

/// Base URL of a publication's pages and resources.
pub(crate) fn base_url(publication: PublicationId) -> String {
    let origin = if cfg!(windows) { "http://book.localhost" } else { "book://localhost" };
    format!("{origin}/{publication}")
}

/// Responds to a request of the web view, on another thread.
#[expect(clippy::needless_pass_by_value, reason = "the signature that tauri requires")]
pub(crate) fn handle(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    let from_main = context.webview_label() == window::MAIN;
    tauri::async_runtime::spawn(async move {
        let reply = if from_main { serve(&app, &request).await } else { Reply::Error(StatusCode::FORBIDDEN) };
        responder.respond(reply.into_response(request.method(), request.headers()));
    });
}

async fn serve(app: &AppHandle, request: &Request<Vec<u8>>) -> Reply {
    let target = match Target::parse(request.method(), request.headers(), request.uri().path()) {
        Ok(target) => target,
        Err(status) => return Reply::Error(status),
    };
    let Ok(library) = app.state::<Shell>().library() else {
        return Reply::Error(StatusCode::FORBIDDEN);
    };
    match content(&library, target).await {
        Ok(content) if content.is_servable() => Reply::Content(content),
        Ok(_) => Reply::Error(StatusCode::FORBIDDEN),
        Err(error) => {
            tracing::info!(code = %error.code(), "a book request failed");
            Reply::Error(status_of(error.code()))
        }
    }
}

async fn content(library: &Library, Target { publication, part }: Target) -> Result<Content, ReadError> {
    match part {
        Part::Cover => library.cover(publication).await.map(cover),
        Part::Thumbnail => match library.thumbnail(publication).await {
            // A vector image has no thumbnail; a small one is its own.
            Err(error) if error.code() == ErrorCode::UnsupportedFormat => {
                let cover_image = library.cover(publication).await?;
                if cover_image.bytes.len() > MAX_VECTOR_COVER_BYTES { Err(error) } else { Ok(cover(cover_image)) }
            }
            thumbnail => thumbnail.map(Content::jpeg),
        },
        Part::Resource(href) => match library.page(publication, &href, &base_url(publication)).await {
            // Not a section of the reading order: an image, a style sheet, a font.
            Err(error) if error.code() == ErrorCode::NotFound => {
                library.resource(publication, &href).await.map(Content::resource)
            }
            page => page.map(Content::page),
        },
    }
}

fn cover(resource: Resource) -> Content {
    Content::resource(Arc::new(resource))
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotFound | ErrorCode::UnsupportedFormat => StatusCode::NOT_FOUND,
        ErrorCode::LimitExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
