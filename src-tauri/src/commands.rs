//! The bodies of the commands: each calls the library and converts its result to the contract's types.

pub(crate) mod diagnostics;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod library;
pub(crate) mod protection;
pub(crate) mod reader;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod updates;
pub(crate) mod window;
