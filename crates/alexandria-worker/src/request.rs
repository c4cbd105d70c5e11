//! What a worker process is told, as its arguments. Nothing private: any user of the computer may read them.

use std::time::Duration;

use alexandria_extract::{Limits, anonymous_name};

use crate::sandbox::Bounds;

/// Time that a worker has after [`Limits::time`], at which it should end by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// Processor time of a process that keeps a document open: a day of reading.
const OPEN_TIME: Duration = Duration::from_secs(60 * 60);

/// What a worker process is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Extract the file, except for these pages if it has pages. [`COVER`] stands for the picture of the first.
    Extract {
        /// Indices of pages at which an earlier process ended.
        skipped: Vec<u32>,
    },
    /// Extract the document that follows its password on the standard input, except for these pages.
    Unlock {
        /// As for [`Extract`](Self::Extract).
        skipped: Vec<u32>,
    },
    /// Keep a document open, and answer what is asked about its pages, except for these.
    Open {
        /// Indices of pages at which an earlier process ended.
        skipped: Vec<u32>,
    },
}

impl Task {
    fn argument(&self) -> String {
        let (name, skipped) = match self {
            Self::Extract { skipped } => ("extract", skipped),
            Self::Unlock { skipped } => ("unlock", skipped),
            Self::Open { skipped } => ("open", skipped),
        };
        let pages: Vec<String> = skipped.iter().map(u32::to_string).collect();
        format!("{name}:{}", pages.join(","))
    }

    fn of(argument: &str) -> Option<Self> {
        let (name, pages) = argument.split_once(':')?;
        let pages = pages.split(',').filter(|page| !page.is_empty()).map(|page| page.parse().ok());
        let skipped = pages.collect::<Option<_>>()?;
        match name {
            "extract" => Some(Self::Extract { skipped }),
            "unlock" => Some(Self::Unlock { skipped }),
            "open" => Some(Self::Open { skipped }),
            _ => None,
        }
    }
}

/// Stands for the cover where an index of a page is expected.
pub const COVER: u32 = u32::MAX;

/// What a worker process is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it is to do.
    pub task: Task,
    /// A name for the file that tells its format and nothing else.
    pub name: String,
    /// Bounds on the file and its result.
    pub limits: Limits,
    /// Maximum size of the process in memory, in bytes.
    pub memory_bytes: u64,
    /// The process that started it, after which it ends.
    pub parent: u32,
}

impl Request {
    /// A request of this process, for a file of that name.
    #[must_use]
    pub fn new(name: &str, limits: &Limits, memory_bytes: u64) -> Self {
        let task = Task::Extract { skipped: Vec::new() };
        Self { task, name: anonymous_name(name), limits: *limits, memory_bytes, parent: std::process::id() }
    }

    /// Bounds on the process. Its time is bounded by the parent first.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        let time = match self.task {
            Task::Extract { .. } | Task::Unlock { .. } => self.limits.time,
            Task::Open { .. } => OPEN_TIME,
        };
        Bounds { memory_bytes: self.memory_bytes, time: time.saturating_add(GRACE), parent: self.parent }
    }

    /// The same request with another task.
    #[must_use]
    pub fn with_task(self, task: Task) -> Self {
        Self { task, ..self }
    }

    /// The arguments that a worker of this version understands.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let limits = &self.limits;
        let numbers = [
            u64::from(self.parent),
            self.memory_bytes,
            limits.file_bytes,
            limits.archive_entries,
            limits.expanded_bytes,
            limits.expansion_ratio,
            limits.entry_bytes,
            limits.markup_bytes,
            limits.depth,
            limits.nodes,
            limits.sections,
            limits.blocks,
            limits.text_bytes,
            limits.cover_bytes,
            u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX),
        ];
        let texts = [crate::wire::VERSION.to_owned(), self.name.clone(), self.task.argument()];
        texts.into_iter().chain(numbers.iter().map(u64::to_string)).collect()
    }

    /// Reads the arguments of this process; `None` if another version wrote them.
    #[must_use]
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        arguments.next().filter(|version| version == crate::wire::VERSION)?;
        let name = arguments.next()?;
        let task = Task::of(&arguments.next()?)?;
        let mut number = || arguments.next()?.parse::<u64>().ok();
        let request = Self {
            task,
            name,
            parent: u32::try_from(number()?).ok()?,
            memory_bytes: number()?,
            limits: Limits {
                file_bytes: number()?,
                archive_entries: number()?,
                expanded_bytes: number()?,
                expansion_ratio: number()?,
                entry_bytes: number()?,
                markup_bytes: number()?,
                depth: number()?,
                nodes: number()?,
                sections: number()?,
                blocks: number()?,
                text_bytes: number()?,
                cover_bytes: number()?,
                time: Duration::from_millis(number()?),
            },
        };
        number().is_none().then_some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_survives_the_command_line_without_the_name() {
        let request = Request::new("My Diary.epub", &Limits { nodes: 7, ..Limits::default() }, 1 << 30);
        let arguments = request.arguments();
        assert_eq!(Request::parse(arguments.iter().cloned()), Some(request.clone()));
        let tasks = [
            Task::Open { skipped: Vec::new() },
            Task::Extract { skipped: vec![3, COVER] },
            Task::Unlock { skipped: vec![4] },
        ];
        for task in tasks {
            let request = request.clone().with_task(task);
            assert_eq!(Request::parse(request.arguments().into_iter()), Some(request));
        }
        assert!(!arguments.join(" ").contains("Diary"));
    }

    #[test]
    fn request_of_another_version_is_not_understood() {
        let parse = |change: fn(&mut Vec<String>)| {
            let mut arguments = Request::new("a.txt", &Limits::default(), 1).arguments();
            change(&mut arguments);
            Request::parse(arguments.into_iter()).is_some()
        };
        assert!(parse(|_| {}));
        assert!(!parse(|arguments| arguments[0] = "0.0.1".to_owned()));
        assert!(!parse(|arguments| arguments[3] = "-1".to_owned()));
        assert!(!parse(|arguments| arguments.truncate(5)));
        assert!(!parse(|arguments| arguments.push("1".to_owned())));
        assert!(!parse(Vec::clear));
    }
}
