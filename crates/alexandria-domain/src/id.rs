//! Identifiers. All are opaque; none contains a title, a path or an unkeyed content hash.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 hexadecimal digits")]
pub struct ParseIdError;

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Wraps the sixteen bytes of an id.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The sixteen bytes of this id.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let digits = text.as_bytes();
                if digits.len() != 32 {
                    return Err(ParseIdError);
                }
                let mut bytes = [0; 16];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    *byte = (hex_digit(pair[0])? << 4) | hex_digit(pair[1])?;
                }
                Ok(Self(bytes))
            }
        }
    };
}

fn hex_digit(byte: u8) -> Result<u8, ParseIdError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(ParseIdError),
    }
}

hex_id! {
    /// A publication: a keyed hash of its file's content, so that the same file has the same id on every
    /// device of one reader, while an id in a log does not show anybody else which book it is.
    PublicationId
}
hex_id! {
    /// One copy of a library on one computer; random. No two copies write ops under the same id.
    DeviceId
}
hex_id! {
    /// What a reader has put at a place in a publication; a UUIDv7, or for an imported one a hash of where it came from, so
    /// that a second import finds it.
    AnnotationId
}
hex_id! {
    /// A collection of publications; a UUIDv7.
    CollectionId
}
hex_id! {
    /// One op (see [`crate::op`]); a UUIDv7, so ops sort by the time they were made.
    OpId
}

/// A passage in the database of one device: derived data, never synced and never displayed.
///
/// The upper 43 bits number the publication in the local database, the lower 20 bits the passage in reading
/// order. All passages of a publication therefore form one range, which both indexes can search quickly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassageId(i64);

impl PassageId {
    const ORDINAL_BITS: u32 = 20;

    /// Most passages one publication can have.
    pub const MAX_PER_PUBLICATION: u32 = 1 << Self::ORDINAL_BITS;

    /// The passage number `ordinal` of the publication stored as row `publication_row`.
    /// `None` if either is out of range.
    #[must_use]
    pub const fn new(publication_row: i64, ordinal: u32) -> Option<Self> {
        if publication_row < 0 || publication_row >= (1 << 43) || ordinal >= Self::MAX_PER_PUBLICATION {
            return None;
        }
        Some(Self((publication_row << Self::ORDINAL_BITS) | ordinal as i64))
    }

    /// Rebuilds an id from the number stored in an index.
    #[must_use]
    pub const fn from_i64(raw: i64) -> Self {
        Self(raw)
    }

    /// The number stored in the indexes.
    #[must_use]
    pub const fn to_i64(self) -> i64 {
        self.0
    }

    /// The database row of the publication this passage belongs to.
    #[must_use]
    pub const fn publication_row(self) -> i64 {
        self.0 >> Self::ORDINAL_BITS
    }

    /// The passage's number in reading order, from 0.
    #[must_use]
    pub const fn ordinal(self) -> i64 {
        self.0 & (Self::MAX_PER_PUBLICATION as i64 - 1)
    }

    /// All possible passages of a publication row.
    #[must_use]
    pub const fn range_of(publication_row: i64) -> RangeInclusive<Self> {
        let first = publication_row << Self::ORDINAL_BITS;
        RangeInclusive::new(Self(first), Self(first | (Self::MAX_PER_PUBLICATION as i64 - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_as_text() {
        let id = PublicationId::from_bytes([0xab; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("xyz".parse::<PublicationId>(), Err(ParseIdError));
        assert_eq!("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ".parse::<PublicationId>(), Err(ParseIdError));
    }

    #[test]
    fn passage_ids_of_a_publication_are_one_range() {
        let id = PassageId::new(7, 12).unwrap();
        assert!(PassageId::range_of(7).contains(&id));
        assert_eq!((id.publication_row(), id.ordinal()), (7, 12));
        assert!(PassageId::new(7, PassageId::MAX_PER_PUBLICATION).is_none());
        assert!(PassageId::new(-1, 0).is_none());
    }
}
