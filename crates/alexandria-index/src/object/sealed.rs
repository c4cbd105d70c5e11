//! An object store that encrypts on write and decrypts on read.
//!
//! Sizes and ranges are those of the plaintext everywhere: Lance uses listed sizes as the sizes of files it opens.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use alexandria_crypto::chunked::{self, CHUNK_LEN, HEADER_LEN, Opener};
use alexandria_crypto::keys::IndexKey;
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

use super::error::store_error;
use super::upload::SealedUpload;

/// The file id every object is encrypted under, in place of its path.
pub(crate) const FILE_ID: [u8; 16] = *b"alx/index-store1";

/// Largest ciphertext that is decrypted on the calling thread. Up to there a hand-over to another thread does not pay.
const MAX_INLINE_BYTES: usize = 2 * CHUNK_LEN;

/// Encrypts the objects of another store under one key, and otherwise behaves as that store does.
pub struct SealedStore {
    inner: Arc<dyn ObjectStore>,
    key: Arc<IndexKey>,
}

impl SealedStore {
    /// An encrypted view of `inner`.
    pub fn new(inner: Arc<dyn ObjectStore>, key: Arc<IndexKey>) -> Self {
        Self { inner, key }
    }

    /// Reads the beginning of an object: its header and, if `first_chunk`, its first chunk, which is all of a small object.
    async fn read_head(&self, location: &Path, options: &GetOptions, first_chunk: bool) -> Result<Head> {
        let length = if first_chunk { chunked::cipher_len(CHUNK_LEN as u64) } else { HEADER_LEN as u64 };
        let options = GetOptions { range: Some(GetRange::Bounded(0..length)), head: false, ..options.clone() };
        let read = self.inner.get_opts(location, options).await?;
        let meta = read.meta.clone();
        let bytes = read.bytes().await?;
        let header = bytes.first_chunk().ok_or_else(|| store_error(chunked::OpenError::WrongLength))?;
        let opener = Opener::new(&self.key, &FILE_ID, header, meta.size).map_err(store_error)?;
        Ok(Head { meta, bytes, opener })
    }

    /// Decrypts the plaintext range that `options` ask for.
    async fn read(&self, location: &Path, options: GetOptions) -> Result<PlainRange> {
        let from_start = match &options.range {
            None => true,
            Some(GetRange::Bounded(range)) => range.start == 0,
            Some(GetRange::Offset(offset)) => *offset == 0,
            Some(GetRange::Suffix(_)) => false,
        };
        let Head { meta, bytes, opener } = self.read_head(location, &options, from_start).await?;
        let range = match &options.range {
            Some(range) => range.as_range(opener.plain_len()).map_err(store_error)?,
            None => 0..opener.plain_len(),
        };
        // An empty object has an empty chunk, which proves that it was not truncated.
        let stored =
            if range.is_empty() { opener.end_range() } else { opener.cipher_range(&range).map_err(store_error)? };
        let sealed = match slice_of(&bytes, &stored) {
            Some(sealed) => sealed,
            None => self.inner.get_range(location, stored).await?,
        };
        let bytes = open_range(opener, range.clone(), sealed).await?;
        Ok(PlainRange { meta: plain_meta(meta), range, bytes })
    }
}

/// The beginning of an encrypted object.
struct Head {
    /// As the inner store reports it: sizes are those of the ciphertext.
    meta: ObjectMeta,
    /// Ciphertext from the start of the object, header included.
    bytes: Bytes,
    opener: Opener,
}

/// A decrypted part of an object.
struct PlainRange {
    meta: ObjectMeta,
    range: Range<u64>,
    bytes: Bytes,
}

/// A part of an object, not yet decrypted.
struct SealedRange {
    plain: Range<u64>,
    sealed: Bytes,
}

/// The bytes `range` of an object of which `head` is the beginning, if it reaches that far.
fn slice_of(head: &Bytes, range: &Range<u64>) -> Option<Bytes> {
    let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    (start <= end && end <= head.len()).then(|| head.slice(start..end))
}

/// Decrypts parts of one object. As in a store of plain files, each must lie within the object.
fn open_ranges(opener: &Opener, ranges: &[SealedRange]) -> Result<Vec<Bytes>> {
    let open = |SealedRange { plain, sealed }: &SealedRange| {
        if plain.is_empty() {
            return Ok(Bytes::new());
        }
        opener.open_range(plain.clone(), sealed).map(Bytes::from).map_err(store_error)
    };
    ranges.iter().map(open).collect()
}

async fn open_range(opener: Opener, plain: Range<u64>, sealed: Bytes) -> Result<Bytes> {
    let is_large = sealed.len() > MAX_INLINE_BYTES;
    let open = move || {
        if plain.is_empty() {
            return opener.verify_end(&sealed).map(|()| Bytes::new());
        }
        opener.open_range(plain, &sealed).map(Bytes::from)
    };
    // Decrypting megabytes would block the async runtime's thread.
    let opened = if is_large { tokio::task::spawn_blocking(open).await? } else { open() };
    opened.map_err(store_error)
}

/// An object's metadata with the size of its plaintext. A foreign file cannot be opened, but must be listed to be cleaned
/// up: its size is reported as 0.
fn plain_meta(meta: ObjectMeta) -> ObjectMeta {
    ObjectMeta { size: chunked::plain_len(meta.size).unwrap_or(0), ..meta }
}

impl fmt::Debug for SealedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedStore").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl fmt::Display for SealedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedStore({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for SealedStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let sealed = chunked::seal(&self.key, &FILE_ID, &Bytes::from(payload)).map_err(store_error)?;
        self.inner.put_opts(location, sealed.into(), options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let sealer = chunked::Sealer::new(&self.key, &FILE_ID).map_err(store_error)?;
        let parts = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(SealedUpload::new(parts, sealer)))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            let head = self.inner.get_opts(location, GetOptions { range: None, ..options }).await?;
            let meta = plain_meta(head.meta);
            let payload = GetResultPayload::Stream(stream::empty().boxed());
            return Ok(GetResult { payload, range: 0..meta.size, meta, ..head });
        }
        let PlainRange { meta, range, bytes } = self.read(location, options).await?;
        Ok(GetResult {
            // Never `GetResultPayload::File`: the caller would read ciphertext.
            payload: GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed()),
            meta,
            range,
            attributes: object_store::Attributes::default(),
            extensions: object_store::Extensions::default(),
        })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let opener = self.read_head(location, &GetOptions::default(), false).await?.opener;
        let stored = |plain: &Range<u64>| if plain.is_empty() { Ok(0..0) } else { opener.cipher_range(plain) };
        let stored = ranges.iter().map(stored).collect::<Result<Vec<_>, _>>().map_err(store_error)?;
        let sealed = self.inner.get_ranges(location, &stored).await?;
        let is_large = sealed.iter().map(Bytes::len).sum::<usize>() > MAX_INLINE_BYTES;
        let parts = ranges.iter().cloned().zip(sealed).map(|(plain, sealed)| SealedRange { plain, sealed });
        let parts: Vec<_> = parts.collect();
        if is_large {
            return tokio::task::spawn_blocking(move || open_ranges(&opener, &parts)).await?;
        }
        open_ranges(&opener, &parts)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix).map_ok(plain_meta).boxed()
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset).map_ok(plain_meta).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let listed = self.inner.list_with_delimiter(prefix).await?;
        Ok(ListResult { objects: listed.objects.into_iter().map(plain_meta).collect(), ..listed })
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}
