//! The operations and their random generation: few names, so that they collide, and lengths and ranges near chunk
//! boundaries, where an encrypted store is most likely to fail.

use std::ops::Range;

use alexandria_crypto::chunked::CHUNK_LEN;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;

const CHUNK: u64 = CHUNK_LEN as u64;

/// Object names. None is a folder of another, which file systems cannot represent.
pub(crate) const PATHS: [&str; 6] = ["a", "b", "folder/a", "folder/b", "folder/deep/a", "other/a b%.manifest"];
/// Prefixes that are listed.
const PREFIXES: [&str; 4] = ["folder", "folder/deep", "other", "none"];
/// Maximum concurrent uploads.
pub(crate) const UPLOADS: usize = 3;

/// When a put succeeds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    Overwrite,
    Create,
    Update,
}

/// A range in each form that `object_store` knows.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Bounded(Range<u64>),
    Offset(u64),
    Suffix(u64),
}

/// An operation on a store.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Put {
        path: &'static str,
        length: u64,
        seed: u8,
        mode: Mode,
    },
    Get {
        path: &'static str,
        range: Option<Part>,
    },
    GetRanges {
        path: &'static str,
        ranges: Vec<Range<u64>>,
    },
    Head {
        path: &'static str,
    },
    List {
        prefix: Option<&'static str>,
    },
    ListAfter {
        prefix: Option<&'static str>,
        offset: &'static str,
    },
    ListLevel {
        prefix: Option<&'static str>,
    },
    Copy {
        from: &'static str,
        to: &'static str,
        create: bool,
    },
    Rename {
        from: &'static str,
        to: &'static str,
        create: bool,
    },
    Delete {
        path: &'static str,
    },
    DeleteMany {
        paths: Vec<&'static str>,
    },
    /// Opens an upload, aborting a previous one in the same slot.
    Begin {
        upload: usize,
        path: &'static str,
    },
    /// Adds a part. Parts are written when the upload ends, in any order.
    AddPart {
        upload: usize,
        length: u64,
        seed: u8,
    },
    /// Writes the parts in an order that depends on `order`, then completes the upload.
    Complete {
        upload: usize,
        order: u64,
    },
    /// Aborts an upload of which every second part has been written.
    Abort {
        upload: usize,
    },
}

/// Sequences of operations.
pub(crate) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(), 40..160)
}

fn operation() -> impl Strategy<Value = Operation> {
    let mode = prop_oneof![4 => Just(Mode::Overwrite), 3 => Just(Mode::Create), 1 => Just(Mode::Update)];
    let put = (path(), length(), any::<u8>(), mode);
    let copied = || (path(), path(), any::<bool>());
    let uploads = || 0..UPLOADS;
    prop_oneof![
        6 => put.prop_map(|(path, length, seed, mode)| Operation::Put { path, length, seed, mode }),
        6 => (path(), option::weighted(0.8, part())).prop_map(|(path, range)| Operation::Get { path, range }),
        3 => (path(), vec(bounds(), 0..5)).prop_map(|(path, ranges)| Operation::GetRanges { path, ranges }),
        2 => path().prop_map(|path| Operation::Head { path }),
        1 => prefix().prop_map(|prefix| Operation::List { prefix }),
        1 => (prefix(), path()).prop_map(|(prefix, offset)| Operation::ListAfter { prefix, offset }),
        1 => prefix().prop_map(|prefix| Operation::ListLevel { prefix }),
        2 => copied().prop_map(|(from, to, create)| Operation::Copy { from, to, create }),
        2 => copied().prop_map(|(from, to, create)| Operation::Rename { from, to, create }),
        2 => path().prop_map(|path| Operation::Delete { path }),
        // Distinct paths: they are deleted concurrently, so with duplicates it is chance which deletion finds no object.
        1 => subsequence(PATHS.to_vec(), 0..4).prop_map(|paths| Operation::DeleteMany { paths }),
        2 => (uploads(), path()).prop_map(|(upload, path)| Operation::Begin { upload, path }),
        6 => (uploads(), length(), any::<u8>())
            .prop_map(|(upload, length, seed)| Operation::AddPart { upload, length, seed }),
        3 => (uploads(), any::<u64>()).prop_map(|(upload, order)| Operation::Complete { upload, order }),
        1 => uploads().prop_map(|upload| Operation::Abort { upload }),
    ]
}

fn path() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(PATHS.to_vec())
}

fn prefix() -> impl Strategy<Value = Option<&'static str>> {
    option::of(proptest::sample::select(PREFIXES.to_vec()))
}

/// An offset or length: at a chunk boundary, one byte off it, or anywhere.
fn length() -> impl Strategy<Value = u64> {
    let edge = (0_u64..4, -1_i64..=1).prop_map(|(chunks, shift)| (chunks * CHUNK).saturating_add_signed(shift));
    prop_oneof![4 => edge, 2 => 0..300_u64, 1 => 0..4 * CHUNK]
}

/// A non-empty range anywhere.
fn bounds() -> impl Strategy<Value = Range<u64>> {
    (length(), prop_oneof![length(), 1..3_u64]).prop_map(|(start, length)| start..start + length.max(1))
}

fn part() -> impl Strategy<Value = Part> {
    let empty = length().prop_map(|at| Part::Bounded(at..at));
    prop_oneof![
        6 => bounds().prop_map(Part::Bounded),
        1 => empty,
        2 => length().prop_map(Part::Offset),
        2 => length().prop_map(Part::Suffix),
    ]
}

/// The content of an object or part. It depends on the arguments alone, and no two chunks are equal.
pub(crate) fn content(length: u64, seed: u8) -> Vec<u8> {
    let byte = |at: u64| {
        let mixed = (at ^ (u64::from(seed) << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed.to_be_bytes()[0]
    };
    (0..length).map(byte).collect()
}
