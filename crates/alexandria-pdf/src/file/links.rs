//! Links of a page. Only those to addresses and to other pages: scripts, programs, forms and other files are not even read.

use alexandria_domain::{Point, Quad};
use hayro_syntax::object::{Array, Dict, Name, Rect, String as PdfString};
use hayro_syntax::page::Page;

use super::destination::Destinations;
use super::text::text_string;
use crate::number::whole;

/// Maximum number of links of a page.
const MAX_LINKS: usize = 5_000;
/// Maximum length of an address, in bytes.
const MAX_ADDRESS_BYTES: usize = 8 << 10;

/// A part of a page that leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The part, in hundredths of a point of user space.
    pub quad: Quad,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To the page with this index, from 0.
    Page(u32),
    /// To an address on the web or to a mailbox: `http`, `https` or `mailto`.
    Address(String),
}

/// The links of a page, in the order of the file.
pub(crate) fn links(page: &Page<'_>, destinations: &Destinations) -> Vec<Link> {
    let annotations = page.raw().get::<Array<'_>>(b"Annots");
    let annotations = annotations.iter().flat_map(|array| array.iter::<Dict<'_>>()).take(MAX_LINKS);
    annotations.filter_map(|annotation| link(&annotation, destinations)).collect()
}

fn link(annotation: &Dict<'_>, destinations: &Destinations) -> Option<Link> {
    if annotation.get::<Name<'_>>(b"Subtype")?.as_ref() != b"Link" {
        return None;
    }
    let target = match destinations.target(annotation) {
        Some(page) => LinkTarget::Page(page),
        None => LinkTarget::Address(address(&annotation.get::<Dict<'_>>(b"A")?)?),
    };
    let rect = annotation.get::<Rect>(b"Rect").filter(|rect| rect.width() > 0.0 && rect.height() > 0.0)?;
    let corners = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (rect.x0, rect.y1)];
    let quad = Quad::from_corners(corners.map(|(x, y)| Point { x: whole(x * 100.0), y: whole(y * 100.0) }));
    Some(Link { quad, target })
}

/// The address of an action that may be followed.
fn address(action: &Dict<'_>) -> Option<String> {
    if action.get::<Name<'_>>(b"S")?.as_ref() != b"URI" {
        return None;
    }
    let address = text_string(action.get::<PdfString<'_>>(b"URI")?.as_bytes());
    let (scheme, _) = address.split_once(':')?;
    let is_known = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_known && address.len() <= MAX_ADDRESS_BYTES && !address.contains(char::is_control)).then_some(address)
}
