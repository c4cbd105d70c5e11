//! Pictures of a book, which are records of the container.

use std::sync::Arc;

use super::database::Database;
use crate::error::ExtractError;
use crate::limits::Guard;
use crate::picture::PictureSource;

/// The records from the first picture on. Fonts and other records among them are no pictures when they are asked for.
pub(super) struct RecordPictures {
    pub(super) database: Arc<Database>,
    /// `None` if there is none.
    pub(super) first: Option<usize>,
}

impl PictureSource for RecordPictures {
    fn count(&self) -> usize {
        self.first.map_or(0, |first| self.database.count().saturating_sub(first))
    }

    fn read(&mut self, number: usize, _: &Guard) -> Result<Vec<u8>, ExtractError> {
        let record = self.first.and_then(|first| self.database.record(first.checked_add(number)?));
        record.map(<[u8]>::to_vec).ok_or(ExtractError::NotFound)
    }
}
