//! What a worker process is told, as its arguments. Nothing private: any user of the computer may read them.

use std::time::Duration;

use alexandria_extract::{Limits, anonymous_name};

use crate::sandbox::Bounds;

/// Time that a worker has after [`Limits::time`], at which it should end by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// What a worker process is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
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
        Self { name: anonymous_name(name), limits: *limits, memory_bytes, parent: std::process::id() }
    }

    /// Bounds on the process. Its time is bounded by the parent first.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        Bounds { memory_bytes: self.memory_bytes, time: self.limits.time.saturating_add(GRACE), parent: self.parent }
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
        let texts = [crate::wire::VERSION.to_owned(), self.name.clone()];
        texts.into_iter().chain(numbers.iter().map(u64::to_string)).collect()
    }

    /// Reads the arguments of this process; `None` if another version wrote them.
    #[must_use]
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        arguments.next().filter(|version| version == crate::wire::VERSION)?;
        let name = arguments.next()?;
        let mut number = || arguments.next()?.parse::<u64>().ok();
        let request = Self {
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
        assert_eq!(Request::parse(arguments.iter().cloned()), Some(request));
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
