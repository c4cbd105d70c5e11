//! Listing collections and tags, with how much is in each.

use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Collection, CollectionId, PublicationId, ShelfFilter};
use alexandria_store::{ShelfOrder, ShelfQuery, TagCount};

use super::error::CollectionError;
use crate::blocking::blocking;
use crate::engines::Engines;

/// A collection, and how many publications on the shelf are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCollection {
    /// The collection.
    pub collection: Collection,
    /// Publications. A filter that this version does not understand selects none.
    pub publications: u64,
}

/// All collections that are not deleted, by name.
pub(crate) async fn collections(engines: &Arc<Engines>) -> Result<Vec<ListedCollection>, CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut listed = Vec::new();
        for count in engines.store.collections()? {
            let publications = match &count.collection.filter {
                None => count.publications,
                Some(filter) => match ShelfFilter::parse(filter) {
                    Ok(filter) => engines.store.shelf_count(&selected_by(&filter))?,
                    Err(_) => 0,
                },
            };
            listed.push(ListedCollection { collection: count.collection, publications });
        }
        Ok(listed)
    })
    .await
}

/// The collections that the reader has put a publication into, deleted ones too.
pub(crate) async fn collections_of(
    engines: &Arc<Engines>,
    publication: PublicationId,
) -> Result<Vec<CollectionId>, CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || Ok(engines.store.publication_edits(&publication)?.collections.into_iter().collect())).await
}

/// All tags of publications on the shelf, by name.
pub(crate) async fn tags(engines: &Arc<Engines>) -> Result<Vec<TagCount>, CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || Ok(engines.store.tags()?)).await
}

fn selected_by(filter: &ShelfFilter) -> ShelfQuery<'_> {
    ShelfQuery { membership: Membership::Shelf, filter, collection: None, order: ShelfOrder::Added, reversed: false }
}
