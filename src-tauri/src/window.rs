//! The one window: how it is made, what it may navigate to, files dropped on it.

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, DragDropEvent, Manager, Runtime, Url, Window, WindowEvent, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::contract::FilesHover;
use crate::events;

/// The window's label in the configuration, the capabilities and the protocol.
pub(crate) const MAIN: &str = "main";

/// Makes the window of the configuration. It holds no web data beyond its own life.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    for config in app.config().app.windows.iter().filter(|window| window.label == MAIN) {
        WebviewWindowBuilder::from_config(app, config)?
            .incognito(!driven_by_tests())
            .on_navigation(may_navigate)
            .on_new_window(|_url, _features| NewWindowResponse::Deny)
            .on_download(|_webview, _event| false)
            .build()?;
    }
    Ok(())
}

/// Whether a WebDriver drives the window, as `tauri-driver` says. A private web view cannot be driven on Linux (wry).
fn driven_by_tests() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
}

/// The window shows the UI and, inside it, frames the UI made. Nothing else, and no link leads out.
fn may_navigate(url: &Url) -> bool {
    let own = |url: &Url| match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" => cfg!(windows) && url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    };
    match url.scheme() {
        "about" => matches!(url.path(), "blank" | "srcdoc"),
        "blob" => Url::parse(url.path()).is_ok_and(|inner| own(&inner)),
        _ => own(url),
    }
}

/// Keeps size and place of the window between runs.
pub(crate) fn state_plugin<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    tauri_plugin_window_state::Builder::new().with_state_flags(kept).build()
}

/// Shows the window to the reader who started the program again.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()).is_err() {
        tracing::warn!("the window could not be brought to the front");
    }
}

/// Imports files dropped on the window. Their paths stay here; the UI is only told that they hover.
pub(crate) fn on_event(window: &Window<Wry>, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
    let app = window.app_handle();
    match event {
        DragDropEvent::Enter { .. } => events::send(app, &FilesHover { over: true }),
        DragDropEvent::Leave => events::send(app, &FilesHover { over: false }),
        DragDropEvent::Drop { paths, .. } => {
            events::send(app, &FilesHover { over: false });
            crate::app::import(app, paths.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allowed: bool) {
        assert_eq!(may_navigate(&Url::parse(url).unwrap()), allowed, "{url}");
    }

    #[test]
    fn the_window_stays_in_the_application() {
        check("tauri://localhost/", true);
        check("tauri://localhost/index.html#/search", true);
        check("blob:tauri://localhost/5b1c", true);
        check("about:blank", true);
        check("about:srcdoc", true);
        for out in [
            "https://example.org/",
            "http://localhost/",
            "file:///etc/passwd",
            "book://localhost/00/@cover",
            "tauri://elsewhere/",
            "blob:https://example.org/5b1c",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:config",
            "mailto:a@example.org",
        ] {
            check(out, false);
        }
    }
}
