//! What happens in the window itself: files dragged over it, and the request to close it.

use std::path::PathBuf;

use tauri::{DragDropEvent, Manager, Window, WindowEvent, Wry};

use crate::contract::FilesHover;
use crate::events;
use crate::shell::Shell;

/// Handles an event of the window.
pub(crate) fn on_event(window: &Window<Wry>, event: &WindowEvent) {
    let shell = window.state::<Shell>();
    match event {
        WindowEvent::DragDrop(event) => on_drag_drop(&shell, event),
        WindowEvent::CloseRequested { api, .. } if shell.defer_close() => api.prevent_close(),
        _ => {}
    }
}

/// Imports files dropped on the window. Their paths stay here; the UI only learns that files hover.
fn on_drag_drop(shell: &Shell, event: &DragDropEvent) {
    if let Some(hover) = hover_after(event) {
        events::emit(&shell.app, &hover);
    }
    if let Some(files) = dropped_files(event) {
        shell.import_external(files);
    }
}

/// What the UI is sent about files over the window; nothing while they move.
fn hover_after(event: &DragDropEvent) -> Option<FilesHover> {
    match event {
        DragDropEvent::Enter { paths, .. } => Some(FilesHover { over: !paths.is_empty() }),
        DragDropEvent::Leave | DragDropEvent::Drop { .. } => Some(FilesHover { over: false }),
        _ => None,
    }
}

/// The files that were dropped, if any: text and links can be dropped as well.
fn dropped_files(event: &DragDropEvent) -> Option<Vec<PathBuf>> {
    match event {
        DragDropEvent::Drop { paths, .. } if !paths.is_empty() => Some(paths.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_show_a_hover_and_only_dropped_files_are_imported() {
        let position = tauri::PhysicalPosition::new(0.0, 0.0);
        let check = |event: &DragDropEvent, hover: Option<bool>, files: Option<&[&str]>| {
            assert_eq!(hover_after(event).map(|hover| hover.over), hover, "{event:?}");
            let expect = files.map(|files| files.iter().map(PathBuf::from).collect());
            assert_eq!(dropped_files(event), expect, "{event:?}");
        };
        let paths = || vec![PathBuf::from("/a.epub"), PathBuf::from("/books")];
        check(&DragDropEvent::Enter { paths: paths(), position }, Some(true), None);
        check(&DragDropEvent::Enter { paths: vec![], position }, Some(false), None);
        check(&DragDropEvent::Over { position }, None, None);
        check(&DragDropEvent::Drop { paths: paths(), position }, Some(false), Some(&["/a.epub", "/books"]));
        check(&DragDropEvent::Drop { paths: vec![], position }, Some(false), None);
        check(&DragDropEvent::Leave, Some(false), None);
    }
}
