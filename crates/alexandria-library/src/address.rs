//! Addresses of books and of annotations in them, as exports write them and the window opens them.
//!
//! `alexandria://open/ID` is a book and `alexandria://open/ID?a=ID` an annotation in it. They navigate and do nothing else,
//! because any web page can contain such a link. They have ids only, because addresses end up in histories.

use std::fmt;
use std::str::FromStr;

use alexandria_domain::{Annotation, AnnotationId, PublicationId};
use url::Url;

/// The scheme of these addresses.
pub const ADDRESS_SCHEME: &str = "alexandria";

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookAddress {
    /// The book.
    pub publication: PublicationId,
    /// The annotation to show in it; the reader's last position if there is none.
    pub annotation: Option<AnnotationId>,
}

/// The text is no address of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("addresses of books are such as alexandria://open/ID")]
pub struct NotABookAddress;

impl BookAddress {
    /// The address of an annotation.
    pub(crate) const fn of(annotation: &Annotation) -> Self {
        Self { publication: annotation.publication, annotation: Some(annotation.id) }
    }
}

impl fmt::Display for BookAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ADDRESS_SCHEME}://open/{}", self.publication)?;
        self.annotation.map_or(Ok(()), |annotation| write!(f, "?a={annotation}"))
    }
}

impl FromStr for BookAddress {
    type Err = NotABookAddress;

    /// Reads an address. Other parameters may be from a later version; the book is shown all the same.
    fn from_str(text: &str) -> Result<Self, NotABookAddress> {
        let url = Url::parse(text).map_err(|_| NotABookAddress)?;
        if url.scheme() != ADDRESS_SCHEME || url.host_str() != Some("open") {
            return Err(NotABookAddress);
        }
        let publication = url.path().trim_matches('/').parse().map_err(|_| NotABookAddress)?;
        let annotation = match url.query_pairs().find(|(name, _)| name == "a") {
            Some((_, id)) => Some(id.parse().map_err(|_| NotABookAddress)?),
            None => None,
        };
        Ok(Self { publication, annotation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "01ab01ab01ab01ab01ab01ab01ab01ab";
    const NOTE: &str = "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f";

    #[test]
    fn addresses_are_read_and_written() {
        let check = |text: &str, annotation: Option<&str>, written: &str| {
            let expect = BookAddress {
                publication: BOOK.parse().unwrap(),
                annotation: annotation.map(|annotation| annotation.parse().unwrap()),
            };
            assert_eq!(text.parse(), Ok(expect), "{text}");
            assert_eq!(expect.to_string(), written);
        };
        let (book, note) = (format!("alexandria://open/{BOOK}"), format!("alexandria://open/{BOOK}?a={NOTE}"));
        check(&book, None, &book);
        check(&format!("{book}/"), None, &book);
        check(&note, Some(NOTE), &note);
        check(&format!("Alexandria://open/{BOOK}?later=x&a={NOTE}#b"), Some(NOTE), &note);
    }

    #[test]
    fn other_addresses_are_refused() {
        for refused in [
            String::new(),
            "alexandria:".into(),
            "alexandria://open/".into(),
            "alexandria://open/../secret".into(),
            "alexandria://open/x%2fy".into(),
            "alexandria://open/01ab".into(),
            format!("alexandria://open/{BOOK}/more"),
            format!("alexandria://open/{BOOK}?a="),
            format!("alexandria://open/{BOOK}?a=../x"),
            format!("alexandria://import/{BOOK}"),
            format!("alexandria:///open/{BOOK}"),
            format!("https://open/{BOOK}"),
            "Alexandria://open/<script>".into(),
        ] {
            assert_eq!(refused.parse::<BookAddress>(), Err(NotABookAddress), "{refused}");
        }
    }
}
