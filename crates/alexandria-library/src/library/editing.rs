//! Metadata, tags, rating and reading status; collections.

use alexandria_domain::{Collection, CollectionId, Metadata, PublicationId};
use alexandria_store::TagCount;

use super::Library;
use crate::collections::{self, CollectionEdit, CollectionError, ListedCollection, NewCollection};
use crate::editing::{self, EditError, PublicationEdit};

impl Library {
    /// Changes publications: all of them, or none if one does not exist. Their files stay as they are. Returns how many
    /// were changed by it.
    ///
    /// # Errors
    /// When a value is not valid, one of them does not exist, or the database fails.
    pub async fn edit(&self, ids: Vec<PublicationId>, edit: PublicationEdit) -> Result<usize, EditError> {
        editing::edit(&self.parts.engines, ids, edit).await
    }

    /// What the file of a publication says of what readers can change.
    ///
    /// # Errors
    /// When there is no such publication, or the database fails.
    pub async fn file_metadata(&self, id: PublicationId) -> Result<Metadata, EditError> {
        editing::file_metadata(&self.parts.engines, id).await
    }

    /// All tags of publications on the shelf, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags(&self) -> Result<Vec<TagCount>, CollectionError> {
        collections::tags(&self.parts.engines).await
    }

    /// All collections, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn collections(&self) -> Result<Vec<ListedCollection>, CollectionError> {
        collections::collections(&self.parts.engines).await
    }

    /// The collections that the reader has put a publication into, deleted ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn collections_of(&self, id: PublicationId) -> Result<Vec<CollectionId>, CollectionError> {
        collections::collections_of(&self.parts.engines, id).await
    }

    /// Makes a collection.
    ///
    /// # Errors
    /// When the name is not valid or taken, the filter cannot be understood, or the database fails.
    pub async fn create_collection(&self, new: NewCollection) -> Result<Collection, CollectionError> {
        collections::create(&self.parts.engines, new).await
    }

    /// Changes a collection, deletes it, or undoes that.
    ///
    /// # Errors
    /// As [`create_collection`](Self::create_collection), or when there is none.
    pub async fn edit_collection(&self, id: CollectionId, edit: CollectionEdit) -> Result<Collection, CollectionError> {
        collections::edit(&self.parts.engines, id, edit).await
    }

    /// Puts publications into a collection or takes them out: all of them, or none if one does not exist.
    ///
    /// # Errors
    /// When there is no such collection or it has a filter, one of them does not exist, or the database fails.
    pub async fn set_collection_members(
        &self,
        id: CollectionId,
        publications: Vec<PublicationId>,
        is_member: bool,
    ) -> Result<(), CollectionError> {
        collections::set_members(&self.parts.engines, id, publications, is_member).await
    }
}
