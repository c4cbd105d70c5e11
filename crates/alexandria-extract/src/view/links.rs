//! References of a page, rewritten to URLs of the publication or marked as external.

use crate::href::{self, Href};

/// Target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A URL below the publication's own.
    Inside(String),
    /// The web or a mail program; the reader is asked first.
    Outside(String),
}

/// Rewrites the references of one page.
pub(crate) struct PageLinks<'a> {
    /// URL of the publication, without a slash at the end.
    pub(crate) base_url: &'a str,
    /// Resolves a reference of this page inside the publication.
    pub(crate) resolve: &'a dyn Fn(&str) -> Option<Href>,
}

impl PageLinks<'_> {
    pub(super) fn link(&self, reference: &str) -> Option<Target> {
        match href::scheme(reference).as_deref() {
            Some("http" | "https" | "mailto") => Some(Target::Outside(reference.trim().to_owned())),
            Some(_) => None,
            None => self.inside(reference).map(Target::Inside),
        }
    }

    pub(super) fn resource(&self, reference: &str) -> Option<String> {
        if href::scheme(reference).as_deref() == Some("data") {
            let image = reference.trim().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
            return image.then(|| reference.trim().to_owned());
        }
        self.inside(reference)
    }

    fn inside(&self, reference: &str) -> Option<String> {
        let Href { path, fragment } = (self.resolve)(reference)?;
        let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        Some(format!("{}{fragment}", self.address(&path)))
    }

    /// The URL of a decoded path inside the publication.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{}", self.base_url, href::encode(path))
    }
}
