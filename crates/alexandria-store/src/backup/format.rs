//! The bytes of a backup that are not sealed parts, and the list of contents that binds the parts together.
//!
//! Pure: slices in, values out. A value has exactly one encoding; anything else is rejected.

use super::BackupError;

pub(super) const MAGIC: &[u8; 4] = b"ALXB";
const VERSION: u8 = 1;

/// Bytes before the vault: magic 4 | version 1 | zero 3 | length of the vault 4.
pub(super) const HEAD_LEN: usize = 12;
/// A vault has a few hundred bytes.
pub(super) const MAX_VAULT_BYTES: u32 = 64 * 1024;
/// Bytes before each sealed part: id 16 | sealed length 8.
pub(super) const FRAME_LEN: usize = 24;

/// The id of the part that is the database. No publication has it: their ids are keyed hashes.
pub(super) const DATABASE: [u8; 16] = *b"library database";
/// The id of the last part, the list of contents.
pub(super) const CONTENTS: [u8; 16] = *b"backup contents\0";

/// Bytes of an entry: id 16 | length 8 | commitment 32.
const ENTRY_LEN: usize = 56;
/// Most sealed bytes of a list of contents: more than a million publications.
pub(super) const MAX_CONTENTS_BYTES: u64 = 64 << 20;

/// A part, as the list of contents knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The publication's id, or that of the database.
    pub id: [u8; 16],
    /// Bytes of plaintext.
    pub length: u64,
    /// Identifies the part: no two have the same.
    pub commitment: [u8; 32],
}

impl Entry {
    /// Whether the part is the database.
    #[must_use]
    pub fn is_database(&self) -> bool {
        self.id == DATABASE
    }
}

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// When it was finished, in milliseconds since 1970.
    pub created_ms: u64,
    /// The vault's text.
    pub vault: Vec<u8>,
    /// Its parts in the order of the file: publications, each once, and then the database.
    pub entries: Vec<Entry>,
}

impl Contents {
    /// Bytes of plaintext of all parts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.length))
    }

    /// created 8 | length of the vault 4 | vault | number of entries 4 | entries.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
        let mut bytes = Vec::with_capacity(16 + self.vault.len() + self.entries.len() * ENTRY_LEN);
        bytes.extend_from_slice(&self.created_ms.to_be_bytes());
        bytes.extend_from_slice(&length(self.vault.len()));
        bytes.extend_from_slice(&self.vault);
        bytes.extend_from_slice(&length(self.entries.len()));
        for entry in &self.entries {
            bytes.extend_from_slice(&entry.id);
            bytes.extend_from_slice(&entry.length.to_be_bytes());
            bytes.extend_from_slice(&entry.commitment);
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, BackupError> {
        Self::read(bytes).ok_or(BackupError::Damaged("its list of contents"))
    }

    fn read(mut bytes: &[u8]) -> Option<Self> {
        let created_ms = u64::from_be_bytes(take(&mut bytes)?);
        let vault = usize::try_from(u32::from_be_bytes(take(&mut bytes)?)).ok()?;
        let (vault, rest) = bytes.split_at_checked(vault)?;
        bytes = rest;
        let count = usize::try_from(u32::from_be_bytes(take(&mut bytes)?)).ok()?;
        let (entries, rest) = bytes.as_chunks::<ENTRY_LEN>();
        if entries.len() != count || !rest.is_empty() {
            return None;
        }
        let entries: Vec<Entry> = entries.iter().map(|entry| read_entry(entry)).collect::<Option<_>>()?;
        let (last, publications) = entries.split_last()?;
        let mut ids: Vec<&[u8; 16]> = publications.iter().map(|entry| &entry.id).collect();
        ids.sort_unstable();
        let sound = last.is_database()
            && ids.windows(2).all(|pair| pair.first() != pair.last())
            && !ids.iter().any(|id| **id == DATABASE || **id == CONTENTS);
        sound.then(|| Self { created_ms, vault: vault.to_vec(), entries })
    }
}

fn read_entry(mut bytes: &[u8]) -> Option<Entry> {
    let bytes = &mut bytes;
    Some(Entry { id: take(bytes)?, length: u64::from_be_bytes(take(bytes)?), commitment: take(bytes)? })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

/// The bytes before the vault.
pub(super) fn head(vault: &[u8]) -> Result<[u8; HEAD_LEN], BackupError> {
    let length = u32::try_from(vault.len()).ok().filter(|length| (1..=MAX_VAULT_BYTES).contains(length));
    let [a, b, c, d] = length.ok_or(BackupError::NotABackup)?.to_be_bytes();
    let [m0, m1, m2, m3] = *MAGIC;
    Ok([m0, m1, m2, m3, VERSION, 0, 0, 0, a, b, c, d])
}

/// The length of the vault that follows a head.
pub(super) fn read_head(head: &[u8; HEAD_LEN]) -> Result<u32, BackupError> {
    let rest = head.strip_prefix(MAGIC).ok_or(BackupError::NotABackup)?;
    let (&[version, reserved @ ..], length) = rest.split_first_chunk::<4>().ok_or(BackupError::NotABackup)?;
    if version > VERSION {
        return Err(BackupError::NewerVersion);
    }
    let length = <[u8; 4]>::try_from(length).map(u32::from_be_bytes).map_err(|_| BackupError::NotABackup)?;
    if version != VERSION || reserved != [0; 3] || !(1..=MAX_VAULT_BYTES).contains(&length) {
        return Err(BackupError::NotABackup);
    }
    Ok(length)
}

/// The bytes before a sealed part.
pub(super) fn frame(id: &[u8; 16], sealed: u64) -> Vec<u8> {
    [id.as_slice(), &sealed.to_be_bytes()].concat()
}

/// The id and the sealed length of the part that follows.
pub(super) fn read_frame(frame: &[u8; FRAME_LEN]) -> ([u8; 16], u64) {
    let (id, length) = frame.split_first_chunk().unwrap_or((&[0; 16], &[]));
    (*id, <[u8; 8]>::try_from(length).map_or(0, u64::from_be_bytes))
}
