//! Programs of Windows (PE), as far as Authenticode needs: which bytes it covers, and the checksum, which it does not.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// Where things are in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pe<'a> {
    bytes: &'a [u8],
    /// The field with the checksum.
    checksum: usize,
    /// The entry that says where the signatures are.
    directory: usize,
    /// The signatures, at the end of the file; empty if it has none.
    signatures: Range<usize>,
}

impl<'a> Pe<'a> {
    /// The program in these bytes, if they are one.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(b"MZ") {
            return None;
        }
        let header = number(bytes, 0x3c)?;
        if bytes.get(header..header.checked_add(4)?)? != b"PE\0\0" {
            return None;
        }
        let optional = header + 24;
        // The directories come after fields that are longer in programs of 64 bits.
        let directories = match bytes.get(optional..optional + 2)? {
            [0x0b, 0x01] => optional + 96,
            [0x0b, 0x02] => optional + 112,
            _ => return None,
        };
        if number(bytes, directories - 4)? < 5 {
            return None;
        }
        let (checksum, directory) = (optional + 64, directories + 4 * 8);
        let (start, length) = (number(bytes, directory)?, number(bytes, directory + 4)?);
        let signatures = if length == 0 { bytes.len()..bytes.len() } else { start..start.checked_add(length)? };
        if signatures.end > bytes.len() || signatures.start < directory + 8 {
            return None;
        }
        Some(Self { bytes, checksum, directory, signatures })
    }

    /// Whether it has a signature, valid or not.
    pub(super) fn is_signed(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// Whether nothing follows the signatures. Authenticode covers what follows; nothing of ours has it.
    pub(super) fn ends_with_signatures(&self) -> bool {
        self.signatures.end == self.bytes.len()
    }

    /// The SHA-256 of everything but the checksum and the signatures. Zeros at the end do not count, because signing adds
    /// some.
    pub(super) fn content(&self) -> Option<[u8; 32]> {
        let mut hash = Sha256::new();
        hash.update(self.bytes.get(..self.checksum)?);
        hash.update(self.bytes.get(self.checksum + 4..self.directory)?);
        let rest = self.bytes.get(self.directory + 8..self.signatures.start)?;
        let end = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        hash.update(rest.get(..end)?);
        Some(hash.finalize().into())
    }

    /// Whether the checksum is that of the file.
    pub(super) fn has_valid_checksum(&self) -> bool {
        let field = self.checksum..self.checksum + 4;
        let mut sum = 0_u64;
        for (index, pair) in self.bytes.chunks(2).enumerate() {
            if field.contains(&(2 * index)) {
                continue;
            }
            let low = pair.first().copied().unwrap_or_default();
            let high = pair.get(1).copied().unwrap_or_default();
            sum += u64::from(u16::from_le_bytes([low, high]));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        let found = number(self.bytes, self.checksum).and_then(|found| u64::try_from(found).ok());
        found.is_some_and(|found| found == sum + self.bytes.len() as u64)
    }
}

/// A number of four bytes.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}
