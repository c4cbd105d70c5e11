//! The command line: names of benchmarks, `--record FILE` and `--against FILE`.

use std::path::PathBuf;

use anyhow::{Context, bail};

/// Every benchmark, in the order they run.
const NAMES: [&str; 7] = ["blob", "import", "embed", "search", "window", "eval", "million"];
/// Takes much longer than ten minutes and many gigabytes, so it runs only when it is named.
const ONLY_BY_NAME: &str = "million";

/// The parsed command line.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    names: Vec<String>,
    /// Where to record the figures.
    pub(crate) record: Option<PathBuf>,
    /// The record to compare with.
    pub(crate) against: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn parse(words: &[String]) -> anyhow::Result<Self> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let file = match word.as_str() {
                "--record" => &mut arguments.record,
                "--against" => &mut arguments.against,
                name if NAMES.contains(&name) => {
                    arguments.names.push(name.to_owned());
                    continue;
                }
                unknown => bail!("there is no benchmark `{unknown}`; the benchmarks are {}", NAMES.join(", ")),
            };
            *file = Some(words.next().with_context(|| format!("{word} needs a file"))?.into());
        }
        Ok(arguments)
    }

    /// The benchmarks to run.
    pub(crate) fn benchmarks(&self) -> impl Iterator<Item = &'static str> {
        let is_named = |name: &str| self.names.iter().any(|named| named == name);
        let is_wanted = move |name: &&str| if self.names.is_empty() { *name != ONLY_BY_NAME } else { is_named(name) };
        NAMES.into_iter().filter(is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benchmarks_and_files_are_parsed() {
        let check = |line: &str, benchmarks: &str, files: [Option<&str>; 2]| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let arguments = Arguments::parse(&words).unwrap();
            assert_eq!(arguments.benchmarks().collect::<Vec<_>>().join(" "), benchmarks, "{line}");
            assert_eq!([arguments.record, arguments.against], files.map(|file| file.map(PathBuf::from)), "{line}");
        };
        check("", "blob import embed search window eval", [None, None]);
        check("million blob", "blob million", [None, None]);
        check("eval --record a.json --against b.json", "eval", [Some("a.json"), Some("b.json")]);
    }

    #[test]
    fn unknown_benchmarks_are_rejected() {
        let parse = |word: &str| Arguments::parse(&[word.to_owned()]).map_err(|error| error.to_string());
        assert!(
            parse("sort").unwrap_err().starts_with("there is no benchmark `sort`; the benchmarks are blob, import")
        );
        assert!(parse("--against").unwrap_err().contains("--against needs a file"));
    }
}
