//! What the suites of the real window share: actions of a reader, and what must hold in every view.

mod actions;
#[cfg(target_os = "linux")]
pub mod close;
mod view;

pub use actions::{
    SHELF_TITLES, click_toast, close_report, lists, open_book, open_details, open_reader, search, select_option,
    shelf_has, submit, text_is,
};
pub use view::check_view;
