//! Writing the page of any content.

use super::content::PageContent;
use super::links::PageLinks;
use super::{image, markup, plain};
use crate::error::ExtractError;
use crate::limits::Guard;

/// The page as a complete XHTML document.
pub(crate) fn page(content: &PageContent, links: &PageLinks<'_>, guard: &Guard) -> Result<String, ExtractError> {
    match content {
        PageContent::Markup(tree) => markup::page(tree, links, guard),
        PageContent::Image(image) => image::page(image, links, guard),
        PageContent::Plain(blocks) => plain::page(blocks, guard),
    }
}
