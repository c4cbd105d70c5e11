//! Runs operations on a real store.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    Error, GetOptions, GetRange, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    UpdateVersion, UploadPart,
};

use crate::answer::{Answer, Digest, Kind};
use crate::operation::{Mode, Operation, Part, UPLOADS, content};

/// A store under test, and its open uploads.
pub(crate) struct Subject {
    store: Arc<dyn ObjectStore>,
    uploads: [Option<Upload>; UPLOADS],
}

struct Upload {
    upload: Box<dyn MultipartUpload>,
    /// Added, not yet written.
    parts: Vec<UploadPart>,
}

impl Subject {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, uploads: Default::default() }
    }

    /// Runs an operation.
    pub(crate) async fn run(&mut self, operation: &Operation) -> Answer {
        self.answer(operation).await.unwrap_or_else(Answer::from)
    }

    async fn answer(&mut self, operation: &Operation) -> Result<Answer, Error> {
        let store = &self.store;
        Ok(match operation {
            Operation::Put { path, length, seed, mode } => {
                let mode = match mode {
                    Mode::Overwrite => PutMode::Overwrite,
                    Mode::Create => PutMode::Create,
                    Mode::Update => PutMode::Update(UpdateVersion { e_tag: None, version: None }),
                };
                let options = PutOptions { mode, ..PutOptions::default() };
                store.put_opts(&at(path), content(*length, *seed).into(), options).await?;
                Answer::Done
            }
            Operation::Get { path, range } => read(&**store, path, range.as_ref()).await?,
            Operation::GetRanges { path, ranges } => {
                let parts = store.get_ranges(&at(path), ranges).await?;
                Answer::Parts(parts.iter().map(|part| Digest::of(part)).collect())
            }
            Operation::Head { path } => Answer::Size(store.head(&at(path)).await?.size),
            Operation::List { prefix } => listed(&store.list(prefix.map(at).as_ref()).try_collect::<Vec<_>>().await?),
            Operation::ListAfter { prefix, offset } => {
                listed(&store.list_with_offset(prefix.map(at).as_ref(), &at(offset)).try_collect::<Vec<_>>().await?)
            }
            Operation::ListLevel { prefix } => {
                let level = store.list_with_delimiter(prefix.map(at).as_ref()).await?;
                let mut folders = Vec::new();
                for folder in &level.common_prefixes {
                    // A file system may keep a folder whose last object was deleted; object stores have no empty folders.
                    if store.list(Some(folder)).next().await.is_some() {
                        folders.push(name(folder));
                    }
                }
                folders.sort();
                Answer::Level { folders, objects: sizes(&level.objects) }
            }
            Operation::Copy { from, to, create: false } => done(store.copy(&at(from), &at(to)).await?),
            Operation::Copy { from, to, create: true } => done(store.copy_if_not_exists(&at(from), &at(to)).await?),
            Operation::Rename { from, to, create: false } => done(store.rename(&at(from), &at(to)).await?),
            Operation::Rename { from, to, create: true } => done(store.rename_if_not_exists(&at(from), &at(to)).await?),
            Operation::Delete { path } => done(store.delete(&at(path)).await?),
            Operation::DeleteMany { paths } => {
                let paths: Vec<_> = paths.iter().map(|path| Ok(at(path))).collect();
                let deleted: Vec<_> = store.delete_stream(futures::stream::iter(paths).boxed()).collect().await;
                let one = |path: Result<Path, Error>| path.map(|path| name(&path)).map_err(|error| Kind::of(&error));
                Answer::Deleted(deleted.into_iter().map(one).collect())
            }
            upload => self.upload(upload).await?,
        })
    }

    async fn upload(&mut self, operation: &Operation) -> Result<Answer, Error> {
        match operation {
            Operation::Begin { upload, path } => {
                self.abort(*upload).await?;
                let started = self.store.put_multipart(&at(path)).await?;
                self.uploads[*upload] = Some(Upload { upload: started, parts: Vec::new() });
            }
            Operation::AddPart { upload, length, seed } => {
                if let Some(Upload { upload, parts }) = &mut self.uploads[*upload] {
                    parts.push(upload.put_part(content(*length, *seed).into()));
                }
            }
            Operation::Complete { upload, order } => {
                if let Some(Upload { mut upload, mut parts }) = self.uploads[*upload].take() {
                    shuffle(&mut parts, *order);
                    futures::future::try_join_all(parts).await?;
                    upload.complete().await?;
                }
            }
            Operation::Abort { upload } => self.abort(*upload).await?,
            other => panic!("{other:?} is no upload"),
        }
        Ok(Answer::Done)
    }

    async fn abort(&mut self, upload: usize) -> Result<(), Error> {
        let Some(Upload { mut upload, parts }) = self.uploads[upload].take() else { return Ok(()) };
        futures::future::try_join_all(parts.into_iter().step_by(2)).await?;
        upload.abort().await
    }
}

async fn read(store: &dyn ObjectStore, path: &str, range: Option<&Part>) -> Result<Answer, Error> {
    let range = range.map(|range| match range {
        Part::Bounded(range) => GetRange::Bounded(range.clone()),
        Part::Offset(start) => GetRange::Offset(*start),
        Part::Suffix(length) => GetRange::Suffix(*length),
    });
    let read = store.get_opts(&at(path), GetOptions { range, ..GetOptions::default() }).await?;
    let (range, size) = (read.range.clone(), read.meta.size);
    Ok(Answer::Read { bytes: Digest::of(&read.bytes().await?), range, size })
}

fn at(path: &str) -> Path {
    Path::from(path)
}

/// The name of a path as operations use it, before escaping.
fn name(path: &Path) -> String {
    crate::operation::PATHS.into_iter().find(|known| at(known) == *path).map_or_else(|| path.to_string(), str::to_owned)
}

fn done((): ()) -> Answer {
    Answer::Done
}

fn sizes(objects: &[ObjectMeta]) -> Vec<(String, u64)> {
    let mut sizes: Vec<_> = objects.iter().map(|meta| (name(&meta.location), meta.size)).collect();
    sizes.sort();
    sizes
}

fn listed(objects: &[ObjectMeta]) -> Answer {
    Answer::Listed(sizes(objects))
}

/// Fisher–Yates shuffle with the remainders of `order` as random numbers.
fn shuffle<T>(items: &mut [T], mut order: u64) {
    for last in (1..items.len()).rev() {
        let count = last as u64 + 1;
        items.swap(last, usize::try_from(order % count).unwrap());
        order /= count;
    }
}
