//! Addresses of pages.

/// The address of the section of a page, by its index.
pub(crate) fn href(page: u32) -> String {
    format!("page-{:04}.xhtml", page.saturating_add(1))
}
