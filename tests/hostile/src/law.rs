//! The laws by name. A new parser or decoder gets a row in [`LAWS`], a target of the same name in `fuzz/targets`, and a
//! few seeds in `fuzz/corpus`.

mod address;
mod backup;
mod book;
mod changed;
mod cover;
mod css;
mod epub;
mod markdown;
mod page;
mod passive;
mod publication;
mod query;
mod quote;
mod sealed;
mod search;
mod shelf;
mod significant;
mod style;
mod text;
mod vault;

/// What must hold for any bytes given to one part of the code.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// The name of its fuzz target and of its folder in `fuzz/corpus` and `fuzz/regressions`.
    pub name: &'static str,
    /// Does nothing if the law holds for these bytes, and panics otherwise.
    pub check: fn(&[u8]),
}

/// Every law.
pub const LAWS: &[Law] = &[
    Law { name: "backup", check: backup::check },
    Law { name: "book", check: book::check },
    Law { name: "cover", check: cover::check },
    Law { name: "css", check: css::check },
    Law { name: "epub", check: epub::check },
    Law { name: "markdown", check: markdown::check },
    Law { name: "page", check: page::check },
    Law { name: "query", check: query::check },
    Law { name: "quote", check: quote::check },
    Law { name: "sealed", check: sealed::check },
    Law { name: "search", check: search::check },
    Law { name: "text", check: text::check },
    Law { name: "vault", check: vault::check },
];

/// Checks the law of that name.
///
/// # Panics
/// If it does not hold for `bytes`, or there is none of that name.
pub fn law(name: &str, bytes: &[u8]) {
    let found = LAWS.iter().find(|law| law.name == name);
    assert!(found.is_some(), "no law is called {name}");
    if let Some(law) = found {
        (law.check)(bytes);
    }
}
