//! The facade: an open library, composed of its engines and services. Behaviour is in the modules below it; here each
//! operation is one call.

mod account;
mod annotations;
mod background;
mod backup;
mod diagnostics;
mod editing;
mod health;
mod importing;
mod lifecycle;
mod parts;
mod protection;
mod reading;
mod searching;
mod settings;
mod shelf;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use self::parts::Parts;

/// An open library. Cheap to clone; it is closed when the last clone is dropped.
#[derive(Clone)]
pub struct Library {
    pub(crate) parts: Arc<Parts>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}
