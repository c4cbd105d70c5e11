//! A library of one publication with known text.

use alexandria_crypto::keys::{BlobKeys, KeyRing};
use alexandria_domain::{
    Block, BlockKind, DeviceId, Entity, Field, Format, Hlc, Membership, Metadata, Op, OpId, Passage, PublicationId,
    Section, Value,
};
use alexandria_store::analysis::PreparedPassage;
use alexandria_store::{BlobStore, NewPublication, Store};
use tempfile::TempDir;

const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

const ID: PublicationId = PublicationId::from_bytes([1; 16]);

pub(super) struct LibraryFixture {
    pub(super) folder: TempDir,
    pub(super) ring: KeyRing,
    pub(super) store: Store,
    pub(super) blobs: BlobStore,
}

impl LibraryFixture {
    /// Creates the library with a passage per text; `None` on I/O errors.
    pub(super) fn new(texts: &[&str]) -> Option<Self> {
        let folder = TempDir::new().ok()?;
        let ring = KeyRing::generate().ok()?;
        let store = Store::open(folder.path(), &ring.database).ok()?;
        let blobs = BlobStore::open(folder.path(), BlobKeys::generate().ok()?).ok()?;
        insert(&store, texts)?;
        blobs.put(&ID, texts.concat().as_bytes()).ok()?;
        Some(Self { folder, ring, store, blobs })
    }
}

fn insert(store: &Store, texts: &[&str]) -> Option<()> {
    let passages: Vec<PreparedPassage> = texts.iter().map(|text| PreparedPassage::new(passage(text))).collect();
    let blocks = texts.iter().map(|text| Block { text: (*text).to_owned(), kind: BlockKind::Text }).collect();
    let section = Section { href: "one.xhtml".into(), linear: true, blocks, ..Section::default() };
    let publication = NewPublication {
        id: ID,
        metadata: &Metadata { title: "Title".into(), ..Metadata::default() },
        format: Format::Text,
        toc: &[],
        cover_media_type: None,
        sections: &[section],
        passages: &passages,
        byte_size: 1,
        added_ms: 1,
        password: None,
        op: &add(),
    };
    store.insert_publication(&publication).ok().map(drop)
}

fn passage(text: &str) -> Passage {
    Passage { section: 0, start: 0, text: text.to_owned(), heading_path: Vec::new(), tokens: 1 }
}

fn add() -> Op {
    Op {
        id: OpId::from_bytes([1; 16]),
        entity: Entity::Publication(ID),
        field: Field::Membership,
        value: Value::Membership(Membership::Shelf),
        stamp: Hlc::from_u64(1 << 16),
        device: DEVICE,
        owner: Some(ID),
    }
}
