//! The bodies of the commands: each calls the library and turns what it says into the contract's words.

pub(crate) mod import;
pub(crate) mod library;
pub(crate) mod preferences;
pub(crate) mod protection;
pub(crate) mod reader;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod window;
