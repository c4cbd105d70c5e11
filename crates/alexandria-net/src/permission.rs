//! Who may make requests.

use std::fmt::Debug;

use crate::feature::Feature;

/// Which features may make requests. Asked before each request, so that a switch takes effect at once.
pub trait Permissions: Debug + Send + Sync {
    /// Whether the user allows `feature` to make requests now.
    fn allows(&self, feature: Feature) -> bool;
}
