//! Files and what they import, and the cycles in that.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// Imports between files: from whom, of whom, and the first line that does it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ImportGraph {
    edges: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Files that import each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// All files that can reach each other, in order.
    files: Vec<String>,
    /// A shortest cycle among them: each file with the line that imports the next; the last imports the first.
    shortest: Vec<(String, usize)>,
}

impl ImportGraph {
    /// Adds an import; one of a file by itself is none.
    pub(super) fn add(&mut self, from: &str, to: &str, line: usize) {
        if from != to {
            let first = self.edges.entry(from.to_owned()).or_default().entry(to.to_owned()).or_insert(line);
            *first = line.min(*first);
        }
    }

    /// Every set of files that import each other, directly or through others.
    pub(super) fn cycles(&self) -> Vec<Cycle> {
        let reachable: BTreeMap<&str, BTreeSet<&str>> =
            self.edges.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
        let reaches = |from: &str, to: &str| reachable.get(from).is_some_and(|files| files.contains(to));
        let mut cycles = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for file in self.edges.keys().map(String::as_str).filter(|file| reaches(file, file)) {
            if seen.contains(file) {
                continue;
            }
            let files: Vec<&str> =
                reachable.keys().copied().filter(|other| reaches(file, other) && reaches(other, file)).collect();
            seen.extend(files.iter().copied());
            let shortest = files.iter().filter_map(|file| self.shortest_from(file)).min_by_key(Vec::len);
            cycles.push(Cycle {
                files: files.into_iter().map(str::to_owned).collect(),
                shortest: shortest.unwrap_or_default(),
            });
        }
        cycles
    }

    fn imports_of(&self, file: &str) -> impl Iterator<Item = (&str, usize)> {
        self.edges.get(file).into_iter().flatten().map(|(to, line)| (to.as_str(), *line))
    }

    /// The files that `start` imports, directly or through others; itself only if it is in a cycle.
    fn reachable(&self, start: &str) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut queue: Vec<&str> = self.imports_of(start).map(|(to, _)| to).collect();
        while let Some(file) = queue.pop() {
            if found.insert(file) {
                queue.extend(self.imports_of(file).map(|(to, _)| to));
            }
        }
        found
    }

    /// The shortest way from a file back to itself.
    fn shortest_from(&self, start: &str) -> Option<Vec<(String, usize)>> {
        let mut came_from: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            for (to, line) in self.imports_of(file) {
                if came_from.contains_key(to) {
                    continue;
                }
                came_from.insert(to, (file, line));
                queue.push_back(to);
            }
            if came_from.contains_key(start) {
                break;
            }
        }
        let mut steps = Vec::new();
        let mut at = start;
        loop {
            let (file, line) = came_from.get(at)?;
            steps.push(((*file).to_owned(), *line));
            at = file;
            if at == start {
                break;
            }
        }
        steps.reverse();
        Some(steps)
    }
}

impl Cycle {
    /// The first import of the shortest cycle: its file and line.
    pub(super) fn start(&self) -> (&str, usize) {
        self.shortest.first().map_or(("", 0), |(file, line)| (file.as_str(), *line))
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "import cycle of {} files: ", self.files.len())?;
        for (file, line) in &self.shortest {
            write!(f, "{file}:{line} -> ")?;
        }
        write!(f, "{}; move what both sides need into a file that imports neither", self.start().0)?;
        if self.files.len() > self.shortest.len() {
            write!(f, " (in all: {})", self.files.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges are `from to` pairs of letters; the line of each is its number from 1.
    fn check(edges: &str, expect: &[&str]) {
        let mut graph = ImportGraph::default();
        for (edge, line) in edges.split_whitespace().zip(1..) {
            let (from, to) = edge.split_at(1);
            graph.add(from, to, line);
        }
        let cycles: Vec<String> = graph.cycles().iter().map(ToString::to_string).collect();
        assert_eq!(cycles.len(), expect.len(), "{edges}: {cycles:?}");
        for (cycle, expect) in cycles.iter().zip(expect) {
            assert!(cycle.contains(expect), "{edges}: {cycle}");
        }
    }

    #[test]
    fn a_cycle_is_found_at_any_length() {
        check("", &[]);
        check("ab bc ac", &[]);
        check("aa", &[]);
        check("ab ba", &["import cycle of 2 files: a:1 -> b:2 -> a;"]);
        check("ab bc ca", &["import cycle of 3 files: a:1 -> b:2 -> c:3 -> a;"]);
        check("xa ab ba by", &["import cycle of 2 files: a:2 -> b:3 -> a;"]);
    }

    #[test]
    fn each_component_is_reported_once_with_its_shortest_cycle() {
        check("ab ba cd dc", &["a:1 -> b:2 -> a", "c:3 -> d:4 -> c"]);
        check("ab bc ca cb", &["import cycle of 3 files: b:2 -> c:4 -> b; move what both sides need"]);
        check("ab bc ca cb", &["(in all: a, b, c)"]);
    }

    #[test]
    fn the_first_line_of_an_import_is_reported() {
        let mut graph = ImportGraph::default();
        graph.add("a", "b", 9);
        graph.add("a", "b", 4);
        graph.add("b", "a", 2);
        assert_eq!(graph.cycles()[0].start(), ("a", 4));
    }
}
