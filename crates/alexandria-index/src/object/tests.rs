//! The encrypted store behaves like a plain one, and its files can be neither read nor changed.

use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;

use alexandria_crypto::chunked::{CHUNK_LEN, HEADER_LEN, OpenError};
use alexandria_crypto::keys::IndexKey;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use super::sealed::SealedStore;
use super::*;

const CHUNK: u64 = CHUNK_LEN as u64;

struct Stores {
    _folders: [tempfile::TempDir; 2],
    plain: Arc<dyn ObjectStore>,
    sealed: Arc<dyn ObjectStore>,
    sealed_folder: std::path::PathBuf,
}

/// A plain store and an encrypted one, each in its own folder.
fn stores() -> Stores {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let files = |folder: &FilePath| Arc::new(LocalFileSystem::new_with_prefix(folder).unwrap().with_fsync(true));
    let sealed_folder = folders[1].path().to_owned();
    let sealed = SealedStore::new(files(&sealed_folder), key());
    Stores { plain: files(folders[0].path()), sealed: Arc::new(sealed), sealed_folder, _folders: folders }
}

fn key() -> Arc<IndexKey> {
    Arc::new(IndexKey::generate().unwrap())
}

fn content(length: u64) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

/// The bytes, range and size of a read, or the kind of error.
async fn read(
    store: &dyn ObjectStore,
    name: &str,
    range: Option<GetRange>,
) -> Result<(Vec<u8>, Range<u64>, u64), String> {
    let options = GetOptions { range, ..GetOptions::default() };
    let read = store.get_opts(&Path::from(name), options).await.map_err(|error| kind(&error))?;
    let (range, size) = (read.range.clone(), read.meta.size);
    Ok((read.bytes().await.map_err(|error| kind(&error))?.to_vec(), range, size))
}

fn kind(error: &Error) -> String {
    format!("{error:?}").split([' ', '{', '(']).next().unwrap().to_owned()
}

#[tokio::test]
async fn sealed_store_reads_like_a_plain_store() {
    let stores = stores();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7, 20 * CHUNK + 3] {
        for store in [&stores.plain, &stores.sealed] {
            store.put(&Path::from("object"), content(length).into()).await.unwrap();
        }
        let edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, length.saturating_sub(1), length, length + 1];
        let mut ranges = vec![None];
        for a in edges {
            ranges.extend([Some(GetRange::Offset(a)), Some(GetRange::Suffix(a))]);
            ranges.extend(edges.map(|b| Some(GetRange::Bounded(a..b))));
        }
        for range in ranges {
            let plain = read(&*stores.plain, "object", range.clone()).await;
            let sealed = read(&*stores.sealed, "object", range.clone()).await;
            assert_eq!(sealed, plain, "{range:?} of {length} bytes");
        }
        if length == 0 {
            continue;
        }
        let many: Vec<_> =
            [0..1, 0..length, length / 2..length].into_iter().filter(|range| !range.is_empty()).collect();
        let parts = stores.sealed.get_ranges(&Path::from("object"), &many).await.unwrap();
        assert_eq!(parts, stores.plain.get_ranges(&Path::from("object"), &many).await.unwrap());
    }
}

#[tokio::test]
async fn sealed_store_uploads_parts_like_a_plain_store() {
    let stores = stores();
    for parts in [vec![], vec![0], vec![1], vec![CHUNK], vec![CHUNK, CHUNK], vec![5, CHUNK - 5, 1, 3 * CHUNK, 0, 9]] {
        for store in [&stores.plain, &stores.sealed] {
            let mut upload = store.put_multipart(&Path::from("parts")).await.unwrap();
            // Polled in reverse: only the call order counts.
            let mut writes: Vec<_> = parts.iter().map(|&length| upload.put_part(content(length).into())).collect();
            writes.reverse();
            futures::future::try_join_all(writes).await.unwrap();
            upload.complete().await.unwrap();
        }
        assert_eq!(read(&*stores.sealed, "parts", None).await, read(&*stores.plain, "parts", None).await, "{parts:?}");
    }
    let mut upload = stores.sealed.put_multipart(&Path::from("aborted")).await.unwrap();
    upload.put_part(content(3 * CHUNK).into()).await.unwrap();
    upload.abort().await.unwrap();
    assert!(upload.put_part(content(1).into()).await.is_err());
    assert!(upload.complete().await.is_err());
    assert_eq!(read(&*stores.sealed, "aborted", None).await.unwrap_err(), "NotFound");
}

/// Runs a fixed sequence of operations on a store and returns everything observable.
async fn run_operations(store: &dyn ObjectStore) -> Vec<String> {
    let mut seen = Vec::new();
    let path = |name: &str| Path::from(name);
    for (name, length) in [("a", 3), ("folder/b", CHUNK), ("folder/c", CHUNK + 1), ("folder/deep/d", 0)] {
        store.put(&path(name), content(length).into()).await.unwrap();
    }
    let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    for name in ["a", "new"] {
        let put = store.put_opts(&path(name), content(9).into(), create.clone()).await;
        seen.push(format!("create {name}: {:?}", put.map(drop).map_err(|error| kind(&error))));
    }
    let done = |result: object_store::Result<()>| result.map_err(|error| kind(&error));
    seen.push(format!("copy {:?}", done(store.copy(&path("folder/c"), &path("copied")).await)));
    seen.push(format!("copy new {:?}", done(store.copy_if_not_exists(&path("a"), &path("copied")).await)));
    seen.push(format!("rename {:?}", done(store.rename(&path("folder/b"), &path("renamed")).await)));
    seen.push(format!("rename new {:?}", done(store.rename_if_not_exists(&path("a"), &path("copied")).await)));
    seen.push(format!("delete {:?}", done(store.delete(&path("new")).await)));
    for name in ["a", "new", "copied", "renamed", "folder/b", "folder/deep/d"] {
        let head = store.head(&path(name)).await.map(|meta| meta.size).map_err(|error| kind(&error));
        seen.push(format!("head {name} {head:?}, read {:?}", read(store, name, None).await));
    }
    for prefix in [None, Some(path("folder")), Some(path("none"))] {
        let mut listed: Vec<_> = store.list(prefix.as_ref()).try_collect().await.unwrap();
        listed.sort_by(|a, b| a.location.cmp(&b.location));
        let after: Vec<_> = store.list_with_offset(prefix.as_ref(), &path("copied")).try_collect().await.unwrap();
        let mut level = store.list_with_delimiter(prefix.as_ref()).await.unwrap();
        level.common_prefixes.sort();
        level.objects.sort_by(|a, b| a.location.cmp(&b.location));
        let sizes = |list: &[object_store::ObjectMeta]| -> Vec<String> {
            let mut sizes: Vec<_> = list.iter().map(|meta| format!("{} {}", meta.location, meta.size)).collect();
            sizes.sort();
            sizes
        };
        seen.push(format!(
            "{:?} {:?} {:?} {:?}",
            sizes(&listed),
            sizes(&after),
            level.common_prefixes,
            sizes(&level.objects)
        ));
    }
    seen
}

#[tokio::test]
async fn sealed_store_operations_match_a_plain_store() {
    let stores = stores();
    assert_eq!(run_operations(&*stores.sealed).await, run_operations(&*stores.plain).await);
}

#[tokio::test]
async fn sealed_store_never_returns_a_file_payload() {
    let stores = stores();
    stores.sealed.put(&Path::from("object"), content(10).into()).await.unwrap();
    let read = stores.sealed.get(&Path::from("object")).await.unwrap();
    assert!(matches!(read.payload, GetResultPayload::Stream(_)));
}

#[tokio::test]
async fn sealed_store_detects_any_change_of_a_file() {
    let stores = stores();
    let (path, file) = (Path::from("object"), stores.sealed_folder.join("object"));
    stores.sealed.put(&path, content(2 * CHUNK + 50).into()).await.unwrap();
    let intact = std::fs::read(&file).unwrap();
    let beginning = content(16);
    assert!(!intact.windows(16).any(|window| window == beginning));
    let flipped = |at: usize| {
        let mut bytes = intact.clone();
        bytes[at] ^= 1;
        bytes
    };
    let cut = |length: usize| intact[..length].to_vec();
    let chunk = CHUNK_LEN + 16;
    let swapped =
        [&intact[..HEADER_LEN], &intact[HEADER_LEN + chunk..HEADER_LEN + 2 * chunk], &intact[HEADER_LEN..]].concat();
    let longer = [intact.as_slice(), b"x"].concat();
    let changed = [flipped(0), flipped(HEADER_LEN - 1), flipped(HEADER_LEN), flipped(intact.len() - 1)]
        .into_iter()
        .chain([cut(0), cut(10), cut(HEADER_LEN + chunk), cut(intact.len() - 1), longer, swapped]);
    for bytes in changed {
        std::fs::write(&file, &bytes).unwrap();
        let error = match stores.sealed.get(&path).await {
            Ok(read) => read.bytes().await.unwrap_err(),
            Err(error) => error,
        };
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<OpenError>());
        // An empty file fails one step earlier, in the inner store.
        assert!(source.is_some() || bytes.is_empty(), "{error:?}");
    }
    std::fs::write(&file, &intact).unwrap();
    assert_eq!(stores.sealed.get(&path).await.unwrap().bytes().await.unwrap(), content(2 * CHUNK + 50));
    let other = SealedStore::new(Arc::new(LocalFileSystem::new_with_prefix(&stores.sealed_folder).unwrap()), key());
    assert!(other.get(&path).await.is_err());
}

#[tokio::test]
async fn sealed_store_lists_but_does_not_read_a_foreign_file() {
    let stores = stores();
    std::fs::write(stores.sealed_folder.join("stray"), b"short").unwrap();
    let listed: Vec<_> = stores.sealed.list(None).collect().await;
    assert_eq!(listed[0].as_ref().unwrap().size, 0);
    assert!(read(&*stores.sealed, "stray", None).await.is_err());
}

#[test]
fn uri_of_encodes_absolute_folders() {
    let check = |folder: &str, expect: Option<&str>| assert_eq!(uri_of(FilePath::new(folder)).as_deref(), expect);
    check("relative", None);
    if cfg!(unix) {
        check("/data/a b/ü", Some("file-object-store:///data/a%20b/%C3%BC"));
        check("/50%", Some("file-object-store:///50%25"));
    }
}

#[tokio::test]
async fn registry_knows_no_other_scheme() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().to_str().unwrap().to_owned();
    for uri in [plain.clone(), format!("file://{plain}"), "memory://x".to_owned(), format!("file+uring://{plain}")] {
        let session = Arc::new(lancedb::Session::new(0, 0, registry(key())));
        let error = lancedb::connect(&uri).session(session).execute().await.err();
        assert!(error.is_some_and(|error| error.to_string().contains("No object store provider")), "{uri}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Lance chooses its commit handler by scheme. The unsafe one overwrites what another process has committed meanwhile.
#[tokio::test]
async fn scheme_never_selects_the_unsafe_commit_handler() {
    let folder = tempfile::tempdir().unwrap();
    let handler = |uri: String| async move {
        format!("{:?}", lance_table::io::commit::commit_handler_from_url(&uri, &None).await.unwrap())
    };
    let safe = if cfg!(windows) { "RenameCommitHandler" } else { "ConditionalPutCommitHandler" };
    assert_eq!(handler(uri_of(folder.path()).unwrap()).await, safe);
    assert_eq!(handler("alexandria:///tmp/x".to_owned()).await, "UnsafeCommitHandler");
}
