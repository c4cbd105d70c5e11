//! Which file a path in Rust means: aliases and re-exports are followed to the file that defines the name.

use super::graph::ImportGraph;
use super::modules::{Import, Module, ModulePath, Modules};

/// Longest chain of aliases that is followed; a longer one is a loop.
const MAX_ALIASES: usize = 16;

/// The imports between the files of a crate.
pub(super) fn imports(modules: &Modules) -> ImportGraph {
    let mut graph = ImportGraph::default();
    for (path, module) in modules {
        for import in &module.imports {
            let target = if import.name == "*" {
                walk(modules, path, &import.path, 0).map(Target::of_glob)
            } else {
                resolve(modules, path, &import.path)
            };
            // What a module takes from its own submodules is its table of contents, unless its code uses the name.
            if let Some(Target::Item(of)) = target.filter(|target| !target.is_below(path)) {
                graph.add(&module.file, file(modules, &of), import.line);
            }
        }
        for reference in &module.references {
            let is_variable = matches!(reference.path.as_slice(), [name] if module.variables.contains(name));
            if let (false, Some(Target::Item(of))) = (is_variable, resolve(modules, path, &reference.path)) {
                graph.add(&module.file, file(modules, &of), reference.line);
            }
        }
    }
    graph
}

/// What a path means.
#[derive(Debug)]
enum Target {
    /// Something that this module defines.
    Item(ModulePath),
    /// The module itself, which is only a way to what is in it.
    Module(ModulePath),
}

impl Target {
    fn is_below(&self, module: &ModulePath) -> bool {
        let (Self::Item(path) | Self::Module(path)) = self;
        path.starts_with(module)
    }

    /// With all names of a module comes a dependency on it.
    fn of_glob(self) -> Self {
        let (Self::Item(path) | Self::Module(path)) = self;
        Self::Item(path)
    }
}

fn file<'a>(modules: &'a Modules, module: &ModulePath) -> &'a str {
    modules.get(module).map_or("", |module| module.file.as_str())
}

/// What `path`, as written in the module `from`, means; nothing if it is not of this crate.
fn resolve(modules: &Modules, from: &ModulePath, path: &[String]) -> Option<Target> {
    walk(modules, from, path, 0)
}

fn walk(modules: &Modules, from: &ModulePath, path: &[String], aliases: usize) -> Option<Target> {
    if aliases > MAX_ALIASES {
        return None;
    }
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => below(modules, Vec::new(), rest, aliases),
        "self" => below(modules, from.clone(), rest, aliases),
        "super" => {
            let mut parent = from.clone();
            parent.pop()?;
            let supers = rest.iter().take_while(|name| *name == "super").count();
            for _ in 0..supers {
                parent.pop()?;
            }
            below(modules, parent, rest.get(supers..)?, aliases)
        }
        _ => within(modules, from, first, rest, aliases),
    }
}

/// What `path` means below a module: the module, or what it holds. A name that is not found counts as the module's: it may
/// come from a macro.
fn below(modules: &Modules, module: ModulePath, path: &[String], aliases: usize) -> Option<Target> {
    let Some((first, rest)) = path.split_first() else { return Some(Target::Module(module)) };
    let found = within(modules, &module, first, rest, aliases);
    found.or_else(|| (aliases < MAX_ALIASES).then_some(Target::Item(module)))
}

/// What a name, and `rest` behind it, mean in a module.
fn within(modules: &Modules, module: &ModulePath, name: &str, rest: &[String], aliases: usize) -> Option<Target> {
    let child: ModulePath = module.iter().cloned().chain([name.to_owned()]).collect();
    let child = || modules.contains_key(&child).then(|| below(modules, child.clone(), rest, aliases)).flatten();
    let here = modules.get(module)?;
    let item = || here.items.contains(name).then(|| Target::Item(module.clone()));
    let alias = || aliased(modules, module, here, name, rest, aliases);
    // A function and a module may have one name; behind the name of a module more follows.
    if rest.is_empty() { item().or_else(alias).or_else(child) } else { child().or_else(item).or_else(alias) }
}

/// What a name means that `use` declarations bring in.
fn aliased(
    modules: &Modules,
    module: &ModulePath,
    here: &Module,
    name: &str,
    rest: &[String],
    aliases: usize,
) -> Option<Target> {
    let follow = |import: &Import| {
        let is_itself = matches!(import.path.as_slice(), [only] if only == name);
        let path: Vec<String> = import.path.iter().chain(rest).cloned().collect();
        (!is_itself).then(|| walk(modules, module, &path, aliases + 1)).flatten()
    };
    if let Some(found) = here.imports.iter().filter(|import| import.name == name).find_map(follow) {
        return Some(found);
    }
    here.imports.iter().filter(|import| import.name == "*").find_map(|glob| {
        match walk(modules, module, &glob.path, aliases + 1)? {
            Target::Module(from) => within(modules, &from, name, rest, aliases + 1),
            Target::Item(_) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::modules;
    use super::*;

    /// Files of a crate by name without `.rs`, and the imports that are expected: `from to line`.
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let paths: Vec<String> = files.iter().map(|(name, _)| format!("a/src/{name}.rs")).collect();
        let sources = paths.iter().map(String::as_str).zip(files.iter().map(|(_, text)| *text)).collect();
        let graph = imports(&modules::read("a/src/lib.rs", &sources).unwrap());
        let mut wanted = ImportGraph::default();
        for line in expect {
            let [from, to, line] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            wanted.add(&format!("a/src/{from}.rs"), &format!("a/src/{to}.rs"), line.parse().unwrap());
        }
        assert_eq!(graph, wanted, "{files:?}");
    }

    #[test]
    fn use_declarations_lead_to_files() {
        let lib = ("lib", "mod a;\nmod b;");
        let a = |text| ("a", text);
        check(&[lib, a("use crate::b::B;"), ("b", "pub struct B;")], &["a b 1"]);
        check(&[lib, a("\nuse super::b::{B, C as D};"), ("b", "pub struct B; pub struct C;")], &["a b 2"]);
        check(&[lib, a("use std::fs;\nuse serde::Serialize;\nuse ::b::B;"), ("b", "pub struct B;")], &[]);
        check(&[lib, a("use crate::b::*;"), ("b", "pub struct B;")], &["a b 1"]);
        // The name of a module is only a way to what is in it.
        check(&[lib, a("use crate::b;"), ("b", "pub struct B;")], &[]);
        check(&[lib, a("use crate::b;\nfn f() { b::f() }"), ("b", "pub fn f() {}")], &["a b 2"]);
        check(&[lib, a("use crate::b::{self, B};"), ("b", "pub struct B;")], &["a b 1"]);
        check(&[lib, a("fn f() {\n    use crate::b::B;\n}"), ("b", "pub struct B;")], &["a b 2"]);
    }

    #[test]
    fn paths_in_code_lead_to_files() {
        let lib = ("lib", "mod a;\nmod b;");
        let b = ("b", "pub struct B; pub fn f() {}");
        check(&[lib, ("a", "struct A(crate::b::B);"), b], &["a b 1"]);
        check(&[lib, ("a", "fn f() -> u8 {\n    super::b::f()\n}"), b], &["a b 2"]);
        check(&[lib, ("a", "fn f() { print!(\"{}\",\n    crate::b::f()) }"), b], &["a b 2"]);
        check(&[lib, ("a", "#[derive(b::B)]\nstruct A;\npub(in crate::b) struct C;\n// crate::b::f()"), b], &[]);
    }

    #[test]
    fn re_exports_are_followed_to_the_definition() {
        let open = ("open", "mod core;\npub use self::core::Core;");
        let core = ("open/core", "pub struct Core;");
        check(&[("lib", "mod a;\nmod open;"), ("a", "use crate::open::Core;"), open, core], &["a open/core 1"]);
        let lib = ("lib", "mod a;\nmod open;\npub use open::Core as Engine;");
        check(&[lib, ("a", "use crate::Engine;"), open, core], &["a open/core 1"]);
        check(&[lib, ("a", "fn f() { crate::Engine::new() }"), open, core], &["a open/core 1"]);
        let globbed = ("open", "mod core;\npub use core::*;");
        check(&[lib, ("a", "use crate::open::Core;"), globbed, core], &["a open/core 1"]);
        // Names of nobody, such as those that a macro defines, are of the module that they are named in.
        check(&[lib, ("a", "use crate::open::Made;"), open, core], &["a open 1"]);
    }

    #[test]
    fn a_table_of_contents_is_no_import_and_code_of_a_parent_is() {
        let child = ("a/b", "pub struct B; pub fn f() {}");
        check(&[("lib", "mod a;"), ("a", "mod b;\npub use b::B;\nuse self::b::f;"), child], &[]);
        check(&[("lib", "mod a;"), ("a", "mod b;\nuse b::B;\nstruct A(B);"), child], &["a a/b 3"]);
        check(&[("lib", "mod a;"), ("a", "mod b;\nfn g() {\n    b::f();\n}"), child], &["a a/b 3"]);
        check(&[("lib", "mod a;"), ("a", "mod b;\nuse b::f;\nfn g() { assert!(f()) }"), child], &["a a/b 3"]);
        // A variable of the same name is none of it.
        check(&[("lib", "mod a;"), ("a", "mod b;\npub use b::f;\nfn g(f: u8) -> u8 { f }"), child], &[]);
    }

    #[test]
    fn a_child_that_uses_its_parent_imports_it() {
        let parent = ("a", "mod b;\npub struct A;\nuse crate::c::C;");
        let rest = [("lib", "mod a;\nmod c;"), ("c", "pub struct C;")];
        let with = |child| [rest[0], rest[1], parent, ("a/b", child)];
        check(&with("use super::A;"), &["a c 3", "a/b a 1"]);
        // What the parent has itself imported is not its own.
        check(&with("use super::C;"), &["a c 3", "a/b c 1"]);
        check(&with("use super::super::c::C;"), &["a c 3", "a/b c 1"]);
    }

    #[test]
    fn functions_and_modules_may_share_a_name() {
        let open = ("open", "pub fn open() {}\npub struct Open;");
        check(
            &[("lib", "mod a;\nmod open;\npub use open::open;"), ("a", "use crate::open;\nfn f() { open() }"), open],
            &["a open 1"],
        );
        check(
            &[("lib", "mod a;\nmod open;\npub use open::open;"), ("a", "use crate::open::Open;"), open],
            &["a open 1"],
        );
    }

    #[test]
    fn tests_are_exempt() {
        let b = ("b", "pub struct B;");
        check(&[("lib", "mod a;\nmod b;"), ("a", "#[cfg(test)]\nmod tests { use crate::b::B; }"), b], &[]);
        check(&[("lib", "mod a;\nmod b;"), ("a", "#[cfg(all(test, unix))]\nuse crate::b::B;"), b], &[]);
        check(&[("lib", "mod a;\nmod b;"), ("a", "impl A { #[cfg(test)] fn f() { crate::b::B } }"), b], &[]);
        check(&[("lib", "#[cfg(test)]\nmod a;\nmod b;"), ("a", "use crate::b::B;"), b], &[]);
        check(&[("lib", "mod a;\nmod b;"), ("a", "#[cfg(any(test, unix))]\nuse crate::b::B;"), b], &["a b 2"]);
        check(&[("lib", "mod a;\nmod b;"), ("a", "#[cfg(not(test))]\nuse crate::b::B;"), b], &["a b 2"]);
    }

    #[test]
    fn inline_modules_are_part_of_their_file() {
        let lib = ("lib", "mod a;\nmod b;");
        check(
            &[lib, ("a", "mod inner {\n    use super::A;\n    use crate::b::B;\n}\nstruct A;"), ("b", "pub struct B;")],
            &["a b 3"],
        );
        let nested = ("a", "mod inner { pub mod deep; }\nfn f() { inner::deep::g() }");
        check(&[("lib", "mod a;"), nested, ("a/inner/deep", "pub fn g() {}")], &["a a/inner/deep 2"]);
        check(&[("lib", "mod a;\nfn f() { a::g() }"), ("a/mod", "pub fn g() {}")], &["lib a/mod 2"]);
    }

    #[test]
    fn aliases_of_each_other_end() {
        check(&[("lib", "mod a;\nmod b;"), ("a", "pub use crate::b::X;"), ("b", "pub use crate::a::X;")], &[]);
    }
}
