//! The shelf as the reader wants to see it: filtered and sorted.

use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{CollectionId, ShelfFilter};
use alexandria_store::{ShelfOrder, ShelfQuery};

use super::catalog::Book;
use super::error::ShelfError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::settings::LibrarySort;

/// Which publications are listed, and in which order.
#[derive(Clone, Debug)]
pub struct ShelfRequest {
    /// On the shelf or in the bin.
    pub membership: Membership,
    /// What must hold for them, as [`ShelfFilter`] reads it; empty for all.
    pub filter: String,
    /// Only those in this collection.
    pub collection: Option<CollectionId>,
    /// The order.
    pub sort: LibrarySort,
    /// The other way round.
    pub reversed: bool,
}

/// The publications that a request selects.
pub(crate) async fn shelf(engines: &Arc<Engines>, request: ShelfRequest) -> Result<Vec<Book>, ShelfError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut filter = ShelfFilter::parse(&request.filter)?;
        let mut by_hand = None;
        if let Some(id) = request.collection {
            let collection = engines.store.collection(id)?.filter(|collection| !collection.is_deleted);
            let collection = collection.ok_or_else(|| ShelfError::NoCollection(id.to_string()))?;
            match collection.filter {
                None => by_hand = Some(id),
                Some(text) => {
                    let of_collection = ShelfFilter::parse(&text)?;
                    filter.words.extend(of_collection.words);
                    filter.filters.extend(of_collection.filters);
                }
            }
        }
        let query = ShelfQuery {
            membership: request.membership,
            filter: &filter,
            collection: by_hand,
            order: order_of(request.sort),
            reversed: request.reversed,
        };
        Ok(engines.store.shelf(&query)?.into_iter().map(Book::from).collect())
    })
    .await
}

const fn order_of(sort: LibrarySort) -> ShelfOrder {
    match sort {
        LibrarySort::Recent => ShelfOrder::Opened,
        LibrarySort::Title => ShelfOrder::Title,
        LibrarySort::Author => ShelfOrder::Author,
        LibrarySort::Added => ShelfOrder::Added,
        LibrarySort::Series => ShelfOrder::Series,
        LibrarySort::Published => ShelfOrder::Published,
        LibrarySort::Rating => ShelfOrder::Rating,
        LibrarySort::Status => ShelfOrder::Status,
    }
}
