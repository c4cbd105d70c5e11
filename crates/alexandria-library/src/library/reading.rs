//! Reading publications.

use std::sync::Arc;

use alexandria_domain::{Locator, PublicationId};

use super::Library;
use crate::reading::{self, Page, ReadError, Reading, Resolved, Resource};

impl Library {
    /// Opens a publication for reading.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn open_publication(&self, id: PublicationId) -> Result<Reading, ReadError> {
        reading::open(&self.parts.engines, id).await
    }

    /// The page of a section, sanitised: no script, no network, resources under `base_url`.
    ///
    /// # Errors
    /// When there is no such section, or the file cannot be read.
    pub async fn page(&self, id: PublicationId, href: &str, base_url: &str) -> Result<Page, ReadError> {
        reading::page(&self.parts.engines, &self.parts.open_books, id, href, base_url).await
    }

    /// An image, style sheet, font or other resource of a publication. A large one, which a player requests range by range,
    /// stays in memory until another is requested.
    ///
    /// # Errors
    /// When there is no such resource, or the file cannot be read.
    pub async fn resource(&self, id: PublicationId, href: &str) -> Result<Arc<Resource>, ReadError> {
        reading::resource(&self.parts.engines, &self.parts.open_books, id, href).await
    }

    /// The cover image as it is in the file.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read.
    pub async fn cover(&self, id: PublicationId) -> Result<Resource, ReadError> {
        reading::cover(&self.parts.engines, &self.parts.open_books, id).await
    }

    /// A small JPEG of the cover, made once and stored.
    ///
    /// # Errors
    /// When there is no cover, or it is not an image that can be shown.
    pub async fn thumbnail(&self, id: PublicationId) -> Result<Vec<u8>, ReadError> {
        reading::thumbnail(&self.parts.engines, &self.parts.open_books, id).await
    }

    /// Saves the reader's position in a publication, for this device.
    ///
    /// # Errors
    /// When there is no such publication, or the database fails.
    pub async fn save_position(&self, id: PublicationId, locator: Locator) -> Result<(), ReadError> {
        reading::save_position(&self.parts.engines, id, locator).await
    }

    /// Finds the text that a locator quotes.
    ///
    /// # Errors
    /// When the section or the quoted text is not there.
    pub async fn resolve(&self, id: PublicationId, locator: Locator) -> Result<Resolved, ReadError> {
        reading::resolve(&self.parts.engines, id, locator).await
    }
}
