//! Cards: what a device shows of a book whose file it does not have, and where that file is.

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, Op, PublicationId, Value};
use alexandria_store::PublicationRecord;
use alexandria_store::sync::WireOpRow;
use alexandria_sync::payload::{Card, Content, WireOp};

use super::error::SyncRunError;
use crate::engines::Engines;

/// A book of the account that is not on this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudBook {
    /// Its id.
    pub id: PublicationId,
    /// Its title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// The length of its file in bytes.
    pub bytes: u64,
    /// The name of its format.
    pub format: String,
    /// Whether its file can be fetched: the device that has it has sent it.
    pub is_available: bool,
}

/// Writes a card for each book on the shelf that has none. Returns the books whose file is not on the server. Blocks.
pub(super) fn write_missing(engines: &Engines) -> Result<Vec<PublicationId>, SyncRunError> {
    let mut waiting = Vec::new();
    for record in engines.store.publications(Membership::Shelf)? {
        let card = card(engines, &record.id)?;
        if card.as_ref().is_none_or(|card| !card.available) {
            waiting.push(record.id);
        }
        if card.is_none() {
            put(engines, record.id, &of(&record))?;
        }
    }
    Ok(waiting)
}

/// Says in the card of a book where its file is. Blocks.
pub(super) fn set_available(engines: &Engines, id: PublicationId, file: [u8; 16]) -> Result<(), SyncRunError> {
    let Some(record) = engines.store.publication(&id)? else { return Ok(()) };
    put(engines, id, &Card { file: Some(file), available: true, ..of(&record) })
}

/// The card of a book. Blocks.
pub(super) fn card(engines: &Engines, id: &PublicationId) -> Result<Option<Card>, SyncRunError> {
    let Some(row) = engines.store.card(id)? else { return Ok(None) };
    Ok(read(&row)?.map(|(_, card)| card))
}

/// The books of the account whose files are not on this device, by title. Blocks.
pub(super) fn cloud_books(engines: &Engines) -> Result<Vec<CloudBook>, SyncRunError> {
    let mut books = Vec::new();
    for row in engines.store.cards()? {
        let Some((id, card)) = read(&row)? else { continue };
        let is_here = engines.store.publication(&id)?.is_some();
        let membership = engines.store.register(&Entity::Publication(id), &Field::Membership)?;
        let is_on_shelf = membership.is_some_and(|register| register.value == Value::Membership(Membership::Shelf));
        if is_here || !is_on_shelf {
            continue;
        }
        let title = engines.store.register(&Entity::Publication(id), &Field::Title)?;
        let title = match title.map(|register| register.value) {
            Some(Value::Text(title)) => title,
            _ => card.title,
        };
        books.push(CloudBook {
            id,
            title,
            authors: card.authors,
            bytes: card.bytes,
            format: card.format,
            is_available: card.available,
        });
    }
    books.sort_by(|one, other| one.title.cmp(&other.title));
    Ok(books)
}

fn read(row: &WireOpRow) -> Result<Option<(PublicationId, Card)>, SyncRunError> {
    match WireOp::decode(&row.bytes)?.content {
        Content::Card(id, Some(card)) => Ok(Some((id, *card))),
        _ => Ok(None),
    }
}

fn of(record: &PublicationRecord) -> Card {
    let metadata = &record.metadata;
    Card {
        title: metadata.title.clone(),
        authors: metadata.authors.clone(),
        series: metadata.series.as_ref().map(|series| series.name.clone()),
        language: Some(metadata.language.clone()).filter(|language| !language.is_empty()),
        format: record.format.name().to_owned(),
        bytes: record.byte_size,
        cover: None,
        file: None,
        available: false,
    }
}

fn put(engines: &Engines, id: PublicationId, card: &Card) -> Result<(), SyncRunError> {
    let changes = &engines.changes;
    // The stamp and the id of any change; what it says is the card.
    let dated = changes.op(Entity::Publication(id), Field::Title, Value::None);
    let Op { id: op, stamp, device, .. } = dated.map_err(|_| SyncRunError::Damaged("the clock of changes"))?;
    let wire = WireOp::card(op, device, stamp, id, Some(Box::new(card.clone())))?;
    engines.store.put_wire_op(&WireOpRow {
        id: op,
        owner: Some(id),
        card_of: Some(id),
        device,
        stamp,
        bytes: wire.as_bytes().to_vec(),
    })?;
    Ok(())
}
