//! The modules of a crate as its source files declare them: which file each is in, what it defines, imports and names.
//!
//! Code for tests only (`#[cfg(test)]`) is left out, and with it every file that only such code declares.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Attribute, ImplItemConst, ImplItemFn, ImplItemType, Item, ItemMod, ItemUse, Macro, PatIdent, UseTree, Visibility,
};

use crate::tidy::outline::is_for_tests;

/// The names of the modules from the crate's root to one of them; the root's is empty.
pub(super) type ModulePath = Vec<String>;

/// All modules of a crate.
pub(super) type Modules = BTreeMap<ModulePath, Module>;

/// One module.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The file it is in.
    pub(super) file: String,
    /// Names of the items it defines, submodules aside.
    pub(super) items: BTreeSet<String>,
    /// Its `use` declarations, those inside functions included.
    pub(super) imports: Vec<Import>,
    /// Paths of its code outside `use` declarations.
    pub(super) references: Vec<Reference>,
    /// Names of its local variables.
    pub(super) variables: BTreeSet<String>,
}

/// One name that a `use` declaration brings in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// The name in this module; `*` for all of another module's.
    pub(super) name: String,
    /// What it stands for, as written.
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// A path in code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// Reads the modules of the crate that begins with the file `root`.
///
/// # Errors
/// If a file is not Rust.
pub(super) fn read(root: &str, sources: &BTreeMap<&str, &str>) -> anyhow::Result<Modules> {
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut modules = Modules::new();
    let mut files = vec![File { module: Vec::new(), path: root.to_owned(), folder: folder.to_owned() }];
    while let Some(File { module, path, folder }) = files.pop() {
        let Some(text) = sources.get(path.as_str()) else { continue };
        let syntax = syn::parse_file(text).with_context(|| path.clone())?;
        let mut reader = Reader { path, folder, module, modules: &mut modules, declared: Vec::new() };
        reader.module();
        reader.visit_file(&syntax);
        files.extend(reader.declared.into_iter().flatten().filter(|file| sources.contains_key(file.path.as_str())));
    }
    Ok(modules)
}

/// A file that is to be read.
struct File {
    module: ModulePath,
    path: String,
    /// Where the files of its submodules are.
    folder: String,
}

struct Reader<'a> {
    path: String,
    folder: String,
    module: ModulePath,
    modules: &'a mut Modules,
    /// Files of submodules, under the two names that each may have.
    declared: Vec<[File; 2]>,
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        let file = || Module { file: self.path.clone(), ..Module::default() };
        self.modules.entry(self.module.clone()).or_insert_with(file)
    }

    fn reference(&mut self, path: Vec<String>, line: usize) {
        self.module().references.push(Reference { path, line });
    }

    fn imports(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        let mut import = |name: String, path: Vec<String>, line| {
            self.module().imports.push(Import { name, path, line });
        };
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.imports(&step.tree, path);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.imports(tree, path)),
            UseTree::Glob(glob) => import("*".to_owned(), path.clone(), glob.star_token.span.start().line),
            UseTree::Name(leaf) if leaf.ident == "self" => {
                import(path.last().cloned().unwrap_or_default(), path.clone(), leaf.ident.span().start().line);
            }
            UseTree::Name(leaf) => {
                import(leaf.ident.to_string(), joined(path, &leaf.ident), leaf.ident.span().start().line);
            }
            UseTree::Rename(leaf) => {
                import(leaf.rename.to_string(), joined(path, &leaf.ident), leaf.ident.span().start().line);
            }
        }
    }

    /// The paths in the tokens of a macro call, whose syntax is the macro's own.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Ident(name) => {
                    if colons != 2 && !path.is_empty() {
                        self.reference(std::mem::take(&mut path), line);
                    }
                    if path.is_empty() {
                        line = name.span().start().line;
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                other => {
                    if !path.is_empty() {
                        self.reference(std::mem::take(&mut path), line);
                    }
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        if !path.is_empty() {
            self.reference(path, line);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = described(item);
        if is_for_tests(attributes) {
            return;
        }
        if let Some(name) = name {
            self.module().items.insert(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let name = item.ident.to_string();
        let folder = format!("{}/{name}", self.folder);
        self.module.push(name);
        if item.content.is_some() {
            let outer = std::mem::replace(&mut self.folder, folder);
            self.module();
            visit::visit_item_mod(self, item);
            self.folder = outer;
        } else {
            let file = |path| File { module: self.module.clone(), path, folder: folder.clone() };
            let declared = [file(format!("{folder}.rs")), file(format!("{folder}/mod.rs"))];
            self.declared.push(declared);
        }
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.imports(&item.tree, &mut Vec::new());
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_impl_item_const(&mut self, item: &'ast ImplItemConst) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_const(self, item);
        }
    }

    fn visit_impl_item_type(&mut self, item: &'ast ImplItemType) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_type(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let (None, Some(first)) = (&path.leading_colon, path.segments.first()) {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.reference(names, first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.to_string();
        self.module().variables.insert(name);
        visit::visit_pat_ident(self, pattern);
    }

    // Neither `pub(in path)` nor derives and other attributes are imports.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn joined(path: &[String], last: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([last.to_string()]).collect()
}

/// The attributes of an item, and the name that it defines, if it is not a module.
fn described(item: &Item) -> (&[Attribute], Option<String>) {
    let (attributes, name) = match item {
        Item::Const(it) => (&it.attrs, Some(&it.ident)),
        Item::Enum(it) => (&it.attrs, Some(&it.ident)),
        Item::Fn(it) => (&it.attrs, Some(&it.sig.ident)),
        Item::Macro(it) => (&it.attrs, it.ident.as_ref()),
        Item::Static(it) => (&it.attrs, Some(&it.ident)),
        Item::Struct(it) => (&it.attrs, Some(&it.ident)),
        Item::Trait(it) => (&it.attrs, Some(&it.ident)),
        Item::TraitAlias(it) => (&it.attrs, Some(&it.ident)),
        Item::Type(it) => (&it.attrs, Some(&it.ident)),
        Item::Union(it) => (&it.attrs, Some(&it.ident)),
        Item::Impl(it) => (&it.attrs, None),
        Item::Mod(it) => (&it.attrs, None),
        Item::Use(it) => (&it.attrs, None),
        _ => return (&[], None),
    };
    (attributes, name.map(ToString::to_string))
}
