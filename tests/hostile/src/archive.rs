//! Writing zip archives byte for byte as described (APPNOTE 4.3): any name, flag, size and offset, true or not.
//!
//! Nothing is compressed: a deflated entry consists of stored blocks.

/// An entry of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The file name.
    pub name: Vec<u8>,
    /// The content.
    pub bytes: Vec<u8>,
    /// Whether the compression method is 8 (deflate) rather than 0 (stored).
    pub deflated: bool,
    /// General purpose flags; bit 0 means encrypted.
    pub flags: u16,
    /// External attributes in the directory; the upper half are those of Unix.
    pub attributes: u32,
    /// The uncompressed size in the directory, if not the true one.
    pub claimed_size: Option<u32>,
    /// The offset in the directory, if the entry shares the bytes of another. It is then only in the directory.
    pub shared_with: Option<u32>,
}

impl Entry {
    /// A stored file.
    #[must_use]
    pub fn new(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        Self { name: name.as_ref().to_vec(), bytes: bytes.as_ref().to_vec(), ..Self::default() }
    }

    /// A symbolic link to `target`.
    #[must_use]
    pub fn link(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        const LINK: u32 = 0o120_777 << 16;
        Self { attributes: LINK, ..Self::new(name, target) }
    }
}

/// Writes the archive of these entries.
#[must_use]
pub fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = entry.shared_with.unwrap_or_else(|| narrow(out.len()));
        let packed = if entry.deflated { stored_blocks(&entry.bytes) } else { entry.bytes.clone() };
        let (crc, size) = (crc32fast::hash(&entry.bytes), narrow(entry.bytes.len()));
        if entry.shared_with.is_none() {
            put(&mut out, b"PK\x03\x04\x14\0");
            shared_fields(&mut out, entry, crc, narrow(packed.len()), size);
            put(&mut out, &entry.name);
            put(&mut out, &packed);
        }
        // Version made by Unix, so that the attributes are used.
        put(&mut directory, b"PK\x01\x02\x14\x03\x14\0");
        shared_fields(&mut directory, entry, crc, narrow(packed.len()), entry.claimed_size.unwrap_or(size));
        // No comment, first disk, no internal attributes.
        put(&mut directory, &[0; 6]);
        put(&mut directory, &entry.attributes.to_le_bytes());
        put(&mut directory, &offset.to_le_bytes());
        put(&mut directory, &entry.name);
    }
    let (start, count) = (narrow(out.len()), u16::try_from(entries.len()).unwrap_or(u16::MAX).to_le_bytes());
    put(&mut out, &directory);
    put(&mut out, b"PK\x05\x06\0\0\0\0");
    put(&mut out, &[count, count].concat());
    put(&mut out, &narrow(directory.len()).to_le_bytes());
    put(&mut out, &start.to_le_bytes());
    put(&mut out, &[0; 2]);
    out
}

/// The fields that local header and directory have in common: from the flags to the length of the extra field.
fn shared_fields(out: &mut Vec<u8>, entry: &Entry, crc: u32, packed: u32, size: u32) {
    let method = if entry.deflated { 8_u16 } else { 0 };
    put(out, &entry.flags.to_le_bytes());
    put(out, &method.to_le_bytes());
    // Midnight of 1980-01-01, the earliest date.
    put(out, &[0, 0, 0x21, 0]);
    for number in [crc, packed, size] {
        put(out, &number.to_le_bytes());
    }
    put(out, &u16::try_from(entry.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    put(out, &[0; 2]);
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A deflate stream that compresses nothing (RFC 1951 §3.2.4).
fn stored_blocks(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    for block in bytes.chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        put(&mut out, &[0]);
        put(&mut out, &[length.to_le_bytes(), (!length).to_le_bytes()].concat());
        put(&mut out, block);
    }
    // The last block is empty.
    put(&mut out, &[1, 0, 0, 0xff, 0xff]);
    out
}
