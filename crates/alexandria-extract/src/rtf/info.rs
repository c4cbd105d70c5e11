//! Metadata: the `\info` group.

use alexandria_domain::Metadata;

use super::group::InfoField;
use crate::limits::Guard;
use crate::metadata_field;

/// Maximum size of a field that is kept, in bytes.
const MAX_FIELD_BYTES: usize = 64 << 10;

/// The fields as they are in the file.
#[derive(Debug, Default)]
pub(super) struct Info {
    title: String,
    author: String,
    subject: String,
    keywords: String,
    comment: String,
}

impl Info {
    pub(super) fn add(&mut self, field: InfoField, text: &str) {
        let value = match field {
            InfoField::Title => &mut self.title,
            InfoField::Author => &mut self.author,
            InfoField::Subject => &mut self.subject,
            InfoField::Keywords => &mut self.keywords,
            InfoField::Comment => &mut self.comment,
        };
        if value.len() + text.len() <= MAX_FIELD_BYTES {
            value.push_str(text);
        }
    }

    pub(super) fn metadata(&self, guard: &Guard) -> Metadata {
        let mut metadata = Metadata {
            title: metadata_field::value(&self.title).unwrap_or_default(),
            description: metadata_field::description(&self.comment, guard),
            ..Metadata::default()
        };
        metadata_field::extend(&mut metadata.authors, self.author.split(';').filter_map(metadata_field::value));
        let subjects = std::iter::once(self.subject.as_str()).chain(self.keywords.split([',', ';']));
        metadata_field::extend(&mut metadata.subjects, subjects.filter_map(metadata_field::value));
        metadata
    }
}
