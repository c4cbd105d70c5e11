//! The one window: how it is made, what it may navigate to, files dropped on it.

use std::path::PathBuf;

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, DragDropEvent, Manager, Runtime, Url, Window, WindowEvent, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::contract::FilesHover;
use crate::{closing, events};

/// The window's label in the configuration, the capabilities and the protocol.
pub(crate) const MAIN: &str = "main";

/// Makes the window of the configuration. It holds no web data beyond its own life.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    for config in app.config().app.windows.iter().filter(|window| window.label == MAIN) {
        let window = WebviewWindowBuilder::from_config(app, config)?
            .incognito(!driven_by_tests())
            .on_navigation(may_navigate)
            .on_new_window(|_url, _features| NewWindowResponse::Deny)
            .on_download(|_webview, _event| false)
            .build()?;
        #[cfg(target_os = "linux")]
        draw_without_graphics_card(&window)?;
        #[cfg(not(target_os = "linux"))]
        let _drawn_as_the_system_does = window;
    }
    Ok(())
}

/// Has the processor draw the page: text needs no graphics card, which takes a hundred megabytes and half a second to be
/// made ready, and with some drivers shows an empty window (`docs/adr/0013-drawing-on-linux.md`).
#[cfg(target_os = "linux")]
fn draw_without_graphics_card(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether a WebDriver drives the window, as `tauri-driver` says. A private web view cannot be driven on Linux (wry), so a
/// build for readers never is.
fn driven_by_tests() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
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
#[cfg(not(target_os = "macos"))]
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()).is_err() {
        tracing::warn!("the window could not be brought to the front");
    }
}

/// Takes from the web view what it keeps of what it has shown. The page clears itself when it is told that the library
/// is locked; this is about what stands behind it.
pub(crate) fn forget(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if window.clear_all_browsing_data().is_err() {
        tracing::warn!("the web view's memory could not be cleared");
    }
}

/// What the window itself reports: files over it, and that it is to be closed.
pub(crate) fn on_event(window: &Window<Wry>, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::DragDrop(event) => on_files(app, event),
        WindowEvent::CloseRequested { api, .. } if closing::is_put_off(app) => api.prevent_close(),
        _ => {}
    }
}

/// Imports files dropped on the window. Their paths stay here; the UI is only told that they hover.
fn on_files(app: &AppHandle, event: &DragDropEvent) {
    if let Some(hover) = hover_after(event) {
        events::send(app, &hover);
    }
    if let Some(dropped) = dropped(event) {
        crate::app::import(app, dropped);
    }
}

/// What the UI is told about files over the window; nothing while they move.
fn hover_after(event: &DragDropEvent) -> Option<FilesHover> {
    match event {
        DragDropEvent::Enter { paths, .. } => Some(FilesHover { over: !paths.is_empty() }),
        DragDropEvent::Leave | DragDropEvent::Drop { .. } => Some(FilesHover { over: false }),
        _ => None,
    }
}

/// The files that were dropped, if any: text and links can be dropped as well.
fn dropped(event: &DragDropEvent) -> Option<Vec<PathBuf>> {
    match event {
        DragDropEvent::Drop { paths, .. } if !paths.is_empty() => Some(paths.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allowed: bool) {
        assert_eq!(may_navigate(&Url::parse(url).unwrap()), allowed, "{url}");
    }

    #[test]
    fn only_files_are_welcomed_and_only_dropped_ones_imported() {
        let position = tauri::PhysicalPosition::new(0.0, 0.0);
        let check = |event: &DragDropEvent, hover: Option<bool>, files: Option<&[&str]>| {
            assert_eq!(hover_after(event).map(|hover| hover.over), hover, "{event:?}");
            let expect = files.map(|files| files.iter().map(PathBuf::from).collect());
            assert_eq!(dropped(event), expect, "{event:?}");
        };
        let paths = || vec![PathBuf::from("/a.epub"), PathBuf::from("/books")];
        check(&DragDropEvent::Enter { paths: paths(), position }, Some(true), None);
        check(&DragDropEvent::Enter { paths: vec![], position }, Some(false), None);
        check(&DragDropEvent::Over { position }, None, None);
        check(&DragDropEvent::Drop { paths: paths(), position }, Some(false), Some(&["/a.epub", "/books"]));
        check(&DragDropEvent::Drop { paths: vec![], position }, Some(false), None);
        check(&DragDropEvent::Leave, Some(false), None);
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
