//! Addresses of test books: of their files, and whether one leads out of a book.

use url::Url;

/// Address of the page of a book.
pub(super) const PAGE: &str = "text/one.xhtml";
/// Address of its style sheet.
pub(super) const STYLE: &str = "text/s.css";

/// Whether an address in the file `name` of a book leads to a file of the same book, which is served below `base`.
pub(super) fn is_inside_from(name: &str, address: &str, base: &str) -> bool {
    let Ok(root) = Url::parse(&format!("{base}/")) else { return false };
    let escaped = |byte: u8| if matches!(byte, b'/' | b'\\') { "/".to_owned() } else { format!("%{byte:02x}") };
    let Ok(file) = root.join(&name.bytes().map(escaped).collect::<String>()) else { return false };
    file.join(address).is_ok_and(|url| url.origin() == root.origin() && url.path().starts_with(root.path()))
}
