//! Resolving addresses as browsers do (WHATWG URL).

use url::Url;

use super::sample::PAGE;

/// Whether a browser resolves an address in a page to a URL of the publication.
pub(super) fn is_inside(address: &str, base: &str) -> bool {
    is_inside_from(PAGE, address, base)
}

/// The same for an address in the file of that name.
pub(super) fn is_inside_from(name: &str, address: &str, base: &str) -> bool {
    let Ok(root) = Url::parse(&format!("{base}/")) else { return false };
    let escaped = |byte: u8| if matches!(byte, b'/' | b'\\') { "/".to_owned() } else { format!("%{byte:02x}") };
    let Ok(file) = root.join(&name.bytes().map(escaped).collect::<String>()) else { return false };
    file.join(address).is_ok_and(|url| url.origin() == root.origin() && url.path().starts_with(root.path()))
}
