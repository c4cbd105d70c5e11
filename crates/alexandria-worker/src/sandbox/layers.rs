//! The layers of the sandbox, which of them are active, and what they bound.

use std::fmt;
use std::fs::File;
use std::time::Duration;

/// What confines a worker, besides being a process of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Landlock: no file, no TCP, no signal to others.
    pub landlock: Enforcement,
    /// Seccomp: no system call but those for reading, writing and memory.
    pub seccomp: bool,
    /// Limits on memory (Linux only), time and descriptors.
    pub limits: bool,
}

/// How much of a layer the kernel enforces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// Nothing: the kernel does not have it, or it is not enabled.
    #[default]
    None,
    /// What this kernel knows, which is not everything that was asked for.
    Partial,
    /// Everything that was asked for.
    Full,
}

impl Layers {
    /// Whether every layer that this system can have is active.
    #[must_use]
    pub const fn are_complete(&self) -> bool {
        matches!(self.landlock, Enforcement::Full) && self.seccomp && self.limits
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let landlock = match self.landlock {
            Enforcement::None => "off",
            Enforcement::Partial => "partial",
            Enforcement::Full => "on",
        };
        let on = |is_on| if is_on { "on" } else { "off" };
        write!(f, "landlock {landlock}, seccomp {}, resource limits {}", on(self.seccomp), on(self.limits))
    }
}

/// A layer that can be left out, to test the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Landlock.
    Landlock,
    /// Seccomp.
    Seccomp,
    /// Resource limits.
    Limits,
}

impl Layer {
    /// All layers.
    pub const ALL: &[Self] = &[Self::Landlock, Self::Seccomp, Self::Limits];
}

/// Bounds on the process.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Maximum size of its address space, in bytes.
    pub memory_bytes: u64,
    /// Maximum processor time.
    pub time: Duration,
    /// The id of the process that started it, with which it ends.
    pub parent: u32,
}

/// What is left to a confined process.
#[derive(Debug)]
pub struct Confined {
    /// Standard input: the file.
    pub input: File,
    /// What confines the process.
    pub layers: Layers,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_named_in_the_log() {
        let all = Layers { landlock: Enforcement::Full, seccomp: true, limits: true };
        assert_eq!(
            (all.to_string().as_str(), all.are_complete()),
            ("landlock on, seccomp on, resource limits on", true)
        );
        let old = Layers { landlock: Enforcement::Partial, ..all };
        assert_eq!(old.to_string(), "landlock partial, seccomp on, resource limits on");
        assert!(!old.are_complete() && !Layers { seccomp: false, ..all }.are_complete());
        assert_eq!(Layers::default().to_string(), "landlock off, seccomp off, resource limits off");
    }
}
