//! What the size and header rules need to know about a Rust file, from its syntax.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Block, Ident, ImplItemFn, ItemFn, ItemMod, Meta, Token, TraitItemFn, Visibility};

/// The outline of a Rust file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// It starts with a `//!` comment.
    pub(super) has_header: bool,
    /// It declares something `pub` with any visibility.
    pub(super) has_public_items: bool,
    /// Lines of the modules inside it that exist in tests only.
    pub(super) test_lines: usize,
    /// Every function with a body, including those of tests and implementations.
    pub(super) functions: Vec<Function>,
    /// Lines with an `allow` attribute, also inside macros.
    pub(super) allows: Vec<usize>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// The line of its `fn`, from 1.
    pub(super) line: usize,
    /// Lines from there to its closing brace.
    pub(super) lines: usize,
}

impl Outline {
    /// Reads the outline of a file.
    ///
    /// # Errors
    /// If the text is not Rust.
    pub(super) fn of(text: &str) -> syn::Result<Self> {
        let file = syn::parse_file(text)?;
        let has_header =
            file.attrs.iter().any(|it| matches!(it.style, AttrStyle::Inner(_)) && it.path().is_ident("doc"));
        let mut reader = Reader { outline: Self { has_header, ..Self::default() }, in_tests: false };
        reader.visit_file(&file);
        let tokens: TokenStream =
            text.parse().map_err(|error: proc_macro2::LexError| syn::Error::new(error.span(), error))?;
        collect_allows(tokens, &mut reader.outline.allows);
        Ok(reader.outline)
    }
}

struct Reader {
    outline: Outline,
    in_tests: bool,
}

impl Reader {
    fn function(&mut self, name: &Ident, from: proc_macro2::Span, body: &Block) {
        let line = from.start().line;
        let lines = body.brace_token.span.close().end().line + 1 - line;
        self.outline.functions.push(Function { name: name.to_string(), line, lines });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let for_tests = module.attrs.iter().find(|attribute| is_for_tests(std::slice::from_ref(attribute)));
        if let (Some(mark), Some((braces, _)), false) = (for_tests, &module.content, self.in_tests) {
            self.outline.test_lines += braces.span.close().end().line + 1 - mark.pound_token.span.start().line;
            self.in_tests = true;
            visit::visit_item_mod(self, module);
            self.in_tests = false;
        } else {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_visibility(&mut self, visibility: &'ast Visibility) {
        self.outline.has_public_items |= !self.in_tests && !matches!(visibility, Visibility::Inherited);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.sig.ident, item.sig.fn_token.span, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig.ident, item.sig.fn_token.span, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig.ident, item.sig.fn_token.span, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// Whether what has these attributes exists in tests only.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    let condition = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.parse_args::<Meta>().ok(),
        _ => None,
    };
    attributes.iter().filter_map(condition).any(|condition| implies_test(&condition))
}

/// Whether a condition of `cfg` holds in tests only.
fn implies_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else { return condition.path().is_ident("test") };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
    match list.path.get_ident().map(ToString::to_string).as_deref() {
        Some("all") => parts.iter().any(implies_test),
        Some("any") => !parts.is_empty() && parts.iter().all(implies_test),
        _ => false,
    }
}

/// Finds `#[allow` and `#![allow`, at any depth.
fn collect_allows(tokens: TokenStream, lines: &mut Vec<usize>) {
    let mut after_hash = false;
    for token in tokens {
        match token {
            TokenTree::Punct(mark) => after_hash = mark.as_char() == '#' || (after_hash && mark.as_char() == '!'),
            TokenTree::Group(group) => {
                let starts_with_allow =
                    || matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "allow");
                if after_hash && group.delimiter() == Delimiter::Bracket && starts_with_allow() {
                    lines.push(group.span_open().start().line);
                }
                collect_allows(group.stream(), lines);
                after_hash = false;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => after_hash = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &Outline) {
        assert_eq!(Outline::of(text).as_ref().unwrap(), expect, "{text}");
    }

    fn function(name: &str, line: usize, lines: usize) -> Function {
        Function { name: name.to_owned(), line, lines }
    }

    #[test]
    fn headers_and_public_items() {
        check(
            "//! Purpose.\npub struct A;",
            &Outline { has_header: true, has_public_items: true, ..Outline::default() },
        );
        check("/// Of the item, not of the file.\nstruct A;", &Outline::default());
        check("struct A { pub(crate) b: u8 }", &Outline { has_public_items: true, ..Outline::default() });
        check("#[cfg(test)]\nmod tests;", &Outline::default());
    }

    #[test]
    fn public_items_of_inline_tests_are_ignored() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    pub fn b() {}\n}\n";
        let functions = vec![function("a", 1, 1), function("b", 4, 1)];
        check(text, &Outline { test_lines: 4, functions, ..Outline::default() });
        let text = "#[cfg(unix)]\nmod unix {\n    pub fn b() {}\n}\n";
        check(text, &Outline { has_public_items: true, functions: vec![function("b", 3, 1)], ..Outline::default() });
    }

    #[test]
    fn nested_functions_are_measured() {
        let text = "impl A {\n    /// Not counted.\n    fn a(\n    ) {\n        fn inner() {}\n    }\n}\ntrait T {\n    fn b();\n    fn c() {\n    }\n}";
        let functions = vec![function("a", 3, 4), function("inner", 5, 1), function("c", 10, 2)];
        check(text, &Outline { functions, ..Outline::default() });
    }

    #[test]
    fn allow_attributes_are_found_in_code_only() {
        let text = "#![allow(dead_code)]\n// #[allow(x)]\nconst A: &str = \"#[allow(x)]\";\n#[expect(x, reason = \"\")]\nmacro_rules! m {\n    () => { #[allow(x)] };\n}";
        check(text, &Outline { allows: vec![1, 6], ..Outline::default() });
    }

    #[test]
    fn invalid_rust_is_an_error() {
        assert!(Outline::of("fn {").is_err());
    }
}
