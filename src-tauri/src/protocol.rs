//! The `book:` protocol: pages and resources of the open library, decrypted as they are asked for.
//!
//! `book://localhost/<publication id>/<href>` (on Windows `http://book.localhost/…`). Only the main window is served,
//! nothing may be cached, and what is served can neither run script nor reach the network. No file path plays a part:
//! an address names a thing inside a publication of the library.

mod answer;
mod range;
mod request;

use std::sync::Arc;

use alexandria_library::domain::{CodedError, ErrorCode, PublicationId};
use alexandria_library::{Library, ReadError, Resource};
use tauri::http::{Request, StatusCode};
use tauri::{AppHandle, Manager, UriSchemeContext, UriSchemeResponder, Wry};

use self::answer::{Answer, Content};
use self::request::{Part, Target};
use crate::shell::Shell;
use crate::window;

/// The scheme's name.
pub(crate) const SCHEME: &str = "book";

/// Heaviest drawing that is shown on the shelf as it is, in bytes. Heavier ones hold photographs, and the web view takes
/// some 40 MB to show one.
const MAX_DRAWING: usize = 64 * 1024;

/// Where the pages of a publication are served.
pub(crate) fn base(publication: PublicationId) -> String {
    let origin = if cfg!(windows) { "http://book.localhost" } else { "book://localhost" };
    format!("{origin}/{publication}")
}

/// Answers a request of the web view, away from its thread.
#[expect(clippy::needless_pass_by_value, reason = "the signature tauri asks for")]
pub(crate) fn handle(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    let from_main = context.webview_label() == window::MAIN;
    tauri::async_runtime::spawn(async move {
        let answer = if from_main { serve(&app, &request).await } else { Answer::refuse(StatusCode::FORBIDDEN) };
        responder.respond(answer.into_response(request.method(), request.headers()));
    });
}

async fn serve(app: &AppHandle, request: &Request<Vec<u8>>) -> Answer {
    let target = match Target::of(request.method(), request.headers(), request.uri().path()) {
        Ok(target) => target,
        Err(status) => return Answer::refuse(status),
    };
    let Ok(library) = app.state::<Shell>().library() else {
        return Answer::refuse(StatusCode::FORBIDDEN);
    };
    match content(&library, target).await {
        Ok(content) if content.may_be_served() => Answer::Content(content),
        Ok(_) => Answer::refuse(StatusCode::FORBIDDEN),
        Err(error) => {
            tracing::info!(code = %error.code(), "a book request failed");
            Answer::refuse(status_of(error.code()))
        }
    }
}

async fn content(library: &Library, Target { publication, part }: Target) -> Result<Content, ReadError> {
    match part {
        Part::Cover => library.cover(publication).await.map(cover),
        Part::Thumbnail => match library.thumbnail(publication).await {
            // A drawing has no small form; a light one stands for itself.
            Err(error) if error.code() == ErrorCode::UnsupportedFormat => {
                let drawing = library.cover(publication).await?;
                if drawing.bytes.len() > MAX_DRAWING { Err(error) } else { Ok(cover(drawing)) }
            }
            thumbnail => thumbnail.map(Content::jpeg),
        },
        Part::Inside(href) => match library.page(publication, &href, &base(publication)).await {
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
