//! Imports between the files of the web UI, from what `import` and `export … from` name. Types count like everything
//! else. Absent: packages, which are not files of ours.

use std::collections::BTreeSet;

use super::graph::ImportGraph;
use crate::tidy::tree::Source;

/// What may follow the name in an import to make it a file, the likeliest first.
const EXTENSIONS: &[&str] = &["", ".ts", ".svelte.ts", ".svelte", "/index.ts", "/index.svelte.ts"];

/// Whether a file can import others.
pub(super) fn is_script(path: &str) -> bool {
    path.ends_with(".ts") || path.ends_with(".svelte")
}

/// The imports between these files.
pub(super) fn imports(sources: &[Source]) -> ImportGraph {
    let files: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    let mut graph = ImportGraph::default();
    for source in sources {
        for (line, name) in imported(&source.text) {
            let path = joined(&source.path, name);
            let target = EXTENSIONS.iter().map(|extension| format!("{path}{extension}"));
            if let Some(target) = target.into_iter().find(|target| files.contains(target.as_str())) {
                graph.add(&source.path, &target, line);
            }
        }
    }
    graph
}

/// The relative names that a text imports, with their lines from 1.
fn imported(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let quoted = ["from ", "import ", "import("].into_iter().flat_map(|word| line.split(word).skip(1));
        quoted.filter_map(quoted_name).filter(|name| name.starts_with('.')).map(move |name| (index + 1, name))
    })
}

/// The text between quotation marks at the beginning.
fn quoted_name(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    text.get(1..)?.split(quote).next()
}

/// The path from the repository's root that a relative name means in a file.
fn joined(from: &str, name: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files of the UI, and the imports that are expected: `from to line`.
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let source = |(path, text): &(&str, &str)| Source { path: format!("ui/src/{path}"), text: (*text).to_owned() };
        let graph = imports(&files.iter().map(source).collect::<Vec<_>>());
        let mut wanted = ImportGraph::default();
        for line in expect {
            let [from, to, line] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            wanted.add(&format!("ui/src/{from}"), &format!("ui/src/{to}"), line.parse().unwrap());
        }
        assert_eq!(graph, wanted, "{files:?}");
    }

    #[test]
    fn imports_lead_to_files() {
        let files = [("a/b.ts", ""), ("a/c.svelte", ""), ("a/d.svelte.ts", ""), ("e/index.ts", "")];
        let with = |text| {
            let mut all = files.to_vec();
            all.push(("main.ts", text));
            all
        };
        check(
            &with("import { b } from './a/b';\nimport type { D } from \"./a/d.svelte\";"),
            &["main.ts a/b.ts 1", "main.ts a/d.svelte.ts 2"],
        );
        check(
            &with("import {\n  c,\n} from './a/c.svelte';\nexport * from './e';"),
            &["main.ts a/c.svelte 3", "main.ts e/index.ts 4"],
        );
        check(
            &with("const c = () => import('./a/c.svelte');\nimport './a/b';"),
            &["main.ts a/c.svelte 1", "main.ts a/b.ts 2"],
        );
        check(&with("import { x } from 'svelte';\nimport './lost.css';\n// from here"), &[]);
    }

    #[test]
    fn names_are_relative_to_their_file() {
        check(
            &[("a/b/c.svelte", "<script>\n  import { d } from '../d';\n</script>"), ("a/d.ts", "")],
            &["a/b/c.svelte a/d.ts 2"],
        );
    }
}
