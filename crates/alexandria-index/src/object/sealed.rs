//! An object store that seals what it is given and opens what it is asked for.
//!
//! Sizes and ranges are those of the plaintext everywhere: Lance feeds listed sizes back as the sizes of files it opens.

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
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

use super::upload::SealedUpload;

/// The name every file of the store is sealed under, in place of its path.
pub(crate) const FILE_ID: [u8; 16] = *b"alx/index-store1";

/// The most that is opened on the thread that asks: less time than handing it to another takes to be worth it.
const OPENED_IN_PLACE: usize = 2 * CHUNK_LEN;

/// Seals the objects of another store under one key, and otherwise behaves as that store does.
pub struct SealedStore {
    inner: Arc<dyn ObjectStore>,
    key: Arc<IndexKey>,
}

impl SealedStore {
    /// Seals what is put into `inner`, and opens what is there.
    pub fn new(inner: Arc<dyn ObjectStore>, key: Arc<IndexKey>) -> Self {
        Self { inner, key }
    }

    /// Reads the beginning of an object: its header and, if `first_chunk`, what a small object consists of.
    async fn beginning(&self, location: &Path, options: &GetOptions, first_chunk: bool) -> Result<(ObjectMeta, Bytes)> {
        let wanted = if first_chunk { chunked::cipher_len(CHUNK_LEN as u64) } else { HEADER_LEN as u64 };
        let options = GetOptions { range: Some(GetRange::Bounded(0..wanted)), head: false, ..options.clone() };
        let read = self.inner.get_opts(location, options).await?;
        let meta = read.meta.clone();
        Ok((meta, read.bytes().await?))
    }

    /// Opens the plaintext range that `options` ask for.
    async fn open(&self, location: &Path, options: GetOptions) -> Result<(ObjectMeta, Range<u64>, Bytes)> {
        let from_start = match &options.range {
            None => true,
            Some(GetRange::Bounded(range)) => range.start == 0,
            Some(GetRange::Offset(offset)) => *offset == 0,
            Some(GetRange::Suffix(_)) => false,
        };
        let (meta, beginning) = self.beginning(location, &options, from_start).await?;
        let header = beginning.first_chunk().ok_or_else(|| refused(chunked::OpenError::WrongLength))?;
        let opener = Opener::new(&self.key, &FILE_ID, header, meta.size).map_err(refused)?;
        let plain = match &options.range {
            Some(range) => range.as_range(opener.plain_len()).map_err(refused)?,
            None => 0..opener.plain_len(),
        };
        // An empty object has an empty chunk, which shows that nothing was cut off.
        let stored =
            if plain.is_empty() { opener.end_range() } else { opener.cipher_range(&plain).map_err(refused)? };
        let sealed = match within(&beginning, &stored) {
            Some(sealed) => sealed,
            None => self.inner.get_range(location, stored).await?,
        };
        let opened = open_range(opener, plain.clone(), sealed).await?;
        Ok((plain_meta(meta), plain, opened))
    }
}

/// The part of an object's `beginning` that is its bytes `stored`, if it reaches so far.
fn within(beginning: &Bytes, stored: &Range<u64>) -> Option<Bytes> {
    let (start, end) = (usize::try_from(stored.start).ok()?, usize::try_from(stored.end).ok()?);
    (start <= end && end <= beginning.len()).then(|| beginning.slice(start..end))
}

/// Opens parts of one object. As in a store of plain files, each must lie within it.
fn open_parts(opener: &Opener, parts: &[(Range<u64>, Bytes)]) -> Result<Vec<Bytes>> {
    let open = |(plain, sealed): &(Range<u64>, Bytes)| {
        if plain.is_empty() {
            return Ok(Bytes::new());
        }
        opener.open_range(plain.clone(), sealed).map(Bytes::from).map_err(refused)
    };
    parts.iter().map(open).collect()
}

async fn open_range(opener: Opener, plain: Range<u64>, sealed: Bytes) -> Result<Bytes> {
    let large = sealed.len() > OPENED_IN_PLACE;
    let open = move || {
        if plain.is_empty() {
            return opener.verify_end(&sealed).map(|()| Bytes::new());
        }
        opener.open_range(plain, &sealed).map(Bytes::from)
    };
    // Deciphering megabytes would keep the runtime's thread from everything else it has to do.
    let opened = if large { tokio::task::spawn_blocking(open).await? } else { open() };
    opened.map_err(refused)
}

/// The error of an object that cannot be sealed or opened, or of a range that makes no sense. Callers find the
/// [`chunked::OpenError`] of a damaged object in it.
pub(super) fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic { store: "SealedStore", source: Box::new(error) }
}

/// What is known of an object, with the size of its plaintext. A file that is none of ours cannot be opened, but must be
/// listed to be cleaned up: its size is given as nothing.
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
        let sealed = chunked::seal(&self.key, &FILE_ID, &Bytes::from(payload)).map_err(refused)?;
        self.inner.put_opts(location, sealed.into(), options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let sealer = chunked::Sealer::new(&self.key, &FILE_ID).map_err(refused)?;
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
        let (meta, range, opened) = self.open(location, options).await?;
        Ok(GetResult {
            // Never the file itself: its reader would see ciphertext.
            payload: GetResultPayload::Stream(stream::once(async { Ok(opened) }).boxed()),
            meta,
            range,
            attributes: object_store::Attributes::default(),
            extensions: object_store::Extensions::default(),
        })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let (meta, beginning) = self.beginning(location, &GetOptions::default(), false).await?;
        let header = beginning.first_chunk().ok_or_else(|| refused(chunked::OpenError::WrongLength))?;
        let opener = Opener::new(&self.key, &FILE_ID, header, meta.size).map_err(refused)?;
        let stored = |plain: &Range<u64>| if plain.is_empty() { Ok(0..0) } else { opener.cipher_range(plain) };
        let stored = ranges.iter().map(stored).collect::<Result<Vec<_>, _>>().map_err(refused)?;
        let sealed = self.inner.get_ranges(location, &stored).await?;
        let large = sealed.iter().map(Bytes::len).sum::<usize>() > OPENED_IN_PLACE;
        let parts: Vec<_> = ranges.iter().cloned().zip(sealed).collect();
        if large {
            return tokio::task::spawn_blocking(move || open_parts(&opener, &parts)).await?;
        }
        open_parts(&opener, &parts)
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
