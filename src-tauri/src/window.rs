//! The one window: how it is created, what it may navigate to, and what is done to it.
//!
//! Absent: what happens in it (`window_events`).

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager, Runtime, Url};
use tauri_plugin_window_state::StateFlags;

/// The window's label in the configuration, the capabilities and the protocol.
pub(crate) const MAIN: &str = "main";

/// Creates the window of the configuration. Its web view stores nothing: it is incognito.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    for config in app.config().app.windows.iter().filter(|window| window.label == MAIN) {
        let window = WebviewWindowBuilder::from_config(app, config)?
            .incognito(!is_automated())
            .on_navigation(may_navigate)
            .on_new_window(|_url, _features| NewWindowResponse::Deny)
            .on_download(|_webview, _event| false)
            .build()?;
        #[cfg(target_os = "linux")]
        disable_hardware_acceleration(&window)?;
        #[cfg(not(target_os = "linux"))]
        let _system_default = window;
    }
    Ok(())
}

/// The page of the UI.
#[cfg(target_os = "linux")]
const APP_URL: &str = "tauri://localhost";

/// Renders the page on the CPU: text needs no GPU, which takes a hundred megabytes and half a second to initialise, and
/// with some drivers shows an empty window (`docs/adr/0013-drawing-on-linux.md`).
///
/// WebKitGTK 2.50 ignores the mouse wheel if the policy changes after the first load, which Tauri has started by now. So
/// the web process, which has rendered nothing yet, is replaced.
#[cfg(target_os = "linux")]
fn disable_hardware_acceleration(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|view| {
        let view = view.inner();
        if let Some(settings) = view.settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            view.terminate_web_process();
            view.load_uri(APP_URL);
        }
    })
}

/// Whether a WebDriver session controls the window, as `tauri-driver` says. An incognito web view cannot be automated on
/// Linux (wry), so a release build never is.
fn is_automated() -> bool {
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

/// Restores size and position of the window at the next start.
pub(crate) fn state_plugin<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    let flags = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    tauri_plugin_window_state::Builder::new().with_state_flags(flags).build()
}

/// Shows the window to the reader who started the program again.
#[cfg(not(target_os = "macos"))]
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()).is_err() {
        tracing::warn!("the window could not be brought to the front");
    }
}

/// Clears the web view's caches. The page clears itself when the library is locked; this clears what is behind it.
pub(crate) fn clear_browsing_data(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if window.clear_all_browsing_data().is_err() {
        tracing::warn!("the web view's data could not be cleared");
    }
}

/// Closes the window without asking again.
pub(crate) fn destroy(app: &AppHandle) {
    if app.get_webview_window(MAIN).is_some_and(|window| window.destroy().is_err()) {
        tracing::warn!("the window could not be closed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allowed: bool) {
        assert_eq!(may_navigate(&Url::parse(url).unwrap()), allowed, "{url}");
    }

    #[test]
    fn may_navigate_only_inside_the_application() {
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
