//! Resource limits.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::layers::Bounds;

/// Sets the limits of this process. Descriptors that are open stay open.
pub(super) fn set(bounds: &Bounds) -> io::Result<()> {
    let seconds = bounds.time.as_secs().saturating_add(1);
    // At the first value the process is told by a signal that says why, at the second it is killed.
    lower(Resource::Cpu, seconds, seconds.saturating_add(1))?;
    for resource in [Resource::Core, Resource::Fsize, Resource::Nofile] {
        lower(resource, 0, 0)?;
    }
    #[cfg(target_os = "linux")]
    {
        lower(Resource::As, bounds.memory_bytes, bounds.memory_bytes)?;
        lower(Resource::Nproc, 0, 0)?;
    }
    Ok(())
}

/// Lowers a limit, but never raises one, which only the system's administrator may.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let old = getrlimit(resource).maximum;
    let within = |wanted: u64| Some(old.map_or(wanted, |old| old.min(wanted)));
    Ok(setrlimit(resource, Rlimit { current: within(current), maximum: within(maximum) })?)
}
