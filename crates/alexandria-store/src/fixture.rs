//! What the tests of this crate share: a library in a temporary folder, and small publications.

use std::path::Path;

use alexandria_crypto::keys::DatabaseKey;
use alexandria_domain::op::Membership;
use alexandria_domain::{
    Block, BlockKind, DeviceId, Entity, Field, Format, Hlc, Metadata, Op, OpId, Passage, PublicationId, Section, Value,
};
use tempfile::TempDir;

use crate::{DeviceClaim, InsertError, NewPublication, PreparedPassage, Store};

pub(crate) const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

const CLAIM: DeviceClaim = DeviceClaim { device: DEVICE, vault_device: DEVICE, token: [2; 16] };

/// A library of one test.
pub(crate) struct Shelf {
    pub(crate) folder: TempDir,
    pub(crate) key: DatabaseKey,
    pub(crate) store: Store,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let key = DatabaseKey::generate().unwrap();
        let store = Store::open(folder.path(), &key).unwrap();
        store.set_device_claim(&CLAIM).unwrap();
        Self { folder, key, store }
    }

    /// A library of one publication with these passages.
    pub(crate) fn of(passages: &[&str]) -> Self {
        let shelf = Self::new();
        insert(&shelf.store, 1, passages).unwrap();
        shelf
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Closes and opens it again.
    pub(crate) fn reopen(self) -> Self {
        let Self { folder, key, store } = self;
        drop(store);
        let store = Store::open(folder.path(), &key).unwrap();
        Self { folder, key, store }
    }
}

pub(crate) fn id(number: u8) -> PublicationId {
    PublicationId::from_bytes([number; 16])
}

/// The op number `number`, made at that time.
pub(crate) fn op(number: u8, entity: Entity, field: Field, value: Value) -> Op {
    let stamp = Hlc::from_u64(u64::from(number) << 16);
    Op { id: OpId::from_bytes([number; 16]), owner: entity.owner(), entity, field, value, stamp, device: DEVICE }
}

pub(crate) fn membership(number: u8, of: u8, membership: Membership) -> Op {
    op(number, Entity::Publication(id(of)), Field::Membership, Value::Membership(membership))
}

pub(crate) fn metadata(title: &str) -> Metadata {
    Metadata { title: title.to_owned(), language: "en".to_owned(), ..Metadata::default() }
}

/// Inserts the publication `number`, in one section, with these passages.
pub(crate) fn insert(store: &Store, number: u8, passages: &[&str]) -> Result<i64, InsertError> {
    insert_with(store, number, passages, &metadata(&format!("Title {number}")))
}

pub(crate) fn insert_with(
    store: &Store,
    number: u8,
    passages: &[&str],
    metadata: &Metadata,
) -> Result<i64, InsertError> {
    let blocks = passages.iter().map(|text| Block { text: (*text).to_owned(), kind: BlockKind::Text }).collect();
    let section = Section {
        href: "one.xhtml".into(),
        media_type: "application/xhtml+xml".into(),
        toc_path: vec!["Part".into(), "One".into()],
        linear: true,
        blocks,
    };
    let mut start = 0;
    let prepared: Vec<PreparedPassage> = passages
        .iter()
        .map(|text| {
            let passage = Passage {
                section: 0,
                start,
                text: (*text).to_owned(),
                heading_path: vec!["Part".into(), "One".into()],
                tokens: 7,
            };
            start += u32::try_from(text.chars().count()).unwrap() + 1;
            PreparedPassage::new(passage)
        })
        .collect();
    let inserted = store.insert_publication(&NewPublication {
        id: id(number),
        metadata,
        format: Format::Epub,
        toc: &[],
        cover_media_type: Some("image/png"),
        sections: &[section],
        passages: &prepared,
        byte_size: 1000,
        added_ms: u64::from(number),
        password: None,
        op: &membership(number, number, Membership::Shelf),
    });
    // Most tests are about libraries that are complete.
    while inserted.is_ok() && !store.build_common_sets().unwrap() {}
    inserted
}
