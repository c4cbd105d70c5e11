//! The expected answers: a map from names to bytes, with the semantics of `LocalFileSystem`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::answer::{Answer, Digest, Kind};
use crate::operation::{Mode, Operation, Part, UPLOADS, content};

/// A store in memory.
#[derive(Default)]
pub(crate) struct Model {
    /// A copy shares the object until one of the two names is written again.
    objects: BTreeMap<&'static str, Arc<Vec<u8>>>,
    uploads: [Option<Upload>; UPLOADS],
}

/// An open multipart upload.
struct Upload {
    path: &'static str,
    content: Vec<u8>,
}

impl Model {
    /// Runs an operation.
    pub(crate) fn run(&mut self, operation: &Operation) -> Answer {
        match operation {
            Operation::Put { path, length, seed, mode } => self.put(path, content(*length, *seed), *mode),
            Operation::Get { path, range } => self.get(path, range.as_ref()),
            Operation::GetRanges { path, ranges } => self.get_ranges(path, ranges),
            Operation::Head { path } => self.read(path, |object| Answer::Size(object.len() as u64)),
            Operation::List { prefix } => Answer::Listed(self.below(*prefix)),
            Operation::ListAfter { prefix, offset } => {
                Answer::Listed(self.below(*prefix).into_iter().filter(|(name, _)| name.as_str() > *offset).collect())
            }
            Operation::ListLevel { prefix } => self.level(*prefix),
            Operation::Copy { from, to, create } => self.copy(from, to, *create),
            Operation::Rename { from, to, create } => self.rename(from, to, *create),
            Operation::Delete { path } => self.delete(path),
            Operation::DeleteMany { paths } => {
                let delete = |path: &&'static str| match self.objects.remove(*path) {
                    Some(_) => Ok((*path).to_owned()),
                    None => Err(Kind::NotFound),
                };
                Answer::Deleted(paths.iter().map(delete).collect())
            }
            Operation::Begin { upload, path } => {
                self.uploads[*upload] = Some(Upload { path, content: Vec::new() });
                Answer::Done
            }
            Operation::AddPart { upload, length, seed } => {
                if let Some(upload) = &mut self.uploads[*upload] {
                    upload.content.extend(content(*length, *seed));
                }
                Answer::Done
            }
            Operation::Complete { upload, .. } => {
                let uploaded = self.uploads[*upload].take();
                self.objects.extend(uploaded.map(|upload| (upload.path, Arc::new(upload.content))));
                Answer::Done
            }
            Operation::Abort { upload } => {
                self.uploads[*upload] = None;
                Answer::Done
            }
        }
    }

    fn put(&mut self, path: &'static str, content: Vec<u8>, mode: Mode) -> Answer {
        match mode {
            Mode::Create if self.objects.contains_key(path) => Answer::Failed(Kind::AlreadyExists),
            Mode::Update => Answer::Failed(Kind::NotImplemented),
            Mode::Create | Mode::Overwrite => {
                self.objects.insert(path, Arc::new(content));
                Answer::Done
            }
        }
    }

    fn read(&self, path: &str, answer: impl FnOnce(&Vec<u8>) -> Answer) -> Answer {
        self.objects.get(path).map_or(Answer::Failed(Kind::NotFound), |object| answer(object))
    }

    fn get(&self, path: &str, range: Option<&Part>) -> Answer {
        self.read(path, |object| {
            let size = object.len() as u64;
            let range = match range {
                None => 0..size,
                Some(Part::Suffix(length)) => size.saturating_sub(*length)..size,
                Some(Part::Offset(start)) if *start < size => *start..size,
                Some(Part::Bounded(range)) if !range.is_empty() && range.start < size => {
                    range.start..range.end.min(size)
                }
                Some(_) => return Answer::Failed(Kind::Generic),
            };
            Answer::Read { bytes: part_of(object, &range), range, size }
        })
    }

    /// Unlike a single range, several are not clamped to the object: each must lie within it.
    fn get_ranges(&self, path: &str, ranges: &[Range<u64>]) -> Answer {
        self.read(path, |object| {
            if ranges.iter().any(|range| range.end > object.len() as u64) {
                return Answer::Failed(Kind::Generic);
            }
            Answer::Parts(ranges.iter().map(|range| part_of(object, range)).collect())
        })
    }

    fn below(&self, prefix: Option<&str>) -> Vec<(String, u64)> {
        let is_below = |path: &str| prefix.is_none_or(|prefix| path.starts_with(&format!("{prefix}/")));
        let objects = self.objects.iter().filter(|(path, _)| is_below(path));
        objects.map(|(path, object)| ((*path).to_owned(), object.len() as u64)).collect()
    }

    fn level(&self, prefix: Option<&str>) -> Answer {
        let above = prefix.map_or(String::new(), |prefix| format!("{prefix}/"));
        let mut folders = BTreeSet::new();
        let mut objects = Vec::new();
        for (path, size) in self.below(prefix) {
            match path.get(above.len()..).unwrap().split_once('/') {
                Some((folder, _)) => {
                    folders.insert(format!("{above}{folder}"));
                }
                None => objects.push((path, size)),
            }
        }
        Answer::Level { folders: folders.into_iter().collect(), objects }
    }

    fn copy(&mut self, from: &str, to: &'static str, create: bool) -> Answer {
        let Some(object) = self.objects.get(from).cloned() else { return Answer::Failed(Kind::NotFound) };
        if create && self.objects.contains_key(to) {
            return Answer::Failed(Kind::AlreadyExists);
        }
        self.objects.insert(to, object);
        Answer::Done
    }

    fn rename(&mut self, from: &str, to: &'static str, create: bool) -> Answer {
        // Two names of one file: a POSIX rename of one to the other does nothing.
        if let (false, Some(object), Some(target)) = (create, self.objects.get(from), self.objects.get(to))
            && Arc::ptr_eq(object, target)
        {
            return Answer::Done;
        }
        match self.copy(from, to, create) {
            Answer::Done => self.delete(from),
            answer => answer,
        }
    }

    fn delete(&mut self, path: &str) -> Answer {
        self.objects.remove(path).map_or(Answer::Failed(Kind::NotFound), |_| Answer::Done)
    }
}

fn part_of(object: &[u8], range: &Range<u64>) -> Digest {
    let at = |place: u64| usize::try_from(place).unwrap();
    Digest::of(&object[at(range.start)..at(range.end)])
}
