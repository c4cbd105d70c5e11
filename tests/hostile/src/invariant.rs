//! The invariants by name. A new parser or decoder gets a row in [`INVARIANTS`], a target of the same name in `fuzz/targets`, and a
//! few seeds in `fuzz/corpus`.

mod address;
mod backup;
mod book;
mod cover;
mod css;
mod docx;
mod epub;
mod fb2;
mod fixture;
mod foreign_notes;
mod key_bundle;
mod markdown;
mod mutate;
mod network_log;
mod odt;
mod page;
mod passive;
mod pdf;
mod publication;
mod query;
mod quote;
mod record_frame;
mod release;
mod rtf;
mod sample;
mod script;
mod sealed;
mod search;
mod significant;
mod style;
mod text;
mod update;
mod update_state;
mod vault;
mod worker_result;

/// A property of one part of the code that holds for any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// The name of its fuzz target and of its folder in `fuzz/corpus` and `fuzz/regressions`.
    pub name: &'static str,
    /// Panics unless the invariant holds for these bytes.
    pub check: fn(&[u8]),
}

/// Every invariant.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "backup", check: backup::check },
    Invariant { name: "book", check: book::check },
    Invariant { name: "cover", check: cover::check },
    Invariant { name: "css", check: css::check },
    Invariant { name: "docx", check: docx::check },
    Invariant { name: "epub", check: epub::check },
    Invariant { name: "fb2", check: fb2::check },
    Invariant { name: "foreign_notes", check: foreign_notes::check },
    Invariant { name: "key_bundle", check: key_bundle::check },
    Invariant { name: "markdown", check: markdown::check },
    Invariant { name: "network_log", check: network_log::check },
    Invariant { name: "odt", check: odt::check },
    Invariant { name: "page", check: page::check },
    Invariant { name: "pdf", check: pdf::check },
    Invariant { name: "query", check: query::check },
    Invariant { name: "quote", check: quote::check },
    Invariant { name: "record_frame", check: record_frame::check },
    Invariant { name: "release", check: release::check },
    Invariant { name: "rtf", check: rtf::check },
    Invariant { name: "sealed", check: sealed::check },
    Invariant { name: "search", check: search::check },
    Invariant { name: "text", check: text::check },
    Invariant { name: "update", check: update::check },
    Invariant { name: "update_state", check: update_state::check },
    Invariant { name: "vault", check: vault::check },
    Invariant { name: "worker_result", check: worker_result::check },
];

/// Checks the invariant of that name.
///
/// # Panics
/// If it does not hold for `bytes`, or there is none of that name.
pub fn check(name: &str, bytes: &[u8]) {
    let invariant = INVARIANTS.iter().find(|invariant| invariant.name == name);
    assert!(invariant.is_some(), "no invariant is called {name}");
    if let Some(invariant) = invariant {
        (invariant.check)(bytes);
    }
}
