//! One module per command: calls the library and prints the result.

pub(crate) mod account;
pub(crate) mod backup;
pub(crate) mod cloud;
pub(crate) mod collection;
pub(crate) mod completions;
pub(crate) mod devices;
pub(crate) mod diagnostics;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod manual;
pub(crate) mod note;
pub(crate) mod protect;
pub(crate) mod publication;
pub(crate) mod put_back;
pub(crate) mod remove;
pub(crate) mod restore;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod update;
