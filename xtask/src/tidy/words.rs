//! Words that must not come back: a private dialect where the field has a term that newcomers search for.
//!
//! The words are data, in [`list`]. They are looked up in names (identifiers and file names, split where `snake_case` and
//! `CamelCase` do) and in prose (comments, string literals, Markdown). Code in backticks and code blocks is no prose, so a
//! stored name can be quoted. Strings of tests are exempt: they hold sentences from books.

mod list;
mod names;
mod prose;

use std::collections::BTreeMap;

use self::list::{BANNED, Banned, Scope};
use self::names::Name;
use self::prose::Prose;
use super::finding::Finding;
use super::tree::{Source, Tree};

/// Files that are data of others, or the list itself.
const EXEMPT: &[&str] = &[
    "fuzz/corpus/",
    "fuzz/regressions/",
    "tests/vectors/",
    "ui/src/platform/generated/",
    "xtask/src/tidy/words.rs",
    "xtask/src/tidy/words/",
];

/// Looks for every banned word in every text file.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources = tree.sources(|path| !EXEMPT.iter().any(|folder| path.starts_with(folder)))?;
    let rules = Rules::new(BANNED);
    Ok(sources.iter().flat_map(|source| rules.of_file(source)).collect())
}

/// The banned words by their first word, for quick look-up.
struct Rules {
    names: BTreeMap<&'static str, Vec<Rule>>,
    prose: BTreeMap<&'static str, Vec<Rule>>,
    /// Whole names, as they are spelled.
    exact: BTreeMap<&'static str, &'static Banned>,
}

/// One phrase of a row.
struct Rule {
    words: Vec<&'static str>,
    banned: &'static Banned,
}

impl Rules {
    fn new(list: &'static [Banned]) -> Self {
        let mut rules = Self { names: BTreeMap::new(), prose: BTreeMap::new(), exact: BTreeMap::new() };
        for banned in list {
            for phrase in banned.phrases {
                let words: Vec<&str> = phrase.split(' ').collect();
                let first = words.first().copied().unwrap_or_default();
                let rule = || Rule { words: words.clone(), banned };
                if matches!(banned.scope, Scope::Prose | Scope::Everywhere) {
                    rules.prose.entry(first).or_default().push(rule());
                }
                match banned.scope {
                    Scope::Names | Scope::Constants | Scope::Everywhere => {
                        rules.names.entry(first).or_default().push(rule());
                    }
                    Scope::Exact => drop(rules.exact.insert(phrase, banned)),
                    Scope::Prose => {}
                }
            }
        }
        rules
    }

    fn of_file(&self, source: &Source) -> Vec<Finding> {
        let (names, prose) = (names::of_file(source), prose::of_file(source));
        let mut findings: Vec<(usize, String)> = Vec::new();
        for name in &names {
            let hit = self.banned_in_name(name).filter(|banned| !is_excepted(banned, &source.path));
            findings.extend(hit.map(|banned| (name.line, format!("`{}`: say {}", name.text, banned.instead))));
        }
        for (line, rule) in self.banned_in_prose(&prose) {
            if !is_excepted(rule.banned, &source.path) {
                findings.push((line, format!("\"{}\": say {}", rule.words.join(" "), rule.banned.instead)));
            }
        }
        findings.sort_unstable();
        findings.dedup();
        findings.into_iter().map(|(line, message)| Finding::at(&source.path, line, message)).collect()
    }

    fn banned_in_name(&self, name: &Name) -> Option<&'static Banned> {
        if let Some(banned) = self.exact.get(name.text.as_str()) {
            return Some(banned);
        }
        let words = name.words();
        (0..words.len()).find_map(|at| {
            let rest = words.get(at..)?;
            let rules = self.names.get(rest.first()?.as_str())?;
            let fits = |rule: &&Rule| match rule.banned.scope {
                Scope::Constants => at == 0 && name.is_constant() && begins(rest, &rule.words),
                _ => begins(rest, &rule.words),
            };
            rules.iter().find(fits).map(|rule| rule.banned)
        })
    }

    fn banned_in_prose<'a>(&'a self, prose: &'a Prose) -> impl Iterator<Item = (usize, &'a Rule)> {
        prose.phrases().flat_map(move |phrase| {
            let words: Vec<&str> = phrase.iter().map(|word| word.text.as_str()).collect();
            let hits: Vec<(usize, &Rule)> = (0..words.len())
                .filter_map(|at| {
                    let rules = self.prose.get(words.get(at)?)?;
                    let rule =
                        rules.iter().find(|rule| words.get(at..).is_some_and(|rest| begins(rest, &rule.words)))?;
                    Some((phrase.get(at)?.line, rule))
                })
                .collect();
            hits
        })
    }
}

fn begins<A: AsRef<str>>(words: &[A], with: &[&str]) -> bool {
    words.len() >= with.len() && words.iter().zip(with).all(|(word, with)| word.as_ref() == *with)
}

fn is_excepted(banned: &Banned, path: &str) -> bool {
    banned.except.iter().any(|(folder, _why)| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[Banned] = &[
        Banned { phrases: &["anew"], scope: Scope::Everywhere, instead: "again", except: &[] },
        Banned { phrases: &["for ever"], scope: Scope::Prose, instead: "forever", except: &[] },
        Banned { phrases: &["made way"], scope: Scope::Names, instead: "preempted", except: &[("a/old.rs", "stored")] },
        Banned { phrases: &["most"], scope: Scope::Constants, instead: "MAX_*", except: &[] },
        Banned { phrases: &["Way"], scope: Scope::Exact, instead: "a method", except: &[] },
    ];

    fn check(path: &str, text: &str, expect: &[&str]) {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let found: Vec<String> = Rules::new(LIST).of_file(&source).iter().map(ToString::to_string).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn a_banned_word_is_found_in_names() {
        check("a.rs", "fn begin_anew() {}", &["a.rs:1: `begin_anew`: say again"]);
        check("a.rs", "\nlet anewCount = 1;", &["a.rs:2: `anewCount`: say again"]);
        check(
            "a.rs",
            "struct MadeWay; const MADE_WAY: u8 = 0;",
            &["a.rs:1: `MADE_WAY`: say preempted", "a.rs:1: `MadeWay`: say preempted"],
        );
        check("a.rs", "fn made(way: u8) {}\nfn handmade_way() {}\nfn reanew() {}", &[]);
        check("a/old.rs", "struct MadeWay;", &[]);
        check("a/begin_anew.rs", "", &["a/begin_anew.rs:1: `begin_anew`: say again"]);
    }

    #[test]
    fn a_limit_is_called_max_and_a_local_variable_may_be_the_most() {
        check("a.rs", "const MOST_BYTES: u8 = 1;", &["a.rs:1: `MOST_BYTES`: say MAX_*"]);
        check("a.rs", "let most_bytes = 1; const AT_MOST: u8 = 1; struct MostBytes;", &[]);
    }

    #[test]
    fn an_exact_name_is_found_as_it_is_spelled() {
        check("a.rs", "struct Way;", &["a.rs:1: `Way`: say a method"]);
        check("a.rs", "struct Subway; let way = WayOut;", &[]);
    }

    #[test]
    fn a_banned_word_is_found_in_prose() {
        check("a.rs", "// Kept for ever.", &["a.rs:1: \"for ever\": say forever"]);
        check("a.rs", "/// Kept for\n/// ever.\nstruct A;", &["a.rs:1: \"for ever\": say forever"]);
        check("a.rs", "let a = \"Built Anew\";", &["a.rs:1: \"anew\": say again"]);
        check("a.md", "one\n\nBuilt anew.", &["a.md:3: \"anew\": say again"]);
        check("a.toml", "# Built anew.\nanew = 1", &["a.toml:1: \"anew\": say again"]);
        check("ui/a.svelte", "<!-- Built anew -->", &["ui/a.svelte:1: \"anew\": say again"]);
        check("a.md", "Wait for. Ever `anew`\n```\nanew\n```", &[]);
        check("a/tests/b.rs", "let a = \"Built anew\";", &[]);
    }

    /// The list in use: a word that is put back fails.
    #[test]
    fn the_vocabulary_is_enforced() {
        let rules = Rules::new(BANNED);
        let count =
            |path: &str, text: &str| rules.of_file(&Source { path: path.to_owned(), text: text.to_owned() }).len();
        for text in ["fn begin_telling() {}", "const MOST_BYTES: u8 = 1;", "struct Misfit;", "// Rebuilt anew."] {
            assert_eq!(count("crates/a/src/b.rs", text), 1, "{text}");
        }
        assert_eq!(count("crates/a/src/b.rs", "/// Subscribes to progress.\nfn subscribe() {}"), 0);
    }

    #[test]
    fn every_row_can_match() {
        for banned in BANNED {
            assert!(!banned.phrases.is_empty() && !banned.instead.is_empty(), "{:?}", banned.phrases);
            for phrase in banned.phrases {
                let is_lower = phrase.chars().all(|letter| letter.is_lowercase() || matches!(letter, ' ' | '\''));
                assert!(banned.scope == Scope::Exact || is_lower, "{phrase} can never match");
            }
        }
    }
}
